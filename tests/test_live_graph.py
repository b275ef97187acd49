"""The live figure of small graphs: what it shows at every step is what Python's Value has."""

import re

import pytest

from helpers.live.graph import EXPRESSIONS, graph_figure, values_of
from helpers.scalar import topological_order

TITLES = list(EXPRESSIONS)


def test_names_are_words_not_markup(monkeypatch):
    monkeypatch.setitem(EXPRESSIONS, TITLES[0], [("a<b", (0, 0), 3.0), ("b", (1, 0), "relu", ("a<b",))])
    assert "a<b" not in graph_figure().first and "<option>a&lt;b</option>" in graph_figure().first


@pytest.fixture
def figure(browser):
    """The figure on a page of its own."""
    page = browser.new_page()
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.set_content(graph_figure()._repr_html_())
    yield page.locator("gpt-graph")
    page.close()
    assert not trouble, trouble


def part(figure, name):
    return figure.locator(f"[data-part={name}]")


def numbers(figure, kind):
    """What the visible graph shows: name -> text."""
    nodes = figure.locator("[data-part=drawing]:not([hidden]) .node")
    return {node.get_attribute("data-node"): node.locator(f".{kind}").text_content() for node in nodes.all()}


def press(figure, button, times=1):
    for _ in range(times):
        figure.get_by_role("button", name=button).click()


@pytest.mark.parametrize("title", TITLES)
def test_both_walks_end_at_the_numbers_of_python(figure, title):
    part(figure, "which").select_option(title)
    nodes = EXPRESSIONS[title]
    n_computed = sum(len(node) == 4 for node in nodes)
    press(figure, "Forward", n_computed)
    values = values_of(nodes)
    data = numbers(figure, "data")
    assert {name: float(text) for name, text in data.items()} == pytest.approx({n: v.data for n, v in values.items()}, abs=6e-5)
    assert set(numbers(figure, "grad").values()) == {""}
    press(figure, "Forward", 1 + n_computed)
    grads = {name: float(text.removeprefix("grad ")) for name, text in numbers(figure, "grad").items()}
    assert grads == pytest.approx({name: value.grad for name, value in values.items()}, abs=6e-5)
    assert "Both walks are done" in part(figure, "says").inner_text()
    assert figure.get_by_role("button", name="Forward").get_attribute("aria-disabled") == "true"


@pytest.mark.parametrize("title", TITLES)
def test_values_send_in_the_order_of_python(figure, title):
    part(figure, "which").select_option(title)
    nodes = EXPRESSIONS[title]
    values = values_of(nodes)
    names = {id(value): name for name, value in values.items()}
    n_computed = sum(len(node) == 4 for node in nodes)
    press(figure, "Forward", n_computed + 1)
    for value in topological_order(values[nodes[-1][0]]):
        if value.parents:
            press(figure, "Forward")
            assert f"Backward: {names[id(value)]} has its whole gradient" in part(figure, "says").inner_text()
            shares = re.findall(r" = (-?[\d.]+) to ", part(figure, "says").inner_text())
            assert [float(share) for share in shares] == pytest.approx([slope * value.grad for slope in value.slopes], abs=6e-5)


@pytest.mark.parametrize("title", TITLES)
def test_a_nudged_leaf_moves_the_root_as_in_python(figure, title):
    part(figure, "which").select_option(title)
    nodes = EXPRESSIONS[title]
    leaves = part(figure, "leaf").locator("option").all_inner_texts()
    assert leaves and set(leaves) < {node[0] for node in nodes}
    for leaf in leaves:
        part(figure, "leaf").select_option(leaf)
        part(figure, "nudge").fill("0.1")
        nudged = [(node[0], node[1], node[2] + 0.1) if node[0] == leaf else node for node in nodes]
        before, after = values_of(nodes), values_of(nudged)
        root = nodes[-1][0]
        said = part(figure, "measured").inner_text()
        per_unit, grad = re.search(r"which is (-?[\d.]+) per unit of .+ Its gradient is (-?[\d.]+)\.$", said).groups()
        assert float(per_unit) == pytest.approx((after[root].data - before[root].data) / 0.1, abs=6e-5)
        assert float(grad) == pytest.approx(before[leaf].grad, abs=6e-5)


def test_the_first_state_stands_until_a_step_is_taken_and_reset_and_back_work(figure):
    assert numbers(figure, "grad")["a"] == "grad 26"
    first = part(figure, "measured").inner_text()
    assert "43.31, which is 26.2 per unit of a. Its gradient is 26" in first
    assert first in re.sub(r"<[^>]+>", "", graph_figure().first)   # what Python wrote and what the script writes
    press(figure, "Back")
    assert numbers(figure, "grad")["a"] == "grad 0"
    press(figure, "Reset")
    assert numbers(figure, "data") == {"2": "2", "a": "3", "b": "?", "b·b": "?", "c": "?"}
    assert figure.get_by_role("button", name="Back").get_attribute("aria-disabled") == "true"
    press(figure, "Forward")
    assert numbers(figure, "data")["b"] == "6" and "b is 6" in figure.locator("svg:visible").get_attribute("aria-label")


def test_the_keyboard_alone_is_enough(figure):
    page = figure.page
    part(figure, "which").focus()
    page.keyboard.press("ArrowDown")
    assert figure.locator("svg:visible").get_attribute("aria-label").startswith(TITLES[1])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert numbers(figure, "data")["w·x + b"] == "0.7"
    part(figure, "nudge").focus()
    before = part(figure, "measured").inner_text()
    page.keyboard.press("ArrowRight")
    assert part(figure, "measured").inner_text() != before
