"""What an operation on Tensors costs beyond numpy's own call, and what the one-hot product in helpers/tensor.py gains.

Run from the repository root, with one BLAS thread: OMP_NUM_THREADS=1 python -m benchmarks.tensor_overhead
The ways to compare take turns within one run, and the quickest turn of each counts. Ratios travel, times do not.
"""

import timeit

import numpy as np

from helpers import tensor
from helpers.tensor import Tensor

TURNS = 15


def quickest(ways, seconds_per_turn=0.004):
    """The least microseconds per call of each function in `ways`, measured in turns."""
    repeats = [max(1, int(seconds_per_turn / timeit.timeit(way, number=1))) for way in ways]
    best = [float("inf")] * len(ways)
    for _ in range(TURNS):
        for place, (way, number) in enumerate(zip(ways, repeats, strict=True)):
            best[place] = min(best[place], timeit.timeit(way, number=number) / number * 1e6)
    return best


def plain_cross_entropy(logits, ids):
    scores = logits - logits.max(axis=1, keepdims=True)
    total = np.log(np.exp(scores).sum(axis=1))
    return (total - scores[np.arange(len(ids)), ids]).sum() / len(ids)


def overhead_table():
    rng = np.random.default_rng(0)
    a, b, table = rng.uniform(1, 2, (3, 4)), rng.uniform(1, 2, (3, 4)), rng.uniform(1, 2, (4, 4))
    ids = np.array([1, 2, 0])
    A, B, TABLE = Tensor(a), Tensor(b), Tensor(table)
    rows = {
        "add": (lambda: A + B, lambda: a + b),
        "add a plain number": (lambda: A + 1.0, lambda: a + 1.0),
        "subtract": (lambda: A - B, lambda: a - b),
        "multiply": (lambda: A * B, lambda: a * b),
        "matmul": (lambda: A @ TABLE, lambda: a @ table),
        "tanh": (lambda: tensor.tanh(A), lambda: np.tanh(a)),
        "gather rows": (lambda: tensor.gather_rows(TABLE, ids), lambda: table[ids]),
        "cross-entropy": (lambda: tensor.cross_entropy(A, ids), lambda: plain_cross_entropy(a, ids)),
    }
    print("Forward, arrays of 3 x 4, microseconds")
    print(f"{'operation':<20}{'Tensor':>8}{'numpy':>8}{'beyond':>8}{'ratio':>7}")
    for name, ways in rows.items():
        ours, plain = quickest(ways)
        print(f"{name:<20}{ours:8.2f}{plain:8.2f}{ours - plain:8.2f}{ours / plain:7.1f}")


def gather_table():
    print("\nThe gradient of gather_rows, microseconds")
    print(f"{'ids':>6}{'rows':>7}{'columns':>9}{'one-hot':>10}{'np.add.at':>11}{'add.at/one-hot':>16}{'ours':>11}")
    rng = np.random.default_rng(0)
    for n_ids, V, C in [(8, 27, 16), (288, 27, 16), (288, 27, 64), (2048, 27, 64), (2048, 250, 64), (2048, 2000, 64)]:
        ids = rng.integers(0, V, n_ids)
        grad = rng.normal(size=(n_ids, C)).astype(np.float32)
        (_, send_back), = tensor.gather_rows(Tensor(np.zeros((V, C), np.float32)), ids).parents

        def by_one_hot(ids=ids, grad=grad, V=V):
            one_hot = np.zeros((len(ids), V), grad.dtype)
            one_hot[np.arange(len(ids)), ids] = 1
            return one_hot.T @ grad

        def by_add_at(ids=ids, grad=grad, V=V, C=C):
            out = np.zeros((V, C), grad.dtype)
            np.add.at(out, ids, grad)
            return out

        assert np.allclose(by_one_hot(), by_add_at(), atol=1e-4)
        ours, one_hot, add_at = quickest([lambda send=send_back, grad=grad: send(grad), by_one_hot, by_add_at])
        print(f"{n_ids:6}{V:7}{C:9}{one_hot:10.1f}{add_at:11.1f}{add_at / one_hot:16.2f}{ours:11.1f}")


if __name__ == "__main__":
    overhead_table()
    gather_table()
