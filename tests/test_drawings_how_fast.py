"""The drawings of the chapter on speed show the points and parts that they were given, and say them."""

import numpy as np

from helpers.drawings.how_fast import roof_at, show_parts, show_roofline
from helpers.plotting import Picture
from helpers.speed import Machine

MACHINE = Machine({"float32": 1e11, "float64": 5e10}, 1e10, {})


def test_the_roof_rises_with_memory_until_arithmetic_is_the_limit():
    assert roof_at([0.5, 10, 20], MACHINE).tolist() == [5e9, 1e11, 1e11]
    assert roof_at(20, MACHINE, "float64") == 5e10


def test_points_stand_at_their_operations_per_byte_and_per_second_below_the_roof():
    points = {1: (2e9, 4e9, 0.5), 64: (4e10, 1e9, 0.8)}
    picture = show_roofline(MACHINE, points)
    assert isinstance(picture, Picture)
    axes = picture.axes[0]
    roof, dots = axes.lines
    np.testing.assert_allclose(dots.get_data(), [[0.5, 40], [4e9, 5e10]])
    xs, ys = roof.get_data()
    np.testing.assert_allclose(ys, roof_at(xs, MACHINE))
    assert xs[0] < 0.5 and xs[1] == 10 and xs[-1] > 40
    assert [(text.get_text(), *text.xy) for text in axes.texts] == [("1", 0.5, 4e9), ("64", 40, 5e10)]
    assert (axes.get_xscale(), axes.get_yscale(), axes.get_xlabel(), axes.get_ylabel()) == ("log", "log", "operations per byte", "operations per second")
    assert "The roof rises to 10 operations per byte, then stays at 100 billion a second." in picture.alt
    assert "1: 0.5 per byte, 4 billion a second, 80% of the roof; 64: 40 per byte, 50 billion a second, 50% of the roof." in picture.alt


def test_parts_are_stacked_in_units_of_what_was_measured():
    cases = {"small, 1": ({"calls": 1.0, "multiplying": 0.0, "reading": 0.5}, 2.0), "large, 64": ({"calls": 0.5, "multiplying": 3.0, "reading": 1.5}, 10.0)}
    picture = show_parts(cases)
    axes = picture.axes[0]
    heights = [[bar.get_height() for bar in bars] for bars in axes.containers]
    np.testing.assert_allclose(heights, [[0.5, 0.05], [0.0, 0.3], [0.25, 0.15]])
    bottoms = [[bar.get_y() for bar in bars] for bars in axes.containers]
    np.testing.assert_allclose(bottoms, [[0, 0], [0.5, 0.05], [0.5, 0.35]])
    assert [bars.get_label() for bars in axes.containers] == ["calls", "multiplying", "reading"]
    assert len({bar.get_hatch() for bars in axes.containers for bar in bars}) == 3, "told apart in grey, too"
    assert axes.get_ylabel() == "predicted, by measured"
    assert sorted([text.get_text() for text in axes.figure.legends[0].get_texts()]) == ["calls", "measured", "multiplying", "reading"]
    assert axes.lines[0].get_ydata()[0] == 1 and axes.lines[0].get_label() == "measured"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["small,\n1", "large,\n64"]
    assert picture.alt == (
        "2 bars of three parts each, in units of the measured time. small, 1: calls 0.50, multiplying 0.00, reading 0.25, together 0.75; "
        "large, 64: calls 0.05, multiplying 0.30, reading 0.15, together 0.50. A line across at 1: what was measured."
    )
