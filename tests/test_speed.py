"""The stopwatch, the count of the work and the prediction: each against another way to find the same."""

import time

import numpy as np
import pytest

from helpers import scalar
from helpers.batching import make_batch
from helpers.model import GPTConfig, init_params, linear
from helpers.scalar import Value
from helpers.speed import (
    CountedArray,
    Machine,
    Work,
    call_prices,
    counting,
    measure_machine,
    predict,
    product_work,
    same,
    seconds_of,
    seconds_of_each,
    works_of_step,
)
from helpers.tensor import Tensor, topological_order
from helpers.training import Adam, gradients

MACHINE = Machine({"float32": 100.0, "float64": 50.0}, 10.0, {"float": 0.01, "Value": 0.5, "numpy": 1.0, "Tensor": 3.0})


class Clock:
    """A clock that moves only when something says that it took time."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 1e-6   # looking at it takes time too
        return self.now


def test_the_best_round_counts_and_a_slow_one_does_not():
    clock, turns = Clock(), iter([5.0, 1.0, 9.0, 2.0, 3.0, *[9.0] * 50])

    def call():
        clock.now += next(turns)

    assert seconds_of(call, n_rounds=3, least=0.5, clock=clock) == pytest.approx(2.0, abs=1e-4)   # 5 warms up, 1 counts how often


def test_ways_take_turns_and_each_is_timed_by_itself():
    clock, order = Clock(), []

    def way(name, seconds):
        def call():
            order.append(name)
            clock.now += seconds
        return call

    found = seconds_of_each({"a": way("a", 0.1), "b": way("b", 0.3)}, n_rounds=3, least=0.05, clock=clock)
    assert found == pytest.approx({"a": 0.1, "b": 0.3}, abs=1e-4)
    assert order[4:] == ["a", "b"] * 3 and order[:4] == ["a", "a", "b", "b"]


def test_a_quick_one_is_repeated_until_the_clock_can_tell():
    clock, n = Clock(), [0]

    def call():
        n[0] += 1
        clock.now += 1e-4

    assert seconds_of(call, n_rounds=2, least=0.01, clock=clock) == pytest.approx(1e-4, rel=0.05)
    assert 250 < n[0] < 350   # about 100 calls to find how many, then two rounds


def test_the_true_clock_finds_what_takes_longer():
    found = seconds_of_each({"nothing": lambda: None, "sleep": lambda: time.sleep(0.003)}, n_rounds=2)
    assert found["nothing"] < 0.001 < found["sleep"]
    assert seconds_of(lambda: time.sleep(0.003), 2, clock=time.process_time, least=0.0) < 0.002   # asleep is not at work


@pytest.mark.parametrize("shape", [(2, 3, 4), (1, 1, 1), (7, 1, 5)])
def test_a_product_has_the_operations_that_loops_count(shape):
    M, K, N = shape
    counted = sum(2 for _ in range(M) for _ in range(N) for _ in range(K))
    a, b = np.ones((M, K)), np.ones((K, N))
    assert product_work(M, K, N, itemsize=8) == Work("matmul", counted, a.nbytes + b.nbytes + (a @ b).nbytes)
    assert product_work(M, K, N).size_bytes * 2 == product_work(M, K, N, itemsize=8).size_bytes


def test_a_prediction_is_the_price_and_the_longer_of_multiplying_and_reading():
    assert predict([Work("matmul", 400, 30)], MACHINE) == {"calls": 1.0, "multiplying": 4.0, "reading": 0.0}
    assert predict([Work("matmul", 400, 50)], MACHINE) == {"calls": 1.0, "multiplying": 0.0, "reading": 5.0}
    assert predict([Work("matmul", 400, 50)], MACHINE, "float64") == {"calls": 1.0, "multiplying": 8.0, "reading": 0.0}
    assert predict([Work("Tensor", 0, 0), Work("add", 0, 20)], MACHINE) == {"calls": 4.0, "multiplying": 0.0, "reading": 2.0}
    assert predict([], MACHINE) == {"calls": 0, "multiplying": 0, "reading": 0}
    with pytest.raises(ValueError, match=r"want one of \['float32', 'float64'\], got 'float16'"):
        predict([], MACHINE, "float16")


def test_a_prediction_of_several_is_the_sum_of_theirs():
    works = [Work("matmul", 400, 30), Work("matmul", 400, 50), Work("Tensor", 0, 0)]
    alone = [predict([work], MACHINE) for work in works]
    assert predict(works, MACHINE) == {part: sum(each[part] for each in alone) for part in alone[0]}


def test_counted_arrays_compute_what_plain_ones_do():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    c, d = a.view(CountedArray), b.view(CountedArray)
    CountedArray.works = []
    ways = [
        (c @ d, a @ b), (c + 1, a + 1), (1 - c, 1 - a), (c.sum(axis=0), a.sum(axis=0)), (np.where(c > 0, c, -c), np.abs(a)), (np.maximum(c, 0), np.maximum(a, 0)),
        (np.concatenate([c, c]), np.concatenate([a, a])), (np.vecdot(c, c), np.vecdot(a, a)), (c.max(axis=1, keepdims=True), a.max(axis=1, keepdims=True)),
    ]
    for counted, plain in ways:
        assert isinstance(counted, CountedArray) and np.array_equal(np.asarray(counted), plain)
    c += 1
    assert isinstance(c, CountedArray) and np.allclose(np.asarray(c), a)   # a view: the same memory
    assert np.shape(c) == (3, 4)
    assert [work.name for work in CountedArray.works] == ["matmul", "add", "subtract", "add", "greater", "negative", "where", "maximum", "concatenate", "vecdot", "maximum", "add"]


def test_operations_and_bytes_of_a_call_are_those_of_its_arrays():
    a, b, row = (np.ones(shape, np.float32).view(CountedArray) for shape in ((2, 3, 4), (2, 4, 5), (4,)))
    CountedArray.works = []
    a @ b
    a @ row
    np.vecdot(a, a)
    a + row
    np.concatenate([row, row])
    assert CountedArray.works == [
        Work("matmul", 2 * 2 * 3 * 4 * 5, 4 * (24 + 40 + 30)), Work("matmul", 2 * 24, 4 * (24 + 4 + 6)), Work("vecdot", 2 * 24, 4 * (24 + 24 + 6)),
        Work("add", 0, 4 * (24 + 4 + 24)), Work("concatenate", 0, 4 * (4 + 4 + 8)),
    ]


def test_tensors_count_inside_the_block_only():
    plain = Tensor.__init__
    with counting() as works:
        linear(Tensor(np.ones((5, 3))), Tensor(np.ones((2, 3))))
        assert [work.name for work in works] == ["Tensor", "Tensor", "matmul", "Tensor"] and works[2] == product_work(5, 3, 2, itemsize=8)
    assert Tensor.__init__ is plain and type(Tensor(np.ones(2)).data) is np.ndarray
    with pytest.raises(RuntimeError, match="stop"), counting():
        raise RuntimeError("stop")
    assert Tensor.__init__ is plain
    n = len(works)
    with counting() as others:
        Tensor(np.ones(2)) + 1.0
    assert len(works) == n and others is not works


CONFIG = GPTConfig(vocab_size=11, context_length=8, n_layer=2, n_head=2, n_embd=8)
BATCH = make_batch([[10, 1, 2, 3, 10], [10, 4, 5, 6, 10], [10, 7, 7, 7, 10]])


def test_counting_a_step_changes_nothing_and_computes_the_same():
    params = init_params(CONFIG, np.random.default_rng(0))
    before = {name: tensor.data.copy() for name, tensor in params.items()}
    works_of_step(params, BATCH, CONFIG)
    assert all(np.array_equal(before[name], tensor.data) and tensor.grad is None for name, tensor in params.items())
    with counting():
        counted = {name: Tensor(tensor.data.copy()) for name, tensor in params.items()}
        loss_counted = gradients(counted, BATCH, CONFIG)
    loss = gradients(params, BATCH, CONFIG)
    assert float(loss.data) == float(loss_counted.data)
    for name, tensor in params.items():
        np.testing.assert_array_equal(tensor.grad, np.asarray(counted[name].grad))


def operations_by_pencil(config, B, T):
    C, L, V = config.n_embd, config.n_layer, config.vocab_size
    linear = 6 * B * T * (12 * L * C * C + V * C)
    attention = 12 * L * B * T * T * C
    lookup = 2 * B * T * V * C + 2 * T * config.context_length * C   # on the way back, a product with one-hot rows
    norms = (2 * L + 1) * 2 * 2 * B * T * C + L * 2 * B * T * T * config.n_head   # dot products in rmsnorm, and in softmax backward
    return linear + attention + lookup + norms


@pytest.mark.parametrize(("config", "batch"), [(CONFIG, BATCH), (GPTConfig(vocab_size=11), BATCH)])
def test_a_step_has_the_operations_that_a_pencil_finds(config, batch):
    works = works_of_step(init_params(config, np.random.default_rng(0)), batch, config)
    assert sum(work.operations for work in works) == operations_by_pencil(config, *batch[0].shape)


def test_a_step_s_nodes_are_those_of_its_graph():
    """And none of those that were made before it."""
    params = init_params(CONFIG, np.random.default_rng(0))
    nodes = [tensor for tensor in topological_order(gradients(params, BATCH, CONFIG)) if tensor.parents]
    works = works_of_step(params, BATCH, CONFIG)
    assert sum(work.name == "Tensor" for work in works) == len(nodes)
    assert works[0].name != "concatenate"   # Adam's row


def test_a_step_s_calls_do_not_depend_on_sizes_and_its_bytes_halve_in_float32():
    def works(n_embd, dtype):
        config = GPTConfig(vocab_size=11, context_length=8, n_head=2, n_embd=n_embd)
        return works_of_step(init_params(config, np.random.default_rng(0), dtype), BATCH, config)

    short, long, wide = works(8, np.float32), works(8, np.float64), works(16, np.float32)
    assert [work.name for work in short] == [work.name for work in long] == [work.name for work in wide]
    assert 0.45 < sum(w.size_bytes for w in short) / sum(w.size_bytes for w in long) < 0.6   # ids and masks stay as they are
    assert sum(w.operations for w in short) == sum(w.operations for w in long)


def test_an_adam_step_is_counted_too():
    params = init_params(CONFIG, np.random.default_rng(0))
    for tensor in params.values():
        tensor.grad = np.ones(tensor.shape)
    n_knobs = sum(tensor.data.size for tensor in params.values())
    works = works_of_step(params, BATCH, CONFIG)
    roots = [work for work in works if work.name == "sqrt"]
    assert max(work.size_bytes for work in roots) == 2 * 8 * n_knobs
    Adam(params).step(0.01)   # and the real one still works


def test_the_empty_tensor_hands_numbers_and_gradients_on():
    x = Tensor(np.array([1.0, 2.0]))
    out = same(same(x))
    out.backward(np.array([3.0, 4.0]))
    assert np.array_equal(out.data, x.data) and np.array_equal(x.grad, [3.0, 4.0])


def test_prices_are_in_an_order_that_holds_everywhere():
    prices = call_prices(n=200, n_rounds=5, clock=time.process_time)
    assert prices.keys() == {"float", "Value", "numpy", "Tensor"}
    assert 0 < prices["float"] < prices["numpy"] / 3 and prices["Value"] > 5 * prices["float"]
    assert seconds_of(lambda: Value(1.0) + 0.5, 3, clock=time.process_time) < 5 * prices["Value"]


def told_seconds(monkeypatch, seconds):
    """A stopwatch that times nothing: what it was asked for, and with which clocks -> dict: name -> function, set"""
    asked, clocks = {}, set()

    def stopwatch(ways, n_rounds=9, least=0.002, clock=time.perf_counter):
        asked.update(ways)
        clocks.add(clock)
        return {name: seconds[name] for name in ways}

    monkeypatch.setattr("helpers.speed.seconds_of_each", stopwatch)
    return asked, clocks


CALLS = {"float": 20.0, "Value": 40.0, "Tensor": 60.0, "add": 1.0, "scale": 2.0, "sum": 3.0, "product": 6.0}


def test_a_price_is_that_of_one_call_with_its_gradient(monkeypatch):
    asked, _ = told_seconds(monkeypatch, CALLS)
    assert call_prices(n=10) == {"float": 2.0, "Value": 4.0, "Tensor": 6.0, "numpy": 3.0}
    made = []
    for kind, order in ((Value, scalar.topological_order), (Tensor, topological_order)):
        monkeypatch.setattr(kind, "backward", lambda self, *_, kind=kind, order=order: made.append((kind, len(order(self)))))
    asked["Value"](), asked["Tensor"]()
    assert made == [(Value, 2 * 10 + 1), (Tensor, 10 + 1)]   # a sum of a Value and a number makes a Value of the number, too


def test_a_machine_s_numbers_are_its_work_by_its_seconds(monkeypatch):
    asked, clocks = told_seconds(monkeypatch, {"float32": 2.0, "float64": 4.0, "it": 0.5, **CALLS})
    machine = measure_machine(side=8, megabytes=3, clock=time.process_time)
    assert machine.operations_per_second == {"float32": 2 * 8**3 / 2, "float64": 2 * 8**3 / 4}
    assert machine.bytes_per_second == 3 * 2**20 / 0.5
    assert [asked[kind]().dtype for kind in machine.operations_per_second] == [np.float32, np.float64]
    assert clocks == {time.process_time}


def test_a_machine_is_measured_in_three_numbers():
    machine = measure_machine(side=128, megabytes=4, n_rounds=3, clock=time.process_time)
    assert machine.operations_per_second.keys() == {"float32", "float64"}
    seconds = seconds_of(lambda x=np.ones((128, 128), np.float32): x @ x, 3, clock=time.process_time)   # noqa: B008
    assert 0.2 < machine.operations_per_second["float32"] * seconds / (2 * 128**3) < 5
    weights, row = np.ones((1024, 1024), np.float32), np.ones(1024, np.float32)
    assert 0.2 < machine.bytes_per_second * seconds_of(lambda: weights @ row, 3, clock=time.process_time) / weights.nbytes < 5
