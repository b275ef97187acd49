"""The hill of "Nudge the knobs": its walk is Python's walk, by mouse, by keyboard and by dragging, for any list of names."""

import re

import numpy as np
import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, what_is_cut_off
from helpers.live.hill import (
    BIAS,
    HEIGHT,
    LEFT,
    RECENT,
    TOP,
    WEIGHT,
    WIDTH,
    at,
    fixed,
    gradients,
    hill_figure,
    losses,
    says,
    trail,
    walk,
)
from helpers.names import load_names, split_names
from helpers.nudging import nudge_gradient
from helpers.scalar import cross_entropy


def answers_of(names, n_lengths=15):
    """For each number of letters so far: how many names go on, how many are over."""
    lengths = np.array([len(name) for name in names])
    return [int((lengths > n).sum()) for n in range(n_lengths)], [int((lengths == n).sum()) for n in range(n_lengths)]


ANSWERS = answers_of(split_names(load_names())[0])
OTHERS = {
    "short Greek names": answers_of(["άννα", "νίκος", "ελένη", "ζωή", "γιώργος"], 8),
    "all of three letters": answers_of(["ada", "eva", "ivo"], 4),
    "very long names": answers_of(["maximilian-alexander", "jo", "anna-katharina"], 21),
    "one name of one letter": ([1, 0], [0, 1]),
}


@pytest.fixture
def figure(browser):
    with on_a_page(browser, hill_figure(*ANSWERS)) as element:
        yield element


def press(figure, button, times=1):
    figure.get_by_role("button", name=button, exact=True).evaluate("(button, times) => { for (let i = 0; i < times; i++) button.click(); }", times)


def seen(figure):
    """What the figure says and draws -> dict"""
    return figure.evaluate("""figure => {
        const part = name => figure.querySelector(`[data-part="${name}"]`);
        return {says: part("says").textContent, ball: [part("ball").getAttribute("cx"), part("ball").getAttribute("cy")],
            trail: ["older", "last", "line"].map(name => part(name).getAttribute("d"))};
    }""")


def expected(path):
    points = [at(weight, bias) for weight, bias, _ in path]
    return {"says": says(path), "ball": [fixed(place, 1) for place in points[-1]], "trail": list(trail(points))}


# What Python writes ----------------------------------------------------------------------------------------------------


def test_the_loss_is_that_of_the_chapter_s_neuron_and_its_gradients_are_those_of_nudging():
    def loss_by_values(knobs):
        total = 0.0
        for n, (n_goes_on, n_over) in enumerate(zip(*ANSWERS, strict=True)):
            logits = [0.0, knobs[0] * n + knobs[1]]
            total += n_goes_on * cross_entropy(logits, 0).data + n_over * cross_entropy(logits, 1).data
        return total / (sum(ANSWERS[0]) + sum(ANSWERS[1]))

    for point in [(0.0, 0.0), (0.7, -5.0), (-2.0, 2.0)]:
        assert losses(*np.array(point), range(15), *ANSWERS) == pytest.approx(loss_by_values(point))
        assert gradients(*point, range(15), *ANSWERS) == pytest.approx(nudge_gradient(loss_by_values, list(point)), abs=1e-6)


@pytest.mark.parametrize("middle", [0, 6])
def test_a_walk_is_steps_against_the_gradient(middle):
    inputs, point = [n - middle for n in range(15)], np.array([0.5, -1.0])
    path = walk(*ANSWERS, 0.5, 7, (0.5, -1.0), middle)
    for weight, bias, loss in path:
        assert (weight, bias) == pytest.approx(tuple(point))
        assert loss == pytest.approx(float(losses(*point, inputs, *ANSWERS)))
        point = point - 0.5 * np.array(gradients(*point, inputs, *ANSWERS))
    assert len(path) == 8 and path[-1][2] < path[0][2]


def test_what_is_said_of_a_walk():
    assert says([(0.0, 0.0, 0.5)]) == "Step 0: weight 0.00, bias 0.00, loss 0.5000 nats."
    assert says([(0.0, 0.0, 0.5), (1.0, -9.0, 0.6)]) == "Step 1: weight 1.00, bias -9.00, loss 0.6000 nats. The last step went uphill. This is off the map."


def test_the_edges_of_the_map_lie_at_the_edges_of_its_frame():
    assert at(WEIGHT[0], BIAS[1]) == (LEFT, TOP) and at(WEIGHT[1], BIAS[0]) == (LEFT + WIDTH, TOP + HEIGHT)


def test_only_the_last_steps_are_joined_so_that_a_long_walk_is_no_blob():
    older, last, line = trail([(n, n) for n in range(301)])
    assert older.count("M") == 300 - RECENT and "L" not in older
    assert last.count("M") == RECENT == line.count("L") and line.startswith("M290.0 290.0L")
    assert line.endswith("L300.0 300.0") and trail([(1, 2)]) == ("", "", "M1.0 2.0")


@pytest.mark.parametrize("name", OTHERS)
def test_other_names_have_their_hill(browser, name):
    goes_on, over = OTHERS[name]
    figure = hill_figure(goes_on, over)
    assert 'class="level"' in figure.first and f"all {sum(goes_on) + sum(over):,} questions" in figure.caption
    assert_first_state_is_python_s(browser, figure)
    with on_a_page(browser, figure) as element:
        part(element, "rate").select_option("1")
        press(element, "Start over")
        press(element, "Roll 10 steps")
        assert seen(element) == expected(walk(goes_on, over, 1, 10))


def test_numbers_may_be_numpy_s():
    assert hill_figure(*map(np.array, ANSWERS)).data == hill_figure(*ANSWERS).data


@pytest.mark.parametrize("answers", [([3, 2], [1]), ([3, 2], [0, 0])])
def test_lists_that_do_not_count_names_are_refused(answers):
    with pytest.raises(ValueError, match="want two lists of one length, with names that end, got"):
        hill_figure(*answers)


@pytest.mark.parametrize(("level", "middle"), [(0.5, 0), (1, 0), (0.5, 6)])
def test_the_loss_along_a_line_is_the_one_written_on_it(level, middle):
    first = hill_figure(*ANSWERS).first
    drawn = re.search(rf'data-map="{1 if middle else 0}".*?</g>', first)[0]
    x, y = map(float, re.search(rf'x="(\d+)" y="(\d+)">{level:g}<', drawn).groups())
    weight, bias = WEIGHT[0] + (x - LEFT) / WIDTH * (WEIGHT[1] - WEIGHT[0]), BIAS[1] - (y - 4 - TOP) / HEIGHT * (BIAS[1] - BIAS[0])
    assert losses(np.array(weight), np.array(bias), [n - middle for n in range(15)], *ANSWERS) == pytest.approx(level, rel=0.05)


# What the script does --------------------------------------------------------------------------------------------------


def test_the_script_draws_the_first_state_as_python_did(browser):
    assert_first_state_is_python_s(browser, hill_figure(*ANSWERS))


@pytest.mark.parametrize("middle", [0, 6])
@pytest.mark.parametrize("rate", [0.03, 0.3, 0.7, 3, 6])
def test_it_walks_where_python_walks(figure, rate, middle):
    part(figure, "input").select_option("1" if middle else "0")
    part(figure, "rate").select_option(str(rate))
    press(figure, "Start over")
    path = walk(*ANSWERS, rate, 121, middle=middle)
    assert seen(figure) == expected(path[:1])
    for button, n in [("Step", 1), ("Roll 10 steps", 11), ("Step", 12), ("Roll 100 steps", 112)]:
        press(figure, button)
        assert seen(figure) == expected(path[: n + 1]), n


def test_each_input_has_its_own_map(figure):
    def shown():
        return [group.get_attribute("data-map") for group in figure.locator("[data-map]").all() if group.is_visible()]

    assert shown() == ["0"]
    part(figure, "input").select_option("1")
    assert shown() == ["1"] and "Step 0:" in seen(figure)["says"]


@pytest.mark.parametrize(("name", "number"), [("weight", 1.5), ("weight", -0.3), ("bias", -7.0), ("bias", 1.2)])
def test_a_slider_says_its_number_and_sets_the_start(figure, name, number):
    part(figure, name).fill(str(number))
    assert part(figure, f"{name}-shown").inner_text() == f"{number:.1f}"
    start = (number, 0.0) if name == "weight" else (0.0, number)
    assert seen(figure) == expected(walk(*ANSWERS, 0.3, 0, start))
    press(figure, "Step")
    assert seen(figure) == expected(walk(*ANSWERS, 0.3, 1, start))


def where(figure, weight, bias):
    """A point of the map in the page's pixels."""
    box = part(figure, "ground").bounding_box()
    x, y = at(weight, bias)
    return box["x"] + box["width"] * (x - LEFT) / WIDTH, box["y"] + box["height"] * (y - TOP) / HEIGHT


def test_a_click_on_the_map_starts_there(figure):
    figure.page.mouse.click(*where(figure, 1.0, -1.0))
    assert seen(figure) == expected(walk(*ANSWERS, 0.3, 0, (1.0, -1.0)))
    assert part(figure, "weight-shown").inner_text() == "1.0" and part(figure, "bias").input_value() == "-1"


def test_the_ball_is_dragged(figure):
    mouse = figure.page.mouse
    mouse.move(*where(figure, *walk(*ANSWERS, 0.3, 20)[-1][:2]))
    mouse.down()
    mouse.move(*where(figure, -1.0, -3.0), steps=3)
    assert seen(figure) == expected(walk(*ANSWERS, 0.3, 0, (-1.0, -3.0)))
    mouse.move(*where(figure, 1.5, -6.0), steps=3)
    mouse.up()
    mouse.move(*where(figure, 0.0, 0.0), steps=3)   # let go: nothing follows the pointer
    assert seen(figure) == expected(walk(*ANSWERS, 0.3, 0, (1.5, -6.0)))
    press(figure, "Roll 10 steps")
    assert seen(figure) == expected(walk(*ANSWERS, 0.3, 10, (1.5, -6.0)))


def test_a_drag_beyond_the_map_stops_at_its_edge(figure):
    mouse = figure.page.mouse
    mouse.move(*where(figure, 1.0, -1.0))
    mouse.down()
    mouse.move(*where(figure, 2.6, 3.0))
    mouse.up()
    assert seen(figure) == expected(walk(*ANSWERS, 0.3, 0, (WEIGHT[1], BIAS[1])))


def test_it_is_worked_by_keyboard_alone(figure):
    page = figure.page
    figure.get_by_label("Start: weight").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert seen(figure) == expected(walk(*ANSWERS, 0.3, 0, (0.5, -0.2)))
    figure.get_by_label("Learning rate").focus()
    page.keyboard.press("ArrowDown")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert seen(figure) == expected(walk(*ANSWERS, 0.5, 10, (0.5, -0.2)))


def test_the_ball_rolls_and_is_read_out_when_it_rests(browser):
    with on_a_page(browser, hill_figure(*ANSWERS), clock=True, reduced_motion="no-preference") as figure:
        clock, path = figure.page.clock, walk(*ANSWERS, 0.3, 22)
        press(figure, "Start over")
        press(figure, "Roll 10 steps")
        clock.run_for(400)
        step = int(re.match(r"Step (\d+):", seen(figure)["says"])[1])
        assert 0 < step < 10 and part(figure, "says").get_attribute("aria-busy") == "true"
        assert seen(figure)["says"] == says(path[: step + 1])
        x = float(seen(figure)["ball"][0])
        assert min(at(*path[step][:2])[0], at(*path[step + 1][:2])[0]) - 0.1 <= x <= max(at(*path[step][:2])[0], at(*path[step + 1][:2])[0]) + 0.1
        press(figure, "Step", 2)   # more steps while it rolls
        clock.run_for(3000)
        assert seen(figure) == expected(path[:13]) and part(figure, "says").get_attribute("aria-busy") == "false"
        press(figure, "Roll 10 steps")
        clock.run_for(200)
        part(figure, "weight").fill("1")   # taking the ball elsewhere stops it
        clock.run_for(3000)
        assert seen(figure) == expected(walk(*ANSWERS, 0.3, 0, (1.0, 0.0)))


def test_where_the_reader_asks_for_no_motion_the_ball_jumps(browser):
    with on_a_page(browser, hill_figure(*ANSWERS), clock=True, reduced_motion="reduce") as figure:
        press(figure, "Roll 100 steps")
        assert seen(figure) == expected(walk(*ANSWERS, 0.3, 120))


def test_without_scripts_the_first_walk_can_be_read(browser):
    with on_a_page(browser, hill_figure(*ANSWERS), java_script_enabled=False) as figure:
        assert part(figure, "says").inner_text() == says(walk(*ANSWERS, 0.3, 20))
        assert all(control.is_disabled() for control in figure.locator("[data-wakes]").all())


def test_the_figure_may_stand_twice_on_a_page():
    assert not re.search(r"\bid=", hill_figure(*ANSWERS).first)


# How it lies on the page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
def test_nothing_is_cut_off_and_the_map_s_numbers_can_be_read(browser, width):
    with on_a_page(browser, hill_figure(*ANSWERS), viewport={"width": width, "height": 800}) as figure:
        assert what_is_cut_off(figure) == []
        scale = figure.locator("svg.valley").bounding_box()["width"] / (LEFT + WIDTH + 10)
        sizes = figure.evaluate("f => [...f.querySelectorAll('svg.valley text')].map(t => parseFloat(getComputedStyle(t).fontSize))")
        assert min(sizes) * scale >= (9 if width >= 360 else 7.5)


def test_what_is_off_the_map_is_not_drawn(figure):
    page = figure.page
    part(figure, "rate").select_option("6")
    figure.locator("svg.valley").scroll_into_view_if_needed()
    whole, ground = figure.locator("svg.valley").bounding_box(), part(figure, "ground").bounding_box()

    def beside_the_map():
        return page.screenshot(clip={**ground, "x": whole["x"], "width": ground["x"] - whole["x"] - 2})

    press(figure, "Start over")
    before = beside_the_map()
    press(figure, "Step")   # far over the left edge
    assert "off the map" in seen(figure)["says"]
    assert beside_the_map() == before


@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_on_its_page(open_page, width):
    page = open_page("chapters/04_nudge_the_knobs.html", viewport={"width": width, "height": 800}, reduced_motion="reduce")
    figure = page.locator("gpt-hill")
    assert what_is_cut_off(figure) == []
    assert seen(figure) == expected(walk(*ANSWERS, 0.3, 20))
