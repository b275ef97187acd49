"""Live figure of chapters/05_whole_arrays.ipynb: what one training step costs, with Values and with Tensors."""

from helpers.live.shell import LiveFigure


def with_3_digits(number):
    """A number rounded to three digits, such as 12.3 or 12300."""
    return float(f"{number:.3g}")


def rows_of(ways, nodes, times):
    """A row for each way: its nodes, its time, a bar as long as its share of the slowest -> HTML"""
    return "".join(
        f'<tr><th scope="row" class="wraps">{way}</th><td>{n:,}</td><td>{time:,.15g}</td>'
        f'<td class="wide"><span class="bar" style="width:{100 * time / max(times):.1f}%"></span></td></tr>'
        for way, n, time in zip(ways, nodes, times, strict=True)
    )


def cost_figure(costs, ways):
    """Choose the sizes of a step, compare what it costs in each way.

    costs: (hidden size, names, multiplications, [(nodes, seconds) of each way]); ways: their names -> LiveFigure
    """
    quickest = min(seconds for *_, measured in costs for _, seconds in measured)
    steps = [
        {
            "hidden": n_hidden,
            "names": n_names,
            "products": products,
            "nodes": [nodes for nodes, _ in measured],
            "times": [with_3_digits(seconds / quickest) for _, seconds in measured],
        }
        for n_hidden, n_names, products, measured in costs
    ]
    sizes = {key: sorted({step[key] for step in steps}) for key in ("hidden", "names")}
    middle = sizes["hidden"][len(sizes["hidden"]) // 2]
    start = max((step for step in steps if step["hidden"] == middle), key=lambda step: step["names"])
    choose = "".join(
        f'<label>{label} <select data-part="{key}" data-wakes disabled>'
        + "".join(f"<option{' selected' if size == start[key] else ''}>{size}</option>" for size in sizes[key])
        + "</select></label>"
        for key, label in [("hidden", "Hidden numbers"), ("names", "Names in the step")]
    )
    first = (
        f'<div class="controls">{choose}</div>'
        '<div class="scroll" tabindex="0" role="region" aria-label="The cost in each way"><table class="live"><thead><tr>'
        '<th scope="col">one step with</th><th scope="col">nodes</th><th scope="col">time</th>'
        '<th scope="col">share of the slowest</th></tr></thead>'
        f'<tbody data-part="rows">{rows_of(ways, start["nodes"], start["times"])}</tbody></table></div>'
        f'<p class="says" data-part="says" aria-live="polite">{says(start)}</p>'
    )
    caption = (
        "One training step of the two-letter MLP, measured by the cell above on the machine that ran this page: with Values, "
        "with Tensors name by name, with Tensors for all names at once. Times are ratios; 1 is the quickest of all these steps. "
        "Untrained knobs of seed 0, names in the order of seed 1."
    )
    return LiveFigure("gpt-cost", first, {"steps": steps, "ways": ways}, caption)


def says(step):
    """What a step shows, in a sentence."""
    ratio = step["times"][0] / step["times"][-1]
    names = f"{step['names']} name{'s' if step['names'] > 1 else ''}"
    return (
        f"{names}, {step['hidden']} hidden numbers: {step['products']:,} multiplications for the logits, forward and back, whichever way. "
        f"The last way takes 1/{ratio:.0f} of the first one's time."
    )
