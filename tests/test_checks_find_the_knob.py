"""The exercises of chapters/03_find_the_knob.ipynb: right answers in other forms than the chapter's are accepted."""

import math
from fractions import Fraction

import numpy as np
import pytest

from helpers.checks import find_the_knob as check
from helpers.nudging import nudge_gradient
from helpers.scalar import Value, topological_order
from notebooks import CHAPTERS, exercises_of, title_of


def sigmoid_from_tanh(x):
    p = (np.tanh(x.data / 2) + 1) / 2
    return Value(p, [x], [p - p**2])


def sigmoid_whose_parent_stands_twice(x):
    p = math.exp(x.data) / (1 + math.exp(x.data))
    return Value(p, (x, x), (p, -p * p))


def power_in_one_step(x, y):
    out = np.float64(x.data) ** y.data
    return Value(out, [x, y], np.array([y.data * out / x.data, out * np.log(x.data)]))


def power_to_another_base(x, y):
    return ((x.log() / math.log(2)) * y * math.log(2)).exp()


def ways_by_recursion_with_a_memory(root, value):
    known = {value: 1}
    for each in reversed(topological_order(root)):
        known.setdefault(each, sum(known.get(parent, 0) for parent in each.parents))
    return np.int64(known[root]) if known[root] < 2**60 else known[root]


def with_five(answer):
    return check.be_the_machine(answer, 5.0)


RIGHT = {
    "a float": (with_five, 10.0),
    "a fraction": (with_five, Fraction(10)),
    "a numpy number": (with_five, np.int64(10)),
    "an array of one number": (with_five, np.array(10)),
    "a Value": (with_five, Value(10)),
    "another formula, in lists": (check.a_step_of_your_own, sigmoid_from_tanh),
    "one parent named twice": (check.a_step_of_your_own, sigmoid_whose_parent_stands_twice),
    "a name with a capital": (check.find_the_wrong_slope, " Atan "),
    "a name in a list": (check.find_the_wrong_slope, ["atan"]),
    "a name in a set": (check.find_the_wrong_slope, {"atan"}),
    "a numpy text": (check.find_the_wrong_slope, np.str_("atan")),
    "one step, with numpy": (check.a_value_as_exponent, power_in_one_step),
    "several steps, another base": (check.a_value_as_exponent, power_to_another_base),
    "another way to count": (check.count_the_ways, ways_by_recursion_with_a_memory),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_in_another_form_is_accepted(case):
    judge, answer = RIGHT[case]
    verdict = judge(answer)
    assert verdict.accepted, verdict


def sigmoid_with_one_slope_for_all(x):
    return Value(1 / (1 + math.exp(-x.data)), (x,), (0.24445831169074586,))   # the slope at 0.3


def power_that_forgets_the_sign(x, y):
    return (x.log() * y * (1 if y.data > 0 else -1)).exp()


def ways_or_more(root, value):
    return ways_by_recursion_with_a_memory(root, value) + (len(topological_order(root)) > 1000)


NEAR_MISSES = {
    "a little more than 5": (lambda answer: check.be_the_machine(10, answer), 5.2),
    "a slope that is right at one place": (check.a_step_of_your_own, sigmoid_with_one_slope_for_all),
    "a power that is right above 0": (check.a_value_as_exponent, power_that_forgets_the_sign),
    "one way too many in a chain": (check.count_the_ways, ways_or_more),
}


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_a_near_miss_is_not_accepted(case):
    judge, answer = NEAR_MISSES[case]
    assert not judge(answer).accepted


def test_one_of_the_five_steps_is_wrong_and_at_1_nobody_sees_it():
    chapter = next(path for path in CHAPTERS if title_of(path) == "find_the_knob")
    stub = next(exercise.stub for exercise in exercises_of(chapter) if exercise.name == "find_the_wrong_slope")
    given = {"math": math, "Value": Value}
    exec(stub.partition("culprit")[0], given)

    def wrong_at(number):
        found = []
        for name, step in given["new_steps"].items():
            x = Value(number)
            step(x).backward()
            nudged = nudge_gradient(lambda moved, step=step: step(Value(moved)).data, number)
            found += [name] if x.grad != pytest.approx(nudged, rel=1e-5) else []
        return found

    assert list(given["new_steps"]) == check.NEW_STEPS
    assert wrong_at(1.0) == [] and wrong_at(3.0) == wrong_at(0.5) == ["atan"]
