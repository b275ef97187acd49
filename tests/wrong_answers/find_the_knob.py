"""Typical wrong answers to the exercises of chapters/03_find_the_knob.ipynb."""

SIGMOID = "def sigmoid(x):\n    p = 1 / (1 + math.exp(-x.data))\n    return "
POWER = "def to_the_power(x, y):\n    out = x.data ** y.data\n    for_x, for_y = y.data * out / x.data, out * math.log(x.data)\n    return "
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
    "find_the_wrong_slope": [
        ("culprit = 'log1p'", "log1p is right wherever you nudge"),
        ("culprit = 'root'", "root is right"),
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
