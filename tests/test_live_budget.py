"""The budgets of "Does bigger help?": each choice shows the run that was recorded, and the record is that of the script."""

import re

import numpy as np
import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, shown, what_is_cut_off
from helpers.live.budget import PLACE, budget_figure, edges_of, exponent, first_state, rows_of, states_of
from helpers.live.shell import LiveFigure
from helpers.recording.scaling import load_scaling

RECORD = load_scaling()
LINES = {"frozen table": 1.25}
FIGURE = budget_figure(RECORD, LINES)
ROWS = rows_of(RECORD)


@pytest.fixture
def figure(browser):
    with on_a_page(browser, FIGURE) as element:
        yield element


def choose(element, budget, run=None):
    part(element, "budget").fill(str(budget))
    if run is not None:
        part(element, "size").fill(str(run))


def read_off(element):
    """The dot's operations and loss, and the curve's, by the drawing's own axes."""
    texts = element.locator("svg.run-curve text:not(.of-line)").evaluate_all(
        "all => all.map(each => [each.classList.contains('end'), Number(each.getAttribute('x')), Number(each.getAttribute('y')), each.textContent])"
    )
    xs = sorted((x, int(text[2:])) for is_up, x, _, text in texts if not is_up and re.fullmatch(r"10\d+", text))
    ys = sorted((y - 4, float(text)) for is_up, _, y, text in texts if is_up)

    def place(x, y):
        power = xs[0][1] + (x - xs[0][0]) / (xs[-1][0] - xs[0][0]) * (xs[-1][1] - xs[0][1])
        return 10**power, ys[0][1] + (y - ys[0][0]) / (ys[-1][0] - ys[0][0]) * (ys[-1][1] - ys[0][1])

    dot = place(*(float(part(element, "here").get_attribute(name)) for name in ("cx", "cy")))
    way = [place(*map(float, point.split())) for point in part(element, "way").get_attribute("d")[1:].split("L")]
    return dot, np.array(way)


def test_the_script_draws_the_first_state_as_python_did(browser):
    assert_first_state_is_python_s(browser, FIGURE)


def test_each_choice_shows_what_was_recorded(figure):
    for budget, run in [(0, 0), (1, 2), (3, 1), (len(ROWS) - 1, len(ROWS[-1]) - 1)]:
        choose(figure, budget, run)
        row = ROWS[budget][run]
        knobs, steps = int(RECORD["n_knobs"][row]), int(RECORD["n_steps"][row])
        (spent, loss), way = read_off(figure)
        assert spent == pytest.approx(6 * knobs * steps * RECORD["tokens_a_step"], rel=0.02) and loss == pytest.approx(RECORD["held_out"][row], abs=0.01)
        top = edges_of(RECORD, LINES)[3]
        np.testing.assert_allclose(way[:, 0], 6 * knobs * RECORD["tokens_a_step"] * np.array(RECORD["moments"][row]), rtol=0.02)
        np.testing.assert_allclose(way[:, 1], np.minimum(RECORD["trained_on"][row], top), atol=0.01)
        assert part(figure, "written").text_content() == RECORD["written"][row]
        says = part(figure, "says").inner_text()
        n_layer, n_embd = RECORD["sizes"][RECORD["size"][row]]
        assert says == (
            f"{knobs:,} knobs (n_layer {n_layer}, n_embd {n_embd}) read {steps * RECORD['tokens_a_step']:,} tokens in {steps:,} steps: "
            f"{RECORD['held_out'][row]:.3f} nats per byte on held-out text."
        )


@pytest.mark.parametrize(("budget", "run"), [(0, 1), (2, 0), (4, 2)])
def test_every_state_looks_as_python_draws_it(browser, figure, budget, run):
    choose(figure, budget, run)
    drawn = LiveFigure("gpt-budget", first_state(RECORD, LINES, budget, run), FIGURE.data, "")
    with on_a_page(browser, drawn, java_script_enabled=False) as element:
        expected = shown(element)
    assert [re.sub(" value=.*", "", line) for line in shown(figure)] == [re.sub(" value=.*", "", line) for line in expected]


def test_a_budget_shows_its_best_run_until_a_size_is_chosen(figure):
    for budget, rows in enumerate(ROWS):
        choose(figure, budget)
        best = min(rows, key=lambda row: RECORD["validation"][row])
        assert part(figure, "says").inner_text().startswith(f"{int(RECORD['n_knobs'][best]):,} knobs")


def test_a_chosen_size_stays_where_the_next_budget_has_tried_it(figure):
    choose(figure, 2, 3)
    wanted = RECORD["size"][ROWS[2][3]]
    for budget in (1, 3):
        choose(figure, budget)
        sizes = [RECORD["size"][row] for row in ROWS[budget]]
        nearest = ROWS[budget][int(np.argmin(np.abs(np.array(sizes) - wanted)))]
        assert part(figure, "says").inner_text().startswith(f"{int(RECORD['n_knobs'][nearest]):,} knobs")
        assert int(part(figure, "size").get_attribute("max")) == len(sizes) - 1


def test_all_runs_are_there_faintly_and_the_line_lies_at_its_loss(figure):
    assert figure.locator("path.other").count() == sum(map(len, ROWS))
    assert len(set(figure.locator("path.other").evaluate_all("all => all.map(each => each.getAttribute('d'))"))) == sum(map(len, ROWS))
    y = float(re.search(r" ([\d.]+)H", figure.locator("path.level").get_attribute("d"))[1])
    low, high = edges_of(RECORD, LINES)[2:]
    assert high - (y - PLACE[1]) / PLACE[3] * (high - low) == pytest.approx(1.25, abs=0.003)
    assert figure.locator(".of-line").text_content() == "frozen table 1.250"


def test_a_budget_is_written_as_a_power_of_ten():
    assert [exponent(number) for number in (1e10, 3e11, 2e3, 7.4e18, 5e56, 1e9)] == ["1 × 10¹⁰", "3 × 10¹¹", "2 × 10³", "7 × 10¹⁸", "5 × 10⁵⁶", "1 × 10⁹"]
    assert [state["title"] for state in states_of(RECORD, LINES)] == [f"{exponent(budget)} operations" for budget in RECORD["budgets"]]


def test_it_is_worked_by_keyboard_alone(figure):
    states = states_of(RECORD, LINES)
    part(figure, "budget").focus()
    figure.page.keyboard.press("End")
    assert part(figure, "budget-shown").inner_text() == states[-1]["title"]
    part(figure, "size").focus()
    figure.page.keyboard.press("Home")
    assert part(figure, "size-shown").inner_text() == states[-1]["runs"][0]["title"] == part(figure, "size").get_attribute("aria-valuetext")


def test_without_scripts_the_first_run_can_be_read(browser):
    with on_a_page(browser, FIGURE, java_script_enabled=False) as element:
        assert "nats per byte on held-out text" in part(element, "says").inner_text() and part(element, "budget").is_disabled()


def test_its_caption_names_the_runs_and_it_is_small():
    assert "seed 0" in FIGURE.caption and f"{len(RECORD['sizes'])} sizes" in FIGURE.caption
    output = FIGURE._repr_html_()
    assert len(output) < 90_000 and not re.search(r"\sid=", output)


def test_what_a_model_writes_is_text_not_markup(browser):
    assert_first_state_is_python_s(browser, budget_figure(RECORD | {"written": ["<b> & </script>"] * len(RECORD["written"])}, {"<i>": 1.3}))


def test_a_budget_without_runs_is_refused():
    with pytest.raises(ValueError, match="want a run with seed 0 at each budget"):
        budget_figure(RECORD | {"seed": np.asarray(RECORD["seed"]) + 1})


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_cut_off_and_all_can_be_read(browser, width):
    with on_a_page(browser, FIGURE, viewport={"width": width, "height": 800}) as element:
        for budget in (0, len(ROWS) - 1):
            choose(element, budget)
            assert what_is_cut_off(element) == []
        drawing = element.locator("svg.run-curve")
        scale = drawing.evaluate("svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
        assert min(drawing.evaluate("f => [...f.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize))")) * scale >= (9 if width >= 360 else 8)
        over = drawing.evaluate("""svg => { const { left, right } = svg.getBoundingClientRect();
            return [...svg.querySelectorAll("text")].filter(text => text.getBoundingClientRect().right > right + 1 || text.getBoundingClientRect().left < left - 1).length; }""")
        assert over == 0
