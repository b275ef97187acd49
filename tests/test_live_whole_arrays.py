"""The live figures of the chapter on arrays: what they show is what numpy says, and what was measured."""

import math
import re

import numpy as np
import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, shown, what_is_cut_off
from helpers.live.broadcast import RULE, SHAPES, broadcast_figure, state
from helpers.live.cost import bar_length, cost_figure, decades_of, length_text, times_as_fast
from helpers.tensor import unbroadcast

PAGE = "chapters/05_whole_arrays.html"
PAIRS = [(shape_a, shape_b) for shape_a in SHAPES for shape_b in SHAPES]


def fitting(shape_a, shape_b):
    """The shape of a + b, or None."""
    try:
        return np.broadcast_shapes(shape_a, shape_b)
    except ValueError:
        return None


# Broadcasting: what Python writes is what numpy says -------------------------------------------------------------------


def entries_in(html):
    """name -> the numbers of its entries; and the ones that are marked in the result"""
    boxes = dict(re.findall(r'<div data-part="([^"]+)">(.*?)</div></div>', html))
    numbers = {name: [int(text) for text in re.findall(r">(\d+)</(?:button|span)>", box)] for name, box in boxes.items()}
    return numbers, [int(text) for text in re.findall(r'class="entry lit">(\d+)<', html)]


@pytest.mark.parametrize(("shape_a", "shape_b"), PAIRS)
def test_gradients_and_uses_are_those_of_numpy(shape_a, shape_b):
    full = fitting(shape_a, shape_b)
    shown = state(shape_a, shape_b)
    if full is None:
        assert shown["entries"] == "" and RULE in shown["fits"] and 'class="clash"' in shown["lined"]
        return
    grad = np.arange(1, 1 + np.prod(full, dtype=int)).reshape(full)
    for name, shape in (("a", shape_a), ("b", shape_b)):
        for place in np.ndindex(*shape):
            numbers, lit = entries_in(state(shape_a, shape_b, name, place)["entries"])
            assert numbers == {
                "a": unbroadcast(grad, shape_a).ravel().tolist(), "b": unbroadcast(grad, shape_b).ravel().tolist(), "a + b": grad.ravel().tolist()
            }
            moved = np.zeros(shape)   # nudge the entry: the sum moves where it is used
            moved[place] = 1
            used = np.broadcast_to(np.zeros(shape_a if name == "b" else shape_b), full) + moved != 0
            assert lit == grad[used].tolist() and sum(lit) == unbroadcast(grad, shape)[place]


@pytest.mark.parametrize(
    ("shape_a", "shape_b", "words"),
    [
        ((4, 1), (3,), "a has 1 column: it is repeated 3 times. b has no axis for rows: it is repeated 4 times."),
        ((4, 3), (3,), "b has no axis for rows: it is repeated 4 times."),
        ((4, 3), (4, 3), "They have the same shape: nothing is repeated."),
        ((3,), (1, 3), "a has no axis for rows, and gets one."),
        ((), (4,), "a has no axis for columns: it is repeated 4 times."),
        ((4, 3), (4,), f"They do not fit: under columns, 3 stands over 4. {RULE}"),
        ((4, 1), (1, 3), "a has 1 column: it is repeated 3 times. b has 1 row: it is repeated 4 times."),
    ],
)
def test_the_rule_is_told_for_these_shapes(shape_a, shape_b, words):
    assert state(shape_a, shape_b)["fits"] == words


@pytest.mark.parametrize(("shape_a", "shape_b"), PAIRS)
def test_what_is_said_to_be_repeated_is_what_numpy_repeats(shape_a, shape_b):
    told = re.findall(r"(a|b) has (?:no axis for|1) (row|column)s?: it is repeated (\d) times", state(shape_a, shape_b)["fits"])
    full = fitting(shape_a, shape_b)
    strides = {}   # numpy repeats along an axis by not moving in memory
    if full is not None:
        for name, shape in (("a", shape_a), ("b", shape_b)):
            view = np.broadcast_to(np.empty(shape), full)
            for back, axis in ((1, "column"), (2, "row")):
                if len(full) >= back and full[-back] > 1 and view.strides[-back] == 0:
                    strides[name, axis] = full[-back]
    assert {(name, axis): int(times) for name, axis, times in told} == strides


# Broadcasting: what the script shows is what Python writes -------------------------------------------------------------


@pytest.fixture
def broadcast(browser):
    with on_a_page(browser, broadcast_figure()) as element:
        yield element


def choose(figure, shape_a, shape_b):
    part(figure, "shape-a").select_option(str(shape_a))
    part(figure, "shape-b").select_option(str(shape_b))


def seen(figure):
    html = {name: part(figure, name).inner_html() for name in ("lined", "entries")}
    return html | {name: part(figure, name).text_content() for name in ("fits", "says")}


def awake(texts):
    return texts | {"entries": texts["entries"].replace("data-wakes disabled", 'data-wakes=""')}


def test_the_script_draws_broadcasting_first_as_python_did(browser):
    assert_first_state_is_python_s(browser, broadcast_figure())


def test_every_pair_of_shapes_is_python_s(broadcast):
    for shape_a, shape_b in PAIRS:
        choose(broadcast, shape_a, shape_b)   # b last, so its first entry is the chosen one
        assert seen(broadcast) == awake(state(shape_a, shape_b, "b")), (shape_a, shape_b)


@pytest.mark.parametrize(("shape_a", "shape_b"), [((4, 1), (3,)), ((4, 3), (1, 3)), ((), (4,)), ((1, 3), (4, 1)), ((4, 3), (4, 3))])
def test_every_entry_that_is_chosen_is_python_s(broadcast, shape_a, shape_b):
    choose(broadcast, shape_a, shape_b)
    for name, shape in (("a", shape_a), ("b", shape_b)):
        for number, place in enumerate(np.ndindex(*shape)):
            part(broadcast, name).locator("button").nth(number).evaluate("button => button.click()")
            assert seen(broadcast) == awake(state(shape_a, shape_b, name, place))


def test_an_entry_is_chosen_by_mouse_and_by_keyboard(broadcast):
    page = broadcast.page
    broadcast.get_by_label("b[2], gradient 30").click()
    assert seen(broadcast) == awake(state((4, 1), (3,), "b", (2,)))
    broadcast.get_by_label("a[3, 0], gradient 33").focus()
    page.keyboard.press("Enter")
    assert seen(broadcast) == awake(state((4, 1), (3,), "a", (3, 0)))
    assert page.evaluate("document.activeElement.dataset.place") == "3, 0"   # the keyboard stays where it was
    part(broadcast, "shape-a").focus()
    page.keyboard.press("ArrowDown")
    assert seen(broadcast) == awake(state((4, 3), (3,)))


def test_a_mark_does_not_need_a_background(broadcast):
    borders = broadcast.evaluate("""f => [".entry.lit", "span.entry:not(.lit)", '.entry[aria-pressed="true"]', '.entry[aria-pressed="false"]']
        .map(selector => parseFloat(getComputedStyle(f.querySelector(selector)).borderTopWidth))""")
    assert borders == [3, 1, 3, 1]


def test_broadcasting_can_be_read_without_scripts(browser):
    with on_a_page(browser, broadcast_figure(), java_script_enabled=False) as figure:
        assert "1 + 2 + 3 = 6" in figure.inner_text()
        assert all(control.is_disabled() for control in figure.locator("[data-wakes]").all())


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
def test_broadcasting_is_not_cut_off(browser, width):
    with on_a_page(browser, broadcast_figure(), viewport={"width": width, "height": 800}) as figure:
        for shapes in ((4, 1), (4, 3)), ((4, 3), (4,)):
            choose(figure, *shapes)
            assert what_is_cut_off(figure) == []


# Costs -----------------------------------------------------------------------------------------------------------------

WAYS = ["Values", "Tensors, by name", "Tensors, <all> at once"]
COSTS = [
    (n_hidden, n_names, 437 * n_hidden * n_names, [(1057 * n_hidden * n_names, 0.00531 * n_hidden * n_names), (19 * n_names, 0.00031 * n_names), (19, 0.000217)])
    for n_hidden in (2, 16, 64) for n_names in (1, 8, 64)
]


@pytest.fixture
def costs(browser):
    with on_a_page(browser, cost_figure(COSTS, WAYS)) as element:
        yield element


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3.0, "3 s"), (12.345, "12.3 s"), (0.001, "1 ms"), (0.0123456, "12.3 ms"), (0.000217, "217 µs"), (1234.5, "1,230 s"), (10**-4, "100 µs"), (0.0009996, "1,000 µs")],
)
def test_times_have_three_digits_and_a_unit(seconds, text):
    assert length_text(seconds) == text


@pytest.mark.parametrize(("slow", "fast", "text"), [(0.8297, 0.0004, "2,074"), (0.28, 0.01, "28"), (0.013, 0.01, "1.3"), (1, 1, "1.0"), (99.6, 10, "10.0")])
def test_a_ratio_is_rounded_once_from_what_was_measured(slow, fast, text):
    assert times_as_fast(slow, fast) == text


def test_the_script_draws_costs_first_as_python_did(browser):
    assert_first_state_is_python_s(browser, cost_figure(COSTS, WAYS))


def test_costs_of_all_sizes_are_those_measured(costs):
    for n_hidden, n_names, products, measured in COSTS:
        costs.get_by_label("Hidden numbers").select_option(str(n_hidden))
        costs.get_by_label("Names in the step").select_option(str(n_names))
        rows = [row.locator("th, td").all_inner_texts() for row in costs.locator("tr.numbers:visible").all()]
        slow, fast = measured[0][1], measured[-1][1]
        assert [row[0] for row in rows] == WAYS
        assert [row[1] for row in rows] == [f"{nodes:,}" for nodes, _ in measured]
        for row, (_, seconds) in zip(rows, measured, strict=True):
            number, unit = row[2].split()
            assert float(number.replace(",", "")) * {"s": 1, "ms": 1e-3, "µs": 1e-6}[unit] == pytest.approx(seconds, rel=0.0051)
            ratio = float(row[3].replace(",", ""))
            assert ratio == pytest.approx(slow / seconds, abs=0.51 if ratio >= 10 else 0.051)
        says = part(costs, "says").inner_text()
        assert says.startswith(f"{n_names} name{'s' if n_names > 1 else ''}, {n_hidden} hidden numbers: {products:,} multiplications")
        assert f"19 nodes instead of {measured[0][0]:,}, and {slow / fast:,.0f} times as fast as Values." in says
        assert rows[-1][3] == f"{slow / fast:,.0f}"   # one number, wherever it stands


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
def test_bars_end_at_their_times_on_the_scale(browser, width):
    with on_a_page(browser, cost_figure(COSTS, WAYS), viewport={"width": width, "height": 800}) as figure:
        assert what_is_cut_off(figure) == []
        first, last = decades_of(COSTS)
        for n_hidden, n_names, _, measured in COSTS:
            figure.get_by_label("Hidden numbers").select_option(str(n_hidden))
            figure.get_by_label("Names in the step").select_option(str(n_names))
            labels = figure.evaluate("""f => [...f.querySelectorAll(".cost-scale text")].map(t => {
                const box = t.getBoundingClientRect(); return [t.textContent, box.left, box.right]; })""")
            assert all(one[2] < other[1] for one, other in zip(labels, labels[1:], strict=False)), "numbers of the scale run into each other"
            assert len(labels) <= 5, "a phone has room for five"
            middle = {text: (left + right) / 2 for text, left, right in labels}
            assert list(middle)[0] == length_text(10.0**first)
            zero, per_decade = middle["100 µs"], (middle["10 ms"] - middle["100 µs"]) / 2
            bars = figure.evaluate("f => [...f.querySelectorAll('tbody:not([hidden]) rect')].map(r => [r.getBoundingClientRect().left, r.getBoundingClientRect().right])")
            marks = figure.evaluate("f => [...f.querySelectorAll('tbody:not([hidden]) svg:first-of-type line')].map(l => l.getBoundingClientRect().left)")
            for (left, right), (_, seconds) in zip(bars, measured, strict=True):
                assert left == pytest.approx(zero - (-4 - first) * per_decade, abs=1)
                assert right == pytest.approx(zero + (math.log10(seconds) + 4) * per_decade, abs=1)
                assert right - left > 5   # none is invisible
            assert marks[1] - marks[0] == pytest.approx(per_decade, abs=1) and len(marks) == 3 * (last - first + 1)


def test_the_shortest_bar_shows_even_at_a_power_of_ten():
    tiny = [(4, 1, 9, [(10, 1.0), (5, 0.001)])]
    decades = decades_of(tiny)
    assert decades == (-4, 0) and bar_length(0.001, decades) == pytest.approx(25)


def test_costs_can_be_chosen_by_keyboard(costs):
    costs.get_by_label("Names in the step").focus()
    costs.page.keyboard.press("Home")
    assert part(costs, "says").inner_text().startswith("1 name, 16 hidden")
    assert costs.locator("tbody:visible").get_attribute("data-step") == "16/1"


def test_names_of_ways_are_words_not_markup():
    assert "<all>" not in cost_figure(COSTS, WAYS).first and "&lt;all&gt;" in cost_figure(COSTS, WAYS).first


def test_costs_can_be_read_without_scripts(browser):
    with on_a_page(browser, cost_figure(COSTS, WAYS), java_script_enabled=False) as figure:
        assert figure.locator("tbody:visible").count() == 1 and figure.locator("tr.numbers:visible").count() == 3
        assert all(control.is_disabled() for control in figure.locator("[data-wakes]").all())


def test_bars_do_not_need_a_background(costs):
    costs.page.emulate_media(media="print")
    look = costs.evaluate("f => { const s = getComputedStyle(f.querySelector('rect')); return [s.fill, s.display]; }")
    assert look[0] not in ("none", "rgba(0, 0, 0, 0)") and look[1] != "none"


# On their page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [360, 1280])
def test_both_stand_on_their_page_and_fit(open_page, width):
    page = open_page(PAGE, viewport={"width": width, "height": 800})
    for name in ("gpt-broadcast", "gpt-cost"):
        assert shown(page.locator(name)) and what_is_cut_off(page.locator(name)) == []
