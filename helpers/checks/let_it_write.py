"""Exercise checks of chapters/11_let_it_write.ipynb."""

import numpy as np

from helpers.checks.verdicts import exercise, number_of, result_of, right, wrong


@exercise
def half_the_temperature(probability):
    p = number_of(probability)
    if 1 < p <= 100:
        return wrong("A probability is a number from 0 to 1.")
    if abs(p - 16 / 17) < 0.006:
        return right("4 times as likely became 16 times: 16 in 17. A lower temperature makes the likely likelier.")
    if abs(p - 0.8) < 0.001:
        return wrong("That is the probability at temperature 1. At half of it the logits lie twice as far apart.")
    if abs(p - 2 / 3) < 0.006:
        return wrong("That is temperature 2: there the factor is the root of 4. At 0.5 it is the square.")
    if abs(p - 8 / 9) < 0.006:
        return wrong("You doubled the factor, from 4 to 8. When the distance of logits doubles, the factor is multiplied by itself.")
    if abs(p - 0.64) < 0.001:
        return wrong("Squared, yes, but the two squares do not sum to 1 yet: divide by their sum.")
    if p < 0.5:
        return wrong("The first is the likelier one, and a lower temperature makes it likelier still.")
    return wrong("At temperature 1 the first is 4 times as likely. The factor is e to the power of the logits' distance: what if that doubles?")


@exercise
def cache_of_gpt2(numbers):
    n = number_of(numbers)
    want = 2 * 12 * 1024 * 768
    if n == want:
        return right(f"{want:,}: for each of 1,024 tokens a key and a value of 768 numbers in each of 12 layers.")
    if n == want / 2:
        return wrong("That is half of it: there are keys, and values as well.")
    if n in (want / 12, want / 24):
        return wrong("That is one layer, or one head of each. The cache has all twelve layers, and the heads together have 768 numbers.")
    if n in (12 * want, 6 * want):
        return wrong("The twelve heads share the 768 numbers, 64 each: do not count them twelve times.")
    if n in (2 * want, 4 * want, 8 * want):
        return wrong("Those are bytes. How many numbers is it?")
    if n == want // 1024:
        return wrong("That is one token. The text has 1,024.")
    return wrong("For each layer two arrays, of one text, 12 heads, 1024 tokens and 768 / 12 numbers: what is their size together?")


@exercise
def min_p(keep_min_p):
    rng = np.random.default_rng(3)
    row = np.log([0.5, 0.3, 0.15, 0.05])
    kept = np.asarray(result_of(keep_min_p, row.copy(), 0.4), dtype=float)
    if kept.shape != (4,):
        return wrong(f"For one row of 4 logits we want 4 numbers back, got shape {kept.shape}.")
    if np.allclose(kept, [0.5, 0.3, 0, 0], atol=1e-6) or np.allclose(kept, [0.625, 0.375, 0, 0], atol=1e-6):
        return wrong("You give probabilities back. Keep the logits, and minus infinity for what is cut.")
    if np.allclose(kept, [row[0], row[1], 0, 0]):
        return wrong("A logit of 0 is not cut: it is a probability like any other. Use minus infinity.")
    if np.array_equal(np.isfinite(kept), [True, False, False, False]):
        return wrong("You compare with p itself. The bar is p times the row's largest probability: 0.4 times 0.5 here.")
    if not (np.array_equal(np.isfinite(kept), [True, True, False, False]) and np.allclose(kept[:2], row[:2])):
        return wrong("With probabilities 0.5, 0.3, 0.15, 0.05 and p = 0.4, the first two stay as they are, the others become minus infinity.")
    if not np.array_equal(np.isfinite(result_of(keep_min_p, row + 100, 0.4)), [True, True, False, False]):
        return wrong("All logits plus 100 are the same probabilities, but your function keeps others. Compare probabilities, or differences of logits.")
    for p in (0.05, 0.3, 1.0):
        table = rng.normal(0, 2, size=(2, 3, 7))
        want = np.where(table >= table.max(axis=-1, keepdims=True) + np.log(p) - 1e-9, table, -np.inf)
        got = np.asarray(result_of(keep_min_p, table.copy(), p), dtype=float)
        if got.shape != table.shape or not np.allclose(got, want):
            return wrong("One row is right, a table of many rows is not: each row has a largest of its own. Use axis=-1 and keepdims=True.")
    return right("The bar moves with the model: low where it is unsure, high where it is sure.")


@exercise
def draft_and_judge(after_rejection):
    rng = np.random.default_rng(5)
    for V in (2, 3, 8):
        target, draft = rng.dirichlet(np.ones(V)), rng.dirichlet(np.ones(V))
        if V == 8:
            draft[0] = 0   # the small model never says it, so only the second draw can
            draft /= draft.sum()
        got = np.asarray(result_of(after_rejection, target.copy(), draft.copy()), dtype=float)
        missing = np.maximum(target - draft, 0)
        if got.shape != (V,):
            return wrong(f"We want a row of {V} probabilities, got shape {got.shape}.")
        if np.allclose(got, target):
            return wrong("Drawn again from target, tokens that the draft likes come out too often: they had their chance already. Take off what the kept drafts bring.")
        if np.allclose(got, missing):
            return wrong("That is what is missing. To draw from it, it must sum to 1.")
        if not (np.isfinite(got).all() and (got > -1e-9).all() and np.isclose(got.sum(), 1)):
            return wrong("These are no probabilities: none may be below 0, and they must sum to 1.")
        kept = np.minimum(target, draft)
        if not np.allclose(kept + (1 - kept.sum()) * got, target, atol=1e-6):
            return wrong("Kept drafts and second draws together do not follow target. Per token, the kept drafts bring min(target, draft): what is missing?")
    return right("Kept drafts and second draws together give target, to the last digit: the small model saves time and changes nothing.")
