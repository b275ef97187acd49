"""The gradients of helpers/tensor.py: against nudging, against PyTorch, against the scalar engine."""

import ast
import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import required
from helpers import scalar
from helpers.scalar import Value
from helpers.tensor import (
    Tensor,
    add,
    cross_entropy,
    gather_rows,
    matmul,
    multiply,
    receive,
    tanh,
    unbroadcast,
)
from helpers.training import zero_grad
from notebooks import CHAPTERS, read, title_of
from operations import assert_float_type_is_kept, assert_gradients_agree_with_nudging

IDS = np.array([[2, 0, 2], [1, 2, 3]])
TARGETS = np.array([2, 0, 2, 3, 1])
MANY_ROWS = np.array([500, 3, 500])

CASES = {   # what it shows: (operation, shapes of its inputs)
    "add": (add, (3, 4), (3, 4)),
    "add broadcasts a row": (add, (3, 4), (4,)),
    "add broadcasts both ways": (add, (3, 1), (1, 4)),
    "add broadcasts a single number": (add, (), (2, 3)),
    "subtract broadcasts": (lambda a, b: a - b, (2, 1, 4), (3, 1)),
    "multiply": (multiply, (3, 4), (3, 4)),
    "multiply broadcasts both ways": (multiply, (2, 1, 4), (3, 1)),
    "operators with plain numbers": (lambda x: 2 * x + 3 - x * 5 - -x, (2, 3)),
    "operators with plain arrays": (lambda x: np.ones(3) + x * np.arange(3.0) - np.ones(3), (2, 3)),
    "matmul": (matmul, (3, 4), (4, 5)),
    "matmul with a plain array": (lambda x: x @ np.arange(8.0).reshape(4, 2), (3, 4)),
    "tanh": (tanh, (3, 4)),
    "gather rows": (lambda table: gather_rows(table, IDS), (4, 5)),
    "gather rows of a long table": (lambda table: gather_rows(table, MANY_ROWS), (501, 2)),
    "gather one row": (lambda table: gather_rows(table, 2), (4, 5)),
    "cross-entropy": (lambda logits: cross_entropy(logits, TARGETS), (5, 4)),
    "cross-entropy of one target": (lambda logits: cross_entropy(logits, [2]), (1, 4)),
    "a tensor used twice": (lambda x, y: (x * y + x) @ x, (3, 3), (3,)),
    "one tensor on both sides": (lambda x: x * x + x, (3,)),
}


def random_array(rng, shape):
    return rng.uniform(0.5, 2.0, shape)


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
    assert_gradients_agree_with_nudging(operation, [random_array(rng, shape) for shape in shapes])


@pytest.mark.parametrize("name", CASES)
def test_float_type_is_kept(name):
    operation, *shapes = CASES[name]
    assert_float_type_is_kept(operation, [np.ones(shape) for shape in shapes])


def test_everything_but_floats_becomes_float64():
    for numbers in (3, True, [1, 2], np.array([1], np.int8), np.array([True]), 0.5):
        assert Tensor(numbers).data.dtype == np.float64


def test_numpy_numbers_and_arrays_do_not_widen_float32():
    x = Tensor(np.full(2, 3, np.float32))
    others = (2, 2.0, np.float64(2), np.int64(2), np.float32(2), np.full(2, 2.0), np.full((3, 2), 2), [2, 2])
    for other in others:
        for out in (x + other, other + x, x * other, other * x, add(other, x), multiply(other, x)):
            assert isinstance(out, Tensor) and out.data.dtype == np.float32
        if not isinstance(other, list):   # a list has no minus
            np.testing.assert_array_equal((x - other).data, np.broadcast_to(1, np.broadcast_shapes((2,), np.shape(other))))


# Against PyTorch

def broadcastable_shapes(draw):
    full = draw(st.lists(st.integers(1, 4), max_size=4))
    thinned = [[draw(st.sampled_from([size, 1])) for size in full] for _ in range(2)]
    return [tuple(shape[draw(st.integers(0, len(full))):]) for shape in thinned]


def matmul_shapes(draw):
    M, K, N = [draw(st.integers(1, 5)) for _ in range(3)]
    return [(M, K), (K, N)]


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
@given(st.data(), st.sampled_from("+-*@"), st.integers(0, 1000))
def test_two_sided_operations_agree_with_torch(data, sign, seed):
    operation = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "@": lambda a, b: a @ b}[sign]
    rng = np.random.default_rng(seed)
    shapes = (matmul_shapes if sign == "@" else broadcastable_shapes)(data.draw)
    assert_same_as_torch(operation, operation, [random_array(rng, shape) for shape in shapes], seed)


@settings(max_examples=100)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 1000))
def test_one_sided_operations_agree_with_torch(n, V, seed):
    torch = required("torch")
    rng = np.random.default_rng(seed)
    ids, targets = rng.integers(0, n, size=rng.integers(1, 4, size=2)), rng.integers(0, V, size=n)
    pairs = [
        (tanh, torch.tanh),
        (lambda x: -x, lambda x: -x),
        (lambda x: gather_rows(x, ids), lambda x: x[torch.tensor(ids)]),
        (lambda x: gather_rows(x, ids), lambda x: torch.nn.functional.embedding(torch.tensor(ids), x)),
        (lambda x: cross_entropy(x * 30, targets), lambda x: torch.nn.functional.cross_entropy(x * 30, torch.tensor(targets))),
    ]
    for ours, theirs in pairs:
        assert_same_as_torch(ours, theirs, [random_array(rng, (n, V))], seed)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("+-*"), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=25),
       st.integers(0, 1000))
def test_graphs_that_reuse_their_nodes_agree_with_torch(steps, seed):
    rng = np.random.default_rng(seed)

    def tangle(*leaves):
        nodes = list(leaves)
        for sign, first, second in steps:
            a, b = nodes[first % len(nodes)], nodes[second % len(nodes)]
            nodes.append({"+": (a + b) * 0.5, "-": a - b * 0.5, "*": a * b * 0.25}[sign])
        return nodes[-1] + nodes[len(nodes) // 2] + sum(leaves)

    assert_same_as_torch(tangle, tangle, [random_array(rng, shape) for shape in ((2, 3), (3,), (2, 1))], seed)


# Against the scalar engine

def test_a_small_mlp_has_the_gradients_of_the_scalar_engine():
    rng = np.random.default_rng(0)
    table, bias, second = rng.normal(size=(3, 5)), rng.normal(size=5), rng.normal(size=(5, 4))
    ids, targets = rng.integers(0, 3, size=6), rng.integers(0, 4, size=6)

    tensors = [Tensor(table), Tensor(bias), Tensor(second)]
    hidden = tanh(gather_rows(tensors[0], ids) * tensors[1] + tensors[1])
    loss = cross_entropy(hidden @ tensors[2], targets)
    loss.backward()

    values = [np.vectorize(Value, otypes=[object])(array) for array in (table, bias, second)]
    surprises = []
    for i, target in zip(ids, targets, strict=True):
        units = [(x * b + b).tanh() for x, b in zip(values[0][i], values[1], strict=True)]
        surprises.append(scalar.cross_entropy([scalar.dot(list(column), units) for column in values[2].T], int(target)))
    scalar_loss = sum(surprises) / len(surprises)
    scalar_loss.backward()

    assert abs(loss.data - scalar_loss.data) < 1e-12
    for tensor, array in zip(tensors, values, strict=True):
        grads = np.vectorize(lambda value: value.grad)(array)
        np.testing.assert_allclose(tensor.grad, grads, rtol=1e-12, atol=1e-12)


# Against loops, without PyTorch: what an operation gives, entry by entry

def test_what_operations_give_is_what_slow_loops_give():
    rng = np.random.default_rng(5)
    a, b, row, table = rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), rng.normal(size=4), rng.normal(size=(4, 2))
    products = [[sum(a[i, k] * b[k, j] for k in range(4)) for j in range(2)] for i in range(3)]
    np.testing.assert_allclose((Tensor(a) @ Tensor(b)).data, products)
    np.testing.assert_allclose((Tensor(a) + Tensor(row)).data, [[x + y for x, y in zip(line, row, strict=True)] for line in a])
    np.testing.assert_allclose((Tensor(a) * Tensor(row)).data, [[x * y for x, y in zip(line, row, strict=True)] for line in a])
    np.testing.assert_allclose((Tensor(row) - Tensor(a)).data, [[y - x for x, y in zip(line, row, strict=True)] for line in a])
    powers = [[(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)) for x in line] for line in a]
    np.testing.assert_allclose(tanh(Tensor(a)).data, powers)
    np.testing.assert_array_equal(gather_rows(Tensor(table), IDS).data, [[table[i] for i in ids] for ids in IDS])


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


@pytest.mark.parametrize("name", CASES)
def test_leaves_add_up_the_same_share_each_time(name):
    """The way back may not use up what it has kept."""
    operation, *shapes = CASES[name]
    rng = np.random.default_rng(2)
    tensors = [Tensor(random_array(rng, shape)) for shape in shapes]
    out = operation(*tensors)
    out.backward(np.ones(out.shape))
    once = [tensor.grad.copy() for tensor in tensors]
    out.backward(np.ones(out.shape))
    for tensor, grad in zip(tensors, once, strict=True):
        np.testing.assert_allclose(tensor.grad, 2 * grad)


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_leaf_grows_by_1_per_unit_of_itself_and_adds_that_up_over_calls(kind):
    leaf = kind(3.0)
    leaf.backward()
    leaf.backward()
    assert leaf.grad == 2


def test_a_leaf_is_its_own_gradient_of_1():
    x = Tensor(3.0)
    x.backward()
    assert x.grad == 1


def test_changing_one_gradient_in_place_leaves_others_alone():
    x, y, seed = Tensor(np.ones(3)), Tensor(np.ones(3)), np.ones(3)
    (x + y).backward(seed)
    x.grad *= 5
    assert np.all(y.grad == 1) and np.all(seed == 1)


def test_adding_up_gradients_leaves_a_gradient_held_elsewhere_alone():
    x, y = Tensor(np.ones(3)), Tensor(np.ones(3))
    (x + y).backward(np.ones(3))
    held = x.grad
    (x * 2).backward(np.ones(3))
    assert np.all(held == 1) and np.all(y.grad == 1) and np.all(x.grad == 3)


def test_plain_arrays_get_no_gradient():
    x = Tensor(np.ones((2, 3)))
    out = x @ np.ones((3, 4)) + np.ones(4)
    (product, _), = out.parents
    (parent, _), = product.parents
    assert parent is x


WRONG_SHARES = {"too many axes": ((3,), (2, 3)), "too few": ((2, 3), (3,)), "a column for a row": ((3,), (3, 1)), "a number": ((3,), ())}


@pytest.mark.parametrize("case", WRONG_SHARES)
def test_a_share_of_another_shape_is_refused_with_both_shapes(case):
    shape, wrong_shape = WRONG_SHARES[case]
    x = Tensor(np.ones(shape))
    for share in (np.ones(wrong_shape), np.ones(wrong_shape).tolist()):
        with pytest.raises(ValueError) as caught:
            receive(x, share)
        assert str(caught.value) == f"want a gradient of shape {shape}, got {wrong_shape}"
    assert x.grad is None


def test_an_operation_with_a_wrong_way_back_is_caught_as_it_happens():
    row = Tensor(np.ones(3))
    out = Tensor(np.ones((2, 3)), parents=[(row, lambda grad: grad)])
    with pytest.raises(ValueError, match=r"want a gradient of shape \(3,\), got \(2, 3\)"):
        out.backward(np.ones((2, 3)))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_forgotten_gradient_keeps_shape_and_type(kind):
    x = Tensor(np.array([[-1.0, 0.0], [2.0, 3.0]], dtype=kind))
    zero_grad([x])
    assert x.grad.shape == (2, 2) and x.grad.dtype == kind and not x.grad.any() and not np.signbit(x.grad).any()
    (x * 2).backward(np.ones((2, 2)))
    assert x.grad.dtype == kind and np.all(x.grad == 2)


def test_a_dropped_graph_is_freed_without_the_garbage_collector():
    def alive():
        return sum(type(thing) is Tensor for thing in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = alive()
        x = Tensor(np.ones((3, 4)))
        loss = cross_entropy(tanh(x * x) @ np.ones((4, 5)), np.array([0, 1, 2]))
        loss.backward()
        del loss, x
        assert alive() == before
    finally:
        gc.enable()


# Values that can be said in advance

def test_cross_entropy_is_the_mean_surprise_by_loop():
    logits = np.random.default_rng(3).normal(size=(5, 4)) * 3
    surprises = [-np.log(np.exp(row[target]) / np.exp(row).sum()) for row, target in zip(logits, TARGETS, strict=True)]
    assert abs(cross_entropy(Tensor(logits), TARGETS).data - np.mean(surprises)) < 1e-12


def test_cross_entropy_stays_finite_for_huge_logits():
    assert cross_entropy(Tensor([[1e4, 0.0], [0.0, 1e4]]), [0, 0]).data == 5000
    assert cross_entropy(Tensor([[1e4, 0.0], [0.0, -1e4]]), [0, 0]).data == 0   # each row has its own largest


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
    "matmul: inner sizes differ": (lambda: ONES @ ONES, r"want \(M, K\) @ \(K, N\), got \(2, 3\) @ \(2, 3\)"),
    "matmul: a row on the right": (lambda: ONES @ np.ones(3), r"want .*got \(2, 3\) @ \(3,\)"),
    "matmul: a row on the left": (lambda: matmul(np.ones(2), ONES), r"want .*got \(2,\) @ \(2, 3\)"),
    "matmul: a single number": (lambda: ONES @ 2, r"want .*got \(2, 3\) @ \(\)"),
    "matmul: a stack": (lambda: ONES @ np.ones((2, 3, 4)), r"want .*got \(2, 3\) @ \(2, 3, 4\)"),
    "id too large": (lambda: gather_rows(ONES, [0, 2]), "want ids from 0 to 1, got 2"),
    "id below 0": (lambda: gather_rows(ONES, [0, -1]), "want ids from 0 to 1, got -1"),
    "id no integer": (lambda: gather_rows(ONES, [0.0]), "want integers as ids, got float64"),
    "id true or false": (lambda: gather_rows(ONES, [True]), "want integers as ids, got bool"),
    "target too large": (lambda: cross_entropy(ONES, [0, 3]), "want ids from 0 to 2, got 3"),
    "target below 0": (lambda: cross_entropy(ONES, [0, -1]), "want ids from 0 to 2, got -1"),
    "target no integer": (lambda: cross_entropy(ONES, [0, 1.5]), "want integers as ids, got float64"),
    "target true or false": (lambda: cross_entropy(ONES, [True, False]), "want integers as ids, got bool"),
    "too few targets": (lambda: cross_entropy(ONES, [0]), r"got logits \(2, 3\) and ids \(1,\)"),
    "targets as a column": (lambda: cross_entropy(ONES, [[0], [1]]), r"got logits \(2, 3\) and ids \(2, 1\)"),
    "a row of logits": (lambda: cross_entropy(Tensor(np.ones(3)), 0), r"got logits \(3,\) and ids \(\)"),
    "no target at all": (lambda: cross_entropy(Tensor(np.ones((0, 3))), []), "n at least 1"),
}


@pytest.mark.parametrize("mistake", ERRORS)
def test_a_mistake_is_told_with_what_was_wanted_and_got(mistake):
    run, message = ERRORS[mistake]
    with pytest.raises(ValueError, match=message):
        run()


# Two engines, one reader

FROM_HERE_ON = CHAPTERS[[title_of(path) for path in CHAPTERS].index("whole_arrays"):]


def taken_from_scalar(source):
    """The names that a cell imports from helpers.scalar by themselves, so that nothing says which engine they are from."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) and node.module == "helpers.scalar"]
    return {alias.name for node in nodes for alias in node.names}


@pytest.mark.parametrize("path", FROM_HERE_ON, ids=title_of)
def test_from_this_chapter_on_functions_on_values_are_called_scalar_something(path):
    """topological_order, softmax and cross_entropy exist for single numbers and for arrays."""
    taken = {name for cell in read(path).cells if cell.cell_type == "code" for name in taken_from_scalar(cell.source)}
    assert taken <= {"Value"}, f"{path.name}: write `from helpers import scalar`, then scalar.{min(taken - {'Value'})}"


def test_an_import_that_could_be_confused_is_found():
    assert taken_from_scalar("from helpers.scalar import Value, softmax") == {"Value", "softmax"}
