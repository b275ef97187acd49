"""Live figure of chapters/14_how_fast.ipynb: choose a model and how many names share a step, see what bounds it, predicted and measured."""

import html
import math

from helpers.live.cost import length_text
from helpers.live.shell import LiveFigure, bar, counted, read

WIDTH, HEIGHT = 320, 214
LEFT, RIGHT, TOP, BOTTOM = 44, 304, 10, 180   # of the place where the marks stand
PARTS = {"calls": "calls", "multiplying": "multiplying", "reading": "reading"}


class Scales:
    """Where a step's mark stands: across its operations per byte, up its operations per second, both by powers of ten."""

    def __init__(self, steps, machine):
        self.machine = machine
        self.ridge = machine.operations_per_second["float32"] / machine.bytes_per_second
        xs = [step["operations"] / step["size_bytes"] for step in steps]
        seconds = [min(step["seconds"], sum(step["predicted"].values())) for step in steps]
        slowest = [step["operations"] / max(step["seconds"], sum(step["predicted"].values())) for step in steps]
        ys = [step["operations"] / each for step, each in zip(steps, seconds, strict=True)] + [machine.operations_per_second["float32"]]
        self.x_ends = math.floor(math.log10(min(xs))), math.ceil(math.log10(2 * max(*xs, self.ridge)))
        self.y_ends = math.floor(math.log10(min(slowest))), math.ceil(math.log10(1.2 * max(ys)))

    def x(self, intensity):
        first, last = self.x_ends
        return LEFT + (RIGHT - LEFT) * (math.log10(intensity) - first) / (last - first)

    def y(self, rate):
        first, last = self.y_ends
        return BOTTOM - (BOTTOM - TOP) * (math.log10(rate) - first) / (last - first)


def power(exponent):
    """A power of ten in words that fit: 0.1, 10, 1 M, 1 G."""
    if exponent < 6:
        return f"{10.0**exponent:,.12g}"
    letter = "MGTP"[(exponent - 6) // 3]
    return f"{10 ** (exponent % 3)} {letter}"


def frame(scales, steps):
    """The scales, the roof, and a small dot for each step -> SVG"""
    marks = []
    for exponent in range(scales.x_ends[0], scales.x_ends[1] + 1):
        x = scales.x(10.0**exponent)
        marks.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{BOTTOM}"/><text x="{x:.1f}" y="{BOTTOM + 14}" class="across">{power(exponent)}</text>')
    for exponent in range(scales.y_ends[0], scales.y_ends[1] + 1):
        y = scales.y(10.0**exponent)
        marks.append(f'<line x1="{LEFT}" x2="{RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/><text x="{LEFT - 5}" y="{y + 4:.1f}" class="up">{power(exponent)}</text>')
    left, right = 10.0 ** scales.x_ends[0], 10.0 ** scales.x_ends[1]
    top = scales.machine.operations_per_second["float32"]
    lowest = max(left, 10.0 ** scales.y_ends[0] / scales.machine.bytes_per_second)
    corners = [(lowest, lowest * scales.machine.bytes_per_second), (scales.ridge, top), (right, top)]
    roof = " ".join(f"{scales.x(x):.1f},{scales.y(y):.1f}" for x, y in corners)
    dots = "".join(
        f'<circle cx="{scales.x(step["operations"] / step["size_bytes"]):.1f}" cy="{scales.y(step["operations"] / step["seconds"]):.1f}" r="2.5"/>' for step in steps
    )
    return (
        f'<g class="roof-grid">{"".join(marks)}<text x="{(LEFT + RIGHT) // 2}" y="{HEIGHT - 4}" class="across">operations per byte, operations a second upwards</text></g>'
        f'<polyline class="roof" points="{roof}"/><g class="roof-dots">{dots}</g>'
    )


def chosen_marks(step, scales):
    """The chosen step: a ring where it was predicted, a dot where it was measured -> SVG"""
    x = scales.x(step["operations"] / step["size_bytes"])
    predicted, measured = (scales.y(step["operations"] / seconds) for seconds in (sum(step["predicted"].values()), step["seconds"]))
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{predicted:.1f}" y2="{measured:.1f}"/><circle class="ring" cx="{x:.1f}" cy="{predicted:.1f}" r="7"/><circle class="dot" cx="{x:.1f}" cy="{measured:.1f}" r="5"/>'


def rows_of(step):
    """A row for each part of the prediction, their sum, and what was measured -> HTML"""
    together = sum(step["predicted"].values())
    longest = max(together, step["seconds"])
    rows = [(label, step["predicted"][part]) for part, label in PARTS.items()] + [("predicted", together), ("measured", step["seconds"])]
    return "".join(
        f'<tr><th scope="row">{label}</th><td class="number">{length_text(seconds)}</td><td class="wide">{bar(seconds / longest)}</td></tr>' for label, seconds in rows
    )


def says(step):
    """What the chosen step shows, in two sentences."""
    part = max(step["predicted"], key=step["predicted"].get)
    ratio = sum(step["predicted"].values()) / step["seconds"]
    return (
        f"{step['model']}, {counted(step['names'], 'name')} in a step: {length_text(step['seconds'] / step['names'])} a name. "
        f"The largest part of the prediction is {PARTS[part]}, and the prediction is {ratio:.2f} of what was measured."
    )


def key_of(step):
    return f"{step['model']}/{step['names']}"


def state(step, scales):
    """All that depends on the choice -> dict: part of the figure -> HTML or text"""
    return {"marks": chosen_marks(step, scales), "rows": rows_of(step), "says": says(step), "names": str(step["names"])}


def roofline_figure(record):
    """The record of `helpers.recording.speed`, as a roof with the steps below it -> LiveFigure"""
    steps, machine = record["steps"], record["machine"]
    if not steps:
        raise ValueError("want a record with steps, got none")
    scales = Scales(steps, machine)
    models = list(dict.fromkeys(step["model"] for step in steps))
    sizes = sorted({step["names"] for step in steps})
    first = state(steps[0], scales)
    options = "".join(f"<option{' selected' if model == steps[0]['model'] else ''}>{html.escape(model)}</option>" for model in models)
    label = "A roof over operations per byte: it rises with memory's speed, then stays level at the speed of arithmetic. Dots below it are training steps."
    drawn = (
        f'<style>{read("roofline.css")}</style><div class="controls"><label>Model <select data-part="model" data-wakes disabled>{options}</select></label>'
        f'<label>Names in the step <input type="range" min="0" max="{len(sizes) - 1}" value="0" step="1" data-part="size" aria-valuetext="{sizes[0]}" data-wakes disabled>'
        f'<output data-part="names">{first["names"]}</output></label></div>'
        f'<div class="side-by-side"><svg class="roofline" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{frame(scales, steps)}<g class="roof-chosen" data-part="marks">{first["marks"]}</g></svg>'
        f'<table class="live"><tbody data-part="rows">{first["rows"]}</tbody></table></div>'
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(first["says"])}</p>'
    )
    where = record["where"]
    caption = (
        f"Training steps in float32 with one thread, recorded on a machine named {where['processor']} with {where['cores']} processors, best of several rounds. Knobs of seed 0, not trained; names of seven letters. "
        "The ring is the prediction, the dot the measurement; the small dots are all other steps."
    )
    data = {"sizes": sizes, "states": {key_of(step): state(step, scales) for step in steps}}
    return LiveFigure("gpt-roofline", drawn, data, caption)
