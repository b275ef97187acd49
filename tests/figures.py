"""What a live figure shows, read from its page, so that two drawings of one state can be compared line by line."""

import re

# Each element on a line of its own: tag, text, attributes. Not what only being awake changes: controls that work, and a size-dependent hint.
SHOWN = """(figure) => [...figure.querySelectorAll("*")].filter((each) => !each.matches("script, style")).map((each) => {
  const text = [...each.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("");
  const kept = [...each.attributes].filter(({ name }) => !["disabled", "data-wakes"].includes(name));
  const attributes = kept.map(({ name, value }) => `${name}=${value}`.replace(" overflows", "")).sort();
  return [each.tagName.toLowerCase(), JSON.stringify(text), ...attributes].join(" ");
})"""


def shown(element):
    """What a figure, or a part of it, shows: a line for each element in it."""
    return element.evaluate(SHOWN)


def bars(element):
    """How long each bar in it is, as a fraction of its place, and as measured on the screen. -> two lists"""
    written = [float(re.search(r"width: ?([\d.]+)%", style)[1]) / 100 for style in element.locator(".bar").evaluate_all(
        "(bars) => bars.map((bar) => bar.getAttribute('style'))")]
    measured = element.locator(".bar").evaluate_all(
        "(bars) => bars.map((bar) => bar.getBoundingClientRect().width / (bar.parentElement.clientWidth - 2 * parseFloat(getComputedStyle(bar.parentElement).paddingLeft)))")
    return written, measured
