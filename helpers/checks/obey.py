"""Checks of the exercises of chapters/19_obey.ipynb."""

import itertools
import math

import numpy as np

from helpers.checks.verdicts import exercise, number_of, result_of, right, wrong

LONG = ["alexander", "margarita", "christina", "maximilian", "guillermo", "theodora", "valentina", "konstantin"]
CHEATS = ["aaaaaaaaaa", "nananananana", "annaannaanna", "bcdfghjklm", "aeiouaeiou", "xqzwvkjxqz"]


@exercise
def how_many_draws(n_draws):
    got = number_of(n_draws)
    if got == 21:
        return right("0.8 to the power of 21 is 0.0092. At 20 it is still 0.0115.")
    if got == 20 or 20 < got < 21:
        return wrong("0.8 to the power of 20 is 0.0115, a little too much. How many whole draws does it take?")
    if got == 5:
        return wrong("Five draws hold one good name in the mean. But in 0.8 to the power of 5, a third of all cases, they hold none.")
    if got in (495, 500, 99, 100):
        return wrong("That would be the number of draws for so many good names. One is enough; how likely is it that all n fail?")
    if got in (2, 3):
        return wrong("You have raised 0.2 to a power: that all n are good. Here at least one is asked for.")
    if got > 21:
        return wrong("That is more than it takes.")
    return wrong("What is the probability that all n draws fail? It must be 0.01 or less.")


def _best_by_all_cases(values, probabilities, n):
    """The mean of the largest of n draws, by going through every case."""
    cases = itertools.product(range(len(values)), repeat=n)
    return sum(math.prod(probabilities[i] for i in case) * max(values[i] for i in case) for case in cases)


@exercise
def the_best_of_n(expected_best):
    for values, probabilities, n in [([1, 2, 3], [0.2, 0.3, 0.5], 2), ([0, 1], [0.75, 0.25], 4), ([5, -1, 2], [0.1, 0.6, 0.3], 3)]:
        got = number_of(result_of(expected_best, list(values), list(probabilities), n))
        want = _best_by_all_cases(values, probabilities, n)
        if abs(got - want) < 1e-9:
            continue
        mean = float(np.dot(values, probabilities))
        shown = f"With values {values}, probabilities {probabilities} and n = {n} it gives {got:.4g}"
        in_order = np.cumsum(probabilities) ** n
        for other, hint in [
            (mean, "That is the mean of one draw. The best of several is better."),
            (n * mean, "That is the sum of n draws. One is kept, the best."),
            (max(values), "That is the best that can come. Does it always come?"),
            (float(in_order @ np.asarray(values)), "That weighs each value by the chance that the best is at most so large. Exactly so large: subtract the chance that it is smaller."),
            (float(np.diff(in_order, prepend=0) @ np.asarray(values)), "It takes the values to be in order, the smallest first. Here they are not: sort them, with their probabilities."),
        ]:
            if abs(got - other) < 1e-9:
                return wrong(f"{shown}. {hint}")
        return wrong(f"{shown}. By going through all cases it is {want:.4g}.")
    return right("Every case counted. For a reward of 0 or 1 it is 1 minus the chance that all n fail.")


@exercise
def a_baseline_from_the_others(advantages):
    for rewards in ([1.0, 0.0, 0.0, 1.0], [3.0, 1.0, 2.0], [0.0, 10.0]):
        rewards = np.array(rewards)
        n = len(rewards)
        got = np.asarray(result_of(advantages, rewards.copy()), dtype=float)
        if got.shape != rewards.shape:
            return wrong(f"One number for each reward is asked for, an array of shape {rewards.shape}. You give {got.shape}.")
        others = (rewards.sum() - rewards) / (n - 1)
        for other, hint in [
            (rewards - rewards.mean(), "That is the old one: the mean holds each name's own reward, too."),
            (others, "That is the baseline itself. The advantage is the reward minus it."),
            (others - rewards, "The sign is turned around: the reward minus the baseline."),
            (rewards - (rewards.sum() - rewards), "You subtract the sum of the others. Divide it by how many they are."),
            (rewards - (rewards.sum() - rewards) / n, "The others are one fewer than all: divide by `n - 1`."),
        ]:
            if not np.allclose(others, rewards) and np.allclose(got, other) and not np.allclose(other, rewards - others):
                return wrong(hint)
        if not np.allclose(got, rewards - others):
            return wrong(f"For the rewards {rewards.tolist()} the baselines are {others.round(3).tolist()}: for each the mean of the others.")
    return right("Each is the old advantage times n / (n - 1): the same direction, a little longer. So our baseline only shortened the gradient, by one part in 64.")


@exercise
def choose_the_price(price):
    got, want = number_of(price), 1 / math.log(81)
    if abs(got - want) < 0.002:
        return right("The odds of the good ones go from 1 to 9 up to 9 to 1, by a factor of 81. And 81 is e to the power of 1 / price.")
    for other, hint in [
        (math.log(81), "That is the power, 1 / price. The price is what it takes 1 by."),
        (1 / math.log(9), "With a factor of 9 the odds go from 1 to 9 up to 1 to 1: half of the names. It takes more."),
        (math.log(9), "That is a power. And the odds must go from 1 to 9 up to 9 to 1, not to 1 to 1."),
        (1 / 81, "81 is e to the power of 1 / price. Take the logarithm first."),
        (1 / math.log(10), "That is -1 / ln 0.1, by the distance of a full reward. Ask `best_possible(0.1, price)` what it gives."),
    ]:
        if abs(got - other) < 0.002 * max(1, other):
            return wrong(hint)
    if got <= 0:
        return wrong("At a price of 0 the best writes good names only, and a price below 0 would pay for moving away.")
    odds = math.log(1 / 9) + 1 / got
    share = 1 / (1 + math.exp(-odds))
    return wrong(f"At that price the best possible writes {100 * share:.1f} % good names.")


@exercise
def a_reward_that_is_hard_to_cheat(reward):
    def judged(name):
        got = number_of(result_of(reward, name))
        if not 0 <= got <= 1:
            raise OverflowError(name, got)
        return got

    try:
        cheats, real = {name: judged(name) for name in CHEATS}, {name: judged(name) for name in LONG}
        short = judged("mia")
    except OverflowError as error:
        name, got = error.args
        return wrong(f"It gives {got:g} for {name!r}. A reward from 0 to 1 is asked for.")
    mean = sum(real.values()) / len(real)
    if mean < 0.8:
        least = min(real, key=real.get)
        return wrong(f"Real long names get {mean:.2f} on average; 0.8 is asked for. {least!r}, for one, gets {real[least]:.2f}.")
    if short > 0.5:
        return wrong(f"'mia' gets {short:.2f}. Long names are wanted.")
    worst = max(cheats, key=cheats.get)
    if cheats[worst] > 0.5:
        return wrong(f"Here is a cheat: {worst!r} gets {cheats[worst]:.2f}.")
    return right("All of these cheats fail. A model in training would look for the next one, and it draws thousands of names.")
