"""The drawings of the chapter on budgets show the losses and the law that they were given, and say them."""

import numpy as np
import pytest

from helpers.drawings.does_bigger_help import show_law, show_slices
from helpers.plotting import colour
from helpers.scaling import fit_power_law


def test_each_budget_has_its_curve_and_a_filled_mark_at_its_best():
    picture = show_slices({"small": ([10, 100, 1000], [2.0, 1.5, 1.8]), "large": ([100, 1000], [1.4, 1.2])}, x="knobs", y="loss")
    axes = picture.axes[0]
    assert axes.get_xscale() == "log" and (axes.get_xlabel(), axes.get_ylabel()) == ("knobs", "loss")
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["10", "20", "50", "100", "200", "500", "1,000"]
    curves = {line.get_label(): [list(values) for values in line.get_data()] for line in axes.lines if not line.get_label().startswith("_")}
    assert curves == {"small": [[10, 100, 1000], [2.0, 1.5, 1.8]], "large": [[100, 1000], [1.4, 1.2]]}
    best = [(np.ravel(line.get_xdata())[0], np.ravel(line.get_ydata())[0]) for line in axes.lines if line.get_label().startswith("_")]
    assert best == [(100, 1.5), (1000, 1.2)]
    styles = [line.get_linestyle() for line in axes.lines if not line.get_label().startswith("_")]
    assert len(set(styles)) == 2, "told apart in grey, too"
    assert [text.get_text() for text in axes.figure.legends[0].get_texts()] == ["small", "large"]
    assert picture.alt.startswith("Across: knobs. Up: loss. small: ")
    assert "small: lowest 1.500 at 100, from 2.000 at 10 to 1.800 at 1,000." in picture.alt
    assert "large: lowest 1.200 at 1,000" in picture.alt


def test_a_law_is_a_line_through_its_points_with_lines_across():
    xs = np.array([1e9, 1e10, 1e11])
    law = fit_power_law(xs, 4 * xs**-0.05)
    picture = show_law(law, {"fitted": (xs, law.at(xs)), "withheld": ([1e13], [1.1])}, {"best table": 1.05}, x="operations", y="loss")
    axes = picture.axes[0]
    assert (axes.get_xscale(), axes.get_yscale(), axes.get_xlabel(), axes.get_ylabel()) == ("log", "log", "operations", "loss")
    named = {line.get_label(): line for line in axes.lines}
    line = named["the law"]
    np.testing.assert_allclose(line.get_ydata(), 4 * line.get_xdata() ** -0.05)
    assert line.get_xdata()[0] == pytest.approx(1e9) and line.get_xdata()[-1] == pytest.approx(1e13)
    np.testing.assert_allclose(named["fitted"].get_data(), (xs, 4 * xs**-0.05))
    assert [each.get_ydata()[0] for each in axes.lines if each.get_color() == colour("loss")] == [1.05]
    assert [(text.get_text(), text.xy[1]) for text in axes.texts] == [("best table", 1.05)] and min(text.get_fontsize() for text in axes.texts) >= 9
    assert [text.get_text() for text in axes.figure.legends[0].get_texts()] == ["the law", "fitted", "withheld"]
    low, high = axes.get_ylim()
    assert low <= 1.05 and high >= 4 * 1e9**-0.05
    ticks = list(axes.get_yticks())
    assert [float(label.get_text()) for label in axes.get_yticklabels()] == pytest.approx(ticks) and len(ticks) > 3
    assert picture.alt.startswith("Across: operations. Up: loss. The law: exponent -0.050.")
    assert "withheld: 1.100 at 1e+13." in picture.alt and "Lines across: best table 1.050." in picture.alt
    assert "Lines across" not in show_law(law, {"fitted": (xs, law.at(xs))}).alt
