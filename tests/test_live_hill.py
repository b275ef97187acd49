"""The hill of "Nudge the knobs" on its built page: its walk is Python's walk, by mouse and by keyboard."""

import re

import numpy as np
import pytest

from helpers.live.hill import BIAS, LEFT, TOP, WEIGHT, hill_figure, losses, slopes
from helpers.names import load_names, split_names
from helpers.nudging import nudge_gradient
from helpers.scalar import cross_entropy

PAGE = "chapters/04_nudge_the_knobs.html"


@pytest.fixture(scope="module")
def answers():
    """For each number of letters so far: how many training names go on, how many are over."""
    lengths = np.array([len(name) for name in split_names(load_names())[0]])
    return [int((lengths > n).sum()) for n in range(15)], [int((lengths == n).sum()) for n in range(15)]


def walk(answers, rate, n_steps, start=(0.0, 0.0), middle=0):
    """Where Python's walk is after `n_steps` -> weight, bias, loss"""
    inputs, point = [n - middle for n in range(15)], np.array(start)
    for _ in range(n_steps):
        point = point - rate * np.array(slopes(*point, inputs, *answers))
    return *point, float(losses(*point, inputs, *answers))


def said(figure):
    """step, weight, bias and loss as the figure reads them out"""
    text = figure.locator("[data-part=says]").inner_text()
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)[:4]]


def assert_same(figure, step, expected):
    got = said(figure)
    assert got[0] == step
    assert got[1:] == pytest.approx(expected, abs=0.006)
    assert got[3] == pytest.approx(expected[2], abs=0.00006)


def test_the_loss_is_that_of_the_chapter_s_neuron_and_the_slopes_are_those_of_nudging(answers):
    def loss_by_values(knobs):
        total = 0.0
        for n, (n_goes_on, n_over) in enumerate(zip(*answers, strict=True)):
            logits = [0.0, knobs[0] * n + knobs[1]]
            total += n_goes_on * cross_entropy(logits, 0).data + n_over * cross_entropy(logits, 1).data
        return total / (sum(answers[0]) + sum(answers[1]))

    for point in [(0.0, 0.0), (0.7, -5.0), (-2.0, 2.0)]:
        assert losses(*np.array(point), range(15), *answers) == pytest.approx(loss_by_values(point))
        assert slopes(*point, range(15), *answers) == pytest.approx(nudge_gradient(loss_by_values, list(point)), abs=1e-6)


@pytest.mark.parametrize(("rate", "middle"), [(0.3, 0), (0.7, 0), (3, 0), (3, 6)])
def test_it_walks_where_python_walks(open_page, answers, rate, middle):
    figure = open_page(PAGE).locator("gpt-hill")
    assert_same(figure, 20, walk(answers, 0.3, 20))
    figure.get_by_label("Input").select_option("1" if middle else "0")
    figure.get_by_label("Learning rate").select_option(str(rate))
    figure.get_by_role("button", name="Start over").click()
    assert_same(figure, 0, walk(answers, rate, 0, middle=middle))
    figure.get_by_role("button", name="Step", exact=True).click()
    assert_same(figure, 1, walk(answers, rate, 1, middle=middle))
    figure.get_by_role("button", name="Roll 10 steps").click()
    assert_same(figure, 11, walk(answers, rate, 11, middle=middle))
    assert figure.locator("circle.step").count() == 11


def test_a_step_uphill_and_a_walk_off_the_map_are_said(open_page):
    figure = open_page(PAGE).locator("gpt-hill")
    figure.get_by_label("Learning rate").select_option("6")
    figure.get_by_role("button", name="Start over").click()
    figure.get_by_role("button", name="Step", exact=True).click()
    says = figure.locator("[data-part=says]").inner_text()
    assert "uphill" in says and "off the map" in says


def test_a_click_on_the_map_starts_there(open_page, answers):
    figure = open_page(PAGE).locator("gpt-hill")
    ground = figure.locator("[data-part=ground]")
    ground.scroll_into_view_if_needed()
    box = ground.bounding_box()
    ground.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.3})
    start = (1.0, -1.0)   # three quarters across, three tenths down
    assert said(figure)[:3] == pytest.approx([0, *start], abs=0.11)


def test_it_is_worked_by_keyboard_alone(open_page, answers):
    page = open_page(PAGE)
    figure = page.locator("gpt-hill")
    figure.get_by_label("Start: weight").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert_same(figure, 0, walk(answers, 0.3, 0, start=(0.5, 0.0)))
    figure.get_by_role("button", name="Roll 10 steps").focus()
    page.keyboard.press("Enter")
    assert_same(figure, 10, walk(answers, 0.3, 10, start=(0.5, 0.0)))


def test_without_scripts_the_first_walk_stands(open_page, answers):
    figure = open_page(PAGE, java_script_enabled=False).locator("gpt-hill")
    assert_same(figure, 20, walk(answers, 0.3, 20))
    assert figure.get_by_role("button", name="Step", exact=True).is_disabled()


def test_the_figure_may_stand_twice_on_a_page(answers):
    assert not re.search(r"\bid=", hill_figure(*answers).first)


def test_what_is_off_the_map_is_not_drawn(open_page):
    page = open_page(PAGE)
    figure = page.locator("gpt-hill")
    figure.get_by_label("Learning rate").select_option("6")
    figure.locator("svg.hill").scroll_into_view_if_needed()
    whole, ground = figure.locator("svg.hill").bounding_box(), figure.locator("[data-part=ground]").bounding_box()

    def beside_the_map():
        return page.screenshot(clip={**ground, "x": whole["x"], "width": ground["x"] - whole["x"] - 2})

    figure.locator("[data-part=anew]").dispatch_event("click")
    before = beside_the_map()
    figure.locator("[data-part=step]").dispatch_event("click")   # far over the left edge
    assert "off the map" in figure.locator("[data-part=says]").inner_text()
    assert beside_the_map() == before


def test_the_path_starts_where_the_start_lies_on_the_map(answers):
    first = hill_figure(*answers).first
    x, y = re.search(r'class="walk" data-part="walk" d="M([\d.]+) ([\d.]+)L', first).groups()
    assert float(x) == pytest.approx(LEFT + 400 * (0 - WEIGHT[0]) / (WEIGHT[1] - WEIGHT[0]), abs=0.1)
    assert float(y) == pytest.approx(TOP + 300 * BIAS[1] / (BIAS[1] - BIAS[0]), abs=0.1)
