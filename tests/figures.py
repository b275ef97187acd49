"""Live figures in tests: one on a page of its own, and what it shows, so that two drawings of one state can be compared."""

import contextlib
import re

# Each element on a line of its own: tag, text, attributes. Not what waking changes on purpose: controls that work, a hint and a tab stop where something scrolls.
SHOWN = """(figure) => [...figure.querySelectorAll("*")].filter((each) => !each.matches("script, style")).map((each) => {
  const text = [...each.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("");
  const changed = ["disabled", "data-wakes", each.matches(".scroll") && "tabindex"];
  const kept = [...each.attributes].filter(({ name }) => !changed.includes(name));
  const attributes = kept.map(({ name, value }) => `${name}=${value}`.replace(" overflows", "")).sort();
  return [each.tagName.toLowerCase(), JSON.stringify(text), ...attributes].join(" ");
})"""


def shown(element):
    """What a figure, or a part of it, shows: a line for each element in it."""
    return element.evaluate(SHOWN)


def bars(element):
    """How long each bar in it is, as a fraction of its place, and as measured on the screen. -> two lists"""
    styles = element.locator(".bar").evaluate_all("(bars) => bars.map((bar) => bar.getAttribute('style'))")
    measured = element.locator(".bar").evaluate_all("""(bars) => bars.map((bar) => {
        const place = bar.parentElement;
        return bar.getBoundingClientRect().width / (place.clientWidth - 2 * parseFloat(getComputedStyle(place).paddingLeft));
    })""")
    return [float(re.search(r"width:([\d.]+)%", style)[1]) / 100 for style in styles], measured


@contextlib.contextmanager
def on_a_page(browser, figure, body="margin: 16px; line-height: 1.65", clock=False, seed=None, before="", **options):
    """The figure's element, awake, on a page that holds nothing else; options go to the browser's context.

    Motion is reduced unless the options say otherwise, and an error on the page fails the test.
    clock: time stands still until the test lets it run; seed: of the figure's random numbers, another one each time if None
    before: a script that runs when all is written, and the figure still asleep
    """
    context = browser.new_context(**{"reduced_motion": "reduce"} | options)
    page = context.new_page()
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: message.type == "error" and trouble.append(message.text))
    if clock:
        page.clock.install(time=0)
        page.clock.pause_at(1000)
    output = figure._repr_html_()
    if seed is not None:
        output = output.replace(f"<{figure.element} ", f'<{figure.element} data-seed="{seed}" ', 1)
    page.set_content(f'<!doctype html><meta charset="utf-8"><body style="{body}">{output}<script>{before}</script></body>')
    if options.get("java_script_enabled", True):
        page.locator(f"{figure.element}[data-live]").wait_for()
    yield page.locator(figure.element)
    context.close()
    assert not trouble, trouble


def assert_first_state_is_python_s(browser, figure):
    """What Python wrote must be what the script draws of the same state, to the last character, whatever language the browser speaks."""
    with on_a_page(browser, figure, java_script_enabled=False) as element:
        written = shown(element)
    with on_a_page(browser, figure, locale="de-DE") as element:   # it writes 1.024 for 1,024
        assert shown(element) == written


PUT_BACK = """for (const each of document.querySelectorAll(CHANGED)) {
    if (each.matches("select")) each.selectedIndex = each.selectedIndex ? 0 : each.options.length - 1;
    else each.value = each.type !== "range" ? "7" : each.value === each.min ? each.max : each.min;
}"""


def assert_forgets_the_last_visit(browser, figure, changed="input, select"):
    """It wakes in its first state, whatever a browser put back into its controls, as some do when a page is loaded again."""
    found = []
    for before in ("", PUT_BACK.replace("CHANGED", repr(changed))):
        with on_a_page(browser, figure, before=before) as element:
            element.page.wait_for_function("!document.querySelector('[aria-busy]')")
            found.append((shown(element), element.evaluate("element => [...element.querySelectorAll('input, select')].map(each => each.value)")))
    assert found[0] == found[1]


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
