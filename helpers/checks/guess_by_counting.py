"""Exercise checks of chapters/02_guess_by_counting.ipynb."""

import math

import numpy as np

from helpers.checks.verdicts import exercise, number_of, result_of, right, wrong
from helpers.counting import count_bigrams, count_ngrams, mean_surprise, ngram, to_probabilities


def near(number, wanted, tolerance=0.006):
    """Whether a reader's number is `wanted`, rounded to two decimals or better."""
    return math.isclose(number, wanted, abs_tol=tolerance)


def numbers_in(answer):
    """The numbers of a list, a tuple, an array, a generator ... -> list of float"""
    return [number_of(number) for number in (answer.values() if isinstance(answer, dict) else answer)]


@exercise
def read_a_loss(loss, as_unsure_as_between):
    loss, as_unsure_as_between = number_of(loss), number_of(as_unsure_as_between)
    if near(loss, math.log(64)):
        return wrong("That is the sum of the four surprises. The loss is their mean.")
    if near(loss, -math.log(0.375)):
        return wrong("That is the surprise at the mean probability. Take each surprise first, then the mean.")
    if near(loss, 1.5):
        return wrong("That is the mean surprise in bits, with the logarithm to base 2. For nats, take the natural one.")
    if near(loss, -1.5 * math.log(2)):
        return wrong("Right size, wrong sign: a surprise is *minus* the logarithm.")
    if not near(loss, 1.5 * math.log(2)):
        return wrong(f"Each surprise is minus the natural logarithm of a probability; {loss:g} is not their mean.")
    if near(as_unsure_as_between, 3):
        return wrong("The loss is right. 3 is the mean of 2, 4, 4 and 2; undo the logarithm of the loss instead.")
    if near(as_unsure_as_between, 2 ** (1.5 * math.log(2))):
        return wrong("The loss is right, and in nats. What undoes the natural logarithm is e to its power, not 2.")
    if not near(as_unsure_as_between, 2**1.5):
        return wrong(f"The loss is right. Its exponential is not {as_unsure_as_between:g}.")
    return right("ln 2 and ln 4, each twice: 1.040 nats, as unsure as between 2.83 equally likely tokens.")


@exercise
def read_backwards(backwards_table, backwards_loss, train_ids):
    got, loss = np.array([numbers_in(row) for row in backwards_table]), number_of(backwards_loss)
    vocab_size = train_ids[0][0] + 1   # BOS has the last id
    want = count_bigrams([token_ids[::-1] for token_ids in train_ids], vocab_size)
    if got.shape != want.shape:
        return wrong(f"The table has the shape {got.shape}; one row and one column for each token is {want.shape}.")
    if not np.array_equal(got, want):
        if np.array_equal(got, want.T):
            return wrong("That is the table as it was. Read backwards, what came after comes before.")
        if any(np.array_equal(got, other) for other in (want.T[::-1], want.T[:, ::-1], want.T[::-1, ::-1])):
            return wrong("That turns the order of the ids round. The ids stay; what changes places is before and after.")
        if got.sum() and np.allclose(got.sum(axis=1)[got.sum(axis=1) > 0], 1):
            return wrong("These are probabilities. Give the counts.")
        return wrong(f"The table is not right yet: row 0 should begin {want[0, :4].tolist()}, and begins {got[0, :4].tolist()}.")
    if math.isinf(loss):
        return wrong("The table is right. Ask its model about the turned names: as they were, some are impossible.")
    rows = to_probabilities(want)
    if not near(loss, mean_surprise(lambda past: rows[past[-1]], [token_ids[::-1] for token_ids in train_ids])):
        return wrong(f"The table is right. Its loss on the turned training names is not {loss:.3f}.")
    return right("The same loss: turned round, each token keeps its neighbours, and each row its sum.")


@exercise
def how_far_back(best_ns, fit_ids, validation_ids):
    got, steps = numbers_in(best_ns), (300, 10, 3)
    if len(got) != len(steps):
        return wrong(f"We want {len(steps)} numbers, one for each part, the smallest part first, and get {len(got)}.")
    if not all(n in (1, 2, 3, 4) for n in got):
        return wrong("Each answer is an n: 1, 2, 3 or 4.")
    parts = [fit_ids[::step] for step in steps]
    counted = [count_ngrams(part, 4, fit_ids[0][0] + 1) for part in parts]   # BOS has the last id

    def best_for(counts, names):
        losses = {n: mean_surprise(lambda past: ngram(past, counts, n, 0.3), names) for n in (1, 2, 3, 4)}   # noqa: B023
        return [n for n, loss in losses.items() if loss <= min(losses.values()) + 1e-9]   # of two that tie, either

    bests = [best_for(counts, validation_ids) for counts in counted]
    if all(n in best for n, best in zip(got, bests, strict=True)):
        return right("The more names, the further it pays to look back.")
    if all(n in best for n, best in zip(got[::-1], bests, strict=True)):
        return wrong("These are the right three, in the wrong order: the smallest part comes first.")
    if all(n in best_for(counts, part) for n, counts, part in zip(got, counted, parts, strict=True)):
        return wrong("These are best for the names that were counted: that pays learning by heart. Ask the validation names.")
    n, part = next((n, part) for n, best, part in zip(got, bests, parts, strict=True) if n not in best)
    return wrong(f"With {len(part):,} names, another n than {n:g} has a lower loss on the validation names. Print all four losses.")


@exercise
def count_the_company(company, least_company, table, letters):
    rng = np.random.default_rng(0)
    tables = [count_bigrams([[2, 0, 1, 0, 2], [2, 0, 1, 1, 0, 2], [2, 1, 0, 1, 2]], 3), rng.poisson(0.7, size=(27, 27))]
    for some in tables:
        want = (some > 0).sum(axis=0)
        answer = result_of(company, some)
        if np.ndim(answer) > 1:
            return wrong(f"We want one number for each token, {len(want)} in a row, and get the shape {np.shape(answer)}.")
        if np.isscalar(answer) or isinstance(answer, np.ndarray) and answer.ndim == 0:
            return wrong(f"We want one number for each token, {len(want)} in all, and get a single one.")
        got = np.array(numbers_in(answer))
        if len(got) != len(want):
            return wrong(f"We want one number for each token, {len(want)} in all, and get {len(got)}.")
        if np.array_equal(got, want):
            continue
        if np.array_equal(got, (some > 0).sum(axis=1)):
            return wrong("That counts what comes *after* each token, along its row. What came before is in its column.")
        if np.array_equal(got, some.sum(axis=0)):
            return wrong("That is how often each token came up. Count *different* tokens before it: each once.")
        if np.array_equal(got, (some == 0).sum(axis=0)):
            return wrong("That counts the empty squares of each column. Count the others.")
        return wrong(f"For {some[:3, :3].tolist()}... we want {want.tolist()[:3]}..., and get {got.tolist()[:3]}...")
    named = [str(letter) for letter in least_company if str(letter) not in " ,"]
    if not named:
        return wrong("The function is right. Now try it on `table`, and put the two letters into `least_company`.")
    if len(set(named)) != 2 or not set(named) <= set(letters):
        return wrong(f"The function is right. `least_company` wants two different letters, such as \"ab\", and holds {''.join(named)!r}.")
    of_letters = dict(zip(letters, (np.asarray(table) > 0).sum(axis=0).tolist(), strict=False))   # the dot is no letter
    if sorted(of_letters[letter] for letter in named) != sorted(of_letters.values())[:2]:   # of letters that tie, any
        return wrong(f"The function is right. But {named[0]} keeps {of_letters[named[0]]} and {named[1]} {of_letters[named[1]]}: others keep less company.")
    return right("Little company for these two, and nearly all of it for an a. Short contexts in Kneser-Ney count like this.")
