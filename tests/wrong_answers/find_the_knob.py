"""Typical wrong answers to the exercises of chapters/03_find_the_knob.ipynb."""

SIGMOID = "def sigmoid(x):\n    p = 1 / (1 + math.exp(-x.data))\n    return "
MAXIMUM = "def maximum(a, b):\n    larger = a.data > b.data\n    return "
JUDGE = """
def largest_difference(function, numbers):
    knobs = [Value(x) for x in numbers]
    {walk}
    nudged = nudge_gradient(lambda moved: function([Value(x) for x in moved]).data, numbers)
    return {answer}
"""
WALK = """
def walk_back(root):
    {before}
    root.grad = 1.0
    for value in topological_order(root):
        for parent, slope in zip(value.parents, value.slopes):
            parent.grad {sign} slope * value.grad
"""

WRONG = {
    "be_the_machine": [
        ("c_per_a_at_1 = 26", "at a = 3"),
        ("c_per_a_at_1 = 30", "three times"),
        ("c_per_a_at_1 = 4", "the last of the shares"),
        ("c_per_a_at_1 = 5.0", "One step is left"),
        ("c_per_a_at_1 = 8", "directly"),
        ("c_per_a_at_1 = 6", "only one of the factors"),
        ("c_per_a_at_1 = 2", "b grows per unit of a"),
        ("c_per_a_at_1 = 7", "three ways"),
        ("c_per_a_at_1 = '10'", "want a number, got '10'"),
    ],
    "a_step_of_your_own": [
        (SIGMOID + "p", "must give a Value"),
        (SIGMOID + "Value(p)", "no parents"),
        (SIGMOID + "Value(p, (x,), (p,))", "slope of exp"),
        (SIGMOID + "Value(p, (x,), (p * (p - 1),))", "wrong sign"),
        (SIGMOID + "Value(p, (x,), (1.0,))", "the slope is"),
        (SIGMOID + "Value(x.data, (x,), (1.0,))", "sigmoid of 0.3"),
        ("def sigmoid(x):\n    return 1 / (1 + (-x).exp())", "several steps"),
        ("def sigmoid(x):\n    p = 1 / (1 + math.exp(-x))\n    return Value(p, (x,), (p * (1 - p),))", "stopped with TypeError"),
    ],
    "the_larger_of_two": [
        ("def maximum(a, b):\n    return max(a, b)", "stopped with TypeError"),
        ("def maximum(a, b):\n    return max(a.data, b.data)", "must give a Value"),
        ("def maximum(a, b):\n    return Value(max(a.data, b.data))", "no gradient reaches"),
        (MAXIMUM + "Value(max(a.data, b.data), (a, b), (1.0, 1.0))", "changes nothing"),
        (MAXIMUM + "Value(max(a.data, b.data), (a, b), (0.0, 1.0) if larger else (1.0, 0.0))", "wrong way round"),
        ("def maximum(a, b):\n    return a - (a - b).relu()", "the smaller one"),
        ("def maximum(a, b):\n    return (a - b).relu()", "and you give 4"),
    ],
    "a_judge_of_your_own": [
        (JUDGE.format(walk="function(knobs)", answer="max(abs(k.grad - s) for k, s in zip(knobs, nudged))"), "Did you call backward"),
        (JUDGE.format(walk="function(knobs).backward()", answer="max(k.grad - s for k, s in zip(knobs, nudged))"), "Take abs"),
        (JUDGE.format(walk="function(knobs).backward()", answer="abs(knobs[0].grad - nudged[0])"), "look at all"),
        (JUDGE.format(walk="function(knobs).backward()", answer="abs(knobs[1].grad - nudged[1])"), "look at all"),
        (JUDGE.format(walk="function(knobs).backward()", answer="abs(knobs[2].grad - nudged[2])"), "look at all"),
        (JUDGE.format(walk="function(knobs).backward()", answer="max(s - k.grad for k, s in zip(knobs, nudged))"), "Take abs"),
        (JUDGE.format(walk="function(knobs).backward()", answer="sum(abs(k.grad - s) for k, s in zip(knobs, nudged))"), "their sum"),
        (JUDGE.format(walk="function(knobs).backward()", answer="math.dist([k.grad for k in knobs], nudged)"), "their squares"),
        (JUDGE.format(walk="function(knobs).backward()", answer="min(k.grad - s for k, s in zip(knobs, nudged))"), "with a minus"),
        (JUDGE.format(walk="function(knobs).backward()", answer="sum(abs(k.grad - s) for k, s in zip(knobs, nudged)) / 3"), "you say 2.333"),
        ("def largest_difference(function, numbers):\n    return nudge_gradient(function, numbers)", "stopped with AttributeError"),
    ],
    "right_the_first_time": [
        (WALK.format(before="pass", sign="+="), "102 after two calls"),
        (WALK.format(before="for value in topological_order(root): value.grad = 0.0", sign="+="), "26 after two calls"),
        (WALK.format(before="pass", sign="="), "12 after one call"),
        (
            "def walk_back(value, first=True):\n    if first:\n        value.grad = 1.0\n"
            "    for parent, slope in zip(value.parents, value.slopes):\n        parent.grad += slope * value.grad\n"
            "    for parent in value.parents:\n        walk_back(parent, False)",
            "78 after one call",
        ),
    ],
}
