"""Shared by the tests of live figures: a figure on a page of its own, and whether Python and the script draw alike."""

import contextlib


@contextlib.contextmanager
def on_a_page(browser, figure, body="margin: 16px; line-height: 1.65", clock=False, **options):
    """The figure's element, awake, on a page that holds nothing else; options go to the browser's context.

    Motion is reduced unless the options say otherwise, and an error on the page fails the test.
    clock: time stands still until the test lets it run.
    """
    context = browser.new_context(**{"reduced_motion": "reduce"} | options)
    page = context.new_page()
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    if clock:
        page.clock.install(time=0)
        page.clock.pause_at(1000)
    page.set_content(f'<!doctype html><meta charset="utf-8"><body style="{body}">{figure._repr_html_()}</body>')
    yield page.locator(figure.element)
    context.close()
    assert not trouble, trouble


def drawn(element):
    """The HTML inside the element as it stands now, apart from what waking changes on purpose."""
    return element.evaluate("""element => {
        const copy = element.cloneNode(true);
        for (const control of copy.querySelectorAll("[data-wakes]")) control.removeAttribute("disabled");
        return copy.innerHTML;
    }""")


def assert_first_state_is_python_s(browser, figure):
    """What Python wrote must be what the script draws of the same state, to the last character."""
    with on_a_page(browser, figure, java_script_enabled=False) as element:
        written = drawn(element)
    with on_a_page(browser, figure) as element:
        assert drawn(element) == written


def what_is_cut_off(element):
    """Parts of the figure that reach over its edges, or over the page's, outside of a region that scrolls."""
    return element.evaluate("""element => {
        const figure = element.closest(".gpt-live").getBoundingClientRect();
        const edge = Math.min(figure.right, document.documentElement.clientWidth) + 1;
        const scrolls = e => { for (; e !== element; e = e.parentElement)
            if (["auto", "scroll"].includes(getComputedStyle(e).overflowX)) return true; };
        return [...element.querySelectorAll("*")].filter(e => {
            const box = e.getBoundingClientRect();
            return box.width && (box.right > edge || box.left < figure.left - 1) && !scrolls(e.parentElement);
        }).map(e => e.outerHTML.slice(0, 120));
    }""")


def part(element, name):
    return element.locator(f'[data-part="{name}"]')
