"""The figure of "Cut text into pieces": its tokens and ids are those of helpers/bpe.py, for every text and number of merges."""

import functools
import json

import pytest

from figures import assert_first_state_is_python_s, on_a_page, part, shown, what_is_cut_off
from helpers.bpe import encode_text, split_pieces, train_merges
from helpers.live.pieces import LONGEST, first_state, label_of, pieces_figure
from helpers.live.shell import LiveFigure
from helpers.text import load_texts

TEXTS = [
    "", " ", "self.assertEqual(x, 12)", "  two  spaces ", "it's we're don't 'tis", "snake_case __init__", "Привет, мир", "お元気ですか？", "naïve cafe\u0301",
    "a👩‍🚀b🙂", "x² + ½ = Ⅻ ٣", "<b>&amp;\"</b>", "\u00a0\u2003x\ufeffy", "return self.strawberry",
]


@functools.cache
def merges():
    texts = load_texts()
    return train_merges([texts["argparse.py"], "Привет, мир. Привет, мир. お元気ですか お元気ですか"], 400)


@pytest.fixture(scope="module")
def made():
    return pieces_figure(merges())


@pytest.fixture
def figure(browser, made):
    with on_a_page(browser, made) as element:
        yield element


def says(figure):
    return part(figure, "says").inner_text()


def ids_in(figure):
    return [int(text) for text in figure.locator(".chip small").all_inner_texts()]


def as_drawn(figure):
    return [line for line in shown(figure) if not line.startswith("input")]


def set_merges(figure, n):
    part(figure, "merges").fill(str(n))


def test_the_script_draws_the_first_state_as_python_did(browser, made):
    assert_first_state_is_python_s(browser, made)
    assert_first_state_is_python_s(browser, pieces_figure(merges()[:7], "Привет, self", 3))
    assert_first_state_is_python_s(browser, pieces_figure(train_merges(["\ufeff\ufeff"], 5), "\ufeffx"))   # a mark that decoders like to drop
    assert_first_state_is_python_s(browser, pieces_figure(train_merges([load_texts()["argparse.py"]], 1010), "self"))   # numbers above a thousand


def test_tokens_are_those_of_python_for_any_text_and_number_of_merges(figure):
    for text in TEXTS:
        part(figure, "text").fill(text)
        for n in (0, 1, 50, 257, 400):
            set_merges(figure, n)
            assert ids_in(figure) == encode_text(text, merges()[:n]), (text, n)


@pytest.mark.parametrize("text", ["self, x", "Привет, мир", "a👩‍🚀b🙂 x²", "<b>&amp;\"</b>", ""])
@pytest.mark.parametrize("n", [0, 30, 400])
def test_every_state_looks_as_python_draws_it(browser, figure, made, text, n):
    part(figure, "text").fill(text)
    set_merges(figure, n)
    state = LiveFigure("gpt-pieces", first_state(merges(), text, n), made.data, "")
    with on_a_page(browser, state, java_script_enabled=False) as of_python:
        assert as_drawn(figure) == as_drawn(of_python)


def test_the_pattern_cuts_as_python_s_does(browser, made):
    """Each kind of character on both sides of each other kind."""
    kinds = ["a", "é", "5", "²", "Ⅻ", "٣", "_", ".", "'s", "'", " ", "\t", "\n", "\u00a0", "\x85", "\x1f", "\u2028", "\ufeff", "\u0301", "字", "🙂", "\u200d"]
    texts = [f"{a}{b}{c}" for a in kinds for b in kinds for c in ("", "x", " y")]
    source = made._repr_html_()
    start = source.index("const SPACE")
    pattern = source[start : source.index("const utf8")]
    with on_a_page(browser, made) as element:
        found = element.page.evaluate(f"(texts) => {{ {pattern} return texts.map((text) => text.match(PIECE) ?? []); }}", texts)
    wrong = [(text, split_pieces(text), theirs) for text, theirs in zip(texts, found, strict=True) if split_pieces(text) != theirs]
    assert not wrong, wrong[:5]


def test_stepping_stops_at_each_merge_that_changes_the_text_and_nowhere_else(figure):
    text = "argument_parser, self"
    part(figure, "text").fill(text)
    set_merges(figure, 0)
    sizes = [len(encode_text(text, merges()[:n])) for n in range(401)]
    stops = [n for n in range(1, 401) if sizes[n] != sizes[n - 1]]
    visited = []
    while part(figure, "on").get_attribute("aria-disabled") == "false":
        part(figure, "on").click()
        visited.append(int(part(figure, "merges").input_value()))
        assert ids_in(figure) == encode_text(text, merges()[: visited[-1]])
    assert visited == stops and len(stops) > 5
    back = []
    while part(figure, "back").get_attribute("aria-disabled") == "false":
        part(figure, "back").click()
        back.append(int(part(figure, "merges").input_value()))
    assert back == [*reversed(stops[:-1]), 0]
    part(figure, "back").click(force=True)
    assert part(figure, "merges").input_value() == "0"


def test_it_says_what_a_merge_does_here(figure):
    part(figure, "text").fill("x")
    set_merges(figure, 0)
    assert says(figure) == "1 character, 1 byte, 1 token with 0 merges. No merge so far: each byte is a token."
    set_merges(figure, 1)
    assert says(figure) == "1 character, 1 byte, 1 token with 1 merge. Merge 1 makes ␣ and ␣ one token, 256: 0 times in this text."
    part(figure, "text").fill("x\u00e9")
    assert says(figure).startswith("2 characters, 3 bytes, 3 tokens")


def test_a_long_text_is_cut_off_and_it_says_so(figure):
    part(figure, "text").fill("🙂" * LONGEST)
    assert "Only the first" not in says(figure)
    part(figure, "text").fill("🙂" * LONGEST + "!")
    assert says(figure).endswith(f" Only the first {LONGEST} characters are cut.") and says(figure).startswith("60 characters, 240 bytes")


def test_neighbouring_pieces_look_different_and_tokens_of_one_alike(figure):
    part(figure, "text").fill("zqx.zqx")
    set_merges(figure, 0)
    classes = figure.locator(".chip").evaluate_all("(chips) => chips.map((chip) => chip.className)")
    assert classes == ["chip token"] * 3 + ["chip key"] + ["chip query"] * 3
    styles = figure.locator(".chip").evaluate_all("(chips) => chips.map((chip) => getComputedStyle(chip).borderStyle)")
    assert len(set(styles)) == 3


def test_it_is_worked_by_keyboard_alone(figure):
    keyboard = figure.page.keyboard
    part(figure, "text").focus()
    keyboard.press("End")
    keyboard.type("x")
    assert says(figure).startswith("29 characters")
    keyboard.press("Tab")
    keyboard.press("Home")
    assert ids_in(figure) == encode_text("raise ValueError(strawberry)x", [])
    keyboard.press("ArrowRight")
    assert part(figure, "merges").get_attribute("aria-valuetext") == "1 merge"
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Enter")
    assert len(ids_in(figure)) < 29


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
def test_nothing_is_cut_off(browser, made, width):
    with on_a_page(browser, made, viewport={"width": width, "height": 800}) as element:
        for text in ["a" * 60, "raise ValueError(strawberry)", "--------------------------------"]:
            part(element, "text").fill(text)
            assert what_is_cut_off(element) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_light_and_dark(browser, made, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    with on_a_page(browser, made, color_scheme=scheme) as element:
        found = axe.Axe().run(element.page, context="gpt-pieces").response["violations"]
        assert not found, [(each["id"], each["nodes"][0]["html"]) for each in found]


def test_bytes_that_are_no_letter_are_shown_in_base_16():
    assert label_of(b" self") == "␣self" and label_of(b"\xd0") == "D0" and label_of("é".encode()) == "é" and label_of(b"\n ") == "U+000A␣"
    assert label_of(b"\xf0\x9f") == "F0 9F"


def test_what_it_cannot_show_is_said():
    with pytest.raises(ValueError, match="at least one merge"):
        pieces_figure([])
    with pytest.raises(ValueError, match="from 0 to 400 merges, got 401"):
        pieces_figure(merges(), n_merges=401)


def test_what_it_sends_is_small(made):
    assert len(json.dumps(made.data)) < 10_000
