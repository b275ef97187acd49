"""The live figure of small graphs: what it shows at every step, and after every nudge, is what Python's Value has."""

import re

import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, what_is_cut_off
from helpers.live.graph import (
    EXPRESSIONS,
    NUDGE,
    NUDGE_STEP,
    STEPS,
    graph_figure,
    leaves_of,
    shown,
    state,
    values_of,
    walk_of,
)
from helpers.scalar import Value

TITLES = list(EXPRESSIONS)


def n_steps(title):
    forward, order = walk_of(EXPRESSIONS[title], values_of(EXPRESSIONS[title]))
    return len(forward) + 1 + len(order)


@pytest.fixture
def figure(browser):
    with on_a_page(browser, graph_figure()) as element:
        yield element


def choose(figure, title, leaf=None, nudge=0.0):
    part(figure, "which").select_option(title)
    part(figure, "leaf").select_option(leaf or leaves_of(EXPRESSIONS[title])[0])
    part(figure, "nudge").fill(f"{nudge:.2f}")


def press(figure, button, times=1):
    figure.get_by_role("button", name=button).evaluate("(button, times) => { for (let i = 0; i < times; i++) button.click(); }", times)


def seen(figure):
    """What the figure shows -> as `state` gives it"""
    return figure.evaluate("""figure => {
        const svg = figure.querySelector('[data-part="drawing"]:not([hidden]) svg');
        const texts = (kind, of, key) => Object.fromEntries([...svg.querySelectorAll(of)].map(g => [g.dataset[key], g.querySelector(kind).textContent]));
        const lit = [...svg.querySelectorAll(".lit")].map(g => g.dataset.node ?? g.dataset.arrow);
        return {data: texts(".data", ".node", "node"), grad: texts(".grad", ".node", "node"),
            slope: texts(".slope", ".arrow", "arrow"), share: texts(".share", ".arrow", "arrow"), lit: lit.sort(),
            says: figure.querySelector("[data-part=says]").textContent,
            measured: figure.querySelector("[data-part=measured]").textContent, label: svg.getAttribute("aria-label")};
    }""")


def as_seen(texts):
    flat = {key: f"{key[0]}/{key[1]}" for key in texts["slope"]}
    arrows = {kind: {flat[key]: text for key, text in texts[kind].items()} for kind in ("slope", "share")}
    return texts | arrows | {"lit": sorted(flat.get(key, key) for key in texts["lit"])}


# What Python writes is what Value has ----------------------------------------------------------------------------------


@pytest.mark.parametrize("title", TITLES)
def test_numbers_of_the_last_state_are_those_of_value(title):
    nodes = EXPRESSIONS[title]
    values = values_of(nodes)
    values[nodes[-1][0]].backward()
    texts = state(title)
    assert texts["data"] == {name: shown(value.data) for name, value in values.items()}
    assert texts["grad"] == {name: f"grad {shown(value.grad)}" for name, value in values.items()}
    for (name, place), text in texts["slope"].items():
        assert text == f"slope {shown(values[name].slopes[place])}"
        assert texts["share"][name, place] == f"share {shown(values[name].slopes[place] * values[name].grad)}"


@pytest.mark.parametrize("title", TITLES)
def test_a_gradient_is_the_sum_of_the_shares_that_have_arrived(title):
    nodes = EXPRESSIONS[title]
    n_forward = len(walk_of(nodes, values_of(nodes))[0])
    parents_of = {name: node[2] for name, *node in nodes if len(node) == 3}
    for at in range(n_steps(title) + 1):
        texts = state(title, at)
        shares = {key: float(text.removeprefix("share ")) for key, text in texts["share"].items() if text}
        for name, text in texts["grad"].items():
            arrived = [share for (child, place), share in shares.items() if parents_of[child][place] == name]
            if at > n_forward and name != nodes[-1][0]:
                assert float(text.removeprefix("grad ")) == pytest.approx(sum(arrived), rel=0.005)
            assert (text == "") == (at <= n_forward)


@pytest.mark.parametrize("title", TITLES)
def test_nudged_results_are_those_of_value(title):
    nodes = EXPRESSIONS[title]
    root = nodes[-1][0]
    for leaf in leaves_of(nodes):
        for number in range(-round(NUDGE / NUDGE_STEP), round(NUDGE / NUDGE_STEP) + 1):
            nudge = round(number * NUDGE_STEP, 2)
            if nudge == 0:
                continue
            before, after = values_of(nodes), values_of([(n[0], n[1], n[2] + nudge) if n[0] == leaf else n for n in nodes])
            before[root].backward()
            after[root].backward()
            moved = after[root].data - before[root].data
            text = state(title, leaf=leaf, nudge=nudge)["measured"]
            rise, by, per_unit = re.search(rf"{root} moves by (\S+): \1 / \(?(.+?)\)? [=≈] (\S+) per unit of {re.escape(leaf)}\.", text).groups()
            assert float(rise) == pytest.approx(moved, rel=1e-4, abs=1e-6) and float(by) == nudge
            assert float(per_unit) == pytest.approx(moved / nudge, rel=0.0051, abs=1e-6)
            assert float(per_unit) == pytest.approx(float(rise) / nudge, rel=0.0051, abs=1e-5)   # as a reader would divide
            said = f"is {shown(before[leaf].grad)} before the nudge, {shown(after[leaf].grad)} after it."
            assert text.endswith(said)


@pytest.mark.parametrize("title", TITLES)
def test_products_and_sums_are_right_as_they_stand_on_the_page(title):
    found = 0
    for at in range(n_steps(title) + 1):
        for x, sign, y, equals, result in re.findall(r"(-?[\d.]+) ([+×]) \(?(-?[\d.]+)\)? ([=≈]) (-?\d+(?:\.\d+)?)", state(title, at)["says"]):
            found += 1
            exact = float(x) + float(y) if sign == "+" else float(x) * float(y)
            last_digit = 10.0 ** -len(result.partition(".")[2])
            assert abs(exact - float(result)) <= 0.51 * last_digit, (title, at)
            assert (equals == "=") == (abs(exact - float(result)) < 1e-9), (title, at)
    assert found >= n_steps(title) - 3


@pytest.mark.parametrize("leaf", ["w", "x", "b"])
def test_the_nudge_brings_the_input_of_the_relu_below_0_and_above(leaf):
    title = TITLES[1]
    inputs = [float(state(title, leaf=leaf, nudge=nudge)["data"]["w·x + b"]) for nudge in (-NUDGE, NUDGE)]
    assert min(inputs) < 0 < max(inputs)
    low = state(title, leaf=leaf, nudge=-NUDGE)
    assert low["slope"]["n", 0] == "slope 0" and low["grad"][leaf] == "grad 0" and low["data"]["n"] == "0"


@pytest.mark.parametrize(
    ("number", "text"),
    [(42.0, "42"), (43.31, "43.3"), (40.25, "40.3"), (-40.25, "-40.3"), (0.68997, "0.69"), (-0.0, "0"), (5e-17, "0"), (1234.5, "1230"), (0.00004321, "0.000043")],
)
def test_numbers_have_three_digits(number, text):
    assert shown(number) == text


def test_names_are_words_not_markup(monkeypatch):
    monkeypatch.setitem(EXPRESSIONS, TITLES[0], [("a<b", (60, 0), 3.0), ("c", (60, 0), 3.0), ("b", (60, 1), "relu", ("a<b",))])
    assert "a<b" not in graph_figure().first and 'data-node="a&lt;b"' in graph_figure().first


def test_every_step_names_its_operation():
    first = graph_figure().first
    for nodes in EXPRESSIONS.values():
        for name, _, step, *parents in nodes:
            if parents:
                assert f'>{name} <tspan class="step">({step})</tspan>' in first
    assert set(STEPS) == {node[2] for nodes in EXPRESSIONS.values() for node in nodes if len(node) == 4}
    assert STEPS["×"](Value(2), Value(3)).data == 6


# What the script shows is what Python writes ---------------------------------------------------------------------------


def test_the_script_draws_the_first_state_as_python_did(browser):
    assert_first_state_is_python_s(browser, graph_figure())


@pytest.mark.parametrize("title", TITLES)
def test_every_step_of_both_walks_is_python_s(figure, title):
    choose(figure, title)
    for at in range(n_steps(title) + 1):
        assert seen(figure) == as_seen(state(title, at)), at
        press(figure, "Forward")
    assert figure.get_by_role("button", name="Forward").get_attribute("aria-disabled") == "true"
    for at in range(n_steps(title) - 1, -1, -1):
        press(figure, "Back")
        assert seen(figure) == as_seen(state(title, at)), at
    assert figure.get_by_role("button", name="Back").get_attribute("aria-disabled") == "true"


@pytest.mark.parametrize("title", TITLES)
def test_a_nudge_moves_the_whole_graph_as_in_python(figure, title):
    for leaf in leaves_of(EXPRESSIONS[title]):
        choose(figure, title, leaf)
        press(figure, "Forward", n_steps(title))
        for nudge in (-NUDGE, -0.75, -0.05, 0.0, 0.05, 1.3, NUDGE):
            part(figure, "nudge").fill(f"{nudge:.2f}")
            assert seen(figure) == as_seen(state(title, leaf=leaf, nudge=nudge)), (leaf, nudge)
            assert part(figure, "by").inner_text() == shown(nudge) == part(figure, "nudge").get_attribute("aria-valuetext")
        press(figure, "Back", 2)
        assert seen(figure) == as_seen(state(title, n_steps(title) - 2, leaf, NUDGE))
        for other in leaves_of(EXPRESSIONS[title]):   # the nudge goes along to another leaf
            part(figure, "leaf").select_option(other)
            assert seen(figure) == as_seen(state(title, n_steps(title) - 2, other, NUDGE))


def test_another_expression_starts_from_its_leaves_without_a_nudge(figure):
    part(figure, "nudge").fill("1")
    choose_only = part(figure, "which")
    choose_only.select_option(TITLES[3])
    assert part(figure, "nudge").input_value() == "0"
    assert part(figure, "leaf").locator("option").all_inner_texts() == leaves_of(EXPRESSIONS[TITLES[3]])
    assert seen(figure) == as_seen(state(TITLES[3], 0))
    press(figure, "Forward", 3)
    press(figure, "Reset")
    assert seen(figure) == as_seen(state(TITLES[3], 0))


def test_the_keyboard_alone_is_enough(figure):
    page = figure.page
    part(figure, "which").focus()
    page.keyboard.press("ArrowDown")
    for _ in range(3):   # past Reset and Back
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert seen(figure) == as_seen(state(TITLES[1], 2))
    for _ in range(2):   # past the choice of a leaf; nothing scrolls here, so the drawing is no stop
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert seen(figure) == as_seen(state(TITLES[1], 2, "w", 2 * NUDGE_STEP))


def test_without_scripts_the_first_state_can_be_read(browser):
    with on_a_page(browser, graph_figure(), java_script_enabled=False) as figure:
        assert figure.locator("svg:visible").count() == 1
        assert "grad 26" in figure.inner_text() and "Both walks are done." in figure.inner_text()
        assert all(control.is_disabled() for control in figure.locator("[data-wakes]").all())
        assert what_is_cut_off(figure) == []


# How it lies on the page -----------------------------------------------------------------------------------------------

LAYOUT = """figure => {
    const svg = figure.querySelector('[data-part="drawing"]:not([hidden]) svg');
    const box = e => { const b = e.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; };
    const named = (e, name) => ({name, box: box(e)});
    const texts = [...svg.querySelectorAll("text")].filter(t => t.textContent)
        .map(t => ({...named(t, t.textContent), node: t.closest(".node")?.dataset.node, size: parseFloat(getComputedStyle(t).fontSize)}));
    const nodes = [...svg.querySelectorAll(".node")].map(g => named(g.querySelector("rect"), g.dataset.node));
    const arrows = [...svg.querySelectorAll(".arrow")].map(g => {
        const path = g.querySelector("path");
        const points = [...Array(60).keys()].map(i => path.getPointAtLength(i / 59 * path.getTotalLength()));
        return {name: g.dataset.arrow, tip: box(g.querySelector(".tip")), points: points.map(p => [p.x, p.y])};
    });
    return {texts, nodes, arrows, width: svg.width.baseVal.value, height: svg.height.baseVal.value};
}"""


def overlap(one, other, room=0.0):
    return one[0] - room < other[2] and other[0] - room < one[2] and one[1] - room < other[3] and other[1] - room < one[3]


@pytest.mark.parametrize("title", TITLES)
def test_no_text_lies_on_a_frame_an_arrow_or_another_text(figure, title):
    for leaf in leaves_of(EXPRESSIONS[title]):
        choose(figure, title, leaf)
        press(figure, "Forward", n_steps(title))
        for nudge in (0, -NUDGE, -0.65, 0.05, NUDGE):
            part(figure, "nudge").fill(f"{nudge:.2f}")
            found = figure.evaluate(LAYOUT)
            frames = {node["name"]: node["box"] for node in found["nodes"]}
            where = f"{title}, {leaf} nudged by {nudge}"
            for number, text in enumerate(found["texts"]):
                x1, y1, x2, y2 = text["box"]
                assert 0 <= x1 and x2 <= found["width"] and 0 <= y1 and y2 <= found["height"], (where, text)
                assert text["size"] >= 11
                for other in found["texts"][number + 1:]:   # the boxes of lines hold room above and below the letters
                    assert not overlap([x1, y1 + 3, x2, y2 - 3], other["box"]), (where, text["name"], other["name"])
                for name, frame in frames.items():
                    if name == text["node"]:
                        assert frame[0] + 3 <= x1 and x2 <= frame[2] - 3 and frame[1] <= y1 and y2 <= frame[3], (where, text["name"], name)
                    else:
                        assert not overlap(text["box"], frame), (where, text["name"], name)
                for arrow in found["arrows"]:
                    assert not overlap(text["box"], arrow["tip"]), (where, text["name"], arrow["name"])
                    assert not any(overlap(text["box"], [x, y, x, y], 1.5) for x, y in arrow["points"]), (where, text["name"], arrow["name"])
            tips = [arrow["tip"] for arrow in found["arrows"]]
            assert not any(overlap(one, other, 2) for number, one in enumerate(tips) for other in tips[:number]), where
            for arrow in found["arrows"]:
                inner = arrow["points"][3:-3]
                for name, (a, b, c, d) in frames.items():
                    assert not any(a < x < c and b < y < d for x, y in inner), (where, arrow["name"], name)


@pytest.mark.parametrize("width", [360, 742, 1280])
def test_every_graph_fits_without_scrolling(browser, width):
    with on_a_page(browser, graph_figure(), viewport={"width": width, "height": 800}) as figure:
        for title in TITLES:
            choose(figure, title)
            assert figure.evaluate("f => { const d = f.querySelector('.graph-drawing'); return d.scrollWidth <= d.clientWidth; }"), title
            assert what_is_cut_off(figure) == []


def test_where_there_is_no_room_the_graph_scrolls_and_its_edge_says_so(browser):
    with on_a_page(browser, graph_figure(), viewport={"width": 240, "height": 600}) as figure:
        region = figure.locator(".graph-drawing")
        figure.page.wait_for_function("document.querySelector('.graph-drawing').classList.contains('overflows')")
        assert "scroll" in region.evaluate("d => getComputedStyle(d, '::after').content")
        region.focus()
        figure.page.keyboard.press("ArrowRight")
        figure.page.wait_for_function("document.querySelector('.graph-drawing').scrollLeft > 0")
        assert what_is_cut_off(figure) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_on_its_page(open_page, width):
    page = open_page("chapters/03_find_the_knob.html", viewport={"width": width, "height": 800})
    figure = page.locator("gpt-graph")
    assert figure.locator("svg:visible").count() == 1 and what_is_cut_off(figure) == []
    assert figure.evaluate("f => { const d = f.querySelector('.graph-drawing'); return d.scrollWidth <= d.clientWidth; }")
