"""The live bigram table: its rows are Python's, and names are rolled from them."""

import re

import numpy as np
import pytest

from figures import bars, shown
from helpers.counting import count_bigrams
from helpers.live.bigram import CELL, EDGE, bigram_figure, colour_scale, followers, heat_map, strength
from helpers.names import LETTERS, load_names, split_names
from helpers.tokenizer import encode, letters_of

PAGE = "chapters/02_guess_by_counting.html"
TOKENS = [*LETTERS, "."]
BOS = 26


@pytest.fixture(scope="module")
def table():
    train, _ = split_names(load_names())
    return count_bigrams([encode(name, list(LETTERS)) for name in train], 27)


@pytest.fixture
def figure(open_figure, table):
    return open_figure(bigram_figure(table, list(LETTERS)), seed=1)


def row_of(table, token):
    """A row as the figure should show it: [follower, count, probability] of the eight likeliest, then the others as one."""
    counts = table[TOKENS.index(token)]
    order = sorted(np.flatnonzero(counts), key=lambda token_id: (-counts[token_id], token_id))
    lines = [[TOKENS[token_id], counts[token_id]] for token_id in order[:8]]
    if order[8:]:
        lines.append([f"{len(order) - 8} more", counts[order[8:]].sum()])
    return [[name, f"{count:,}", f"{100 * count / counts.sum():.1f} %"] for name, count in lines]


def assert_shows_row(figure, table, token):
    lines = [line.locator("th, td").all_inner_texts()[:3] for line in figure.locator("tbody tr").all()]
    assert (figure.locator("[data-part=before]").inner_text(), lines) == (token, row_of(table, token))
    assert float(figure.locator("[data-part=lit]").get_attribute("y")) == EDGE - 1 + CELL * TOKENS.index(token)
    row = table[TOKENS.index(token)]
    of_row = np.sort(row[row > 0])[::-1][:8] / row.sum()
    highest = (table / table.sum(axis=1, keepdims=True)).max()   # of the whole table: that bar is full
    written, measured = bars(figure)
    assert np.allclose(written, of_row / highest, atol=0.0006) and np.allclose(measured, of_row / highest, atol=0.01)


def assert_next_roll_asks(figure, table, token):
    assert figure.locator("select").input_value() == token
    assert_shows_row(figure, table, token)


def marked(figure):
    """The marked square: (token of its row, token of its column), or None."""
    mark = figure.locator("[data-part=mark]")
    if mark.get_attribute("visibility") == "hidden":
        return None
    return tuple(TOKENS[(int(mark.get_attribute(side)) - EDGE + 1) // CELL] for side in "yx")


def says(figure):
    return figure.locator("[data-part=says]").inner_text()


def trail(figure):
    """The name so far: its tokens, and what stands below each."""
    chips = [chip.split("\n") for chip in figure.locator(".chip").all_inner_texts()]
    return [chip[0] for chip in chips], [chip[-1] for chip in chips]


def point_at(figure, before, after, click=False):
    """The mouse on the middle of a square."""
    grid = figure.locator("svg.grid")
    unit = grid.bounding_box()["width"] / (EDGE + 27 * CELL + 2)
    x, y = (unit * (EDGE + CELL * TOKENS.index(token) + CELL / 2) for token in (after, before))
    (grid.click if click else grid.hover)(position={"x": x, "y": y})


def probability(table, before, after):
    row = table[TOKENS.index(before)]
    return f"{100 * row[TOKENS.index(after)] / row.sum():.1f} %"


# Rows ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["a", "q", "x", "n", "."])
def test_a_chosen_row_is_that_of_python_and_the_next_roll_asks_it(figure, table, token):
    figure.locator("select").select_option(token)
    assert_next_roll_asks(figure, table, token)
    assert trail(figure) == ([token], ["start"]) and marked(figure) is None
    if token != ".":
        assert f"{table[TOKENS.index(token)].sum():,} counted" in says(figure)
    figure.get_by_role("button", name="Roll the next token").click()
    tokens, notes = trail(figure)
    assert tokens[0] == token and notes[1] == probability(table, token, tokens[1])
    assert marked(figure) == (token, tokens[1])


def test_the_select_follows_its_arrow_keys(figure, table):
    box = figure.locator("select")
    box.select_option("m")
    box.press("ArrowDown")
    assert_next_roll_asks(figure, table, "n")


def test_the_mouse_finds_the_square_it_points_at(figure, table):
    for before, after in [("q", "i"), ("a", "a"), (".", "s"), ("z", ".")]:
        point_at(figure, before, after)
        assert marked(figure) == (before, after)
        assert_shows_row(figure, table, before)
        count = table[TOKENS.index(before), TOKENS.index(after)]
        assert says(figure) == f"{before} then {after}: {count:,} times, a probability of {probability(table, before, after)}."


def test_pointing_leaves_the_name_alone_and_a_click_chooses_the_row(figure, table):
    figure.get_by_role("button", name="Roll the next token").click()
    tokens, _ = trail(figure)
    said = says(figure)
    point_at(figure, "q", "u")
    assert trail(figure)[0] == tokens and figure.locator("select").input_value() == tokens[-1]
    figure.get_by_role("button", name="Start over").hover()   # the mouse leaves the map
    assert_next_roll_asks(figure, table, tokens[-1])
    assert marked(figure) == (".", tokens[1]) and says(figure) == said
    point_at(figure, "q", "u", click=True)
    assert_next_roll_asks(figure, table, "q")
    assert trail(figure) == (["q"], ["start"])


def test_the_arrow_keys_walk_over_the_map_and_enter_chooses(figure, table):
    grid = figure.locator("svg.grid")
    grid.focus()
    grid.press("ArrowUp")   # from the row of the dot, column a
    assert marked(figure) == ("z", "a")
    assert_shows_row(figure, table, "z")
    grid.press("ArrowRight")
    assert marked(figure) == ("z", "b") and says(figure).startswith(f"z then b: {table[25, 1]} times")
    for _ in range(30):
        grid.press("ArrowUp")
    assert marked(figure) == ("a", "b")
    grid.press("Enter")
    assert_next_roll_asks(figure, table, "a")
    assert trail(figure) == (["a"], ["start"])
    grid.press("ArrowDown")
    grid.press("Tab")   # away from the map
    assert_next_roll_asks(figure, table, "a")


# Rolls --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_name_is_rolled_from_the_rows_it_passes(open_figure, table, seed):
    figure = open_figure(bigram_figure(table, list(LETTERS)), seed=seed)
    roll = figure.get_by_role("button", name="Roll the next token")
    for _ in range(60):
        before = trail(figure)[0][-1]
        assert_next_roll_asks(figure, table, before)
        roll.press("Enter")
        after = trail(figure)[0][-1]
        assert marked(figure) == (before, after)
        assert f"The row of {before} was asked: {'the end' if after == '.' else after}, with {probability(table, before, after)}." in says(figure)
        if after == ".":
            break
    tokens, notes = trail(figure)
    assert tokens[0] == tokens[-1] == "." and "." not in tokens[1:-1]
    assert notes == ["start"] + [probability(table, *pair) for pair in zip(tokens, tokens[1:], strict=False)]
    assert says(figure).endswith(f"The name is over: {''.join(tokens[1:-1]) or 'an empty one'}.")
    roll.press("Enter")
    assert len(trail(figure)[0]) == 2 and trail(figure)[0][0] == "."   # another name


def test_start_over_goes_back_to_the_dot(figure, table):
    for _ in range(2):
        figure.get_by_role("button", name="Roll the next token").click()
    figure.get_by_role("button", name="Start over").click()
    assert trail(figure) == (["."], ["start"]) and marked(figure) is None
    assert_next_roll_asks(figure, table, ".")


FOLLOWERS = """(figure, [before, n]) => {
    const box = figure.querySelector("select");
    return Array.from({ length: n }, () => {
        box.selectedIndex = before;
        box.dispatchEvent(new Event("input"));
        figure.querySelector("[data-part=roll]").click();
        return figure.querySelector(".chip:last-child").firstChild.textContent;
    });
}"""


@pytest.mark.parametrize("token", [".", "h"])
def test_rolls_follow_the_probabilities_of_their_row(figure, table, token):
    """Followers of one token, rolled 800 times, against its row. The likeliest 12, and the others as one."""
    rolled = figure.evaluate(FOLLOWERS, [TOKENS.index(token), 800])
    row = table[TOKENS.index(token)]
    often = np.argsort(-row, kind="stable")[:12]
    expected = np.append(row[often], row.sum() - row[often].sum()) / row.sum() * len(rolled)
    counted = [rolled.count(TOKENS[token_id]) for token_id in often]
    counted = np.append(counted, len(rolled) - sum(counted))
    assert ((counted - expected) ** 2 / expected).sum() < 35   # chi-square, 12 degrees of freedom: p is about 0.0005


def test_a_seed_repeats_its_rolls_and_another_visit_does_not(open_figure, table):
    first = [open_figure(bigram_figure(table, list(LETTERS)), seed=seed).evaluate(FOLLOWERS, [BOS, 40]) for seed in (5, 5, None, None)]
    assert first[0] == first[1] and first[1] != first[2] != first[3]


# How it is drawn ----------------------------------------------------------------------------------------------------

SMALL = {
    "ours": None,
    "few names": ["ab", "ba", "a"],
    "greek": ["ελένη", "άννα"],
    "a space and a hyphen": ["mary ann", "li-lu"],
    "markup": ["<&", "&<<"],
}


@pytest.mark.parametrize("which", SMALL)
def test_the_first_state_is_the_same_when_the_module_draws_it(open_figure, table, which):
    names = SMALL[which]
    letters = list(LETTERS) if names is None else letters_of(names)
    counts = table if names is None else count_bigrams([encode(name, letters) for name in names], len(letters) + 1)
    figure = bigram_figure(counts, letters)
    of_python, awake = shown(open_figure(figure, java_script_enabled=False)), shown(open_figure(figure))
    changed = [(was, now) for was, now in zip(of_python, awake, strict=True) if was != now]
    assert len(changed) == 1 and changed[0][0].startswith("svg")   # the map can now be walked over by keys, and says so
    assert "Arrow keys move over it" in changed[0][1]


def test_the_map_has_a_square_for_each_count_as_strong_as_it_says(table):
    probabilities = table / table.sum(axis=1, keepdims=True)
    svg = heat_map(probabilities, TOKENS)
    squares = re.findall(r'<rect x="(\d+)" y="(\d+)" width="9" height="9" opacity="([\d.]+)"/>', svg)
    assert len(squares) == np.count_nonzero(table)
    drawn = np.zeros_like(probabilities)
    for x, y, opacity in squares:
        drawn[(int(y) - EDGE) // CELL, (int(x) - EDGE) // CELL] = float(opacity)
    assert np.allclose(drawn, np.sqrt(probabilities / probabilities.max()), atol=0.0051)
    columns = re.findall(r'<text x="([\d.]+)" y="9">(.)</text>', svg)
    rows = re.findall(r'<text x="6" y="([\d.]+)">(.)</text>', svg)
    for labels, shift in [(columns, 0), (rows, 2.5)]:
        assert [label for _, label in labels] == TOKENS
        assert [float(place) for place, _ in labels] == [EDGE + CELL * (i + 0.5) + shift for i in range(27)]


@pytest.mark.parametrize("highest", [None, 1.0, 0.3, 0.04, 0.011])
def test_the_colour_scale_has_each_probability_at_its_place_in_its_colour(table, highest):
    highest = highest or (table / table.sum(axis=1, keepdims=True)).max()
    svg = colour_scale(highest)
    slices = [tuple(map(float, each)) for each in re.findall(r'<rect x="([\d.]+)%" width="([\d.]+)%" height="12" opacity="([\d.]+)"/>', svg)]
    left, width, opacity = np.transpose(slices)
    assert np.allclose(left[1:], left[:-1] + width[:-1]) and left[0] == 0 and left[-1] + width[-1] == pytest.approx(100)
    assert np.allclose(opacity, strength(highest * (left + width / 2) / 100, highest), atol=0.0051)
    marks = [tuple(map(float, mark)) for mark in re.findall(r'x="([\d.]+)%" y="26">([\d.]+) %<', svg)]
    assert marks[0] == (0, 0) and marks[-1] == (100, round(100 * highest, 1)) and 2 <= len(marks) <= 5
    assert np.allclose([place for place, _ in marks], [percent / highest for _, percent in marks], atol=0.5)


def test_a_row_that_nothing_was_counted_in_is_the_blind_guess(open_figure):
    """A letter may stand in held-out names only."""
    counts = np.array([[0, 0, 3], [0, 0, 0], [3, 0, 0]])
    figure = open_figure(bigram_figure(counts, ["a", "b"]), seed=3)
    figure.locator("select").select_option("b")
    assert figure.locator("tbody tr").count() == 0 and "0 counted" in says(figure)
    followers_of_b = figure.evaluate(FOLLOWERS, [1, 300])
    assert all(60 < followers_of_b.count(token) < 140 for token in "ab.")
    assert trail(figure)[1][-1] == "33.3 %"


def test_labels_are_legible_on_a_phone_and_nothing_needs_scrolling(open_figure, table):
    figure = open_figure(bigram_figure(table, list(LETTERS)), viewport={"width": 360, "height": 740})
    unit = figure.locator("svg.grid").bounding_box()["width"] / (EDGE + 27 * CELL + 2)
    size = float(figure.locator(".labels").evaluate("(labels) => getComputedStyle(labels).fontSize").removesuffix("px"))
    assert size * unit >= 9
    for region in figure.locator(".scroll").all():
        assert region.evaluate("(region) => region.scrollWidth <= region.clientWidth")


def test_a_large_vocabulary_scrolls_at_a_legible_size_and_says_so(open_figure):
    letters = [chr(ord("a") + i) for i in range(26)] + [chr(0x3B1 + i) for i in range(24)]
    figure = open_figure(bigram_figure(np.ones((51, 51), dtype=int), letters), viewport={"width": 360, "height": 740})
    region = figure.get_by_role("region", name="The whole table")
    region.page.wait_for_function("document.querySelector('.scroll.overflows') !== null")
    assert region.evaluate("(region) => region.scrollWidth > region.clientWidth + 100")
    assert figure.locator("xpath=..").evaluate("(whole) => whole.scrollWidth <= whole.clientWidth")


def test_tokens_are_words_not_markup():
    figure = bigram_figure(np.array([[0, 1, 2], [1, 0, 1], [2, 1, 0]]), ["<", "&"]).first
    assert not re.search(r"<<|><<|>&<", figure)
    assert figure.count(">&lt;<") == figure.count(">&amp;<") == 4   # two labels, an option, a follower


def test_its_rows_add_up(table):
    row = followers(table[0], TOKENS, 1.0)
    assert sum(int(count.replace(",", "")) for count in re.findall(r"<td>([\d,]+)</td>", row)) == table[0].sum()


def test_its_caption_says_what_was_counted(table):
    caption = bigram_figure(table, list(LETTERS)).caption
    assert f"{table[BOS].sum():,} names counted, nothing trained" in caption and "sum of its own row" in caption


def test_it_is_small(table):
    assert len(bigram_figure(table, list(LETTERS))._repr_html_()) < 100_000


# On its page --------------------------------------------------------------------------------------------------------


def test_the_chapter_shows_this_figure_awake(open_page, open_figure, table):
    figure = open_page(PAGE).locator("gpt-bigram[data-live]")
    assert shown(figure) == shown(open_figure(bigram_figure(table, list(LETTERS))))
    figure.locator("select").select_option("q")
    assert_next_roll_asks(figure, table, "q")


def test_without_scripts_the_first_row_stands(open_page, table):
    figure = open_page(PAGE, java_script_enabled=False).locator("gpt-bigram")
    assert_shows_row(figure, table, ".")
    assert figure.get_by_role("button", name="Roll").first.is_disabled()
    assert figure.locator("svg .squares rect").count() == np.count_nonzero(table)
