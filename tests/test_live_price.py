"""The live figure of "From completing to obeying": each place of the slider shows its run as it was recorded."""

import re

import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, shown, what_is_cut_off
from helpers.live.price import BOX, NATS, START, across, best_line, down, first_state, price_figure
from helpers.live.shell import LiveFigure
from helpers.recording import tuning
from helpers.recording.tuning import load_tuning
from helpers.tuning import best_possible

RECORD, SHARE = load_tuning()[2], 0.25
FIGURE = price_figure(RECORD, SHARE)
PLACES = range(len(RECORD["prices"]))


@pytest.fixture
def figure(browser):
    with on_a_page(browser, FIGURE) as element:
        yield element


def test_the_script_draws_the_first_state_as_python_did(browser):
    assert_first_state_is_python_s(browser, FIGURE)


@pytest.mark.parametrize("place", PLACES)
def test_every_state_looks_as_python_draws_it(browser, figure, place):
    part(figure, "price").fill(str(place))
    with on_a_page(browser, LiveFigure("gpt-price", first_state(RECORD, SHARE, place), FIGURE.data, ""), java_script_enabled=False) as element:
        expected = shown(element)

    def unset(lines):   # which value a page had first
        return [re.sub(r" value=\S+", "", line) for line in lines]

    assert unset(shown(figure)) == unset(expected)


@pytest.mark.parametrize("place", PLACES)
def test_ring_words_and_names_are_the_record_s(figure, place):
    part(figure, "price").fill(str(place))
    price, (reward, different, nats, *_) = RECORD["prices"][place], RECORD["rewards"][1 + place]
    most, least = best_possible(SHARE, price)
    says = part(figure, "says").inner_text()
    assert f"At a price of {price:g} a nat, {100 * reward:.1f} % of its names take turns; of the best policy's {100 * most:.1f} %." in says
    assert f"Of 500 names {different:.0f} are different." in says
    found = [float(away or least_away) for away, least_away in re.findall(r"([\d.]+) nats a name away|the best policy ([\d.]+)\.$", says)]
    assert abs(found[0] - nats) < 0.006 and abs(found[1] - least) < 0.006
    assert part(figure, "names").inner_text().split() == RECORD["examples"][1 + place]
    ring = part(figure, "now")
    assert abs(float(ring.get_attribute("cx")) - across(nats)) < 0.06 and abs(float(ring.get_attribute("cy")) - down(reward)) < 0.06
    assert part(figure, "told").inner_text() == f"{price:g}"


def test_the_scales_and_the_best_line_lie_where_they_should():
    assert across(NATS[0]) == across(0) == BOX[0] and abs(across(NATS[1]) - BOX[0] - BOX[2]) < 1e-9
    assert abs(across((NATS[0] * NATS[1]) ** 0.5) - BOX[0] - BOX[2] / 2) < 1e-9
    assert (down(0), down(1)) == (BOX[1] + BOX[3], BOX[1])
    points = [tuple(map(float, point.split())) for point in best_line(SHARE)[1:].split("L")]
    for price in (0.1, 0.3, 0.5):
        reward, nats = best_possible(SHARE, price)
        assert min(abs(x - across(nats)) + abs(y - down(reward)) for x, y in points) < 12
    assert points == sorted(points) and points[-1][1] < down(0.99)


def test_it_is_worked_by_keyboard_alone(figure):
    part(figure, "price").focus()
    figure.page.keyboard.press("Home")
    assert "At a price of 0 a nat" in part(figure, "says").inner_text()
    figure.page.keyboard.press("ArrowRight")
    assert part(figure, "price").get_attribute("aria-valuetext") == f"{RECORD['prices'][1]:g} a nat"
    figure.page.keyboard.press("End")
    assert part(figure, "told").inner_text() == f"{RECORD['prices'][-1]:g}"


def test_it_begins_at_its_price_and_is_small():
    assert f'value="{RECORD["prices"].index(START)}"' in FIGURE.first and "seed 0" in FIGURE.caption
    output = FIGURE._repr_html_()
    assert len(output) < 40_000 and not re.search(r"\bid=", output)


@pytest.mark.parametrize("change", [{"rewards": RECORD["rewards"][1:]}, {"examples": RECORD["examples"][1:]}, {"prices": [price + 1 for price in RECORD["prices"]]}])
def test_a_record_whose_parts_do_not_fit_is_refused(change):
    with pytest.raises(ValueError, match="want numbers and names for 7 prices"):
        price_figure(RECORD | change, SHARE)


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_and_all_can_be_read(browser, width, scheme):
    with on_a_page(browser, FIGURE, viewport={"width": width, "height": 800}, color_scheme=scheme) as element:
        for place in PLACES:
            part(element, "price").fill(str(place))
            assert what_is_cut_off(element) == []
        drawing = element.locator("svg.price-drawing")
        scale = drawing.evaluate("svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
        sizes = drawing.evaluate("f => [...f.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize))")
        assert min(sizes) * scale >= (9 if width >= 360 else 8)


def test_a_browser_that_kept_another_price_shows_that_of_the_figure(browser):
    other = LiveFigure("gpt-price", first_state(RECORD, SHARE, len(PLACES) - 1), FIGURE.data, "")   # as if it stood from the last visit
    with on_a_page(browser, other) as element:
        assert part(element, "told").inner_text() == f"{START:g}" and part(element, "price").input_value() == str(RECORD["prices"].index(START))


def test_every_run_has_its_dot_and_the_first_model_its_line():
    dots = re.findall(r'<circle class="run" cx="([\d.]+)" cy="([\d.]+)"', FIGURE.first)
    for (x, y), (reward, _, nats, *_) in zip(dots, RECORD["rewards"][1:], strict=True):
        assert abs(float(x) - across(nats)) < 0.06 and abs(float(y) - down(reward)) < 0.06
    (line,) = re.findall(rf'<path class="before" d="M{BOX[0]} ([\d.]+)h{BOX[2]}"', FIGURE.first)
    assert abs(float(line) - down(SHARE)) < 0.06


def test_the_numbers_of_the_scales_stand_where_they_lie():
    below = re.findall(r'<text x="([\d.]+)" y="[\d.]+">([\d.]+)</text>', FIGURE.first)
    beside = re.findall(r'<text class="end" x="[\d.]+" y="([\d.]+)">([\d.]+)</text>', FIGURE.first)
    assert len(below) > 3 and all(abs(float(x) - across(float(nats))) < 0.06 for x, nats in below)
    assert len(beside) > 3 and all(abs(float(y) - 4 - down(float(percent) / 100)) < 0.06 for y, percent in beside)
    assert across(1000) == BOX[0] + BOX[2]   # what is more lies at the edge


def test_the_key_names_the_marks_of_the_drawing():
    words = {"best": "the best policies", "before": "the first model", "run": "a run", "now": "the run shown"}
    assert dict(re.findall(r'<span class="price-key (\w+)"></span> ([^<]+)</li>', FIGURE.first)) == words
    assert all(re.search(rf'<(path|circle) class="{mark}"', FIGURE.first) for mark in words)


def test_the_caption_tells_the_runs_as_they_were_recorded():
    assert f"{tuning.REWARD_STEPS} steps with {tuning.REWARD_NAMES} names each" in FIGURE.caption
