"""Exercise checks of chapters/05_whole_arrays.ipynb."""

import operator
import re

import numpy as np

from helpers.checks.verdicts import call, exercise, result_of, right, wrong
from helpers.nudging import nudge_gradient
from helpers.tensor import Tensor, cross_entropy, gather_rows, tanh


def tensor_class(function):
    """The Tensor that the reader's function knows: that of the chapter's own cell, or the one of helpers."""
    return getattr(function, "__globals__", {}).get("Tensor", Tensor)


def is_array(answer):
    """Whether it is an array or a Tensor, where a shape was asked for."""
    return isinstance(answer, np.ndarray) and answer.dtype.kind == "f" or hasattr(answer, "parents")


def as_shape(answer):
    """A shape as a tuple of ints; a single number stands for one axis."""
    sizes = answer if isinstance(answer, list | tuple | np.ndarray) else [answer]
    return tuple(map(operator.index, sizes))


def array_of(answer):
    """The numbers of an array, a Tensor or lists -> array"""
    return np.asarray(answer.data if hasattr(answer, "parents") else answer, dtype=float)


@exercise
def what_shape_comes_out(shapes):
    want = [(4, 3), (2, 4, 3), (2, 3, 5), (4, 6), (3,)]
    hints = [
        "For `a + b`: a's size 1 stands over b's 3, so it is repeated 3 times; b is repeated 4 times.",
        "For `c * a`: a lines up with the last two axes of c, and is repeated along the first and the last.",
        "For `gather_rows`: each id becomes a row of the table, so the shape of the ids comes first, then the size of a row.",
        "For `m @ n`: the inner size disappears, the outer two stay.",
        "For the gradient of b: a gradient has the shape of its array.",
    ]
    shapes = [shapes] if is_array(shapes) else list(shapes)
    if any(map(is_array, shapes)):
        return wrong("There is an array among these. Give its shape instead: a tuple of whole numbers, such as (2, 3).")
    got = [as_shape(shape) for shape in shapes]
    if len(got) != len(want):
        return wrong(f"Five shapes are asked for, as a list of tuples. You give {len(got)}.")
    for shape, wanted, hint in zip(got, want, hints, strict=True):
        if shape != wanted:
            return wrong(f"{hint} Not {shape}.")
    return right("All five. Whoever reads shapes well finds most mistakes before running anything.")


@exercise
def where_does_it_fail(from_shape, to_shape):
    if is_array(from_shape) or is_array(to_shape):
        return wrong("This is an array. Give its shape instead: a tuple of whole numbers, such as (2, 3).")
    from_shape, to_shape = as_shape(from_shape), as_shape(to_shape)
    try:
        fits = np.broadcast_shapes(from_shape, to_shape) == to_shape
    except ValueError:
        fits = False
    if not fits:
        return wrong(f"{from_shape} does not broadcast to {to_shape}: line them up at the right.")
    n_new = len(to_shape) - len(from_shape)
    if to_shape[n_new:] != from_shape:
        return right(f"It gives {to_shape[n_new:]} for an array of shape {from_shape}: a stretched axis must be summed as well.")
    if n_new == 0:
        return wrong(f"{from_shape} to {to_shape}: nothing is repeated here, so nothing needs a sum.")
    return wrong(f"{from_shape} to {to_shape} comes out right: only axes in front are repeated, and those it does sum.")


@exercise
def who_gets_caught(wrong_ones):
    suspects = ["product", "rows_of", "surprise", "quotient"]
    if isinstance(wrong_ones, str):
        wrong_ones = [word for word in re.findall(r"\w+", wrong_ones) if word != "and"]
    named = {getattr(each, "__name__", each) for each in ([wrong_ones] if callable(wrong_ones) else wrong_ones)}
    unknown = sorted(map(str, named - set(suspects)))
    if unknown:
        return wrong(f"The four are called {', '.join(suspects)}. There is no {unknown[0]} among them.")
    if "product" in named:
        return wrong("product is innocent: its formulas look unlike the chapter's, but turn them over, and they are the same. Try any sizes.")
    if "rows_of" not in named:
        return wrong("One is missing: rows_of passes as long as no id comes twice. Try one that does.")
    if "surprise" not in named:
        return wrong("One is missing: surprise passes with a single question. Try two.")
    if "quotient" not in named:
        return wrong("One is missing: quotient passes with two arrays of one shape. Try a table and a row.")
    return right("These three, and only on inputs that make them show it. A test is as good as its inputs.")


@exercise
def build_the_squared_error(squared_error):
    make = tensor_class(squared_error)
    rng = np.random.default_rng(3)
    for shape in [(4,), (2, 3)]:
        numbers, targets = rng.normal(size=shape), rng.normal(size=shape)
        guesses = make(numbers)
        loss = result_of(squared_error, guesses, targets)
        if not isinstance(loss, make):
            return wrong(f"We want a Tensor back, and your function gives {type(loss).__name__}.")
        want = ((numbers - targets) ** 2).mean()
        if loss.data.shape != () and np.allclose(loss.data, (numbers - targets) ** 2):
            return wrong("Those are the squares, one for each entry. The loss is one number, their mean.")
        if np.allclose(loss.data, want * numbers.size):
            return wrong("That is the sum of the squares. The mean divides it by how many there are, in all axes.")
        if loss.data.size != 1 or not np.allclose(loss.data, want):
            return wrong(f"For shape {shape} the mean of the squares is {want:.4f}, and yours is {np.round(loss.data, 4)}.")
        call(loss.backward, np.full(loss.shape, 3.0))   # 3, not 1: what comes back must be used
        nudged = nudge_gradient(lambda moved, targets=targets: 3 * ((moved - targets) ** 2).mean(), numbers)
        grad = guesses.grad
        if grad is None:
            return wrong("The number is right, but no gradient reaches the guesses: name them as a parent.")
        if np.allclose(grad, nudged, atol=1e-6):
            continue
        for factor, hint in [
            (3, "The gradient that comes back must be multiplied in, or what comes after is forgotten."),
            (2, "The slope of a square is two times what was squared."),
            (1 / numbers.size, "Each square is only one of n in the mean: divide by n on the way back, too."),
            (-1, "The sign is turned: a larger guess makes the difference larger."),
        ]:
            if np.allclose(grad * factor, nudged, atol=1e-6):
                return wrong(f"The number is right, the gradient is not. {hint}")
        return wrong("The number is right, but the gradient does not agree with nudging. Is it 2 * difference / n, times what comes back?")
    for shapes in [((3,), (3, 1)), ((3,), ()), ((2, 3), (3,))]:
        try:
            squared_error(make(np.ones(shapes[0])), np.zeros(shapes[1]))
        except ValueError:
            continue
        except Exception as error:
            return wrong(f"For shapes {shapes[0]} and {shapes[1]} it stops with {type(error).__name__}. Raise a ValueError that names both.")
        return wrong(f"The mathematics is right, but shapes {shapes[0]} and {shapes[1]} run without a word. Raise a ValueError.")
    return right("It agrees with nudging, and refuses what would only seem to fit.")


@exercise
def the_whole_way_back(gradients_by_hand):
    names = ["two_back", "one_back", "output"]
    rng = np.random.default_rng(4)
    for V, H, n in [(5, 3, 4), (4, 6, 7)]:
        arrays = [rng.normal(size=shape) for shape in [(V, H), (V, H), (H, V)]]
        before, targets = rng.integers(V, size=(n, 2)), rng.integers(V, size=n)
        before[:2] = before[2]   # the same ids several times
        want = _gradients(arrays, before, targets)
        got = list(result_of(gradients_by_hand, *[array.copy() for array in arrays], before.copy(), targets.copy()))
        if len(got) != 3:
            return wrong(f"Three gradients are asked for, of {', '.join(names)}. You give {len(got)}.")
        if any(each is None or each is Ellipsis for each in got):
            return wrong("One of the three is still missing.")
        got = [array_of(each) for each in got]
        for name, array, grad in zip(names, arrays, got, strict=True):
            if grad.shape != array.shape:
                return wrong(f"The gradient of {name} has shape {grad.shape}, and {name} has {array.shape}: a gradient has the shape of its array.")
        if all(np.allclose(a, b, atol=1e-8) for a, b in zip(got, want, strict=True)):
            continue
        if all(np.allclose(a, n * b, atol=1e-8) for a, b in zip(got, want, strict=True)):
            return wrong("All three are n times too large: the loss is a mean over n questions.")
        if all(np.allclose(a, -b, atol=1e-8) for a, b in zip(got, want, strict=True)):
            return wrong("All three have the wrong sign: it is probability minus target.")
        if not np.allclose(got[2], want[2], atol=1e-8):
            return wrong("The gradient of output is not right. It is hidden, turned over, times the gradient of the logits: is that probability minus target, by n?")
        if np.allclose(got[0], want[1], atol=1e-8) and np.allclose(got[1], want[0], atol=1e-8):
            return wrong("The two tables are exchanged: column 0 of before belongs to two_back.")
        if np.allclose(got[0], _gradients(arrays, before, targets, bend=False)[0], atol=1e-8):
            return wrong("The gradient of output is right. On the way to the tables the slope of tanh is missing: 1 - hidden**2.")
        if np.allclose(got[0], _gradients(arrays, before, targets, add_up=False)[0], atol=1e-8):
            return wrong("The gradient of output is right. In the tables a row that is read several times must sum its shares.")
        return wrong("The gradient of output is right, those of the tables are not. From the logits back through output, through tanh, to the rows that were read.")
    return right("The same numbers as the engine gives. You have walked the whole way back.")


def _gradients(arrays, before, targets, bend=True, add_up=True):
    """What the engine says, or what a typical slip makes of it -> list of three arrays"""
    if bend and add_up:
        two_back, one_back, output = tensors = [Tensor(array) for array in arrays]
        hidden = tanh(gather_rows(two_back, before[:, 0]) + gather_rows(one_back, before[:, 1]))
        cross_entropy(hidden @ output, targets).backward()
        return [tensor.grad for tensor in tensors]
    two_back, one_back, output = arrays
    hidden = np.tanh(two_back[before[:, 0]] + one_back[before[:, 1]])
    logits = Tensor(hidden @ output)
    cross_entropy(logits, targets).backward()
    to_sum = logits.grad @ output.T * (1 - hidden**2 if bend else 1)
    grads = [np.zeros_like(two_back), np.zeros_like(one_back), hidden.T @ logits.grad]
    for place in (0, 1):
        if add_up:
            np.add.at(grads[place], before[:, place], to_sum)
        else:
            grads[place][before[:, place]] = to_sum
    return grads
