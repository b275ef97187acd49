"""The live figures of the chapter on arrays, worked on their built page: what they show is what numpy says."""

import re

import numpy as np
import pytest

from helpers.live.broadcast import SHAPES, text_of, tiles
from helpers.live.cost import cost_figure, with_3_digits
from helpers.tensor import unbroadcast

PAGE = "chapters/05_whole_arrays.html"


def numbers_in(box):
    return [int(text) for text in box.locator(".tile").all_inner_texts()]


@pytest.fixture
def broadcast(open_page):
    return open_page(PAGE).locator("gpt-broadcast")


def test_gradients_are_those_of_unbroadcast_for_all_pairs_of_shapes(broadcast):
    for shape_a in SHAPES:
        broadcast.get_by_label("Shape of a").select_option(text_of(shape_a))
        for shape_b in SHAPES:
            broadcast.get_by_label("Shape of b").select_option(text_of(shape_b))
            says = broadcast.locator("[data-part=says]").inner_text()
            try:
                full = np.broadcast_shapes(shape_a, shape_b)
            except ValueError:
                assert "do not fit" in says and broadcast.locator(".tile").count() == 0
                continue
            grad = np.arange(1, 1 + np.prod(full, dtype=int)).reshape(full)
            for name, shape in [("a", shape_a), ("b", shape_b), ("a + b", full)]:
                box = broadcast.locator(f'[data-part="{name}"]')
                assert numbers_in(box) == unbroadcast(grad, shape).ravel().tolist()
                assert text_of(shape) in box.inner_text()


def test_an_entry_is_chosen_by_mouse_and_by_keyboard(open_page):
    page = open_page(PAGE)
    figure = page.locator("gpt-broadcast")
    figure.get_by_label("b[2], gradient 30").click()
    assert [int(text) for text in figure.locator(".tile.lit").all_inner_texts()] == [3, 6, 9, 12]
    assert "3 + 6 + 9 + 12 = 30" in figure.locator("[data-part=says]").inner_text()
    figure.get_by_label("a[3, 0], gradient 33").focus()
    page.keyboard.press("Enter")
    assert [int(text) for text in figure.locator(".tile.lit").all_inner_texts()] == [10, 11, 12]
    assert page.evaluate("document.activeElement.dataset.place") == "3, 0"   # the keyboard stays where it was


def test_a_single_number_has_the_name_that_the_words_give_it(broadcast):
    broadcast.get_by_label("Shape of a").select_option("()")
    assert broadcast.locator("[data-part=says]").inner_text().startswith("a is used in 3 places")
    assert broadcast.locator('[data-part="a"] button').get_attribute("aria-label") == "a, gradient 6"
    assert 'aria-label="a, gradient 6"' in tiles("a", (), np.array(6), set())


def test_shapes_that_do_not_fit_are_told(broadcast):
    broadcast.get_by_label("Shape of a").select_option("(4, 3)")
    broadcast.get_by_label("Shape of b").select_option("(4,)")
    assert "3 stands over 4" in broadcast.locator("[data-part=says]").inner_text()


def test_the_first_state_is_what_the_script_draws(open_page):
    def state(**options):
        figure = open_page(PAGE, **options).locator("gpt-broadcast")
        return figure.locator("[data-part=tiles]").inner_text().split(), figure.locator("[data-part=says]").inner_text()

    assert state() == state(java_script_enabled=False)


def cost_rows(figure):
    """-> {way: (nodes, time)}"""
    rows = {}
    for row in figure.locator("tbody tr").all():
        way, nodes, time, _ = row.locator("th, td").all_inner_texts()
        rows[way] = int(nodes.replace(",", "")), float(time.replace(",", ""))
    return rows


@pytest.mark.parametrize(("number", "rounded"), [(1, 1), (1.004, 1), (12.34, 12.3), (1234.5, 1230), (98765.4, 98800)])
def test_costs_have_three_digits(number, rounded):
    assert with_3_digits(number) == rounded


def test_the_costs_of_python_are_written_as_the_script_writes_them(browser):
    costs = [(n_hidden, n_names, 9000, [(1234567, 2.3456e3), (1000, 12.55), (20, 1.0)]) for n_hidden in (2, 8) for n_names in (1, 3)]
    page = browser.new_page()
    page.set_content(cost_figure(costs, ["one", "two", "three"])._repr_html_())
    figure = page.locator("gpt-cost")
    assert figure.get_by_label("Hidden numbers").input_value() == "8"
    by_python = figure.locator("tbody").inner_html(), figure.locator("[data-part=says]").inner_text()
    assert re.findall(r"<td>([^<]+)", by_python[0]) == ["1,234,567", "2,350", "1,000", "12.6", "20", "1"]
    figure.get_by_label("Hidden numbers").dispatch_event("change")
    assert (figure.locator("tbody").inner_html(), figure.locator("[data-part=says]").inner_text()) == by_python
    page.close()


def test_costs_are_shown_for_the_chosen_sizes(open_page):
    figure = open_page(PAGE).locator("gpt-cost")
    steps = figure.evaluate("figure => JSON.parse(figure.querySelector('script').textContent).steps")
    assert min(time for step in steps for time in step["times"]) == 1
    for step in steps:
        figure.get_by_label("Hidden numbers").select_option(str(step["hidden"]))
        figure.get_by_label("Names in the step").select_option(str(step["names"]))
        rows = cost_rows(figure)
        assert list(rows.values()) == list(zip(step["nodes"], step["times"], strict=True))
        ratio = re.search(r"1/([\d,]+) of", figure.locator("[data-part=says]").inner_text())[1]
        assert abs(int(ratio) - step["times"][0] / step["times"][-1]) <= 1


def test_costs_can_be_chosen_by_keyboard(open_page):
    page = open_page(PAGE)
    figure = page.locator("gpt-cost")
    figure.get_by_label("Names in the step").focus()
    page.keyboard.press("Home")
    assert figure.locator("[data-part=says]").inner_text().startswith("1 name,")


def test_the_cost_figure_means_something_without_scripts(open_page):
    figure = open_page(PAGE, java_script_enabled=False).locator("gpt-cost")
    rows = cost_rows(figure)
    assert len(rows) == 3 and rows["Values"][0] > 1000 * rows["Tensors, at once"][0]
