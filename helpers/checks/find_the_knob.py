"""Exercise checks of chapters/03_find_the_knob.ipynb."""

import math

from helpers.checks.verdicts import call, exercise, number_of, result_of, right, wrong
from helpers.nudging import nudge_gradient
from helpers.scalar import Value, topological_order


def is_value(x):
    """Whether it is a Value, be it the helpers' or the one that the reader's notebook has built."""
    return all(hasattr(x, name) for name in Value.__slots__)


def example(number=3.0):
    """b = 2 * a; d = b * b; c = d + b -> a, b, d, c"""
    a = Value(number)
    b = 2 * a
    d = b * b
    return a, b, d, d + b


SLIPS = {
    26: "26 is the gradient at a = 3. The curve bends, so at a = 1 it is another.",
    30: "30 is three times too much: here b passes all of its gradient on three times. It must pass it on once.",
    4: "4 keeps only the last of the shares that reach b, as `=` does for `+=`. Where paths meet, they add.",
    5: "5 is the gradient for b. One step is left, from b to a.",
    8: "8 has both factors of b * b. But b also reaches c directly.",
    6: "6 has only one of the factors of b * b, and the direct way. A change in b moves both factors.",
    2: "2 is how much b grows per unit of a. How much does c grow per unit of b?",
}


@exercise
def be_the_machine(c_per_a):
    c_per_a = number_of(c_per_a)
    if math.isclose(c_per_a, 10, rel_tol=1e-3):
        return right("b gets 2 + 2 + 1 = 5, and a gets twice that.")
    for slip, sentence in SLIPS.items():
        if math.isclose(c_per_a, slip, rel_tol=1e-3):
            return wrong(sentence)
    return wrong(f"Not {c_per_a:g}. What is b at a = 1? Write down its three ways to c, and add them up.")


@exercise
def a_step_of_your_own(sigmoid):
    for number in [0.3, -2.0, 0.0]:
        x = Value(number)
        out = result_of(sigmoid, x)
        if not is_value(out):
            return wrong(f"Your function gives {out!r}. It must give a Value, or nobody can walk back through it.")
        p = 1 / (1 + math.exp(-number))
        if not math.isclose(out.data, p, rel_tol=1e-9):
            return wrong(f"sigmoid of {number} is {p:.4f}, and yours is {out.data:.4f}.")
        call((out * 3).backward)   # a step that forgets to be part of something larger shows here
        slope = p * (1 - p)
        if not out.parents:
            return wrong("The number is right. But your Value has no parents, so no gradient reaches x.")
        if not math.isclose(x.grad, 3 * slope, rel_tol=1e-6):
            if math.isclose(x.grad, -3 * slope, rel_tol=1e-6):
                return wrong("The number is right, and the slope has the wrong sign: sigmoid grows with x.")
            if math.isclose(x.grad, 3 * p, rel_tol=1e-6):
                return wrong("The number is right. But p alone is the slope of exp. Here it is p * (1 - p).")
            return wrong(f"The number is right. But at {number} the slope is {slope:.4f}, and yours is {x.grad / 3:.4f}.")
        if len(topological_order(out)) != 2:
            return wrong("Right in number and slope, but made of several steps. Make one Value, with x as its only parent.")
    return right("One step for five. Any function whose slope you know can be a step.")


@exercise
def the_larger_of_two(maximum):
    for one, other in [(3.0, -1.0), (-2.0, 5.0), (-4.0, -6.0)]:
        a, b = Value(one), Value(other)
        out = result_of(maximum, a, b)
        if not is_value(out):
            return wrong(f"Your function gives {out!r}. It must give a Value, or nobody can walk back through it.")
        if out.data != max(one, other):
            if out.data == min(one, other):
                return wrong(f"Of {one:g} and {other:g} you give {out.data:g}, the smaller one.")
            return wrong(f"The larger of {one:g} and {other:g} is {max(one, other):g}, and you give {out.data:g}.")
        call((out * 2).backward)
        want = (2.0, 0.0) if one > other else (0.0, 2.0)
        if (a.grad, b.grad) == (0, 0):
            return wrong("The number is right. But no gradient reaches a or b: is your Value made from them?")
        if (a.grad, b.grad) == (2, 2):
            return wrong("The number is right. But a nudge of the smaller one changes nothing, so its slope is 0.")
        if (a.grad, b.grad) == want[::-1]:
            return wrong("The number is right. But the slopes stand the wrong way round: the larger one decides.")
        if not (math.isclose(a.grad, want[0], abs_tol=1e-9) and math.isclose(b.grad, want[1], abs_tol=1e-9)):
            return wrong(f"At {one:g} and {other:g} the slopes are {want[0] / 2:g} and {want[1] / 2:g}, yours are {a.grad / 2:g} and {b.grad / 2:g}.")
    return right("The gradient goes to the one that decides. For the other, nothing depends on it.")


def lopsided(errors):
    """a * b + 3 * c in one step, each of its slopes wrong by one of `errors`, on purpose -> function"""

    def step(numbers):
        a, b, c = numbers
        slopes = (b.data + errors[0], a.data + errors[1], 3 + errors[2])
        return type(a)(a.data * b.data + 3 * c.data, (a, b, c), slopes)

    return step


@exercise
def a_judge_of_your_own(largest_difference):
    point = [0.5, -2.0, 1.5]

    def fine(numbers):
        a, b, c = numbers
        return (a * b + c).tanh() * a + b * b

    got = number_of(result_of(largest_difference, fine, list(point)))
    if not abs(got) < 0.1:
        nudged = nudge_gradient(lambda moved: fine([Value(x) for x in moved]).data, point)
        if math.isclose(got, max(map(abs, nudged)), rel_tol=1e-3):
            return wrong("For right gradients you find a large difference, as if all of them were 0. Did you call backward?")
        return wrong(f"For a function with right gradients you find a difference of {got:g}. It should be close to 0.")
    for errors in [(0, -5, 2), (5, 0, -2)]:   # the largest at another place, and with another sign
        bad = number_of(result_of(largest_difference, lopsided(errors), list(point)))
        if math.isclose(bad, 5, rel_tol=1e-3):
            continue
        found = f"Three gradients were off by {errors[0]}, {errors[1]} and {errors[2]}, and you say {bad:.4g}."
        if math.isclose(bad, -5, rel_tol=1e-3):
            return wrong(f"{found} That is the worst one, with a minus: give the size of the difference, its abs.")
        if any(math.isclose(abs(bad), size, rel_tol=1e-3, abs_tol=1e-3) for size in (0, 2)):
            return wrong(f"{found} Take abs of each difference, look at all of them, and give the largest.")
        if math.isclose(bad, 7, rel_tol=1e-3):
            return wrong(f"{found} That is their sum. Give the largest alone.")
        if math.isclose(bad, math.sqrt(29), rel_tol=1e-3):
            return wrong(f"{found} That is the root of the sum of their squares. Give the largest alone.")
        return wrong(f"{found} The largest is 5 away from 0.")
    return right("A judge that knows nothing of slopes, and so can judge all of them.")


@exercise
def right_the_first_time(walk_back):
    a, b, d, c = example()
    call(walk_back, c)   # gives nothing back: what counts is what it leaves in the graph
    if a.grad == 0:
        return wrong("Nothing to check so far: after your function, a.grad is still 0.")
    if a.grad == 12:
        return wrong("12 after one call: each share wipes out the one before. Where paths meet, they add.")
    if a.grad == 78:
        return wrong("78 after one call: b passes its gradient on three times. Use `topological_order`.")
    if a.grad != 26:
        return wrong(f"After one call a.grad is {a.grad:g}, and it should be 26.")
    call(walk_back, c)
    if a.grad == 26:
        return wrong("26 after two calls: you set the leaves to 0, too. They are to keep what earlier calls left there.")
    if a.grad == 102:
        return wrong("102 after two calls: b and d still have their gradients from the first one, and pass them on once more.")
    if a.grad != 52:
        return wrong(f"After two calls a.grad is {a.grad:g}, and it should be 52.")
    if (b.grad, d.grad, c.grad) != (13, 1, 1):
        return wrong(f"a.grad is right, but b, d and c end with {b.grad:g}, {d.grad:g} and {c.grad:g}. It should be 13, 1 and 1.")
    a, b, d, c = example()
    a.grad = 100.0
    call(walk_back, c)
    if a.grad != 126:
        return wrong(f"A leaf that had 100 before ends with {a.grad:g}. It should be 126: leaves add up.")
    return right("The values in between start anew at each call, and the leaves add up.")
