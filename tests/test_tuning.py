"""Tuning: what is trained is kept, copied and mixed as it says; gradients of rewards agree with sums over every name; the best that can be is best."""

import itertools
import math

import numpy as np
import pytest

from helpers.model import GPTConfig, init_params, sum_over
from helpers.names import LETTERS
from helpers.sampling import softmax
from helpers.tensor import Tensor, cross_entropy, multiply
from helpers.tokenizer import encode
from helpers.training import Adam, Settings, evaluate, train
from helpers.tuning import (
    alternates,
    best_possible,
    copy_of,
    draw_names,
    draw_until_good,
    reinforce,
    surprise_at_each,
    surprise_of_names,
    train_and_keep_best,
    with_replay,
)

SMALL = GPTConfig(vocab_size=27, context_length=8, n_layer=1, n_head=2, n_embd=8)
TINY = GPTConfig(vocab_size=3, context_length=2, n_layer=1, n_head=1, n_embd=4)   # letters a, b and BOS
NAMES = [encode(name, LETTERS) for name in ["emma", "anna", "olivia", "ava", "mia", "noah", "liam"]]


def model(config=SMALL, seed=0, dtype=np.float64, spread=1.0):
    params = init_params(config, np.random.default_rng(seed), dtype)
    for tensor in params.values():
        tensor.data = tensor.data * spread
    return params


def flat(params, what="data"):
    return np.concatenate([getattr(tensor, what).reshape(-1) for tensor in params.values()])


def test_a_copy_stays_as_it_was():
    params = model()
    other = copy_of(params)
    before = flat(params).copy()
    train(other, SMALL, NAMES, Settings(n_steps=3, batch_size=4))
    assert list(other) == list(params) and np.array_equal(flat(params), before) and not np.array_equal(flat(other), before)


def test_the_knobs_of_the_best_moment_are_kept_and_training_goes_on():
    fit, validation = NAMES[:4], NAMES[4:]
    settings, moments = Settings(n_steps=60, batch_size=4, learning_rate=0.03), [1, 2, 5, 10, 20, 40, 60]
    params, losses = model(), {}
    kept, step, loss = train_and_keep_best(params, SMALL, fit, validation, settings, moments)
    again = model()
    train(again, SMALL, fit, settings, watch=lambda now, *_: losses.update({now: evaluate(again, SMALL, validation)}))
    losses = {0: evaluate(model(), SMALL, validation)} | {now: losses[now] for now in moments}
    assert step == min(losses, key=losses.get) and 0 < step < 60
    assert loss == losses[step] == evaluate(kept, SMALL, validation)
    assert np.array_equal(flat(params), flat(again)) and not np.array_equal(flat(kept), flat(params))


def test_where_nothing_gets_better_the_start_is_kept():
    params = model()
    train(params, SMALL, NAMES, Settings(n_steps=200, batch_size=4, learning_rate=0.02))   # knows them by heart
    start = flat(params).copy()
    kept, step, _ = train_and_keep_best(params, SMALL, [encode("zzz", LETTERS)], NAMES, Settings(n_steps=5, learning_rate=0.05), [1, 5])
    assert step == 0 and np.array_equal(flat(kept), start)


@pytest.mark.parametrize("share", [0, 0.25, 0.5, 0.75])
def test_old_names_make_up_their_share(share):
    new, old = [[0, i] for i in range(30)], [[1, i] for i in range(100)]
    mixed = with_replay(new, old, share, np.random.default_rng(0))
    assert mixed[:30] == new and len({tuple(ids) for ids in mixed}) == len(mixed)
    assert abs(sum(ids[0] for ids in mixed) / len(mixed) - share) < 0.01
    assert with_replay(new, old, 0.5, np.random.default_rng(1)) != with_replay(new, old, 0.5, np.random.default_rng(2))


def test_shares_that_cannot_be_are_refused():
    rng = np.random.default_rng(0)
    for share in (-0.1, 1, 2):
        with pytest.raises(ValueError, match="want a share from 0 to below 1"):
            with_replay(NAMES, NAMES, share, rng)
    with pytest.raises(ValueError, match="want 21 old names for that share, got 7"):
        with_replay(NAMES, NAMES, 0.75, rng)


@pytest.mark.parametrize(
    "name, reward", [("salima", 1), ("emi", 1), ("m", 1), ("o", 1), ("yara", 1), ("anna", 0), ("mia", 0), ("emily", 0), ("", 0), ("lynn", 0)]
)
def test_vowels_and_consonants_take_turns(name, reward):
    assert alternates(name) == reward and isinstance(alternates(name), float)


def test_each_question_has_its_own_surprise_and_their_mean_is_the_cross_entropy():
    rng = np.random.default_rng(0)
    logits, ids = Tensor(rng.normal(0, 3, (5, 4))), rng.integers(0, 4, 5)
    each = surprise_at_each(logits, ids)
    np.testing.assert_allclose(each.data, -np.log(softmax(logits.data)[np.arange(5), ids]))
    np.testing.assert_allclose(each.data.mean(), cross_entropy(logits, ids).data)
    assert np.isfinite(surprise_at_each(Tensor(np.array([[1000.0, 0.0]])), [1]).data).all()


def test_its_gradient_agrees_with_nudging_for_any_weights():
    rng = np.random.default_rng(1)
    logits, ids, weights = Tensor(rng.normal(0, 2, (5, 4))), rng.integers(0, 4, 5), rng.normal(size=5)
    sum_over(multiply(surprise_at_each(logits, ids), weights), axis=0).backward()
    start, slope = logits.data.copy(), np.empty_like(logits.data)
    for place in np.ndindex(start.shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = start.copy()
            moved[place] += step
            ends.append(weights @ surprise_at_each(Tensor(moved), ids).data)
        slope[place] = (ends[0] - ends[1]) / 2e-6
    np.testing.assert_allclose(logits.grad, slope, atol=1e-7)


def test_odd_shapes_are_refused():
    with pytest.raises(ValueError, match="want logits"):
        surprise_at_each(Tensor(np.zeros((3, 4))), [0, 1])
    with pytest.raises(ValueError, match="want ids from 0 to 3"):
        surprise_at_each(Tensor(np.zeros((1, 4))), [4])


def test_the_surprise_of_names_sums_to_the_loss_and_padding_changes_nothing():
    params = model(spread=5)
    together = surprise_of_names(params, NAMES, SMALL).data
    alone = [surprise_of_names(params, [ids], SMALL).data[0] for ids in NAMES]
    np.testing.assert_allclose(together, alone)
    assert math.isclose(together.sum() / sum(len(ids) - 1 for ids in NAMES), evaluate(params, SMALL, NAMES), rel_tol=1e-9)


def every_name(config):
    """All that a model with this context can write, as `draw_names` gives it: with an end, or as long as the context is."""
    bos, found = config.vocab_size - 1, []
    for n in range(config.context_length + 1):
        for letters in itertools.product(range(bos), repeat=n):
            found.append([bos, *letters] if n == config.context_length else [bos, *letters, bos])
    return found


def test_the_probabilities_of_all_names_sum_to_one():
    """So a name that fills the context has its probability without an end."""
    surprise = surprise_of_names(model(TINY, spread=8), every_name(TINY), TINY).data
    assert math.isclose(np.exp(-surprise).sum(), 1, rel_tol=1e-9)


def test_names_are_drawn_as_often_as_they_are_likely():
    params, names = model(TINY, spread=8), every_name(TINY)
    drawn = draw_names(params, TINY, 20_000, 2, np.random.default_rng(0))
    likely = np.exp(-surprise_of_names(params, names, TINY).data)
    counted = np.array([sum(ids == name for ids in drawn) for name in names])
    assert counted.sum() == 20_000 and np.abs(counted / 20_000 - likely).max() < 0.015


def worth_by_all_names(params, first, reward, price):
    """The mean worth of a policy, by a sum over everything that it can write."""
    names = every_name(TINY)
    log_p, log_first = (-surprise_of_names(knobs, names, TINY).data for knobs in (params, first))
    rewards = np.array([reward("".join("ab"[i] for i in ids if i < 2)) for ids in names])
    return np.exp(log_p) @ (rewards - price * (log_p - log_first))


def ends_in_a(name):
    return float(name.endswith("a"))


@pytest.mark.parametrize("price", [0.0, 0.5])
def test_the_gradient_of_a_step_is_that_of_the_mean_worth(monkeypatch, price):
    """Many names drawn, one step: against nudging of the sum over all names. So the price is charged as it says, and the baseline does no harm."""
    first, params = model(TINY, seed=1, spread=8), model(TINY, seed=2, spread=8)
    caught = {}

    class Catch:
        def __init__(self, params):
            self.params = params

        def step(self, learning_rate):
            caught["grad"] = flat(self.params, "grad")

    monkeypatch.setattr("helpers.tuning.Adam", Catch)
    reinforce(params, first, TINY, "ab", ends_in_a, 1, price, n_names=50_000)
    slopes, step = [], 1e-5
    for tensor in params.values():
        for place in np.ndindex(tensor.data.shape):
            kept, ends = tensor.data[place], []
            for moved in (kept + step, kept - step):
                tensor.data[place] = moved
                ends.append(worth_by_all_names(params, first, ends_in_a, price))
            tensor.data[place] = kept
            slopes.append((ends[0] - ends[1]) / (2 * step))
    assert np.linalg.norm(caught["grad"] + slopes) < 0.1 * np.linalg.norm(slopes)   # downhill on minus the worth


@pytest.mark.parametrize("price", [0.3])
def test_a_long_run_comes_near_the_best_that_can_be(price):
    first = model(TINY, seed=1, spread=8)
    params = copy_of(first)
    reinforce(params, first, TINY, "ab", ends_in_a, 300, price, n_names=128, learning_rate=0.03)
    share = worth_by_all_names(first, first, ends_in_a, 0)
    reward, distance = best_possible(share, price)
    found = worth_by_all_names(params, first, ends_in_a, price)
    assert worth_by_all_names(first, first, ends_in_a, price) < found - 0.02
    assert reward - price * distance - 0.02 < found <= reward - price * distance + 1e-9


def test_a_run_follows_from_its_seed_and_tells_its_steps():
    ends, told = [], []
    for seed in (0, 0, 1):
        params = model(TINY, spread=8)
        reinforce(params, model(TINY, spread=8), TINY, "ab", ends_in_a, 3, n_names=8, seed=seed, watch=lambda *now: told.append(now))
        ends.append(flat(params).copy())
    assert np.array_equal(ends[0], ends[1]) and not np.array_equal(ends[0], ends[2])
    assert [step for step, *_ in told] == [1, 2, 3] * 3 and told[0][2] == 0   # nothing has moved before the first step


@pytest.mark.parametrize("share, price", [(0.25, 0.1), (0.25, 1.0), (0.01, 0.2), (0.9, 3.0), (0.25, 0.001)])
def test_the_best_possible_is_the_best_of_all_policies(share, price):
    """Among all shares of good names, each at its least distance: that is a table of two rows."""
    reward, distance = best_possible(share, price)
    tried = np.linspace(1e-6, 1 - 1e-6, 200_001)
    least = tried * np.log(tried / share) + (1 - tried) * np.log((1 - tried) / (1 - share))
    worth = tried - price * least
    assert abs(reward - price * distance - worth.max()) < 1e-4 and abs(tried[worth.argmax()] - reward) < 2e-3


def test_at_no_price_the_best_is_a_filter():
    assert best_possible(0.25, 0) == (1, math.log(4))
    assert np.allclose(best_possible(0.25, 1e-3), (1, math.log(4)))


@pytest.mark.parametrize("share, price", [(0, 0.1), (1, 0.1), (0.5, -1)])
def test_shares_and_prices_that_cannot_be_are_refused(share, price):
    with pytest.raises(ValueError, match="want a share in"):
        best_possible(share, price)


def test_drawing_until_good_keeps_what_is_good_and_counts_every_draw():
    params = model(TINY, spread=8)
    good, n_drawn = draw_until_good(params, TINY, 800, "ab", ends_in_a, np.random.default_rng(0))
    rng, drawn = np.random.default_rng(0), []
    while sum(map(ends_in_a, drawn)) < 800:
        drawn += ["".join("ab"[i] for i in ids if i < 2) for ids in draw_names(params, TINY, 1000, 2, rng)]
    last = [i for i, name in enumerate(drawn) if ends_in_a(name)][799]
    assert good == [name for name in drawn if ends_in_a(name)][:800] and n_drawn == last + 1 > 1000


def test_what_is_too_rare_or_not_asked_for_ends_with_an_error():
    asked = []
    with pytest.raises(ValueError, match="want 3 good names, got 0 from 2,500 draws"):
        draw_until_good(model(TINY), TINY, 3, "ab", asked.append, np.random.default_rng(0), at_most=2500)
    assert len(asked) == 2500
    with pytest.raises(ValueError, match="want 0 good names, got 0 from 0 draws"):
        draw_until_good(model(TINY), TINY, 0, "ab", len, np.random.default_rng(0))


def test_a_share_that_does_not_divide_is_met_as_nearly_as_can_be():
    for n, share in [(7, 0.4), (5, 0.3), (11, 0.35)]:
        n_old = len(with_replay([[0]] * n, [[1]] * 100, share, np.random.default_rng(0))) - n
        off = {many: abs(many / (n + many) - share) for many in range(1, 101)}
        assert off[n_old] == min(off.values())


def test_all_old_names_may_be_asked_for():
    assert sorted(with_replay(NAMES, NAMES[:], 0.5, np.random.default_rng(0))) == sorted(NAMES + NAMES)


def test_a_run_tells_the_reward_itself_and_its_steps_get_smaller(monkeypatch):
    rates, told, given = [], [], []

    class Watch(Adam):
        def step(self, learning_rate):
            rates.append(learning_rate)
            super().step(learning_rate)

    def reward(name):
        given.append(ends_in_a(name))
        return given[-1]

    monkeypatch.setattr("helpers.tuning.Adam", Watch)
    reinforce(model(TINY, spread=8), model(TINY, seed=1, spread=8), TINY, "ab", reward, 20, price=5.0, n_names=16, learning_rate=0.02, watch=lambda *now: told.append(now))
    assert [mean for _, mean, _ in told] == [np.mean(given[16 * i : 16 * i + 16]) for i in range(20)]   # without the price
    assert max(rates) <= 0.02 and rates[-1] < 0.2 * max(rates) and rates.index(max(rates)) < 10
