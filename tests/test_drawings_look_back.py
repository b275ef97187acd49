"""The drawings of the chapter on attention show who reads whom, what a query brings home, and which numbers a head has."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from helpers.drawings.look_back import mixed_of, show_heads, show_mixing, show_triangle
from helpers.plotting import Picture, colour

QUERY, KEYS, VALUES = [0, 1], [[1, 0], [2, 0], [0, np.log(2)]], [[0, 4], [4, 0], [6, 2]]


def rectangles(picture):
    return [patch for patch in picture.axes[0].patches if isinstance(patch, Rectangle)]


def texts(picture):
    return [text.get_text() for text in picture.axes[0].texts]


@pytest.mark.parametrize("tokens", [".ana", ".a", ".emma"])
def test_the_triangle_fills_what_may_be_read_and_marks_the_rest(tokens):
    picture = show_triangle(list(tokens))
    assert isinstance(picture, Picture)
    T = len(tokens)
    squares = rectangles(picture)
    assert len(squares) == T * T
    for square in squares:
        column, row = int(square.get_x()), int(square.get_y())
        assert (square.get_facecolor()[3] == 0) == (column > row)
    marks = [text for text in picture.axes[0].texts if text.get_text() == "−∞"]
    assert all(text.get_position()[0] > text.get_position()[1] for text in marks) and len(marks) == T * (T - 1) // 2
    for place, token in enumerate(tokens):
        beside = [text for text in picture.axes[0].texts if text.get_text() == token]
        assert (-0.45, place + 0.5) in [text.get_position() for text in beside]
        assert (place + 0.5, -0.45) in [text.get_position() for text in beside]
    assert min(text.get_fontsize() for text in picture.axes[0].texts) >= 9 and not picture.scrolls


def test_the_triangle_says_who_reads_whom():
    assert "n at position 2 reads . a n;" in show_triangle(list(".ana")).alt


def test_a_query_brings_home_the_weighted_sum_of_the_values():
    scores, weights, mixed = mixed_of(QUERY, KEYS, VALUES)
    np.testing.assert_allclose(scores, [0, 0, np.log(2)])
    np.testing.assert_allclose(weights, [1 / 4, 1 / 4, 1 / 2])
    np.testing.assert_allclose(mixed, [4, 2])


def test_the_mixing_shows_every_number_in_its_colour():
    picture = show_mixing(list(".an"), QUERY, KEYS, VALUES)
    axes = picture.axes[0]
    boxes = {text.get_text(): to_hex(text.get_bbox_patch().get_edgecolor()) for text in axes.texts if text.get_bbox_patch()}
    for words, role in [("query (0, 1)", "query"), ("(1, 0)", "key"), ("(0, 0.693)", "key"), ("(0, 4)", "value"), ("mixed (4, 2)", "value")]:
        assert boxes[words] == to_hex(colour(role))
    lengths = [bar.get_width() for bar in rectangles(picture)]
    np.testing.assert_allclose(np.divide(lengths, lengths[0]), [1, 1, 2])
    assert {"0.25", "0.5", "0.693"} <= set(texts(picture))
    heights = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert heights["."] == heights["(1, 0)"] == heights["(0, 4)"] and heights["n"] == heights["(6, 2)"]
    assert min(text.get_fontsize() for text in axes.texts) >= 9 and not picture.scrolls
    assert picture.alt == (
        "n asks with the query (0, 1). .: key (1, 0), score 0, weight 0.25, value (0, 4); a: key (2, 0), score 0, weight 0.25, value (4, 0); "
        "n: key (0, 0.693), score 0.693, weight 0.5, value (6, 2). Mixed: (4, 2)."
    )


@pytest.mark.parametrize(("n_embd", "n_head"), [(16, 4), (8, 2), (6, 1)])
def test_each_head_has_its_own_neighbouring_squares(n_embd, n_head):
    picture = show_heads(n_embd, n_head)
    squares = rectangles(picture)
    assert len(squares) == 4 * n_embd
    for strip in range(4):
        strengths = [square.get_facecolor()[3] for square in squares[strip * n_embd : (strip + 1) * n_embd]]
        changes = [place for place in range(1, n_embd) if strengths[place] != strengths[place - 1]]
        assert changes == list(range(n_embd // n_head, n_embd, n_embd // n_head))
    assert [f"head {head}" for head in range(n_head)] == [text for text in texts(picture) if text.startswith("head")]
    assert f"head 0 has numbers 0 to {n_embd // n_head - 1}" in picture.alt and not picture.scrolls


def test_heads_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="want a number of heads that divides 16, got 3"):
        show_heads(16, 3)
