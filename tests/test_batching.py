"""Batches: every name once an epoch, the same whenever a run comes to a step, and padding that is marked as such."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.batching import batches, make_batch
from helpers.names import load_names
from helpers.tokenizer import encode, letters_of

BOS = 26


def with_bos(letters):
    return [BOS, *letters, BOS]


def names_of(batch):
    """The names that a batch asks, as they were given to it."""
    token_ids, next_ids, is_real = batch
    found = []
    for ids, targets, real in zip(*batch, strict=True):
        assert np.array_equal(real, np.arange(len(real)) < real.sum()), "padding stands at the end"
        found.append((*ids[real].tolist(), int(targets[real][-1])))
        assert targets[real].tolist() == list(found[-1][1:]), "the target is the next token"
    return found


names = st.lists(st.lists(st.integers(0, 25), max_size=7).map(with_bos), min_size=1, max_size=40)


@settings(max_examples=50)
@given(names)
def test_a_batch_holds_its_names_and_no_more_padding_than_it_must(many_ids):
    token_ids, next_ids, is_real = batch = make_batch(many_ids)
    assert token_ids.shape == next_ids.shape == is_real.shape == (len(many_ids), max(map(len, many_ids)) - 1)
    assert token_ids.dtype.kind == next_ids.dtype.kind == "i" and is_real.dtype == bool
    assert names_of(batch) == [tuple(ids) for ids in many_ids]
    assert np.all(token_ids[~is_real] == BOS) and np.all(next_ids[~is_real] == BOS)


def test_the_batch_of_three_names_is_as_written():
    token_ids, next_ids, is_real = make_batch([[26, 0, 1, 26], [26, 26], [26, 2, 26]])
    assert token_ids.tolist() == [[26, 0, 1], [26, 26, 26], [26, 2, 26]]
    assert next_ids.tolist() == [[0, 1, 26], [26, 26, 26], [2, 26, 26]]
    assert is_real.tolist() == [[True, True, True], [True, False, False], [True, True, False]]


def epochs_of(many_ids, batch_size, n_epochs, **options):
    per_epoch = math.ceil(len(many_ids) / batch_size)
    drawn = list(itertools.islice(batches(many_ids, batch_size, **options), per_epoch * n_epochs))
    return [drawn[start : start + per_epoch] for start in range(0, len(drawn), per_epoch)]


@settings(max_examples=30)
@given(names, st.integers(1, 9), st.integers(0, 5), st.integers(1, 4))
def test_every_name_is_asked_once_an_epoch(many_ids, batch_size, seed, pool_size):
    for epoch in epochs_of(many_ids, batch_size, 2, seed=seed, pool_size=pool_size):
        assert sorted(name for batch in epoch for name in names_of(batch)) == sorted(map(tuple, many_ids))
        sizes = sorted(len(batch[0]) for batch in epoch)
        assert sizes[1:] == [batch_size] * (len(sizes) - 1) and 0 < sizes[0] <= batch_size


@settings(max_examples=30)
@given(names, st.integers(1, 9), st.integers(0, 5), st.integers(0, 60))
def test_a_run_can_go_on_at_any_step(many_ids, batch_size, seed, first_step):
    from_start = itertools.islice(batches(many_ids, batch_size, seed), first_step, first_step + 5)
    from_there = itertools.islice(batches(many_ids, batch_size, seed, first_step), 5)
    for one, other in zip(from_start, from_there, strict=True):
        for first, second in zip(one, other, strict=True):
            np.testing.assert_array_equal(first, second)


DIFFERENT = [with_bos([i % 26] * (i % 5)) for i in range(60)]


def order_of(epoch):
    return [name for batch in epoch for name in names_of(batch)]


def test_another_seed_and_another_epoch_give_another_order():
    first, second = epochs_of(DIFFERENT, 4, 2, seed=0)
    other, _ = epochs_of(DIFFERENT, 4, 2, seed=1)
    assert order_of(first) != order_of(second) and order_of(first) != order_of(other)


def test_what_is_given_is_left_as_it_was():
    many_ids = [list(ids) for ids in DIFFERENT]
    epochs_of(many_ids, 4, 2, seed=0)
    assert many_ids == DIFFERENT


def fraction_real(epoch):
    return np.mean([batch[2].mean() for batch in epoch])


def test_sorted_pools_pad_less_and_do_not_sort_the_epoch():
    all_names = load_names()
    letters = letters_of(all_names)
    many_ids = [encode(name, letters) for name in all_names[::4]]
    (pooled,), (unsorted,) = (epochs_of(many_ids, 32, 1, seed=0, pool_size=size) for size in (16, 1))
    assert fraction_real(pooled) > 0.9 > 0.7 > fraction_real(unsorted)
    lengths = [batch[0].shape[1] for batch in pooled]
    assert abs(np.corrcoef(lengths[:-1], lengths[1:])[0, 1]) < 0.2   # a long batch says nothing of the next


def test_names_of_one_length_are_not_always_together():
    """Names that share a batch in one epoch mostly do not in the next."""
    many_ids = [with_bos([i % 26, i // 26]) for i in range(400)]
    pairs = [
        {frozenset(pair) for batch in epoch for pair in itertools.combinations(names_of(batch), 2)}
        for epoch in epochs_of(many_ids, 8, 2, seed=0)
    ]
    assert len(pairs[0] & pairs[1]) < 0.2 * len(pairs[0])


def test_no_names_are_no_batch():
    with pytest.raises(ValueError):
        make_batch([])
