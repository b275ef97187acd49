"""The drawings of the chapter on embeddings show the letters, rows and places that they were given, and say them."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from helpers.drawings.every_letter_a_place import show_letters, show_places
from helpers.palette import PALETTE
from helpers.plotting import Picture

WORDS = [("emma", 3), ("ab", 2), ("llama", 3), ("zzz", 4)]


def boxes_of(picture, role=None):
    """The boxes of a picture in the colour of a role (None: in ink) -> list of (middle, lower edge, width)"""
    from matplotlib.colors import to_hex

    from helpers.plotting import INK

    wanted = to_hex(PALETTE[role][0] if role else INK)
    boxes = [patch for patch in picture.axes[0].patches if isinstance(patch, Rectangle) and to_hex(patch.get_edgecolor()) == wanted]
    return [(box.get_x() + box.get_width() / 2, box.get_y(), box.get_width()) for box in boxes]


@pytest.mark.parametrize(("word", "n_embd"), WORDS)
def test_each_place_has_a_row_of_tokens_and_one_of_positions(word, n_embd):
    picture = show_places(word, n_embd)
    assert isinstance(picture, Picture)
    tokens, positions = boxes_of(picture, "token"), boxes_of(picture, "position")
    top = max(y for _, y, _ in tokens)
    read = sorted(x for x, y, _ in tokens if y < top)
    assert len(read) == len(word) == len(positions) and len(tokens) - len(read) == len(set(word))
    np.testing.assert_allclose(read, sorted(x for x, _, _ in positions))
    np.testing.assert_allclose([width for _, _, width in tokens + positions], n_embd * tokens[0][2] / n_embd)


@pytest.mark.parametrize(("word", "n_embd"), WORDS)
def test_lines_lead_from_a_letter_s_row_to_each_place_that_reads_it(word, n_embd):
    picture = show_places(word, n_embd)
    tokens = boxes_of(picture, "token")
    top = max(y for _, y, _ in tokens)
    named = {round(text.get_position()[0], 6): text.get_text() for text in picture.axes[0].texts if text.get_text() in set(word)}
    read = sorted(x for x, y, _ in tokens if y < top)
    joined = set()
    for line in picture.axes[0].lines:
        (x, end), (y, low) = line.get_data()
        if y > low and round(x, 6) in named and any(abs(end - place) < 1e-9 for place in read):
            joined.add((named[round(x, 6)], int(np.argmin(np.abs(np.array(read) - end)))))
    assert joined == {(letter, place) for place, letter in enumerate(word)}


def test_the_words_beside_the_rows_and_the_description_give_the_shapes():
    picture = show_places("emma", 3)
    written = [text.get_text() for text in picture.axes[0].texts]
    assert {"wte (V, 3)", "read (4, 3)", "wpe (4, 3)", "x (4, 3)", "summed (3,)", "side by side (12,)"} <= set(written)
    assert min(text.get_fontsize() for text in picture.axes[0].texts) >= 9
    assert picture.alt == (
        "One table wte, a row of 3 numbers for each token. Its rows are read: e at 0; m at 1 and 2; a at 3. To each a row of wpe is added, "
        "one for each of 4 places. What comes out, 4 rows of 3, is either summed to 3 numbers or laid side by side as 12."
    )


@pytest.mark.parametrize(("word", "n_embd"), [("a", 3), ("letters", 3), ("emma", 1), ("emma", 5)])
def test_too_many_or_too_few_are_refused(word, n_embd):
    with pytest.raises(ValueError, match="want 2 to 5 letters and 2 to 4 numbers a row"):
        show_places(word, n_embd)


POINTS = {
    "one": np.array([[0.0, 1.0], [2.0, 3.0], [0.1, 1.2], [-4.0, 0.5]]),
    "two": np.array([[10.0, 1.0], [-20.0, 3.0], [10.5, 0.0], [40.0, -5.0]]),
    "three": np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [0.5, 0.0]]),
}


def test_letters_stand_at_their_points_and_the_marked_ones_in_rings():
    picture = show_letters(POINTS, "abec", "ae")
    assert isinstance(picture, Picture)
    for axes, (title, points) in zip(picture.axes, POINTS.items(), strict=False):
        assert axes.get_title() == title
        placed = {text.get_text(): text.get_position() for text in axes.texts}
        assert set(placed) == set("abec")
        for letter, point in zip("abec", points, strict=True):
            np.testing.assert_allclose(placed[letter], point)
            assert axes.get_xlim()[0] < point[0] < axes.get_xlim()[1] and axes.get_ylim()[0] < point[1] < axes.get_ylim()[1]
        rings = sorted(tuple(float(value[0]) for value in line.get_data()) for line in axes.lines)
        np.testing.assert_allclose(rings, sorted(map(tuple, points[[0, 2]])))
        assert {text.get_text() for text in axes.texts if text.get_fontweight() == "bold"} == {"a", "e"}
        assert axes.get_xlim() == axes.get_ylim()   # distances mean the same in both directions
    assert min(text.get_fontsize() for axes in picture.axes for text in axes.texts) >= 9


def test_the_description_names_the_letters_nearest_to_the_marked_ones():
    alt = show_letters(POINTS, "abec", "ae").alt
    assert alt.startswith("Maps of 4 letters, marked are a, e. one: nearest to the middle of the marked ones are ")
    assert "three: nearest to the middle of the marked ones are c, a" in alt


def test_points_for_other_letters_are_refused():
    with pytest.raises(ValueError, match="want 3 points of two numbers for one"):
        show_letters(POINTS, "abc", "a")
