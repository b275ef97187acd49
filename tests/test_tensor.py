"""The gradients of helpers/tensor.py: against nudging, against PyTorch, against the scalar engine."""

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import required
from helpers import scalar
from helpers.nudging import nudge_gradient
from helpers.scalar import Value
from helpers.tensor import (
    Tensor,
    add,
    concatenate,
    cross_entropy,
    divide,
    exp,
    gather_rows,
    log,
    matmul,
    mean_over,
    multiply,
    power,
    relu,
    reshape,
    softmax,
    subtract,
    sum_over,
    tanh,
    transpose,
    unbroadcast,
)

IDS = np.array([[2, 0, 2], [1, 2, 3]])
IS_HIDDEN = np.array([[False, True, False], [True, True, False]])
IS_PADDING = np.array([[False, False, True], [False, True, True]])
MANY_ROWS = np.array([500, 3, 500])

CASES = {   # what it shows: (operation, shapes of its inputs)
    "add": (add, (3, 4), (3, 4)),
    "add broadcasts a row": (add, (3, 4), (4,)),
    "add broadcasts both ways": (add, (3, 1), (1, 4)),
    "add broadcasts a single number": (add, (), (2, 3)),
    "subtract broadcasts": (subtract, (2, 1, 4), (3, 1)),
    "multiply": (multiply, (3, 4), (3, 4)),
    "multiply broadcasts both ways": (multiply, (2, 1, 4), (3, 1)),
    "divide": (divide, (3, 4), (3, 4)),
    "divide broadcasts": (lambda a, b: a / b, (4,), (3, 1)),
    "operators with plain numbers": (lambda x: 1 - (2 * x + 3) / 4 + 5 / x - -x, (2, 3)),
    "operators with plain arrays": (lambda x: np.ones(3) - x * np.arange(3.0) + np.ones(3) / x, (2, 3)),
    "matmul": (matmul, (3, 4), (4, 5)),
    "matmul flattens the axes in front": (matmul, (2, 3, 4), (4, 5)),
    "matmul in a batch": (matmul, (2, 3, 4), (2, 4, 5)),
    "matmul broadcasts the batch": (matmul, (2, 1, 3, 4), (3, 4, 5)),
    "matmul of a matrix and a batch": (matmul, (3, 4), (2, 4, 5)),
    "matmul with a plain array": (lambda x: np.ones((2, 3)) @ x @ np.ones((4, 2)), (3, 4)),
    "power 2": (lambda x: x**2, (3, 4)),
    "power -0.5": (lambda x: power(x, -0.5), (3, 4)),
    "exp": (exp, (3, 4)),
    "log": (log, (3, 4)),
    "relu": (lambda x: relu(x - 1.2), (3, 4)),
    "tanh": (tanh, (3, 4)),
    "sum over all": (sum_over, (3, 4)),
    "sum over one axis": (lambda x: sum_over(x, axis=1), (2, 3, 4)),
    "sum over two axes": (lambda x: sum_over(x, axis=(0, -1)), (2, 3, 4)),
    "sum keeps axes": (lambda x: sum_over(x, axis=-1, keepdims=True) * x, (2, 3, 4)),
    "mean over all": (mean_over, (3, 4)),
    "mean over one axis": (lambda x: mean_over(x, axis=0), (2, 3, 4)),
    "mean keeps axes": (lambda x: mean_over(x, axis=(0, 2), keepdims=True) * x, (2, 3, 4)),
    "reshape": (lambda x: reshape(x, (4, -1)), (2, 3, 4)),
    "transpose": (transpose, (2, 3, 4)),
    "transpose other axes": (lambda x: transpose(x, 0, 1), (2, 3, 4)),
    "gather rows": (lambda table: gather_rows(table, IDS), (4, 5)),
    "gather rows of a long table": (lambda table: gather_rows(table, MANY_ROWS), (501, 2)),
    "gather one row": (lambda table: gather_rows(table, 2), (4, 5)),
    "concatenate": (lambda *parts: concatenate(parts), (2, 3), (2, 1), (2, 4)),
    "concatenate in the middle": (lambda *parts: concatenate(parts, axis=1), (2, 3, 2), (2, 1, 2)),
    "concatenate one tensor twice": (lambda x: concatenate([x, x * 2, x], axis=0), (2, 3)),
    "softmax": (softmax, (2, 3, 4)),
    "softmax with hidden entries": (lambda x: softmax(x, IS_HIDDEN), (2, 2, 3)),
    "cross-entropy": (lambda logits: cross_entropy(logits, IDS), (2, 3, 4)),
    "cross-entropy with padding": (lambda logits: cross_entropy(logits, IDS, IS_PADDING), (2, 3, 4)),
    "cross-entropy of one target": (lambda logits: cross_entropy(logits, 2), (4,)),
    "a tensor used twice": (lambda x, y: (x * y + x) @ transpose(x), (3, 4), (4,)),
    "one tensor on both sides": (lambda x: x * x + x, (3,)),
}


def random_array(rng, shape):
    return rng.uniform(0.5, 2.0, shape)   # log and division want numbers above 0


def gradients(operation, arrays, weights):
    """The value of sum(operation(*arrays) * weights), and its gradient for each array."""
    tensors = [Tensor(array) for array in arrays]
    out = operation(*tensors)
    out.backward(weights(out.shape))
    return out.data, [tensor.grad for tensor in tensors]


@pytest.mark.parametrize("name", CASES)
def test_gradients_agree_with_nudging(name):
    operation, *shapes = CASES[name]
    rng = np.random.default_rng(1)
    arrays = [random_array(rng, shape) for shape in shapes]
    weights = random_array(rng, operation(*map(Tensor, arrays)).shape)
    _, found = gradients(operation, arrays, lambda shape: weights)
    for place, array in enumerate(arrays):
        def weighted_sum(numbers, place=place):
            return (operation(*map(Tensor, arrays[:place] + [numbers] + arrays[place + 1:])).data * weights).sum()

        assert found[place].shape == array.shape
        np.testing.assert_allclose(found[place], nudge_gradient(weighted_sum, array), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", CASES)
def test_float_type_is_kept(name):
    operation, *shapes = CASES[name]
    tensors = [Tensor(np.ones(shape, np.float32)) for shape in shapes]
    out = operation(*tensors)
    out.backward(np.ones(out.shape))
    assert out.data.dtype == np.float32
    assert all(tensor.grad.dtype == np.float32 for tensor in tensors)


def test_everything_but_floats_becomes_float64():
    for numbers in (3, True, [1, 2], np.array([1], np.int8), np.array([True]), 0.5):
        assert Tensor(numbers).data.dtype == np.float64


def test_numpy_numbers_and_arrays_do_not_widen_float32():
    x = Tensor(np.full(2, 3, np.float32))
    others = (2, 2.0, np.float64(2), np.int64(2), np.float32(2), np.full(2, 2.0), np.full((3, 2), 2), np.uint8(2), [2, 2])
    for other in others:
        for out in (x + other, other + x, x - other, other - x, x * other, other * x, x / other, other / x):
            assert isinstance(out, Tensor) and out.data.dtype == np.float32
        np.testing.assert_array_equal((other - x).data, np.broadcast_to(-1, np.broadcast_shapes((2,), np.shape(other))))
        np.testing.assert_array_equal((x - other).data, np.broadcast_to(1, np.broadcast_shapes((2,), np.shape(other))))


def test_a_mask_can_be_subtracted():
    np.testing.assert_array_equal((Tensor([1.0, 1.0]) - (np.array([3, 4]) == 3)).data, [0, 1])


def test_the_power_0_has_the_slope_0_even_at_0():
    x = Tensor([0.0, 2.0])
    (x**0).backward(np.ones(2))
    np.testing.assert_array_equal(x.grad, [0, 0])


# Against PyTorch

def broadcastable_shapes(draw):
    full = draw(st.lists(st.integers(1, 4), max_size=4))
    thinned = [[draw(st.sampled_from([size, 1])) for size in full] for _ in range(2)]
    return [tuple(shape[draw(st.integers(0, len(full))):]) for shape in thinned]


def matmul_shapes(draw):
    batches = broadcastable_shapes(draw)
    M, K, N = [draw(st.integers(1, 5)) for _ in range(3)]
    return [(*batches[0], M, K), (*batches[1], K, N)]


def assert_same_as_torch(ours, theirs, arrays, seed):
    torch = required("torch")
    tensors = [Tensor(array) for array in arrays]
    others = [torch.tensor(array, requires_grad=True) for array in arrays]
    out, other_out = ours(*tensors), theirs(*others)
    assert out.shape == tuple(other_out.shape)
    np.testing.assert_allclose(out.data, other_out.detach().numpy(), rtol=1e-9, atol=1e-12)
    weights = random_array(np.random.default_rng(seed), out.shape)
    out.backward(weights)
    other_out.backward(torch.tensor(weights))
    for tensor, other in zip(tensors, others, strict=True):
        np.testing.assert_allclose(tensor.grad, other.grad.numpy(), rtol=1e-9, atol=1e-12)


@settings(max_examples=100)
@given(st.data(), st.sampled_from("+-*/@"), st.integers(0, 1000))
def test_two_sided_operations_agree_with_torch(data, sign, seed):
    operation = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
                 "@": lambda a, b: a @ b}[sign]
    rng = np.random.default_rng(seed)
    shapes = (matmul_shapes if sign == "@" else broadcastable_shapes)(data.draw)
    assert_same_as_torch(operation, operation, [random_array(rng, shape) for shape in shapes], seed)


@settings(max_examples=100)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=4).map(tuple), st.integers(0, 1000), st.data())
def test_one_sided_operations_agree_with_torch(shape, seed, data):
    torch = required("torch")
    rng = np.random.default_rng(seed)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    exponent = data.draw(st.sampled_from([-2, -0.5, 0, 0.5, 1, 2, 3]))
    ids = rng.integers(0, shape[0], size=rng.integers(1, 4, size=2))
    targets = rng.integers(0, shape[-1], size=shape[:-1])
    is_padding = rng.random(shape[:-1]) < 0.3
    is_padding[(0,) * (len(shape) - 1)] = False
    is_hidden = rng.random(shape) < 0.3
    is_hidden[..., 0] = False

    def torch_loss(x):
        padded = torch.tensor(np.where(is_padding, -100, targets)).reshape(-1)   # torch leaves out targets of -100
        return torch.nn.functional.cross_entropy(x.reshape(-1, shape[-1]), padded)

    pairs = [
        (exp, torch.exp),
        (log, torch.log),
        (lambda x: relu(x - 1), lambda x: torch.relu(x - 1)),
        (tanh, torch.tanh),
        (lambda x: x**exponent, lambda x: x**exponent),
        (lambda x: sum_over(x, axis), lambda x: x.sum(axis)),
        (lambda x: mean_over(x, axis, keepdims=True), lambda x: x.mean(axis, keepdim=True)),
        (lambda x: transpose(x, 0, axis), lambda x: x.transpose(0, axis)),
        (lambda x: reshape(x, (-1,)), lambda x: x.reshape(-1)),
        (lambda x: concatenate([x, x * x], axis), lambda x: torch.cat([x, x * x], axis)),
        (lambda x: gather_rows(reshape(x, (shape[0], -1)), ids), lambda x: x.reshape(shape[0], -1)[torch.tensor(ids)]),
        (lambda x: softmax(x * 30), lambda x: torch.softmax(x * 30, -1)),
        (lambda x: softmax(x, is_hidden),
         lambda x: torch.softmax(x.masked_fill(torch.tensor(is_hidden), -torch.inf), -1)),
        (lambda x: cross_entropy(x, targets, is_padding), torch_loss),
    ]
    for ours, theirs in pairs:
        assert_same_as_torch(ours, theirs, [random_array(rng, shape)], seed)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("+-*/"), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=25),
       st.integers(0, 1000))
def test_graphs_that_reuse_their_nodes_agree_with_torch(steps, seed):
    rng = np.random.default_rng(seed)

    def tangle(*leaves):
        nodes = list(leaves)
        for sign, first, second in steps:
            a, b = nodes[first % len(nodes)], nodes[second % len(nodes)]
            denominator = b * b + 1.0
            nodes.append({"+": (a + b) * 0.5, "-": a - b * 0.5, "*": a * b / denominator, "/": a / denominator}[sign])
        return nodes[-1] + nodes[len(nodes) // 2] + sum(leaves)

    assert_same_as_torch(tangle, tangle, [random_array(rng, shape) for shape in ((2, 3), (3,), (2, 1))], seed)


# Against the scalar engine

def test_a_small_mlp_has_the_gradients_of_the_scalar_engine():
    rng = np.random.default_rng(0)
    first, bias, second = rng.normal(size=(3, 5)), rng.normal(size=5), rng.normal(size=(5, 4))
    inputs, targets = rng.normal(size=(6, 3)), rng.integers(0, 4, size=6)

    tensors = [Tensor(first), Tensor(bias), Tensor(second)]
    hidden = relu(inputs @ tensors[0] + tensors[1]) + exp(inputs @ tensors[0] * 0.1)
    loss = cross_entropy(hidden @ tensors[2], targets)
    loss.backward()

    values = [np.vectorize(Value, otypes=[object])(array) for array in (first, bias, second)]
    surprises = []
    for row, target in zip(inputs, targets, strict=True):
        sums = [scalar.dot(list(column), row.tolist()) for column in values[0].T]
        units = [(total + b).relu() + (total * 0.1).exp() for total, b in zip(sums, values[1], strict=True)]
        surprises.append(scalar.cross_entropy([scalar.dot(list(column), units) for column in values[2].T], int(target)))
    scalar_loss = sum(surprises) / len(surprises)
    scalar_loss.backward()

    assert abs(loss.data - scalar_loss.data) < 1e-12
    for tensor, array in zip(tensors, values, strict=True):
        grads = np.vectorize(lambda value: value.grad)(array)
        np.testing.assert_allclose(tensor.grad, grads, rtol=1e-12, atol=1e-12)


# The walk backwards

def test_a_chain_of_5000_nodes_has_its_gradient():
    x = Tensor([1.0, 2.0])
    y = x
    for _ in range(5000):
        y = y + x * 0.001
    y.backward(np.ones(2))
    np.testing.assert_allclose(x.grad, 6.0)


def test_doubling_a_tensor_60_times_takes_60_steps():
    x = Tensor(1.0)
    y = x
    for _ in range(60):
        y = y + y      # 2**60 paths lead back to x
    y.backward()
    assert x.grad == 2.0**60


def test_leaves_add_up_over_calls_and_inner_nodes_start_afresh():
    x = Tensor(3.0)
    b = 2 * x
    c = b * b + b
    c.backward()
    assert (x.grad, b.grad, c.grad) == (26, 13, 1)
    c.backward()
    assert (x.grad, b.grad, c.grad) == (52, 13, 1)


def test_a_leaf_is_its_own_gradient_of_1():
    x = Tensor(3.0)
    x.backward()
    assert x.grad == 1


def test_changing_one_gradient_in_place_leaves_others_alone():
    x, y, seed = Tensor(np.ones(3)), Tensor(np.ones(3)), np.ones(3)
    (x + y).backward(seed)
    x.grad *= 5
    assert np.all(y.grad == 1) and np.all(seed == 1)
    z = Tensor(np.ones(3))
    sum_over(z).backward()
    z.grad *= 5
    assert np.all(z.grad == 5)


def test_adding_up_gradients_leaves_a_gradient_held_elsewhere_alone():
    x, y = Tensor(np.ones(3)), Tensor(np.ones(3))
    (x + y).backward(np.ones(3))
    held = x.grad
    (x * 2).backward(np.ones(3))
    assert np.all(held == 1) and np.all(y.grad == 1) and np.all(x.grad == 3)


def test_plain_arrays_get_no_gradient():
    x = Tensor(np.ones((2, 3)))
    out = np.ones((4, 2)) @ x + np.ones(3)
    (product, _), = out.parents
    (parent, _), = product.parents
    assert parent is x


def test_a_dropped_graph_is_freed_without_the_garbage_collector():
    def alive():
        return sum(type(thing) is Tensor for thing in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = alive()
        x = Tensor(np.ones((3, 4)))
        loss = cross_entropy(softmax(x * x) @ transpose(x), np.array([0, 1, 2]))
        loss.backward()
        del loss, x
        assert alive() == before
    finally:
        gc.enable()


# Values that can be said in advance

def test_softmax_rows_sum_to_1_and_large_scores_do_not_overflow():
    out = softmax(Tensor([[1000.0, 1000.0, 0.0], [-1000.0, 0.0, 1.0]])).data
    np.testing.assert_allclose(out.sum(axis=1), 1)
    np.testing.assert_allclose(out[0], [0.5, 0.5, 0])


def test_hidden_entries_have_probability_0_and_change_nothing():
    rng = np.random.default_rng(2)
    scores = rng.normal(size=(2, 2, 3))
    out = softmax(Tensor(scores), IS_HIDDEN).data
    assert np.all(out[:, IS_HIDDEN] == 0)
    np.testing.assert_allclose(out[:, 0, [0, 2]], softmax(Tensor(scores[:, 0][:, [0, 2]])).data)
    assert np.all(out[:, 1, 2] == 1)
    np.testing.assert_array_equal(out, softmax(Tensor(np.where(IS_HIDDEN, 1e300, scores)), IS_HIDDEN).data)


def test_cross_entropy_is_the_mean_over_real_targets_by_loop():
    logits = np.random.default_rng(3).normal(size=(2, 3, 4)) * 3
    surprises = [
        -np.log(np.exp(logits[place][IDS[place]]) / np.exp(logits[place]).sum())
        for place in np.ndindex(IDS.shape) if not IS_PADDING[place]
    ]
    tensor = Tensor(logits)
    loss = cross_entropy(tensor, np.where(IS_PADDING, -1, IDS), IS_PADDING)   # padding may hold any id
    assert abs(loss.data - np.mean(surprises)) < 1e-12
    loss.backward()
    assert np.all(tensor.grad[IS_PADDING] == 0)
    assert np.all(tensor.grad[~IS_PADDING] != 0)


def test_cross_entropy_stays_finite_for_huge_logits():
    assert cross_entropy(Tensor([[1e4, 0.0], [0.0, 1e4]]), [0, 0]).data == 5000


def test_unbroadcast_undoes_what_broadcasting_repeated():
    for shape in ((3, 4), (4,), (1, 4), (3, 1), (1,), (), (1, 1, 1)):
        full = np.broadcast_shapes(shape, (2, 3, 4))
        found = unbroadcast(np.ones(full), shape)
        assert found.shape == shape
        assert np.all(found == 24 / np.prod(shape))


def test_repr_shows_numbers_and_shape():
    assert repr(Tensor([[1, 2]])) == "Tensor([[1. 2.]], shape=(1, 2))"


# What a reader is told

ONES = Tensor(np.ones((2, 3)))
ERRORS = {   # mistake: (what runs, what the message must say)
    "no start for an array": (lambda: (ONES * 2).backward(), r"want a gradient of shape \(2, 3\), got \(\)"),
    "start of another shape": (lambda: (ONES * 2).backward(np.ones(3)), r"want .*\(2, 3\), got \(3,\)"),
    "shapes don't broadcast": (lambda: ONES + np.ones(2), r"broadcast together with shapes \(2,3\) \(2,\)"),
    "subtract, too": (lambda: ONES - np.ones(2), r"broadcast together with shapes \(2,3\) \(2,\)"),
    "multiply, too": (lambda: ONES * np.ones(2), r"broadcast together with shapes \(2,3\) \(2,\)"),
    "divide, too": (lambda: ONES / np.ones(2), r"broadcast together with shapes \(2,3\) \(2,\)"),
    "matmul: inner sizes differ": (lambda: ONES @ ONES, r"want \(\.\.\., M, K\).*got \(2, 3\) @ \(2, 3\)"),
    "matmul: a row on the right": (lambda: ONES @ np.ones(3), r"want .*got \(2, 3\) @ \(3,\)"),
    "matmul: a row on the left": (lambda: np.ones(2) @ ONES, r"want .*got \(2,\) @ \(2, 3\)"),
    "matmul: a single number": (lambda: ONES @ 2, r"want .*got \(2, 3\) @ \(\)"),
    "matmul: batches differ": (lambda: np.ones((2, 4, 3)) @ Tensor(np.ones((3, 3, 1))), "could not be broadcast"),
    "log of 0": (lambda: log(ONES - 1), r"want numbers above 0, got 0\.0"),
    "log of a negative number": (lambda: log(-ONES), r"want numbers above 0, got -1\.0"),
    "id too large": (lambda: gather_rows(ONES, [0, 2]), "want ids from 0 to 1, got 2"),
    "id below 0": (lambda: gather_rows(ONES, [0, -1]), "want ids from 0 to 1, got -1"),
    "id no integer": (lambda: gather_rows(ONES, [0.0]), "want integers as ids, got float64"),
    "id true or false": (lambda: gather_rows(ONES, [True]), "want integers as ids, got bool"),
    "a row all hidden": (lambda: softmax(ONES, [[True] * 3, [False] * 3]), "want an entry in each row not hidden, got a row without"),
    "hidden of another shape": (lambda: softmax(ONES, np.ones((2, 2, 3), bool)), r"want .*\(2, 3\), got \(2, 2, 3\)"),
    "target too large": (lambda: cross_entropy(ONES, [0, 3]), "want ids from 0 to 2, got 3"),
    "target below 0": (lambda: cross_entropy(ONES, [0, -1]), "want ids from 0 to 2, got -1"),
    "target no integer": (lambda: cross_entropy(ONES, [0, 1.5]), "want integers as ids, got float64"),
    "target true or false": (lambda: cross_entropy(ONES, [True, False]), "want integers as ids, got bool"),
    "log of what is no number": (lambda: log(Tensor([1.0, np.nan])), "want numbers above 0, got nan"),
    "too few targets": (lambda: cross_entropy(ONES, [0]), r"want targets of shape \(2,\), got ids \(1,\)"),
    "padding of another shape": (lambda: cross_entropy(ONES, [0, 1], [True]), r"shape \(2,\), got ids \(2,\) and padding \(1,\)"),
    "nothing but padding": (lambda: cross_entropy(ONES, [0, 1], [True, True]), "want at least one real target"),
    "no target at all": (lambda: cross_entropy(Tensor(np.ones((0, 3))), []), "want at least one real target"),
    "reshape to another size": (lambda: reshape(ONES, (4,)), r"size 6 into shape \(4,\)"),
    "concatenate different sizes": (lambda: concatenate([ONES, Tensor(np.ones((3, 3)))]), "must match"),
}


@pytest.mark.parametrize("mistake", ERRORS)
def test_a_mistake_is_told_with_what_was_wanted_and_got(mistake):
    run, message = ERRORS[mistake]
    with pytest.raises(ValueError, match=message):
        run()
