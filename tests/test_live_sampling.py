"""The sampling figure of "Let it write": its columns, cuts and names are those of helpers/sampling.py, in every state."""

import re

import numpy as np
import pytest

from figures import (
    assert_first_state_is_python_s,
    assert_forgets_the_last_visit,
    bars,
    on_a_page,
    part,
    shown,
    what_is_cut_off,
)
from helpers.live.sampling import N_NAMES, ROWS, Dice, first_state, four_columns, sampling_figure
from helpers.live.shell import LiveFigure
from helpers.live.weights import rounded
from helpers.model import GPTConfig, gpt, init_params
from helpers.names import LETTERS, load_origins
from helpers.recording.models import load_trained
from helpers.sampling import next_probabilities, write
from helpers.tensor import Tensor
from helpers.tokenizer import encode_from

ENGLISH, ORIGINS = list(LETTERS), load_origins()
PARAMS, CONFIG, FACTS = load_trained("origins")
TOKENS = [*ENGLISH, ".", *ORIGINS]
BOS = len(ENGLISH)
GREEK = GPTConfig(vocab_size=4, context_length=5, n_layer=2, n_head=2, n_embd=8)
GREEK_PARAMS = {name: Tensor(x.data * 5) for name, x in init_params(GREEK, np.random.default_rng(1)).items()}


@pytest.fixture(scope="module")
def made():
    return sampling_figure(PARAMS, CONFIG, ENGLISH, ORIGINS, FACTS["held_out"], facts=FACTS, origin="finnish")


@pytest.fixture(scope="module")
def greek():
    return sampling_figure(GREEK_PARAMS, GREEK, ["α", "η", "ν"], None, 1.234)


@pytest.fixture
def figure(browser, made):
    with on_a_page(browser, made, seed=3) as element:
        yield element


def set_sliders(figure, temperature=None, top_k=None, top_p=None):
    for name, value in [("temperature", temperature), ("k", top_k), ("p", top_p)]:
        if value is not None:
            part(figure, name).fill(str(value))


def press(figure, ranks):
    """Press one line's token after the other, by their places. -> the tokens"""
    pressed = []
    for rank in ranks:
        button = part(figure, "lines").locator("button").nth(rank)
        pressed.append(button.inner_text())
        button.click()
    return pressed


def press_until_the_end(figure):
    """Press the likeliest token until it is the end. -> the tokens"""
    pressed = press(figure, [0])
    while pressed[-1] != ".":
        pressed += press(figure, [0])
    return pressed


def says(figure):
    return part(figure, "says").inner_text()


def trail(figure):
    return [tuple(chip.split("\n")) for chip in part(figure, "trail").locator("li").all_inner_texts()]


def names(figure):
    return part(figure, "names").locator("li").all_inner_texts()


def logits_of(origin, text):
    """By the chapters' `gpt`, without a cache."""
    return gpt(PARAMS, [encode_from(text, origin, ENGLISH, ORIGINS)[:-1]], CONFIG).data[0, -1]


def assert_shows(figure, logits, temperature=1.0, top_k=None, top_p=None):
    """Its lines, numbers and bars are those of these settings."""
    probabilities, own = next_probabilities(logits, temperature, top_k, top_p), next_probabilities(logits)
    order = sorted(range(len(logits)), key=lambda i: -logits[i])
    rows = part(figure, "lines").locator("tr").evaluate_all("rows => rows.map(row => [...row.children].map(cell => cell.innerText.trim()))")
    assert [row[0] for row in rows] == [TOKENS[i] for i in order[:ROWS]] + [f"{len(logits) - ROWS} more"]
    for i, (_, logit, divided, cut, chance) in zip(order[:ROWS], rows[:-1], strict=True):
        assert abs(float(logit) - logits[i]) <= 0.0051 and abs(float(divided) - logits[i] / temperature) <= 0.0051
        assert cut == (divided if probabilities[i] else "-∞") and abs(float(chance.split()[0]) - 100 * probabilities[i]) <= 0.051
    rest = order[ROWS:]
    assert abs(float(rows[-1][1].split()[0]) - 100 * probabilities[rest].sum()) <= 0.051
    written, measured = bars(figure)
    wanted = [x[i] for i in order[:ROWS] for x in (own, probabilities)] + [own[rest].sum(), probabilities[rest].sum()]
    assert np.allclose(written, wanted, atol=0.0006) and np.allclose(measured, wanted, atol=0.03)


def as_drawn(figure):
    """What a figure draws; what the reader typed and chose is no attribute."""
    return [line for line in shown(figure) if not line.startswith(("input", "option"))]


# Its numbers --------------------------------------------------------------------------------------------------------


def test_the_script_draws_the_first_state_as_python_did(browser, made, greek):
    assert_first_state_is_python_s(browser, made)
    assert_first_state_is_python_s(browser, greek)


def test_it_forgets_the_last_visit(browser, made):
    assert_forgets_the_last_visit(browser, made)


def test_each_column_stands_below_its_name(figure):
    set_sliders(figure, 2, 1)
    names_of = figure.locator("table.columns thead th").all_inner_texts()
    row = part(figure, "lines").locator("tr").nth(1).locator("> *").all_inner_texts()
    of = dict(zip(names_of, row, strict=True))
    assert float(of["logit"]) == pytest.approx(2 * float(of["divided"]), abs=0.02) and of["cut"] == "-∞" and of["probability"].startswith("0.0 %")


@pytest.mark.parametrize("name", ["temperature", "k", "p"])
def test_a_slider_means_something_at_both_its_ends(figure, name):
    for end in ("min", "max"):
        value = part(figure, name).get_attribute(end)
        part(figure, name).fill(value)
        assert_shows(figure, logits_of("finnish", ""), **{{"temperature": "temperature", "k": "top_k", "p": "top_p"}[name]: int(value) if name == "k" else float(value)})
    assert name == "temperature" or part(figure, "left").inner_text().startswith("Nothing is cut")


SETTINGS = [{}, {"temperature": 0.1}, {"temperature": 2.4, "top_k": 5}, {"top_k": 1}, {"top_p": 0.5}, {"temperature": 1.5, "top_k": 20, "top_p": 0.85}]


@pytest.mark.parametrize("ranks", [[], [1], [4, 0, 2]])
def test_its_columns_are_those_of_the_chapter_for_every_setting(figure, ranks):
    text = "".join(press(figure, ranks))
    for how in SETTINGS:
        set_sliders(figure, **{"temperature": 1, "top_k": 63, "top_p": 1} | how)
        assert_shows(figure, logits_of("finnish", text), **how)


@pytest.mark.parametrize(("origin", "ranks", "how", "seed"), [
    ("japanese", [], {"temperature": 3.0}, 999999999), ("welsh", [2, 1, 3], {"temperature": 0.4, "top_k": 7}, 0), ("korean", None, {"top_p": 0.95}, 12),
    ("african", [0], {"temperature": 1.7, "top_k": 62, "top_p": 0.05}, 5),
])
def test_every_state_looks_as_python_draws_it(browser, figure, made, origin, ranks, how, seed):
    """Sentences, labels and whole names too. ranks: None for a whole name"""
    part(figure, "origin").select_option(origin)
    part(figure, "seed").fill(str(seed))
    set_sliders(figure, **how)
    text = press_until_the_end(figure) if ranks is None else press(figure, ranks)
    state = first_state(rounded(PARAMS, "float32"), CONFIG, ENGLISH, ORIGINS, origin, seed, trail=[TOKENS.index(token) for token in text], **how)
    with on_a_page(browser, LiveFigure("gpt-sampling", state, made.data, ""), java_script_enabled=False) as of_python:
        assert as_drawn(figure) == as_drawn(of_python)


def test_the_four_columns_end_in_the_chapter_s_probabilities():
    logits = np.random.default_rng(0).normal(0, 2, size=63)
    for how in SETTINGS:
        before, divided, cut, probabilities = four_columns(logits, **how)
        assert np.array_equal(before, logits) and np.allclose(divided, logits / how.get("temperature", 1))
        assert np.array_equal(np.isfinite(cut), probabilities > 0) and np.allclose(probabilities, next_probabilities(logits, **how), atol=1e-15)


def test_it_says_how_many_tokens_a_cut_leaves_and_what_they_had(figure):
    assert part(figure, "left").inner_text() == "Nothing is cut: all 63 tokens can come."
    set_sliders(figure, 2, 4)
    had = np.sort(next_probabilities(logits_of("finnish", ""), 2))[-4:].sum()
    assert part(figure, "left").inner_text() == f"The cut leaves 4 of 63 tokens, which had {100 * had:.1f} % before it."


# The dice -----------------------------------------------------------------------------------------------------------


def written_by(origin, seed, prefix="", skip=0, **how):
    """By the chapter's `write`, with the figure's dice. -> list of names"""
    dice = Dice(seed)
    dice.random((skip,))
    prompt = encode_from(prefix, origin, ENGLISH, ORIGINS)[:-1]
    written = [write(PARAMS, [prompt], CONFIG, BOS, dice, **how)[0] for _ in range(N_NAMES)]
    return ["".join(TOKENS[i] for i in ids[1:]) for ids in written]


def test_the_same_seed_writes_the_names_that_the_chapter_s_function_writes(figure):
    assert names(figure) == written_by("finnish", 1)
    part(figure, "origin").select_option("italian")
    part(figure, "seed").fill("42")
    assert names(figure) == written_by("italian", 42)
    set_sliders(figure, 0.5, None, 0.9)
    assert names(figure) == written_by("italian", 42, temperature=0.5, top_p=0.9)
    part(figure, "seed").fill("43")
    assert names(figure) != written_by("italian", 42, temperature=0.5, top_p=0.9)
    part(figure, "seed").fill("42")
    assert names(figure) == written_by("italian", 42, temperature=0.5, top_p=0.9)


def test_rolled_letter_by_letter_the_dice_writes_the_first_of_these_names(figure):
    first, second = names(figure)[:2]
    for count, letter in enumerate(first, 1):
        part(figure, "roll").click()
        assert trail(figure)[-1][0] == letter and says(figure).startswith(f"So far: {first[:count]}. {letter} had ")
        assert trail(figure)[-1][1] == f"{100 * next_probabilities(logits_of('finnish', first[: count - 1]))[TOKENS.index(letter)]:.1f} %"
        assert names(figure) == written_by("finnish", 1, first[:count], skip=count)
    part(figure, "roll").click()
    assert trail(figure)[-1][0] == "." and says(figure).startswith(f"Written: {first}. Its end had ")
    part(figure, "finish").click()
    assert says(figure).startswith(f"Written: {second}. ") and "".join(token for token, _ in trail(figure)) == f"finnish{second}."
    part(figure, "anew").click()
    assert trail(figure) == [("finnish", "start")] and names(figure)[0] == first


def test_rolls_follow_the_probabilities(figure):
    """With the settings in force: letters that are cut never come, the others as often as they should."""
    set_sliders(figure, 1.5, 6)
    expected = next_probabilities(logits_of("finnish", ""), 1.5, 6)
    rolled = figure.evaluate("""(figure) => Array.from({ length: 300 }, () => {
        figure.querySelector("[data-part=roll]").click();
        const token = figure.querySelector("[data-part=trail]").lastChild.firstChild.data;
        [...figure.querySelectorAll("[data-part=trail] li")].length > 1 && figure.querySelector("[data-part=another]").click();
        return token;
    })""")
    found = np.array([rolled.count(token) for token in TOKENS])
    assert found[expected == 0].sum() == 0
    kept = expected > 0
    assert ((found[kept] - 300 * expected[kept]) ** 2 / (300 * expected[kept])).sum() < 22   # 5 degrees of freedom: p is about 0.0005


def test_another_seed_is_another_one_and_starts_over(browser, figure, made):
    press(figure, [1])
    part(figure, "another").click()
    seed = part(figure, "seed").input_value()
    assert re.fullmatch(r"\d{1,4}", seed) and trail(figure) == [("finnish", "start")] and names(figure) == written_by("finnish", int(seed))
    with on_a_page(browser, made, seed=3) as again, on_a_page(browser, made, seed=4) as other:
        part(again, "another").click()
        part(other, "another").click()
        assert part(again, "seed").input_value() == seed != part(other, "seed").input_value()


# What a reader does -------------------------------------------------------------------------------------------------


def test_a_name_is_written_by_pressing_tokens(figure):
    text = "".join(press(figure, [1, 3]))
    assert "".join(token for token, _ in trail(figure)) == f"finnish{text}" and says(figure).startswith(f"So far: {text}. {text[-1]} had ")
    assert_shows(figure, logits_of("finnish", text))
    assert all(name.startswith(text) for name in names(figure))


def test_what_is_cut_cannot_be_written_and_it_says_so(figure):
    set_sliders(figure, None, 2)
    cut = part(figure, "lines").locator("button").nth(2)
    letter = cut.inner_text()
    assert cut.get_attribute("aria-disabled") == "true"
    cut.click(force=True)
    assert says(figure) == f"{letter} is cut: with these settings it cannot come." and len(trail(figure)) == 1
    assert [each.get_attribute("aria-disabled") for each in part(figure, "lines").locator("button").all()] == ["false"] * 2 + ["true"] * (ROWS - 2)


def test_a_seed_that_is_none_is_refused_and_said(figure):
    before = names(figure)
    for text in ("", "-1", "1.5", "1e3", "abc", "1000000000", "9" * 400, "١٢"):
        part(figure, "seed").fill("1")
        part(figure, "seed").fill(text)
        assert says(figure) == "A seed is a whole number from 0 to 999,999,999. The die still has seed 1.", text
        assert part(figure, "seed").get_attribute("aria-invalid") == "true" and names(figure) == before, text
    part(figure, "seed").fill(" 7 ")
    assert part(figure, "seed").get_attribute("aria-invalid") == "false" and names(figure) == written_by("finnish", 7)


def test_another_origin_starts_over(figure):
    press(figure, [1])
    part(figure, "origin").select_option("japanese")
    assert trail(figure) == [("japanese", "start")]
    assert_shows(figure, logits_of("japanese", ""))


def test_it_is_worked_by_keyboard_alone(figure):
    keyboard = figure.page.keyboard
    part(figure, "origin").focus()
    for _ in range(3):   # the seed, another seed, the temperature
        keyboard.press("Tab")
    for _ in range(3):
        keyboard.press("ArrowRight")
    assert part(figure, "temperature-shown").inner_text() == "1.3" == part(figure, "temperature").get_attribute("aria-valuetext")
    keyboard.press("Tab")
    for _ in range(60):
        keyboard.press("ArrowLeft")
    assert part(figure, "k-shown").inner_text() == "3"
    keyboard.press("Tab")
    keyboard.press("ArrowLeft")
    assert part(figure, "p-shown").inner_text() == "0.95"
    keyboard.press("ArrowRight")
    assert part(figure, "p-shown").inner_text() == "all" == part(figure, "p").get_attribute("aria-valuetext")
    assert_shows(figure, logits_of("finnish", ""), 1.3, 3)
    keyboard.press("Tab")
    keyboard.press("Enter")   # roll
    assert len(trail(figure)) == 2
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Tab")   # past finish and start over, to the likeliest token
    keyboard.press("Enter")
    keyboard.press("Enter")   # the first of the new ones has the focus
    assert len(trail(figure)) == 4


def test_a_name_that_fills_the_context_is_cut_off(browser, greek):
    with on_a_page(browser, greek) as element:
        assert not part(element, "origin").is_visible() and trail(element) == [(".", "start")]
        text = ""
        while len(text) < 5:
            tokens = part(element, "lines").locator("button").all_inner_texts()
            text += press(element, [next(rank for rank, token in enumerate(tokens) if token != ".")])[0]
        assert says(element) == f"Cut off: {text}. The model reads at most 5 tokens. The next roll begins another name."
        state = first_state(rounded(GREEK_PARAMS, "float32"), GREEK, ["α", "η", "ν"], None, None, trail=["αην".index(letter) for letter in text])
        with on_a_page(browser, LiveFigure("gpt-sampling", state, greek.data, ""), java_script_enabled=False) as of_python:
            assert as_drawn(element) == as_drawn(of_python)
        assert [token for token, _ in trail(element)] == [".", *text]
        assert press(element, [0]) == [token for token, _ in trail(element)[1:]]
        assert all(len(name) == 6 for name in names(element) if name.endswith("…"))


def test_without_scripts_the_first_state_can_be_read(browser, made):
    with on_a_page(browser, made, java_script_enabled=False) as element:
        assert_shows(element, logits_of("finnish", ""))
        assert names(element) == written_by("finnish", 1)
        assert all(control.is_disabled() for control in element.locator("[data-wakes]").all())


# How it is made -----------------------------------------------------------------------------------------------------


def test_its_caption_names_the_run_and_its_loss(made, greek):
    settings = FACTS["settings"]
    assert f"Trained: seed {settings['seed']}, {settings['n_steps']:,} steps of {settings['batch_size']} names" in made.caption
    assert "The thin bar is the model's own probability" in made.caption
    assert f"held-out loss {FACTS['held_out']:.3f} nats" in made.caption and "Held-out loss: 1.234 nats per token." in greek.caption


@pytest.mark.parametrize(("change", "message"), [
    ({"letters": ENGLISH[:5]}, "want a config with 42 tokens"), ({"origins": None}, "want a config with 27 tokens"),
    ({"origin": "klingon"}, "want an origin from"), ({"seed": -1}, "want a seed from 0"), ({"seed": 0.5}, "want a seed from 0"),
])
def test_what_does_not_fit_is_refused(change, message):
    given = {"params": PARAMS, "config": CONFIG, "letters": ENGLISH, "origins": ORIGINS, "loss": 1.0} | change
    with pytest.raises(ValueError, match=message):
        sampling_figure(**given)


def test_the_model_s_own_bar_is_the_thin_one(figure):
    own, now = (part(figure, "lines").locator(f".bars {which}").first.bounding_box()["height"] for which in (".own .bar", "> .bar"))
    assert own < 0.7 * now


def test_its_weights_stand_once_in_its_output(made):
    output = made._repr_html_()
    assert made.data["weights"]["type"] == "float16" and len(output) < len(made.data["weights"]["bytes"]) + 60_000 and not re.search(r"\sid=", output)


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
def test_nothing_is_cut_off(browser, made, width):
    with on_a_page(browser, made, viewport={"width": width, "height": 800}) as element:
        press(element, [0])
        assert what_is_cut_off(element) == []
        if width >= 360:
            assert element.locator(".scroll").evaluate("(region) => region.scrollWidth <= region.clientWidth + 1")
