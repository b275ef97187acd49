"""Typical wrong answers to the exercises of chapters/05_whole_arrays.ipynb."""

SIGMOID = """
def sigmoid(x):
    out = 1 / (1 + np.exp({sign}x.data))
    return Tensor(out, parents=[{parents}])
"""

MAXIMUM = """
def maximum(a, b):
    a_is_larger = a.data > b.data
    return Tensor(np.maximum(a.data, b.data), parents=[
        (a, lambda grad: {to_a}),
        (b, lambda grad: {to_b}),
    ])
"""

WRONG = {
    "what_shape_comes_out": [
        ("five_shapes = [(4, 1), (2, 4, 3), (2, 3), (2, 4, 4), (3,)]", "repeated 3 times"),
        ("five_shapes = [(4, 3), (2, 4, 3), (2, 1, 3), (2, 4, 4), (3,)]", "a summed axis disappears"),
        ("five_shapes = [(4, 3), (2, 4, 3), (2, 3), (4, 4), (3,)]", "the stacks stay"),
        ("five_shapes = [(4, 3), (2, 4, 3), (2, 3), (2, 4, 4), (2, 4, 3)]", "the shape of its array"),
        ("five_shapes = [(4, 3), (3, 4, 3), (2, 3), (2, 4, 4), (3,)]", "lines up with the last axis"),
        ("five_shapes = [(4, 3)]", "Five shapes"),
        ("five_shapes = [(4.5, 3), (2, 4, 3), (2, 3), (2, 4, 4), (3,)]", "cannot be interpreted as an integer"),
        ("five_shapes = [Tensor(np.zeros((4, 3))), (2, 4, 3), (2, 3), (2, 4, 4), (3,)]", "Give its shape instead"),
    ],
    "where_does_it_fail": [
        ("from_shape, to_shape = (3,), (4, 3)", "comes out right"),
        ("from_shape, to_shape = (4, 3), (4, 3)", "nothing is repeated"),
        ("from_shape, to_shape = (4,), (4, 3)", "does not broadcast"),
        ("from_shape, to_shape = (4, 3), (4, 1)", "does not broadcast"),
        ("from_shape, to_shape = np.ones((4, 1)), np.ones((4, 3))", "Give its shape instead"),
    ],
    "build_the_sigmoid": [
        (SIGMOID.format(sign="-", parents="(x, lambda grad: out * (1 - out))"), "slope alone"),
        (SIGMOID.format(sign="-", parents="(x, lambda grad: grad * out)"), "way back of exp"),
        (SIGMOID.format(sign="-", parents=""), "no gradient reaches x"),
        (SIGMOID.format(sign="", parents="(x, lambda grad: grad * out * (1 - out))"), "sigmoid of -x"),
        (SIGMOID.format(sign="-", parents="(x, lambda grad: grad * (1 - out * out))"), "does not agree with nudging"),
        ("def sigmoid(x):\n    return 1 / (1 + np.exp(-x.data))", "want a Tensor"),
        ("def sigmoid(x):\n    return 1 / (1 + exp(-x))", "several operations"),
        (SIGMOID.format(sign="-", parents="(x, lambda grad: grad @ out)"), "stopped with ValueError"),
    ],
    "divide_each_row_by_its_sum": [
        ("def to_shares(counts):\n    return counts / sum_over(counts, axis=1)", "still line up with the columns"),
        ("def to_shares(counts):\n    return counts / sum_over(counts, axis=0)", "each column"),
        ("def to_shares(counts):\n    return counts / sum_over(counts)", "whole table"),
        ("def to_shares(counts):\n    return counts / counts.data.sum(axis=1, keepdims=True)", "not on .data"),
        ("def to_shares(counts):\n    return counts.data / counts.data.sum(axis=1, keepdims=True)", "want a Tensor"),
    ],
    "the_larger_of_two": [
        (MAXIMUM.format(to_a="grad", to_b="grad"), "only the larger one"),
        (MAXIMUM.format(to_a="grad * a_is_larger", to_b="grad * ~a_is_larger"), "unbroadcast it"),
        (
            MAXIMUM.format(
                to_a="unbroadcast(grad * ~a_is_larger, a.shape)", to_b="unbroadcast(grad * a_is_larger, b.shape)"
            ),
            "does not agree with nudging",
        ),
        ("def maximum(a, b):\n    return Tensor(np.maximum(a.data, b.data), [(a, lambda grad: grad * (a.data > b.data))])", "reaches b"),
        ("def maximum(a, b):\n    return relu(a)", "not the larger ones"),
        ("def maximum(a, b):\n    return a + relu(b - a)", "several operations"),
    ],
}
