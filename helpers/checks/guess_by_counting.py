"""Exercise checks of chapters/02_guess_by_counting.ipynb."""

import math

import numpy as np

from helpers.checks.verdicts import exercise, number_of, result_of, right, with_two_vocabularies, wrong
from helpers.counting import count_bigrams, mean_surprise, to_probabilities
from helpers.names import LETTERS, load_names, split_names
from helpers.tokenizer import encode


def near(number, wanted, tolerance=0.006):
    """Whether a reader's number is `wanted`, rounded to two decimals or better."""
    return math.isclose(number, wanted, abs_tol=tolerance)


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
def choose_with_little_data(constant, loss):
    constant, loss = number_of(constant), number_of(loss)
    letters = list(LETTERS)
    fit, validation = split_names(split_names(load_names())[0], salt="tune")
    few_ids, validation_ids = ([encode(name, letters) for name in part] for part in (fit[::300], validation))
    table = count_bigrams(few_ids, len(letters) + 1)

    def loss_on(names):
        rows = to_probabilities(table, constant)
        return mean_surprise(lambda past: rows[past[-1]], names)

    if math.isclose(constant, 0.01) and near(loss, loss_on(few_ids)):
        return wrong("0.01 is best for the names that were counted: it pays learning by heart. Ask the validation names.")
    if math.isclose(constant, 0.5):
        return wrong("0.5 was best with 30,205 names, and is not among the five. Try them with the table of the few.")
    if not math.isclose(constant, 0.3):
        return wrong(f"On the validation names, one of the five does better than {constant:g}. Print all five losses.")
    if near(loss, loss_on(few_ids)):
        return wrong("The constant is right. This is the loss on the counted names; give that on the validation names.")
    if not near(loss, loss_on(validation_ids)):
        return wrong(f"The constant is right. With it, the loss on the validation names is not {loss:.3f}.")
    return right("With little data, the constant matters, and it must be chosen on names that were not counted.")


@exercise
@with_two_vocabularies
def where_does_it_hurt(surprises, letters):
    seen = []

    def predict(past):
        """Rises from a to BOS, how steeply depends on every id of the past, so that each slip gives other numbers."""
        seen.append(list(past))
        steepness = sum(place * token_id for place, token_id in enumerate(past, start=1)) % 97 / 40
        rises = np.arange(1, len(letters) + 2) ** steepness
        return rises / rises.sum()

    for name in ["al", "emma", "lena"]:
        token_ids = encode(name, letters)
        steps = range(1, len(token_ids))
        want = [-math.log(predict(token_ids[:t])[token_ids[t]]) for t in steps]
        seen.clear()
        got = [number_of(number) for number in result_of(surprises, name, predict, letters)]

        def same(other):
            return len(got) == len(other) and np.allclose(got, other)   # noqa: B023

        if same(want):   # however often it asked: only the right pasts give these numbers
            continue
        if any(past == token_ids for past in seen) or seen == [token_ids[: t + 1] for t in steps]:
            return wrong("The model is shown the right answer before it guesses. Show it only the ids before `t`.")
        if len(got) == len(name):
            asked = len(name) + 1
            return wrong(f"{name!r} asks {asked} questions, and you give {len(got)} surprises: one is missing, at an end.")
        if same([-number for number in want]):
            return wrong("Right size, wrong sign: a surprise is *minus* the logarithm.")
        if same([math.exp(-number) for number in want]):
            return wrong("These are the probabilities. Their surprise is minus their logarithm.")
        if same([number / math.log(2) for number in want]):
            return wrong("These are bits. For nats, take the natural logarithm.")
        if seen == [token_ids[t - 1 : t] for t in steps]:
            return wrong("The model is shown the last id only. Show it all ids before `t`; it takes what it needs.")
        wanted, given = np.round(want, 3).tolist(), np.round(got, 3).tolist()
        return wrong(f"For {name!r} and a model of ours we want {wanted}, and get {given}.")
    return right("One surprise for each question. In chapman, see how the m hurts.")


@exercise
def count_the_company(company):
    rng = np.random.default_rng(0)
    tables = [count_bigrams([[2, 0, 1, 0, 2], [2, 0, 1, 1, 0, 2], [2, 1, 0, 1, 2]], 3), rng.poisson(0.7, size=(27, 27))]
    for table in tables:
        want = (table > 0).sum(axis=0)
        got = np.asarray(result_of(company, table))
        if got.shape != want.shape:
            return wrong(f"We want one number for each token, {len(want)} in all, and get the shape {got.shape}.")
        if np.array_equal(got, want):
            continue
        if np.array_equal(got, (table > 0).sum(axis=1)):
            return wrong("That counts what comes *after* each token, along its row. What came before is in its column.")
        if np.array_equal(got, table.sum(axis=0)):
            return wrong("That is how often each token came up. Count *different* tokens before it: each once.")
        if np.array_equal(got, (table == 0).sum(axis=0)):
            return wrong("That counts the empty squares of each column. Count the others.")
        return wrong(f"For {table[:3, :3].tolist()}... we want {want.tolist()[:3]}..., and get {got.tolist()[:3]}...")
    return right("A q has little company, and an a has all of it. Short contexts in Kneser-Ney count like this.")
