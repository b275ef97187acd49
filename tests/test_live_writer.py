"""The landing page's live figure, worked by mouse and keyboard."""

import numpy as np
import pytest

from helpers.counting import count_ngrams, mean_surprise, ngram
from helpers.ladder import check_rung
from helpers.live.writer import CONSTANT
from helpers.names import load_names, split_names
from helpers.tokenizer import encode, letters_of

PAGE = "book/index.html"


@pytest.fixture(scope="module")
def trigram():
    """Python's own: the text so far -> probability of each next token, by its character."""
    train, held_out = split_names(load_names())
    letters = letters_of(train)
    counts = count_ngrams([encode(name, letters) for name in train], 3, len(letters) + 1)
    held_out_ids = [encode(name, letters) for name in held_out]
    check_rung("trigram", mean_surprise(lambda past: ngram(past, counts, 3, CONSTANT), held_out_ids))   # as its caption says

    def predict(text):
        return dict(zip([*letters, "."], ngram(encode(text, letters)[:-1], counts, 3, CONSTANT), strict=True))

    return predict


@pytest.mark.parametrize("text", ["", "m", "mar", "xq", "zzz"])
def test_its_probabilities_are_those_of_python(open_page, trigram, text):
    figure = open_page(PAGE).locator("gpt-writer")
    figure.get_by_label("Begin a name").fill(text)
    want = sorted(trigram(text).values(), reverse=True)[:6]
    shown = [button.split() for button in figure.locator("[data-part=next] button").all_inner_texts()]
    assert np.allclose([float(share) for _, share, _ in shown], [100 * p for p in want], atol=0.051)
    assert all(abs(trigram(text)[token] * 100 - float(share)) < 0.051 for token, share, _ in shown)


def test_a_name_is_written_letter_by_letter_by_mouse(open_page):
    figure = open_page(PAGE).locator("gpt-writer")
    figure.locator("button[data-token=a]").click()
    figure.locator("button[data-token=n]").click()
    assert figure.get_by_label("Begin a name").input_value() == "an"
    assert "So far: an" in figure.locator("[data-part=says]").inner_text()


def test_a_name_is_begun_and_finished_by_keyboard(open_page):
    page = open_page(PAGE)
    figure = page.locator("gpt-writer")
    figure.get_by_label("Begin a name").focus()
    page.keyboard.type("mar")
    page.keyboard.press("Tab")   # roll the next letter
    page.keyboard.press("Tab")   # finish the name
    page.keyboard.press("Enter")
    names = figure.locator("[data-part=names] li").all_inner_texts()
    assert len(names) == 1 and names[0].startswith("mar")
    assert figure.get_by_label("Begin a name").input_value() == ""


def test_it_takes_no_letter_that_the_model_does_not_know(open_page):
    figure = open_page(PAGE).locator("gpt-writer")
    figure.get_by_label("Begin a name").fill("zoé3")
    assert figure.get_by_label("Begin a name").input_value() == "zo"
    assert "a to z" in figure.locator("[data-part=says]").inner_text()


def test_it_means_something_without_scripts(open_page):
    figure = open_page(PAGE, java_script_enabled=False).locator("gpt-writer")
    assert figure.locator("[data-part=next] button").count() == 6
    assert figure.locator("button").first.is_disabled()
