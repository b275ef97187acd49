"""The drawings of the chapter on looking inside show the numbers that they were given, and say them."""

import numpy as np
import pytest

from helpers.drawings.look_inside import show_maps, show_rows, show_shares, show_stream


def test_each_letter_stands_at_its_two_shares():
    counted, written = np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.5, 0.3, 0.1, 0.1])
    picture = show_shares({"first": (counted, written), "last": (written, counted)}, list("abcd"))
    for axes, (across, up) in zip(picture.axes, [(counted, written), (written, counted)], strict=True):
        places = {text.get_text(): text.get_position() for text in axes.texts}
        assert places == {letter: (across[i], up[i]) for i, letter in enumerate("abc")}   # d is 0 in one of them
        assert axes.get_xscale() == axes.get_yscale() == "log" and axes.get_xlim() == axes.get_ylim()
        line = axes.lines[0].get_xydata()
        assert (line[:, 0] == line[:, 1]).all()
    assert [axes.get_title() for axes in picture.axes] == ["first", "last"]
    assert {axes.get_xlabel() for axes in picture.axes} == {"counted"} and picture.axes[0].get_ylabel() == "written"
    assert "first: 3 letters, the most frequent a (counted 50.0%, written 50.0%)" in picture.alt
    assert "furthest from the line c (counted 25.00%, written 10.00%)" in picture.alt


def test_the_stream_falls_from_piece_to_piece_beside_its_levels():
    picture = show_stream({"embeddings": 3.0, "attention 0": 2.5, "MLP 0": 2.25}, {"bigram": 2.6})
    axes = picture.axes[0]
    dots = axes.lines[-1]
    assert dots.get_xdata().tolist() == [0, 1, 2] and dots.get_ydata().tolist() == [3.0, 2.5, 2.25]
    np.testing.assert_array_equal(axes.lines[-2].get_xydata(), dots.get_xydata())   # the steps pass through the dots
    assert axes.texts[0].get_position()[1] == 2.6 and (axes.get_xlabel(), axes.get_ylabel()) == ("read out after", "loss, nats per token")
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["embeddings", "attention 0", "MLP 0"]
    assert list(axes.lines[0].get_ydata()) == [2.6, 2.6] and axes.texts[0].get_text() == "bigram"
    assert picture.alt == "Loss read out after each piece: embeddings 3.000, attention 0 2.500, MLP 0 2.250. For comparison: bigram 2.600."


def test_every_map_shows_who_reads_whom_on_one_scale():
    one = np.array([[1.0, 0, 0], [0.5, 0.5, 0], [0.2, 0.7, 0.1]])
    picture = show_maps({"A": one, "B": one[:, ::-1], "C": one}, ".an", columns=2)
    drawn = [axes for axes in picture.axes if axes.collections]
    assert [axes.get_title() for axes in drawn] == ["A", "B", "C"]
    for axes, weights in zip(drawn, [one, one[:, ::-1], one], strict=True):
        np.testing.assert_allclose(np.reshape(axes.collections[0].get_alpha(), (3, 3)), weights)
        assert axes.get_ylim() == (3, 0) and axes.get_xlim() == (0, 3)   # the first row is on top
        for axis in (axes.xaxis, axes.yaxis):   # those beside another map share its labels
            assert axis.get_ticklocs().tolist() == [0.5, 1.5, 2.5] and [label.get_text() for label in axis.get_ticklabels()] in ([], [*".an"])
    assert [label.get_text() for axes in (drawn[0], drawn[2]) for label in axes.get_yticklabels()] == [*".an", *".an"]
    assert [label.get_text() for label in drawn[2].get_xticklabels()] == [*".an"]
    assert (drawn[0].figure.get_supxlabel(), drawn[0].figure.get_supylabel()) == ("is read", "reads")   # a row reads, a column is read
    assert "3 maps of attention weights, positions 0 to 2. A: position 2 reads position 1 most (0.70)" in picture.alt


def test_a_map_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"want a map of 3 by 3 for 'A', got shape \(2, 2\)"):
        show_maps({"A": np.eye(2)}, "abc")


@pytest.mark.parametrize("from_zero", [False, True])
def test_each_row_has_a_mark_for_each_series(from_zero):
    series = {"zero": [0.3, 0.01, 0.02], "mean": [0.2, 0.012, -0.001]}
    picture = show_rows(["L0", "L1", "L2"], series, x="rise", from_zero=from_zero)
    axes = picture.axes[0]
    marks = {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}
    assert list(marks) == list(series) and len({line.get_marker() for line in marks.values()}) == 2
    for name, numbers in series.items():
        assert list(marks[name].get_xdata()) == numbers and list(marks[name].get_ydata()) == [0, 1, 2]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["L0", "L1", "L2"]
    assert axes.get_xlabel() == "rise"
    assert axes.get_ylim()[0] > axes.get_ylim()[1] and (axes.get_xscale() == "symlog") == from_zero
    spans = [path.vertices[:, 0].tolist() for path in axes.collections[0].get_paths()]
    assert [sorted(span) for span in spans] == [[0.2, 0.3], [0.01, 0.012], [-0.001, 0.02]]
    assert "3 rows. Across: rise. zero: lowest L1 (0.010), L2 (0.020), L0 (0.300); highest L0 (0.300)" in picture.alt
    assert picture.alt.endswith("mean: lowest L2 (-0.001), L1 (0.012), L0 (0.200); highest L0 (0.200), L1 (0.012), L2 (-0.001).")
