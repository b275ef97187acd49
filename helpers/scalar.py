"""Autograd on single numbers: every result remembers where it came from, so it can say which knob caused it.

Built in chapters/03_find_the_knob.ipynb and chapters/04_nudge_the_knobs.ipynb.
"""

# ruff: noqa: B905 (in the walk back, zip with strict takes a quarter more time)

import math
from numbers import Real
from operator import mul


def plain_number(x):
    """`x` as a float. Raises ValueError for anything that is not a single real number."""
    if not isinstance(x, Real):
        raise ValueError(f"want a plain number, got {x!r}")
    return float(x)


def topological_order(root):
    """A topological order of all that led to `root`, read from the back. -> list

    So `root` stands first, and every value after all that use it.
    """
    listed, visited, stack = {}, set(), [root]
    while stack:
        value = stack.pop()        # the one that was put there last
        if value in visited:       # it comes up again: its parents are listed
            listed[value] = True   # once more changes nothing: a key keeps its place
        else:
            visited.add(value)
            stack.append(value)
            stack += value.parents
    return list(listed)[::-1]


def send_back(root):
    """Give every value that led to `root` its gradient: how much `root` grows per unit of it.

    A leaf keeps the gradient that it has, and the new one is added.
    """
    order = topological_order(root)
    for value in order:
        if value.parents:
            value.grad = 0.0
    root.grad += 1.0   # it grows by 1 per unit of itself
    for value in order:
        for parent, slope in zip(value.parents, value.slopes):
            parent.grad += slope * value.grad   # used twice: two shares, added


class Value:
    """A number that remembers its parents, and its slope for each of them."""

    __slots__ = ("data", "grad", "parents", "slopes")
    __array_ufunc__ = None   # a numpy number on the left leaves the work to us

    def __init__(self, data, parents=(), slopes=()):
        self.data = data if type(data) is float else plain_number(data)
        self.grad = 0.0
        self.parents, self.slopes = parents, slopes

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent):
        exponent = plain_number(exponent)
        slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
        return Value(self.data**exponent, (self,), (slope,))

    def exp(self):
        out = math.exp(self.data)
        return Value(out, (self,), (out,))

    def log(self):
        if self.data <= 0:
            raise ValueError(f"want a number above 0 for log, got {self.data}")
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def tanh(self):
        out = math.tanh(self.data)
        return Value(out, (self,), (1 - out * out,))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0))

    def __rsub__(self, other):
        return Value(other) - self

    def __truediv__(self, other):
        return self * (other**-1 if isinstance(other, Value) else 1 / other)

    def __rtruediv__(self, other):
        return self**-1 * other

    __radd__, __rmul__ = __add__, __mul__
    backward = send_back

    def __repr__(self):
        return f"Value(data={self.data:g}, grad={self.grad:g})"


def as_values(numbers):
    """The same list, with each plain number made a Value."""
    return [x if isinstance(x, Value) else Value(x) for x in numbers]


def softmax(logits):
    """Scores to probabilities that sum to 1. list of Values or numbers -> list of Values"""
    logits = as_values(logits)
    largest = max(x.data for x in logits)   # it cancels; exp cannot overflow after this
    powers = [(x - largest).exp() for x in logits]
    total = sum(powers)
    return [power / total for power in powers]


def cross_entropy(logits, target_id):
    """The surprise -log p of the target, in nats; p is softmax(logits)[target_id]. -> Value

    Raises ValueError for a target that is not a place in `logits`.
    """
    logits = as_values(logits)
    if target_id not in range(len(logits)):
        raise ValueError(f"want a target id from 0 to {len(logits) - 1}, got {target_id!r}")
    largest = max(x.data for x in logits)
    shifted = [x - largest for x in logits]
    log_total = sum([x.exp() for x in shifted]).log()
    return log_total - shifted[target_id]   # -log(e^x / total) = log(total) - x


def dot(weights, inputs):
    """The sum of the products weight times input, in one node. Two lists -> Value

    Raises ValueError if the lists differ in length.
    """
    weights, inputs = as_values(weights), as_values(inputs)
    if len(weights) != len(inputs):
        raise ValueError(
            f"want as many weights as inputs, got {len(weights)} and {len(inputs)}"
        )
    weight_data = [weight.data for weight in weights]
    input_data = [x.data for x in inputs]
    total = sum(map(mul, weight_data, input_data))
    slopes = (*input_data, *weight_data)   # each one's slope is its partner
    return Value(total, (*weights, *inputs), slopes)
