"""Guess the next token by counting: tables, n-grams, back-off, and the loss in nats per token.

A predictor is any function from the token ids so far to the probabilities of the next token, (V,).
Built in chapters/02_guess_by_counting.ipynb.
"""

from itertools import pairwise

import numpy as np


def check_token_ids(names, vocab_size):
    """Raises ValueError for no names, or for an id that is not from 0 to vocab_size - 1."""
    if len(names) == 0:
        raise ValueError("want at least one name, got none")
    for token_ids in names:
        for token_id in token_ids:
            if not 0 <= token_id < vocab_size:
                raise ValueError(f"want token ids from 0 to {vocab_size - 1}, got {token_id}")


def check_settings(n=1, extra=0):
    """Raises ValueError for an n below 1, or for extra votes below 0 or without end."""
    if n < 1:
        raise ValueError(f"want an n of 1 or more, got {n}")
    if not 0 <= extra < np.inf:
        raise ValueError(f"want a finite constant or strength of 0 or more, got {extra}")


def count_bigrams(names, vocab_size):
    """How often each token followed each other one. -> (V, V)

    names: lists of token ids, as `encode` gives them
    Row is the token before, column the one after.
    """
    check_token_ids(names, vocab_size)
    counts = np.zeros((vocab_size, vocab_size), dtype=int)
    for token_ids in names:
        for before, after in pairwise(token_ids):
            counts[before, after] += 1
    return counts


def sample_name(predict, rng, bos, max_length=50):
    """Roll a name until BOS comes up again. -> token ids, with BOS at both ends

    predict: token ids so far -> probabilities of the next token, (V,)
    max_length: give up after so many tokens, with no closing BOS
    """
    token_ids = [bos]
    for _ in range(max_length):
        probabilities = predict(token_ids)
        token_ids.append(int(rng.choice(len(probabilities), p=probabilities)))
        if token_ids[-1] == bos:
            break
    return token_ids


def mean_surprise(predict, names):
    """The loss: the mean of -log p over every next token of `names`, in nats per token.

    predict: token ids so far -> probabilities of the next token, (V,)
    """
    probabilities = []   # the ones that the right answers had
    for token_ids in names:
        for t in range(1, len(token_ids)):
            probabilities.append(predict(token_ids[:t])[token_ids[t]])
    if not probabilities:
        raise ValueError("want at least one next token to predict, got none")
    with np.errstate(divide="ignore"):   # a surprise may be infinite: -log 0
        return float(-np.log(probabilities).mean())


def to_probabilities(counts, constant=0):
    """Counts to probabilities, with `constant` added to each count. (..., V) -> (..., V)

    A row that adds up to 0 knows nothing, and becomes the blind guess.
    """
    check_settings(extra=constant)
    smoothed = counts + constant
    is_empty = smoothed.sum(axis=-1, keepdims=True) == 0   # (..., 1)
    smoothed = np.where(is_empty, 1, smoothed)
    return smoothed / smoothed.sum(axis=-1, keepdims=True)


def contexts_of(past, n):
    """What an n-gram may look back at: the last 0, 1, ... n - 1 tokens. -> list of tuples"""
    check_settings(n)
    longest = min(n - 1, len(past))
    return [tuple(past[len(past) - length:]) for length in range(longest + 1)]


def count_ngrams(names, n, vocab_size):
    """How often each token followed each context of up to n - 1 tokens.

    -> dict: context, a tuple of token ids -> counts, (V,)
    The shortest context is (), which every token follows. None reaches past the opening BOS.
    """
    check_token_ids(names, vocab_size)
    counts = {}
    for token_ids in names:
        for t in range(1, len(token_ids)):
            for context in contexts_of(token_ids[:t], n):
                if context not in counts:
                    counts[context] = np.zeros(vocab_size, dtype=int)
                counts[context][token_ids[t]] += 1
    return counts


def ngram(past, counts, n, constant=0):
    """Predict from the last n - 1 tokens, with `constant` added to each count. -> (V,)

    past: the token ids so far; counts: from `count_ngrams`, with this n or a larger one
    A context that was never counted gives the blind guess.
    """
    context = contexts_of(past, n)[-1]
    nothing = np.zeros_like(counts[()])
    return to_probabilities(counts.get(context, nothing), constant)


def back_off(past, counts, n, strength):
    """Predict from the last n - 1 tokens, helped by shorter contexts. -> (V,)

    From the blind guess on, each longer context adds its counts to what the shorter ones
    said. That weighs as much as `strength` times the number of different tokens that
    followed: if many different ones did, expect another new one.
    Source: Witten and Bell 1991, method C (strength 1), https://doi.org/10.1109/18.87000
    """
    check_settings(n, strength)
    vocab_size = len(counts[()])
    probabilities = np.full(vocab_size, 1 / vocab_size)   # the blind guess
    for context in contexts_of(past, n):
        if context not in counts:
            break   # then no longer one was counted either
        followers = counts[context]
        lent = strength * np.count_nonzero(followers)   # votes for what the shorter ones said
        probabilities = (followers + lent * probabilities) / (followers.sum() + lent)
    return probabilities
