"""The attention figure of "Let each position look back": in every state it shows the weights that Python computes."""

import re

import numpy as np
import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, shown, what_is_cut_off
from helpers.live.attention import BAR, LEFT, LETTERS_HIGH, ROW, TOP, attention_figure, column_width, first_state
from helpers.live.shell import LiveFigure
from helpers.live.weights import rounded
from helpers.model import GPTConfig, init_params, linear, rmsnorm, softmax_of_past, split_heads
from helpers.names import LETTERS
from helpers.recording.models import load_trained
from helpers.tensor import Tensor, gather_rows
from helpers.tokenizer import encode

ENGLISH = list(LETTERS)
LONGEST = "maximiliaansson"
NAMES = ["ava", "q", "", "emma", "isabella", LONGEST]
DEEP = GPTConfig(vocab_size=4, context_length=6, n_layer=3, n_head=2, n_embd=8)
GREEK = ["α", "η", "ν"]


def random_model(config, seed, spread=1.0):
    """Not as small as a model starts: its heads differ."""
    return {name: Tensor(x.data * spread / 0.08) for name, x in init_params(config, np.random.default_rng(seed)).items()}


TWO = [("trained", *load_trained("reference")), ("random", random_model(GPTConfig(), 0, 0.5), GPTConfig(), {"seed": 0})]
THREE = [(str(seed), random_model(DEEP, seed), DEEP, {"seed": seed}) for seed in (1, 2, 3)]


@pytest.fixture
def figure(browser):
    with on_a_page(browser, attention_figure(TWO, ENGLISH, "emma")) as element:
        yield element


def weights_of(model, name, letters=ENGLISH):
    """The weights of the first layer's heads, by the chapter's functions. -> (H, T, T)"""
    _, params, config, _ = model
    ids = encode(name, letters)[:-1]
    x = rmsnorm(rmsnorm(gather_rows(params["wte"], np.array([ids])) + gather_rows(params["wpe"], np.arange(len(ids)))))
    query, key = (split_heads(linear(x, params[f"layer0.attn_w{letter}"]), config.n_head).data[0] for letter in "qk")
    return softmax_of_past(Tensor(query @ key.swapaxes(-1, -2) / np.sqrt(config.n_embd // config.n_head))).data


def read_off(element):
    """What the drawings say, by the geometry of their parts -> for each head (numbers, lengths of the bars, triangle), the chosen row"""
    drawings = element.evaluate("""element => [...element.querySelectorAll("svg.head-reads")].map(svg => {
        const all = (kind, ...names) => [...svg.querySelectorAll(kind)].map(each => names.map(name => Number(each.getAttribute(name))));
        return { numbers: [...svg.querySelectorAll(".number")].map(each => Number(each.textContent)), bars: all(".reads", "height"),
            cells: all(".cell", "x", "y", "fill-opacity"), lit: all(".lit", "y"), T: svg.querySelectorAll("[data-row]").length };
    })""")
    heads, rows = [], set()
    for drawing in drawings:
        width, first = column_width(drawing["T"]), TOP + BAR + LETTERS_HIGH
        triangle = np.full((drawing["T"], drawing["T"]), np.nan)
        for x, y, opacity in drawing["cells"]:
            triangle[round((y - first) / ROW), round((x - LEFT) / width)] = opacity
        heads.append((drawing["numbers"], [height / BAR for (height,) in drawing["bars"]], triangle))
        rows.add(round((drawing["lit"][0][0] - first) / ROW))
    assert len(rows) == 1
    return heads, rows.pop()


def assert_shows(element, weights, at, name):
    heads, row = read_off(element)
    assert row == at and len(heads) == len(weights)
    for (numbers, lengths, triangle), rows in zip(heads, weights, strict=True):
        assert np.allclose(numbers, rows[at, : at + 1], atol=0.00501) and np.allclose(lengths, rows[at, : at + 1], atol=0.001)
        is_past = np.tri(len(rows), dtype=bool)
        assert np.array_equal(~np.isnan(triangle), is_past) and np.allclose(triangle[is_past], rows[is_past], atol=0.000501)
    chips = part(element, "chips").locator("button").evaluate_all("all => all.map(each => [each.firstChild.data, each.getAttribute('aria-checked')])")
    assert chips == [[letter, "true" if t == at else "false"] for t, letter in enumerate(f".{name}")]


def as_python_draws(browser, models, letters, name, **state):
    """The same, where Python draws the state."""
    models = [(label, rounded(params, "float32"), config, facts) for label, params, config, facts in models]
    whole = attention_figure(models, letters, name)
    with on_a_page(browser, LiveFigure("gpt-attention", first_state(models, letters, name, **state), whole.data, ""), java_script_enabled=False) as element:
        return as_drawn(element)


def as_drawn(element):
    """What a figure draws; what the reader typed and chose is no attribute."""
    return [line for line in shown(element) if not line.startswith(("input", "option"))]


# Its numbers --------------------------------------------------------------------------------------------------------


def test_the_script_draws_the_first_state_as_python_did(browser):
    assert_first_state_is_python_s(browser, attention_figure(TWO, ENGLISH, "emma"))
    assert_first_state_is_python_s(browser, attention_figure(THREE, GREEK, "ηννα"))


@pytest.mark.parametrize("name", NAMES)
def test_the_weights_of_a_typed_name_are_those_of_the_chapter(figure, name):
    part(figure, "name").fill(name)
    for number, model in enumerate(TWO):
        part(figure, "models").locator("button").nth(number).click()
        assert_shows(figure, weights_of(model, name), len(name), name)


def test_each_position_has_its_row(figure):
    part(figure, "name").fill("isabella")
    weights = weights_of(TWO[0], "isabella")
    for at in (3, 0, 8, 5):
        part(figure, "chips").locator("button").nth(at).click()
        assert_shows(figure, weights, at, "isabella")


@pytest.mark.parametrize(("name", "chosen", "at"), [("ava", 0, 3), ("ava", 1, 1), ("", 1, 0), (LONGEST, 0, 9), (LONGEST, 1, 15)])
def test_every_state_looks_as_python_draws_it(browser, figure, name, chosen, at):
    """Sentences and labels too."""
    part(figure, "name").fill(name)
    part(figure, "models").locator("button").nth(chosen).click()
    part(figure, "chips").locator("button").nth(at).click()
    assert as_drawn(figure) == as_python_draws(browser, TWO, ENGLISH, name, chosen=chosen, at=at)


@pytest.mark.parametrize(("chosen", "layer", "at"), [(0, 0, 4), (2, 1, 2), (1, 2, 4)])
def test_deeper_models_show_a_layer_at_a_time(browser, chosen, layer, at):
    with on_a_page(browser, attention_figure(THREE, GREEK, "ανη")) as element:
        part(element, "name").fill("ηννα")
        part(element, "models").locator("button").nth(chosen).click()
        part(element, "layer").select_option(str(layer))
        part(element, "chips").locator("button").nth(at).click()
        assert as_drawn(element) == as_python_draws(browser, THREE, GREEK, "ηννα", chosen=chosen, layer=layer, at=at)


def test_one_layer_needs_no_choice_of_layers(figure):
    assert not part(figure, "layer").is_visible()


def test_its_sentence_names_what_each_head_reads_most(figure):
    part(figure, "name").fill("isabella")
    part(figure, "chips").locator("button").nth(5).click()
    text = part(figure, "says").inner_text()
    for h, rows in enumerate(weights_of(TWO[0], "isabella")):
        most = rows[5, :6].argmax()
        source = "itself" if most == 5 else f"{'.isabella'[most]} at position {most}"
        assert f"head {h} {'reads most ' if h == 0 else ''}from {source} ({rows[5, most]:.2f})" in text
    part(figure, "chips").locator("button").first.click()
    assert "nothing stands before it" in part(figure, "says").inner_text()


def test_a_drawing_s_label_has_its_numbers(figure):
    label = figure.locator("svg.head-reads").nth(1).get_attribute("aria-label")
    row = weights_of(TWO[0], "emma")[1, 4]
    assert label == "Head 1, weights of a at position 4. " + ", ".join(f"{token} at {s}: {row[s]:.2f}" for s, token in enumerate(".emma")) + "."


def test_one_colour_scale_from_0_to_1_in_every_state(figure):
    def colours():
        fills = figure.locator(".cell").evaluate_all("cells => [...new Set(cells.map(cell => getComputedStyle(cell).fill))]")
        return fills, figure.locator("ul.scale").inner_text().split()

    before = colours()
    part(figure, "models").get_by_role("button", name="random").click()
    assert colours() == before and len(before[0]) == 1 and before[1] == ["0", "0.25", "0.5", "0.75", "1"]
    swatches = figure.locator("svg.swatch rect").evaluate_all("all => all.map(each => [Number(each.getAttribute('fill-opacity')), getComputedStyle(each).fill])")
    assert swatches == [[level, before[0][0]] for level in (0, 0.25, 0.5, 0.75, 1)]


# What a reader does -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "said"), [
    ("zoé", "Not in the vocabulary: é."), ("a b3!", "Not in the vocabulary: space, 3, !."), ("zoe\u0301", "Not in the vocabulary: é."),
    ("a" * 16, "The model reads at most 15 letters, and this has 16."),
])
def test_what_the_model_cannot_read_is_refused_and_said(figure, text, said):
    before = as_drawn(figure)
    box = part(figure, "name")
    box.fill(text)
    assert part(figure, "says").inner_text() == f"{said} Below is still emma." and box.get_attribute("aria-invalid") == "true"
    assert_shows(figure, weights_of(TWO[0], "emma"), 4, "emma")
    box.fill("emma")
    assert as_drawn(figure) == before and box.get_attribute("aria-invalid") == "false"


def test_capitals_become_small_letters(figure):
    part(figure, "name").fill("Ava")
    assert_shows(figure, weights_of(TWO[0], "ava"), 3, "ava")


def test_letters_are_picked_by_arrow_keys(figure):
    keyboard, weights = figure.page.keyboard, weights_of(TWO[0], "emma")
    part(figure, "name").focus()
    for _ in range(3):   # past the two models, to the letters
        keyboard.press("Tab")
    for key, at in [("ArrowLeft", 3), ("ArrowUp", 2), ("ArrowRight", 3), ("Home", 0), ("ArrowLeft", 0), ("End", 4), ("ArrowDown", 4), ("ArrowLeft", 3)]:
        keyboard.press(key)
        assert_shows(figure, weights, at, "emma")
        assert figure.page.evaluate("document.activeElement.innerText").split() == [".emma"[at], str(at)]
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")   # the other model
    assert_shows(figure, weights_of(TWO[1], "emma"), 3, "emma")


def test_a_click_on_a_row_of_a_triangle_picks_its_letter(figure):
    part(figure, "name").fill("isabella")
    figure.locator("svg.head-reads").nth(2).locator("[data-row='6'] .cell").nth(2).click()
    assert_shows(figure, weights_of(TWO[0], "isabella"), 6, "isabella")
    figure.locator("svg.head-reads").nth(0).locator("[data-row='1'] text").click()
    assert_shows(figure, weights_of(TWO[0], "isabella"), 1, "isabella")


def test_the_switch_says_which_weights_are_shown(figure):
    buttons = part(figure, "models").locator("button")
    assert [button.get_attribute("aria-pressed") for button in buttons.all()] == ["true", "false"]
    buttons.nth(1).click()
    assert [button.get_attribute("aria-pressed") for button in buttons.all()] == ["false", "true"]


def test_tokens_are_words_not_markup(browser):
    config = GPTConfig(vocab_size=4, context_length=6)
    with on_a_page(browser, attention_figure([("<b>", random_model(config, 1), config, {"seed": 1})], ["<", "&", '"'], '<&"')) as element:
        assert [chip.split("\n")[0] for chip in part(element, "chips").locator("button").all_inner_texts()] == [".", "<", "&", '"']
        assert part(element, "models").inner_text() == "<b>"
    assert_first_state_is_python_s(browser, attention_figure([("<b>", random_model(config, 1), config, {"seed": 1})], ["<", "&", '"'], '<&"'))


def test_without_scripts_the_first_state_can_be_read(browser):
    with on_a_page(browser, attention_figure(TWO, ENGLISH, "emma"), java_script_enabled=False) as element:
        assert_shows(element, weights_of(TWO[0], "emma"), 4, "emma")
        assert all(control.is_disabled() for control in element.locator("[data-wakes]").all())


# How it is made -----------------------------------------------------------------------------------------------------


def test_its_caption_names_both_runs():
    facts = TWO[0][3]
    caption = attention_figure(TWO, ENGLISH, "emma").caption
    assert f"Trained: seed {facts['settings']['seed']}, {facts['settings']['n_steps']:,} steps of {facts['settings']['batch_size']} names" in caption
    assert f"held-out loss {facts['held_out']:.3f} nats" in caption and "Random: drawn with seed 0, never trained." in caption


def test_models_that_do_not_fit_are_refused():
    for models, letters in [(TWO, ENGLISH[:5]), ([TWO[0], THREE[0]], ENGLISH)]:
        with pytest.raises(ValueError, match="want models of one config"):
            attention_figure(models, letters, "emma")
    with pytest.raises(ValueError, match="want token ids"):
        attention_figure(TWO, ENGLISH, "a" * 16)


def test_it_is_small_and_may_stand_twice_on_a_page():
    output = attention_figure(TWO, ENGLISH, "emma")._repr_html_()
    assert len(output) < 90_000 and not re.search(r"\bid=", output)


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
@pytest.mark.parametrize("name", ["emma", LONGEST])
def test_nothing_is_cut_off_and_every_number_can_be_read(browser, width, name):
    with on_a_page(browser, attention_figure(TWO, ENGLISH, name), viewport={"width": width, "height": 800}) as element:
        assert what_is_cut_off(element) == []
        region = element.get_by_role("region", name="What each head reads")
        if width >= 360:
            assert region.evaluate("(region) => region.scrollWidth <= region.clientWidth + 1")
        sizes = element.evaluate("f => [...f.querySelectorAll('svg.head-reads text')].map(t => parseFloat(getComputedStyle(t).fontSize))")
        scales = element.evaluate("f => [...f.querySelectorAll('svg.head-reads')].map(s => s.getBoundingClientRect().width / Number(s.getAttribute('width')))")
        assert min(sizes) * min(scales) >= 9.99
        for head in element.locator("svg.head-reads").all():   # no number lies on its neighbour
            boxes = head.locator(".number").evaluate_all("all => all.map(each => { const { left, right } = each.getBoundingClientRect(); return [left, right]; })")
            assert all(right <= left + 0.5 for (_, right), (left, _) in zip(boxes, boxes[1:], strict=False))
