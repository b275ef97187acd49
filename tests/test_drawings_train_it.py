"""The drawings of the chapter on training show the curves, tables and bands that they were given, and say them."""

import numpy as np
import pytest

from helpers.drawings.train_it import passings, show_band, show_dashboard, show_with_tables
from helpers.plotting import Picture, colour

TABLES = {"frequencies": 2.9, "bigram": 2.6, "back-off": 2.1}
CURVE = ([10, 20, 30, 40], [3.0, 2.7, 2.4, 2.5])


def test_a_table_is_passed_where_the_curve_first_comes_below_it():
    assert passings(*CURVE, TABLES) == {"frequencies": (20, 2.7), "bigram": (30, 2.4)}
    assert passings([1, 2, 3], [2.0, 3.0, 2.0], {"bigram": 2.6}) == {"bigram": (1, 2.0)}
    assert passings([1], [2.6], {"bigram": 2.6}) == {}   # level is not below


@pytest.mark.parametrize("log_x", [False, True])
def test_curves_have_a_line_for_each_table_and_a_dot_where_they_pass(log_x):
    picture = show_with_tables({"GPT": CURVE, "window": ([10, 20], [3.1, 2.8])}, TABLES, x="step", y="loss", log_x=log_x)
    assert isinstance(picture, Picture)
    axes = picture.axes[0]
    assert axes.get_xscale() == ("log" if log_x else "linear")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "loss")
    named = {line.get_label(): line for line in axes.lines}
    np.testing.assert_allclose(named["GPT"].get_data(), CURVE)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [list(map(list, zip(*line.get_data(), strict=True))) for line in dots] == [[[20, 2.7], [30, 2.4]], [[20, 2.8]]]
    across = [line.get_ydata()[0] for line in axes.lines if line.get_color() == colour("data")]
    assert across == list(TABLES.values())
    assert [text.get_text() for text in axes.texts] == list(TABLES)
    assert min(text.get_fontsize() for text in axes.texts) >= 9
    assert "GPT: from 3.000 to 2.500, lowest 2.400; passes frequencies at 20, bigram at 30." in picture.alt
    assert "window: from 3.100 to 2.800, lowest 2.800; passes frequencies at 20." in picture.alt
    assert "Lines across: frequencies 2.900, bigram 2.600, back-off 2.100." in picture.alt


def test_a_table_s_name_goes_to_the_left_where_a_curve_would_cross_it():
    axes = show_with_tables({"GPT": ([0, 10, 20, 30, 40], [3.5, 3.3, 3.0, 2.11, 2.13])}, TABLES).axes[0]
    assert [(text.xy, text.get_ha()) for text in axes.texts] == [((1, 2.9), "right"), ((1, 2.6), "right"), ((0, 2.1), "left")]


def test_a_curve_that_passes_no_table_says_so():
    assert "passes none." in show_with_tables({"GPT": ([1, 2], [3.2, 3.1])}, TABLES).alt


def test_a_band_reaches_from_the_lowest_to_the_highest_run():
    picture = show_band([1, 2], [[3.0, 2.5], [3.4, 2.1], [3.1, 2.2]], x="step", y="loss")
    axes = picture.axes[0]
    corners = axes.collections[0].get_paths()[0].vertices
    assert {(1, 3.0), (1, 3.4), (2, 2.1), (2, 2.5)} <= {tuple(np.round(corner, 6)) for corner in corners}
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [3.1, 2.2])
    assert picture.alt == "A band of 3 healthy runs. Across: step. Up: loss. 1: 3.000 to 3.400; 2: 2.100 to 2.500."
    with pytest.raises(ValueError, match=r"want runs of 3 numbers each, got shape \(1, 2\)"):
        show_band([1, 2, 3], [[3.0, 2.5]])


def test_a_dashboard_has_three_charts_with_a_line_for_each_part():
    record = {
        "step": [1, 11],
        "loss": [3.3, 2.5],
        "update": {"MLP": [0.12, 0.01], "output": [0.13, 0.02]},
        "gradient": {"MLP": [0.5, 0.25], "output": [0.125, 1.0]},
    }
    picture = show_dashboard(record)
    loss, update, gradient = picture.axes
    np.testing.assert_allclose(loss.lines[0].get_ydata(), record["loss"])
    for chart, part in [(update, "update"), (gradient, "gradient")]:
        assert {line.get_label(): list(line.get_ydata()) for line in chart.lines} == record[part]
        assert chart.get_yscale() == "log"
    assert [chart.get_ylabel() for chart in picture.axes] == ["loss (nats)", "update / weight", "gradient"]
    assert gradient.get_xlabel() == "step"
    assert picture.alt == (
        "Three charts over 11 steps. loss (nats): loss from 3.3 to 2.5. update / weight: MLP from 0.12 to 0.01; output from 0.13 to 0.02. "
        "gradient: MLP from 0.5 to 0.25; output from 0.12 to 1."
    )
