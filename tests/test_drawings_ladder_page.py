"""The ladder's picture: each dot at its loss, and each cost counted again from the model itself."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.counting import count_ngrams
from helpers.drawings.ladder_page import LadderPicture, cost, draw_ladder
from helpers.ladder import KINDS, RUNGS
from helpers.model import GPTConfig, param_shapes
from helpers.names import load_names, split_names
from helpers.palette import PALETTE
from helpers.recording.models import load_trained
from helpers.tokenizer import encode, letters_of

OF_NAME = {rung.name: rung for rung in RUNGS}
V = 27


@pytest.fixture
def picture(browser):
    """Opens the picture at a width -> its page"""
    pages = []

    def open_it(width, rungs=RUNGS, scheme="light"):
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        pages.append(page)
        page.set_content(f"<!doctype html><body style='margin: 16px'>{LadderPicture(rungs)._repr_html_()}</body>")
        return page

    yield open_it
    for page in pages:
        page.close()


def rows_of(page):
    """name -> (loss as text, what it says of the cost, loss where its dot lies, loss where its line ends), by each group's own scale"""
    found = page.evaluate("""() => [...document.querySelectorAll("ol")].flatMap(list => {
        const middle = each => { const box = each.getBoundingClientRect(); return box.left + box.width / 2; };
        const scale = [...list.previousElementSibling.querySelectorAll(".track span")].map(each => [middle(each), Number(each.textContent)]);
        return [...list.children].map(row => [
            row.querySelector("b").textContent, row.querySelector(".loss").textContent, row.querySelector(".what").textContent,
            middle(row.querySelector(".dot")), row.querySelector(".gain").getBoundingClientRect().right, scale, list.getAttribute("aria-label"),
        ]);
    })""")
    read = {}
    for name, loss, what, dot, end, scale, label in found:
        xs, values = zip(*scale, strict=True)
        read[name] = (loss, what, np.interp(dot, xs, values), np.interp(end, xs, values), label)
    return read


@pytest.mark.parametrize("width", [360, 900])
def test_each_dot_lies_at_its_loss(picture, width):
    assert_shows_all(rows_of(picture(width)))


def assert_shows_all(rows):
    assert set(rows) == set(OF_NAME)
    for name, (loss, what, dot, end, label) in rows.items():
        rung = OF_NAME[name]
        assert loss == f"{rung.loss:.3f}" and what == cost(rung) and label.startswith(rung.kind)
        assert abs(dot - rung.loss) < 0.008 and abs(end - RUNGS[0].loss) < 0.008, name
    for kind in KINDS:
        losses = [OF_NAME[name].loss for name in rows if OF_NAME[name].kind == kind]
        assert losses and losses == sorted(losses, reverse=True)


@pytest.mark.parametrize("width", [320, 360, 900, 1280])
def test_it_is_legible_at_any_width(picture, width):
    page = picture(width)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("Math.min(...[...document.querySelectorAll('.rungs span, .rungs b')].filter(e => e.textContent).map(e => parseFloat(getComputedStyle(e).fontSize)))") >= 12
    gaps = page.evaluate("""() => [...document.querySelectorAll(".scale")].flatMap(scale => {
        const boxes = [...scale.querySelectorAll(".track span")].map(each => each.getBoundingClientRect());
        return boxes.slice(1).map((box, n) => box.left - boxes[n].right);
    })""")
    assert min(gaps) > 3, "labels of the scale touch"
    overlaps = page.evaluate("""() => [...document.querySelectorAll("li.rung")].filter(row => {
        const [name, loss, what, track] = ["b", ".loss", ".what", ".track"].map(each => row.querySelector(each).getBoundingClientRect());
        const apart = (a, b) => a.right <= b.left + 1 || a.bottom <= b.top + 1 || b.right <= a.left + 1 || b.bottom <= a.top + 1;
        return !(apart(name, loss) && apart(what, track) && apart(name, track) && apart(loss, track));
    }).length""")
    assert overlaps == 0


def test_tables_cost_the_counts_that_they_look_up():
    letters = letters_of(load_names())
    many_ids = [encode(name, letters) for name in split_names(load_names())[0]]
    counts = count_ngrams(many_ids, 6, V)
    for n, name in enumerate(["letter frequencies", "bigram", "trigram", "4-gram"], start=1):
        looked_up = [past for past in counts if len(past) == n - 1 or (0 < len(past) < n - 1 and past[0] == V - 1)]   # near the start the past is shorter
        assert OF_NAME[name].numbers == V * len(looked_up), name
    assert OF_NAME["back-off 6-gram"].numbers == V * len(counts) and OF_NAME["blind guess"].numbers == 0


def test_networks_and_gpts_cost_the_knobs_that_play_a_part():
    T, C, n_hidden = max(map(len, load_names())) + 1, 16, 64
    rows = V * C + T * C + n_hidden * C + V * n_hidden   # embeddings, places, the hidden layer's own input, the output
    reader = {"letter and place, no past": rows, "plain mean of the past": rows + C * C + n_hidden * C, "one head of attention": rows + 3 * C * C + n_hidden * C}
    wide = sum(np.prod(shape) for shape in param_shapes(GPTConfig(n_layer=2, n_embd=32)).values())
    small = sum(np.prod(shape) for shape in param_shapes(GPTConfig()).values())
    expected = reader | {
        "four heads of attention": reader["one head of attention"], "neural bigram": V * V, "MLP on two letters": 3 * V * C,
        "GPT, wider": wide, "GPT, wider, no attention": wide - 2 * 4 * 32 * 32, "GPT, 1,000 names": small, "GPT, trained long": small,
    }
    assert {name: OF_NAME[name].numbers for name in expected} == expected


@pytest.mark.parametrize(("name", "which"), [("GPT, trained long", "reference"), ("GPT, the best", "best")])
def test_recorded_runs_cost_what_their_script_recorded(name, which):
    params, _, facts = load_trained(which)
    assert OF_NAME[name].numbers == sum(x.data.size for x in params.values())
    assert OF_NAME[name].seconds == round(facts["history"][-1]["core_seconds"])
    assert cost(OF_NAME[name]).endswith(f"{OF_NAME[name].seconds} s of one core")


def test_numbers_of_the_chapters_stand_there(built):
    """Those of networks that only their chapter can build."""
    pages = {rung.chapter: "" for rung in RUNGS}
    for page in (built / "chapters").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        for chapter in pages:
            if f"<title>{chapter}" in text or f"{chapter} &#8212;" in text.split("</title>")[0]:
                pages[chapter] = text
    for name in ("MLP on two letters, all names", "MLP on three letters", "MLP on five letters", "window network on six letters", "GPT, wider", "MLP on two letters"):
        assert f"{OF_NAME[name].numbers:,} knobs" in pages[OF_NAME[name].chapter] or f"of {OF_NAME[name].numbers:,} would" in pages[OF_NAME[name].chapter], name


def test_costs_in_words():
    rung = OF_NAME["GPT, 1,000 names"]
    assert cost(rung) == "4,192 knobs, from 1,000 names"
    assert cost(replace(rung, numbers=None, kind="tables")) == "not counted, from 1,000 names"
    assert cost(replace(rung, kind="tables", numbers=1, seconds=7)) == "1 count, from 1,000 names, 7 s of one core"
    assert cost(OF_NAME["blind guess"]) == "no counts, from nothing"


def test_a_kind_that_the_ladder_does_not_have_is_refused():
    with pytest.raises(ValueError, match="want rungs of tables, networks, GPTs, got another kind for bigram"):
        LadderPicture([replace(OF_NAME["bigram"], kind="soup")])


def test_names_cannot_break_the_page():
    assert "<b>a&lt;b</b>" in LadderPicture([replace(OF_NAME["bigram"], name="a<b"), RUNGS[0]])._repr_html_()


def test_the_dots_wear_the_loss_s_colour_and_print(picture):
    page = picture(900)
    red = f"rgb({', '.join(str(int(PALETTE['loss'][0][i : i + 2], 16)) for i in (1, 3, 5))})"
    style = page.locator(".dot").first.evaluate("dot => { const s = getComputedStyle(dot); return [s.borderTopColor, s.borderTopWidth, s.backgroundColor]; }")
    assert style[0] == red and float(style[1].removesuffix("px")) > 4 and style[2] == "rgba(0, 0, 0, 0)", "a border, since paper gets no backgrounds"


def test_the_ladder_s_page_shows_it(open_page, built):
    page = open_page("book/ladder.html", viewport={"width": 360, "height": 740})
    rows = rows_of(page)   # of the second ladder, too
    assert_shows_all({name: rows[name] for name in rows if name in OF_NAME})   # the site's own styles must not move a thing
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert draw_ladder()._repr_html_() in (built / "book/ladder.html").read_text(encoding="utf-8")
