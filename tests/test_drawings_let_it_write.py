"""The drawing of the chapter on writing shows each column's numbers beside the right token, and says them."""

import matplotlib as mpl
import numpy as np
import pytest

from helpers.drawings.let_it_write import number_on, show_steps
from helpers.plotting import Picture, colour

TOKENS = ["a", "b", "c", "d"]
COLUMNS = {"logits": [0.5, 2.0, -1.0, 1.0], "cut": [-np.inf, 2.0, -np.inf, 4.0], "probabilities": [0.0, 0.12, 0.0, 0.88]}   # not in one order


def test_each_column_has_its_bars_in_the_order_of_the_first_one():
    picture = show_steps(TOKENS, COLUMNS, n=3)
    assert isinstance(picture, Picture) and len(picture.axes) == 3
    assert [label.get_text() for label in picture.axes[0].get_yticklabels()] == ["b", "d", "a"]
    for axes, (name, numbers) in zip(picture.axes, COLUMNS.items(), strict=True):
        assert axes.get_title() == name
        want = [numbers[1], numbers[3], numbers[0]]
        assert [bar.get_width() for bar in axes.patches] == [x if np.isfinite(x) else 0 for x in want]
        assert [text.get_text() for text in axes.texts] == [number_on(x) for x in want]
        assert min(text.get_fontsize() for text in axes.texts) >= 9
    assert picture.axes[0].yaxis_inverted()   # the largest stands on top


def test_fewer_tokens_than_bars_are_all_shown_and_counted():
    assert show_steps(TOKENS, COLUMNS).alt.startswith("3 columns of bars for the 4 largest of 4 tokens.")


def test_of_equal_ones_the_first_is_on_top():
    for n in (2, 4):
        ticks = show_steps(TOKENS, {"logits": [1, 2, 1, 2]}, n=n).axes[0].get_yticklabels()
        assert [label.get_text() for label in ticks] == ["b", "d", "a", "c"][:n]


def test_the_bars_wear_the_tokens_colour():
    colours = {bar.get_facecolor()[:3] for axes in show_steps(TOKENS, COLUMNS).axes for bar in axes.patches}
    assert colours == {mpl.colors.to_rgb(colour("token"))}


def test_no_number_leaves_its_panel_or_lies_on_a_bar():
    for axes in show_steps(TOKENS, COLUMNS).axes:
        low, high = axes.get_xlim()
        for text, bar in zip(axes.texts, axes.patches, strict=True):
            assert max(bar.get_width(), 0) < text.get_position()[0] < high and low <= min(bar.get_width(), 0)


def test_the_description_says_every_number():
    assert show_steps(TOKENS, COLUMNS, n=2).alt == (
        "3 columns of bars for the 2 largest of 4 tokens. logits: b 2.00, d 1.00. cut: b 2.00, d 4.00. probabilities: b 0.12, d 0.88."
    )
    assert "a −∞" in show_steps(TOKENS, COLUMNS).alt and "c −1.00" in show_steps(TOKENS, COLUMNS).alt


def test_a_column_of_another_length_is_named():
    with pytest.raises(ValueError, match="want 4 numbers for 'cut', got 3"):
        show_steps(TOKENS, {"logits": [1, 2, 3, 4], "cut": [1, 2, 3]})
