"""The drawings of the chapter on arrays show the sizes and numbers that they were given, and say them."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from helpers.drawings.whole_arrays import products_of, show_matmul, show_paired_bars
from helpers.plotting import Picture

SHAPES = [((2, 3), (3, 4)), ((1, 5), (5, 2)), ((4, 4), (4, 4))]


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_the_sizes_of_the_products_are_those_of_numpy(a, b):
    A, B = np.ones(a), np.ones(b)
    G = A @ B
    arrays = {"A": A, "B": B, "G": G, "A @ B": A @ B, "A.T": A.T, "B.T": B.T, "gradient of A": G @ B.T, "gradient of B": A.T @ G}
    for left, right, result in products_of(a, b):
        assert all(arrays[name].shape == shape for name, shape in (left, right, result))
        assert (arrays[left[0]] @ arrays[right[0]]).shape == result[1]
    assert arrays["gradient of A"].shape == a and arrays["gradient of B"].shape == b


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_boxes_are_as_large_as_their_sizes_and_carry_them(a, b):
    picture = show_matmul(np.ones(a), np.ones(b))
    assert isinstance(picture, Picture)
    axes = picture.axes[0]
    boxes = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    wanted = [shape for product in products_of(a, b) for _, shape in product]
    side = boxes[0].get_height() / wanted[0][0]
    drawn = [(round(box.get_height() / side), round(box.get_width() / side)) for box in boxes]
    assert drawn == wanted
    written = [text.get_text().replace("\n", " ") for text in axes.texts]
    names = [name for product in products_of(a, b) for name, _ in product]
    for box, (rows, columns), name in zip(boxes, wanted, names, strict=True):
        beside = [text for text in axes.texts if abs(text.get_position()[1] - box.get_y() - box.get_height() / 2) < 1e-9]
        assert any(text.get_text() == str(rows) and text.get_position()[0] < box.get_x() for text in beside)
        above = [text.get_text() for text in axes.texts if box.get_y() + box.get_height() < text.get_position()[1] < box.get_y() + box.get_height() + 0.1]
        assert str(columns) in above and name in written
    assert written.count("@") == written.count("=") == 3
    assert min(text.get_fontsize() for text in axes.texts) >= 9


def test_the_description_says_the_three_products():
    assert show_matmul(np.ones((2, 3)), np.ones((3, 4))).alt == (
        "Boxes of rows by columns. A (2 by 3) @ B (3 by 4) = A @ B (2 by 4); G (2 by 4) @ B.T (4 by 3) = gradient of A (2 by 3); "
        "A.T (3 by 2) @ G (2 by 4) = gradient of B (3 by 4)."
    )


def test_matrices_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"want \(M, K\) and \(K, N\), got \(2, 3\) and \(2, 3\)"):
        show_matmul(np.ones((2, 3)), np.ones((2, 3)))


def test_paired_bars_stand_over_their_label_with_their_heights():
    labels, first, second = ["a", "b", "."], [0.3, 0.1, 0.6], np.array([0.2, 0.5, 0.4])
    picture = show_paired_bars(labels, {"one": first, "two": second}, x="token", y="learned")
    axes = picture.axes[0]
    for bars, heights, name in zip(axes.containers, [first, second], ["one", "two"], strict=True):
        assert bars.get_label() == name
        np.testing.assert_allclose([bar.get_height() for bar in bars], heights)
        assert [round(bar.get_x() + bar.get_width() / 2) for bar in bars] == [0, 1, 2]
    assert axes.containers[0][0].get_x() < axes.containers[1][0].get_x()
    assert [tick.get_text() for tick in axes.get_xticklabels()] == labels
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("token", "learned")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "two"]
    assert picture.alt == (
        "Two bars for each of 3. Across: token. Up: learned. one: from 0.1 at b to 0.6 at .; two: from 0.2 at a to 0.5 at b."
    )
    flat = show_paired_bars("ab", {"one": np.array([0.1, 0.2]), "two": np.array([1 / 27, 1 / 27])})
    assert flat.alt.endswith("one: from 0.1 at a to 0.2 at b; two: all 0.037.")


def test_three_sets_of_bars_are_refused():
    with pytest.raises(ValueError, match="two sets of bars, got 3"):
        show_paired_bars("a", {"one": [1], "two": [2], "three": [3]})
