"""Exercise checks of chapters/03_find_the_knob.ipynb."""

import math

from helpers.checks.verdicts import Stopped, call, exercise, number_of, result_of, right, wrong
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
def be_the_machine(c_per_a, c_per_two):
    c_per_a, c_per_two = number_of(c_per_a), number_of(c_per_two)
    if not math.isclose(c_per_a, 10, rel_tol=1e-3):
        for slip, sentence in SLIPS.items():
            if math.isclose(c_per_a, slip, rel_tol=1e-3):
                return wrong(sentence)
        return wrong(f"Not {c_per_a:g}. What is b at a = 1? Write down its three ways to c, and add them up.")
    if math.isclose(c_per_two, 10, rel_tol=1e-3):
        return wrong("The first is right. But in 2 * a, the slope for the 2 is a, which is 1.")
    if not math.isclose(c_per_two, 5, rel_tol=1e-3):
        return wrong(f"The first is right. For the plain 2, take c per b once more, times the slope of 2 * a for its 2: not {c_per_two:g}.")
    return right("b gets 2 + 2 + 1 = 5, a gets twice that, and the 2 gets it once.")


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


NEW_STEPS = ["cbrt", "sin", "atan", "sinh", "log1p"]


@exercise
def find_the_wrong_slope(culprit):
    if isinstance(culprit, list | tuple | set) and len(culprit) == 1:
        (culprit,) = culprit
    if not isinstance(culprit, str):
        return wrong(f"Give the name of one step, as a text such as \"sin\". You give {culprit!r}.")
    name = culprit.strip().lower()
    if name == "atan":
        return right("At 0 and at 1 it looks right: a gradient check wants more places than one.")
    if name in NEW_STEPS:
        return wrong(f"The slope of {name} is right wherever you nudge. Try each step at several numbers, such as 0.5 and 3.")
    return wrong(f"There is no step {culprit!r}. The five are {', '.join(NEW_STEPS)}.")


@exercise
def a_value_as_exponent(to_the_power):
    for base, exponent in [(2.0, 3.0), (0.5, -1.5), (3.0, 0.0)]:
        x, y = Value(base), Value(exponent)
        out = result_of(to_the_power, x, y)
        if not is_value(out):
            return wrong(f"Your function gives {out!r}. It must give a Value, or nobody can walk back through it.")
        want = base**exponent
        if not math.isclose(out.data, want, rel_tol=1e-6):
            return wrong(f"{base:g} to the power of {exponent:g} is {want:.4g}, and yours is {out.data:.4g}.")
        call((out * 2).backward)   # a step that forgets to be part of something larger shows here
        grads = [x.grad / 2, y.grad / 2]
        slopes = [exponent * base ** (exponent - 1), want * math.log(base)]
        fits = [math.isclose(grad, slope, rel_tol=1e-6, abs_tol=1e-9) for grad, slope in zip(grads, slopes, strict=True)]
        if all(fits):
            continue
        if grads == [0, 0]:
            return wrong("The number is right. But no gradient reaches x or y: is your Value made from them?")
        if grads[1] == 0:
            return wrong("The number is right, and x gets its gradient. But a nudge of y changes the result as well.")
        if math.isclose(grads[1], want, rel_tol=1e-6):
            return wrong("The slope for y is x ** y here. That would be right for e as base; for others, ln x is missing.")
        if math.isclose(grads[0], slopes[1], rel_tol=1e-6) and math.isclose(grads[1], slopes[0], rel_tol=1e-6):
            return wrong("The number is right. But the slopes stand the wrong way round.")
        which, grad, slope = ("y", grads[1], slopes[1]) if fits[0] else ("x", grads[0], slopes[0])
        return wrong(f"At x = {base:g} and y = {exponent:g}, {which} should get {slope:.4f}, and yours gets {grad:.4f}.")
    x = Value(2.0)
    call(result_of(to_the_power, x, x).backward)   # used twice
    if not math.isclose(x.grad, 4 * (math.log(2) + 1), rel_tol=1e-6):
        return wrong(f"For to_the_power(x, x) at 2 the two shares add up to {4 * (math.log(2) + 1):.4f}, and yours to {x.grad:.4f}.")
    return right("Now the exponent can be a knob, too.")


@exercise
def count_the_ways(n_ways):
    a, b, d, c = example()
    for value, name, want in [(d, "d", 1), (b, "b", 3), (a, "a", 3)]:
        got = number_of(result_of(n_ways, c, value))
        if got == 2 and name == "b":
            return wrong("2 ways for b. It stands among d's parents twice, once for each factor, and each use is a way.")
        if got == 1 and name == "a":
            return wrong("1 way for a. It reaches b in one way, but b reaches c in three.")
        if got != want:
            return wrong(f"{name} reaches c in {want:g} ways, and yours says {got:g}.")
    if number_of(result_of(n_ways, c, c)) != 1:
        return wrong("The root reaches itself in one way.")
    if number_of(result_of(n_ways, c, Value(5))) != 0:
        return wrong("A value outside the graph reaches the root in no way: 0.")
    knob = Value(1)
    doubled = knob
    for _ in range(16):
        doubled = doubled + doubled
    if (got := number_of(result_of(n_ways, doubled, knob))) != 2**16:
        return wrong(f"A knob that is doubled 16 times reaches the end in {2**16:,} ways, and yours says {got:,.0f}.")
    chain = knob
    for _ in range(5000):
        chain = chain + 1
    try:
        got = number_of(result_of(n_ways, chain, knob))
    except Stopped as stopped:
        return wrong(f"On a chain of 5,000 steps your function stopped with {stopped}. Let `topological_order` do the deep walk.")
    if got != 1:
        return wrong(f"A chain is one way, however long. Yours says {got:g}.")
    return right("Each value hands on all its ways once, after all who use it: the walk back, with every slope 1.")
