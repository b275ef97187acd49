"""Live figure of chapters/16_does_bigger_help.ipynb: choose a budget and a size, see the recorded run's loss and what it writes."""

import html
import math

import numpy as np

from helpers.live.hill import fixed
from helpers.live.shell import LiveFigure, read

PLACE = (40, 10, 330, 240)   # the drawing's own axes: left, top, width, height


def exponent(number):
    """A power of ten as people write it, such as 3 × 10¹¹; rounded to one digit."""
    power = math.floor(math.log10(number))
    return f"{number / 10**power:.0f} × 10{str(power).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def edges_of(record, lines):
    """What the drawing shows -> fewest and most operations, lowest and highest loss"""
    a_step = 6 * np.asarray(record["n_knobs"]) * record["tokens_a_step"]
    fewest = min(float(each * moments[0]) for each, moments in zip(a_step, record["moments"], strict=True))
    losses = [*np.concatenate(record["trained_on"]), *record["held_out"], *lines.values()]
    return fewest, max(record["budgets"]) * 1.3, math.floor(10 * min(losses) - 0.5) / 10, math.ceil(10 * min(max(losses), 3)) / 10


def across(operations, edges):
    """Where a number of operations lies, from left to right, on a logarithmic scale."""
    return PLACE[0] + PLACE[2] * math.log(operations / edges[0]) / math.log(edges[1] / edges[0])


def up(loss, edges):
    """Where a loss lies; what is above the drawing lies at its upper edge."""
    return PLACE[1] + PLACE[3] * (edges[3] - min(loss, edges[3])) / (edges[3] - edges[2])


def way(record, row, edges):
    """One run's training loss by operations so far -> the d of a path"""
    a_step = 6 * int(record["n_knobs"][row]) * record["tokens_a_step"]
    points = zip(record["moments"][row], record["trained_on"][row], strict=True)
    return "M" + "L".join(f"{across(a_step * step, edges):.1f} {up(loss, edges):.1f}" for step, loss in points)


def rows_of(record):
    """The runs that can be chosen: seed 0, the right learning rate -> list of lists of rows, by budget, then by size"""
    is_shown = (np.asarray(record["seed"]) == 0) & ~np.asarray(record["is_wrong"])
    order = np.argsort(record["size"], kind="stable")
    return [[int(row) for row in order if is_shown[row] and record["budget"][row] == budget] for budget in range(len(record["budgets"]))]


def state_of(record, row, edges):
    """All that a run shows -> dict"""
    n_knobs, n_steps = int(record["n_knobs"][row]), int(record["n_steps"][row])
    held_out, n_tokens = float(record["held_out"][row]), n_steps * record["tokens_a_step"]
    n_layer, n_embd = record["sizes"][record["size"][row]]
    return {
        "size": int(record["size"][row]), "title": f"{n_knobs:,} knobs",
        "says": f"{n_knobs:,} knobs (n_layer {n_layer}, n_embd {n_embd}) read {n_tokens:,} tokens in {n_steps:,} steps: {held_out:.3f} nats per byte on held-out text.",
        "way": way(record, row, edges), "dot": [fixed(across(6 * n_knobs * n_tokens, edges), 1), fixed(up(held_out, edges), 1)],
        "written": record["written"][row],
    }


def states_of(record, lines):
    """By budget: its title, its runs, and which of them is the best on validation text -> list of dicts"""
    edges, states = edges_of(record, lines), []
    for budget, rows in zip(record["budgets"], rows_of(record), strict=True):
        best = int(np.argmin([record["validation"][row] for row in rows]))
        states.append({"title": f"{exponent(budget)} operations", "best": best, "runs": [state_of(record, row, edges) for row in rows]})
    return states


def drawing(record, lines, state):
    """All runs faintly, one of them in full -> SVG"""
    left, top, width, height = PLACE
    edges, right, bottom = edges_of(record, lines), PLACE[0] + PLACE[2], PLACE[1] + PLACE[3]
    ticks = ""
    for power in range(math.ceil(math.log10(edges[0])), math.floor(math.log10(edges[1])) + 1):
        x = across(10**power, edges)
        ticks += f'<path class="tick" d="M{x:.1f} {bottom}v4"/><text x="{x:.1f}" y="{bottom + 18}">10<tspan dy="-5" font-size="10">{power}</tspan></text>'
    for fifths in range(math.ceil(edges[2] * 5), math.floor(edges[3] * 5 + 1e-9) + 1):
        ticks += f'<text class="end" x="{left - 5}" y="{up(fifths / 5, edges) + 4:.1f}">{fifths / 5:.1f}</text>'
    levels = "".join(
        f'<path class="level" d="M{left} {up(level, edges):.1f}H{right}"/><text class="start of-line" x="{left + 5}" y="{up(level, edges) - 4:.1f}">{html.escape(name)} {level:.3f}</text>'
        for name, level in lines.items()
    )
    others = "".join(f'<path class="other" d="{way(record, row, edges)}"/>' for rows in rows_of(record) for row in rows)
    label = "Training loss by operations, of the chosen run and of all others. " + " ".join(f"Line of {name}: {level:.3f}." for name, level in lines.items())
    x, y = state["dot"]
    return (
        f'<svg class="places run-curve" viewBox="0 0 {right + 12} {bottom + 40}" role="img" aria-label="{html.escape(label.strip())}">'
        f'<rect class="edge" x="{left}" y="{top}" width="{width}" height="{height}"/>{ticks}'
        f'<text x="{left + width / 2:g}" y="{bottom + 35}">operations so far, nats per byte upwards</text>{others}{levels}'
        f'<path class="held" data-part="way" d="{state["way"]}"/><circle class="here" data-part="here" r="6" cx="{x}" cy="{y}"/></svg>'
    )


def first_state(record, lines, budget=0, run=None):
    """The figure as it stands with a budget and one of its runs (None: its best) -> HTML"""
    states = states_of(record, lines)
    chosen = states[budget]
    run = chosen["best"] if run is None else run
    state = chosen["runs"][run]

    def slider(part, label, most, value, shown):
        return (
            f'<span class="slide"><label>{label} <input data-part="{part}" data-wakes disabled type="range" min="0" max="{most}" step="1" value="{value}" '
            f'aria-valuetext="{shown}"></label><output data-part="{part}-shown">{shown}</output></span>'
        )

    return (
        f'<style>{read("map.css")}{read("run.css")}{read("budget.css")}</style><div class="controls">'
        + slider("budget", "Budget", len(states) - 1, budget, chosen["title"]) + slider("size", "Size", len(chosen["runs"]) - 1, run, state["title"])
        + f'</div><p class="says" data-part="says" aria-live="polite">{state["says"]}</p>{drawing(record, lines, state)}'
        '<ul class="scale" aria-label="Lines"><li><span class="run-key held"></span> training loss of this run</li><li><span class="dot-key"></span> its loss on held-out text</li>'
        '<li><span class="run-key faint"></span> the other runs</li></ul>'
        f'<p class="run-names">It writes, after <code>{html.escape(record["prompt"].strip())}</code>:</p><pre class="written" data-part="written" tabindex="0" role="region" aria-label="What it writes">{html.escape(state["written"])}</pre>'
    )


def budget_figure(record, lines=None):
    """Choose among recorded budgets and sizes -> LiveFigure

    record: as `load_scaling` in helpers/recording/scaling.py gives it; lines: name -> loss of what the runs are compared with
    Raises ValueError where a budget has no run with seed 0.
    """
    lines = lines or {}
    empty = [budget for budget, rows in zip(record["budgets"], rows_of(record), strict=True) if not rows]
    if empty:
        raise ValueError(f"want a run with seed 0 at each budget, got none at {empty}")
    caption = (
        f"Recorded runs on tokens of the shipped text: seed 0, {len(record['sizes'])} sizes, {len(record['budgets'])} budgets. A larger model reads fewer tokens on the same budget. "
        "Across are the operations so far, on a logarithmic scale. Each model writes until its context of 64 tokens is full, at temperature 0.8, with the same random numbers. The line is the loss on the text that it trains on, the dot that on other text."
    )
    states = states_of(record, lines)
    return LiveFigure("gpt-budget", first_state(record, lines), {"budgets": states}, caption)
