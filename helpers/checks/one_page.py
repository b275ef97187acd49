"""Checks of the exercises of chapters/13_one_page.ipynb."""

import functools
import math
import re

from helpers.checks.verdicts import Stopped, exercise, number_of, result_of, right, wrong
from helpers.names import load_names, split_names
from helpers.recording.models import load_trained
from helpers.tokenizer import encode, letters_of
from helpers.training import evaluate

SOME_NAMES = split_names(load_names())[1][::120]   # held out from the reference model
PER_HEAD = 5   # numbers on the tape that a further key costs: dot, scaled, less the largest, exp, share


@exercise
def one_more_token(more_numbers):
    n = number_of(more_numbers)
    if n == 4 * PER_HEAD:
        return right(f"{PER_HEAD} in each of four heads. All else is as much work at every position.")
    if n == PER_HEAD:
        return wrong("That is one head. The model has four.")
    if n == 4 * (PER_HEAD - 1):
        return wrong("Nearly: a step is missing in each head. Follow one score: dot product, scaled, less the largest, exponential, share of the total.")
    if n == 4:
        return wrong("The dot product of query and key is one step in each head. What is done with the score after that?")
    if n == 0:
        return wrong("Not the same number: position 5 compares its query with one more key.")
    if n > 100:
        return wrong("That is what a whole token costs. How much more does the later token cost than the one before it?")
    return wrong("Count what is done once more because there is one more key: in `attend`, and in `softmax`. A longer dot product is still one step.")


VERDICTS = {
    "a": "Not a: going forward, nobody reads `.grad`. And the knobs are right after a first step that was right.",
    "c": "Not c. It does take more time and memory, but the walk back also comes to the numbers of the first name. What is in their `.grad`?",
    "d": "Not d: nothing stops. A tape of two graphs is a tape like any other, and that is what makes the mistake hard to see.",
}


@exercise
def the_tape_that_was_not_cleared(second_step):
    letters = re.findall(r"\b[a-d]\b", str(second_step).lower())
    if len(set(letters)) != 1:
        return wrong("Answer with one letter: a, b, c or d.")
    if letters[0] == "b":
        return right("The old numbers send their old gradients again. The loss looks healthy, and the knobs go astray.")
    return wrong(VERDICTS[letters[0]])


class Knob:
    """All that a gradient needs to stand on."""

    def __init__(self, grad):
        self.data, self.grad = 1.0, grad


@exercise
def cut_large_gradients(clip):
    for grads, most in [([0.0, 0.0], 2.0), ([3.0, -4.0], 1.0), ([0.3, -0.4, 0.0], 1.0), ([6.0, 2.0, -3.0], 3.5)]:
        knobs, size = [Knob(grad) for grad in grads], math.hypot(*grads)
        try:
            found = result_of(clip, knobs, most)
        except Stopped as stopped:
            if size == 0 and "ZeroDivision" in str(stopped):
                return wrong("All gradients may be 0, and then there is nothing to divide by. Only divide where the size is above `most`.")
            raise
        after = [number_of(knob.grad) for knob in knobs]
        factor = min(1.0, most / size) if size else 1.0
        want = [grad * factor for grad in grads]
        if any(knob.data != 1.0 for knob in knobs):
            return wrong("The knobs themselves have moved. Only `.grad` is to change; `step` moves the knobs.")
        if after != want and all(math.isclose(a, max(-most, min(most, grad))) for a, grad in zip(after, grads)):
            return wrong("You cut each gradient by itself. That changes their ratios, and so the direction: use one factor for all.")
        if size > most and after == grads:
            return wrong(f"The gradients {grads} have the size {size:g}, which is above {most:g}, and were left as they are.")
        if size <= most and not all(map(math.isclose, after, grads)):
            return wrong(f"The gradients {grads} have the size {size:g}, not above {most:g}, and must stay as they are.")
        if not all(math.isclose(a, b) for a, b in zip(after, want)):
            return wrong(f"After `clip`, {grads} should be {[round(x, 3) for x in want]}, got {[round(x, 3) for x in after]}. The factor is `most / size`.")
        if not math.isclose(number_of(found), size, abs_tol=1e-12):
            if math.isclose(number_of(found), size * factor):
                return wrong("The gradients are right, but you give back the size after the cut. We want the one before: it tells when a run is in trouble.")
            return wrong(f"The gradients are right. What you give back is not the size before the cut: {size:g} for {grads}.")
    return right("One factor for all: the step becomes shorter, and keeps its direction.")


@functools.cache
def reference_loss():
    """What the reference model loses on SOME_NAMES, by the book's own `evaluate`."""
    params, config, _ = load_trained("reference")
    letters = letters_of(load_names())
    return evaluate(params, config, [encode(name, letters) for name in SOME_NAMES])


@exercise
def the_trained_knobs_go_in(trained_loss):
    loss = number_of(trained_loss)
    if abs(loss - reference_loss()) < 0.0006:
        return right("The same loss as the arrays give: the knobs fit, table by table, and only their home has changed.")
    if abs(loss - math.log(27)) < 0.4:
        return wrong("That is near the blind guess: are these the trained knobs, or new ones from `init_params`?")
    if loss > 4:
        return wrong("Worse than a blind guess. Do the sizes fit, with 27 tokens, and is each table where its name says?")
    if 2 < loss < 3:
        return wrong("In the right region. Is it the mean over all tokens, by `evaluate`, and on all of `some_ids`?")
    return wrong("Make tables of Values, then `evaluate(tables, GPTConfig(27, 16), some_ids)`.")
