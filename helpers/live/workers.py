"""Live figure of chapters/17_two_workers.ipynb: two workers' losses and the distances of their knobs, moment by moment, with faults to switch on."""

import html
import math

import numpy as np

from helpers.live.hill import fixed
from helpers.live.shell import LiveFigure, counted, read

BOX = (46, 10, 330, 200)     # a drawing's frame: left, top, width, height
LOSSES = (2.2, 3.6)          # nats at the lower and the upper edge; what lies beyond is drawn at the edge
POWERS = (-17, 1)            # of ten, at the edges of the distances; nothing at all lies at the lower edge
LINES = {"loss0": "worker 0", "loss1": "worker 1", "apart": "between the two workers", "away": "worker 0 to one process"}
FAULTS = {   # what each switch does, as the figure says it
    "none": "Every worker takes its own part, and the rows are summed.",
    "no all-reduce": "Nothing is summed: each worker follows its own row.",
    "same part twice": "Both workers take the same part of each batch.",
    "mean of means": "Worker 0 takes the shorter names, worker 1 the longer ones, and each divides by its own tokens before the sum.",
    "not divided": "Nobody divides the gradient by the number of tokens.",
}


def across(step, n_steps):
    """Where a step lies: the first ones get as much room as the last."""
    return BOX[0] + BOX[2] * math.log1p(step) / math.log1p(n_steps)


def clipped(fraction):
    """How far from the top something is drawn, for a fraction of the height, from the lower edge up."""
    return BOX[1] + BOX[3] * (1 - min(max(fraction, 0), 1))


def of_loss(loss):
    """Where a loss lies, from the top."""
    return clipped((loss - LOSSES[0]) / (LOSSES[1] - LOSSES[0]))


def of_distance(distance):
    """Where a distance lies, from the top, on a scale of powers of ten."""
    return clipped((math.log10(distance) - POWERS[0]) / (POWERS[1] - POWERS[0]) if distance > 0 else 0)


def way(steps, numbers, place):
    """A line through these numbers; where a run has ended, it stops -> the d of an SVG path"""
    points = [f"{across(step, steps[-1]):.1f} {place(number):.1f}" for step, number in zip(steps, numbers, strict=True) if math.isfinite(number)]
    return "M" + "L".join(points)


def told(number):
    """A distance in words."""
    return "0" if number == 0 else fixed(number, 3) if 0.001 <= number < 1000 else f"{number:.0e}"


def loss_told(loss):
    return fixed(loss, 3) if loss < 1000 else f"{loss:.0e}"


def says(record, i, j, k):
    """Where the two stand at a moment, in some sentences."""
    step, (first, second) = record["moments"][k], record["losses"][i, j, k]
    apart, away = record["apart"][i, j, k], record["away"][i, j, k]
    head = f"{FAULTS[record['faults'][j]]} After {step} {'step' if step == 1 else 'steps'}:"
    if not np.isfinite([first, second, apart, away]).all():
        return f"{head} the run has ended, its numbers are no longer finite."
    return (
        f"{head} worker 0 has a loss of {loss_told(first)}, worker 1 of {loss_told(second)}. Between their knobs lies {told(apart)}, "
        f"between those of worker 0 and of one process {told(away)}."
    )


def run_of(record, i, j):
    """All that the page needs of one run: its lines, and its words at each moment -> dict"""
    steps = record["moments"]
    losses = record["losses"][i, j]
    lines = {
        "loss0": way(steps, losses[:, 0], of_loss), "loss1": way(steps, losses[:, 1], of_loss),
        "apart": way(steps, record["apart"][i, j], of_distance), "away": way(steps, record["away"][i, j], of_distance),
    }
    return {"lines": lines, "says": [says(record, i, j, k) for k in range(len(steps))]}


def frame(record, rows, title):
    """A drawing's frame with its axes; rows: pairs (from the top, label) -> SVG"""
    left, top, width, height = BOX
    bottom = top + height
    parts = f'<rect class="edge" x="{left}" y="{top}" width="{width}" height="{height}"/>'
    for step in (0, 1, 10, 100, record["moments"][-1]):
        x = across(step, record["moments"][-1])
        parts += f'<path class="tick" d="M{x:.1f} {bottom}v4"/><text x="{x:.1f}" y="{bottom + 18}">{step}</text>'
    for y, label in rows:
        parts += f'<path class="tick" d="M{left} {y:.1f}h-4"/><text class="end" x="{left - 6}" y="{y + 4:.1f}">{label}</text>'
    return parts + f'<text x="{left + width / 2:g}" y="{bottom + 36}">{title}</text>'


def drawing(record, label, rows, title, lines, run, x):
    """Two lines in a frame, and the moment -> SVG"""
    ways = "".join(f'<path class="{name}" data-part="{name}" d="{run["lines"][name]}"/>' for name in lines)
    left, top, width, height = BOX
    return (
        f'<svg class="workers-drawing" viewBox="0 0 {left + width + 14} {top + height + 44}" role="img" aria-label="{html.escape(label)}">'
        f'{frame(record, rows, title)}{ways}<path class="now" data-part="now-{lines[0]}" d="M{x:.1f} {top}V{top + height}"/></svg>'
    )


def key(names):
    """What the lines are -> HTML"""
    items = "".join(f'<li><span class="workers-key {name}"></span> {LINES[name]}</li>' for name in names)
    return f'<ul class="scale" aria-label="Lines">{items}</ul>'


def first_state(record, optimizer=0, fault=0, moment=None):
    """The figure as it stands with one optimizer and one fault, at a moment (None: the last) -> HTML"""
    steps = record["moments"]
    moment = len(steps) - 1 if moment is None else moment
    run = run_of(record, optimizer, fault)
    x = across(steps[moment], steps[-1])
    options = "".join(f"<option{' selected' if i == optimizer else ''}>{html.escape(name)}</option>" for i, name in enumerate(record["optimizers"]))
    switches = "".join(
        f'<button type="button" data-fault="{j}" aria-pressed="{str(j == fault).lower()}" data-wakes disabled>{html.escape(name)}</button>'
        for j, name in enumerate(record["faults"])
    )
    after = f"after {counted(steps[moment], 'step')}"
    tenths = [(of_loss(loss), f"{loss:.1f}") for loss in np.arange(2.2, 3.61, 0.4)]
    powers = [(of_distance(10.0**power), f"1e{power}") for power in range(-15, 1, 5)] + [(of_distance(0), "0")]
    losses = drawing(
        record, "Loss of each worker by step; the words above tell the numbers of the moment.", tenths, "steps taken, nats per token upwards", ["loss0", "loss1"], run, x
    )
    distances = drawing(
        record, "Distances of the knobs by step; the words above tell the numbers of the moment.", powers, "steps taken, distance upwards", ["apart", "away"], run, x
    )
    return (
        f'<style>{read("workers.css")}</style><div class="controls"><span class="workers-faults" role="group" aria-label="Fault">Fault: {switches}</span></div>'
        f'<div class="controls"><label>Steps of <select data-part="optimizer" data-wakes disabled>{options}</select></label>'
        f'<label class="workers-moment">Moment <input data-part="moment" data-wakes disabled type="range" min="0" max="{len(steps) - 1}" step="1" '
        f'value="{moment}" aria-valuetext="{after}"></label><output data-part="moment-shown">{after}</output></div>'
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(run["says"][moment])}</p>'
        f'<div class="workers-drawings"><div>{losses}{key(["loss0", "loss1"])}</div><div>{distances}{key(["apart", "away"])}</div></div>'
    )


def workers_figure(record):
    """Two workers, healthy and faulty, from a record -> LiveFigure

    record: as `load_two_workers` in helpers/recording/two_workers.py gives it
    Raises ValueError where its parts do not fit together.
    """
    shape = len(record["optimizers"]), len(record["faults"]), len(record["moments"])
    if not (record["losses"].shape == (*shape, 2) and record["apart"].shape == record["away"].shape == shape and set(record["faults"]) <= set(FAULTS)):
        raise ValueError(f"want losses and distances for {shape} optimizers, faults and moments, got {record['losses'].shape} and {record['apart'].shape}")
    steps = record["moments"]
    runs = [[run_of(record, i, j) for j in range(shape[1])] for i in range(shape[0])]
    rates = ", ".join(f"{rate:g} for {name}" for name, rate in zip(record["optimizers"], record["rates"], strict=True))
    caption = (
        f"Two workers in one process, recorded: the reference model in float64, seed 0, {steps[-1]} steps of {record['batch_size']} names, learning rates {rates}. "
        "Switch a fault on, choose the kind of steps, and drag through the moments. Steps lie on a logarithmic scale, and so do the distances: the length of "
        "the difference of two workers' knobs, as a part of the length of the knobs. A loss above 3.6 is drawn at the upper edge, and a run that has flown away ends early."
    )
    data = {"runs": runs, "steps": steps, "xs": [f"{across(step, steps[-1]):.1f}" for step in steps], "top": BOX[1], "bottom": BOX[1] + BOX[3]}
    return LiveFigure("gpt-workers", first_state(record), data, caption)
