"""Right answers to the exercises on attention, in other forms and by other formulas than the chapter's, are accepted."""

from fractions import Fraction

import numpy as np
import pytest

from helpers.checks import look_back as check
from helpers.tensor import Tensor

WEIGHTS = [0.25, 0.125, 0.375, 0.25, 0]
EYE = np.eye(6)
TO_FIRST = np.zeros((6, 6))
TO_FIRST[0] = 30


def version_a():
    """Stands for the chapter's function of that name."""


def window_by_loops(scores, width):
    weights = np.zeros(scores.shape)
    for place in np.ndindex(scores.shape[:-1]):
        t = place[-1]
        first = max(0, t - width + 1)
        powers = np.exp(scores[place][first : t + 1])
        weights[place][first : t + 1] = powers / powers.sum()
    return weights


def window_by_two_triangles(scores, width):
    powers = np.tril(np.exp(scores)) - np.tril(np.exp(scores), k=-width)
    return powers / powers.sum(-1, keepdims=True)


def counted_by_shapes(T, C):
    product = lambda M, K, N: M * K * N   # noqa: E731
    return [float(sum(product(T, C, C) for _ in "qkv")), np.int64(product(T, C, T) + product(T, T, C))]


RIGHT = {
    "weights as fractions": (check.read_a_row_of_weights, ([Fraction(n, 8) for n in (2, 1, 3, 2, 0)], (3, 2))),
    "weights as an array, home as a Tensor": (check.read_a_row_of_weights, (np.array(WEIGHTS), Tensor([3, 2]))),
    "a row of a table": (check.read_a_row_of_weights, (np.array([WEIGHTS]), np.array([[3.0, 2.0]]))),
    "weights with two digits": (check.read_a_row_of_weights, ([0.25, 0.13, 0.38, 0.25, 0], [3.0, 2.0])),
    "generators": (check.read_a_row_of_weights, ((w for w in WEIGHTS), (n for n in (3, 2)))),
    "heads as lists": (check.set_two_heads_by_hand, (TO_FIRST.tolist(), EYE.tolist(), (20 * np.eye(6, k=2)).tolist(), EYE.tolist())),
    "the keys are moved, not the queries": (check.set_two_heads_by_hand, (np.ones((6, 6)), 30 * np.outer(np.ones(6), EYE[0]), EYE, 30 * np.eye(6, k=-2))),
    "heads of one number": (check.set_two_heads_by_hand, (np.ones((1, 6)), 9 * EYE[:1], Tensor(30 * np.eye(6, k=2)), Tensor(EYE))),
    "names in a text": (check.which_ones_are_wrong, ("version_a and version_d", "version_b")),
    "a function and a set": (check.which_ones_are_wrong, ({version_a, "version_d"}, ("version_b",))),
    "a window by loops": (check.build_a_sliding_window, (window_by_loops,)),
    "a window by two triangles": (check.build_a_sliding_window, (window_by_two_triangles,)),
    "a window as lists": (check.build_a_sliding_window, (lambda scores, width: window_by_loops(scores, width).tolist(),)),
    "counts as floats in a list": (check.when_does_the_square_cost_most, (counted_by_shapes, 97.0)),
    "counts in an array": (check.when_does_the_square_cost_most, (lambda T, C: np.array([3 * T * C**2, 2 * C * T**2]), np.int64(97))),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_in_another_form_is_accepted(case):
    judge, answers = RIGHT[case]
    verdict = judge(*answers)
    assert verdict.accepted, verdict


NEAR_MISSES = {
    "weights a little off": (check.read_a_row_of_weights, ([0.26, 0.12, 0.37, 0.25, 0], [3, 2])),
    "weights nearly large enough": (check.set_two_heads_by_hand, (TO_FIRST / 3, EYE, 20 * np.eye(6, k=2), EYE)),
    "right for two axes only": (check.build_a_sliding_window, (lambda s, w: window_by_loops(s, w) if s.ndim == 2 else np.zeros(s.shape) + np.eye(s.shape[-1]),)),
    "right for one size only": (check.when_does_the_square_cost_most, (lambda T, C: (3 * T * C * C, 20 * T * C), 97)),
    "an empty answer": (check.which_ones_are_wrong, ([], [])),
}


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_a_near_miss_is_not_accepted(case):
    judge, answers = NEAR_MISSES[case]
    verdict = judge(*answers)
    assert not verdict.accepted, verdict


def test_a_stub_that_gives_two_nones_is_no_answer():
    assert "Nothing to check so far" in repr(check.when_does_the_square_cost_most(lambda T, C: (None, None), 97))
