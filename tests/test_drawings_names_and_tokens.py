"""The drawing of chapter 1 shows the real split: every count, every followed name, and the side it lands on."""

import re

import pytest

from helpers.drawings.names_and_tokens import draw_split
from helpers.names import load_names, load_rows, split_names
from helpers.plotting import WIDTH

ROWS = [("anna", "czech"), ("eva", "czech"), ("anna", "greek"), ("anna", "dutch"), ("anna", "irish"), ("bo", "dutch")]
TRAIN, HELD_OUT = ["anna", "bo"], ["eva"]


def texts_of(picture):
    return [text.get_text() for text in picture.axes[0].texts]


def arrows_of(picture):
    """Each arrow: where it starts, where it ends. -> list of ((x, y), (x, y))"""
    return [(text.xyann, text.xy) for text in picture.axes[0].texts if getattr(text, "arrow_patch", None)]


def test_the_counts_are_those_of_the_data():
    texts = texts_of(draw_split(ROWS, TRAIN, HELD_OUT, ["anna"]))
    assert {"6 rows", "3\ndifferent names", "2 names\nto learn from", "1 names\nheld out,\nonly to test"} <= set(texts)


def test_each_followed_name_shows_its_rows_and_how_many_more():
    texts = texts_of(draw_split(ROWS, TRAIN, HELD_OUT, ["anna", "eva"]))
    assert {"anna, czech", "anna, greek", "and 2 more", "anna", "eva, czech", "eva"} <= set(texts)
    assert "anna, dutch" not in texts and "bo" not in texts


def test_an_arrow_ends_at_the_side_on_which_its_name_stands():
    picture = draw_split(ROWS, TRAIN, HELD_OUT, ["anna", "eva", "bo"])
    place_of = {text.get_text(): text.get_position() for text in picture.axes[0].texts if text.get_text()}
    learn, test = place_of["2 names\nto learn from"][1], place_of["1 names\nheld out,\nonly to test"][1]
    ends = {start[1]: end[1] for start, end in arrows_of(picture)}
    assert {name: ends[place_of[name][1]] for name in ("anna", "eva", "bo")} == {"anna": learn, "eva": test, "bo": learn}


def test_the_lines_lead_from_each_written_row_to_its_name():
    picture = draw_split(ROWS, TRAIN, HELD_OUT, ["anna"])
    (anna,) = [text for text in picture.axes[0].texts if text.get_text() == "anna"]
    ends = [line.get_ydata()[-1] for line in picture.axes[0].lines]
    assert len(ends) == 3 and all(end == anna.get_position()[1] for end in ends)


def test_the_description_follows_the_data():
    alt = draw_split(ROWS, TRAIN, HELD_OUT, ["anna", "eva"]).alt
    assert "6 rows" in alt and "3 different names" in alt and "2 to learn from and 1 held out" in alt
    assert "anna: 4 rows, one name, to learn from." in alt and "eva: 1 row, one name, held out." in alt


@pytest.mark.parametrize("follow", [[], ["nobody"], ["anna", "anna"]], ids=str)
def test_names_that_are_not_there_or_twice_do_no_harm(follow):
    assert len(arrows_of(draw_split(ROWS, TRAIN, HELD_OUT, follow))) == len({"anna"} & set(follow))


def test_it_can_be_read_on_a_phone():
    names = load_names()
    picture = draw_split(load_rows(), *split_names(names), ["anna", "ava", "eva"])
    assert float(re.search(r'width="([\d.]+)pt"', picture.svg)[1]) / 72 <= WIDTH
    assert min(text.get_fontsize() for text in picture.axes[0].texts if text.get_text()) >= 10.5   # 9 pixels at 360
