"""A GPT on long text: windows to train on, and its surprise token by token, frozen or learning while it reads.

Built in chapters/16_does_bigger_help.ipynb.
"""

import numpy as np

from helpers.model import fused_attention, gpt
from helpers.training import Adam, gradients


def cut_windows(token_ids, length, stride):
    """Stretches of `length` tokens and the one after, one every `stride` tokens.

    token_ids: (n,) -> (number of stretches, length + 1); `make_batch` shifts them by one
    Raises ValueError for a text of fewer than length + 1 tokens.
    """
    if len(token_ids) <= length:
        raise ValueError(f"want more than {length} tokens, got {len(token_ids)}")
    starts = np.arange(0, len(token_ids) - length, stride)
    return np.asarray(token_ids)[starts[:, None] + np.arange(length + 1)]


def window_starts(n, length, stride):
    """Where windows start so that each of n tokens but the first is asked for -> list

    All lie `stride` apart but the last one, which ends with the text.
    Raises ValueError unless the stride is from 1 to the length, and n above the length.
    """
    if not 1 <= stride <= length < n:
        got = f"{stride}, {length} and {n}"
        raise ValueError(f"want 1 <= stride <= length < number of tokens, got {got}")
    return [*range(0, n - 1 - length, stride), n - 1 - length]


def surprises_of(params, config, windows):
    """The surprise at every token of these windows but the first. (B, T + 1) -> (B, T)"""
    logits = gpt(params, windows[:, :-1], config, fused_attention).data     # (B, T, V)
    largest = logits.max(axis=-1, keepdims=True)
    totals = np.log(np.exp(logits - largest).sum(axis=-1)) + largest[..., 0]
    answers = np.take_along_axis(logits, windows[:, 1:, None], axis=-1)[..., 0]
    return totals - answers


def read_text(params, config, token_ids, stride, learning_rate=None, batch_size=16):
    """A GPT's surprise at each token of a text but the first, in nats. (n,) -> (n - 1,)

    It reads windows of a whole context, `batch_size` at a time. What an earlier window asked
    for stands: it had seen more of the past.
    learning_rate: of the step of Adam that it takes after each batch, in place; None for none
    """
    token_ids, length = np.asarray(token_ids), config.context_length
    starts = np.array(window_starts(len(token_ids), length, stride))
    optimizer = None if learning_rate is None else Adam(params)
    surprises = np.full(len(token_ids) - 1, np.nan)
    for first in range(0, len(starts), batch_size):
        some = starts[first : first + batch_size]
        windows = token_ids[some[:, None] + np.arange(length + 1)]
        for start, row in zip(some, surprises_of(params, config, windows), strict=True):
            asked = surprises[start : start + length]   # a view
            asked[np.isnan(asked)] = row[np.isnan(asked)]
        if optimizer is not None:   # only now: what is learned helps from the next batch on
            is_real = np.ones(windows[:, 1:].shape, dtype=bool)
            gradients(params, (windows[:, :-1], windows[:, 1:], is_real), config)
            optimizer.step(learning_rate)
    return surprises


def nats_per_byte(surprises, token_ids, vocabulary):
    """The loss in nats per byte of the tokens that were asked for. surprises, token_ids: (n,)

    vocabulary: the bytes of each token id, as `vocabulary_of` gives them
    Raises ValueError unless there is one surprise for each token.
    """
    if np.shape(surprises) != np.shape(token_ids):
        got = f"{np.shape(surprises)} and {np.shape(token_ids)}"
        raise ValueError(f"want a surprise for each token, got {got}")
    lengths = np.array([len(token) for token in vocabulary])
    return float(np.sum(surprises) / lengths[token_ids].sum())
