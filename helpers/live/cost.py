"""Live figure of chapters/05_whole_arrays.ipynb: what one training step costs, with Values and with Tensors."""

import html
import math

from helpers.live.shell import LiveFigure, read

EDGE = 7   # room beside the scale's ends for half a number, in percent of the width


def with_3_digits(number):
    """A number rounded to three digits, such as 12.3 or 12300."""
    return float(f"{number:.3g}")


def length_text(seconds):
    """A length of time with its unit, three digits of it, such as 12.3 ms."""
    unit, size = next(((unit, size) for unit, size in (("s", 1), ("ms", 1e-3)) if seconds >= size), ("µs", 1e-6))
    return f"{with_3_digits(seconds / size):,.15g} {unit}"


def times_as_fast(slow, fast):
    """How many times as fast, as the text of the figure says it: whole above 10."""
    ratio = slow / fast
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def decades_of(costs):
    """The scale's ends: the powers of ten, in seconds, that lie around all times."""
    seconds = [each for *_, measured in costs for _, each in measured]
    first, last = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    return first - (min(seconds) < 1.5 * 10**first), last   # the shortest bar shows too


def bar_length(seconds, decades):
    """The length of a time's bar on the scale of powers of ten, in percent of the scale."""
    first, last = decades
    return 100 * (math.log10(seconds) - first) / (last - first)


def scale(decades):
    """The numbers of the scale over the bars -> SVG"""
    first, last = decades
    step = 1 if last - first <= 4 else 2   # on a phone there is room for five
    return "".join(
        f'<text x="{EDGE + (100 - 2 * EDGE) * (decade - first) / (last - first):.1f}%" y="13">{length_text(10**decade)}</text>'
        for decade in range(first, last + 1, step)
    )


def bar(seconds, decades):
    """A bar, with a mark for each power of ten -> SVG"""
    first, last = decades
    inner = 100 - 2 * EDGE
    marks = "".join(
        f'<line x1="{x:.1f}%" x2="{x:.1f}%" y1="0" y2="100%"/>'
        for x in (EDGE + inner * step / (last - first) for step in range(last - first + 1))
    )
    return (
        f'<svg class="cost-bar" aria-hidden="true">{marks}'
        f'<rect x="{EDGE}%" y="3" width="{inner * bar_length(seconds, decades) / 100:.2f}%" height="10"/></svg>'
    )


def rows_of(ways, measured, decades):
    """Two rows for each way: its nodes, its time and how many times as fast as the first it is; then its bar -> HTML"""
    slow = measured[0][1]
    return "".join(
        f'<tr class="numbers"><th scope="row">{html.escape(way)}</th><td>{nodes:,}</td><td>{length_text(seconds)}</td>'
        f"<td>{times_as_fast(slow, seconds) if number else 1}</td></tr>"
        f'<tr class="bars"><td colspan="4">{bar(seconds, decades)}</td></tr>'
        for number, (way, (nodes, seconds)) in enumerate(zip(ways, measured, strict=True))
    )


def says(n_hidden, n_names, products, measured, ways):
    """What a step shows, in a sentence."""
    (nodes, slow), *_, (few_nodes, fast) = measured
    names = f"{n_names} name{'s' if n_names > 1 else ''}"
    return (
        f"{names}, {n_hidden} hidden numbers: {products:,} multiplications for the logits, forward and back, whichever way. "
        f"{ways[-1]}: {few_nodes:,} nodes instead of {nodes:,}, and {times_as_fast(slow, fast)} times as fast as {ways[0]}."
    )


def cost_figure(costs, ways):
    """Choose the sizes of a step, compare what it costs in each way.

    costs: (hidden size, names, multiplications, [(nodes, seconds) of each way]); ways: their names -> LiveFigure
    """
    decades = decades_of(costs)
    sizes = {"hidden": sorted({step[0] for step in costs}), "names": sorted({step[1] for step in costs})}
    middle = sizes["hidden"][len(sizes["hidden"]) // 2]
    start = max((step for step in costs if step[0] == middle), key=lambda step: step[1])
    choose = "".join(
        f'<label>{label} <select data-part="{key}" data-wakes disabled>'
        + "".join(f"<option{' selected' if size == first else ''}>{size}</option>" for size in sizes[key])
        + "</select></label>"
        for key, label, first in [("hidden", "Hidden numbers", start[0]), ("names", "Names in the step", start[1])]
    )
    tables = "".join(
        f'<tbody data-step="{step[0]}/{step[1]}"{"" if step is start else " hidden"}>{rows_of(ways, step[3], decades)}</tbody>' for step in costs
    )
    first = (
        f'<style>{read("cost.css")}</style><div class="controls">{choose}</div>'
        '<div class="cost-table scroll" tabindex="0" role="region" aria-label="The cost in each way"><table class="live costs"><thead><tr><th scope="col">one step with</th><th scope="col">nodes</th><th scope="col">time</th>'
        '<th scope="col">times as fast</th></tr></thead>'
        f"{tables}<tfoot><tr><td colspan=\"4\"><svg class=\"cost-scale\" aria-hidden=\"true\">{scale(decades)}</svg></td></tr></tfoot></table></div>"
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(says(*start, ways))}</p>'
    )
    caption = (
        "One training step of the two-letter MLP, measured by the cell above on the machine that ran this page, garbage collector off. Knobs of seed 0, not trained; names in the order of seed 1. "
        f"Each bar ends at its time on a scale where every mark is ten times the one before. \"Times as fast\" compares with {ways[0]} "
        "and comes from the times before they were rounded to three digits."
    )
    data = {"says": {f"{step[0]}/{step[1]}": says(*step, ways) for step in costs}}
    return LiveFigure("gpt-cost", first, data, caption)
