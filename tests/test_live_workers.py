"""The live figure of "Two workers, one model": each switch shows its run as it was recorded."""

import math
import re

import numpy as np
import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, shown, what_is_cut_off
from helpers.live.shell import LiveFigure
from helpers.live.workers import BOX, FAULTS, LOSSES, POWERS, first_state, told, workers_figure
from helpers.recording.two_workers import load_two_workers

RECORD = load_two_workers()
FIGURE = workers_figure(RECORD)
STATES = [(0, 0, 13), (0, 1, 4), (1, 2, 0), (1, 3, 9), (1, 4, 1), (1, 4, 9)]   # optimizer, fault, moment


@pytest.fixture
def figure(browser):
    with on_a_page(browser, FIGURE) as element:
        yield element


def go_to(element, optimizer, fault, moment):
    part(element, "optimizer").select_option(index=optimizer)
    element.locator(f'[data-fault="{fault}"]').click()
    part(element, "moment").fill(str(moment))


def points_of(element, name):
    """A line's points, as fractions of its frame, from the left and from the lower edge."""
    numbers = re.findall(r"[\d.]+", part(element, name).get_attribute("d"))
    places = np.array(numbers, float).reshape(-1, 2)
    return (places - (BOX[0], BOX[1] + BOX[3])) / (BOX[2], -BOX[3])


def test_the_script_draws_the_first_state_as_python_did(browser):
    assert_first_state_is_python_s(browser, FIGURE)


@pytest.mark.parametrize("state", STATES)
def test_every_state_looks_as_python_draws_it(browser, figure, state):
    go_to(figure, *state)
    with on_a_page(browser, LiveFigure("gpt-workers", first_state(RECORD, *state), FIGURE.data, ""), java_script_enabled=False) as element:
        expected = shown(element)

    def unset(lines):   # which option and value a page had first
        return [re.sub(r" value=\S+| selected=", "", line) for line in lines]

    assert unset(shown(figure)) == unset(expected)


@pytest.mark.parametrize("state", STATES)
def test_the_lines_lie_where_the_record_says(figure, state):
    go_to(figure, *state)
    i, j, _ = state
    steps = np.log1p(RECORD["moments"]) / np.log1p(RECORD["moments"][-1])
    for worker in (0, 1):
        losses = RECORD["losses"][i, j, :, worker]
        expected = np.clip((losses - LOSSES[0]) / (LOSSES[1] - LOSSES[0]), 0, 1)[np.isfinite(losses)]
        points = points_of(figure, f"loss{worker}")
        np.testing.assert_allclose(points, np.column_stack([steps[: len(points)], expected]), atol=0.002)
    for name in ("apart", "away"):
        distances = RECORD[name][i, j]
        distances = distances[np.isfinite(distances)]
        with np.errstate(divide="ignore"):
            expected = np.clip((np.log10(distances) - POWERS[0]) / (POWERS[1] - POWERS[0]), 0, 1)
        np.testing.assert_allclose(points_of(figure, name)[:, 1], expected, atol=0.003)


def test_the_axes_say_where_a_number_stands(figure):
    losses, distances = figure.locator("svg.workers-drawing").all()
    for drawing, place, title in [(losses, lambda loss: (loss - LOSSES[0]) / (LOSSES[1] - LOSSES[0]), "nats per token"), (distances, lambda of: (math.log10(of or 1e-17) - POWERS[0]) / (POWERS[1] - POWERS[0]), "distance")]:
        texts = drawing.locator("text").evaluate_all("all => all.map(each => [each.classList.contains('end'), Number(each.getAttribute('x')), Number(each.getAttribute('y')), each.textContent])")
        ups = [(y - 4, float(text)) for is_up, _, y, text in texts if is_up]
        assert len(ups) > 3 and all(BOX[1] + BOX[3] * (1 - place(number)) == pytest.approx(y, abs=0.1) for y, number in ups)
        steps = [(x, int(text)) for is_up, x, _, text in texts if not is_up and text.isdigit()]
        assert len(steps) > 3 and all(BOX[0] + BOX[2] * math.log1p(step) / math.log1p(RECORD["moments"][-1]) == pytest.approx(x, abs=0.1) for x, step in steps)
        assert texts[-1][3] == f"steps taken, {title} upwards"
    assert f"A loss above {LOSSES[1]:g} is drawn at the upper edge" in FIGURE.caption


def test_each_line_has_its_name_beside_a_piece_of_it(figure):
    figure.page.add_style_tag(content=":root { --gpt-token: #010101; --gpt-query: #020202; --gpt-loss: #030303; --gpt-key: #040404; }")   # as the book's pages set them
    look = "(each, part) => { const s = getComputedStyle(each); return part ? [s.stroke, s.strokeDasharray === 'none'] : [s.borderTopColor, s.borderTopStyle === 'solid']; }"
    named = {}
    for item in figure.locator("ul.scale li").all():
        named[item.inner_text().strip()] = item.locator(".workers-key").evaluate(look, False)
    lines = {"worker 0": "loss0", "worker 1": "loss1", "between the two workers": "apart", "worker 0 to one process": "away"}
    assert {name: part(figure, line).evaluate(look, True) for name, line in lines.items()} == named
    assert len(set(map(tuple, named.values()))) == 4


def test_the_words_tell_the_record_s_numbers(figure):
    go_to(figure, 0, 1, 9)
    losses = RECORD["losses"][0, 1, 9]
    text = part(figure, "says").inner_text()
    assert text.startswith(FAULTS["no all-reduce"]) and f"After {RECORD['moments'][9]} steps" in text
    assert f"worker 0 has a loss of {losses[0]:.3f}, worker 1 of {losses[1]:.3f}" in text
    assert f"Between their knobs lies {told(RECORD['apart'][0, 1, 9])}, between those of worker 0 and of one process {told(RECORD['away'][0, 1, 9])}." in text
    go_to(figure, 1, 4, 9)
    assert "the run has ended" in part(figure, "says").inner_text()
    assert [told(number) for number in (0, 0.0123, 2.14e-15)] == ["0", "0.012", "2e-15"]


def test_it_is_worked_by_keyboard_alone(figure):
    figure.locator('[data-fault="2"]').focus()
    figure.page.keyboard.press("Enter")
    assert part(figure, "says").inner_text().startswith(FAULTS["same part twice"])
    assert [each.get_attribute("aria-pressed") for each in figure.locator("[data-fault]").all()] == ["false", "false", "true", "false", "false"]
    part(figure, "moment").focus()
    figure.page.keyboard.press("Home")
    assert "After 0 steps" in part(figure, "says").inner_text()
    assert part(figure, "moment").get_attribute("aria-valuetext") == "after 0 steps"


def test_a_record_whose_parts_do_not_fit_is_refused():
    for change in ({"apart": RECORD["apart"][:1]}, {"losses": RECORD["losses"][..., 0]}, {"faults": [*RECORD["faults"][:-1], "gremlins"]}):
        with pytest.raises(ValueError, match="want losses and distances"):
            workers_figure(RECORD | change)


def test_its_caption_names_the_run_and_it_is_small():
    assert "seed 0, 300 steps of 32 names, learning rates 0.01 for Adam, 0.5 for plain" in FIGURE.caption
    output = FIGURE._repr_html_()
    assert len(output) < 80_000 and not re.search(r"\bid=", output)


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_and_all_can_be_read(browser, width, scheme):
    with on_a_page(browser, FIGURE, viewport={"width": width, "height": 800}, color_scheme=scheme) as element:
        assert what_is_cut_off(element) == []
        for drawing in element.locator("svg.workers-drawing").all():
            scale = drawing.evaluate("svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
            sizes = drawing.evaluate("f => [...f.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize))")
            assert min(sizes) * scale >= (9 if width >= 360 else 8)
