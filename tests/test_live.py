"""Live figures on the built pages, worked by mouse and keyboard as a reader would."""

import re
from pathlib import Path

import pytest

from helpers.ladder import show_ladder
from helpers.live import shell
from helpers.live.shell import LiveFigure, bundle
from helpers.live.tokens import token_figure
from helpers.names import LETTERS
from helpers.palette import PALETTE
from helpers.tokenizer import encode

TOKENS_PAGE = "chapters/01_names_and_tokens.html"


def ids_in(figure):
    return [int(text) for text in figure.locator(".chip small").all_inner_texts()]


@pytest.mark.parametrize("name", ["ava", "q", "", "alexander"])
def test_tokens_are_those_of_python_for_a_typed_name(open_page, name):
    figure = open_page(TOKENS_PAGE).locator("gpt-tokens")
    box = figure.get_by_label("Name")
    box.click()
    box.fill(name)
    token_ids = encode(name, list(LETTERS))
    assert ids_in(figure) == token_ids
    rows = [row.split("\t") for row in figure.locator("tbody").inner_text().splitlines()]
    assert [(int(row[1]), int(row[2])) for row in rows] == list(zip(token_ids, token_ids[1:], strict=False))
    assert f"{len(token_ids)} tokens" in figure.locator("[data-part=says]").inner_text()


def test_tokens_can_be_typed_by_keyboard_alone(open_page):
    page = open_page(TOKENS_PAGE)
    figure = page.locator("gpt-tokens")
    figure.get_by_label("Name").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("bo")
    assert ids_in(figure) == [26, 1, 14, 26]


def test_tokens_name_a_letter_that_the_vocabulary_does_not_have(open_page):
    figure = open_page(TOKENS_PAGE).locator("gpt-tokens")
    figure.get_by_label("Name").fill("zoé")
    assert "é" in figure.locator("[data-part=says]").inner_text()
    assert figure.locator(".chip.unknown").count() == 1
    assert figure.locator("tbody tr").count() == 0


def test_keys_do_not_leave_a_figure(open_page):
    """A notebook would act on them: d d deletes a cell."""
    page = open_page(TOKENS_PAGE)
    page.evaluate("document.addEventListener('keydown', (event) => { window.leaked = event.key; })")
    page.locator("gpt-tokens").get_by_label("Name").press("d")
    assert page.evaluate("window.leaked") is None


def test_without_scripts_the_first_state_stands(open_page):
    figure = open_page(TOKENS_PAGE, java_script_enabled=False).locator("gpt-tokens")
    assert ids_in(figure) == [26, 4, 12, 12, 0, 26]
    assert figure.get_by_label("Name").is_disabled()


def test_one_output_carries_all_it_needs():
    html = token_figure(list(LETTERS))._repr_html_()
    assert "class LiveElement" in html and "gpt-tokens" in html
    assert not re.search(r"^\s*(import|export) ", bundle("tokens.js"), re.MULTILINE)
    assert "src=" not in html and "href=" not in html


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


def test_the_same_figure_gives_the_same_bytes():
    assert token_figure(list(LETTERS))._repr_html_() == token_figure(list(LETTERS))._repr_html_()
