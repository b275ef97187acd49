"""The landing page's live figure, worked by mouse and keyboard."""

import numpy as np
import pytest

from figures import bars, shown
from helpers.counting import count_ngrams, mean_surprise, ngram
from helpers.ladder import RUNGS, check_rung
from helpers.live.shell import LiveFigure
from helpers.live.writer import CONSTANT, LONGEST, choices, writer_figure
from helpers.names import load_names, split_names
from helpers.tokenizer import encode, letters_of

PAGE = "book/index.html"


@pytest.fixture(scope="module")
def split():
    return split_names(load_names())


@pytest.fixture(scope="module")
def made(split):
    train, _ = split
    return writer_figure(train, letters_of(train), next(rung for rung in RUNGS if rung.name == "trigram").loss)


@pytest.fixture(scope="module")
def trigram(split):
    """Python's own: the text so far -> probability of each next token, by its character."""
    train, held_out = split
    letters = letters_of(train)
    counts = count_ngrams([encode(name, letters) for name in train], 3, len(letters) + 1)
    held_out_ids = [encode(name, letters) for name in held_out]
    loss = mean_surprise(lambda past: ngram(past, counts, 3, CONSTANT), held_out_ids)
    check_rung("trigram", loss, train + held_out)   # as its caption says

    def predict(text):
        return dict(zip([*letters, "."], ngram(encode(text, letters)[:-1], counts, 3, CONSTANT), strict=True))

    return predict


@pytest.fixture
def figure(open_figure, made):
    return open_figure(made, seed=1)


def box(figure):
    return figure.get_by_label("Begin a name")


def says(figure):
    return figure.locator("[data-part=says]").inner_text()


def names(figure):
    return figure.locator("[data-part=names] li").all_inner_texts()


def assert_shows(figure, probabilities):
    """Its lines, numbers and bars are those of these probabilities, character -> number."""
    order = sorted(probabilities, key=probabilities.get, reverse=True)
    wanted = [(token, probabilities[token]) for token in order[:6]] + [("21 more", sum(probabilities[token] for token in order[6:]))]
    lines = figure.locator(".choice")
    assert [line.split("\n")[0].strip() for line in lines.all_inner_texts()] == [label for label, _ in wanted]
    assert lines.locator(":scope > :last-child").all_inner_texts() == [f"{100 * p:.1f} %" for _, p in wanted]
    written, measured = bars(figure)
    assert np.allclose(written, [p for _, p in wanted], atol=0.0006)
    assert np.allclose(measured, [p for _, p in wanted], atol=0.01)


@pytest.mark.parametrize("text", ["", "m", "ma", "mar", "xq", "zzz", "annabel"])
def test_lines_numbers_and_bars_are_those_of_python(figure, trigram, text):
    box(figure).fill(text)
    assert_shows(figure, trigram(text))


def test_the_first_state_is_the_same_when_the_module_draws_it(open_figure, made):
    assert shown(open_figure(made)) == shown(open_figure(made, java_script_enabled=False))


@pytest.mark.parametrize("text", ["m", "jo", "xq", "the"])
def test_what_comes_next_looks_as_if_python_had_drawn_it(figure, open_figure, trigram, text):
    drawn = choices(np.array(list(trigram(text).values())), list(trigram(text)))
    of_python = open_figure(LiveFigure("gpt-writer", drawn, {}, "drawn by Python"), java_script_enabled=False)
    box(figure).fill(text)
    assert shown(figure.locator("[data-part=next]")) == shown(of_python)


def test_a_name_is_written_letter_by_letter_by_mouse(figure, trigram):
    figure.locator("button[data-token=a]").click()
    assert_shows(figure, trigram("a"))
    figure.locator("button[data-token=n]").click()
    assert box(figure).input_value() == "an" and says(figure) == "So far: an"
    assert_shows(figure, trigram("an"))
    figure.locator("button[data-token='.']").click()
    assert names(figure) == ["an"] and box(figure).input_value() == "" and says(figure) == "Written: an."
    assert_shows(figure, trigram(""))


def test_a_name_is_begun_and_finished_by_keyboard(figure):
    box(figure).focus()
    keyboard = figure.page.keyboard
    keyboard.type("mar")
    keyboard.press("Enter")   # where one types
    keyboard.type("an")
    keyboard.press("Tab")   # roll the next letter
    keyboard.press("Tab")   # finish the name
    keyboard.press("Enter")
    assert [name[:2] for name in names(figure)] == ["an", "ma"] and names(figure)[1].startswith("mar")
    assert box(figure).input_value() == ""


def test_the_next_letters_are_chosen_by_keyboard(figure):
    figure.locator(".choice").first.focus()
    figure.page.keyboard.press("Enter")
    figure.page.keyboard.press("Enter")   # the first of the new ones has the focus
    assert len(box(figure).input_value()) == 2


@pytest.mark.parametrize(("text", "left", "named"), [
    ("zoé3", "zo", "é, 3"), ("zoe\u0301", "zo", "é"), ("a b", "ab", "space"), ("ANNA", "anna", None), ("é", "", "é"),
])
def test_it_names_what_the_model_does_not_know(figure, trigram, text, left, named):
    box(figure).fill(text)
    assert box(figure).input_value() == left
    assert says(figure) == (f"Left out: {named}. The model knows only a to z." if named else f"So far: {left}")
    assert_shows(figure, trigram(left))


def test_the_caret_stays_where_one_types(figure):
    box(figure).fill("marna")
    box(figure).evaluate("(box) => box.setSelectionRange(3, 3)")
    figure.page.keyboard.type("I3a")
    assert box(figure).input_value() == "mariana"
    assert box(figure).evaluate("(box) => box.selectionStart") == 5


def test_a_name_has_an_end(figure):
    box(figure).fill("ab" * 30)
    assert box(figure).input_value() == ("ab" * 30)[:LONGEST] and f"At most {LONGEST} letters" in says(figure)
    figure.locator(".choice:not([data-token='.'])").first.click()
    assert names(figure) == [("ab" * 30)[:LONGEST]] and says(figure).startswith(f"Cut off after {LONGEST} letters")


WRITTEN = """(figure) => Array.from({ length: 600 }, () => {
    figure.querySelector("[data-part=roll]").click();
    const first = figure.querySelector("input").value || ".";
    if (first !== ".") figure.querySelector("[data-part=finish]").click();
    return first;
})"""


def test_first_letters_come_as_often_as_the_model_says(figure, trigram):
    rolled = figure.evaluate(WRITTEN)
    expected = {token: p * len(rolled) for token, p in trigram("").items() if p * len(rolled) > 5}
    assert sum((rolled.count(token) - often) ** 2 / often for token, often in expected.items()) < 52   # p is about 0.0005


def test_each_visit_writes_other_names_and_a_seed_repeats_them(open_figure, made):
    first = [open_figure(made, seed=seed).evaluate(WRITTEN) for seed in (4, 4, None, None)]
    assert first[0] == first[1] and first[1] != first[2] != first[3]


def test_it_fits_a_phone(open_figure, made):
    figure = open_figure(made, viewport={"width": 360, "height": 740})
    box(figure).fill("mar")
    assert figure.locator("xpath=..").evaluate("(whole) => whole.scrollWidth <= whole.clientWidth")
    assert figure.locator("xpath=..").evaluate("(whole) => whole.getBoundingClientRect().right") >= max(
        control.bounding_box()["x"] + control.bounding_box()["width"] for control in figure.locator(".controls > *").all()
    )
    roll, finish = (figure.get_by_role("button", name=name).bounding_box() for name in ("Roll a letter", "Finish the name"))
    assert roll["y"] == finish["y"] and box(figure).bounding_box()["x"] > 90, "two rows: the label with its box, the two buttons"
    assert all(line.bounding_box()["x"] + line.bounding_box()["width"] < 350 for line in figure.locator(".choice > *").all())


def test_its_caption_says_which_model_it_is(made, split):
    loss = next(rung for rung in RUNGS if rung.name == "trigram").loss
    assert "counted and not trained" in made.caption and f"{len(split[0]):,} training names" in made.caption and f"{loss:.3f} nats" in made.caption


# On its page --------------------------------------------------------------------------------------------------------


def test_the_landing_page_shows_this_figure_awake(open_page, open_figure, made, trigram):
    figure = open_page(PAGE).locator("gpt-writer[data-live]")
    assert shown(figure) == shown(open_figure(made))
    box(figure).fill("jo")
    assert_shows(figure, trigram("jo"))


def test_the_landing_page_names_the_trigram_s_loss(built, made):
    assert made.caption in (built / "book/index.html").read_text(encoding="utf-8")


def test_it_means_something_without_scripts(open_page, trigram):
    figure = open_page(PAGE, java_script_enabled=False).locator("gpt-writer")
    assert_shows(figure, trigram(""))
    assert figure.locator("button").first.is_disabled()
