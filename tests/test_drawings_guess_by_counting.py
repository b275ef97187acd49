"""The drawings of the chapter on counting show the sums and the votes that numpy and back-off give."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.counting import back_off, contexts_of, count_ngrams
from helpers.drawings.guess_by_counting import show_sums, show_votes, votes_of

TINY = [[2, 0, 1, 0, 2], [2, 0, 1, 1, 0, 2], [2, 1, 0, 1, 2]]   # ana, anna, nan

encoded_names = st.lists(st.lists(st.integers(0, 3), max_size=5).map(lambda ids: [4, *ids, 4]), min_size=1, max_size=6)
pasts = st.lists(st.integers(0, 3), max_size=4).map(lambda ids: [4, *ids])


def texts_of(axes):
    """What stands on the axes -> list of (x, y, text)"""
    return [(*text.get_position(), text.get_text()) for text in axes.texts if text.get_text()]


def test_sums_stand_beside_their_rows_and_below_their_columns():
    table = np.array([[1, 2, 3], [40, 50, 60]])
    picture = show_sums(table, rows="ab", columns="xyz")
    texts = texts_of(picture.axes[0])
    right, below = 3, 2   # where the table ends: across, down
    of_rows = [text for x, y, text in texts if right < x < right + 1.5 and 0 <= y < below and text.isdigit()]
    of_columns = [text for x, y, text in texts if x < right and y > below and text.isdigit()]
    inside = [text for x, y, text in texts if 0 < x < right and 0 < y < below]
    assert of_rows == ["6", "150"] and of_columns == ["41", "52", "63"]
    assert sorted(inside, key=int) == ["1", "2", "3", "40", "50", "60"]
    assert [text for x, y, text in texts if x < 0] == ["a", "b"] and [text for x, y, text in texts if y < 0] == ["x", "y", "z"]
    words = " ".join(text for _, _, text in texts)
    assert "sum(axis=1)\nshape (2,)" in words and "sum(axis=0), shape (3,)" in words
    assert "sum(axis=1): a 6, b 150" in picture.alt and "sum(axis=0): x 41, y 52, z 63" in picture.alt


def test_labels_that_do_not_fit_the_table_are_named():
    with pytest.raises(ValueError, match=r"\(3, 3\).*got \(2, 3\)"):
        show_sums(np.ones((2, 3)), "abc", "abc")


@given(encoded_names, pasts, st.floats(0.1, 8))
def test_the_last_votes_are_what_back_off_says(names, past, strength):
    counts = count_ngrams(names, 6, 5)
    rows = votes_of(counts, past, strength)
    for context, counted, lent in rows:
        shorter = contexts_of(past, len(context) + 1)[-1]
        assert context == shorter and np.array_equal(counted, counts[context])
        assert np.isclose(lent.sum(), strength * np.count_nonzero(counted))
    _, counted, lent = rows[-1]
    assert np.allclose((counted + lent) / (counted + lent).sum(), back_off(past, counts, 6, strength))


def test_the_bars_are_as_long_as_the_votes_and_the_arrows_carry_the_probabilities():
    counts = count_ngrams(TINY, 3, 3)
    picture = show_votes(counts, [1, 0], tokens="an.")
    axes = picture.axes[0]
    wanted = [([5, 5, 3], [1, 1, 1]), ([0, 3, 2], [0.75, 0.75, 0.5]), ([0, 1, 2], [6 / 28, 30 / 28, 20 / 28])]
    widths = [bars[0].get_width() for bars in axes.containers]
    per_vote = widths[0] / 5
    flat = [number for counted, lent in wanted for pair in zip(counted, lent, strict=True) for number in pair]
    assert np.allclose(np.array(widths) / per_vote, flat)
    starts = [bars[0].get_x() for bars in axes.containers]
    assert np.allclose(starts[::2], [0, 1, 2] * 3) and np.allclose(starts[1::2], np.array(starts[::2]) + widths[::2])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["after anything\n16 votes", "after a\n7 votes", "after na\n5 votes"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "n", "."]
    up = [(round(y), text) for _, y, text in texts_of(axes) if re.fullmatch(r"0\.\d{3}", text)]
    assert up == [(0, "0.375"), (0, "0.375"), (0, "0.250"), (1, "0.107"), (1, "0.536"), (1, "0.357"), (2, "0.043"), (2, "0.414"), (2, "0.543")]
    assert "after na: a 0 + 0.214, n 1 + 1.07, . 2 + 0.714, of 5 votes, so a 0.043, n 0.414, . 0.543" in picture.alt
