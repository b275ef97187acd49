"""A network that reads a fixed number of letters: plain functions over a flat dict of named Tensors.

Built in chapters/06_every_letter_a_place.ipynb.
Sizes: n questions, k letters in the window, C numbers in an embedding, H hidden numbers, V tokens.
"""

import numpy as np

from helpers.model import linear, reshape
from helpers.tensor import Tensor, gather_rows, tanh


def windows(many_ids, n_letters, bos):
    """Every question of the names -> before: (n, n_letters), targets: (n,), token ids"""
    rows = []
    for token_ids in many_ids:
        padded = [bos] * (n_letters - 1) + token_ids   # a name begins with n_letters BOS
        rows += [padded[t : t + n_letters + 1] for t in range(len(token_ids) - 1)]
    rows = np.array(rows)
    return rows[:, :-1], rows[:, -1]


def init_window(rng, vocab_size, n_letters, n_embd, n_hidden, start=1.0, dtype=np.float32):
    """A window network at its start -> dict of Tensors

    wte: (V, C), wpe: (k, C), hidden: (H, k * C), output: (V, H); start: the spread of wte
    """
    n_in = n_letters * n_embd
    arrays = {
        "wte": rng.normal(size=(vocab_size, n_embd)) * start,
        "wpe": rng.normal(size=(n_letters, n_embd)) * 0.1,
        "hidden": rng.normal(size=(n_hidden, n_in)) * n_in**-0.5,   # a sum stays near 1
        "output": rng.normal(size=(vocab_size, n_hidden)) * n_hidden**-0.5,
    }
    return {name: Tensor(array.astype(dtype)) for name, array in arrays.items()}


def window_logits(params, before):
    """The logits of each question. before: (n, k), the last k ids -> (n, V)"""
    x = gather_rows(params["wte"], before) + params["wpe"]          # (n, k, C)
    n, k, C = x.shape
    hidden = tanh(linear(reshape(x, n, k * C), params["hidden"]))   # (n, H)
    return linear(hidden, params["output"])
