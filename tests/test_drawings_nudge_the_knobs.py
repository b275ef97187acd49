"""The drawing of the network that guesses from two tokens says the sizes that it was given."""

import pytest

from helpers.drawings.nudge_the_knobs import draw_mlp
from helpers.plotting import colour


@pytest.mark.parametrize(("vocab_size", "n_hidden", "total"), [(27, 16, "1,296"), (6, 9, "162")])
def test_it_draws_a_square_for_each_number_and_a_strip_for_each_step(vocab_size, n_hidden, total):
    axes = draw_mlp("em", vocab_size, n_hidden).axes[0]
    strips = {}   # height of the strip -> its squares
    for square in axes.patches:
        strips.setdefault(square.get_y(), []).append(square)
    from_above = [strips[y] for y in sorted(strips, reverse=True)]
    assert [len(strip) for strip in from_above] == [n_hidden, n_hidden, n_hidden, vocab_size]
    for strip in from_above:
        lefts = [square.get_x() for square in strip]
        assert lefts == sorted(set(lefts)) and lefts[0] == 0
    texts = [text.get_text() for text in axes.texts]
    assert f"added, then tanh: {n_hidden} hidden numbers" in texts
    assert f"3 · {vocab_size} · {n_hidden} = {total} knobs" in texts
    assert f"{vocab_size} logits, one for each row of the output's {vocab_size} · {n_hidden} knobs" in texts


def test_the_older_token_stands_above_and_each_beside_its_own_row():
    axes = draw_mlp("em", 27, 16).axes[0]
    height_of = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert height_of["e"] > height_of["m"] > height_of["added, then tanh: 16 hidden numbers"]
    rows = sorted({square.get_y() for square in axes.patches if square.get_facecolor()[:3] == axes_colour("token")}, reverse=True)
    assert [height_of["e"] - 0.5, height_of["m"] - 0.5] == rows


def axes_colour(role):
    code = colour(role).lstrip("#")
    return tuple(int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))


def test_its_text_is_legible_and_fits_a_phone():
    picture = draw_mlp([".", "ä"], 30, 40)
    assert min(text.get_fontsize() for text in picture.axes[0].texts if text.get_text()) >= 9


def test_its_description_names_the_tokens_the_steps_and_the_sizes():
    alt = draw_mlp("em", 27, 16).alt
    assert alt.index("Token e: row of the token two back") < alt.index("Token m: row of the token one back")
    for words in ("16 hidden numbers", "27 logits", "3 · 27 · 16 = 1,296 knobs"):
        assert words in alt
    other = draw_mlp([".", "ä"], 30, 40).alt
    assert "Token .:" in other and "40 hidden numbers" in other and "3 · 30 · 40 = 3,600 knobs" in other
