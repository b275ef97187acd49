"""Writing: cuts and draws against slow ways, and the cache against reading everything again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import sampling
from helpers.batching import make_batch
from helpers.model import GPTConfig, attention, gpt, init_params
from helpers.names import load_names, load_origins, load_rows
from helpers.recording.models import load_trained
from helpers.sampling import (
    Cache,
    attend_to_past,
    draw,
    keep_top_k,
    keep_top_p,
    next_probabilities,
    rank_of,
    read_next,
    softmax,
    write,
)
from helpers.tensor import Tensor
from helpers.tokenizer import decode, encode, encode_from, letters_of

DEEP = GPTConfig(vocab_size=11, context_length=9, n_layer=3, n_head=2, n_embd=8)
LETTERS = letters_of(load_names())
BOS = len(LETTERS)


@pytest.fixture(scope="module")
def reference():
    return load_trained("reference")[:2]


@pytest.fixture(scope="module")
def deep():
    """Three layers whose parameters are large enough for attention to differ from a plain mean."""
    params = init_params(DEEP, np.random.default_rng(0))
    return {name: Tensor(8 * tensor.data) for name, tensor in params.items()}


def cached_logits(params, token_ids, config):
    """(B, T) -> (B, T, V), one token at a time."""
    cache = Cache(config, len(token_ids), params["wte"].data.dtype)
    return np.stack([read_next(params, ids, cache, config) for ids in np.transpose(token_ids)], axis=1)


def far_from_expected(counts, expected):
    """Pearson's chi-square, as spreads away from its mean: by chance alone nearly always within 4."""
    counts, expected = np.array(counts), np.array(expected)
    degrees = len(counts) - 1
    return (((counts - expected) ** 2 / expected).sum() - degrees) / (2 * degrees) ** 0.5


# From logits to a token

rows_of_logits = st.lists(st.integers(-4, 4).map(lambda x: x / 2), min_size=1, max_size=8)   # halves: ties are common
a_p = st.sampled_from([1e-9, 0.1, 0.25, 0.5, 0.75, 0.9, 1 - 1e-9, 1, 1.0])


def slow_order(row):
    """The places of a row, the largest number first; of equal ones the first."""
    return sorted(range(len(row)), key=lambda i: (-row[i], i))


def slow_top_p(row, p):
    """Take the likeliest, then the next, until they have p together."""
    powers = [np.exp(x - max(row)) for x in row]
    taken, together = [], 0.0
    for i in slow_order(row):
        if together >= p - 1e-12 and taken:
            break
        taken.append(i)
        together += powers[i] / sum(powers)
    return taken


@settings(deadline=None, max_examples=200)
@given(rows_of_logits)
def test_ranks_count_what_stands_before_in_order(row):
    order = slow_order(row)
    assert rank_of(np.array(row)).tolist() == [order.index(i) for i in range(len(row))]


@settings(deadline=None, max_examples=200)
@given(rows_of_logits, st.integers(1, 10))
def test_top_k_keeps_the_k_largest_and_of_equal_ones_the_first(row, k):
    kept = keep_top_k(np.array(row), k)
    assert set(np.flatnonzero(np.isfinite(kept))) == set(slow_order(row)[:k])
    assert all(kept[i] in (row[i], -np.inf) for i in range(len(row)))


@settings(deadline=None, max_examples=300)
@given(rows_of_logits, a_p)
def test_top_p_keeps_as_few_as_have_p_together(row, p):
    exact = np.sort(softmax(np.array(row)))[::-1].cumsum()
    if p < 1 and np.min(abs(exact - p)) < 1e-9:
        return   # which side of p a sum falls on is rounding
    kept = keep_top_p(np.array(row), p)
    assert set(np.flatnonzero(np.isfinite(kept))) == set(slow_top_p(row, p) if p < 1 else range(len(row)))


def test_of_many_equal_ones_the_first_lead():
    """More of them than a sort leaves in order by itself."""
    assert rank_of(np.zeros((2, 63))).tolist() == [list(range(63))] * 2
    assert np.flatnonzero(np.isfinite(keep_top_k(np.tile([1.0, 2.0], 40), 5))).tolist() == [1, 3, 5, 7, 9]


def test_a_table_is_cut_row_by_row():
    table = np.random.default_rng(0).normal(size=(2, 3, 9))
    for cut, by in [(keep_top_k, 4), (keep_top_p, 0.6)]:
        whole = cut(table, by)
        for place in np.ndindex(2, 3):
            np.testing.assert_array_equal(whole[place], cut(table[place], by))


def test_a_p_of_one_cuts_nothing_not_even_what_rounding_swallows():
    assert np.isfinite(keep_top_p(np.array([0.0, -60.0, -50.0]), 1)).all()


def test_a_token_that_reaches_p_exactly_is_the_last_one():
    assert np.isfinite(keep_top_p(np.zeros(2), 0.5)).tolist() == [True, False]
    assert np.isfinite(keep_top_p(np.zeros(4), 0.5)).tolist() == [True, True, False, False]


def test_what_is_cut_already_stays_cut():
    logits = np.array([2.0, -np.inf, 1.0, 0.0])
    assert keep_top_k(logits, 3)[1] == keep_top_p(logits, 1)[1] == -np.inf
    assert next_probabilities(logits, 0.5, top_k=3, top_p=0.99)[1] == 0


def test_the_order_is_divide_then_top_k_then_top_p():
    logits = np.log([0.4, 0.3, 0.2, 0.1])
    got = next_probabilities(logits, temperature=0.5, top_k=3, top_p=0.8)   # squares 16, 9, 4 of 29: the first two have 25
    np.testing.assert_allclose(got, [16 / 25, 9 / 25, 0, 0])
    flat = next_probabilities(logits, temperature=2.0, top_k=3, top_p=0.75)   # roots: the first two of three have too little
    assert np.count_nonzero(flat) == 3
    one = next_probabilities(logits, top_k=2, top_p=0.5)   # of the two that top-k leaves, the first has 4 sevenths: enough
    np.testing.assert_allclose(one, [1, 0, 0, 0])


def test_probabilities_sum_to_one_at_any_temperature_and_size():
    logits = np.array([[700.0, -700.0, 0.0], [1e5, 1e5, 0.0]])
    for temperature in (1e-3, 1, 1e3):
        np.testing.assert_allclose(next_probabilities(logits, temperature).sum(axis=-1), 1)
    np.testing.assert_allclose(next_probabilities(logits, 1e-3), [[1, 0, 0], [0.5, 0.5, 0]])
    np.testing.assert_allclose(next_probabilities(logits, 1e9), 1 / 3, atol=1e-3)


def test_softmax_is_what_pytorch_says():
    torch = pytest.importorskip("torch")
    logits = np.random.default_rng(0).normal(0, 5, size=(4, 3, 7))
    np.testing.assert_allclose(softmax(logits), torch.softmax(torch.tensor(logits), dim=-1).numpy(), rtol=1e-12)


@pytest.mark.parametrize("how", [{}, {"temperature": 0.6}, {"temperature": 1.7, "top_k": 7}, {"top_p": 0.8}], ids=str)
def test_what_is_drawn_is_as_frequent_as_its_probability_says(how):
    logits = np.random.default_rng(1).normal(0, 1.5, size=12)
    probabilities = next_probabilities(logits, **how)
    n = 40_000
    drawn = draw(np.tile(probabilities, (n, 1)), np.random.default_rng(2))
    counts = np.bincount(drawn, minlength=12)
    possible = probabilities > 0
    assert counts[~possible].sum() == 0
    assert abs(far_from_expected(counts[possible], n * probabilities[possible])) < 4


def test_each_row_has_a_dart_of_its_own_and_a_certain_token_is_always_hit():
    certain = np.eye(5)[[3, 0, 4, 1]]
    rng = np.random.default_rng(0)
    for _ in range(50):
        assert draw(certain, rng).tolist() == [3, 0, 4, 1]
    assert len(set(draw(np.full((100, 8), 1 / 8), rng).tolist())) > 4


class Thrown:
    """Dice that always throw the same number."""

    def __init__(self, number):
        self.number = number

    def random(self, shape):
        return np.full(shape, self.number)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_outermost_throws_hit_tokens_that_can_come(dtype):
    """0, and the largest number below 1, though rounded tenths sum to a little less or more than 1."""
    tenths = np.array([[0, *[0.1] * 10, 0]], dtype)
    assert draw(tenths, Thrown(0.0)) == [1] and draw(tenths, Thrown(1 - 2**-53)) == [10]


def test_sampled_names_are_as_frequent_as_the_model_says(reference):
    """The first two tokens of many names against the product of their probabilities."""
    params, config = reference
    n = 20_000
    names = write(params, [[BOS]] * n, GPTConfig(context_length=3), BOS, np.random.default_rng(0))
    first = softmax(gpt(params, [[BOS]], config).data[0, 0])
    second = softmax(gpt(params, [[BOS, i] for i in range(26)], config).data[:, 1])
    chance = {(i, j): first[i] * second[i, j] for i in range(26) for j in range(27)}
    pairs = [tuple((name[1:3] + [BOS])[:2]) for name in names if len(name) > 1]
    often = [pair for pair in chance if n * chance[pair] >= 10]
    counts = [pairs.count(pair) for pair in often]
    rest = n - sum(counts)
    expected = [n * chance[pair] for pair in often]
    assert abs(far_from_expected([*counts, rest], [*expected, n - sum(expected)])) < 4


# The cache

def test_attention_with_a_cache_is_the_last_row_of_attention():
    rng = np.random.default_rng(0)
    query, key, value = (rng.normal(size=(2, 3, 5, 4)) for _ in range(3))   # (B, H, T, D)
    mixed, _ = attention(*map(Tensor, (query, key, value)))
    np.testing.assert_allclose(attend_to_past(query[:, :, -1], key, value), mixed.data[:, :, -1], rtol=1e-12)


def test_logits_with_a_cache_are_those_of_rereading_over_thousands_of_names(reference):
    params, config = reference
    token_ids, _, is_real = make_batch([encode(name, LETTERS) for name in load_names()[::12]])
    assert len(token_ids) > 3000
    difference = abs(cached_logits(params, token_ids, config) - gpt(params, token_ids, config).data)[is_real]
    assert difference.max() < 1e-10


@pytest.mark.parametrize("B", [1, 7])
def test_logits_agree_in_a_deep_model_at_every_length_up_to_the_context(deep, B):
    token_ids = np.random.default_rng(0).integers(DEEP.vocab_size, size=(B, DEEP.context_length))
    with_cache = cached_logits(deep, token_ids, DEEP)
    for T in range(1, DEEP.context_length + 1):
        np.testing.assert_allclose(with_cache[:, T - 1], gpt(deep, token_ids[:, :T], DEEP).data[:, -1], atol=1e-10)


def test_a_name_s_logits_do_not_depend_on_who_shares_its_batch(deep):
    token_ids = np.random.default_rng(1).integers(DEEP.vocab_size, size=(6, 5))
    together = cached_logits(deep, token_ids, DEEP)
    for row, alone in zip(token_ids, together, strict=True):
        np.testing.assert_allclose(cached_logits(deep, row[None], DEEP)[0], alone, atol=1e-12)


def test_the_cache_goes_on_with_the_names_that_are_kept(deep):
    token_ids = np.random.default_rng(2).integers(DEEP.vocab_size, size=(4, 6))
    whole = cached_logits(deep, token_ids, DEEP)
    goes_on = np.array([True, False, True, False])
    cache = Cache(DEEP, 4)
    for t in range(3):
        read_next(deep, token_ids[:, t], cache, DEEP)
    cache.keep(goes_on)
    for t in range(3, 6):
        np.testing.assert_allclose(read_next(deep, token_ids[goes_on, t], cache, DEEP), whole[goes_on, t], atol=1e-12)
    assert cache.length == 6


def rereading(params, prompts, config, stop, rng, **how):
    """`write`, which reads all of every name at each step: the slow way."""
    written = [list(prompt) for prompt in prompts]
    going = list(range(len(written)))
    while going:
        logits = gpt(params, [written[i] for i in going], config).data[:, -1]
        new_ids = draw(next_probabilities(logits, **how), rng)
        going, before = [i for i, new_id in zip(going, new_ids, strict=True) if new_id != stop], going
        for i, new_id in zip(before, new_ids.tolist(), strict=True):
            if new_id != stop:
                written[i].append(new_id)
        if going and len(written[going[0]]) > config.context_length:
            break
    return written


@pytest.mark.parametrize("how", [{}, {"temperature": 0.7, "top_p": 0.9}, {"temperature": 2.0, "top_k": 20}], ids=str)
def test_thousands_of_names_are_the_same_with_and_without_a_cache(reference, how):
    params, config = reference
    prompts = [[BOS]] * 1000
    both = [way(params, prompts, config, BOS, np.random.default_rng(3), **how) for way in (write, rereading)]
    assert both[0] == both[1] and len({tuple(name) for name in both[0]}) > 800


@pytest.mark.parametrize("B", [1, 40])
def test_prompts_of_every_length_go_on_the_same_both_ways(deep, B):
    for T in range(1, DEEP.context_length + 1):
        prompts = np.random.default_rng(T).integers(10, size=(B, T))
        both = [way(deep, prompts, DEEP, 10, np.random.default_rng(4)) for way in (write, rereading)]
        assert both[0] == both[1]
        assert all(name[:T] == prompt.tolist() for name, prompt in zip(both[0], prompts, strict=True))


# Writing

def test_the_stop_token_ends_a_name_and_a_full_context_does(deep):
    rng = np.random.default_rng(0)
    names = write(deep, [[10]] * 300, DEEP, 10, rng)
    assert all(10 not in name[1:] for name in names)
    lengths = {len(name) for name in names}
    assert 1 in lengths or 2 in lengths
    assert max(lengths) == DEEP.context_length + 1   # what the last place says is written, too
    never = write(deep, [[10]] * 3, DEEP, 99, rng)
    assert {len(name) for name in never} == {DEEP.context_length + 1}


def test_greedy_writing_takes_the_largest_logit_at_each_step(deep):
    prompts = np.arange(10)[:, None]
    for name in write(deep, prompts, DEEP, 99, np.random.default_rng(0), top_k=1):
        for t in range(1, len(name)):
            assert name[t] == gpt(deep, [name[:t]], DEEP).data[0, -1].argmax()


def test_the_same_seed_writes_the_same_names_and_another_one_others(reference):
    params, config = reference
    one, again, other = (write(params, [[BOS]] * 50, config, BOS, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert one == again != other


def test_it_writes_in_the_models_own_floats(reference):
    params, config = reference
    small = {name: Tensor(tensor.data.astype(np.float32)) for name, tensor in params.items()}
    cache = Cache(config, 2, np.float32)
    assert read_next(small, np.array([BOS, 3]), cache, config).dtype == np.float32
    assert {array.dtype for array in cache.keys + cache.values} == {np.dtype(np.float32)}
    token_ids = [encode(name, LETTERS)[:-1] for name in ("emma", "anna")]
    np.testing.assert_allclose(cached_logits(small, np.array(token_ids), config), gpt(params, token_ids, config).data, atol=1e-3)


def test_a_model_of_small_floats_keeps_small_floats_while_it_writes(reference, monkeypatch):
    """Half the memory."""
    params, config = reference
    kept = []
    monkeypatch.setattr(sampling, "Cache", lambda *sizes: kept.append(Cache(*sizes)) or kept[-1])
    write({name: Tensor(tensor.data.astype(np.float32)) for name, tensor in params.items()}, [[BOS]], config, BOS, np.random.default_rng(0))
    assert {array.dtype for cache in kept for array in cache.keys + cache.values} == {np.dtype(np.float32)}


def test_names_for_an_origin_differ_from_those_for_another():
    params, config, _ = load_trained("origins", np.float32)
    origins, rows = load_origins(), load_rows()
    of = {origin: {name for name, own in rows if own == origin} for origin in ("finnish", "japanese")}
    hits = {}
    for origin in of:
        prompt = encode_from("", origin, LETTERS, origins)[:1]
        names = write(params, [prompt] * 200, config, BOS, np.random.default_rng(0), temperature=0.7)
        names = [decode(name[1:], LETTERS) for name in names]
        hits |= {(origin, other): np.mean([name in own for name in names]) for other, own in of.items()}
    for origin, other in (("finnish", "japanese"), ("japanese", "finnish")):
        assert hits[origin, origin] > 0.2 > 0.1 > hits[origin, other]


# What is asked wrongly

@pytest.mark.parametrize("k", [0, -1, 1.5, "3", None])
def test_a_wrong_k_is_named(k):
    with pytest.raises(ValueError, match="want a whole number from 1 for k, got"):
        keep_top_k(np.zeros(3), k)


def test_a_k_may_be_any_kind_of_whole_number():
    for k in (2, np.int64(2), np.uint8(2)):
        assert np.isfinite(keep_top_k(np.arange(4.0), k)).tolist() == [False, False, True, True]


@pytest.mark.parametrize("p", [0, -0.1, 1.1, np.nan])
def test_a_wrong_p_is_named(p):
    with pytest.raises(ValueError, match="want a p above 0 and at most 1, got"):
        keep_top_p(np.zeros(3), p)


@pytest.mark.parametrize("temperature", [0, -1, np.inf, np.nan])
def test_a_wrong_temperature_is_named_with_the_way_to_greedy_writing(temperature):
    with pytest.raises(ValueError, match=r"want a temperature above 0 \(for the likeliest token alone, top_k=1\), got"):
        next_probabilities(np.zeros(3), temperature)


def test_a_full_context_is_named(deep):
    cache = Cache(DEEP, 1)
    for _ in range(DEEP.context_length):
        read_next(deep, np.array([0]), cache, DEEP)
    with pytest.raises(ValueError, match="want at most 9 tokens, got one more"):
        read_next(deep, np.array([0]), cache, DEEP)


@pytest.mark.parametrize("prompts", [[[]], [3, 4], [[0] * 10]], ids=["empty", "flat", "too long"])
def test_prompts_of_another_shape_are_named(deep, prompts):
    with pytest.raises(ValueError, match="want token ids of shape"):
        write(deep, prompts, DEEP, 10, np.random.default_rng(0))


@pytest.mark.parametrize("token_id", [11, -1])
def test_an_unknown_token_is_named(deep, token_id):
    with pytest.raises(ValueError, match="want"):
        write(deep, [[token_id]], DEEP, 10, np.random.default_rng(0))
