"""Tables for long text, against the slow way: dictionaries of contexts, a token at a time."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.counting import back_off, count_ngrams
from helpers.tables import Groups, back_off_text, discounts_of, first_times, kneser_ney, ngram_groups

V = 4
TEXTS = st.lists(st.integers(0, V - 1), min_size=2, max_size=40)
FEW = settings(max_examples=60)


def contexts_at(ids, t, n):
    """What is before t, by its length; near the start the missing tokens are -1."""
    padded = [-1] * n + list(ids[:t])
    return [tuple(padded[len(padded) - length:]) for length in range(n)]


def counted_before(ids, is_counted, t, n):
    """Length -> context -> token -> how often, from the counted positions before t."""
    counts = [defaultdict(Counter) for _ in range(n)]
    for s in range(t):
        if is_counted[s]:
            for length, context in enumerate(contexts_at(ids, s, n)):
                counts[length][context][ids[s]] += 1
    return counts


def slow_back_off(ids, is_counted, n, strength):
    """Witten and Bell's mixture, each position from its own dictionaries."""
    found = []
    for t, token in enumerate(ids):
        counts, p = counted_before(ids, is_counted, t, n), 1 / V
        for length, context in enumerate(contexts_at(ids, t, n)):
            followers = counts[length][context]
            if followers:
                lent = strength * len(followers)
                p = (followers[token] + lent * p) / (followers.total() + lent)
        found.append(p)
    return found


def slow_kneser_ney(ids, is_counted, n, discounts):
    """Chen and Goodman's mixture: shorter contexts count how many different longer ones they end."""
    found = []
    for t, token in enumerate(ids):
        counts, p = counted_before(ids, is_counted, t, n), 1 / V
        for length, context in enumerate(contexts_at(ids, t, n)):
            if length == n - 1:
                followers = counts[length][context]
            else:
                followers = Counter()
                for longer, after in counts[length + 1].items():
                    if longer[1:] == context:
                        followers += Counter(dict.fromkeys(after, 1))
            if followers:
                takes = {word: discounts[length][min(count, 3) - 1] for word, count in followers.items()}
                p = (followers[token] - takes.get(token, 0) + sum(takes.values()) * p) / followers.total()
        found.append(p)
    return found


def slow_discounts(ids, is_counted, n):
    """From the counts of counts in dictionaries."""
    counts, found = counted_before(ids, is_counted, len(ids), n), []
    for length in range(n):
        if length == n - 1:
            totals = [count for after in counts[length].values() for count in after.values()]
        else:
            lefts = defaultdict(set)
            for longer, after in counts[length + 1].items():
                for token in after:
                    lefts[longer[1:], token].add(longer[0])
            totals = [len(each) for each in lefts.values()]
        n1, n2, n3, n4 = (max(totals.count(count), 1) for count in (1, 2, 3, 4))
        y = n1 / (n1 + 2 * n2)
        found.append([min(max(count - (count + 1) * y * more / less, 0), count) for count, (less, more) in enumerate([(n1, n2), (n2, n3), (n3, n4)], start=1)])
    return found


def parts_of(ids):
    """Frozen after the first half, and counting on."""
    half = np.arange(len(ids)) < len(ids) // 2
    return [half, np.ones(len(ids), dtype=bool)]


@FEW
@given(TEXTS)
def test_earlier_sums_the_weights_of_equal_keys_before(keys):
    weights = np.arange(1, len(keys) + 1)
    slow = [sum(w for k, w in zip(keys[:t], weights[:t], strict=True) if k == keys[t]) for t in range(len(keys))]
    groups = Groups(np.array(keys))
    assert groups.earlier(weights).tolist() == slow
    same = groups.numbers[:, None] == groups.numbers
    assert np.array_equal(same, np.equal.outer(keys, keys))


@FEW
@given(TEXTS)
def test_back_off_is_that_of_dictionaries(ids):
    for is_counted in parts_of(ids):
        fast = back_off_text(ngram_groups(np.array(ids), 3), is_counted, V, 1.5)
        np.testing.assert_allclose(fast, slow_back_off(ids, is_counted, 3, 1.5))


@FEW
@given(TEXTS, st.integers(1, 4))
def test_kneser_ney_is_that_of_dictionaries(ids, n):
    discounts = np.array([[0.5, 0.8, 1.1], [0.6, 1.0, 1.3], [0.7, 1.2, 1.6], [0.9, 1.4, 1.7]])[:n]
    for is_counted in parts_of(ids):
        fast = kneser_ney(ngram_groups(np.array(ids), n), is_counted, V, discounts)
        np.testing.assert_allclose(fast, slow_kneser_ney(ids, is_counted, n, discounts))


@FEW
@given(TEXTS)
def test_discounts_are_those_of_dictionaries(ids):
    for is_counted in parts_of(ids):
        np.testing.assert_allclose(discounts_of(ngram_groups(np.array(ids), 3), is_counted), slow_discounts(ids, is_counted, 3))


def test_back_off_is_chapter_two_s():
    rng = np.random.default_rng(0)
    ids = rng.integers(0, V, 300)
    counts = count_ngrams([ids[:200].tolist()], 4, V)   # its contexts need a token before the first
    fast = back_off_text(ngram_groups(ids, 4), (np.arange(300) > 0) & (np.arange(300) < 200), V, 2.0)
    slow = [back_off(ids[:t].tolist(), counts, 4, 2.0)[ids[t]] for t in range(205, 300)]
    np.testing.assert_allclose(fast[205:], slow)


@pytest.mark.parametrize("n", [1, 3])
def test_probabilities_of_all_tokens_sum_to_one(n):
    ids = np.random.default_rng(1).integers(0, V, 200)
    is_counted = np.arange(200) < 199
    sums = {"back-off": 0, "Kneser-Ney": 0}
    for last in range(V):
        groups = ngram_groups(np.concatenate([ids[:-1], [last]]), n)
        sums["back-off"] += back_off_text(groups, is_counted, V, 1.0)[-1]
        sums["Kneser-Ney"] += kneser_ney(groups, is_counted, V, np.full((n, 3), [0.7, 1.1, 1.4]))[-1]
    assert all(total == pytest.approx(1) for total in sums.values()), sums


def test_a_frozen_table_learns_nothing_from_what_it_reads():
    ids = np.random.default_rng(2).integers(0, V, 100)
    frozen = np.arange(100) < 50
    ours = kneser_ney(ngram_groups(ids, 3), frozen, V, np.full((3, 3), 0.7))
    other = np.concatenate([ids[:80], np.zeros(20, dtype=int)])
    theirs = kneser_ney(ngram_groups(other, 3), frozen, V, np.full((3, 3), 0.7))
    assert np.array_equal(ours[:80], theirs[:80])
    assert first_times(Groups(ids), frozen).sum() == len(set(ids[:50].tolist()))


@pytest.mark.parametrize(("ids", "n"), [([], 2), ([0.5, 1.0], 2), ([[0, 1]], 2), ([0, -1], 2), ([0, 1], 0)])
def test_what_is_no_text_is_refused(ids, n):
    with pytest.raises(ValueError, match="want a row of token ids from 0"):
        ngram_groups(np.array(ids), n)
