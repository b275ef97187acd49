"""How long something takes, and why: a stopwatch, a count of the work, and a prediction.

Built in chapters/14_how_fast.ipynb.
"""

import math
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers.scalar import Value
from helpers.tensor import Tensor
from helpers.training import Adam, gradients


def seconds_of_each(ways, n_rounds=9, least=0.002, clock=time.perf_counter):
    """How long one call of each function takes: the best of several rounds, in turn.

    ways: name -> function without arguments -> dict: name -> seconds
    least: a function that is quicker is called again until a round takes this long
    clock: time.perf_counter is the one on the wall; time.process_time stands still while
        the processor works for other programs
    """
    n_calls = {}
    for name, call in ways.items():
        call()                                     # the first call warms up, and is not timed
        start, n_calls[name] = clock(), 0
        while n_calls[name] == 0 or clock() - start < least:
            call()
            n_calls[name] += 1
    best = dict.fromkeys(ways, math.inf)
    for _ in range(n_rounds):
        for name, call in ways.items():
            start = clock()
            for _ in range(n_calls[name]):
                call()
            best[name] = min(best[name], (clock() - start) / n_calls[name])
    return best


def seconds_of(call, n_rounds=9, least=0.002, clock=time.perf_counter):
    """How long one call of this function takes: the best of several rounds -> seconds"""
    return seconds_of_each({"it": call}, n_rounds, least, clock)["it"]


class Work(NamedTuple):
    """What one call has to do.

    name: numpy's name of it, or "Tensor" for what a node costs beside its numpy calls
    operations: multiplications and additions of a product; 0 for anything else
    size_bytes: bytes of all arrays that are read, and of the one that is written
    """

    name: str
    operations: int
    size_bytes: int


def product_work(M, K, N, itemsize=4):
    """The work of (M, K) @ (K, N). itemsize: bytes of a number, 4 for float32 -> Work"""
    return Work("matmul", 2 * M * K * N, itemsize * (M * K + K * N + M * N))


@dataclass(frozen=True)
class Machine:
    """What a machine can do, measured.

    operations_per_second: "float32" and "float64" -> in a large product
    bytes_per_second: read from memory
    call_seconds: "float", "Value", "numpy" and "Tensor" -> the price of one call
    """

    operations_per_second: dict
    bytes_per_second: float
    call_seconds: dict


def predict(works, machine, dtype="float32"):
    """Where the time of these pieces of work will go -> dict: part -> seconds

    Each has its price as a call, and takes as long as multiplying or reading, whichever is
    longer. Raises ValueError for a type of number that the machine was not measured with.
    """
    if dtype not in machine.operations_per_second:
        known = sorted(machine.operations_per_second)
        raise ValueError(f"want one of {known}, got {dtype!r}")
    parts = {"calls": 0.0, "multiplying": 0.0, "reading": 0.0}
    for work in works:
        parts["calls"] += machine.call_seconds["Tensor" if work.name == "Tensor" else "numpy"]
        multiplying = work.operations / machine.operations_per_second[dtype]
        reading = work.size_bytes / machine.bytes_per_second
        longer = "multiplying" if multiplying > reading else "reading"
        parts[longer] += max(multiplying, reading)
    return parts


def same(x):
    """A Tensor that computes nothing: what is left is the price of a node."""
    return Tensor(x.data, parents=[(x, lambda grad: grad)])


def call_prices(n=1000, n_rounds=9, clock=time.perf_counter):
    """The price of one call -> dict: "float", "Value", "numpy", "Tensor" -> seconds

    A Value and a Tensor are made and get their gradient; a numpy call is the mean of four.
    """
    one, table, column = np.ones(1), np.ones((4, 4)), np.ones((4, 1))

    def chain(start, step):
        for _ in range(n):
            start = step(start)
        return start

    def floats():
        total = 0.0
        for _ in range(n):
            total = total + 0.5

    found = seconds_of_each({
        "float": floats,
        "Value": lambda: chain(Value(1.0), lambda x: x + 0.5).backward(),
        "Tensor": lambda: chain(Tensor(one), same).backward(one),
        "add": lambda: table + column,
        "scale": lambda: table * 0.5,
        "sum": lambda: table.sum(axis=1, keepdims=True),
        "product": lambda: table @ table,
    }, n_rounds, clock=clock)
    four = [found.pop(name) for name in ["add", "scale", "sum", "product"]]
    prices = {name: seconds / n for name, seconds in found.items()}
    return {**prices, "numpy": sum(four) / 4}


def measure_machine(side=1024, megabytes=256, n_rounds=9, clock=time.perf_counter):
    """Measure the three numbers, in some seconds -> Machine

    side: of the square arrays that are multiplied; megabytes: of the array that is read
    clock: see `seconds_of_each`
    """
    squares = {dtype: np.ones((side, side), dtype) for dtype in ["float32", "float64"]}
    ways = {dtype: lambda x=square: x @ x for dtype, square in squares.items()}
    operations = product_work(side, side, side).operations
    found = seconds_of_each(ways, n_rounds, clock=clock)
    weights = np.ones((megabytes * 2**18 // 1024, 1024), np.float32)   # 4 bytes each
    row = np.ones(1024, np.float32)
    seconds_to_read = seconds_of(lambda: weights @ row, n_rounds, clock=clock)
    return Machine(
        {dtype: operations / seconds for dtype, seconds in found.items()},
        weights.nbytes / seconds_to_read,
        call_prices(n_rounds=n_rounds, clock=clock),
    )


def uncounted(x):
    """Plain arrays for counted ones, in tuples and lists too; anything else as it is."""
    if isinstance(x, (tuple, list)):
        return type(x)(uncounted(each) for each in x)
    return x.view(np.ndarray) if isinstance(x, CountedArray) else x


class CountedArray(np.ndarray):
    """An array that notes every numpy call in which it takes part."""

    works = []   # Work of each call so far

    def noted(self, name, call, inputs, how):
        inputs, how = uncounted(inputs), {key: uncounted(x) for key, x in how.items()}
        result = call(*inputs, **how)
        lists = [x if isinstance(x, (tuple, list)) else [x] for x in inputs]
        kinds = (np.ndarray, np.generic)
        arrays = [x for each in lists for x in each if isinstance(x, kinds)]
        operations = 0
        if name in ("matmul", "vecdot"):
            last = arrays[1].shape[-1] if name == "matmul" and arrays[1].ndim > 1 else 1
            operations = 2 * arrays[0].size * last
        if name != "shape":   # asks, and computes nothing
            size_bytes = sum(x.nbytes for x in arrays) + np.asarray(result).nbytes
            self.works.append(Work(name, operations, size_bytes))
        return result.view(CountedArray) if isinstance(result, np.ndarray) else result

    def __array_ufunc__(self, ufunc, method, *inputs, **how):   # numpy asks us: a + b, a @ b
        return self.noted(ufunc.__name__, getattr(ufunc, method), inputs, how)

    def __array_function__(self, function, types, inputs, how):   # np.where, np.concatenate
        return self.noted(function.__name__, function, inputs, how)


@contextmanager
def counting():
    """Inside, every new Tensor holds a counted array -> the list of Work, which grows"""
    plain = Tensor.__init__

    def init(self, data, parents=()):
        plain(self, data, parents)
        self.data = self.data.view(CountedArray)
        CountedArray.works.append(Work("Tensor", 0, 0))

    CountedArray.works = []
    Tensor.__init__ = init
    try:
        yield CountedArray.works
    finally:
        Tensor.__init__ = plain


def works_of_step(params, batch, config):
    """All that one training step does: forward, backward, Adam -> list of Work

    params stay as they are. batch: see `make_batch`
    """
    with counting() as works:
        own = {name: Tensor(tensor.data) for name, tensor in params.items()}
        optimizer = Adam(own)   # copies them into its row
        works.clear()   # what came before is not the step's
        gradients(own, batch, config)
        optimizer.step(0.01)
    return works
