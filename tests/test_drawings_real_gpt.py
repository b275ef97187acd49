"""The drawings of the chapter on GPT-2 show the parts and times that they were given, and say them."""

import matplotlib as mpl
import numpy as np
import pytest

from helpers.drawings.real_gpt import show_streams, show_writing
from helpers.plotting import colour

ROWS = [("tokens", "tokens"), ("norm", ""), ("MLP, ReLU", "MLP, GELU"), ("", "last norm"), ("out", "out")]


def boxes(picture):
    return {
        (text.get_text(), text.get_position()[0] > 5): text.get_bbox_patch()
        for text in picture.axes[0].texts if text.get_bbox_patch() is not None
    }


def test_two_streams_show_every_part_and_frame_what_differs():
    picture = show_streams(["ours", "theirs"], ROWS, (2, 3))
    found = boxes(picture)
    assert set(found) == {(row[place], bool(place)) for row in ROWS for place in (0, 1) if row[place]}
    for (words, is_right), box in found.items():
        row = next(row for row in ROWS if row[is_right] == words)
        differs = row[0] != row[1]
        assert (box.get_linewidth() > 2) == differs
        assert (box.get_edgecolor()[:3] == mpl.colors.to_rgb(colour("loss"))) == differs
    heights = [text.get_position()[1] for text in picture.axes[0].texts if text.get_bbox_patch() is not None and text.get_position()[0] > 5]
    assert heights == [0.5, 2.5, 3.5, 4.5]
    assert "ours: tokens, then norm (differs), then MLP, ReLU (differs) (once for each layer), then out." in picture.alt
    assert "theirs: tokens, then MLP, GELU (differs) (once for each layer), then last norm (differs), then out." in picture.alt
    (bracket,) = [line for line in picture.axes[0].lines if len(line.get_xdata()) == 4]
    assert min(bracket.get_ydata()) == pytest.approx(2.1) and max(bracket.get_ydata()) == pytest.approx(2.9)


@pytest.mark.parametrize("layer", [(3, 3), (-1, 2), (4, 6)])
def test_a_layer_outside_of_the_rows_is_refused(layer):
    with pytest.raises(ValueError, match="want a layer within 5 rows"):
        show_streams(["ours", "theirs"], ROWS, layer)


def test_writing_shows_each_way_s_time_and_the_prediction():
    picture = show_writing({"ours": 0.041, "library": 0.046}, 0.035)
    axes = picture.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["ours", "library"] and axes.get_xlabel() == "ms a token"
    assert np.allclose([patch.get_width() for patch in axes.patches], [41, 46]) and np.allclose([patch.get_x() for patch in axes.patches], 0)
    assert np.allclose(axes.lines[0].get_xdata(), 35)
    assert picture.alt == "Bars, in ms a token: ours 41.0, library 46.0. A line at 35.0: what reading alone was predicted to take."


def test_the_two_streams_run_downwards_each_under_its_own_name_from_box_to_box():
    picture = show_streams(["ours", "theirs"], ROWS, (2, 3))
    axes = picture.axes[0]
    low, high = axes.get_ylim()
    assert low > high   # the first row is on top
    for place, name in enumerate(["ours", "theirs"]):
        (head,) = [text for text in axes.texts if text.get_text() == name]
        x, y = head.get_position()
        boxed = sorted(text.get_position() for text in axes.texts if text.get_bbox_patch() is not None and (text.get_position()[0] > 5) == bool(place))
        assert {each for each, _ in boxed} == {x} and y < boxed[0][1]
        lines = sorted(tuple(line.get_ydata()) for line in axes.lines if set(line.get_xdata()) == {x})
        assert len(lines) == len(boxed) - 1
        for (first, last), (_, above), (_, below) in zip(lines, boxed, boxed[1:], strict=False):
            assert above < first < last < below and last - first < below - above - 0.5   # between the two, through neither
    (words,) = [text for text in axes.texts if text.get_text() == "each layer"]
    assert words.get_position()[1] == pytest.approx(2.5)
