"""Names as arrays, many at a time.

Built in chapters/09_train_it.ipynb.
"""

import itertools
import math

import numpy as np


def make_batch(many_ids):
    """Names of several lengths as arrays, padded at the end.

    many_ids: lists of token ids with BOS at both ends, as `encode` gives them
    -> token_ids, next_ids, is_real: (B, T), T the tokens of the longest name less one
    """
    lengths = np.array([len(token_ids) - 1 for token_ids in many_ids])
    padded = np.full((len(many_ids), lengths.max() + 1), many_ids[0][0])   # BOS
    for row, token_ids in zip(padded, many_ids, strict=True):
        row[: len(token_ids)] = token_ids
    is_real = np.arange(lengths.max()) < lengths[:, None]
    return padded[:, :-1], padded[:, 1:], is_real


def batches(many_ids, batch_size, seed, first_step=0, pool_size=16):
    """Batches without end, from step `first_step` on; each epoch asks every name once.

    Names of like length share a batch: `pool_size` batches are drawn at a time, and sorted.
    What a step gets follows from `seed` and its number, so a run can go on anywhere.
    """
    per_epoch = math.ceil(len(many_ids) / batch_size)
    first_epoch, skipped = divmod(first_step, per_epoch)
    for epoch in itertools.count(first_epoch):
        rng = np.random.default_rng([seed, epoch])
        order = rng.permutation(len(many_ids)).tolist()
        chosen = []
        for start in range(0, len(order), batch_size * pool_size):
            pool = order[start : start + batch_size * pool_size]
            pool.sort(key=lambda i: len(many_ids[i]))
            chosen += [pool[i : i + batch_size] for i in range(0, len(pool), batch_size)]
        rng.shuffle(chosen)
        for places in chosen[skipped:]:
            yield make_batch([many_ids[i] for i in places])
        skipped = 0
