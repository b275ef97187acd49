"""The map of "Give every letter a place": at every moment each letter lies where Python puts it, and so does the control."""

import re

import numpy as np
import pytest

from figures import (
    assert_first_state_is_python_s,
    assert_forgets_the_last_visit,
    on_a_page,
    part,
    shown,
    what_is_cut_off,
)
from helpers.counting import count_bigrams
from helpers.live.map import (
    AROUND,
    LEFT,
    SIDE,
    TOP,
    counted_rows,
    first_state,
    frame_of,
    letter_places,
    map_figure,
    pixels,
    points_of,
    ticks_of,
    two_directions,
    views_of,
)
from helpers.live.shell import LiveFigure
from helpers.names import LETTERS, load_names, split_names
from helpers.recording.places import load_places
from helpers.tokenizer import encode

VOWELS = "aeiou"
SETTINGS = {"n_letters": 3, "n_embd": 5, "n_hidden": 7, "start": 0.1, "learning_rate": 0.5, "batch_size": 256, "seeds": [0, 1]}


def made_up(n_moments=4, seed=0):
    """A record as the script of recordings gives it, of no run at all: rows that drift."""
    rng = np.random.default_rng(seed)
    tables = rng.normal(0, 0.4, (n_moments, 27, 5)).cumsum(axis=0)
    return {
        "steps": np.array([0, 30, 1000, 12_000][-n_moments:]), "losses": np.array([3.31, 2.8, 2.44444, 2.25][-n_moments:]),
        "tables": tables, "tokens": LETTERS + ".", "settings": SETTINGS,
    }


RECORD = made_up()
FIGURE = map_figure(RECORD)


@pytest.fixture
def figure(browser):
    with on_a_page(browser, FIGURE) as element:
        yield element


def control():
    """The bigram table's rows of the letters, as the chapter on counting has them."""
    train, _ = split_names(load_names())
    counts = count_bigrams([encode(name, list(LETTERS)) for name in train], 27)
    return (counts / counts.sum(axis=1, keepdims=True))[:26]


def squeezed(rows, onto):
    """Two numbers a row, along the directions of `onto`, by eigenvectors of the covariance: another way to the same map."""
    values, vectors = np.linalg.eigh(np.cov(onto.T))
    directions = vectors[:, np.argsort(values)[::-1][:2]]
    return (rows - rows.mean(axis=0)) @ directions


def places_in(element):
    """Where each letter lies in the drawing, in its units of pixels -> (n, 2), and the letters beside the marks"""
    marks = element.locator("[data-letter]").evaluate_all("all => all.map(each => [each.getAttribute('transform'), each.querySelector('text').textContent])")
    return np.array([[float(number) for number in re.findall(r"-?[\d.]+", place)] for place, _ in marks]), [letter for _, letter in marks]


def axis_numbers(element):
    """The numbers along the axes that can be seen -> {where: number} across, and up"""
    texts = element.evaluate("""element => [...element.querySelectorAll("[data-axes][display=inline] text")].map(
        each => [each.classList.contains("end"), Number(each.getAttribute("x")), Number(each.getAttribute("y")), Number(each.textContent)])""")
    return {x: number for is_up, x, _, number in texts if not is_up}, {y - 5: number for is_up, _, y, number in texts if is_up}


def read_off(element):
    """Each letter's two numbers, by the drawing's own axes -> (n, 2)"""
    points, letters = places_in(element)
    assert letters == list(LETTERS)
    values = []
    for coordinates, axis in zip(points.T, axis_numbers(element), strict=True):
        (first, low), *_, (last, high) = sorted(axis.items())
        values.append(low + (coordinates - first) / (last - first) * (high - low))
    return np.array(values).T


def assert_lie(element, expected):
    """As expected, but for the sign of a direction."""
    found = read_off(element)
    size = np.abs(expected).max()
    for axis in (0, 1):
        assert min(np.abs(found[:, axis] - sign * expected[:, axis]).max() for sign in (1, -1)) < 0.01 * size


def move_to(element, moment):
    part(element, "moment").fill(str(moment))


def says(element):
    return part(element, "says").inner_text()


# Its numbers --------------------------------------------------------------------------------------------------------


def test_the_script_draws_the_first_state_as_python_did(browser):
    assert_first_state_is_python_s(browser, FIGURE)
    assert_first_state_is_python_s(browser, map_figure(made_up(n_moments=2, seed=1)))


def test_it_forgets_the_last_visit(browser):
    assert_forgets_the_last_visit(browser, FIGURE, "input")   # a letter that is chosen is followed


@pytest.mark.parametrize("moment", [0, 2, 1, 3])
def test_letters_lie_where_their_rows_are_squeezed_to(figure, moment):
    move_to(figure, moment)
    tables = RECORD["tables"][:, :26]
    assert_lie(figure, squeezed(tables[moment], tables[-1]))
    assert says(figure) == f"Step {RECORD['steps'][moment]:,} of 12,000, held-out loss {RECORD['losses'][moment]:.3f} nats per token."


def test_the_control_is_the_counted_table(figure):
    move_to(figure, 1)
    figure.get_by_role("button", name="the counted table").click()
    assert_lie(figure, squeezed(control(), control()))
    assert says(figure) == "Counted, with no step of training." and part(figure, "moment").is_disabled()
    figure.get_by_role("button", name="the network's table").click()
    assert_lie(figure, squeezed(RECORD["tables"][1, :26], RECORD["tables"][-1, :26]))
    assert part(figure, "moment").is_enabled()


def test_a_length_is_as_long_across_as_up(figure):
    """Distances can be seen."""
    for button in figure.locator("[data-part=views] button").all():
        button.click()
        across, up = axis_numbers(figure)
        per_unit = [abs((max(axis) - min(axis)) / (axis[max(axis)] - axis[min(axis)])) for axis in (across, up)]
        assert per_unit[0] == pytest.approx(per_unit[1], rel=0.01)


@pytest.mark.parametrize(("chosen", "moment", "followed"), [(0, 0, None), (0, 2, 4), (0, 3, 25), (1, 0, 0), (1, 0, None)])
def test_every_state_looks_as_python_draws_it(browser, figure, chosen, moment, followed):
    """Sentences, labels and the way of a letter too."""
    move_to(figure, moment if not chosen else 3)
    figure.locator("[data-part=views] button").nth(chosen).click()
    part(figure, "followed").select_option("" if followed is None else str(followed))
    drawn = LiveFigure("gpt-map", first_state(views_of(RECORD, list(LETTERS)), list(LETTERS), chosen, moment, followed), FIGURE.data, "")
    with on_a_page(browser, drawn, java_script_enabled=False) as element:
        expected = shown(element)

    def but_chosen(lines):   # what a reader moves and chooses is no attribute
        return [re.sub(r' value=\d+$', "", line) if line.startswith("input") else line for line in lines if not line.startswith("option")]

    assert but_chosen(shown(figure)) == but_chosen(expected)


def test_the_label_tells_each_letter_s_numbers(figure):
    move_to(figure, 1)
    label = part(figure, "map").get_attribute("aria-label")
    points = points_of(RECORD["tables"][1, :26], two_directions(RECORD["tables"][-1, :26]))
    listed = re.findall(r"([a-z]) (-?\d\.\d\d), (-?\d\.\d\d)", label)
    assert [letter for letter, *_ in listed] == list(LETTERS) and label.startswith("Step 30 of 12,000")
    assert np.allclose([[float(x), float(y)] for _, x, y in listed], points, atol=0.00501)
    assert part(figure, "moment").get_attribute("aria-valuetext") == "Step 30 of 12,000, held-out loss 2.800 nats per token"


# What a reader does -------------------------------------------------------------------------------------------------


def test_a_followed_letter_shows_its_numbers_and_its_way(figure):
    part(figure, "followed").select_option(label="n")
    points = [points_of(table[:26], two_directions(RECORD["tables"][-1, :26]))[13] for table in RECORD["tables"]]
    assert says(figure).endswith(f": n lies at {points[-1][0]:.2f} across, {points[-1][1]:.2f} up.")
    way = [list(map(float, place.split())) for place in part(figure, "way").get_attribute("d")[1:].split("L")]
    frame = FIGURE.data["views"][0]["frame"]
    assert np.allclose(way, [pixels(point, frame) for point in points], atol=0.051)
    assert figure.locator(".lit").count() == 1 and figure.locator(".lit").text_content() == "n"
    move_to(figure, 0)
    assert np.allclose(places_in(figure)[0][13], way[0]) and f"n lies at {points[0][0]:.2f}" in says(figure)
    part(figure, "followed").select_option(label="no letter")
    assert part(figure, "way").get_attribute("d") == "" and figure.locator(".lit").count() == 0


def test_a_click_on_a_letter_follows_it_and_one_beside_lets_go(figure):
    figure.locator("[data-letter='20'] :is(circle, path)").click(force=True)
    assert part(figure, "followed").input_value() in {"20", *(str(n) for n in range(26))} and figure.locator(".lit").count() == 1
    number = int(part(figure, "followed").input_value())
    ours, found = places_in(figure)[0][[20, number]]
    assert np.abs(ours - found).max() < 8   # or one that lies on it
    part(figure, "map").click(position={"x": 2, "y": 2})
    assert part(figure, "followed").input_value() == "" and figure.locator(".lit").count() == 0


def test_it_is_worked_by_keyboard_alone(figure):
    keyboard = figure.page.keyboard
    part(figure, "moment").focus()
    keyboard.press("ArrowLeft")
    assert says(figure).startswith("Step 1,000 of 12,000")
    keyboard.press("Home")
    assert says(figure).startswith("Step 0 of 12,000")
    keyboard.press("Shift+Tab")
    keyboard.press("ArrowDown")
    assert ": a lies at" in says(figure)
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    assert says(figure).startswith("Counted, with no step of training: a lies at")


def test_vowels_have_another_colour_and_another_shape(figure):
    marks = figure.locator("[data-letter]").evaluate_all("""all => all.map(each => {
        const shape = each.querySelector("circle, path");
        return [each.querySelector("text").textContent, shape.tagName, getComputedStyle(shape).fill]; })""")
    vowels = {(shape, fill) for letter, shape, fill in marks if letter in VOWELS}
    consonants = {(shape, fill) for letter, shape, fill in marks if letter not in VOWELS}
    assert len(vowels) == len(consonants) == 1
    (of_vowels, colour), (of_consonants, other_colour) = vowels.pop(), consonants.pop()
    assert (of_vowels, of_consonants) == ("path", "circle") and colour != other_colour
    key = figure.locator("svg.key").evaluate_all("all => all.map(each => getComputedStyle(each.querySelector('circle, path')).fill)")
    assert key == [next(fill for letter, _, fill in marks if letter == each) for each in "ab"]
    assert figure.locator("ul.scale").inner_text().split() == ["vowel", "consonant"]


def test_without_scripts_the_last_moment_can_be_read(browser):
    with on_a_page(browser, FIGURE, java_script_enabled=False) as element:
        assert says(element).startswith("Step 12,000 of 12,000")
        assert_lie(element, squeezed(RECORD["tables"][-1, :26], RECORD["tables"][-1, :26]))
        assert all(control.is_disabled() for control in element.locator("[data-wakes]").all())


# How it is made -----------------------------------------------------------------------------------------------------


def test_the_two_directions_are_those_of_most_difference():
    rows = np.random.default_rng(3).normal(size=(40, 6)) * [1, 5, 1, 1, 3, 1] + 10
    directions = two_directions(rows)
    assert np.allclose(directions @ directions.T, np.eye(2)) and np.argmax(np.abs(directions), axis=1).tolist() == [1, 4]
    points = points_of(rows, directions)
    assert np.allclose(points.mean(axis=0), 0, atol=0.001) and points[:, 0].std() > points[:, 1].std()
    for axis in points.T:
        assert axis[np.abs(axis).argmax()] > 0


def test_all_letters_fit_on_their_map_at_every_moment():
    for view in FIGURE.data["views"]:
        for moment in view["moments"]:
            for x, y in (pixels(point, view["frame"]) for point in moment["points"]):
                assert LEFT < x < LEFT + SIDE and TOP < y < TOP + SIDE
    assert len(FIGURE.data["views"][0]["moments"]) == 4 and len(FIGURE.data["views"][1]["moments"]) == 1


def test_letters_stand_beside_one_another_where_there_is_room():
    points = np.array([[0.0, 0], [0.02, 0], [0, 0.02], [3, 3], [-3, -3]])
    places = letter_places(points, frame_of(points))
    assert len({AROUND[place] for place in places[:3]}) == 3 and places[3:] != [] and min(places) == 0


def test_letters_of_two_dots_side_by_side_do_not_lie_on_one_another():
    frame = frame_of(np.array([[-1.0, -1], [1, 1]]))
    points = np.array([[0, 0], [7 / frame[2], 0]])   # seven pixels apart
    (x, y), (other_x, other_y) = (np.add(pixels(point, frame), AROUND[place]) for point, place in zip(points, letter_places(points, frame), strict=True))
    assert abs(x - other_x) >= 10 or abs(y - other_y) >= 13   # as much room as a letter takes


@pytest.mark.parametrize(("middle", "scale"), [(0, 80), (0.3, 400), (-12, 3), (0, 0.02)])
def test_ticks_are_round_and_inside(middle, scale):
    ticks = ticks_of(middle, scale)
    reach = SIDE / 2 / scale
    assert 3 <= len(ticks) <= 7 and all(middle - reach <= tick <= middle + reach for tick in ticks)
    assert all(len(f"{tick:g}".strip("-").replace(".", "").strip("0")) <= 2 for tick in ticks)


def test_counted_rows_are_probabilities_of_what_follows():
    rows = counted_rows(list(LETTERS))
    assert rows.shape == (26, 27) and np.allclose(rows, control())


@pytest.mark.parametrize("change", [{"losses": [1.0]}, {"tables": np.zeros((4, 26, 5))}, {"tables": np.zeros((3, 27, 5))}, {"tokens": "." + LETTERS}])
def test_a_record_whose_parts_do_not_fit_is_refused(change):
    with pytest.raises(ValueError, match="want a loss and a table of 27 rows, letters first, for each of 4 steps, got"):
        map_figure(RECORD | change)


def test_its_caption_says_which_run_and_which_control():
    caption = FIGURE.caption
    assert "seeds 0 and 1, 12,000 steps of 256 questions" in caption and "3 letters wide" in caption and "5 numbers" in caption and "spread 0.1" in caption
    assert "the counted bigram table" in caption and "Nothing was trained there" in caption


def test_it_is_small_and_may_stand_twice_on_a_page():
    output = FIGURE._repr_html_()
    assert len(output) < 40_000 and not re.search(r"\bid=", output)


def test_the_recorded_run_is_shown_from_its_first_step_to_its_last(browser):
    record = load_places()
    recorded = map_figure(record)
    assert_first_state_is_python_s(browser, recorded)
    with on_a_page(browser, recorded) as element:
        for moment in (0, len(record["steps"]) // 2, len(record["steps"]) - 1):
            move_to(element, moment)
            assert_lie(element, squeezed(record["tables"][moment, :26], record["tables"][-1, :26]))
            assert f"Step {record['steps'][moment]:,} of" in says(element) and f"loss {record['losses'][moment]:.3f} nats" in says(element)
    assert len(recorded._repr_html_()) < 40_000


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
def test_nothing_is_cut_off_and_letters_can_be_read(browser, width):
    with on_a_page(browser, FIGURE, viewport={"width": width, "height": 800}) as element:
        assert what_is_cut_off(element) == []
        drawing = element.locator("svg.places").first
        scale = drawing.bounding_box()["width"] / (LEFT + SIDE + 8)
        sizes = drawing.evaluate("f => [...f.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize))")
        assert min(sizes) * scale >= (9 if width >= 360 else 8)
