"""The landing page's live figure, worked by mouse and keyboard: its numbers are the trained model's, as Python computes them."""

import html

import numpy as np
import pytest

from figures import assert_first_state_is_python_s, assert_forgets_the_last_visit, bars, part, shown
from helpers.live.shell import LiveFigure
from helpers.live.writer import ANY, SHOWN, choices, next_letters, writer_figure
from helpers.model import gpt
from helpers.names import LETTERS, load_names, load_origins, load_rows, split_names
from helpers.recording.models import load_trained
from helpers.sampling import softmax
from helpers.tokenizer import encode_from

PAGE = "book/index.html"
ENGLISH, ORIGINS = list(LETTERS), load_origins()
PARAMS, CONFIG, FACTS = load_trained("origins")
LONGEST = CONFIG.context_length - 1


def shares():
    """How many training names each origin has."""
    train = set(split_names(load_names())[0])
    counts = dict.fromkeys(ORIGINS, 0)
    for name, origin in load_rows():
        counts[origin] += name in train
    return list(counts.values())


@pytest.fixture(scope="module")
def made():
    return writer_figure(PARAMS, CONFIG, FACTS, ENGLISH, ORIGINS, shares(), "italian")


def predict(text, origin="italian"):
    """By the chapters' `gpt`: probability of each letter and of the end, by its character."""
    logits = gpt(PARAMS, [encode_from(text, origin, ENGLISH, ORIGINS)[:-1]], CONFIG).data[0, -1]
    return dict(zip([*ENGLISH, "."], softmax(logits[:27]), strict=True))


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
    wanted = [(token, probabilities[token]) for token in order[:SHOWN]] + [("21 more", sum(probabilities[token] for token in order[SHOWN:]))]
    lines = figure.locator(".choice")
    assert [line.split("\n")[0].strip() for line in lines.all_inner_texts()] == [label for label, _ in wanted]
    assert lines.locator(":scope > :last-child").all_inner_texts() == [f"{100 * p:.1f} %" for _, p in wanted]
    written, measured = bars(figure)
    assert np.allclose(written, [p for _, p in wanted], atol=0.0006)
    assert np.allclose(measured, [p for _, p in wanted], atol=0.01)


@pytest.mark.parametrize("text", ["", "m", "ma", "mar", "xq", "zzz", "annabel"])
def test_lines_numbers_and_bars_are_those_of_python(figure, text):
    box(figure).fill(text)
    assert_shows(figure, predict(text))


@pytest.mark.parametrize("origin", ORIGINS[::5])
def test_each_origin_has_its_own_numbers(figure, origin):
    part(figure, "origin").select_option(origin)
    for text in ("", "ka"):
        box(figure).fill(text)
        assert_shows(figure, predict(text, origin))


def test_its_numbers_are_the_model_s_own_to_a_thousandth(figure):
    """That another origin cannot follow changes no digit that is shown."""
    for text in ("", "mar", "xq"):
        logits = gpt(PARAMS, [encode_from(text, "italian", ENGLISH, ORIGINS)[:-1]], CONFIG).data[0, -1]
        assert np.allclose(softmax(logits)[:27], list(predict(text).values()), rtol=0, atol=0.0005)
        assert np.allclose(next_letters(PARAMS, CONFIG, ENGLISH, ORIGINS, "italian", text), list(predict(text).values()), rtol=0, atol=1e-9)


def test_the_script_draws_the_first_state_as_python_did(browser, made):
    assert_first_state_is_python_s(browser, made)


def test_it_forgets_the_last_visit(browser, made):
    assert_forgets_the_last_visit(browser, made)


@pytest.mark.parametrize("text", ["m", "jo", "xq", "the"])
def test_what_comes_next_looks_as_if_python_had_drawn_it(figure, open_figure, text):
    drawn = choices(np.array(list(predict(text).values())), list(predict(text)))
    of_python = open_figure(LiveFigure("gpt-writer", drawn, {}, "drawn by Python"), java_script_enabled=False)
    box(figure).fill(text)
    assert shown(figure.locator("[data-part=next]")) == shown(of_python)


def test_a_name_is_written_letter_by_letter_by_mouse(figure):
    text = ""
    while True:
        assert_shows(figure, predict(text))
        button = figure.locator(".choice").nth(1 if len(text) < 2 else 0)   # the likeliest, but for a start of our own
        token = button.get_attribute("data-token")
        button.click()
        if token == ".":
            break
        text += token
        assert box(figure).input_value() == text and says(figure) == f"So far: {text}"
    assert names(figure) == [f"{text}\nitalian"] and box(figure).input_value() == "" and says(figure) == f"Written: {text} (italian)."
    assert_shows(figure, predict(""))


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


def test_another_origin_says_what_is_written_so_far(figure):
    part(figure, "finish").click()
    assert says(figure).startswith(("Written", "Cut off"))
    part(figure, "origin").select_option("finnish")
    assert says(figure) == "So far: nothing"


@pytest.mark.parametrize(("text", "left", "named"), [
    ("zoé3", "zo", "é, 3"), ("zoe\u0301", "zo", "é"), ("a b", "ab", "space"), ("an.", "an", "dot"), ("a\u200bn", "an", "U+200B"), ("ANNA", "anna", None), ("é", "", "é"),
])
def test_it_names_what_the_model_does_not_know(figure, text, left, named):
    box(figure).fill(text)
    assert box(figure).input_value() == left
    assert says(figure) == (f"Left out: {named}. The model knows only a to z." if named else f"So far: {left}")
    assert_shows(figure, predict(left))


def test_while_a_letter_is_composed_nothing_is_left_out_or_finished(figure):
    """With some keyboards a letter takes several keys; what stands there in between is not the reader's last word."""
    box(figure).fill("an")
    box(figure).evaluate("""(box) => {
        box.value = "an´";
        box.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
        box.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, isComposing: true, key: "Enter" }));
    }""")
    assert box(figure).input_value() == "an´" and names(figure) == []
    box(figure).evaluate("""(box) => {
        box.value = "ané";
        box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
    }""")
    assert box(figure).input_value() == "an" and says(figure).startswith("Left out: é.")


def test_the_newest_names_stay_in_view(figure):
    for _ in range(9):
        part(figure, "finish").click()
    nine = names(figure)
    assert len(nine) == 9
    for _ in range(40):
        part(figure, "finish").click()
    assert 9 < len(names(figure)) <= 20 and says(figure).split(": ")[1].startswith(names(figure)[0].split("\n")[0])


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
    assert names(figure) == [("ab" * 30)[:LONGEST] + "\nitalian"] and says(figure).startswith(f"Cut off after {LONGEST} letters")


WRITTEN = """(figure, n) => Array.from({ length: n }, () => {
    figure.querySelector("[data-part=roll]").click();
    const first = figure.querySelector("input").value || ".";
    if (first !== ".") figure.querySelector("[data-part=finish]").click();
    return first;
})"""


def test_first_letters_come_as_often_as_the_model_says(figure):
    rolled = figure.evaluate(WRITTEN, 600)
    expected = {token: p * len(rolled) for token, p in predict("").items() if p * len(rolled) > 5}
    assert sum((rolled.count(token) - often) ** 2 / often for token, often in expected.items()) < 52   # p is about 0.0005


# Any origin ---------------------------------------------------------------------------------------------------------

DRAWN = """(figure) => Array.from({ length: 700 }, () => {
    figure.querySelector("[data-part=finish]").click();
    return [figure.querySelector("[data-part=names] small").textContent, figure.querySelector("[data-part=drawn]").textContent];
})"""


def drawn(figure):
    return part(figure, "drawn").inner_text()


def test_where_none_is_chosen_each_name_draws_an_origin_by_its_share_and_shows_it(figure):
    assert drawn(figure) == ""
    part(figure, "origin").select_option(ANY)
    shown_before = drawn(figure)
    origins = []
    for origin, shown_next in figure.evaluate(DRAWN):
        assert shown_before == f"Drawn for this name: {origin}"   # it was in sight while the name was written
        origins.append(origin)
        shown_before = shown_next
    expected = 700 * np.array(shares()) / sum(shares())
    found = np.array([origins.count(origin) for origin in ORIGINS])
    assert ((found - expected) ** 2 / expected).sum() < 70   # 35 degrees of freedom: p is about 0.0005


def test_a_drawn_origin_is_the_one_that_the_numbers_speak_of(figure):
    part(figure, "origin").select_option(ANY)
    for text in ("", "k", "ha"):
        box(figure).fill(text)
        assert_shows(figure, predict(text, drawn(figure).removeprefix("Drawn for this name: ")))
    part(figure, "origin").select_option("greek")
    assert drawn(figure) == ""
    assert_shows(figure, predict("ha", "greek"))
    part(figure, "finish").click()
    assert names(figure)[0].startswith("ha") and names(figure)[0].endswith("\ngreek") and says(figure).endswith("(greek).")


# Its visitors -------------------------------------------------------------------------------------------------------


def test_each_visit_writes_other_names_and_a_seed_repeats_them(open_figure, made):
    first = [open_figure(made, seed=seed).evaluate(WRITTEN, 40) for seed in (4, 4, None, None)]
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


def test_its_caption_says_which_model_it_is(made):
    settings, n_parameters = FACTS["settings"], sum(x.data.size for x in PARAMS.values())
    assert f"A GPT with {n_parameters:,} parameters" in made.caption and f"held-out loss {FACTS['held_out']:.3f} nats" in made.caption
    assert f"seed {settings['seed']}, {settings['n_steps']:,} steps of {settings['batch_size']} names" in made.caption


def test_the_model_stands_once_in_its_output(made):
    output = made._repr_html_()
    assert made.data["weights"]["type"] == "float16" and len(output) < len(made.data["weights"]["bytes"]) + 45_000


@pytest.mark.parametrize(("change", "message"), [
    ({"letters": ENGLISH[:5]}, "want a config with 42 tokens"), ({"shares": [1] * 35}, "want a number of names for each of 36"),
    ({"shares": [0] * 36}, "want a number"), ({"shares": [-1] + [1] * 35}, "want a number"), ({"origin": "klingon"}, "want an origin from"),
])
def test_what_does_not_fit_is_refused(change, message):
    given = {"params": PARAMS, "config": CONFIG, "facts": FACTS, "letters": ENGLISH, "origins": ORIGINS, "shares": [1] * 36, "origin": "greek"} | change
    with pytest.raises(ValueError, match=message):
        writer_figure(**given)


# On its page --------------------------------------------------------------------------------------------------------


def test_the_landing_page_shows_this_figure_awake(open_page, open_figure, made):
    figure = open_page(PAGE).locator("gpt-writer[data-live]")
    assert shown(figure) == shown(open_figure(made))
    box(figure).fill("jo")
    assert_shows(figure, predict("jo"))


def test_the_landing_page_names_the_run_and_its_loss(built, made):
    assert html.escape(made.caption) in (built / "book/index.html").read_text(encoding="utf-8")


def test_it_means_something_without_scripts(open_page):
    figure = open_page(PAGE, java_script_enabled=False).locator("gpt-writer")
    assert_shows(figure, predict(""))
    assert figure.locator("button").first.is_disabled()
