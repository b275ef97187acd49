"""The walk of "Stack a GPT": every number is what Python computes, and each sum that is shown adds up to the number that was chosen."""

import re
from dataclasses import replace

import numpy as np
import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, shown, what_is_cut_off
from helpers.live.shell import LiveFigure
from helpers.live.walk import LINES, Place, first_state, largest_first, stages_of, sum_of, walk_figure, way_of
from helpers.live.weights import rounded
from helpers.model import GPTConfig, gpt, init_params, linear, mlp, rmsnorm, self_attention
from helpers.names import LETTERS
from helpers.recording.models import load_trained
from helpers.tensor import Tensor, gather_rows
from helpers.tokenizer import encode

ENGLISH = list(LETTERS)
LONGEST = "maximiliaansson"
PARAMS, CONFIG, FACTS = load_trained("reference")
DEEP = GPTConfig(vocab_size=4, context_length=6, n_layer=3, n_head=2, n_embd=8)
GREEK = ["α", "η", "ν"]
# not as small as a model starts, and with no more digits than the page gets
DEEP_PARAMS = rounded({name: x.data * 5 for name, x in init_params(DEEP, np.random.default_rng(3)).items()}, "float32")
FIGURE = walk_figure(PARAMS, CONFIG, ENGLISH, "emma", FACTS)
DEEP_FIGURE = walk_figure(DEEP_PARAMS, DEEP, GREEK, "ηννα", {"seed": 3})


@pytest.fixture
def figure(browser):
    with on_a_page(browser, FIGURE) as element:
        yield element


def way(name, params=PARAMS, config=CONFIG, letters=ENGLISH):
    return way_of(params, config, encode(name, letters), letters)


def places_of(whole, at, head, layer):
    """Every number on the way at one position -> list of (Place, number)"""
    start = Place("token", 0, 0, at, head, layer)
    return [
        (replace(start, key=stage.key, row=r, index=i), float(x))
        for stage in stages_of(whole, start) for r, row in enumerate(stage.rows) for i, x in enumerate(row)
    ]


def numbers_in(element, key):
    """The numbers of one array, as they stand there -> (rows, columns)"""
    rows = element.locator(f'[data-stage="{key}"] .cells').evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => Number(cell.lastChild.data)))"
    )
    return np.array(rows)


def as_drawn(element):
    """What a figure draws; what the reader typed and chose is no attribute."""
    return [line for line in shown(element) if not line.startswith(("input", "option"))]


def as_python_draws(browser, params, config, letters, name, place):
    drawn = LiveFigure("gpt-walk", first_state(params, config, letters, name, place), FIGURE.data, "")
    with on_a_page(browser, drawn, java_script_enabled=False) as element:
        return as_drawn(element)


def go_to(element, place):
    """Choose a number as a reader does."""
    if part(element, "layer").is_visible():
        part(element, "layer").select_option(str(place.layer))
    part(element, "chips").locator("button").nth(place.at).click()
    element.locator(f'[data-head="{place.head}"]').click()
    element.locator(f'[data-stage="{place.key}"] .cells').nth(place.row).locator(".cell").nth(place.index).click()


# Its numbers --------------------------------------------------------------------------------------------------------


def test_the_script_draws_the_first_state_as_python_did(browser):
    assert_first_state_is_python_s(browser, FIGURE)
    assert_first_state_is_python_s(browser, DEEP_FIGURE)


@pytest.mark.parametrize("name", ["ava", "", LONGEST])
def test_the_arrays_are_those_of_the_chapter_s_model(figure, name):
    """Computed once more from its own functions, at the last position."""
    part(figure, "name").fill(name)
    part(figure, "chips").locator("button").last.click()
    ids, p = encode(name, ENGLISH), {key: Tensor(x.data) for key, x in PARAMS.items()}
    start = rmsnorm(gather_rows(p["wte"], np.array([ids[:-1]])) + gather_rows(p["wpe"], np.arange(len(name) + 1)))
    mixed = self_attention(rmsnorm(start), *(p[f"layer0.attn_w{letter}"] for letter in "qkv"), CONFIG.n_head)
    between = start + linear(mixed, p["layer0.attn_wo"])
    stream = between + mlp(rmsnorm(between), p["layer0.mlp_fc1"], p["layer0.mlp_fc2"])
    logits = gpt(PARAMS, np.array([ids[:-1]]), CONFIG).data[0, -1]
    probabilities = np.exp(logits) / np.exp(logits).sum()
    expected = {
        "token": p["wte"].data[ids[-2]], "position": p["wpe"].data[len(name)], "start": start.data[0, -1], "mixed": mixed.data[0, -1],
        "between": between.data[0, -1], "stream": stream.data[0, -1], "logits": logits, "probabilities": probabilities,
        "surprise": -np.log(probabilities[[ids[-1]]]), "query": linear(rmsnorm(start), p["layer0.attn_wq"]).data[0, -1, :4],
    }
    for key, numbers in expected.items():
        assert np.allclose(numbers_in(figure, key), [numbers], atol=0.501 if np.abs(numbers).max() > 99.9 else 0.0501 if np.abs(numbers).max() > 9.99 else 0.00501), key


STATES = [
    (FIGURE, "isabella", Place("scores", 0, 2, 5, 3)), (FIGURE, "isabella", Place("mlp_added", 0, 7, 8)), (FIGURE, "ava", Place("key", 1, 2, 2, 1)),
    (FIGURE, "emma", Place("probabilities", 0, 23, 3)), (FIGURE, "", Place("mixed", 0, 15, 0, 3)), (DEEP_FIGURE, "ανη", Place("attn_square", 0, 0, 3, 1, 1)),
    (DEEP_FIGURE, "ηνναα", Place("bent", 0, 30, 2, 0, 2)),
]


@pytest.mark.parametrize(("drawn", "name", "place"), STATES)
def test_every_state_looks_as_python_draws_it(browser, drawn, name, place):
    """Sentences, sums and labels too."""
    model = (PARAMS, CONFIG, ENGLISH) if drawn is FIGURE else (DEEP_PARAMS, DEEP, GREEK)
    with on_a_page(browser, drawn) as element:
        part(element, "name").fill(name)
        go_to(element, place)
        assert as_drawn(element) == as_python_draws(browser, *model, name, place)


# Its sums -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("whole", "at", "head", "layer"), [(way("emma"), 3, 2, 0), (way("ηννα", DEEP_PARAMS, DEEP, GREEK), 4, 1, 1)])
def test_every_sum_adds_up_to_its_number_and_every_factor_is_where_it_leads(whole, at, head, layer):
    """All numbers on the way, to the last digit."""
    places = places_of(whole, at, head, layer)
    known = {}

    def number_at(place):
        around = (place.at, place.head, place.layer)
        known.setdefault(around, dict(places_of(whole, *around)))
        return known[around][place]

    for place, number in places:
        terms, ends = sum_of(whole, place)
        assert ends[-1][1] == pytest.approx(number, abs=1e-12), place
        if not terms:
            assert place.key in ("token", "position")
            continue
        total = sum(term[3] for term in terms)
        assert total == pytest.approx(ends[0][1], rel=1e-9, abs=1e-9), place
        for _, (sign, after), factors, value in terms:
            product = np.prod([x for x, _ in factors])
            less = float(after.strip(" )").replace("− ", "-").replace("+ ", "")) if after else 0
            made = product if not sign else np.exp(product + less) if sign == "e^(" else -np.log(product)
            assert (max(made, 0) if place.key == "bent" else made) == pytest.approx(value, rel=6e-4 if after else 1e-9, abs=1e-9), place   # it is written with three digits
            for x, target in factors:
                if target is not None and target.key.endswith("_square"):
                    assert x == pytest.approx((number_at(target) + 1e-5) ** -0.5)
                elif target is not None:
                    assert x == pytest.approx(number_at(target), abs=1e-12), (place, target)


def test_each_sum_in_the_page_adds_up_as_it_stands_there(figure):
    """First, middle and last number of each array: the lines come to the total, products to their lines, the end to the number."""
    found = figure.evaluate("""element => {
        const numbers = (root, kind) => [...root.querySelectorAll(kind)].map(each => Number(each.textContent));
        return [...element.querySelectorAll("[data-stage]")].flatMap(({ dataset: { stage } }) => {
            const cells = () => element.querySelectorAll(`[data-stage="${stage}"] .cell`);
            const n = cells().length;
            return [...new Set([0, n >> 1, n - 1])].map(i => {
                cells()[i].click();
                const sum = element.querySelectorAll("[data-part=sum]");
                return { stage, count: sum.length, inside: sum[0].closest("[data-stage]").dataset.stage, cell: Number(cells()[i].lastChild.data),
                    lines: [...sum[0].querySelectorAll("tbody tr")].map(row => [numbers(row, ".factor, td span"), numbers(row, "td:last-child")[0], row.textContent]), says: sum[0].querySelector("p").textContent,
                    ends: numbers(sum[0], "tfoot td") };
            });
        });
    }""")
    assert len({each["stage"] for each in found}) == 24
    for each in found:
        assert each["count"] == 1 and each["inside"] == each["stage"]
        assert abs(each["ends"][-1] - each["cell"]) < (0.51 if abs(each["cell"]) >= 100 else 0.051 if abs(each["cell"]) >= 10 else 0.0061), each
        sizes = [abs(value) for factors, value, _ in each["lines"] if factors]
        assert sizes == sorted(sizes, reverse=True) and len(sizes) <= LINES
        if each["lines"]:
            assert "#" not in each["says"] and abs(sum(value for _, value, _ in each["lines"]) - each["ends"][0]) < 0.0006 * (len(each["lines"]) + 1), each
        for factors, value, text in each["lines"]:
            if len(factors) == 2:
                assert abs(np.prod(factors) - value) < 0.0006 * (2 + sum(map(abs, factors))), (each["stage"], text)


def test_the_largest_terms_have_lines_and_the_others_share_one():
    terms = [(str(n), ("", ""), [], (-1) ** n * float(n)) for n in range(LINES + 3)]
    lines, n_rest, rest = largest_first(terms)
    assert [term[3] for term in lines[:3]] == [18.0, -17.0, 16.0] and n_rest == 3 and rest == 0 - 1 + 2
    assert largest_first(terms[:2])[1:] == (0, 0) and len(largest_first(terms[:2])[0]) == 2
    zeros = [(label, texts, [], 0.0) for label, texts, *_ in terms]
    assert largest_first(zeros[:-2] + terms[-2:]) == (terms[:-3:-1], LINES + 1, 0)


# What a reader does -------------------------------------------------------------------------------------------------


def test_a_number_can_be_followed_back_to_a_knob(figure):
    """From the surprise on, each time by the first factor that leads on: to a row of a table that no sum made."""
    stages = []
    for _ in range(20):
        pressed = figure.locator(".cell[aria-pressed=true]")
        stages.append(pressed.evaluate("cell => cell.closest('[data-stage]').dataset.stage"))
        factors = part(figure, "sum").locator(".factor")
        if not factors.count():
            break
        value = float(factors.first.inner_text())
        factors.first.click()
        assert abs(float(figure.locator(".cell[aria-pressed=true]").evaluate("cell => cell.lastChild.data")) - value) < 0.051
        assert figure.page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    assert stages[:4] == ["surprise", "probabilities", "logits", "stream"] and stages[-1] in ("token", "position")


def test_a_factor_of_another_position_or_head_leads_there(figure):
    go_to(figure, Place("key", 1, 0, 3, 2))
    part(figure, "sum").locator(".factor").first.click()
    assert "What attention reads: the stream, normed, at position 1 (e), number" in part(figure, "says").inner_text()
    go_to(figure, Place("mixed", 0, 14, 3, 0))
    part(figure, "sum").locator(".factor").first.click()
    assert part(figure, "says").inner_text().startswith("Weights of head 3, at position 3 (m), of ")


def test_a_head_is_chosen_and_seen(figure):
    figure.locator("[data-head='2']").click()
    assert np.allclose(numbers_in(figure, "query"), [way("emma")["layers"][0]["attention"]["query"][3, 8:12]], atol=0.00501)
    assert [button.get_attribute("aria-pressed") for button in figure.locator("[data-head]").all()] == ["false", "false", "true", "false"]
    assert figure.page.evaluate("document.activeElement.dataset.head") == "2"
    assert figure.locator(".ours").count() == 4 and abs(numbers_in(figure, "weights").sum() - 1) < 0.03


def test_it_is_worked_by_keyboard_alone(figure):
    keyboard, says = figure.page.keyboard, part(figure, "says")
    part(figure, "name").focus()
    keyboard.press("Tab")
    for key, at, token in [("ArrowRight", 4, "a"), ("Home", 0, "."), ("ArrowLeft", 0, "."), ("ArrowDown", 1, "e"), ("End", 4, "a"), ("ArrowUp", 3, "m")]:
        keyboard.press(key)
        assert f"at position {at} ({token})" in says.inner_text()
    keyboard.press("Tab")   # the heads
    for _ in range(CONFIG.n_head):
        keyboard.press("Tab")
    for key, text in [
        ("ArrowUp", "Probabilities, at position 3 (m), of a"), ("ArrowRight", "Probabilities, at position 3 (m), of b"), ("ArrowUp", "Logits, at position 3 (m), of b"),
        ("End", "Logits, at position 3 (m), of ."), ("ArrowUp", "Stream after the MLP, at position 3 (m), number 15"), ("ArrowLeft", "Stream after the MLP, at position 3 (m), number 14"),
        ("Home", "Stream after the MLP, at position 3 (m), number 0"), ("ArrowLeft", "Stream after the MLP, at position 3 (m), number 0"),
        ("ArrowDown", "Logits, at position 3 (m), of a"),
    ]:
        keyboard.press(key)
        assert says.inner_text().startswith(text), key
        assert figure.page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    keyboard.press("Tab")
    keyboard.press("Enter")   # the largest product's number
    assert says.inner_text().startswith("Stream after the MLP, at position 3 (m), number ")


@pytest.mark.parametrize(("text", "said"), [
    ("zoé", "Not in the vocabulary: é."), ("a b3", "Not in the vocabulary: space, 3."), ("a" * 16, "The model reads at most 15 letters, and this has 16."),
])
def test_what_the_model_cannot_read_is_refused_and_said(figure, text, said):
    before = as_drawn(part(figure, "stages"))
    part(figure, "name").fill(text)
    assert part(figure, "says").inner_text() == f"{said} Below is still emma." and part(figure, "name").get_attribute("aria-invalid") == "true"
    assert as_drawn(part(figure, "stages")) == before
    part(figure, "name").fill("Emma")
    assert as_drawn(part(figure, "stages")) == before and part(figure, "name").get_attribute("aria-invalid") == "false"


def test_a_clicked_number_stays_where_it_is(figure):
    """Though the sum above it goes away, and one appears below."""
    figure.locator('[data-stage="attn_square"] .cell').click()
    cell = figure.locator('[data-stage="logits"] .cell').nth(3)
    cell.scroll_into_view_if_needed()
    top = cell.bounding_box()["y"]
    cell.click()
    assert abs(figure.locator('[data-stage="logits"] .cell').nth(3).bounding_box()["y"] - top) < 2


def test_one_layer_needs_no_choice_of_layers(figure):
    assert not part(figure, "layer").is_visible()


def test_without_scripts_the_first_state_can_be_read(browser):
    with on_a_page(browser, FIGURE, java_script_enabled=False) as element:
        assert numbers_in(element, "logits").shape == (1, 27) and part(element, "sum").locator("tr").count() == 2
        assert all(control.is_disabled() for control in element.locator("input, select, .chip, .cell:nth-child(1), .factor").all())


# How it is made -----------------------------------------------------------------------------------------------------


def test_its_caption_names_the_run():
    assert f"Trained: seed 0, {FACTS['settings']['n_steps']:,} steps of 32 names, held-out loss {FACTS['held_out']:.3f} nats per token." in FIGURE.caption
    assert DEEP_FIGURE.caption.endswith("Random: drawn with seed 3, never trained.")


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="want a config with 6 tokens"):
        walk_figure(PARAMS, CONFIG, ENGLISH[:5], "abba")
    with pytest.raises(ValueError, match="want token ids"):
        walk_figure(PARAMS, CONFIG, ENGLISH, "a" * 16)


def test_tokens_are_words_not_markup(browser):
    config = GPTConfig(vocab_size=4, context_length=6)
    assert_first_state_is_python_s(browser, walk_figure(init_params(config, np.random.default_rng(0)), config, ["<", "&", '"'], '<&"', {"seed": 0}))


def test_it_is_small_and_may_stand_twice_on_a_page():
    output = FIGURE._repr_html_()
    assert len(output) < 130_000 and not re.search(r"\bid=", output)


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_cut_off_and_every_number_can_be_read(browser, width):
    with on_a_page(browser, walk_figure(PARAMS, CONFIG, ENGLISH, LONGEST), viewport={"width": width, "height": 800}) as element:
        for key in ("surprise", "mlp_added", "attn_normed", "weights"):
            element.locator(f'[data-stage="{key}"] .cell').last.click()
            assert what_is_cut_off(element) == [], key
        cells = element.locator(".cell").evaluate_all("""cells => cells.map(cell => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            const { width, height } = cell.getBoundingClientRect();
            return [range.getBoundingClientRect().width - width, width, height, parseFloat(getComputedStyle(cell).fontSize)];
        })""")
        assert max(over for over, *_ in cells) <= 0.5
        assert min(min(width, height) for _, width, height, _ in cells) >= 24 and min(size for *_, size in cells) >= (11 if width >= 360 else 10)
