"""The drawings of the chapter on tokens show each token and each loss at its place, and say them."""

import pytest

from helpers.drawings.cut_text import LETTER, draw_cuts, show_vocabularies
from helpers.plotting import Picture

ROWS = {"bytes": [b"a", b" ", b"\xc3", b"\xa9", b"x"], "some": [b"a", " éx".encode()]}
SIZES, PER_TOKEN, PER_BYTE = [256, 512, 1024], [2.5, 3.5, 4.0], [2.5, 1.75, 1.8]


def test_each_token_has_a_box_as_wide_as_its_label():
    axes = draw_cuts(ROWS).axes[0]
    texts = [text.get_text() for text in axes.texts]
    assert texts == ["bytes: 5 tokens", "a", "␣", "C3", "A9", "x", "some: 2 tokens", "a", "␣éx"]
    widths = [round(box.get_width() / LETTER) for box in axes.patches]
    assert widths == [1, 1, 2, 2, 1, 1, 3]
    lefts = [box.get_x() / LETTER for box in axes.patches]
    assert lefts == pytest.approx([0, 1, 2, 4, 6, 0, 1])
    for text, box in zip([text for text in axes.texts if "tokens" not in text.get_text()], axes.patches, strict=True):
        x, y = text.get_position()
        assert box.get_x() < x < box.get_x() + box.get_width() and box.get_y() < y < box.get_y() + box.get_height()
        assert text.get_fontsize() >= 9


def test_the_first_row_stands_on_top_and_nothing_leaves_the_picture():
    axes = draw_cuts({**ROWS, "one": ["a éx".encode()]}).axes[0]
    for number, row in enumerate([*ROWS.values(), [b"one"]]):   # each name close above its own boxes
        name = [text for text in axes.texts if "tokens" in text.get_text()][number]
        first = axes.patches[sum(len(each) for each in list(ROWS.values())[:number])]
        assert 0 < name.get_position()[1] - (first.get_y() + first.get_height()) < 0.15, row
    tops = [text.get_position()[1] for text in axes.texts if "tokens" in text.get_text()]
    assert tops == sorted(tops, reverse=True) and len(tops) == 3
    low, high = axes.get_ylim()
    assert all(low <= box.get_y() and box.get_y() + box.get_height() <= high for box in axes.patches)
    wide = draw_cuts({"long": [b"x" * 80]}).axes[0]
    assert wide.patches[0].get_width() < wide.get_xlim()[1]


def test_it_says_every_cut():
    assert draw_cuts(ROWS).alt == "One text, cut in 2 ways. bytes, 5 tokens: a | ␣ | C3 | A9 | x. some, 2 tokens: a | ␣éx."


def test_rows_of_different_texts_are_refused():
    with pytest.raises(ValueError, match="the same text"):
        draw_cuts({"one": [b"a"], "other": [b"b"]})


def test_both_panels_show_their_own_losses_and_mark_the_lowest():
    picture = show_vocabularies(SIZES, PER_TOKEN, PER_BYTE)
    assert isinstance(picture, Picture)
    for axes, losses, lowest, name in zip(picture.axes, (PER_TOKEN, PER_BYTE), (256, 512), ("nats per token", "nats per byte"), strict=True):
        line, mark = axes.lines
        assert list(line.get_xdata()) == SIZES and list(line.get_ydata()) == losses and axes.get_title() == name
        assert list(mark.get_xdata()) == [lowest] and list(mark.get_ydata()) == [min(losses)]
        assert axes.get_xscale() == "log" and axes.get_xlabel() == "tokens in the vocabulary"
        assert axes.get_ylim()[0] == 0 and axes.get_ylim()[1] > max(losses)
        assert [label.get_text() for label in axes.get_xticklabels()] == ["256", "1,024"]
    assert picture.alt == (
        "Two panels. nats per token, by tokens in the vocabulary: 256 2.500, 512 3.500, 1,024 4.000; lowest at 256. "
        "nats per byte, by tokens in the vocabulary: 256 2.500, 512 1.750, 1,024 1.800; lowest at 512."
    )
