"""How long one step on "emma" takes in three engines for single numbers, and what a node for a dot product saves.

Run: python -m benchmarks.scalar_engine [rounds]

Every engine takes the same expressions on the same numbers, in turn, in one run: read the ratios, times depend on the
machine. One step is forward, backward and letting go of the graph. The model is a small neural net: the letter before
picks a row of 16 hidden numbers (that is what a matrix times a one-hot letter gives), relu, then 16 x 27 to the scores.
"""

import gc
import math
import random
import sys
import time
from itertools import pairwise

from helpers.names import load_names
from helpers.scalar import Value, dot, topological_order
from helpers.tokenizer import encode, letters_of

N_HIDDEN = 16


def visit(node, order, visited):
    """Append what `node` was made from and then `node`; outside of backward, so that nothing refers to itself."""
    if node not in visited:
        visited.add(node)
        for parent in node.parents:
            visit(parent, order, visited)
        order.append(node)


class TupleValue:
    """The least a node needs: slots and tuples, no checks, the graph walked by a function that calls itself."""

    __slots__ = ("data", "grad", "parents", "slopes")

    def __init__(self, data, parents=(), slopes=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes

    def __add__(self, other):
        other = other if isinstance(other, TupleValue) else TupleValue(other)
        return TupleValue(self.data + other.data, (self, other), (1.0, 1.0))

    def __sub__(self, other):
        other = other if isinstance(other, TupleValue) else TupleValue(other)
        return TupleValue(self.data - other.data, (self, other), (1.0, -1.0))

    def __mul__(self, other):
        other = other if isinstance(other, TupleValue) else TupleValue(other)
        return TupleValue(self.data * other.data, (self, other), (other.data, self.data))

    __radd__ = __add__

    def exp(self):
        out = math.exp(self.data)
        return TupleValue(out, (self,), (out,))

    def log(self):
        return TupleValue(math.log(self.data), (self,), (1 / self.data,))

    def relu(self):
        return TupleValue(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        order = []
        visit(self, order, set())
        self.grad = 1.0
        for node in reversed(order):
            for parent, slope in zip(node.parents, node.slopes):   # noqa: B905 (as in helpers.scalar)
                parent.grad += slope * node.grad


class ClosureValue:
    """In the manner of micrograd: each node holds a set of parents and a function that sends its gradient back.

    That function refers to its own node, so only the garbage collector can free the graph: with the collector off it
    stays, and the time to free it is not in that column.
    """

    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = set(parents)
        self.send_back = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, ClosureValue) else ClosureValue(other)
        out = ClosureValue(self.data + other.data, (self, other))

        def send_back():
            self.grad += out.grad
            other.grad += out.grad

        out.send_back = send_back
        return out

    def __mul__(self, other):
        other = other if isinstance(other, ClosureValue) else ClosureValue(other)
        out = ClosureValue(self.data * other.data, (self, other))

        def send_back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.send_back = send_back
        return out

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    __radd__ = __add__

    def exp(self):
        out = ClosureValue(math.exp(self.data), (self,))

        def send_back():
            self.grad += out.data * out.grad

        out.send_back = send_back
        return out

    def log(self):
        out = ClosureValue(math.log(self.data), (self,))

        def send_back():
            self.grad += out.grad / self.data

        out.send_back = send_back
        return out

    def relu(self):
        out = ClosureValue(max(self.data, 0.0), (self,))

        def send_back():
            self.grad += (self.data > 0) * out.grad

        out.send_back = send_back
        return out

    def backward(self):
        order, visited = [], set()

        def visit(node):
            if node not in visited:
                visited.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.send_back()


def sum_of_products(weights, inputs):
    return sum([w * x for w, x in zip(weights, inputs, strict=True)])


def surprise(logits, target_id):
    """-log p of the target, from the operations that every engine has."""
    largest = max(x.data for x in logits)
    shifted = [x - largest for x in logits]
    return sum([x.exp() for x in shifted]).log() - shifted[target_id]


def loss_of(token_ids, rows, outputs, product):
    """Mean surprise of the net at every next token."""
    surprises = []
    for token_id, next_id in pairwise(token_ids):
        hidden = [x.relu() for x in rows[token_id]]
        surprises.append(surprise([product(weights, hidden) for weights in outputs], next_id))
    return sum(surprises) * (1 / len(surprises))


def knobs(engine, vocab_size):
    rng = random.Random(0)
    rows, outputs = [
        [[engine(rng.gauss(0, 0.3)) for _ in range(N_HIDDEN)] for _ in range(vocab_size)] for _ in range(2)
    ]
    return rows, outputs


def grads_of(rows, outputs):
    return [knob.grad for row in rows + outputs for knob in row]


def seconds_per_step(token_ids, rows, outputs, product, steps=10):
    """Forward, backward and letting go of the graph, several times: what the garbage collector does then counts too."""
    gc.collect()   # what another engine left lying about does not
    start = time.process_time()
    for _ in range(steps):
        for row in rows + outputs:
            for knob in row:
                knob.grad = 0.0
        loss = loss_of(token_ids, rows, outputs, product)
        loss.backward()
        del loss
    return (time.process_time() - start) / steps


def compare(ways, token_ids, rounds):
    """Take the ways in turn -> each one's fewest seconds per step, by name: others on the machine only add to it."""
    seconds = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seconds[name].append(seconds_per_step(token_ids, *way))
    return {name: min(times) for name, times in seconds.items()}


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    letters = letters_of(load_names())
    token_ids = encode("emma", letters)
    vocab_size = len(letters) + 1
    engines = {
        "closure and set per node, as in micrograd": (ClosureValue, sum_of_products),
        "slots and tuples, nothing else": (TupleValue, sum_of_products),
        "helpers.scalar": (Value, sum_of_products),
        "helpers.scalar with dot": (Value, dot),
    }
    ways = {name: (*knobs(engine, vocab_size), product) for name, (engine, product) in engines.items()}
    collector_on = compare(ways, token_ids, rounds)
    reference = grads_of(*ways["helpers.scalar"][:2])
    for rows, outputs, _ in ways.values():
        pairs = zip(grads_of(rows, outputs), reference, strict=True)
        assert all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-15) for a, b in pairs)
    gc.disable()
    collector_off = compare(ways, token_ids, rounds)
    gc.enable()

    for name in ("helpers.scalar", "helpers.scalar with dot"):
        print(f"{name}: {len(topological_order(loss_of(token_ids, *ways[name])))} computed values")
    print(f"\nbest of {rounds} rounds of 10 steps: processor milliseconds a step (times as fast as the first row)")
    print(f"{'':44}{'collector on':>16}{'collector off':>18}")
    first = next(iter(ways))
    for name in ways:
        on, off = (f"{t[name] * 1e3:.2f} ({t[first] / t[name]:.2f})" for t in (collector_on, collector_off))
        print(f"{name:44}{on:>16}{off:>18}")


if __name__ == "__main__":
    main()
