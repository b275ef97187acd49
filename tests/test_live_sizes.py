"""The sizes of "Meet the real GPT-2": each choice shows the knobs that the models themselves have, and their bytes."""

import html
import math
import re

import numpy as np
import pytest

from figures import assert_first_state_is_python_s, bars, on_a_page, part, shown, what_is_cut_off
from helpers.gpt2 import gpt2_shapes
from helpers.live.shell import LiveFigure
from helpers.live.sizes import (
    KINDS,
    OWN,
    PRESETS,
    SLIDERS,
    bytes_of,
    first_state,
    knobs_of,
    preset_of,
    size_text,
    sizes_figure,
    state,
)
from helpers.model import GPTConfig, param_shapes
from helpers.recording.models import RUNS
from helpers.recording.small_gpt2 import CONFIG
from helpers.sampling import Cache

FIGURE = sizes_figure()
OTHERS = [("GPT-2", 1, 16, 27, 16), ("microgpt", 96, 12288, 128256, 32768), ("GPT-2", 2, 96, 256, 2048), ("microgpt", 12, 768, 50257, 1024)]
STATES = [*PRESETS.values(), *OTHERS]


def config_of(sizes):
    _, n_layer, n_embd, vocab_size, context_length = sizes
    return GPTConfig(vocab_size, context_length, n_layer, 1, n_embd)


@pytest.fixture
def figure(browser):
    with on_a_page(browser, FIGURE) as element:
        yield element


def go_to(element, sizes):
    part(element, "kind").select_option(sizes[0])
    for (name, (_, values)), size in zip(SLIDERS.items(), sizes[1:], strict=True):
        part(element, name).fill(str(values.index(size)))


def table(element, name):
    rows = part(element, name).locator("tr").evaluate_all("rows => rows.map(row => [...row.children].map(cell => cell.innerText))")
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("sizes", STATES, ids=str)
def test_the_knobs_are_those_of_the_models(sizes):
    shapes = (gpt2_shapes if sizes[0] == "GPT-2" else param_shapes)(config_of(sizes))
    counts = {name: math.prod(shape) for name, shape in shapes.items()}
    found = knobs_of(*sizes)
    assert sum(found.values()) == sum(counts.values())
    assert found["tokens"] == counts["wte"] and found["positions"] == counts["wpe"] and found["output matrix"] == counts.get("lm_head", 0)
    for name, word in [("attention", ".attn_"), ("MLP", ".mlp_"), ("norms", "norm")]:
        assert found[name] == sum(count for each, count in counts.items() if word in each)


def test_presets_have_the_sizes_that_are_known():
    totals = {name: sum(knobs_of(*sizes).values()) for name, sizes in PRESETS.items()}
    assert totals["microgpt"] == 4192 and totals["GPT-2 small"] == 124_439_808 and totals["GPT-2 medium"] == 354_823_168
    assert totals["GPT-2 large"] == 774_030_080 and totals["GPT-2 XL"] == 1_557_611_200 and 174.5e9 < totals["GPT-3"] < 175.5e9
    small = PRESETS["this chapter's small GPT-2"]
    assert config_of(small) == GPTConfig(CONFIG.vocab_size, CONFIG.context_length, CONFIG.n_layer, 1, CONFIG.n_embd)
    best = RUNS["best"][0]
    assert PRESETS["this book's best on names"] == ("microgpt", best.n_layer, best.n_embd, best.vocab_size, best.context_length)
    for sizes in PRESETS.values():
        assert all(size in values for size, (_, values) in zip(sizes[1:], SLIDERS.values(), strict=True))


def test_the_bytes_are_those_of_the_arrays():
    cache = Cache(GPTConfig(27, 64, 3, 4, 96), 1, "float32")
    found = bytes_of(1000, 3, 96, 64)
    assert found["keys and values"] == sum(array.nbytes for array in [*cache.keys, *cache.values])
    assert [found[name] for name in ("knobs in float16", "knobs in float32", "training with Adam")] == [2000, 4000, 16000]


@pytest.mark.parametrize(("n_bytes", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (16768, "16.8 kB"), (497_759_232, "498 MB"), (99_950, "100.0 kB"), (2.8e12, "2.8 TB"), (3e15, "3,000 TB")])
def test_bytes_are_told_short(n_bytes, text):
    assert size_text(n_bytes) == text


def test_the_script_draws_the_first_state_as_python_did(browser):
    assert_first_state_is_python_s(browser, FIGURE)
    assert_first_state_is_python_s(browser, sizes_figure("microgpt"))


@pytest.mark.parametrize("sizes", STATES, ids=str)
def test_every_state_looks_as_python_draws_it(browser, figure, sizes):
    go_to(figure, sizes)
    with on_a_page(browser, LiveFigure("gpt-sizes", first_state(sizes), FIGURE.data, ""), java_script_enabled=False) as element:
        expected = shown(element)

    def unset(lines):   # which option and value a page had first
        return [re.sub(r" value=\S+| selected=", "", line) for line in lines]

    assert unset(shown(figure)) == unset(expected)
    assert part(figure, "preset").input_value() == preset_of(sizes)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_sets_every_size(figure, name):
    part(figure, "preset").select_option(name)
    kind, *sizes = PRESETS[name]
    assert part(figure, "kind").input_value() == kind
    assert [part(figure, f"{each}-shown").inner_text() for each in SLIDERS] == [f"{size:,}" for size in sizes]
    knobs = knobs_of(kind, *sizes)
    found = table(figure, "knobs")
    assert {each: int(texts[0].replace(",", "")) for each, texts in found.items()} == knobs
    assert part(figure, "says").inner_text().startswith(f"{sum(knobs.values()):,} knobs")
    lengths, measured = bars(part(figure, "knobs"))
    assert lengths == pytest.approx([number / max(knobs.values()) for number in knobs.values()], abs=0.001) and measured == pytest.approx(lengths, abs=0.02)
    memory = bytes_of(sum(knobs.values()), sizes[0], sizes[1], sizes[3])
    assert {each: texts[0] for each, texts in table(figure, "bytes").items()} == {each: size_text(size) for each, size in memory.items()}
    assert bars(part(figure, "bytes"))[0] == pytest.approx([size / max(memory.values()) for size in memory.values()], abs=0.001)


def test_a_step_away_from_a_preset_is_the_reader_s_own(figure):
    part(figure, "layers").focus()
    figure.page.keyboard.press("ArrowRight")
    assert part(figure, "preset").input_value() == OWN and part(figure, "layers-shown").inner_text() == "24"
    figure.page.keyboard.press("ArrowLeft")
    assert part(figure, "preset").input_value() == "GPT-2 small"
    own = part(figure, "preset").locator("option", has_text=OWN)   # says nothing of sizes, so nobody can choose it
    assert own.is_disabled() and part(figure, "preset").locator("option:disabled").count() == 1


def test_it_is_worked_by_keyboard_alone(figure):
    part(figure, "preset").focus()
    figure.page.keyboard.press("Home")
    assert part(figure, "says").inner_text().startswith("4,192 knobs, 1.0 times those of microgpt. The largest part: MLP")
    figure.page.keyboard.press("Tab")
    figure.page.keyboard.press("Home")
    assert part(figure, "kind").input_value() == KINDS[0] and "4,192" not in part(figure, "says").inner_text()
    for _, (name, (_, values)) in enumerate(SLIDERS.items()):
        figure.page.keyboard.press("Tab")
        figure.page.keyboard.press("End")
        assert part(figure, name).get_attribute("aria-valuetext") == f"{values[-1]:,}"


def test_without_scripts_the_first_state_can_be_read(browser):
    with on_a_page(browser, FIGURE, java_script_enabled=False) as element:
        assert part(element, "says").inner_text().startswith("124,439,808 knobs")
        assert all(control.is_disabled() for control in element.locator("[data-wakes]").all())


def test_an_unknown_preset_is_refused_and_the_output_is_small():
    with pytest.raises(ValueError, match="want one of microgpt, .*, got 'GPT-5'"):
        sizes_figure("GPT-5")
    output = FIGURE._repr_html_()
    assert len(output) < 40_000 and not re.search(r"\sid=", output)


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off(browser, width, scheme):
    with on_a_page(browser, FIGURE, viewport={"width": width, "height": 800}, color_scheme=scheme) as element:
        for sizes in (PRESETS["microgpt"], OTHERS[1]):
            go_to(element, sizes)
            assert what_is_cut_off(element) == []


def test_a_browser_that_kept_other_sizes_shows_those_of_the_figure(browser):
    other = LiveFigure("gpt-sizes", first_state(PRESETS["microgpt"]), FIGURE.data, "")   # as if they stood from the last visit
    with on_a_page(browser, other) as element:
        assert part(element, "says").inner_text().startswith("124,439,808 knobs")
        assert part(element, "preset").input_value() == "GPT-2 small" and part(element, "width-shown").inner_text() == "768"


def words_of(page):
    """What a piece of HTML says, tags left out."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_many_other_sizes_are_told_as_python_tells_them(figure):
    rng = np.random.default_rng(0)
    lists = [values for _, values in SLIDERS.values()]
    tried = [(KINDS[rng.integers(2)], *(values[rng.integers(len(values))] for values in lists)) for _ in range(150)]
    told = figure.evaluate(
        """(figure, states) => states.map(([kind, ...places]) => {
            const part = (name) => figure.querySelector(`[data-part="${name}"]`);
            part("kind").value = kind;
            for (const [name, place] of places) { part(name).value = place; part(name).dispatchEvent(new Event("input", { bubbles: true })); }
            return ["says", "knobs", "bytes"].map((name) => [...part(name).querySelectorAll("tr")].map((row) => [...row.children].map((each) => each.textContent).join(" ")).join(" ")
                || part(name).textContent);
        })""",
        [[kind, *([name, values.index(size)] for (name, (_, values)), size in zip(SLIDERS.items(), sizes, strict=True))] for kind, *sizes in tried],
    )
    for sizes, shown_now in zip(tried, told, strict=True):
        wanted = state(*sizes)
        assert [" ".join(words.split()) for words in shown_now] == [words_of(wanted[name]) for name in ("says", "knobs", "bytes")], sizes


def test_each_slider_bears_the_name_of_what_it_moves(figure):
    for name in SLIDERS:
        assert part(figure, name).evaluate("slider => slider.labels[0].innerText.trim().toLowerCase()") == name


@pytest.mark.parametrize("name", PRESETS)
def test_without_scripts_the_menus_name_what_is_shown(browser, name):
    with on_a_page(browser, sizes_figure(name), java_script_enabled=False) as element:
        assert part(element, "preset").input_value() == name and part(element, "kind").input_value() == PRESETS[name][0]


def test_the_caption_names_the_type_of_number_that_is_counted():
    kind = re.search(r"Keys and values: [^.]*\bfloat(\d+)\.", FIGURE.caption)
    assert bytes_of(1, 3, 8, 5)["keys and values"] == 2 * 3 * 5 * 8 * int(kind[1]) // 8
    kind = re.search(r"Training with Adam: knobs, gradients and two running means in float(\d+)", FIGURE.caption)
    assert bytes_of(1, 1, 1, 1)["training with Adam"] == 4 * int(kind[1]) // 8
