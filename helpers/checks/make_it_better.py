"""Checks of the exercises of chapters/10_make_it_better.ipynb."""

import math

import numpy as np

from helpers.checks.verdicts import exercise, number_of, result_of, right, wrong


@exercise
def how_many_seeds(seeds_needed):
    for gain, spread in [(0.01, 0.031), (0.002, 0.0052), (0.005, 0.002), (0.0007, 0.004)]:
        got, want = number_of(result_of(seeds_needed, gain, spread)), _seeds(gain, spread)
        if got == want:
            continue
        told = f"With a gain of {gain} and a spread of {spread}"
        if want == 2:
            return wrong(f"{told} two seeds will do. One is not enough: it has no spread. You give {got:g}.")
        if got == _seeds(gain, spread, times=1):
            return wrong(f"{told} the mean would be larger than its error. It must be larger than twice its error.")
        if got == math.ceil(2 * spread / gain) or got == math.ceil(2 * spread / gain) + 1:
            return wrong("The error falls with the root of the number of seeds, not with the number itself.")
        if abs(got - want) < 1 and got != round(got):
            return wrong(f"{told} you give {got:.2f}. Seeds are whole numbers: the smallest one that will do.")
        if got == want - 1:
            return wrong(f"{told} and {got:g} seeds the mean is not larger than twice its error. One more is needed.")
        return wrong(f"{told} it takes {want} seeds, and you give {got:g}.")
    return right("Half the gain asks for about four times as many seeds, so small gains are dear.")


def _seeds(gain, spread, times=2):
    """The smallest number of seeds, from 2 on, with which the gain is larger than so many times its error"""
    n = 2
    while gain <= times * spread / math.sqrt(n):
        n += 1
    return n


LOOKS = [
    ([3.0, 2.8, 2.9, 2.7, 2.8, 2.6, 2.7, 2.65, 2.9, 2.0], 3),
    ([3.0, 2.5, 2.6, 2.4, 2.5, 2.6, 2.45, 2.0], 4),
    ([2.4, 2.5, 2.6], 1),
    ([3.0, 2.9, 2.8], 2),
    ([3.0, 2.9, 2.9, 2.9], 2),
]


@exercise
def stop_early(stop_early):
    for losses, patience in LOOKS:
        result = result_of(stop_early, list(losses), patience)
        if np.ndim(result) != 1 or len(result) != 2:
            return wrong("Two numbers are asked for: the look at which the run stops, and the look whose knobs are kept.")
        got, want = tuple(number_of(look) for look in result), _stop(losses, patience)
        if got == want:
            continue
        told = f"For the losses {losses} and a patience of {patience}"
        if got == want[::-1]:
            return wrong("The look at which it stops comes first, then the one whose knobs are kept.")
        if got == (want[0] + 1, want[1] + 1):
            return wrong("Count the looks from 0.")
        if got[1] == int(np.argmin(losses)) != want[1]:
            return wrong(f"{told} the run never comes to look {got[1]:g}: it has stopped before.")
        if got == _stop(losses, patience, forgets=False):
            return wrong("A new lowest loss gives the run its whole patience back.")
        if abs(got[0] - want[0]) == 1:
            return wrong(f"{told} the run stops at look {want[0]}, and yours at look {got[0]:g}: count the looks since the lowest one.")
        return wrong(f"{told} it stops at look {want[0]} and keeps look {want[1]}. You give {got[0]:g} and {got[1]:g}.")
    return right("It waits, and keeps the best. The losses must be those of validation names: they have chosen the stop, so they no longer measure.")


def _stop(losses, patience, forgets=True):
    """At which look a run stops, and which one it keeps; forgets: a new lowest loss makes it patient again"""
    best = bad = 0
    for look, loss in enumerate(losses):
        if loss < losses[best]:
            best, bad = look, 0 if forgets else bad
        elif look:
            bad += 1
        if bad == patience:
            break
    return look, best


@exercise
def mix_a_table_and_a_gpt(best_mixture, table_says, gpt_says):
    rng = np.random.default_rng(5)
    for n in (5, 50):
        p, q = rng.uniform(0.05, 0.9, n), rng.uniform(0.05, 0.9, n)
        if (verdict := _judge_mixture(best_mixture, p, q)) is not None:
            return verdict
    p, q = np.array([0.9, 0.8]), np.array([0.1, 0.3])
    if (verdict := _judge_mixture(best_mixture, p, q)) is not None:
        return verdict
    weight, loss = (number_of(x) for x in result_of(best_mixture, table_says, gpt_says))
    apart = min(-np.log(table_says).mean(), -np.log(gpt_says).mean())
    return right(f"Here: {weight:.1f} of the table, loss {loss:.3f}, where the better of the two alone has {apart:.3f}. They err in different ways.")


def _judge_mixture(best_mixture, p, q):
    """A verdict on a mixture of two arrays of probabilities, None if it is right"""
    weights = np.arange(11) / 10
    losses = np.array([-np.log(w * p + (1 - w) * q).mean() for w in weights])
    result = result_of(best_mixture, p.copy(), q.copy())
    if np.ndim(result) != 1 or len(result) != 2:
        return wrong("Two numbers are asked for: the best weight, and the loss with it.")
    weight, loss = (number_of(x) for x in result)
    best = int(losses.argmin())
    if np.isclose(weight, weights[best], atol=0.01) and np.isclose(loss, losses[best], atol=1e-3):
        return None
    if np.isclose(weight, 1 - weights[best], atol=0.01) and np.isclose(loss, losses[best], atol=1e-3):
        return wrong("The loss is right. But the weight is the part of the first model, `p`, and you give that of the second.")
    if np.isclose(loss, -np.log(p).mean(), atol=1e-3) or np.isclose(loss, -np.log(q).mean(), atol=1e-3):
        return wrong("You give one of the two models alone. Did you mix the surprises? Mix the probabilities, then take the logarithm.")
    if np.isclose(loss, losses.max(), atol=1e-3):
        return wrong("That is the worst mixture. The lowest loss is the best one.")
    if np.isclose(loss, losses[best] * len(p), atol=1e-2):
        return wrong("That is the sum of the surprises. The loss is their mean.")
    return wrong(f"For two arrays of {len(p)} probabilities the best weight is {weights[best]:.1f} with a loss of {losses[best]:.3f}. You give {weight:.2f} and {loss:.3f}.")
