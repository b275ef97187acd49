"""Pictures say in words what they show, follow the page's theme, and are the same for the same data."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from helpers.palette import PALETTE
from helpers.plotting import show_bars, show_graph, show_heatmap, show_lines, show_map
from helpers.scalar import Value


def square_and_more():
    a = Value(2)
    return a * a + a


PICTURES = {
    "bars": lambda: show_bars("abc", [1, 2, 3], x="letter", y="names", alt='"three" bars'),
    "lines": lambda: show_lines({"one": ([0, 1], [2, 3]), "two": ([0, 1], [3, 2])}, x="step", y="loss", alt="two lines"),
    "heat map": lambda: show_heatmap(np.eye(3), "abc", "abc", alt="a diagonal", numbers=".0f"),
    "graph": lambda: show_graph(square_and_more(), {}, alt="a value used three times"),
    "signed heat map": lambda: show_heatmap([[-1, 1]], "a", "bc", alt="one each", signed=True),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_valid_described_and_themed(kind):
    picture = PICTURES[kind]()
    root = ElementTree.fromstring(picture.svg)
    assert root.get("role") == "img" and root.get("aria-label") == picture.alt
    assert "currentColor" in picture.svg and "#123456" not in picture.svg
    for light, _ in PALETTE.values():
        assert not re.search(rf"(?<!, ){light}", picture.svg), "a colour that would not follow the theme"


@pytest.mark.parametrize("kind", PICTURES)
def test_the_same_data_gives_the_same_bytes(kind):
    assert PICTURES[kind]().svg == PICTURES[kind]().svg


def test_ids_differ_between_the_pictures_of_a_page():
    ids = [re.findall(r'\bid="([^"]+)"', make().svg) for make in PICTURES.values()]
    together = [each for some in ids for each in some]
    assert together and len(together) == len(set(together))


def test_a_picture_without_a_description_is_refused():
    with pytest.raises(ValueError, match="description"):
        show_bars("ab", [1, 2], alt=" ")


def test_labels_that_do_not_fit_the_values_are_named():
    with pytest.raises(ValueError, match=r"\(2, 3\).*got \(3, 3\)"):
        show_heatmap(np.eye(3), "ab", "abc", alt="no")


def test_the_map_marks_today_s_parts():
    html = show_map("data", "tokens")._repr_html_()
    assert html.count('aria-current="step"') == 2
    with pytest.raises(ValueError, match="got soup"):
        show_map("soup")
