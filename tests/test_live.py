"""What all live figures share, and the token figure, worked by mouse and keyboard as a reader would."""

import random
import re
from pathlib import Path

import pytest

from figures import shown
from helpers.ladder import show_ladder
from helpers.live import shell
from helpers.live.shell import LiveFigure, bar, bundle, counted, percent, visible
from helpers.live.tokens import LONGEST, token_figure
from helpers.names import LETTERS
from helpers.palette import PALETTE
from helpers.tokenizer import encode, letters_of

TOKENS_PAGE = "chapters/01_names_and_tokens.html"
ENGLISH = list(LETTERS)
MODULES = sorted(file.name for file in Path(shell.__file__).parent.glob("*.js"))


def ids_in(figure):
    return [int(text) for text in figure.locator(".chip small").all_inner_texts()]


def rows_in(figure):
    """The table of questions, cell by cell."""
    return [row.locator("td").all_inner_texts() for row in figure.locator("tbody tr").all()]


def says(figure):
    return figure.locator("[data-part=says]").inner_text()


def typed(figure, text):
    figure.get_by_label("Name").fill(text)
    return figure


def test_who_comes_back_to_a_page_finds_what_is_computed_there():
    """A browser puts old values into controls when one goes back, and the figure beside them shows its first state."""
    first = '<input data-part="a" type="range"><select><option>b</option></select><input type="text" autocomplete="off">'
    output = LiveFigure("gpt-tokens", first, {}, "A caption.")._repr_html_()
    assert re.findall(r"<(?:input|select)[^>]*", output) == [
        '<input autocomplete="off" data-part="a" type="range"', '<select autocomplete="off"', '<input type="text" autocomplete="off"',
    ]


# The token figure -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ava", "q", "", "alexander", "zz"])
def test_tokens_and_questions_are_those_of_python(open_figure, name):
    figure = typed(open_figure(token_figure(ENGLISH)), name)
    token_ids, text = encode(name, ENGLISH), f".{name}."
    assert ids_in(figure) == token_ids
    assert figure.locator(".chip").all_inner_texts() == [f"{a}\n{b}" for a, b in zip(text, token_ids, strict=True)]
    questions = zip(range(len(token_ids)), token_ids, token_ids[1:], text[1:], strict=False)
    assert rows_in(figure) == [[text[: t + 1], str(now), str(then), answer] for t, now, then, answer in questions]
    letters, tokens = counted(len(name), "letter"), counted(len(name) + 2, "token")
    assert says(figure) == f"{letters}, {tokens}, {counted(len(name) + 1, 'question')}."


OWN_LISTS = {
    "english": (ENGLISH, ["emma", "ava", "q", "", "alexander"]),
    "accents, a hyphen, a space": (letters_of(["andré", "zoë-li", "d'or", "mary ann"]), ["andré", "zoë-li", "mary ann"]),
    "greek": (letters_of(["ελένη", "άννα", "γιώργος"]), ["άννα", "γιώργος"]),
    "a mark of its own": (letters_of(["x\u0302a"]), ["x\u0302a"]),
    "markup": (["<", "&", '"'], ['<&"', "&&"]),
}


@pytest.mark.parametrize("which", OWN_LISTS)
def test_what_is_typed_looks_as_if_python_had_drawn_it_first(open_figure, which):
    """From the first name to each other one and back: the module's drawing and Python's are the same."""
    letters, names = OWN_LISTS[which]
    figure = open_figure(token_figure(letters, names[0]))
    of_python = {name: shown(open_figure(token_figure(letters, name), java_script_enabled=False)) for name in names}
    assert shown(figure) == of_python[names[0]], "the first state changes when the module wakes"
    for name in [*names[1:], names[0]]:
        without_box = [line for line in shown(typed(figure, name)) if not line.startswith("input")]
        assert without_box == [line for line in of_python[name] if not line.startswith("input")]


UNKNOWN = {   # what is typed -> what the figure names, how many chips have no id
    "zoé": ("é", 1),
    "zoe\u0301": ("é", 1),        # in two characters: composed
    "a b": ("space", 1),
    " ": ("space", 1),
    "a3b!3": ("3, !", 3),
    "a\u0302x\u0302": ("â, ◌\u0302", 2),
    "a\u00a0b": ("U+00A0", 1),
    "😀a": ("😀", 1),
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_characters_that_the_vocabulary_does_not_have_are_all_named(open_figure, text):
    figure = typed(open_figure(token_figure(ENGLISH)), text)
    named, count = UNKNOWN[text]
    assert says(figure).startswith(f"Not in the vocabulary: {named}. ")
    assert figure.locator(".chip.unknown").count() == count
    assert all(chip.endswith("\nno id") and len(chip) > 6 for chip in figure.locator(".chip.unknown").all_inner_texts())
    assert rows_in(figure) == []


def test_capitals_become_small_letters_unless_the_vocabulary_has_some(open_figure):
    figure = typed(open_figure(token_figure(ENGLISH)), "Ada")
    assert ids_in(figure) == [26, 0, 3, 0, 26] and "Capitals become small" in says(figure)
    figure = typed(open_figure(token_figure(["A", "a", "d"], "Ada")), "aA")
    assert ids_in(figure) == [3, 1, 0, 3] and "Capitals" not in says(figure)


def test_a_very_long_text_is_cut_and_says_so(open_figure):
    figure = typed(open_figure(token_figure(ENGLISH)), "ab" * 200)
    assert len(ids_in(figure)) == LONGEST + 2 and f"first {LONGEST} characters" in says(figure)
    assert ids_in(open_figure(token_figure(ENGLISH, "ab" * 200), java_script_enabled=False)) == ids_in(figure)


@pytest.mark.parametrize("name", ["emma", "alexander", "m" * LONGEST])
def test_all_four_columns_fit_a_phone(open_figure, name):
    figure = open_figure(token_figure(ENGLISH, name), viewport={"width": 360, "height": 740})
    assert figure.locator(".scroll").evaluate("(region) => region.scrollWidth <= region.clientWidth")
    assert figure.locator("tbody tr").last.locator("td").last.bounding_box()["x"] < 340
    assert figure.locator("xpath=..").evaluate("(whole) => whole.scrollWidth <= whole.clientWidth")


def test_what_is_wrong_is_said_above_all_that_is_drawn(open_figure):
    figure = typed(open_figure(token_figure(ENGLISH), viewport={"width": 360, "height": 740}), "m" * 100)
    assert figure.bounding_box()["height"] < 2 * 740
    top = {part: figure.locator(f"[data-part={part}]").bounding_box()["y"] for part in ("name", "says", "chips", "pairs")}
    assert sorted(top, key=top.get) == list(top)
    assert figure.locator("thead").is_visible()
    typed(figure, "é")
    assert not figure.locator("thead").is_visible()   # of a table without a row


def test_tokens_can_be_typed_by_keyboard_alone(open_figure):
    figure = open_figure(token_figure(ENGLISH))
    keyboard = figure.page.keyboard
    keyboard.press("Tab")
    keyboard.press("Control+A")
    keyboard.type("bo")
    assert ids_in(figure) == [26, 1, 14, 26]


# The shell ----------------------------------------------------------------------------------------------------------

STAY = ["d", "0", " ", "ArrowDown", "Shift+ArrowUp", "Enter", "Backspace", "Home", "Shift+D", "é"]
GO_ON = ["Control+s", "Meta+s", "Control+Enter", "Shift+Enter", "Alt+Enter", "Control+Shift+z", "Escape", "Tab", "F1"]


@pytest.mark.parametrize("key", STAY + GO_ON)
def test_only_commands_leave_a_figure(open_figure, key):
    """A notebook acts on bare keys (d d deletes a cell), and should act on Ctrl+S and Shift+Enter."""
    figure = open_figure(token_figure(ENGLISH))
    figure.page.evaluate("document.addEventListener('keydown', ({ key }) => { if (key !== 'Shift') window.came = key; })")
    box = figure.get_by_label("Name")
    if key == "é":   # no key of its own here
        box.evaluate("(box, key) => box.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))", key)
    else:
        box.press(key)
    came = figure.page.evaluate("window.came")
    assert came == (None if key in STAY else key.split("+")[-1])


def test_a_letter_typed_with_altgr_stays_inside(open_figure):
    figure = open_figure(token_figure(ENGLISH))
    came = figure.evaluate("""(figure) => {
        let came = false;
        document.addEventListener("keydown", () => { came = true; });
        const keys = { key: "@", ctrlKey: true, altKey: true, modifierAltGraph: true, bubbles: true };
        figure.querySelector("input").dispatchEvent(new KeyboardEvent("keydown", keys));
        return came;
    }""")
    assert came is False


def test_what_is_wider_than_its_place_says_that_it_scrolls(open_figure):
    figure = LiveFigure("gpt-tokens", token_figure(ENGLISH).first.replace("<table", '<table style="width:500px"'), token_figure(ENGLISH).data, "wide")
    for width, hinted in [(1280, False), (360, True)]:
        region = open_figure(figure, viewport={"width": width, "height": 740}).locator(".scroll")
        region.page.wait_for_function("(wanted) => document.querySelector('.scroll').matches('.overflows') === wanted", arg=hinted)
        hint = region.evaluate("(region) => getComputedStyle(region, '::after').content")
        assert ("scroll" in hint) == hinted
        assert region.get_attribute("tabindex") == ("0" if hinted else None)


def test_numbers_are_written_alike_in_both_languages(open_figure):
    """At ties too, where the languages' own roundings differ: 1/16 is 6.25 %."""
    pairs = [(1, 16), (3, 16), (1, 8), (0, 5), (5, 5), (1, 27)] + [(random.Random(0).randrange(n), n) for n in range(1, 400)]
    characters = [*"a ͏́<.", "\u00a0", "\u200d", "\t", "😀", "\u0302", "ß"]
    code = re.sub(r"^(import .*|export )", "", shell.read("shell.js"), flags=re.MULTILINE)
    found = open_figure(token_figure(ENGLISH)).page.evaluate(
        f"""([pairs, characters]) => {{ {code}
            return [pairs.map(([part, whole]) => percent(part / whole)), pairs.map(([part, whole]) => bar(part / whole).outerHTML),
                    characters.map(visible), [0, 1, 2, 12345].map((number) => counted(number, "name"))];
        }}""", [pairs, characters])
    assert found[0] == [percent(part / whole) for part, whole in pairs] and found[0][0] == "6.3 %"
    assert found[1] == [bar(part / whole) for part, whole in pairs]
    assert found[2] == [visible(character) for character in characters]
    assert found[3] == [counted(number, "name") for number in (0, 1, 2, 12345)] == ["0 names", "1 name", "2 names", "12,345 names"]


def test_bars_stand_on_paper_without_backgrounds(open_figure):
    """A printer leaves backgrounds away, never borders."""
    figure = LiveFigure("gpt-tokens", token_figure(ENGLISH).first + bar(0.5), token_figure(ENGLISH).data, "a bar")
    element = open_figure(figure)
    element.page.emulate_media(media="print")
    style = "(bar) => { const { borderTopWidth, borderTopStyle, backgroundColor } = getComputedStyle(bar); return [borderTopWidth, borderTopStyle, backgroundColor]; }"
    width, line, background = element.locator(".bar").evaluate(style)
    assert float(width.removesuffix("px")) > 10 and line == "solid" and background == "rgba(0, 0, 0, 0)"


def test_one_output_carries_all_it_needs():
    html = token_figure(ENGLISH)._repr_html_()
    assert "class LiveElement" in html and "gpt-tokens" in html
    assert "src=" not in html and "href=" not in html


@pytest.mark.parametrize("module", MODULES)
def test_a_bundle_has_each_name_once(module):
    script = bundle(module)
    assert not re.search(r"^\s*(import|export) ", script, re.MULTILINE)
    names = re.findall(r"^(?:const|let|class|function) (\w+)", script, re.MULTILINE)
    assert sorted(names) == sorted(set(names))


def test_colours_are_those_of_the_palette():
    texts = {file.name: file.read_text(encoding="utf-8") for file in Path(shell.__file__).parent.glob("*.*")}
    texts["ladder"] = show_ladder()._repr_html_()
    found = [(name, *each) for name, text in texts.items() for each in re.findall(r"var\(--gpt-(\w+)(?:, *)?([^)]*)\)", text)]
    assert {name for name, *_ in found} >= {"shell.css", "ladder"}
    wrong = [f"{name}: --gpt-{role} falls back to {hexed!r}" for name, role, hexed in found if hexed != PALETTE[role][0]]
    assert not wrong, "\n".join(wrong)


def test_data_cannot_end_its_script_element():
    figure = LiveFigure("gpt-tokens", "", {"letters": ["</script><b>"]}, "a < b")
    assert "</script><b>" not in figure._repr_html_() and "a &lt; b" in figure._repr_html_()


def test_a_figure_says_that_its_script_has_not_run_and_its_controls_look_so(open_figure):
    """The line comes late: where the script is about to run, it would flicker."""
    look = "(box) => { const { opacity, borderTopStyle } = getComputedStyle(box); return [Number(opacity) < 1, borderTopStyle]; }"
    for scripts in (True, False):
        figure = open_figure(token_figure(ENGLISH), java_script_enabled=scripts)
        line = figure.page.get_by_text("The controls need scripts")
        assert not line.is_visible()
        assert figure.get_by_label("Name").evaluate(look) == [not scripts, "solid" if scripts else "dashed"]
        if not scripts:
            line.wait_for(state="visible", timeout=10_000)
        else:
            assert line.evaluate("(line) => getComputedStyle(line).display") == "none"


# On its page --------------------------------------------------------------------------------------------------------


def test_the_chapter_shows_this_figure_awake(open_page, open_figure):
    figure = open_page(TOKENS_PAGE).locator("gpt-tokens[data-live]")
    assert shown(figure) == shown(open_figure(token_figure(ENGLISH)))
    assert ids_in(typed(figure, "bo")) == [26, 1, 14, 26]


def test_without_scripts_the_first_state_stands(open_page):
    figure = open_page(TOKENS_PAGE, java_script_enabled=False).locator("gpt-tokens")
    assert ids_in(figure) == [26, 4, 12, 12, 0, 26]
    assert figure.get_by_label("Name").is_disabled()
