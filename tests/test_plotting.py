"""Pictures say in words what they show, follow the page's theme, and are the same for the same data."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from helpers.ladder import show_ladder
from helpers.live.tokens import token_figure
from helpers.names import LETTERS
from helpers.palette import PALETTE
from helpers.plotting import Picture, blank, show_bars, show_graph, show_heatmap, show_lines, show_map
from helpers.scalar import Value


def square_and_more():
    a = Value(2)
    return a * a + a


PICTURES = {
    "bars": lambda: show_bars("abc", [1, 2, 3], x="letter", y="names"),
    "lines": lambda: show_lines({"one": ([0, 1], [2, 3]), "two": ([0, 1], [3, 2])}, x="step", y="loss"),
    "heat map": lambda: show_heatmap(np.eye(3), "abc", "abc"),
    "graph": lambda: show_graph(square_and_more(), {}),
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
        Picture(blank()[0], alt=" ")


def test_labels_that_do_not_fit_the_values_are_named():
    with pytest.raises(ValueError, match=r"\(2, 3\).*got \(3, 3\)"):
        show_heatmap(np.eye(3), "ab", "abc")


OUTPUTS = {
    "picture": PICTURES["bars"],
    "map": lambda: show_map("data"),
    "ladder": show_ladder,
    "live figure": lambda: token_figure(list(LETTERS)),
}
NOTEBOOKS = {
    "JupyterLab": ('data-jp-theme-light="true"', 'data-jp-theme-light="false"'),
    "VS Code": ('class="vscode-light"', 'class="vscode-dark"'),
    "VS Code, high contrast": ('class="vscode-high-contrast vscode-high-contrast-light"', 'class="vscode-high-contrast"'),
    "Colab": ("", 'theme="dark"'),
}


@pytest.mark.parametrize("kind", OUTPUTS)
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_an_output_follows_a_light_and_a_dark_notebook(browser, kind, notebook):
    """There the site's stylesheet is missing: an output brings all it needs."""
    role = "loss" if kind == "ladder" else "token"
    page = browser.new_page()
    for variant, body in enumerate(NOTEBOOKS[notebook]):
        page.set_content(f"<body {body}>{OUTPUTS[kind]()._repr_html_()}</body>")
        colours = page.evaluate("""() => [...document.body.querySelectorAll("*")].flatMap((element) => {
            const style = getComputedStyle(element);
            return [style.fill, style.backgroundColor, style.borderTopColor];
        })""")
        seen = [f"rgb({', '.join(str(int(hexed[i : i + 2], 16)) for i in (1, 3, 5))})" in colours for hexed in PALETTE[role]]
        assert seen == [variant == 0, variant == 1], body
    page.close()


def test_the_map_marks_today_s_parts():
    html = show_map("data", "tokens")._repr_html_()
    assert html.count('aria-current="step"') == 2
    with pytest.raises(ValueError, match="got soup"):
        show_map("soup")
