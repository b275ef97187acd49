"""What helpers/counting.py promises: the counts, the probabilities made of them, and the loss are right."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.counting import (
    back_off,
    contexts_of,
    count_bigrams,
    count_ngrams,
    mean_surprise,
    ngram,
    sample_name,
    to_probabilities,
)
from helpers.names import load_names, split_names
from helpers.tokenizer import encode, letters_of

V, BOS = 27, 26
TINY = [[2, 0, 2], [2, 0, 1, 2], [2, 0, 0, 2]]   # "a", "ab" and "aa" with two letters, where BOS is 2

letter_ids = st.integers(0, 3)
encoded_names = st.lists(st.lists(letter_ids, max_size=6).map(lambda ids: [4, *ids, 4]), min_size=1, max_size=8)
pasts = st.lists(letter_ids, max_size=7).map(lambda ids: [4, *ids])


@pytest.fixture(scope="module")
def split():
    """The book's names as token ids: train, held-out."""
    names = load_names()
    letters = letters_of(names)
    return [[encode(name, letters) for name in part] for part in split_names(names)]


@pytest.fixture(scope="module")
def counts(split):
    return count_ngrams(split[0], 6, V)


@given(encoded_names)
def test_bigram_counts_agree_with_looking_for_each_pair(names):
    table = count_bigrams(names, 5)
    for before in range(5):
        for after in range(5):
            pairs = [pair for ids in names for pair in zip(ids[:-1], ids[1:], strict=True)]
            assert table[before, after] == pairs.count((before, after))


@given(encoded_names, st.integers(1, 4))
def test_ngram_counts_agree_with_looking_for_each_context(names, n):
    counts = count_ngrams(names, n, 5)
    for context, followers in counts.items():
        assert len(context) < n and followers.sum() > 0
        for token_id in range(5):
            wanted = [*context, token_id]
            # from place 1 on when there is no context: the opening BOS follows nothing
            places = [ids[i:i + len(wanted)] for ids in names for i in range(0 if context else 1, len(ids))]
            assert followers[token_id] == places.count(wanted)
    longest = {tuple(ids[max(0, t - n + 1):t]) for ids in names for t in range(1, len(ids))}
    assert longest <= set(counts)


def test_the_contexts_of_a_place_by_hand():
    assert contexts_of([2, 0, 1], 3) == [(), (1,), (0, 1)]
    assert contexts_of([2], 4) == [(), (2,)] and contexts_of([2, 0, 1], 1) == contexts_of([], 5) == [()]


@given(encoded_names)
def test_ngrams_of_two_are_the_bigram_table(names):
    table, counts = count_bigrams(names, 5), count_ngrams(names, 2, 5)
    for before in range(5):
        assert np.array_equal(table[before], counts.get((before,), np.zeros(5)))
        for constant in (0, 0.5):
            assert np.allclose(to_probabilities(table, constant)[before], ngram([4, before], counts, 2, constant))


@given(encoded_names, pasts, st.integers(1, 5), st.floats(0, 100))
def test_probabilities_sum_to_one_after_any_past(names, past, n, number):
    counts = count_ngrams(names, n, 5)
    for probabilities in (ngram(past, counts, n, number), back_off(past, counts, n, number)):
        assert probabilities.shape == (5,)
        assert np.all(probabilities >= 0) and math.isclose(probabilities.sum(), 1, rel_tol=1e-9)


@given(encoded_names, pasts, st.integers(1, 5), st.floats(0.01, 100))
def test_smoothing_and_back_off_leave_nothing_impossible(names, past, n, number):
    counts = count_ngrams(names, n, 5)
    assert ngram(past, counts, n, number).min() > 0
    assert back_off(past, counts, n, number).min() > 0


@given(encoded_names, pasts, st.integers(1, 6))
def test_ngram_reads_the_last_tokens_and_no_more(names, past, n):
    counts = count_ngrams(names, 6, 5)
    context = list(past)
    while len(context) > n - 1:
        context.pop(0)
    assert np.array_equal(ngram(past, counts, n, 1), to_probabilities(counts.get(tuple(context), np.zeros(5)), 1))


def test_an_empty_row_becomes_the_blind_guess():
    assert np.allclose(to_probabilities(np.array([[0, 0, 0, 0], [3, 0, 1, 0]])), [[0.25] * 4, [0.75, 0, 0.25, 0]])
    assert np.allclose(ngram([2, 1, 1], count_ngrams(TINY, 3, 3), 3), 1 / 3)


def test_add_one_by_hand():
    assert np.allclose(to_probabilities(np.array([3, 0, 1]), 1), [4 / 7, 1 / 7, 2 / 7])


@given(encoded_names)
def test_the_blind_guess_loses_log_of_the_vocabulary_size(names):
    assert math.isclose(mean_surprise(lambda past: np.full(V, 1 / V), names), math.log(27))


def test_loss_of_one_name_by_hand():
    counts = count_ngrams(TINY, 2, 3)
    # after BOS: a, three of three. After a: BOS two of four, a one, b one. After b: BOS, one of one.
    assert math.isclose(mean_surprise(lambda past: ngram(past, counts, 2), [[2, 0, 1, 2]]), -math.log(1 / 4) / 3)


def test_loss_is_a_mean_over_tokens_not_over_names():
    def predict(past):
        return np.array([0.5, 0.25, 0.25])

    surprises = [-math.log(0.25), *[-math.log(0.5)] * 4, -math.log(0.25)]   # BOS; a, a, a, a, BOS
    assert math.isclose(mean_surprise(predict, [[2, 2], [2, 0, 0, 0, 0, 2]]), sum(surprises) / 6)


def test_predictors_see_the_past_only():
    seen = []

    def predict(past):
        seen.append(list(past))
        return np.full(3, 1 / 3)

    mean_surprise(predict, [[2, 0, 1, 2]])
    assert seen == [[2], [2, 0], [2, 0, 1]]


def test_back_off_by_hand():
    counts = count_ngrams(TINY, 3, 3)
    # context (): a 4, b 1, BOS 3, so 3 different ones; weight 2 * 3 = 6 on the blind guess
    nothing = (np.array([4, 1, 3]) + 6 / 3) / (8 + 6)
    # context (a,): a 1, b 1, BOS 2, weight 6
    a = (np.array([1, 1, 2]) + 6 * nothing) / (4 + 6)
    # context (a, a): BOS 1, weight 2 * 1
    a_a = (np.array([0, 0, 1]) + 2 * a) / (1 + 2)
    for n, by_hand in ((1, nothing), (2, a), (3, a_a)):
        assert np.allclose(back_off([2, 0, 0], counts, n, 2), by_hand)
    # (b, b) never came up, (b,) did: once, before BOS
    assert np.allclose(back_off([2, 1, 1], counts, 3, 2), (np.array([0, 0, 1]) + 2 * nothing) / 3)


@given(encoded_names, pasts, st.integers(1, 5), st.floats(0, 50))
def test_back_off_does_not_count_the_start_of_a_name_twice(names, past, n, strength):
    counts = count_ngrams(names, 6, 5)
    short = past[:n]   # n - 1 letters after BOS, so a larger n has nothing to add
    assert np.allclose(back_off(short, counts, n + 1, strength), back_off(short, counts, n + 2, strength))


@given(encoded_names, pasts, st.integers(1, 4), st.floats(0, 50))
def test_a_smaller_n_on_larger_counts_is_the_smaller_model(names, past, n, number):
    small, large = count_ngrams(names, n, 5), count_ngrams(names, n + 2, 5)
    assert np.array_equal(ngram(past, small, n, number), ngram(past, large, n, number))
    assert np.array_equal(back_off(past, small, n, number), back_off(past, large, n, number))


@given(encoded_names, pasts)
def test_without_a_strength_back_off_is_the_longest_counted_context(names, past):
    counts = count_ngrams(names, 4, 5)
    longest = max((tuple(past[len(past) - k:]) for k in range(4) if tuple(past[len(past) - k:]) in counts), key=len)
    assert np.allclose(back_off(past, counts, 4, 0), counts[longest] / counts[longest].sum())


def test_back_off_with_no_context_is_letter_frequencies(split, counts):
    frequencies = counts[()] / counts[()].sum()
    assert np.allclose(back_off([BOS, 3, 4], counts, 1, 0), frequencies)
    assert np.allclose(back_off([BOS, 3, 4], counts, 1, 4), frequencies, atol=1e-4)
    assert np.array_equal(ngram([BOS, 3, 4], counts, 1), frequencies)


def test_much_smoothing_ends_at_the_blind_guess(split, counts):
    held_out = split[1][:300]
    losses = [mean_surprise(lambda past: ngram(past, counts, 2, constant), held_out)  # noqa: B023
              for constant in (1, 1e3, 1e5, 1e9)]
    assert losses == sorted(losses)
    assert math.isclose(losses[-1], math.log(27), abs_tol=1e-4)


def test_one_pair_that_was_never_counted_makes_the_loss_infinite(split, counts):
    train, held_out = split
    assert mean_surprise(lambda past: ngram(past, counts, 2), held_out) == math.inf
    assert mean_surprise(lambda past: ngram(past, counts, 2), train) < math.inf


def test_the_ladder_stands_where_it_was_measured_and_long_contexts_memorise(split, counts):
    """Nothing random goes into a count, so the rungs of the ladder stay where they were measured."""
    held_out = split[1]

    def back_off_loss(n):
        return mean_surprise(lambda past: back_off(past, counts, n, 4), held_out)

    letters = mean_surprise(lambda past: ngram(past, counts, 1), held_out)
    bigram = mean_surprise(lambda past: ngram(past, counts, 2, 1), held_out)
    trigram = mean_surprise(lambda past: ngram(past, counts, 3, 0.2), held_out)
    losses = [letters, bigram, trigram, back_off_loss(4), back_off_loss(6)]
    assert np.allclose(losses, [2.918, 2.594, 2.430, 2.271, 2.155], atol=0.002)
    # by heart: with no smoothing, the training names surprise less and less, the held-out ones without end
    by_heart = [mean_surprise(lambda past: ngram(past, counts, n), split[0][:3000]) for n in (2, 4, 6)]  # noqa: B023
    assert by_heart == sorted(by_heart, reverse=True)
    assert by_heart[-1] < back_off_loss(6) - 0.3


def test_sampling_follows_the_probabilities():
    wanted = np.array([0.5, 0.3, 0.2])
    rng = np.random.default_rng(0)
    names = [sample_name(lambda past: wanted, rng, bos=2) for _ in range(2000)]
    assert all(ids[0] == ids[-1] == 2 and 2 not in ids[1:-1] for ids in names)
    rolled = np.bincount([token_id for ids in names for token_id in ids[1:]], minlength=3)
    expected = wanted * rolled.sum()
    assert ((rolled - expected) ** 2 / expected).sum() < 20   # chi-square, 2 degrees of freedom: p < 0.0001


def test_sampled_names_use_only_what_was_counted():
    counts = count_ngrams(TINY, 2, 3)
    rng = np.random.default_rng(1)
    for _ in range(50):
        sampled = sample_name(lambda past: ngram(past, counts, 2), rng, bos=2)
        assert mean_surprise(lambda past: ngram(past, counts, 2), [sampled]) < math.inf


def test_a_name_takes_one_roll_for_each_token_and_no_other(counts):
    def predict(past):
        return back_off(past, counts, 6, 4)

    rng, again = np.random.default_rng(7), np.random.default_rng(7)
    sampled = sample_name(predict, rng, BOS)
    assert sampled == [BOS, *[again.choice(V, p=predict(sampled[:t])) for t in range(1, len(sampled))]]
    assert rng.random() == again.random()


def test_sampling_gives_up_on_a_name_without_end():
    sampled = sample_name(lambda past: np.array([1.0, 0, 0]), np.random.default_rng(0), bos=2, max_length=9)
    assert sampled == [2] + [0] * 9


COUNTS = count_ngrams(TINY, 2, 3)
REFUSED = {
    "no names, bigrams": (lambda: count_bigrams([], V), "at least one name"),
    "no names, n-grams": (lambda: count_ngrams([], 2, V), "at least one name"),
    "no names, loss": (lambda: mean_surprise(lambda past: np.full(V, 1 / V), []), "at least one next token"),
    "an id too large": (lambda: count_bigrams([[26, 27, 26]], V), "from 0 to 26, got 27"),
    "an id below zero": (lambda: count_bigrams([[26, -1, 26]], V), "from 0 to 26, got -1"),
    "an id too large, n-grams": (lambda: count_ngrams([[26, 27, 26]], 3, V), "from 0 to 26, got 27"),
    "an id below zero, n-grams": (lambda: count_ngrams([[-1, 3, 26]], 3, V), "from 0 to 26, got -1"),
    "contexts with n 0": (lambda: contexts_of([2], 0), "n of 1 or more, got 0"),
    "counting with n 0": (lambda: count_ngrams(TINY, 0, 3), "n of 1 or more, got 0"),
    "n-gram with n 0": (lambda: ngram([2], COUNTS, 0), "n of 1 or more, got 0"),
    "back-off with n 0": (lambda: back_off([2], COUNTS, 0, 4), "n of 1 or more"),
    "a constant below 0": (lambda: to_probabilities(np.ones(3), -0.1), "got -0.1"),
    "a constant that is no number": (lambda: ngram([2], COUNTS, 2, math.nan), "got nan"),
    "an infinite constant": (lambda: ngram([2], COUNTS, 2, math.inf), "got inf"),
    "a strength below 0": (lambda: back_off([2], COUNTS, 2, -1), "got -1"),
    "an infinite strength": (lambda: back_off([2], COUNTS, 2, math.inf), "got inf"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_slips_are_refused_with_what_was_wanted(case):
    call, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        call()
