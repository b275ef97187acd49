"""Counted tables for long text: back-off and Kneser-Ney as arrays over token ids, frozen or counting while they read.

Built in chapters/16_does_bigger_help.ipynb.
A text is one long row of token ids, (n,). What a position of it is guessed from are the counted positions before it.
"""

import numpy as np


class Groups:
    """Positions with equal keys, in the order of the text. keys: (n,) integers"""

    def __init__(self, keys):
        self.order = np.argsort(keys, kind="stable")   # equal keys side by side
        arranged = keys[self.order]
        is_first = np.concatenate([[True], arranged[1:] != arranged[:-1]])
        self.numbers = np.empty(len(keys), dtype=int)   # of each position's group
        self.numbers[self.order] = np.cumsum(is_first) - 1
        self.starts = np.flatnonzero(is_first)

    def earlier(self, weights):
        """The sum of the weights at earlier positions of the same group. (n,) -> (n,)"""
        arranged = weights[self.order].astype(float)
        before = np.cumsum(arranged) - arranged
        sums = np.empty(len(weights))
        sums[self.order] = before
        return sums - before[self.starts][self.numbers]


def ngram_groups(token_ids, n):
    """The positions with equal contexts of 0 to n - 1 tokens -> two lists of n Groups

    The first goes by the context alone, the second by the context with the token after it.
    Raises ValueError for an n below 1, or token ids that are no row of whole numbers from 0.
    """
    token_ids = np.asarray(token_ids)
    is_row = token_ids.ndim == 1 and len(token_ids) > 0 and token_ids.dtype.kind in "iu"
    if not (is_row and token_ids.min() >= 0 and n >= 1):
        got = f"{token_ids.dtype} of shape {token_ids.shape} and n = {n}"
        raise ValueError(f"want a row of token ids from 0, and an n of 1 or more, got {got}")
    contexts, grams = [], []
    keys = np.zeros(len(token_ids), dtype=int)   # the empty context is everywhere the same
    for _ in range(n):
        contexts.append(Groups(keys))
        numbers = contexts[-1].numbers * (int(token_ids.max()) + 1)
        grams.append(Groups(numbers + token_ids))
        keys = np.concatenate([[-1], grams[-1].numbers[:-1]])   # one token longer, one later
    return contexts, grams


def first_times(grams, is_counted):
    """Where a counted position is the first one of its group. -> (n,) of True and False"""
    return is_counted & (grams.earlier(is_counted) == 0)


def back_off_text(groups, is_counted, vocab_size, strength):
    """The probability that back-off gives each token, from the counted positions before it.

    groups: from `ngram_groups`; is_counted: (n,) of True and False -> (n,)
    It is `counting.back_off`, for all positions at once.
    """
    probabilities = np.full(len(is_counted), 1 / vocab_size)   # the blind guess
    for contexts, grams in zip(*groups, strict=True):
        counts, totals = grams.earlier(is_counted), contexts.earlier(is_counted)
        lent = strength * contexts.earlier(first_times(grams, is_counted))
        mixed = (counts + lent * probabilities) / np.maximum(totals + lent, 1e-9)
        probabilities = np.where(totals > 0, mixed, probabilities)
    return probabilities


def kneser_ney(groups, is_counted, vocab_size, discounts):
    """The probability that interpolated Kneser-Ney gives each token. groups as above -> (n,)

    discounts: (n, 3), what a count of 1, of 2 and of 3 or more lends, for each length
    A shorter context counts each longer one that it ends only once: `is_counted` holds for
    the longest context alone.
    Source: Chen and Goodman 1998, section 3, https://dash.harvard.edu/handle/1/25104739
    """
    probabilities = np.full(len(is_counted), 1 / vocab_size)
    for votes, lends, contexts, grams in zip(
        votes_of(groups, is_counted), discounts, *groups, strict=True
    ):
        lent_by = np.concatenate([[0], lends])   # by a count of 0, 1, 2, 3 or more
        counts, totals = grams.earlier(votes), contexts.earlier(votes)
        own = lent_by[np.minimum(counts, 3).astype(int)]
        more = lent_by[np.minimum(counts + 1, 3).astype(int)] - own   # once it counts
        lent = contexts.earlier(votes * more)
        mixed = (counts - own + lent * probabilities) / np.maximum(totals, 1)
        probabilities = np.where(totals > 0, mixed, probabilities)
    return probabilities


def votes_of(groups, is_counted):
    """Which positions count for each length of context -> list of (n,) of True and False"""
    shorter = [first_times(grams, is_counted) for grams in groups[1][1:]]
    return [*shorter, is_counted]


def discounts_of(groups, is_counted):
    """How much a count of 1, of 2, of 3 or more lends, by how many there are. -> (n, 3)

    What was seen once may as well not have been: the more such, the larger its discount.
    Source: Chen and Goodman 1998, equation 26
    """
    discounts = []
    for votes, grams in zip(votes_of(groups, is_counted), groups[1], strict=True):
        totals = np.bincount(grams.numbers, weights=votes)
        n1, n2, n3, n4 = (max(np.count_nonzero(totals == count), 1) for count in range(1, 5))
        some = n1 / (n1 + 2 * n2)
        raw = [1 - 2 * some * n2 / n1, 2 - 3 * some * n3 / n2, 3 - 4 * some * n4 / n3]
        discounts.append(np.clip(raw, 0, [1, 2, 3]))
    return np.array(discounts)
