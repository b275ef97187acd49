"""The live bigram table on its built page: its rows are Python's, and names are rolled from them."""

import re

import numpy as np
import pytest

from helpers.counting import count_bigrams
from helpers.live.bigram import bigram_figure
from helpers.names import LETTERS, load_names, split_names
from helpers.tokenizer import encode

PAGE = "chapters/02_guess_by_counting.html"
TOKENS = [*LETTERS, "."]


@pytest.fixture(scope="module")
def table():
    train, _ = split_names(load_names())
    return count_bigrams([encode(name, list(LETTERS)) for name in train], 27)


@pytest.fixture
def figure(open_page):
    return open_page(PAGE).locator("gpt-bigram")


def shown_row(figure):
    """What the figure shows of a row -> its token, {follower: (share, count)}"""
    rows = {}
    for row in figure.locator("tbody tr").all():
        follower, count, share, _ = row.locator("th, td").all_inner_texts()
        rows[follower] = share, int(count.replace(",", ""))
    return figure.locator("[data-part=before]").inner_text(), rows


def assert_is_row(figure, table, token):
    shown_token, rows = shown_row(figure)
    assert shown_token == token and figure.locator("select").input_value() == token
    counts = table[TOKENS.index(token)]
    assert sum(count for _, count in rows.values()) == counts.sum()
    for follower, (share, count) in rows.items():
        if follower in TOKENS:
            assert count == counts[TOKENS.index(follower)]
            assert share == f"{100 * count / counts.sum():.1f} %"
    in_order = [int(count) for count in np.sort(counts)[::-1][:8] if count]
    assert [count for follower, (_, count) in rows.items() if follower in TOKENS] == in_order


def says(figure):
    return figure.locator("[data-part=says]").inner_text()


def rolled(figure):
    """The name so far: its tokens, and the share that each was rolled with."""
    chips = [chip.split("\n") for chip in figure.locator(".chip").all_inner_texts()]
    return [chip[0] for chip in chips], [chip[-1] for chip in chips]


@pytest.mark.parametrize("token", ["a", "q", "x", "."])
def test_a_chosen_row_is_that_of_python(figure, table, token):
    figure.locator("select").select_option(token)
    assert_is_row(figure, table, token)


def test_the_mouse_finds_the_square_it_points_at(figure, table):
    box = figure.locator("svg.grid").bounding_box()
    unit = box["width"] / 285   # the map's own width: 13 for labels, 27 squares of 10, 2 of rest
    before, after = TOKENS.index("q"), TOKENS.index("i")
    figure.locator("svg.grid").hover(position={"x": unit * (13 + 10 * after + 5), "y": unit * (13 + 10 * before + 5)})
    assert_is_row(figure, table, "q")
    assert says(figure).startswith(f"q then i: {table[before, after]} times")


def test_the_arrow_keys_walk_over_the_map(figure, table):
    grid = figure.locator("svg.grid")
    grid.focus()
    grid.press("ArrowUp")   # from the row of the dot, column a
    assert_is_row(figure, table, "z")
    grid.press("ArrowRight")
    assert says(figure).startswith(f"z then b: {table[25, 1]} times")
    for _ in range(30):
        grid.press("ArrowUp")
    assert_is_row(figure, table, "a")


def test_the_select_follows_its_arrow_keys(figure, table):
    box = figure.locator("select")
    box.select_option("m")
    box.press("ArrowDown")
    assert_is_row(figure, table, "n")


def test_a_name_is_rolled_from_the_rows_it_passes(figure, table):
    roll = figure.get_by_role("button", name="Roll the next token")
    for _ in range(60):
        passed, _ = rolled(figure)
        roll.press("Enter")
        assert_is_row(figure, table, "." if len(rolled(figure)[0]) == 2 else passed[-1])
        if "The name is over" in says(figure):
            break
    tokens, shares = rolled(figure)
    assert tokens[0] == tokens[-1] == "." and "." not in tokens[1:-1]
    for before, after, share in zip(tokens, tokens[1:], shares[1:], strict=False):
        row = table[TOKENS.index(before)]
        assert share == f"{100 * row[TOKENS.index(after)] / row.sum():.1f} %"
    roll.press("Enter")
    assert len(rolled(figure)[0]) == 2   # another name


def test_start_anew_goes_back_to_the_dot(figure, table):
    for _ in range(2):
        figure.get_by_role("button", name="Roll the next token").click()
    figure.get_by_role("button", name="Start over").click()
    assert rolled(figure)[0] == ["."]
    assert_is_row(figure, table, ".")


def test_rolls_follow_the_probabilities(figure, table):
    """The first letters of 800 names, against the row of the dot."""
    first = figure.evaluate("""(figure) => {
        const button = (part) => figure.querySelector(`[data-part=${part}]`);
        return Array.from({ length: 800 }, () => {
            button("anew").click();
            button("roll").click();
            return figure.querySelector(".chip:last-child").firstChild.textContent;
        });
    }""")
    rows = table[26, :26]
    expected = rows / rows.sum() * len(first)
    seen = np.array([first.count(letter) for letter in LETTERS])
    assert ((seen - expected) ** 2 / expected).sum() < 55   # chi-square, 25 degrees of freedom: p is about 0.0005


def test_without_scripts_the_first_row_stands(open_page, table):
    figure = open_page(PAGE, java_script_enabled=False).locator("gpt-bigram")
    assert shown_row(figure)[1]["s"] == (f"{100 * table[26, 18] / table[26].sum():.1f} %", table[26, 18])
    assert figure.get_by_role("button", name="Roll").first.is_disabled()
    assert figure.locator("svg .squares rect").count() == np.count_nonzero(table)


def test_it_fits_a_phone(open_page):
    page = open_page(PAGE, viewport={"width": 360, "height": 740})
    assert page.locator("gpt-bigram svg.grid").bounding_box()["width"] > 250


def test_tokens_are_words_not_markup():
    figure = bigram_figure(np.array([[0, 1, 2], [1, 0, 1], [2, 1, 0]]), ["<", "&"]).first
    assert not re.search(r"<<|><<|>&<", figure)
    assert figure.count(">&lt;<") == figure.count(">&amp;<") == 4   # two labels, an option, a follower


def test_it_is_small(table):
    figure = bigram_figure(table, list(LETTERS))._repr_html_()
    assert len(figure) < 100_000
    assert not re.search(r"^\s*(import|export) ", figure, re.MULTILINE)
