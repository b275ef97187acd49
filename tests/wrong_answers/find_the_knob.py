"""Typical wrong answers to the exercises of chapters/03_find_the_knob.ipynb."""

SIGMOID = "def sigmoid(x):\n    p = 1 / (1 + math.exp(-x.data))\n    return "
POWER = "def to_the_power(x, y):\n    out = x.data ** y.data\n    for_x, for_y = y.data * out / x.data, out * math.log(x.data)\n    return "
WAYS = """
def n_ways(root, value):
    ways = {{root: {start}}}
    for user in topological_order(root):
        for parent in {parents}:
            ways[parent] = ways.get(parent, 0) + ways[user]
    return ways.get(value, {default})
"""

WRONG = {
    "be_the_machine": [
        ("c_per_a = 10; c_per_two = 10", "the slope for the 2 is a"),
        ("c_per_a = 10; c_per_two = 2", "take c per b once more"),
        ("c_per_a = 26; c_per_two = 5", "at a = 3"),
        ("c_per_a = 30; c_per_two = 5", "three times"),
        ("c_per_a = 4; c_per_two = 5", "the last of the shares"),
        ("c_per_a = 5.0; c_per_two = 5", "One step is left"),
        ("c_per_a = 8; c_per_two = 5", "directly"),
        ("c_per_a = 6; c_per_two = 5", "only one of the factors"),
        ("c_per_a = 2; c_per_two = 5", "b grows per unit of a"),
        ("c_per_a = 7; c_per_two = 5", "three ways"),
        ("c_per_a = '10'; c_per_two = 5", "want a number, got '10'"),
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
    "find_the_wrong_slope": [
        ("culprit = 'log1p'", "log1p is right wherever you nudge"),
        ("culprit = 'cbrt'", "cbrt is right"),
        ("culprit = 'sin'", "sin is right"),
        ("culprit = 'sinh'", "sinh is right"),
        ("culprit = 'tan'", "no step 'tan'"),
        ("culprit = ['atan', 'sinh']", "the name of one step"),
        ("culprit = 3", "the name of one step"),
    ],
    "a_value_as_exponent": [
        ("def to_the_power(x, y):\n    return x ** y", "stopped with ValueError: want a plain number"),
        ("def to_the_power(x, y):\n    return x.data ** y.data", "must give a Value"),
        ("def to_the_power(x, y):\n    return x ** y.data", "a nudge of y"),
        ("def to_the_power(x, y):\n    return Value(x.data ** y.data)", "no gradient reaches"),
        ("def to_the_power(x, y):\n    return x * y", "to the power of 3 is 8"),
        ("def to_the_power(x, y):\n    return (x * y.log()).exp()", "to the power of 3 is 8"),
        (POWER + "Value(out, (x, y), (for_x, out))", "ln x is missing"),
        (POWER + "Value(out, (x, y), (for_y, for_x))", "wrong way round"),
        (POWER + "Value(out, (x, y), (y.data * out, for_y))", "x should get 12.0000"),
        (POWER + "Value(out, (x, y), (for_x, math.log(x.data)))", "y should get 5.5452"),
    ],
    "count_the_ways": [
        (
            "def n_ways(root, value):\n    if root is value:\n        return 1\n"
            "    return sum(n_ways(parent, value) for parent in root.parents)",
            "On a chain of 5,000 steps",
        ),
        (WAYS.format(parents="set(user.parents)", start="1", default="0"), "once for each factor"),
        (WAYS.format(parents="user.parents", start="0", default="0"), "yours says 0"),
        (WAYS.format(parents="user.parents", start="1", default="1"), "no way: 0"),
        ("def n_ways(root, value):\n    return topological_order(root).count(value)", "yours says 1"),
        ("def n_ways(root, value):\n    print(root)", "gives back None"),
    ],
}
