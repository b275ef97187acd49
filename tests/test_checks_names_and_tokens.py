"""The checks of chapter 1 take a right answer in any form, for any list of names, and leave the reader's data alone."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.checks import names_and_tokens as check
from helpers.names import LETTERS
from helpers.tokenizer import decode, letters_of

FORMS = {
    "a list": list,
    "a tuple": tuple,
    "a generator": lambda items: (item for item in items),
    "an array": np.array,
    "the keys of a dictionary": lambda items: dict.fromkeys(items).keys(),
}
each_form = pytest.mark.parametrize("form", FORMS)


def names_in(stream, letters):
    pieces, borders = [[]], 0
    while stream:   # takes the stream apart: it is the reader's to use up
        token_id = stream.pop(0)
        borders += token_id == len(letters)
        pieces += [[]] if token_id == len(letters) else []
        pieces[-1] += [token_id]
    return [decode(piece, letters) for piece in pieces[:-1] if decode(piece, letters)]


def first_merges(names, n_merges, as_pair=False):
    cut, made = [list(name) for name in names], []
    for _ in range(n_merges):
        counts = Counter(pair for pieces in cut for pair in zip(pieces, pieces[1:], strict=False))
        pair = max(counts, key=counts.get)
        made.append(pair if as_pair else "".join(pair))
        for pieces in cut:
            for place in range(len(pieces)):   # past the end of a list that has become shorter, the slice is empty
                if tuple(pieces[place : place + 2]) == pair:
                    pieces[place : place + 2] = ["".join(pair)]
    return made


@each_form
def test_names_of_a_stream_may_come_in_any_form(form):
    verdict = check.cut_a_stream_into_names(lambda stream, letters: FORMS[form](names_in(stream, letters)))
    assert verdict.accepted, verdict


def test_a_stream_that_the_answer_has_used_up_is_named_in_full():
    verdict = check.cut_a_stream_into_names(lambda stream, letters: names_in(stream, letters)[:-1])
    assert "For [26, 4, 12, 12, 0, 26, 0, 13, 0, 26] the last finished name, 'ana', is missing" in repr(verdict)


@each_form
def test_merged_tokens_may_come_in_any_form(form):
    verdict = check.merge_pairs_into_tokens(lambda names, n_merges: FORMS[form](first_merges(names, n_merges)))
    assert verdict.accepted, verdict


def test_a_merged_token_may_be_the_pair_that_it_joins():
    verdict = check.merge_pairs_into_tokens(lambda names, n_merges: first_merges(names, n_merges, as_pair=True))
    assert verdict.accepted, verdict


@pytest.mark.parametrize("form", [*FORMS.values(), "".join], ids=[*FORMS, "a text"])
@pytest.mark.parametrize("names", [[LETTERS], ["anna-maría", "zoé"], ["μαρία", "άννα"]], ids=str)
def test_letters_may_come_in_any_form_for_any_list(form, names):
    wanted = letters_of([*names, "zoé", "anna-lena"])
    verdict = check.let_the_accents_in(form(wanted), len(wanted), letters_of(names))
    assert verdict.accepted, verdict


@pytest.mark.parametrize("number", [int, float, np.int64, np.array], ids=lambda number: number.__name__)
def test_counts_may_be_any_numbers(number):
    assert check.count_the_tokens(number(11), number(10), number(19)).accepted


NO_LISTS = {"a text": ("emma", "want a list, got 'emma'"), "a number": (3, "want a list, got 3")}


@pytest.mark.parametrize("case", NO_LISTS)
def test_what_is_no_list_is_named(case):
    answer, words = NO_LISTS[case]
    assert words in repr(check.cut_a_stream_into_names(lambda stream, letters: answer))
    assert words in repr(check.merge_pairs_into_tokens(lambda names, n_merges: answer))


@given(st.lists(st.one_of(st.integers(), st.text(), st.none(), st.tuples(st.integers()))))
def test_no_list_whatever_is_in_it_stops_a_check(answer):
    assert not check.cut_a_stream_into_names(lambda stream, letters: answer).accepted
    assert not check.merge_pairs_into_tokens(lambda names, n_merges: answer).accepted
