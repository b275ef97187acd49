"""The recorded run of "Train it": each moment shows what was recorded, and training once more gives the record's first moments."""

import re

import numpy as np
import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, shown, what_is_cut_off
from helpers.live.run import CURVE, edges_of, first_state, run_figure
from helpers.live.shell import LiveFigure
from helpers.model import init_params
from helpers.names import LETTERS, load_names, split_names
from helpers.recording import reference_run
from helpers.recording.reference_run import CONFIG, MOMENTS, SETTINGS, load_reference_run, written
from helpers.tokenizer import encode, letters_of
from helpers.training import evaluate, train

RECORD = load_reference_run()
LINES = {"letter frequencies": 2.9181, "bigram": 2.5939, "trigram": 2.4297, "back-off 6-gram": 2.1551}
FIGURE = run_figure(RECORD, LINES)
TOKENS = [*RECORD["letters"], "."]


@pytest.fixture
def figure(browser):
    with on_a_page(browser, FIGURE) as element:
        yield element


def move_to(element, moment):
    part(element, "moment").fill(str(moment))


def read_off(element):
    """The moment's step and loss by the drawing's own axes, and each token's two numbers by the map's."""
    texts = element.locator("svg.run-curve text:not(.of-line)").evaluate_all(
        "all => all.map(each => [each.classList.contains('end'), Number(each.getAttribute('x')), Number(each.getAttribute('y')), each.textContent.replace(',', '')])"
    )
    across = sorted((x, float(text)) for is_up, x, _, text in texts if not is_up and text.isdigit())
    up = sorted((y - 4, float(text)) for is_up, _, y, text in texts if is_up)
    x, y = (float(part(element, "here").get_attribute(name)) for name in ("cx", "cy"))
    step = np.expm1(np.interp(x, [place for place, _ in across], [np.log1p(step) for _, step in across]))
    loss = up[0][1] + (y - up[0][0]) / (up[-1][0] - up[0][0]) * (up[-1][1] - up[0][1])
    marks = element.locator("[data-token]").evaluate_all("all => all.map(each => [each.getAttribute('transform'), each.querySelector('text').textContent])")
    dots = np.array([[float(number) for number in re.findall(r"-?[\d.]+", place)] for place, _ in marks])
    assert [token for _, token in marks] == TOKENS
    axes = part(element, "map").locator(":scope > text").evaluate_all(
        "all => all.map(each => [each.classList.contains('end'), Number(each.getAttribute('x')), Number(each.getAttribute('y')), Number(each.textContent)])"
    )
    xs = sorted((x, number) for is_up, x, _, number in axes if not is_up)
    ys = sorted((y - 5, number) for is_up, _, y, number in axes if is_up)
    points = np.array([
        line[0][1] + (column - line[0][0]) / (line[-1][0] - line[0][0]) * (line[-1][1] - line[0][1]) for column, line in zip(dots.T, (xs, ys), strict=True)
    ]).T
    return step, loss, points


def squeezed(rows, onto):
    """Two numbers a row, along the directions of `onto`, by eigenvectors of the covariance: another way to the same map."""
    values, vectors = np.linalg.eigh(np.cov(onto.T))
    return (rows - rows.mean(axis=0)) @ vectors[:, np.argsort(values)[::-1][:2]]


# Its numbers --------------------------------------------------------------------------------------------------------


def test_the_script_draws_the_first_state_as_python_did(browser):
    assert_first_state_is_python_s(browser, FIGURE)


def test_each_moment_shows_what_was_recorded(figure):
    tables = RECORD["embeddings"].astype(float)
    for moment in (0, 13, 3, len(MOMENTS) - 1):
        move_to(figure, moment)
        step, loss, points = read_off(figure)
        assert step == pytest.approx(RECORD["moments"][moment], rel=0.01, abs=0.02) and loss == pytest.approx(RECORD["held_out"][moment], abs=0.002)
        expected = squeezed(tables[moment], tables[-1])
        for axis in (0, 1):
            assert min(np.abs(points[:, axis] - sign * expected[:, axis]).max() for sign in (1, -1)) < 0.02
        assert part(figure, "names").locator("li").all_text_contents() == [name or "(no letter)" for name in RECORD["names"][moment]]
        assert part(figure, "says").inner_text().startswith(
            f"Step {RECORD['moments'][moment]:,} of 10,000: {RECORD['held_out'][moment]:.3f} nats per token on held-out names."
        )
        assert part(figure, "moment").get_attribute("aria-valuetext") == f"Step {RECORD['moments'][moment]:,}, loss {RECORD['held_out'][moment]:.3f}"
        label = re.findall(r"(\S) (-?\d+\.\d\d), (-?\d+\.\d\d)", part(figure, "map").get_attribute("aria-label"))
        assert [token for token, *_ in label] == TOKENS and np.allclose([[float(x), float(y)] for _, x, y in label], points, atol=0.02)


@pytest.mark.parametrize("moment", [0, 9])
def test_every_state_looks_as_python_draws_it(browser, figure, moment):
    move_to(figure, moment)
    drawn = LiveFigure("gpt-run", first_state(RECORD, LINES, moment), FIGURE.data, "")
    with on_a_page(browser, drawn, java_script_enabled=False) as element:
        expected = shown(element)
    assert [re.sub(" value=.*", "", line) for line in shown(figure)] == [re.sub(" value=.*", "", line) for line in expected]


def test_its_sentence_tells_which_lines_are_passed(figure):
    for moment, loss in enumerate(RECORD["held_out"]):
        if moment in (0, 4, 16, len(MOMENTS) - 1):
            move_to(figure, moment)
            text = part(figure, "says").inner_text()
            assert [name in text for name in LINES] == [loss < level for level in LINES.values()]
            assert ("Above all the lines" in text) == (loss > max(LINES.values()))


def test_the_curves_and_lines_lie_at_their_losses(figure):
    low, high = edges_of(RECORD, LINES)

    def loss(y):
        return high - (y - CURVE[1]) / CURVE[3] * (high - low)

    for kind in ("held", "trained"):
        way = [[float(number) for number in place.split()] for place in figure.locator(f"path.{kind}").get_attribute("d")[1:].split("L")]
        assert np.allclose([loss(y) for _, y in way], RECORD["held_out" if kind == "held" else "trained_on"], atol=0.001)
        assert [x for x, _ in way] == sorted({x for x, _ in way})
    heights = [float(re.search(r" ([\d.]+)H", path)[1]) for path in figure.locator("path.level").evaluate_all("all => all.map(each => each.getAttribute('d'))")]
    assert np.allclose([loss(y) for y in heights], list(LINES.values()), atol=0.001)
    assert figure.locator(".of-line").all_text_contents() == [f"{name} {level:.3f}" for name, level in LINES.items()]


# What a reader does -------------------------------------------------------------------------------------------------


def test_it_is_worked_by_keyboard_alone(figure):
    part(figure, "moment").focus()
    for key, step in [("ArrowLeft", "8,000"), ("Home", "0"), ("ArrowRight", "1"), ("ArrowUp", "2"), ("End", "10,000")]:
        figure.page.keyboard.press(key)
        assert part(figure, "says").inner_text().startswith(f"Step {step} of 10,000")


def test_without_scripts_the_last_moment_can_be_read(browser):
    with on_a_page(browser, FIGURE, java_script_enabled=False) as element:
        assert part(element, "says").inner_text().startswith("Step 10,000 of 10,000") and part(element, "moment").is_disabled()


# How it is made -----------------------------------------------------------------------------------------------------


def test_a_record_whose_parts_do_not_fit_is_refused():
    for change in ({"held_out": [1.0]}, {"names": []}, {"letters": list(LETTERS[:5])}):
        with pytest.raises(ValueError, match="want losses, names and tables"):
            run_figure(RECORD | change, LINES)


def test_its_caption_names_the_run_and_it_is_small():
    assert "seed 0, 10,000 steps of 32 names" in FIGURE.caption and "16 numbers" in FIGURE.caption
    output = FIGURE._repr_html_()
    assert len(output) < 70_000 and not re.search(r"\bid=", output)


def test_without_lines_it_compares_with_nothing():
    assert "Above" not in run_figure(RECORD, {})._repr_html_()


def test_names_of_lines_are_words_not_markup(browser):
    assert_first_state_is_python_s(browser, run_figure(RECORD, {"<b>": 2.4}))


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_cut_off_and_all_can_be_read(browser, width):
    with on_a_page(browser, FIGURE, viewport={"width": width, "height": 800}) as element:
        assert what_is_cut_off(element) == []
        for drawing in element.locator("svg.places:not(.key)").all():
            scale = drawing.evaluate("svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
            assert min(drawing.evaluate("f => [...f.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize))")) * scale >= (9 if width >= 360 else 8)
            over = drawing.evaluate("""svg => { const { left, right } = svg.getBoundingClientRect();
                return [...svg.querySelectorAll("text")].filter(text => text.getBoundingClientRect().right > right + 1 || text.getBoundingClientRect().left < left - 1).length; }""")
            assert over == 0


# The record ---------------------------------------------------------------------------------------------------------


class Enough(Exception):
    """Raised to end a run before its last step: a shorter run would have another schedule."""


def test_the_recording_script_gives_the_record_s_first_moments(monkeypatch):
    """Its first 50 steps, by the script itself."""
    assert RECORD["moments"] == MOMENTS and RECORD["settings"] == vars(SETTINGS) and RECORD["letters"] == list(LETTERS)
    found = {}

    def ended(params, config, names, settings, watch):
        """Train as asked, up to step 50."""
        def watch_and_end(step, loss, optimizer):
            watch(step, loss, optimizer)
            found[step] = loss
            if step == 50:
                raise Enough
        try:
            train(params, config, names, settings, watch=watch_and_end)
        except Enough:
            return

    monkeypatch.setattr(reference_run, "train", ended)
    arrays, about = reference_run.record()
    n = MOMENTS.index(50) + 1
    assert about["moments"] == MOMENTS[:n] and about["letters"] == RECORD["letters"] and about["settings"] == RECORD["settings"]
    for name, tolerance in [("held_out", 0.0005), ("trained_on", 0.0005), ("embeddings", 0.002)]:
        assert arrays[name].shape[0] == n and np.allclose(arrays[name].astype(float), RECORD[name][:n].astype(float), atol=tolerance), name
    assert about["names"][:3] == RECORD["names"][:3]   # later ones may turn at one letter where a machine rounds otherwise


def test_the_record_is_of_a_run_that_learned():
    names = load_names()
    letters = letters_of(names)
    _, held_out = split_names(names)
    params = init_params(CONFIG, np.random.default_rng(SETTINGS.seed), np.float32)
    assert evaluate(params, CONFIG, [encode(name, letters) for name in held_out]) == pytest.approx(RECORD["held_out"][0], abs=1e-4)
    assert written(params, letters) == RECORD["names"][0]
    assert RECORD["held_out"][-1] == min(RECORD["held_out"]) < RECORD["trained_on"][0] - 0.9
