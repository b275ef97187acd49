"""The checks of the chapter on better models accept right answers in other forms, and no near misses."""

import math

import numpy as np
import pytest

from helpers.checks import make_it_better as check


def seeds_needed(gain, spread):
    return max(2, math.floor((2 * spread / gain) ** 2) + 1)


def stop_early(losses, patience):
    for look in range(len(losses)):
        best = int(np.argmin(losses[: look + 1]))
        if look - best >= patience:
            return [look, best]
    return np.array([look, best])


def keeps_the_latest(losses, patience):
    best = 0
    for look, loss in enumerate(losses):
        best = look if loss <= losses[best] else best
        if look - best == patience:
            break
    return look, best


def best_mixture(p, q, n_weights=11):
    weights = np.linspace(0, 1, n_weights)
    losses = -np.log(weights[:, None] * p + (1 - weights[:, None]) * q).mean(axis=1)
    return np.array([weights[losses.argmin()], losses.min()])


P, Q = np.array([0.9, 0.2, 0.5]), np.array([0.3, 0.7, 0.5])
RIGHT = {
    "seeds by a formula": (check.how_many_seeds, [seeds_needed]),
    "seeds as numpy's number": (check.how_many_seeds, [lambda *told: np.int64(seeds_needed(*told))]),
    "a stop in a list or an array": (check.stop_early, [stop_early]),
    "a mixture as an array": (check.mix_a_table_and_a_gpt, [best_mixture, P, Q]),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_in_another_form_is_accepted(case):
    judge, answers = RIGHT[case]
    verdict = judge(*answers)
    assert verdict.accepted, verdict


NEAR_MISSES = {
    "seeds that are one too many": (check.how_many_seeds, [lambda *told: seeds_needed(*told) + 1], "it takes 39 seeds"),
    "seeds for a loss instead of its gain": (check.how_many_seeds, [lambda gain, spread: seeds_needed(spread, gain)], "it takes 39 seeds"),
    "a stop that keeps the latest of equal losses": (check.stop_early, [keeps_the_latest], "keeps look 1"),
    "a mixture on a coarser grid": (check.mix_a_table_and_a_gpt, [lambda p, q: best_mixture(p, q, 3), P, Q], "the best weight is"),
}


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_a_near_miss_is_told_what_is_missing(case):
    judge, answers, words = NEAR_MISSES[case]
    verdict = judge(*answers)
    assert not verdict.accepted and words in repr(verdict), verdict


def test_the_verdict_on_a_mixture_tells_what_it_brings():
    verdict = repr(check.mix_a_table_and_a_gpt(best_mixture, P, Q))
    weight, loss = best_mixture(P, Q)
    apart = min(-np.log(P).mean(), -np.log(Q).mean())
    assert f"{weight:.1f} of the table, loss {loss:.3f}, where the better of the two alone has {apart:.3f}" in verdict and loss < apart
