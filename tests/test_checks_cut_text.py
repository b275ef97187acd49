"""The checks of the chapter on tokens take right answers in other forms, and no near miss."""

import functools
import re

import numpy as np
import pytest

from helpers.bpe import byte_order, encode_text, train_merges, vocabulary_of
from helpers.checks import cut_text as check
from helpers.names import load_names, split_names
from helpers.text import load_texts
from notebooks import CHAPTERS, read, title_of

SENTENCES = {"English": "Where is it?", "Russian": "Где это?", "German": "Wo ist es?"}


@functools.cache
def merges():
    return train_merges([load_texts()["argparse.py"]], 300)


@functools.cache
def mean_of_names():
    training, held_out = split_names(load_names())
    found = train_merges(training, 100)
    return sum(len(encode_text(name, found)) for name in held_out) / len(held_out)


@pytest.mark.parametrize("answer", [["t", "her", "e"], ("t", "her", "e"), "t|her|e", "t her e", np.array(["t", "her", "e"]), [b"t", b"her", b"e"]])
def test_the_order_of_merges_is_taken_in_any_form(answer):
    assert check.in_which_order(answer).accepted


def with_a_loop(token_id, merges):
    ids, spelled = [token_id], []
    while ids:
        first = ids.pop(0)
        if first < 256:
            spelled.append(byte_order()[first])
        else:
            ids = [*merges[first - 256], *ids]
    return spelled


@pytest.mark.parametrize("answer", [lambda i, merges: vocabulary_of(merges)[i], with_a_loop, lambda i, merges: bytearray(with_a_loop(i, merges))])
def test_a_token_may_be_spelled_in_several_ways(answer):
    assert check.spell_a_token(answer).accepted


def test_a_token_spelled_to_one_depth_only_is_not_taken():
    assert not check.spell_a_token(lambda i, merges: bytes(with_a_loop(i, merges)[:2])).accepted


def comes_back(cut, join, text):
    try:
        return join(cut(text)) == text
    except ValueError:
        return False


def test_what_is_lost_may_be_given_as_a_tuple_or_an_array():
    for form in (list, tuple, np.array):
        assert check.does_it_come_back(lambda cut, join, texts, form=form: form([text for text in texts if not comes_back(cut, join, text)])).accepted


def test_what_stops_with_any_value_error_is_lost_and_the_order_stays():
    def lost(cut, join, texts, error=ValueError):
        gone = []
        for text in texts:
            try:
                is_back = join(cut(text)) == text
            except error:
                is_back = False
            gone += [] if is_back else [text]
        return gone

    assert check.does_it_come_back(lost).accepted
    assert not check.does_it_come_back(functools.partial(lost, error=UnicodeError)).accepted
    assert not check.does_it_come_back(lambda *how: lost(*how)[::-1]).accepted


def test_the_answer_on_names_tells_the_merge_that_makes_mari():
    path = next(path for path in CHAPTERS if title_of(path) == "cut_text")
    (number,) = (int(found) for cell in read(path).cells for found in re.findall(r"not yet \*mari\*: that is merge `(\d+)`", cell.source))
    found = vocabulary_of(train_merges(split_names(load_names())[0], 200))
    assert found.index(b"mari") == 255 + number and found.index(b"mar") < 256 + 100


def test_all_or_nothing_is_not_taken():
    assert not check.does_it_come_back(lambda cut, join, texts: []).accepted
    assert not check.does_it_come_back(lambda cut, join, texts: texts).accepted


@pytest.mark.parametrize("form", [float, np.float32, lambda x: round(x, 2)])
def test_the_mean_of_the_names_is_taken_rounded(form):
    assert check.tokens_of_names(form(mean_of_names()), load_names()).accepted


@pytest.mark.parametrize("slip", [0.05, -0.02, 1])
def test_no_other_mean_is_taken(slip):
    assert not check.tokens_of_names(mean_of_names() + slip, load_names()).accepted


def test_who_pays_takes_a_rounded_ratio_and_any_case():
    needs = {language: len(encode_text(text, merges())) for language, text in SENTENCES.items()}
    ratio = needs["Russian"] / needs["English"]
    for language, number in [("Russian", ratio), (" russian", round(ratio, 1)), ("Russian", np.float64(ratio))]:
        assert check.who_pays(language, number, SENTENCES, merges()).accepted
    for language, number in [("German", ratio), ("Russian", ratio + 0.2), ("Russian", ratio - 0.2), ("Russian", 1 / ratio)]:
        assert not check.who_pays(language, number, SENTENCES, merges()).accepted
    assert "per letter" not in check.who_pays("Russian", ratio + 0.2, SENTENCES, merges()).sentence   # a hint for that slip alone
