"""The checks of the chapter on tuning take right answers in other forms, and their own numbers are right."""

import math
import re

import numpy as np
import pytest

from helpers.checks import obey as check
from helpers.names import LETTERS, load_names
from helpers.recording.tuning import load_tuning
from helpers.tokenizer import encode
from helpers.tuning import best_possible, surprise_of_names
from notebooks import ROOT, read

CHAPTER = ROOT / "chapters/19_obey.ipynb"


@pytest.mark.parametrize("answer", [21, 21.0, np.int64(21)])
def test_draws_may_be_any_kind_of_number(answer):
    assert check.how_many_draws(answer).accepted


def test_twenty_one_is_the_smallest():
    assert 0.8**21 <= 0.01 < 0.8**20


def one_minus(values, probabilities, n):
    """Through the chance that at least one is above each value."""
    pairs = sorted(zip(values, probabilities, strict=True))
    total, below = pairs[0][0], 0
    for (value, probability), (higher, _) in zip(pairs, pairs[1:], strict=False):
        below += probability
        total += (higher - value) * (1 - below**n)
    return total


def test_the_best_of_n_may_be_found_in_another_way():
    assert check.the_best_of_n(one_minus).accepted
    assert check.the_best_of_n(lambda *given: np.float64(one_minus(*given))).accepted


@pytest.mark.parametrize("form", [list, tuple, np.asarray])
def test_advantages_may_be_a_list(form):
    def others(rewards):
        return form([reward - np.mean(np.delete(rewards, i)) for i, reward in enumerate(rewards)])

    assert check.a_baseline_from_the_others(others).accepted


@pytest.mark.parametrize("answer", [1 / math.log(81), 0.2276, 0.228, np.float32(0.2276)])
def test_the_price_may_be_rounded(answer):
    assert check.choose_the_price(answer).accepted


def test_at_that_price_nine_in_ten_are_good():
    assert abs(best_possible(0.1, 1 / math.log(81))[0] - 0.9) < 1e-9


def test_a_reward_may_be_the_first_model_s_opinion_and_a_rule_or_rules_alone():
    first, config, _ = load_tuning()

    def by_model(name):
        ids = encode(name, LETTERS)
        told = float(surprise_of_names(first, [ids], config).data[0]) / (len(ids) - 1)
        return np.float32(len(name) >= 7) * (told < 2.8)

    def by_rules(name):
        vowels = sum(letter in "aeiou" for letter in name) / max(1, len(name))
        pairs = {name[i : i + 2] for i in range(len(name) - 1)}
        return float(len(name) >= 7 and 0.2 < vowels < 0.7 and len(pairs) >= 0.7 * (len(name) - 1))

    assert check.a_reward_that_is_hard_to_cheat(by_model).accepted and check.a_reward_that_is_hard_to_cheat(by_rules).accepted


def test_a_cheat_that_comes_through_is_named():
    told = repr(check.a_reward_that_is_hard_to_cheat(lambda name: float(len(name) >= 7 and name != "aaaaaaaaaa" and "n" not in name or name in check.LONG)))
    assert any(f"'{cheat}' gets 1.00" in told for cheat in check.CHEATS)


def test_what_is_said_of_the_draws_is_so():
    sentence = check.how_many_draws(21).sentence
    for n in (21, 20):
        assert f"{0.8**n:.4f}" in sentence and str(n) in sentence
    assert f"{0.8**20:.4f}" in check.how_many_draws(20).sentence


def test_a_best_of_n_that_is_nearly_right_is_not():
    assert not check.the_best_of_n(lambda *given: one_minus(*given) + 0.01).accepted


def test_advantages_may_be_made_in_place():
    def in_place(rewards):
        rewards -= (rewards.sum() - rewards) / (len(rewards) - 1)
        return rewards

    assert check.a_baseline_from_the_others(in_place).accepted


@pytest.mark.parametrize("price", [0.24, 0.3, 0.5, 1.0])
def test_another_price_is_told_what_it_gives(price):
    verdict = check.choose_the_price(price)
    assert not verdict.accepted and f"{100 * best_possible(0.1, price)[0]:.1f} %" in verdict.sentence


def scored(real, cheat, short=0.0):
    """A reward that gives these to real names, to cheats, and to short names; one real name gets a little less."""
    def reward(name):
        return short if len(name) < 7 else real - 0.1 * (name == check.LONG[3]) if name in check.LONG else cheat

    return check.a_reward_that_is_hard_to_cheat(reward)


def test_the_bounds_of_a_reward_are_those_of_the_exercise():
    assert scored(0.9, 0.5).accepted and scored(0.85, 0.0, short=0.5).accepted
    low = scored(0.7, 0.0)
    assert not low.accepted and f"{check.LONG[3]!r}, for one, gets 0.60" in low.sentence
    assert "Here is a cheat" in scored(0.9, 0.6).sentence and "Long names are wanted" in scored(0.9, 0.0, short=0.6).sentence
    assert "A reward from 0 to 1" in scored(0.9, -0.5).sentence and "A reward from 0 to 1" in scored(1.2, 0.0).sentence


def test_names_are_as_long_as_the_exercise_says_and_the_model_reads_all_of_them():
    text = next(cell.source for cell in read(CHAPTER).cells if "### 5. A reward that is hard to cheat" in cell.source)
    most = int(re.search(r"names have at most `(\d+)` letters", text)[1])
    assert max(map(len, [*load_names(), *check.LONG, *check.CHEATS])) <= most
    first, config, _ = load_tuning()
    assert surprise_of_names(first, [encode("a" * most, LETTERS)], config).shape == (1,) and most + 1 == config.context_length
