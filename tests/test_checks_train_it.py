"""The checks of the chapter on training accept right answers in other forms, and no near misses."""

import math

import numpy as np
import pytest

from helpers.checkpoints import read_arrays
from helpers.checks import train_it as check


def adam_moves(gradients, learning_rate, beta1, beta2, power=0.5):
    first = second = 0.0
    for t, gradient in enumerate(gradients, start=1):
        first = beta1 * first + (1 - beta1) * gradient
        second = beta2 * second + (1 - beta2) * gradient**2
        yield -learning_rate * first / (1 - beta1**t) / math.pow(second / (1 - beta2**t), power)


def newest_whole(paths):
    found = []
    for path in paths:
        try:
            found.append(read_arrays(path))
        except (ValueError, OSError):
            pass
    if not found:
        raise ValueError("none")
    return found[-1]


def cut_off_in_place(params, longest):
    length = np.linalg.norm(np.concatenate([tensor.grad.ravel() for tensor in params.values()]))
    for tensor in params.values():
        tensor.grad *= min(1.0, longest / length)
    return np.float32(length)


RIGHT = {
    "faults in one text": (check.which_run_has_which_fault, ["rate too small, too few names, padding counts"]),
    "faults in a tuple, with capitals": (check.which_run_has_which_fault, [("Rate too small", "too few  names", "Padding counts")]),
    "moves from a generator": (check.adam_for_one_knob, [adam_moves]),
    "moves as an array": (check.adam_for_one_knob, [lambda *told: np.array(list(adam_moves(*told)))]),
    "a band of eight seeds": (check.is_it_normal, [2.4619, 2.4812, False]),
    "a band in numpy's numbers": (check.is_it_normal, [np.float32(2.4671), np.float64(2.4764), np.False_]),
    "gradients that are changed in place": (check.cut_off_large_gradients, [cut_off_in_place]),
    "the newest file by another way": (check.the_newest_file_that_is_whole, [newest_whole]),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_in_another_form_is_accepted(case):
    judge, answers = RIGHT[case]
    verdict = judge(*answers)
    assert verdict.accepted, verdict


NEAR_MISSES = {
    "moves with a power that is a little off": (check.adam_for_one_knob, [lambda *told: list(adam_moves(*told, power=0.51))], "and yours are"),
    "a band that reaches too low": (check.is_it_normal, [2.44, 2.47, False], "is not that of 300 steps"),
    "a band that reaches too high": (check.is_it_normal, [2.47, 2.6, False], "is not that of 300 steps"),
    "a band upside down": (check.is_it_normal, [2.48, 2.46, False], "lower end comes first"),
    "a row that is cut a little too short": (check.cut_off_large_gradients, [lambda params, longest: cut_off_in_place(params, 0.999 * longest)], "and yours are"),
    "a band of one seed": (check.is_it_normal, [2.4764, 2.4764, False], "One loss is no band"),
    "four faults": (check.which_run_has_which_fault, [["rate too small"] * 4], "You give 4"),
    "the oldest file": (check.the_newest_file_that_is_whole, [lambda paths: newest_whole(paths[::-1])], "you give the older one"),
}


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_a_near_miss_is_told_what_is_missing(case):
    judge, answers, words = NEAR_MISSES[case]
    verdict = judge(*answers)
    assert not verdict.accepted and words in repr(verdict), verdict
