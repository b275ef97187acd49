"""The live roofline draws the recorded steps where their numbers put them, and says them."""

import math
import re

import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, shown, what_is_cut_off
from helpers.live.cost import length_text
from helpers.live.roofline import BOTTOM, LEFT, RIGHT, TOP, Scales, power, roofline_figure, says, state
from helpers.live.shell import LiveFigure
from helpers.recording.speed import load_speed
from helpers.speed import Machine

MACHINE = Machine({"float32": 1e11, "float64": 5e10}, 1e10, {"float": 1e-8, "Value": 1e-6, "numpy": 1e-6, "Tensor": 2e-6})
STEPS = [
    {"model": model, "names": names, "operations": operations * names, "size_bytes": 10**6 + 10**4 * names, "seconds": 2e-4 * names**0.5,
     "predicted": {"calls": 1e-4, "multiplying": 1e-5 * names, "reading": 2e-5 * names**0.5}}
    for model, operations in (("small", 10**5), ("large <one>", 10**7)) for names in (1, 4, 16, 64)
]
RECORD = {"steps": STEPS, "machine": MACHINE, "where": {"processor": "Test & Co", "cores": 2}}
SCALES = Scales(STEPS, MACHINE)


@pytest.fixture(scope="module")
def made():
    return roofline_figure(RECORD)


@pytest.fixture
def figure(browser, made):
    with on_a_page(browser, made) as element:
        yield element


def choose(figure, model, place):
    part(figure, "model").select_option(model)
    part(figure, "size").fill(str(place))


def numbers_shown(figure):
    rows = part(figure, "rows").locator("tr").evaluate_all("rows => rows.map(row => [row.children[0].innerText, row.children[1].innerText])")
    return dict(rows)


def test_the_script_draws_the_first_state_as_python_did(browser, made):
    assert_first_state_is_python_s(browser, made)
    assert_first_state_is_python_s(browser, roofline_figure(load_speed()))


@pytest.mark.parametrize("index", range(len(STEPS)))
def test_every_state_shows_the_numbers_of_its_step(figure, index):
    step = STEPS[index]
    choose(figure, step["model"], index % 4)
    together = sum(step["predicted"].values())
    wanted = {**step["predicted"], "predicted": together, "measured": step["seconds"]}
    assert numbers_shown(figure) == {name: length_text(seconds) for name, seconds in wanted.items()}
    assert part(figure, "says").inner_text() == says(step)
    assert part(figure, "names").inner_text() == str(step["names"]) == part(figure, "size").get_attribute("aria-valuetext")


@pytest.mark.parametrize("index", [0, 3, 5])
def test_every_state_looks_as_python_draws_it(browser, figure, made, index):
    step = STEPS[index]
    choose(figure, step["model"], index % 4)
    alone = roofline_figure({**RECORD, "steps": [step, *STEPS[:index], *STEPS[index + 1 :]]})
    with on_a_page(browser, alone, java_script_enabled=False) as of_python:
        for name in ("marks", "rows", "says", "names"):
            assert shown(part(figure, name)) == shown(part(of_python, name))
            assert part(figure, name).text_content() == part(of_python, name).text_content()


def test_words_tell_a_name_s_time_the_largest_part_and_the_ratio():
    assert says(STEPS[2]) == (
        "small, 16 names in a step: 50 µs a name. The largest part of the prediction is multiplying, and the prediction is 0.42 of what was measured."
    )
    assert says(STEPS[4]).startswith("large <one>, 1 name in a step: 200 µs a name. The largest part of the prediction is calls,")


def test_the_scales_say_where_a_number_stands(made):
    """Their labels, read off, and the small dots of all steps by them."""
    def value(text):
        number, _, letter = text.partition(" ")
        return float(number.replace(",", "")) * {"": 1, "M": 1e6, "G": 1e9, "T": 1e12}[letter]

    xs = [(float(x), math.log10(value(text))) for x, text in re.findall(r'<text x="([\d.]+)" y="[\d.]+" class="across">([\d.,]+(?: [MGT])?)</text>', made.first)]
    ys = [(float(y) - 4, math.log10(value(text))) for y, text in re.findall(r'<text x="[\d.]+" y="([\d.]+)" class="up">([^<]+)</text>', made.first)]
    assert len(xs) > 2 and len(ys) > 2

    def read_off(place, marks):
        (start, low), (end, high) = marks[0], marks[-1]
        return 10 ** (low + (place - start) / (end - start) * (high - low))

    (dots,) = re.findall(r'<g class="roof-dots">(.*?)</g>', made.first)
    found = [(read_off(float(x), xs), read_off(float(y), ys)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', dots)]
    wanted = [(step["operations"] / step["size_bytes"], step["operations"] / step["seconds"]) for step in STEPS]
    assert found == [pytest.approx(each, rel=0.02) for each in wanted]


def places_in(svg, kind):
    return [tuple(map(float, found)) for found in re.findall(rf'<circle class="{kind}" cx="([\d.]+)" cy="([\d.]+)"', svg)]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step['model']} {step['names']}")
def test_a_mark_stands_where_its_numbers_put_it(step):
    marks = state(step, SCALES)["marks"]
    for kind, seconds in [("dot", step["seconds"]), ("ring", sum(step["predicted"].values()))]:
        ((x, y),) = places_in(marks, kind)
        first, last = SCALES.x_ends
        intensity = 10 ** (first + (last - first) * (x - LEFT) / (RIGHT - LEFT))
        low, high = SCALES.y_ends
        rate = 10 ** (low + (high - low) * (BOTTOM - y) / (BOTTOM - TOP))
        assert math.isclose(intensity, step["operations"] / step["size_bytes"], rel_tol=0.01)
        assert math.isclose(rate, step["operations"] / seconds, rel_tol=0.01)


def test_the_roof_rises_with_memory_and_stays_at_arithmetic(made):
    (points,) = re.findall(r'class="roof" points="([^"]+)"', made.first)
    start, ridge, end = [tuple(map(float, point.split(","))) for point in points.split()]
    assert math.isclose(ridge[0], SCALES.x(10.0), abs_tol=0.1) and math.isclose(ridge[1], SCALES.y(1e11), abs_tol=0.1)
    assert end[1] == ridge[1] and end[0] > ridge[0]
    slope = (SCALES.y(1e9) - SCALES.y(1e10)) / (SCALES.x(1.0) - SCALES.x(0.1))   # one power up for each power across
    assert math.isclose((start[1] - ridge[1]) / (ridge[0] - start[0]), slope, rel_tol=0.02)


def test_nothing_stands_outside_of_the_frame(made):
    for figure in (made, roofline_figure(load_speed())):
        for svg in [figure.first, *(each["marks"] for each in figure.data["states"].values())]:
            for x, y in re.findall(r'cx="([-\d.]+)" cy="([-\d.]+)"', svg):
                assert LEFT <= float(x) <= RIGHT and TOP <= float(y) <= BOTTOM


def test_bars_are_as_long_as_their_times():
    for step in STEPS:
        widths = [float(width) for width in re.findall(r"width:([\d.]+)%", state(step, SCALES)["rows"])]
        times = [*step["predicted"].values(), sum(step["predicted"].values()), step["seconds"]]
        assert widths == pytest.approx([100 * each / max(times) for each in times], abs=0.06)


@pytest.mark.parametrize(("exponent", "text"), [(-1, "0.1"), (0, "1"), (2, "100"), (5, "100,000"), (6, "1 M"), (8, "100 M"), (9, "1 G"), (10, "10 G"), (12, "1 T")])
def test_powers_of_ten_are_written_short(exponent, text):
    assert power(exponent) == text


def test_it_is_worked_by_keyboard_alone(figure):
    keyboard = figure.page.keyboard
    part(figure, "model").focus()
    keyboard.press("ArrowDown")
    keyboard.press("Tab")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    assert part(figure, "says").inner_text().startswith("large <one>, 16 names in a step")
    keyboard.press("Home")
    assert part(figure, "says").inner_text().startswith("large <one>, 1 name in a step")


def test_another_model_alone_is_another_step(figure):
    part(figure, "size").fill("2")
    part(figure, "model").select_option("large <one>")
    assert part(figure, "says").inner_text() == says(STEPS[6])
    part(figure, "model").select_option("small")
    assert part(figure, "says").inner_text() == says(STEPS[2])


def test_without_scripts_the_first_state_can_be_read(browser, made):
    with on_a_page(browser, made, java_script_enabled=False) as element:
        assert numbers_shown(element)["measured"] == "200 µs"
        assert all(control.is_disabled() for control in element.locator("[data-wakes]").all())


def test_its_caption_names_the_machine(made):
    assert "Test & Co with 2 processors" in made.caption and "Test &amp; Co" in made._repr_html_()
    assert isinstance(made, LiveFigure)
    with pytest.raises(ValueError, match="want a record with steps"):
        roofline_figure({**RECORD, "steps": []})


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
def test_nothing_is_cut_off(browser, width):
    with on_a_page(browser, roofline_figure(load_speed()), viewport={"width": width, "height": 800}) as element:
        choose(element, "best", 8)
        assert what_is_cut_off(element) == []
