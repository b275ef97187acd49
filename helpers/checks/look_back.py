"""Checks of the exercises of chapters/07_look_back.ipynb."""

import re

import numpy as np

from helpers.checks.verdicts import UnknownForm, exercise, number_of, result_of, right, wrong
from helpers.model import attention
from helpers.tensor import Tensor


def numbers_of(answer):
    """The plain numbers of an answer: a list, a tuple, a generator, an array or a Tensor -> array (n,)"""
    if hasattr(answer, "parents"):
        answer = answer.data
    if isinstance(answer, str) or not hasattr(answer, "__iter__"):
        raise UnknownForm(f"want a list of numbers, got {answer!r}")
    if isinstance(answer, np.ndarray):
        answer = answer.ravel()
    return np.array([number_of(x) for x in answer])


def matrix_of(answer):
    """An answer as a table of numbers: lists, an array or a Tensor"""
    try:
        return np.array(answer.data if hasattr(answer, "parents") else answer, dtype=float)
    except (TypeError, ValueError):
        raise UnknownForm(f"want a matrix of numbers, got {answer!r}") from None


def names_of(answer):
    """The names in an answer: texts or functions, one or several -> set"""
    if isinstance(answer, str):
        return set(re.findall(r"version_\w+|\w+", answer)) - {"and"}
    answer = [answer] if callable(answer) else answer
    return {getattr(each, "__name__", each) for each in answer}


@exercise
def read_a_row_of_weights(five_weights, taken_home):
    weights, home = numbers_of(five_weights), numbers_of(taken_home)
    want = np.array([2, 1, 3, 2, 0]) / 8
    if len(weights) != 5:
        return wrong(f"Five weights are asked for, one for each position. You give {len(weights)}.")
    if np.allclose(weights, np.array([2, 1, 3, 2, 5]) / 13, atol=0.006):
        return wrong("Position 4 has not been read yet: its weight is 0, and it takes no part in the sum.")
    if np.allclose(weights, np.array([2, 1, 3, 2, 0]) / 13, atol=0.006):
        return wrong("These do not sum to 1: the future was in the sum that you divided by. Put minus infinity there first.")
    if np.allclose(weights, [2, 1, 3, 2, 0]):
        return wrong("Those are the powers. Divide each by their sum, so that the weights sum to 1.")
    if not np.allclose(weights, want, atol=0.006):
        if abs(weights.sum() - 1) > 0.03:
            return wrong(f"Your weights sum to {weights.sum():.3g}. Softmax gives parts of a whole: e to each score, divided by their sum.")
        return wrong("The powers of the first four scores are 2, 1, 3 and 2: e to the power of ln 2 is 2, and e to the power of 0 is 1.")
    if home.shape != (2,):
        return wrong(f"The weights are right. Home come two numbers, as each value has; you give {home.size}.")
    if not np.allclose(home, [3, 2], atol=0.02):
        return wrong("The weights are right. For the first number sum 2/8 of 8, 1/8 of 0, 3/8 of 0 and 2/8 of 4; the second goes likewise.")
    return right("That is one row of attention. A GPT fills thousands of them, in the same way.")


@exercise
def set_two_heads_by_hand(first_query, first_key, two_back_query, two_back_key):
    pairs = [(first_query, first_key), (two_back_query, two_back_key)]
    pairs = [[matrix_of(each) for each in pair] for pair in pairs]
    for pair in pairs:
        for each in pair:
            if each.ndim != 2 or each.shape[1] != 6:
                return wrong(f"A matrix is asked for that takes rows of 6 numbers, so (n, 6), for example (6, 6). One of yours has shape {each.shape}.")
        if pair[0].shape != pair[1].shape:
            return wrong(f"Queries and keys must have one length. Yours come from matrices of shapes {pair[0].shape} and {pair[1].shape}.")
    weights = []
    for w_query, w_key in pairs:
        x = np.eye(6)
        value = np.zeros((6, len(w_query)))
        weights.append(attention(Tensor(x @ w_query.T), Tensor(x @ w_key.T), Tensor(value))[1].data)
    first, two_back = weights
    on_first = first[1:, 0]
    on_two_back = np.diagonal(two_back, -2)
    if (on_first <= 0.95).any():
        t = 1 + int(np.argmin(on_first))
        if first[t].argmax() == 0:
            return wrong(f"The first head looks at the right place, but position {t} gives it only {on_first[t - 1]:.2f}. Make the scores larger.")
        return wrong(f"In the first head position {t} reads position {first[t].argmax()} most. Every query must fit the key of position 0.")
    if (on_two_back <= 0.95).any():
        t = 2 + int(np.argmin(on_two_back))
        most = int(two_back[t].argmax())
        if most == t - 2:
            return wrong(f"The second head looks at the right place, but position {t} gives it only {on_two_back[t - 2]:.2f}. Make the scores larger.")
        if most == t - 1:
            return wrong("The second head reads one position before, as the chapter's does. We want two.")
        return wrong(f"In the second head position {t} reads position {most} most, and should read {t - 2}: mind which way `k` moves the ones.")
    return right("Two heads, set by hand. Training finds such matrices when they lower the loss.")


@exercise
def which_ones_are_wrong(leaking, silent):
    leaking, silent = names_of(leaking), names_of(silent)
    known = {f"version_{letter}" for letter in "abcd"}
    unknown = sorted(map(str, (leaking | silent) - known))
    if unknown:
        return wrong(f"The four are called {', '.join(sorted(known))}. There is no {unknown[0]} among them.")
    both = sorted(leaking & silent)
    if both:
        return wrong(f"{both[0]} stands in both lists. What leaks is not silent to the first check.")
    if "version_c" in leaking | silent:
        return wrong("version_c is right: it agrees with the loops to the last digits. Which numbers does it multiply by, in all?")
    for name, hint in [("version_a", "A score of 0 is a score like any other"), ("version_d", "`k=1` keeps one more diagonal")]:
        if name not in leaking:
            return wrong(f"{name} reads later letters. {hint}.")
    if "version_b" in leaking:
        return wrong("version_b reads nothing of the future: the first check says so.")
    if "version_b" not in silent:
        return wrong("One is missing: version_b keeps the future out. How far is it from the loops?")
    return right("Two leak, one is silent, one is right in another form. Two checks told you all of it.")


@exercise
def build_a_sliding_window(weights_within):
    rng = np.random.default_rng(5)
    for shape, width in [((5, 5), 2), ((6, 6), 3), ((4, 4), 1), ((3, 3), 9), ((2, 3, 5, 5), 2)]:
        scores = rng.normal(size=shape) * 2
        got = matrix_of(result_of(weights_within, scores.copy(), width))
        T = shape[-1]
        if got.shape != shape:
            return wrong(f"For scores of shape {shape} the weights have shape {got.shape}. Each score becomes a weight.")
        back = np.arange(T)[:, None] - np.arange(T)
        if np.isnan(got).any():
            return wrong(f"There is a nan among the weights for width {width}: some row may read nobody, so its powers sum to 0. Each position reads itself.")
        if (abs(got[..., back < 0]) > 1e-12).any():
            return wrong("Some position reads the future: columns later than the row must have weight 0.")
        if (abs(got[..., back == width]) > 1e-12).any():
            return wrong(f"With width {width} a position reads itself and {width - 1} before it. Yours reads one more.")
        if (abs(got[..., back >= width]) > 1e-12).any():
            return wrong(f"With width {width} some position reads further back than that.")
        if not np.allclose(got.sum(axis=-1), 1):
            return wrong("The rows do not sum to 1: put minus infinity in before the softmax, not zeros after it.")
        powers = np.where((back >= 0) & (back < width), np.exp(scores), 0)
        if not np.allclose(got, powers / powers.sum(axis=-1, keepdims=True)):
            return wrong(f"Each row sums to 1 and reads whom it may, but for width {width} its weights are not the softmax of its scores.")
    return right("A window again, but one that chooses within its width.")


@exercise
def when_does_the_square_cost_most(multiplications, more_from):
    for T, C in [(10, 16), (7, 64)]:
        result = result_of(multiplications, T, C)
        got = numbers_of(each for each in result if each is not None) if hasattr(result, "__iter__") else numbers_of(result)
        if len(got) == 0:
            return wrong("Nothing to check so far: your function gives back None twice.")
        if len(got) != 2:
            return wrong("Two numbers are asked for: of the projections, and of scores and mixing together.")
        projections, square = got
        if np.isclose(projections, T * C * C):
            return wrong("That is one projection. Query, key and value need one each.")
        if np.isclose(projections, 4 * T * C * C):
            return wrong("Three projections are asked for: query, key and value. Attention has no fourth here.")
        if not np.isclose(projections, 3 * T * C * C):
            return wrong("A projection multiplies (T, C) by (C, C): T · C · C multiplications, and there are three of them.")
        if np.isclose(square, T * T * C):
            return wrong("That is the scores alone, or the mixing alone. Together they are twice that.")
        if np.isclose(square, T * (T + 1) * C):
            return wrong("You left the future squares out. Our products compute them, and throw them away: count them too.")
        if not np.isclose(square, 2 * T * T * C):
            return wrong("In one head the scores take T · D · T, so with H heads T · T · C in all; the mixing takes the same.")
    if number_of(more_from) == 96:
        return wrong("At 96 both take the same. From which T on do scores and mixing take more?")
    if number_of(more_from) != 97:
        return wrong("The counts are right. 2 · T · T · 64 is more than 3 · T · 64 · 64 from some T on: divide both by T and by 64.")
    return right("Short names hardly feel the square. A text of thousands of tokens does.")
