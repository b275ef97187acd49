"""The exercises of chapters/03_find_the_knob.ipynb: right answers in other forms than the chapter's are accepted."""

import math
from fractions import Fraction

import numpy as np
import pytest

from helpers.checks import find_the_knob as check
from helpers.nudging import nudge_gradient
from helpers.scalar import Value, send_back
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


def walk_from_a_list_of_its_own(root):
    listed, waiting = [], [root]
    while waiting:
        value = waiting.pop(0)
        if value in listed:
            listed.remove(value)
        listed.append(value)
        waiting.extend(value.parents)
    for value in listed:
        value.grad = value.grad if not value.parents else 0
    root.grad = 1
    for value in listed:
        for place, parent in enumerate(value.parents):
            parent.grad = parent.grad + value.slopes[place] * value.grad
    return listed


RIGHT = {
    "a float": (check.be_the_machine, 10.0),
    "a fraction": (check.be_the_machine, Fraction(10)),
    "a numpy number": (check.be_the_machine, np.int64(10)),
    "an array of one number": (check.be_the_machine, np.array(10)),
    "a Value": (check.be_the_machine, Value(10)),
    "another formula, in lists": (check.a_step_of_your_own, sigmoid_from_tanh),
    "one parent named twice": (check.a_step_of_your_own, sigmoid_whose_parent_stands_twice),
    "a name with a capital": (check.find_the_wrong_slope, " Atan "),
    "a name in a list": (check.find_the_wrong_slope, ["atan"]),
    "a name in a set": (check.find_the_wrong_slope, {"atan"}),
    "a numpy text": (check.find_the_wrong_slope, np.str_("atan")),
    "one step, with numpy": (check.a_value_as_exponent, power_in_one_step),
    "several steps, another base": (check.a_value_as_exponent, power_to_another_base),
    "our own walk": (check.right_the_first_time, send_back),
    "our own method": (check.right_the_first_time, Value.backward),
    "a walk that gives something back": (check.right_the_first_time, walk_from_a_list_of_its_own),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_in_another_form_is_accepted(case):
    judge, answer = RIGHT[case]
    verdict = judge(answer)
    assert verdict.accepted, verdict


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
