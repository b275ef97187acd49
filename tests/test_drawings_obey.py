"""The drawings of the chapter on tuning show the losses and gains that they were given, and say them."""

import numpy as np

from helpers.drawings.obey import show_curves, show_paths, show_survey

CURVES = {
    "welsh": {"first": [[2.6, 2.4], [2.0, 2.2]], "nothing": [[3.0, 2.8], [2.1, 2.1]]},
    "thai": {"first": [[1.9, 1.7], [1.5, 1.5]], "nothing": [[2.2, 2.2], [1.4, 1.6]]},
}
NUMBERS = {"welsh": [30, 745], "thai": [30, 900]}


def test_each_origin_has_its_panel_with_the_mean_of_its_seeds():
    picture = show_curves(NUMBERS, CURVES)
    assert [axes.get_title() for axes in picture.axes] == list(CURVES)
    for axes, (origin, starts) in zip(picture.axes, CURVES.items(), strict=True):
        assert axes.get_xscale() == "log"
        means = {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}
        assert list(means) == list(starts)
        for start, losses in starts.items():
            assert np.allclose(means[start].get_xdata(), NUMBERS[origin]) and np.allclose(means[start].get_ydata(), np.mean(losses, axis=1))
        seeds = [line.get_ydata() for line in axes.lines if line.get_label().startswith("_")]
        assert np.allclose(sorted(map(tuple, seeds)), sorted(tuple(row) for losses in starts.values() for row in np.transpose(losses)))
    assert picture.axes[1].get_xlabel() == "names to train on"
    assert picture.axes[0].get_ylabel() == "held-out loss (nats)"
    assert "welsh, first: 2.50 with 30, 2.10 with 745." in picture.alt and "thai, nothing: 2.20 with 30, 1.50 with 900." in picture.alt


def test_the_survey_has_a_point_for_each_origin_and_names_some():
    picture = show_survey(["welsh", "thai", "czech"], [0.11, 0.02, 0.59], [0.0, -0.05, 0.12], ["thai", "czech"])
    axes = picture.axes[0]
    points = next(line for line in axes.lines if line.get_marker() == "o")
    assert np.allclose(points.get_xdata(), [11, 2, 59]) and np.allclose(points.get_ydata(), [0, -0.05, 0.12])
    assert {text.get_text(): text.xy for text in axes.texts} == {"thai": (2.0, -0.05), "czech": (59.0, 0.12)}
    assert "%" in axes.get_xlabel() and "nats" in axes.get_ylabel()
    assert "welsh 11 %, +0.00, thai 2 %, -0.05, czech 59 %, +0.12." in picture.alt


def test_paths_lead_from_their_start_and_points_are_stars():
    picture = show_paths({"a": ([2.5, 2.2], [2.2, 2.6]), "b": ([2.5, 2.3], [2.2, 2.3])}, {"both": (2.1, 2.25)}, x="new", y="old")
    axes = picture.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("new", "old")
    lines = {line.get_label(): (list(line.get_xdata()), list(line.get_ydata()), line.get_marker()) for line in axes.lines}
    assert lines == {"a": ([2.5, 2.2], [2.2, 2.6], "o"), "b": ([2.5, 2.3], [2.2, 2.3], "s"), "both": ([2.1], [2.25], "*")}
    assert "a: from 2.50 and 2.20 to 2.20 and 2.60." in picture.alt and "both: 2.10 and 2.25." in picture.alt


def test_panels_have_one_scale_their_own_numbers_below_and_every_start_in_the_legend():
    curves = CURVES | {"thai": CURVES["thai"] | {"a stranger": [[2.0, 2.1], [1.6, 1.7]]}}   # it stands in one panel only
    picture = show_curves(NUMBERS, curves)
    one, other = picture.axes
    assert one.get_ylim() == other.get_ylim()
    for axes, numbers in zip(picture.axes, NUMBERS.values(), strict=True):
        assert list(axes.get_xticks()) == numbers and [int(label.get_text()) for label in axes.get_xticklabels()] == numbers
    (legend,) = one.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["first", "nothing", "a stranger"]


def test_lines_can_be_told_apart_without_colours():
    paths = {name: ([2.5, 2.2], [2.2, 2.6]) for name in ("a", "b", "c", "d")}
    lines = [[line for line in picture.axes[-1].lines if not line.get_label().startswith("_")] for picture in (show_paths(paths, {}), show_curves(NUMBERS, CURVES))]
    for drawn in lines:
        looks = {(line.get_linestyle(), line.get_marker()) for line in drawn}
        assert len({style for style, _ in looks}) == len({mark for _, mark in looks}) == len(drawn) > 1


def test_the_survey_s_dashed_line_is_no_gain():
    axes = show_survey(["welsh"], [0.11], [0.02]).axes[0]
    assert [set(line.get_ydata()) for line in axes.lines if line.get_linestyle() == "--"] == [{0}]
