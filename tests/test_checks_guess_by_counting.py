"""The exercise checks of the chapter on counting take a right answer in every form, and on a reader's own names."""

import numpy as np
import pytest

from helpers.checks import guess_by_counting as check
from helpers.counting import count_bigrams, count_ngrams, mean_surprise, ngram
from helpers.names import load_names, split_names
from helpers.tokenizer import encode, letters_of

GREEK = "αννα ελενη νικος μαρια ανναμαρια κωστας σοφια ελενα νικη μαρω ανν αλκη ηλιας σιμος κλεω νανα".split()


def encoded(names):
    letters = letters_of(names)
    return letters, [encode(name, letters) for name in names]


@pytest.fixture(scope="module")
def few_and_best():
    """Names to count, names to ask, and the best n for each part of the first."""
    names = load_names()
    letters = letters_of(names)
    fit_ids, asked_ids = ([encode(name, letters) for name in part] for part in split_names(names[::8]))
    asked_ids, best_ns = asked_ids[::3], []
    for step in (300, 10, 3):
        counts = count_ngrams(fit_ids[::step], 4, len(letters) + 1)
        losses = {n: mean_surprise(lambda past: ngram(past, counts, n, 0.3), asked_ids) for n in (1, 2, 3, 4)}   # noqa: B023
        best_ns.append(min(losses, key=losses.get))
    return fit_ids, asked_ids, best_ns


FORMS = {
    "a list": list,
    "a tuple": tuple,
    "an array": np.array,
    "a generator": lambda numbers: (number for number in numbers),
    "a dict's values": lambda numbers: dict(enumerate(numbers)).values(),
    "numpy numbers": lambda numbers: [np.int64(number) for number in numbers],
    "floats": lambda numbers: [float(number) for number in numbers],
}
each_form = pytest.mark.parametrize("form", FORMS)


@pytest.mark.parametrize("loss", [1.04, 1.0397, 1.5 * np.log(2), np.float32(1.04)])
@pytest.mark.parametrize("between", [2.83, 2.828, 8**0.5, np.array(2.8284)])
def test_a_loss_of_two_decimals_or_more_is_accepted(loss, between):
    assert check.read_a_loss(loss, between).accepted


@pytest.mark.parametrize("loss, between", [(1.05, 2.83), (1, 2.83), (1.04, 2.8), (1.04, 2.87)])
def test_a_loss_that_is_off_in_its_second_decimal_is_not(loss, between):
    assert not check.read_a_loss(loss, between).accepted


@each_form
def test_what_is_counted_may_come_in_any_form(form):
    letters, train_ids = encoded(GREEK)
    table = count_bigrams(train_ids, len(letters) + 1)
    company_of = dict(zip(letters, (table > 0).sum(axis=0).tolist(), strict=False))
    least = sorted(letters, key=company_of.get)[:2]
    for pair in (least, tuple(least), set(least), "".join(least), ", ".join(least), np.array(least)):
        verdict = check.count_the_company(lambda table: FORMS[form]((table > 0).sum(axis=0).tolist()), pair, table, letters)
        assert verdict.accepted, verdict


def company_by_loops(table):
    return [sum(1 for before in range(len(table)) if table[before, after]) for after in range(len(table))]


def test_another_way_to_count_and_letters_that_tie_are_accepted():
    table = count_bigrams([[3, 0, 1, 2, 3]], 4)   # abc: each letter after one token
    for pair in ("ab", "ac", "cb"):
        assert check.count_the_company(company_by_loops, pair, table, list("abc")).accepted
    for no_pair in ("a", "aa", "abc", "a."):
        assert "two different letters" in repr(check.count_the_company(company_by_loops, no_pair, table, list("abc")))


@each_form
def test_a_turned_table_may_come_in_any_form(form):
    letters, train_ids = encoded(GREEK)
    table = count_bigrams(train_ids, len(letters) + 1)
    rows = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    loss = -np.mean([np.log(rows[before, after]) for ids in train_ids for before, after in zip(ids[:-1], ids[1:], strict=True)])
    verdict = check.read_backwards([FORMS[form](row) for row in table.T.tolist()], loss, train_ids)
    assert verdict.accepted, verdict
    assert check.read_backwards(count_bigrams([ids[::-1] for ids in train_ids], len(table)), round(loss, 2), train_ids).accepted


@each_form
def test_three_n_may_come_in_any_form(form, few_and_best):
    fit_ids, asked_ids, best_ns = few_and_best
    assert check.how_far_back(FORMS[form](best_ns), fit_ids, asked_ids).accepted
    assert not check.how_far_back(FORMS[form]([n % 4 + 1 for n in best_ns]), fit_ids, asked_ids).accepted


def test_only_the_best_n_of_a_part_is_accepted_however_near_another_comes(few_and_best):
    fit_ids, asked_ids, best_ns = few_and_best
    assert check.how_far_back(best_ns, fit_ids, asked_ids).accepted
    for n in {1, 2, 3, 4} - {best_ns[-1]}:
        assert not check.how_far_back([*best_ns[:-1], n], fit_ids, asked_ids).accepted


def test_the_checks_run_on_a_reader_s_own_names():
    _, train_ids = encoded(GREEK)
    verdicts = [check.how_far_back((n, n, n), train_ids, train_ids[:3]) for n in (1, 2, 3, 4)]
    assert all("form" not in repr(verdict) for verdict in verdicts)
    assert "a single one" in repr(check.count_the_company(lambda table: 3, "αν", np.eye(3), list("αν")))
