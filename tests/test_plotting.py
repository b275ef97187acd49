"""Pictures say in words what they show, follow the page's theme, and are the same for the same data."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from helpers.ladder import show_ladder
from helpers.live.tokens import token_figure
from helpers.names import LETTERS
from helpers.palette import PALETTE
from helpers.plotting import (
    NUMBERED,
    Picture,
    blank,
    operation_of,
    show_bars,
    show_dots,
    show_graph,
    show_heatmap,
    show_lines,
    show_map,
)
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


def texts_of(axes):
    return {text.get_text(): text.get_position() for text in axes.texts}


def test_bars_show_each_height_over_its_label():
    picture = show_bars("wxyz", [2, 5, 1, 3], x="letter", y="names")
    axes = picture.axes[0]
    assert [bar.get_height() for bar in axes.patches] == [2, 5, 1, 3]
    assert [bar.get_x() + bar.get_width() / 2 for bar in axes.patches] == [0, 1, 2, 3]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["w", "x", "y", "z"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("letter", "names")
    assert picture.alt == "Across: letter. Up: names. 4 bars. Largest: x (5), z (3), w (2). Smallest: y (1), w (2)."


def test_lines_show_their_points_under_their_names():
    lines = {"down": ([0, 1, 2], [3.3, 2.5, 2.75]), "up": ([0, 10], [1, 200])}
    picture = show_lines(lines, x="step", y="loss", log_y=True)
    axes = picture.axes[0]
    assert {line.get_label(): tuple(map(list, line.get_data())) for line in axes.lines} == lines
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["down", "up"]
    assert len({line.get_linestyle() for line in axes.lines}) == len({line.get_color() for line in axes.lines}) == 2
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_xscale(), axes.get_yscale()) == ("step", "loss", "linear", "log")
    assert "down: begins at 3.3, ends at 2.75, lowest 2.5 at 1, highest 3.3 at 0." in picture.alt
    assert show_lines(lines, log_x=True).axes[0].get_xscale() == "log"
    assert show_lines({"one": ([0], [1])}).axes[0].get_legend() is None


def test_where_lines_leave_no_room_their_names_stand_above_the_plot():
    jumping = {name: (range(30), [(-1) ** x * (3 + shift) for x in range(30)]) for shift, name in enumerate(["one", "of twenty letters ab"])}
    axes = show_lines(jumping).axes[0]
    (legend,) = axes.figure.legends
    assert axes.get_legend() is None and [text.get_text() for text in legend.get_texts()] == list(jumping)
    axes.figure.draw_without_rendering()
    box, plot = legend.get_window_extent(), axes.get_window_extent()
    assert box.y0 >= plot.y1 and box.x0 >= 0 and box.x1 <= axes.figure.bbox.x1
    assert show_lines({"flat": ([0, 1, 2], [1 / 27] * 3)}).alt.endswith("flat: all 0.037.")


def test_dots_stand_at_their_two_numbers():
    picture = show_dots([[0.1, 0.2]], [[0.3, 0.9]], x="counted", y="learned", diagonal=True)
    diagonal, dots = picture.axes[0].lines
    assert np.array_equal(np.transpose(dots.get_data()), [[0.1, 0.3], [0.2, 0.9]])
    assert diagonal.get_slope() == 1 and "2 dots, from 0.3 to 0.9" in picture.alt
    left, right = picture.axes[0].get_xlim()   # there the line leaves the picture
    assert f"The line: begins at {left:.3g}, ends at {right:.3g}, lowest {left:.3g} at {left:.3g}," in picture.alt and right < 0.3
    assert (picture.axes[0].get_xlabel(), picture.axes[0].get_ylabel()) == ("counted", "learned")


def test_a_heat_map_has_its_rows_from_the_top_and_a_scale():
    values = np.array([[8.0, 0.0, 2.0], [4.0, 1.0, 0.0]])
    picture = show_heatmap(values, "rs", "abc", x="after", y="before", numbers=True)
    axes, scale = picture.axes
    (mesh,) = axes.collections
    assert np.allclose(np.reshape(mesh.get_alpha(), values.shape), NUMBERED * values / 8)
    assert axes.yaxis_inverted() and not axes.xaxis_inverted()
    for ticks, labels in ((axes.get_xticklabels(), "abc"), (axes.get_yticklabels(), "rs")):
        assert [tick.get_text() for tick in ticks] == list(labels)
    assert list(axes.get_xticks()) == [0.5, 1.5, 2.5] and list(axes.get_yticks()) == [0.5, 1.5]
    assert {position: text for text, position in ((text.get_text(), text.get_position()) for text in axes.texts)} == {
        (c + 0.5, r + 0.5): f"{values[r, c]:.0f}" for r in range(2) for c in range(3)
    }
    assert [tick.get_text() for tick in scale.get_yticklabels()] == ["0", "8"]
    strengths = np.ravel(scale.collections[-1].get_alpha())
    assert strengths[0] == 0 and strengths[-1] == NUMBERED and (np.diff(strengths) > 0).all()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("after", "before")
    assert "2 rows by 3 columns. Down: before. Across: after. Largest: r then a (8), s then a (4), r then c (2), s then b (1)." in picture.alt
    assert "2 squares are 0" in picture.alt


def test_two_heat_maps_may_share_a_scale():
    mesh = show_heatmap([[1, 2]], "r", "ab", top=4).axes[0].collections[0]
    assert np.allclose(np.ravel(mesh.get_alpha()), [0.25, 0.5])
    with pytest.raises(ValueError, match="below 0, got -1"):
        show_heatmap([[1, -1]], "r", "ab")


def test_a_graph_shows_numbers_gradients_operations_and_slopes_where_they_belong():
    a = Value(3.0)
    b = Value(2.0) * a
    d = b * b
    c = d + b
    c.backward()
    picture = show_graph(c, {"a": a, "b": b, "d": d, "c": c})
    places = texts_of(picture.axes[0])
    boxes = {"a\n3\ngrad 26", "a number\n2\ngrad 39", "b (×)\n6\ngrad 13", "d (×)\n36\ngrad 1", "c (+)\n42\ngrad 1"}
    assert boxes <= set(places)
    x_of = {box.split()[0]: places[box][0] for box in boxes}
    assert x_of["a"] < x_of["b"] < x_of["d"] < x_of["c"]   # leaves on the left
    arrows = [
        "a to b (×), slope 2", "a number to b (×), slope 3", "b (×) to d (×), slope 6 and 6", "d (×) to c (+), slope 1", "b (×) to c (+), slope 1",
    ]
    assert sorted(picture.alt.split("Arrows: ")[1].rstrip(".").split("; ")) == sorted(arrows)
    assert {"×2", "×3", "×6, ×6", "×1"} <= set(places)
    middle = np.mean([places["a\n3\ngrad 26"], places["b (×)\n6\ngrad 13"]], axis=0)
    assert np.allclose(places["×2"], middle, atol=0.2), "the slope for a stands on a's own arrow"


STEPS = {
    "+": lambda x, y: x + y, "−": lambda x, y: x - y, "×": lambda x, y: x * y, "relu": lambda x, y: x.relu(), "tanh": lambda x, y: x.tanh(),
    "exp": lambda x, y: x.exp(), "log": lambda x, y: x.log(), "power": lambda x, y: x**3,
}


@pytest.mark.parametrize("sign", STEPS)
def test_the_step_that_made_a_value_is_recognised(sign):
    for numbers in ((0.7, 1.9), (1.6, -0.3)):
        assert operation_of(STEPS[sign](*map(Value, numbers))) == sign
    assert operation_of(Value(1)) == ""


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
