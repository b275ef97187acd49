"""How much faster one_page.py trains than the plain design: a number on the graph for every product and every sum.

Run: python -m benchmarks.one_page_speed [rounds]

Every way is one_page.py itself, with another engine under the same layers: the same names, the same start, in turn, in
one run. Read the ratios; times depend on the machine. The losses must agree.

plain, as usual     a sum of products is a chain of steps; backward sorts the graph with a function inside a function
                    that calls itself, so that only the garbage collector can free the graph
plain, freed        the same chain; chapter 3's loop sorts it, and nothing keeps it alive
one node per dot    a whole dot product is one step; still sorted by the loop
one_page.py         the same, and the tape instead of the sorting
"""

import importlib.util
import random
import sys
import time
from pathlib import Path

from helpers import scalar
from helpers.names import load_names

FILE = Path(__file__).resolve().parents[1] / "one_page.py"


def one_page():
    """A copy of the file as a module of its own, so that its parts can be exchanged."""
    spec = importlib.util.spec_from_file_location("one_page_copy", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module   # its dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


def order_by_inner_function(root):
    """The graph of `root`, parents first, by a function that calls itself."""
    order, visited = [], set()

    def visit(value):
        if value not in visited:
            visited.add(value)
            for parent in value.parents:
                visit(parent)
            order.append(value)

    visit(root)
    return order[::-1]


def sorted_walk(order_of):
    """A `backward` that finds the order of the graph first."""

    def backward(loss):
        loss.grad = 1.0
        for value in order_of(loss):
            for parent, slope in zip(value.parents, value.slopes):
                parent.grad += slope * value.grad

    return backward


def chain(values):
    """A sum, step by step."""
    first, *others = values
    for value in others:
        first = first + value
    return first


def with_engine(order_of, plain):
    """one_page.py without the tape; `plain`: and with a step for every product and sum."""
    module = one_page()

    class Value(module.Value):
        __slots__ = ()

        def __init__(self, data, parents=(), slopes=()):
            self.data, self.grad, self.parents, self.slopes = data, 0.0, parents, slopes

        def __add__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            return Value(self.data + other.data, (self, other), (1.0, 1.0))

        def __mul__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            return Value(self.data * other.data, (self, other), (other.data, self.data))

        def __pow__(self, exponent):
            return Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

        def exp(self):
            out = module.math.exp(self.data)
            return Value(out, (self,), (out,))

        def log(self):
            return Value(module.math.log(self.data), (self,), (1 / self.data,))

        def relu(self):
            return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def cross_entropy(logits, next_id):
        return module.softmax(logits)[next_id].log() * -1

    module.Value = Value
    module.backward = sorted_walk(order_of)
    if plain:
        module.total = chain
        module.dot = lambda xs, ys: chain([x * y for x, y in zip(xs, ys)])
        module.cross_entropy = cross_entropy
    return module


WAYS = {
    "plain, as usual": lambda: with_engine(order_by_inner_function, plain=True),
    "plain, freed": lambda: with_engine(scalar.topological_order, plain=True),
    "one node per dot": lambda: with_engine(scalar.topological_order, plain=False),
    "one_page.py": one_page,
}


class Run:
    """A model in training, one way."""

    def __init__(self, way, names):
        self.page = WAYS[way]()
        letters = self.page.letters_of(names)
        self.many_ids = [self.page.encode(name, letters) for name in names]
        self.config = self.page.GPTConfig(len(letters) + 1, 16)
        self.params = self.page.init_params(self.config, random.Random(0))
        self.optimizer = self.page.Adam(self.params)
        self.losses = []

    def seconds_per_step(self, n_steps):
        """Go on for some steps -> processor seconds a step: forward, backward, Adam, and all that frees memory."""
        start = time.process_time()
        for _ in range(n_steps):
            loss = self.page.loss_of(self.params, self.many_ids[len(self.losses)], self.config)
            self.page.backward(loss)
            self.optimizer.step(0.01)
            self.losses.append(loss.data)
        return (time.process_time() - start) / n_steps


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    names = load_names()[::97]
    runs = {way: Run(way, names) for way in WAYS}
    seconds = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, run in runs.items():
            seconds[way].append(run.seconds_per_step(5))
    best = {way: min(times) for way, times in seconds.items()}
    for way in WAYS:
        print(f"{way:<18} {1e3 * best[way]:8.1f} ms a step   {best['plain, as usual'] / best[way]:5.1f} times as fast as usual")
    losses = [run.losses for run in runs.values()]
    print(f"losses differ by {max(max(each) - min(each) for each in zip(*losses)):.0e} at most, over {len(losses[0])} steps")


if __name__ == "__main__":
    main()
