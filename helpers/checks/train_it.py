"""Checks of the exercises of chapters/09_train_it.ipynb."""

import math
import tempfile
from pathlib import Path

import numpy as np

from helpers.checkpoints import write_arrays
from helpers.checks.verdicts import Unanswered, call, exercise, number_of, result_of, right, three_of, wrong
from helpers.tensor import Tensor

FAULTS = ["rate too small", "rate too large", "target off by one", "padding counts", "too few names"]


@exercise
def which_run_has_which_fault(faults):
    a, b, c = three_of(faults, FAULTS)
    if a != "rate too small":
        return wrong("Look at A again: its loss has hardly left the blind guess, and it never jumped.")
    if b == "target off by one":
        return wrong("Not B: who predicts what it sees comes down to a loss of about 0, and within a few steps.")
    if b != "too few names":
        return wrong("Look at B again: it knows its own names far better than new ones.")
    if c != "padding counts":
        return wrong("Look at C again: on validation names it is as good as a healthy run. Only what it reports is too low.")
    return right("In each case the validation loss tells the story, and the reported loss alone would not.")


@exercise
def adam_for_one_knob(adam_moves):
    for gradients, rate, beta1, beta2 in [([1.0, -0.5, 2.0, 0.3], 0.1, 0.85, 0.99), ([-4.0, -4.0, 1.0], 0.01, 0.5, 0.9)]:
        got = [number_of(move) for move in result_of(adam_moves, list(gradients), rate, beta1, beta2)]
        want = _moves(gradients, rate, beta1, beta2)
        if len(got) != len(want):
            return wrong(f"{len(want)} gradients make {len(want)} moves. You give {len(got)}.")
        if np.allclose(got, want, rtol=1e-4, atol=1e-9):
            continue
        if np.allclose(got, np.negative(want), rtol=1e-4, atol=1e-9):
            return wrong("All moves go uphill: a knob with a gradient above 0 must move down.")
        if np.allclose(got, np.cumsum(want), rtol=1e-4, atol=1e-9):
            return wrong("Those are the places after each step. Each move by itself is asked for.")
        for changed, hint in [
            ({"corrects": False}, "Both means begin at 0, and so are too small at first: divide by 1 - beta**t."),
            ({"first_t": 0}, "Count the steps from 1, not from 0."),
            ({"first_t": 2}, "Count the steps from 1: at the first one, t is 1."),
            ({"power": 1}, "The second mean is one of squares. Divide by its root."),
            ({"squares": False}, "The second running mean takes the squares of the gradients."),
        ]:
            if np.allclose(got, _moves(gradients, rate, beta1, beta2, **changed), rtol=1e-4, atol=1e-9, equal_nan=True):
                return wrong(hint)
        return wrong(f"For gradients {gradients} the moves are {np.round(want, 4).tolist()}, and yours are {np.round(got, 4).tolist()}.")
    return right("Those are Adam's moves. The very first is always the learning rate, whatever the gradient.")


def _moves(gradients, rate, beta1, beta2, corrects=True, first_t=1, power=0.5, squares=True):
    """Adam's moves for one knob, or those of a typical slip -> list"""
    first = second = 0.0
    moves = []
    for t, gradient in enumerate(gradients, start=first_t):
        first += (1 - beta1) * (gradient - first)
        second += (1 - beta2) * ((gradient**2 if squares else abs(gradient)) - second)
        parts = (1 - beta1**t, 1 - beta2**t) if corrects else (1, 1)
        moves.append(-rate * first / parts[0] / (second / parts[1]) ** power if all(parts) else math.nan)
    return moves


BAND = (2.4619, 2.4812)   # lowest and highest held-out loss of eight seeds, 300 steps of 32 names


@exercise
def is_it_normal(low, high, is_normal):
    low, high = number_of(low), number_of(high)
    if low > high:
        return wrong("The lower end comes first.")
    if not isinstance(is_normal, bool | np.bool_):
        return wrong("Answer the last question with True or False.")
    if high - low < 1e-6:
        return wrong("One loss is no band: take at least four seeds, for the start and for the order of names.")
    if low < BAND[0] - 0.01 or high > BAND[1] + 0.01:
        return wrong(f"Your band, {low:.3f} to {high:.3f}, is not that of 300 steps of 32 names on the training names.")
    if is_normal:
        return wrong(f"Your band ends at {high:.3f}, and 2.58 lies above it.")
    return right("The seeds differ by some two hundredths, and 2.58 is several times as far away. That run has a fault.")


@exercise
def cut_off_large_gradients(cut_off):
    for arrays, longest in [([[3.0, 1.0], [[-4.0, 2.0]]], 2.0), ([[3.0, 1.0], [[-4.0, 2.0]]], 10.0), ([[0.5, -0.5, 0.5, -0.5], [[-1.0, 2.0]]], 1.2)]:
        params = {f"knobs {number}": Tensor(np.zeros(np.shape(array))) for number, array in enumerate(arrays)}
        for tensor, array in zip(params.values(), arrays, strict=True):
            tensor.grad = np.array(array)
        before = np.concatenate([np.ravel(array) for array in arrays])
        length = float(np.sqrt((before**2).sum()))
        result = call(cut_off, params, longest)
        got = np.concatenate([np.ravel(tensor.grad) for tensor in params.values()])
        want = before * min(1, longest / length)
        if np.array_equal(got, before) and (result is None or result is Ellipsis) and length > longest:
            raise Unanswered
        if not np.allclose(got, want):
            return wrong(_cut_off_slip(before, got, want, longest, length, arrays))
        if result is None or result is Ellipsis:
            return wrong("The gradients are right. Give back the length, too, that the row had before.")
        if not math.isclose(number_of(result), length, rel_tol=1e-6):
            if math.isclose(number_of(result), min(length, longest), rel_tol=1e-6):
                return wrong("That is the length after the cut. The one before is asked for: it tells whether something was odd.")
            return wrong(f"The row of {before.tolist()} has the length {length:.3f}, and you give {number_of(result):.3f}.")
    return right("One number for all, so the direction stays. A run that is cut off often has a rate that is too large.")


def _cut_off_slip(before, got, want, longest, length, arrays):
    """What a typical wrong row of gradients tells -> sentence"""
    if np.allclose(got, np.clip(before, -longest, longest)):
        return "You cut off each gradient by itself, and that turns the direction. Multiply all of them by one number."
    own = [np.ravel(array) * min(1, longest / np.sqrt(np.square(array).sum())) for array in arrays]
    if np.allclose(got, np.concatenate(own)):
        return "You shorten each array by itself. The length is that of all arrays together, as one row."
    if length < longest and np.allclose(got, before * longest / length):
        return "This row is shorter than `longest`, and you made it longer. It must stay as it is."
    if length > longest and np.allclose(got, before / length):
        return f"The row is as long as 1 now. It should be as long as `longest`, here {longest}."
    if np.array_equal(got, before):
        return f"The row is {length:.3f} long, `longest` is {longest}, and nothing was changed."
    return f"With `longest` {longest} the gradients {before.tolist()} become {np.round(want, 3).tolist()}, and yours are {np.round(got, 3).tolist()}."


@exercise
def the_newest_file_that_is_whole(newest_whole):
    with tempfile.TemporaryDirectory() as folder:
        old, new, damaged, foreign = (Path(folder) / f"{name}.npz" for name in ["old", "new", "damaged", "foreign"])
        for path, number in [(old, 1.0), (new, 2.0), (damaged, 3.0)]:
            write_arrays(path, {"knobs": np.full(100, number)}, {"number": number})
        damaged.write_bytes(damaged.read_bytes()[:120])
        foreign.write_text("no checkpoint at all", encoding="utf-8")
        missing = Path(folder) / "missing.npz"
        for paths, number, hint in [
            ([old, new], 2.0, "Two whole files, and you give the older one. The newest stands last."),
            ([old, new, damaged], 2.0, "The last file is damaged: go on to the one before."),
            ([old, new, foreign, damaged], 2.0, "Two files at the end are no checkpoints: go on until one can be read."),
            ([old, missing], 1.0, "The last file is missing: that, too, is no reason to give up."),
            ([new, damaged, old], 1.0, "A damaged file in the middle does no harm if a newer one is whole."),
        ]:
            try:
                result = newest_whole(list(paths))
            except (ValueError, OSError) as error:
                return wrong(f"{hint} Your function stopped with {type(error).__name__}.")
            if result is None or result is Ellipsis:
                result = result_of(newest_whole, list(paths))
            if not (isinstance(result, tuple) and len(result) == 2 and isinstance(result[0], dict)):
                return wrong("Give back both things that `read_arrays` gives: the arrays and what is known of them.")
            if result[1].get("number") != number:
                return wrong(hint)
        try:
            newest_whole([damaged, missing])
        except ValueError:
            return right("It finds the newest whole file, and says so when there is none.")
        except Exception as error:
            return wrong(f"If no file is whole, raise a ValueError. Yours stops with {type(error).__name__}.")
        return wrong("If no file is whole, raise a ValueError, so that nobody goes on with nothing.")
