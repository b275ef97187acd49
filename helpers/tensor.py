"""Autograd on whole arrays: `Tensor`, and its operations as free functions.

Built in chapters/05_whole_arrays.ipynb.
An operation returns its value and, for each parent, how to send the gradient back.
"""

import numpy as np


class Tensor:
    """An array that remembers what it was computed from, so that gradients can flow back.

    data: numbers of any shape; floats keep their type, everything else becomes float64
    parents: pairs (parent, to_parent); to_parent(my gradient) is the parent's share of it
    """

    __slots__ = ("data", "grad", "parents")
    __array_ufunc__ = None   # `array + tensor` then calls Tensor.__radd__

    def __init__(self, data, parents=()):
        data = np.asarray(data)
        self.data = data if data.dtype.kind == "f" else data.astype(np.float64)
        self.grad = None
        self.parents = [pair for pair in parents if isinstance(pair[0], Tensor)]

    @property
    def shape(self):
        return self.data.shape

    def backward(self, grad=1.0):
        """Leave in .grad of every tensor behind this one how fast this one changes with it.

        Raises ValueError unless this is a single number, or `grad` has its shape.
        """
        grad = np.asarray(grad, dtype=self.data.dtype)
        if grad.shape != self.shape and not grad.size == self.data.size == 1:
            raise ValueError(f"want a gradient of shape {self.shape}, got {grad.shape}")
        send_back(self, grad.reshape(self.shape))

    def __repr__(self):
        numbers = np.array2string(self.data, precision=4, prefix="Tensor(")
        return f"Tensor({numbers}, shape={self.shape})"

    def __add__(self, other): return add(self, other)
    def __mul__(self, other): return multiply(self, other)
    def __matmul__(self, other): return matmul(self, other)
    def __rmatmul__(self, other): return matmul(other, self)
    def __pow__(self, exponent): return power(self, exponent)
    def __neg__(self): return multiply(self, -1.0)
    def __sub__(self, other): return subtract(self, other)
    def __rsub__(self, other): return subtract(other, self)
    def __truediv__(self, other): return divide(self, other)
    def __rtruediv__(self, other): return divide(other, self)
    __radd__, __rmul__ = __add__, __mul__


def topological_order(root):
    """All tensors that led to `root`, `root` first, each after all that use it. -> list"""
    listed, seen, stack = [], set(), [root]
    while stack:
        tensor = stack.pop()                    # the one that was put there last
        if tensor is None:                      # a note: the parents are listed now
            listed.append(stack.pop())
        elif tensor not in seen:
            seen.add(tensor)
            parents = [parent for parent, _ in tensor.parents]
            stack += (tensor, None, *parents)   # parents on top, so they come first
    return listed[::-1]


def receive(tensor, share):
    """Add a share to a tensor's gradient, not in place: the array may be another's."""
    if tensor.grad is not None:
        tensor.grad = tensor.grad + share
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


def arrays_of(a, b):
    """The arrays of `a` and `b`; what is no Tensor takes the float type of the other."""
    if not isinstance(a, Tensor):
        return np.asarray(a, dtype=b.data.dtype), b.data
    if not isinstance(b, Tensor):
        return a.data, np.asarray(b, dtype=a.data.dtype)
    return a.data, b.data


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


def subtract(a, b):
    """a - b, entry by entry, with broadcasting. (...), (...) -> (...)"""
    x, y = arrays_of(a, b)
    return Tensor(x - y, parents=[
        (a, lambda grad: unbroadcast(grad, x.shape)),
        (b, lambda grad: unbroadcast(-grad, y.shape)),
    ])


def multiply(a, b):
    """a * b, entry by entry, with broadcasting. (...), (...) -> (...)"""
    x, y = arrays_of(a, b)
    return Tensor(x * y, parents=[
        (a, lambda grad: unbroadcast(grad * y, x.shape)),
        (b, lambda grad: unbroadcast(grad * x, y.shape)),
    ])


def divide(a, b):
    """a / b, entry by entry, with broadcasting. (...), (...) -> (...)"""
    x, y = arrays_of(a, b)
    return Tensor(x / y, parents=[
        (a, lambda grad: unbroadcast(grad / y, x.shape)),
        (b, lambda grad: unbroadcast(-grad * x / y**2, y.shape)),
    ])


def matmul(a, b):
    """Each row of `a` times each column of `b`. (..., M, K) @ (..., K, N) -> (..., M, N)

    Raises ValueError for shapes that do not fit.
    """
    x, y = arrays_of(a, b)
    if min(x.ndim, y.ndim) < 2 or x.shape[-1] != y.shape[-2]:
        raise ValueError(f"want (..., M, K) @ (..., K, N), got {x.shape} @ {y.shape}")
    if y.ndim > 2:
        return Tensor(x @ y, parents=[
            (a, lambda grad: unbroadcast(grad @ y.swapaxes(-1, -2), x.shape)),
            (b, lambda grad: unbroadcast(x.swapaxes(-1, -2) @ grad, y.shape)),
        ])
    K, N = y.shape
    rows = x.reshape(-1, K)   # one large product is faster than many small ones
    return Tensor((rows @ y).reshape(*x.shape[:-1], N), parents=[
        (a, lambda grad: (grad.reshape(-1, N) @ y.T).reshape(x.shape)),
        (b, lambda grad: rows.T @ grad.reshape(-1, N)),
    ])


def power(x, exponent):
    """Each entry to the power of a plain number. (...) -> (...)"""
    exponent = float(exponent)

    def to_x(grad):
        slope = exponent * x.data ** (exponent - 1) if exponent else 0.0
        return grad * slope

    return Tensor(x.data**exponent, parents=[(x, to_x)])


def exp(x):
    """e to the power of each entry. (...) -> (...)"""
    out = np.exp(x.data)
    return Tensor(out, parents=[(x, lambda grad: grad * out)])   # exp is its own slope


def log(x):
    """The natural logarithm of each entry. (...) -> (...)

    Raises ValueError unless every number is above 0.
    """
    if not (x.data > 0).all():
        raise ValueError(f"want numbers above 0, got {x.data[~(x.data > 0)][0]}")
    return Tensor(np.log(x.data), parents=[(x, lambda grad: grad / x.data)])


def relu(x):
    """Each entry if it is above 0, otherwise 0. (...) -> (...)"""
    return Tensor(np.maximum(x.data, 0), parents=[(x, lambda grad: grad * (x.data > 0))])


def tanh(x):
    """Each entry squeezed to between -1 and 1. (...) -> (...)"""
    out = np.tanh(x.data)
    return Tensor(out, parents=[(x, lambda grad: grad * (1 - out * out))])


def sum_over(x, axis=None, keepdims=False):
    """The sum over an axis, several or all (None). keepdims: leave them, of size 1."""
    kept = x.data.sum(axis=axis, keepdims=True)
    out = kept if keepdims else kept.squeeze(axis)
    return Tensor(out, parents=[   # moving any summand moves the sum just as much
        (x, lambda grad: np.broadcast_to(grad.reshape(kept.shape), x.shape)),
    ])


def mean_over(x, axis=None, keepdims=False):
    """The mean over an axis, several or all (None). keepdims: leave them, of size 1."""
    total = sum_over(x, axis, keepdims)
    return total * (total.data.size / x.data.size)


def reshape(x, shape):
    """The same entries in another shape. One size may be -1: whatever is left."""
    out = x.data.reshape(shape)
    return Tensor(out, parents=[(x, lambda grad: grad.reshape(x.shape))])


def transpose(x, first=-2, second=-1):
    """Swap two axes. (..., A, ..., B, ...) -> (..., B, ..., A, ...)"""
    out = x.data.swapaxes(first, second)
    return Tensor(out, parents=[(x, lambda grad: grad.swapaxes(first, second))])


def concatenate(tensors, axis=-1):
    """Several tensors one after another along an axis; all other sizes must agree."""
    parents, start = [], 0
    for x in tensors:
        part = slice(start, start + x.shape[axis])
        start = part.stop

        def to_x(grad, part=part):   # part=part: each keeps its own, not the last one
            return grad.swapaxes(0, axis)[part].swapaxes(0, axis)

        parents.append((x, to_x))
    return Tensor(np.concatenate([x.data for x in tensors], axis=axis), parents)


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
        return one_hot.T @ grad.reshape(-1, C)   # a row read twice sums its shares

    return Tensor(table.data[ids], parents=[(table, to_table)])


def softmax(x, is_hidden=None):
    """Scores to probabilities along the last axis. (..., N) -> (..., N), rows sum to 1

    is_hidden: True where the probability is to be 0; any shape that broadcasts to x's
    Raises ValueError if all of a row is hidden.
    """
    scores = x.data
    if is_hidden is not None:
        scores = np.where(is_hidden, -np.inf, scores)   # exp(-inf) is 0
    if scores.shape != x.shape:
        raise ValueError(f"want is_hidden to fit {x.shape}, got {np.shape(is_hidden)}")
    largest = scores.max(axis=-1, keepdims=True)
    if is_hidden is not None and (largest == -np.inf).any():
        raise ValueError("want an entry in each row not hidden, got a row without")
    out = np.exp(scores - largest)   # exp cannot overflow after this
    out /= out.sum(axis=-1, keepdims=True)

    def to_scores(grad):
        expected = np.einsum("...n,...n->...", out, grad)   # sum over n of p_n * grad_n
        return out * (grad - expected[..., None])

    return Tensor(out, parents=[(x, to_scores)])


def cross_entropy(logits, next_ids, is_padding=None):
    """The mean surprise -log p(next id), in nats, over the targets that are not padding.

    logits: (..., V), next_ids: (...) integers, is_padding: (...) True: no real target
    Raises ValueError for other shapes, an unknown id, or if no target is real.
    """
    V = logits.shape[-1]
    is_real = np.ones(np.shape(next_ids), dtype=bool)
    if is_padding is not None:
        is_real = ~np.asarray(is_padding, dtype=bool)
    if not logits.shape[:-1] == np.shape(next_ids) == is_real.shape:
        got = f"ids {np.shape(next_ids)} and padding {is_real.shape}"
        raise ValueError(f"want targets of shape {logits.shape[:-1]}, got {got}")
    n_real = np.count_nonzero(is_real)
    if n_real == 0:
        raise ValueError("want at least one real target, got none")
    targets = as_ids(next_ids * is_real, size=V).reshape(-1)   # padding: 0
    share = (is_real / n_real).reshape(-1, 1).astype(logits.data.dtype)   # they sum to 1
    rows = np.arange(targets.size)
    scores = logits.data.reshape(-1, V)
    scores = scores - scores.max(axis=1, keepdims=True)   # exp cannot overflow after this
    exps = np.exp(scores)
    total = exps.sum(axis=1, keepdims=True)
    surprise = np.log(total) - scores[rows, targets, None]   # (n, 1), -log of the share

    def to_logits(grad):
        slope = exps / total        # the probabilities ...
        slope[rows, targets] -= 1   # ... minus 1 at the target
        return (slope * (share * grad)).reshape(logits.shape)

    return Tensor((surprise * share).sum(), parents=[(logits, to_logits)])
