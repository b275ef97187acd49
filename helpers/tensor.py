"""Autograd on whole arrays: `Tensor`, and its operations as free functions.

Built in chapters/05_whole_arrays.ipynb: all of it. Operations that its network does not need are built where one first does.
An operation returns its value and, for each parent, how to send the gradient back.
"""

import numpy as np


class Tensor:
    """An array that remembers what it was computed from, so that gradients can flow back.

    data: numbers of any shape; floats keep their type, everything else becomes float64
    parents: pairs (parent, to_parent); to_parent(my gradient) is the share of that parent
    """

    __slots__ = ("data", "grad", "parents")
    __array_ufunc__ = None   # `array + tensor` then calls Tensor.__radd__

    def __init__(self, data, parents=()):
        data = np.asarray(data)
        self.data = data if data.dtype.kind == "f" else data.astype(np.float64)
        self.grad = None   # none has come back so far
        self.parents = [pair for pair in parents if isinstance(pair[0], Tensor)]

    @property
    def shape(self):
        return self.data.shape

    def backward(self, grad=1.0):
        """Leave in .grad of every tensor behind this one how fast this one changes with it.

        grad: how much each entry counts. Raises ValueError unless it has this one's shape.
        """
        send_back(self, np.asarray(grad, dtype=self.data.dtype))

    def __repr__(self):
        numbers = np.array2string(self.data, precision=4, prefix="Tensor(")
        return f"Tensor({numbers}, shape={self.shape})"

    def __add__(self, other): return add(self, other)
    def __mul__(self, other): return multiply(self, other)
    def __neg__(self): return multiply(self, -1)
    def __sub__(self, other): return add(self, -other)
    def __matmul__(self, other): return matmul(self, other)
    __radd__, __rmul__ = __add__, __mul__


def topological_order(root):
    """All tensors that led to `root`, `root` first, each after all that use it. -> list"""
    listed, visited, stack = {}, set(), [root]
    while stack:
        tensor = stack.pop()        # the one that was put there last
        if tensor in visited:       # it comes up again: its parents are listed
            listed[tensor] = True   # once more changes nothing: a key keeps its place
        else:
            visited.add(tensor)
            stack.append(tensor)
            stack += [parent for parent, _ in tensor.parents]
    return list(listed)[::-1]


def receive(tensor, share):
    """Add a share to a tensor's gradient. Raises ValueError unless it has its shape."""
    if np.shape(share) != tensor.shape:
        raise ValueError(f"want a gradient of shape {tensor.shape}, got {np.shape(share)}")
    if tensor.grad is not None:
        tensor.grad = tensor.grad + share   # not in place: the array may be another's
    else:
        tensor.grad = share if tensor.parents else np.array(share)   # a leaf's own copy


def send_back(root, grad):
    """Send `grad` from `root` to all that led to it: each sums its shares in .grad."""
    order = topological_order(root)
    for tensor in order:
        if tensor.parents:
            tensor.grad = None   # a leaf keeps what earlier calls left there
    receive(root, grad)
    for tensor in order:
        for parent, to_parent in tensor.parents:
            receive(parent, to_parent(tensor.grad))


def tanh(x):
    """Each entry squeezed to between -1 and 1. (...) -> (...)"""
    out = np.tanh(x.data)
    return Tensor(out, parents=[(x, lambda grad: grad * (1 - out * out))])


def arrays_of(a, b):
    """The arrays of `a` and `b`; what is no Tensor takes the float type of the other."""
    if not isinstance(a, Tensor):
        return np.asarray(a, dtype=b.data.dtype), b.data
    if not isinstance(b, Tensor):
        return a.data, np.asarray(b, dtype=a.data.dtype)
    return a.data, b.data


def as_ids(ids, size):
    """`ids` as an array. Raises ValueError unless all are integers from 0 to size - 1."""
    ids = np.asarray(ids)
    if ids.dtype.kind not in "iu":
        raise ValueError(f"want integers as ids, got {ids.dtype}")
    is_outside = (ids < 0) | (ids >= size)
    if np.count_nonzero(is_outside):
        raise ValueError(f"want ids from 0 to {size - 1}, got {ids[is_outside][0]}")
    return ids


def gather_rows(table, ids):
    """One row of the table for each id. table: (V, C), ids: (...) integers -> (..., C)

    Raises ValueError for an id that is no integer or not a row of the table.
    """
    V, C = table.shape
    ids = as_ids(ids, size=V)

    def to_table(grad):
        one_hot = np.zeros((ids.size, V), grad.dtype)
        one_hot[np.arange(ids.size), ids.reshape(-1)] = 1
        return one_hot.T @ grad.reshape(-1, C)   # (V, C)

    return Tensor(table.data[ids], parents=[(table, to_table)])


def matmul(a, b):
    """Each row of `a` times each column of `b`. (M, K) @ (K, N) -> (M, N)

    Raises ValueError for shapes that do not fit.
    """
    x, y = arrays_of(a, b)
    if not (x.ndim == y.ndim == 2 and x.shape[1] == y.shape[0]):
        raise ValueError(f"want (M, K) @ (K, N), got {x.shape} @ {y.shape}")
    return Tensor(x @ y, parents=[
        (a, lambda grad: grad @ y.T),   # (M, N) @ (N, K) -> (M, K)
        (b, lambda grad: x.T @ grad),   # (K, M) @ (M, N) -> (K, N)
    ])


def check_questions(logits_shape, ids_shape):
    """Raises ValueError unless there is one id for each row of logits, and one at least."""
    if len(logits_shape) != 2 or ids_shape != logits_shape[:1] or ids_shape == (0,):
        got = f"logits {logits_shape} and ids {ids_shape}"
        raise ValueError(f"want logits (n, V) and ids (n,), n at least 1, got {got}")


def cross_entropy(logits, next_ids):
    """The mean surprise -log p(next id), in nats. logits: (n, V), next_ids: (n,) -> ()

    Raises ValueError for other shapes, or for an id that is not from 0 to V - 1.
    """
    check_questions(logits.shape, np.shape(next_ids))
    n, V = logits.shape
    targets = as_ids(next_ids, size=V)
    scores = logits.data - logits.data.max(axis=1, keepdims=True)   # exp cannot overflow
    exps = np.exp(scores)
    totals = exps.sum(axis=1)                                       # (n,)
    surprises = np.log(totals) - scores[np.arange(n), targets]      # -log(e^x / total)

    def to_logits(grad):
        share = exps / totals[:, None]      # the probabilities ...
        share[np.arange(n), targets] -= 1   # ... minus 1 at the target
        return grad / n * share             # each question is 1/n of the mean

    return Tensor(surprises.sum() / n, parents=[(logits, to_logits)])


def unbroadcast(grad, shape):
    """The gradient of an array of `shape` that was broadcast: repeated entries sum up."""
    if grad.shape == shape:
        return grad
    n_new = grad.ndim - len(shape)   # axes that broadcasting put in front
    stretched = [n_new + axis for axis, size in enumerate(shape) if size == 1]
    return grad.sum(axis=(*range(n_new), *stretched)).reshape(shape)


def add(a, b):
    """a + b, entry by entry, with broadcasting. (...), (...) -> (...)"""
    x, y = arrays_of(a, b)
    return Tensor(x + y, parents=[
        (a, lambda grad: unbroadcast(grad, x.shape)),
        (b, lambda grad: unbroadcast(grad, y.shape)),
    ])


def multiply(a, b):
    """a * b, entry by entry, with broadcasting. (...), (...) -> (...)"""
    x, y = arrays_of(a, b)
    return Tensor(x * y, parents=[
        (a, lambda grad: unbroadcast(grad * y, x.shape)),
        (b, lambda grad: unbroadcast(grad * x, y.shape)),
    ])
