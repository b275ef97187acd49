"""Exercise checks of chapters/16_does_bigger_help.ipynb."""

import math

import numpy as np

from helpers.checks.verdicts import exercise, number_of, result_of, right, wrong
from helpers.scaling import fit_power_law


@exercise
def same_budget(knobs):
    n, budget = number_of(knobs), 6 * 175e9 * 300e9
    want = math.sqrt(budget / (6 * 20))

    def is_near(other):
        return math.isclose(n, other, rel_tol=0.02)

    if is_near(want):
        return right(f"{want / 1e9:.0f} billion knobs, {20 * want / 1e12:.1f} trillion tokens, and {budget:.2e} operations, as before.")
    if is_near(want / 1e9) or is_near(want / 1e6):
        return wrong("Right, but not in knobs one by one: write all its digits, or a power such as 1e9.")
    if is_near(20 * want):
        return wrong("Those are the tokens that it reads. It has a knob for every 20 of them.")
    if is_near(300e9 / 20):
        return wrong("That one reads the tokens that GPT-3 read, and needs far fewer operations. Spend as many.")
    if is_near(budget / (6 * 20)):
        return wrong("That is the square of it: the knobs stand twice in the operations, once in the tokens.")
    if is_near(math.sqrt(budget / 20)):
        return wrong("The budget has its 6 operations for each knob and token, and the new model needs them as well.")
    if is_near(math.sqrt(budget / 6)):
        return wrong("That is one token for each knob. It reads 20.")
    return wrong("Try your number: 6 times the knobs, times 20 times the knobs, should be the operations of GPT-3.")


@exercise
def price_of_a_tenth(factor):
    f = number_of(factor)
    want = 0.9 ** (1 / -0.05)
    if math.isclose(f, want, rel_tol=0.02):
        return right(f"{want:.2f} times the budget for a tenth off the loss. And the next tenth costs as many times more again.")
    if math.isclose(f, 0.1 ** (1 / -0.05), rel_tol=0.02):
        return wrong("That brings the loss down to a tenth of what it was. It shall fall by a tenth, to 0.9 of it.")
    if math.isclose(f, 1 / want, rel_tol=0.02):
        return wrong("That is the other way around: with this part of the budget the loss would rise. The budget must grow.")
    if math.isclose(f, math.log(want), rel_tol=0.02):
        return wrong("That is the logarithm of the factor. Take e to the power of it.")
    if math.isclose(f, 2, rel_tol=0.001) or math.isclose(f, 3, rel_tol=0.001):
        return wrong("A tenth off is 0.1 of the loss, and the exponent is 0.05, but they do not divide: the law is a power, not a product.")
    return wrong("Which factor, to the power of -0.05, gives 0.9? Take logarithms on both sides.")


@exercise
def counting_surprises(function):
    ids = [0, 1, 0, 0, 2]
    want = -np.log([1 / 3, 1 / 4, 2 / 5, 3 / 6, 1 / 7])
    got = np.asarray(result_of(function, np.array(ids), 3), dtype=float)
    if got.shape != (5,):
        return wrong(f"For 5 tokens we want 5 surprises, got shape {got.shape}.")
    if np.allclose(got, -np.log([2 / 4, 2 / 5, 3 / 6, 4 / 7, 2 / 8])) or np.allclose(got, -np.log([2 / 3, 2 / 4, 3 / 5, 4 / 6, 2 / 7])):
        return wrong("Your table counts a token before it is asked for it, so it reads its own answer. Note the surprise first, then count.")
    if np.allclose(got, -np.log([4 / 8, 2 / 8, 4 / 8, 4 / 8, 2 / 8])) or np.allclose(got, -np.log([4 / 8, 2 / 8, 4 / 8, 4 / 8, 2 / 8]).mean()):
        return wrong("You count the whole text first. Then each token is guessed from a future that it has not seen.")
    if np.allclose(got, np.exp(-want)):
        return wrong("Those are probabilities. The surprise is minus their logarithm.")
    if np.allclose(got, -want):
        return wrong("Logarithms of probabilities are below 0. The surprise is minus that.")
    if np.allclose(got, want / math.log(2)):
        return wrong("Those are bits. We want nats: the natural logarithm, `np.log`.")
    if not np.allclose(got, want):
        return wrong("For the tokens 0 1 0 0 2 of three, the probabilities are 1/3, 1/4, 2/5, 3/6 and 1/7.")
    rng = np.random.default_rng(0)
    for vocab_size, n in [(2, 1), (10, 200)]:
        some = rng.integers(0, vocab_size, n)
        slow = [-math.log((np.count_nonzero(some[:t] == some[t]) + 1) / (t + vocab_size)) for t in range(n)]
        if not np.allclose(np.asarray(result_of(function, some.copy(), vocab_size), dtype=float), slow):
            return wrong(f"Right for a short text, but not for {n} tokens of {vocab_size}. Does anything depend on the tokens of the first text?")
    return right("It learns from each token, after it was asked. That order is what makes going on fair.")


@exercise
def leave_one_out(function):
    rng = np.random.default_rng(1)
    for n in (4, 8):
        xs = np.geomspace(1e9, 1e12, n)
        ys = 5 * xs**-0.06 * np.exp(rng.normal(0, 0.02, n))
        laws = [fit_power_law(np.delete(xs, i), np.delete(ys, i)) for i in range(n)]
        want = np.array([ys[i] / float(law.at(xs[i])) - 1 for i, law in enumerate(laws)])
        got = np.asarray(result_of(function, xs.copy(), ys.copy()), dtype=float)
        if got.shape != (n,):
            return wrong(f"For {n} points we want {n} numbers, got shape {got.shape}.")
        if np.allclose(got, want, atol=1e-9):
            continue
        if np.allclose(got, fit_power_law(xs, ys).misses, atol=1e-9):
            return wrong("Those are the misses of the law that was fitted to all points. Each point must be kept out of its own fit.")
        if np.allclose(got, 100 * want, atol=1e-6):
            return wrong("Those are percents. We want parts: 0.02 for 2 percent.")
        if np.allclose(got, want + 1, atol=1e-9):
            return wrong("A point on its law is off by 0, not by 1: take 1 off.")
        if np.allclose(got, 1 / (1 + want) - 1, atol=1e-9):
            return wrong("Turned around: divide what was found by what the law says.")
        if np.allclose(got, -want, atol=1e-9):
            return wrong("A point above its law is off by more than 0. Yours has the other sign.")
        if np.allclose(got, [ys[i] - float(law.at(xs[i])) for i, law in enumerate(laws)], atol=1e-9):
            return wrong("Those are nats. We want a part of what the law says: divide, then take 1 off.")
        if np.allclose(got, np.abs(want), atol=1e-9):
            return wrong("Keep the sign: above the law is more than 0, below it less.")
        return wrong("For each point: fit a law to all others, divide the point by what that law says at its place, and take 1 off.")
    return right("Each point was foretold by the others. The ends are the hardest: there the law must reach beyond its points.")
