"""The checks of the chapter on one page: right answers in other forms, and near misses."""

import math
from fractions import Fraction

import numpy as np
import pytest

from helpers.checks import one_page as check
from helpers.scalar import Value


def clip_by_ratio(knobs, most):
    size = np.linalg.norm([knob.grad for knob in knobs])
    factor = min(1.0, most / max(size, 1e-30))
    for knob in knobs:
        knob.grad = knob.grad * factor
    return size


def clip_a_little_too_far(knobs, most):
    size = math.hypot(*(knob.grad for knob in knobs))
    for knob in knobs:
        knob.grad *= 0.999 * most / size if size > most else 1
    return size


def clip_to_size_one(knobs, most):
    size = math.hypot(*(knob.grad for knob in knobs))
    for knob in knobs:
        knob.grad *= 1 / size if size > most else 1
    return size


RIGHT = {
    "a numpy number": lambda: check.one_more_token(np.int64(20)),
    "a fraction": lambda: check.one_more_token(Fraction(20)),
    "a capital letter": lambda: check.the_tape_that_was_not_cleared("B"),
    "a letter with a reason": lambda: check.the_tape_that_was_not_cleared("b: gradients of the old name are added again"),
    "a letter in a list": lambda: check.the_tape_that_was_not_cleared(["b"]),
    "one factor for all, by numpy": lambda: check.cut_large_gradients(clip_by_ratio),
    "the loss as a Value": lambda: check.the_trained_knobs_go_in(Value(check.reference_loss())),
    "the loss, rounded": lambda: check.the_trained_knobs_go_in(round(check.reference_loss(), 3)),
}
NEAR_MISSES = {
    "one number too many": lambda: check.one_more_token(21),
    "one number too few": lambda: check.one_more_token(19),
    "two letters": lambda: check.the_tape_that_was_not_cleared("b or c"),
    "a cut to size 1, whatever the most": lambda: check.cut_large_gradients(clip_to_size_one),
    "a cut that goes too far": lambda: check.cut_large_gradients(clip_a_little_too_far),
    "the loss, off by a hundredth": lambda: check.the_trained_knobs_go_in(check.reference_loss() + 0.01),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_in_another_form_is_accepted(case):
    verdict = RIGHT[case]()
    assert verdict.accepted, verdict


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_a_near_miss_is_not_accepted(case):
    assert not NEAR_MISSES[case]().accepted
