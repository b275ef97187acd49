"""Live figure of chapters/09_train_it.ipynb: a recorded run, moment by moment: its loss, the names that it writes, the tokens' places."""

import html
import math

import numpy as np

from helpers.live.hill import fixed
from helpers.live.map import (
    AROUND,
    LEFT,
    ROUND,
    SIDE,
    TOP,
    VOWELS,
    axes,
    frame_of,
    letter_places,
    mark,
    pixels,
    points_of,
    two_directions,
)
from helpers.live.shell import LiveFigure, read, visible

CURVE = (40, 10, 340, 240)   # the loss curve's place in its drawing: left, top, width, height
WIDE = 6.5                   # of a character of a line's name, at most
ROOM = 0.1                   # nats above the highest loss and below the lowest


def step_at(step, n_steps):
    """Where a step lies across the curve's drawing: its first steps get as much room as its last."""
    return CURVE[0] + CURVE[2] * math.log1p(step) / math.log1p(n_steps)


def loss_at(loss, edges):
    """Where a loss lies in the curve's drawing, between the lowest and the highest that it shows."""
    return CURVE[1] + CURVE[3] * (edges[1] - loss) / (edges[1] - edges[0])


def edges_of(record, lines):
    """The lowest and the highest loss that the curve's drawing shows."""
    every = [*record["held_out"], *record["trained_on"], *lines.values()]
    return float(min(every)) - ROOM, float(max(every)) + ROOM


def name_side(name, level, record, edges):
    """At which end of a line its name stands: where the curves are further away from it -> left edge, anchor"""
    left, _, width, _ = CURVE
    wide, middle = WIDE * (len(name) + 6), loss_at(level, edges) - 9
    steps = [step_at(step, record["moments"][-1]) for step in record["moments"]]

    def room(start):
        """Between the name, where it starts there, and the nearest curve."""
        xs = np.linspace(start, start + wide, 20)
        return min(
            np.abs(np.interp(xs, steps, [loss_at(loss, edges) for loss in losses]) - middle).min() for losses in (record["held_out"], record["trained_on"])
        )

    at_left, at_right = room(left + 5), room(left + width - 5 - wide)
    return (left + 5, "start") if at_left > at_right else (left + width - 5, "end")


def listed(words):
    """Words as a list in a sentence."""
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def says(record, lines, moment):
    """Where the run stands at a moment, in a sentence or two."""
    loss, n_steps = record["held_out"][moment], record["moments"][-1]
    passed = [name for name, level in lines.items() if loss < level]
    below = f"Below {listed(passed)}." if passed else "Above all the lines."
    return f"Step {record['moments'][moment]:,} of {n_steps:,}: {loss:.3f} nats per token on held-out names. {below if lines else ''}".strip()


def square():
    """The mark of BOS, which is no letter -> SVG"""
    return f'<rect x="{-ROUND}" y="{-ROUND}" width="{2 * ROUND}" height="{2 * ROUND}"/>'


def kind_of(token):
    """Which mark a token has."""
    return "bos" if token == "." else "vowel" if token in VOWELS else "consonant"


def states_of(record, lines):
    """All that changes with the moment, as the page gets it -> list of dicts, frame of the map"""
    tokens, edges = [*record["letters"], "."], edges_of(record, lines)
    tables = np.asarray(record["embeddings"], dtype=float)
    directions = two_directions(tables[-1])
    maps = [points_of(table, directions) for table in tables]
    frame = frame_of(maps)
    states = []
    for moment, points in enumerate(maps):
        dots = [[fixed(place, 1) for place in pixels(point, frame)] for point in points.tolist()]
        told = "; ".join(f"{visible(token)} {fixed(x, 2)}, {fixed(y, 2)}" for token, (x, y) in zip(tokens, points.tolist(), strict=True))
        step = record["moments"][moment]
        states.append({
            "says": says(record, lines, moment), "title": f"Step {step:,}, loss {record['held_out'][moment]:.3f}",
            "here": [fixed(step_at(step, record["moments"][-1]), 1), fixed(loss_at(record["held_out"][moment], edges), 1)],
            "names": [name or "(no letter)" for name in record["names"][moment]],
            "dots": dots, "places": letter_places(points, frame), "map": f"Step {step:,}. Each token's two numbers: {told}.",
        })
    return states, frame


def curve_drawing(record, lines, state):
    """Both losses by step, the lines to pass, and the moment -> SVG"""
    left, top, width, height = CURVE
    edges, n_steps = edges_of(record, lines), record["moments"][-1]
    right, bottom = left + width, top + height

    def way(losses):
        """One curve."""
        points = (f"{step_at(step, n_steps):.1f} {loss_at(loss, edges):.1f}" for step, loss in zip(record["moments"], losses, strict=True))
        return "M" + "L".join(points)

    ticks = ""
    for step in [0, *(10**power for power in range(9))]:
        if step <= n_steps:
            x = step_at(step, n_steps)
            ticks += f'<path class="tick" d="M{x:.1f} {bottom}v4"/><text x="{x:.1f}" y="{bottom + 18}">{step:,}</text>'
    for tenths in range(math.ceil(edges[0] * 5), math.floor(edges[1] * 5) + 1, 2 if edges[1] - edges[0] > 1 else 1):
        ticks += f'<text class="end" x="{left - 5}" y="{loss_at(tenths / 5, edges) + 4:.1f}">{tenths / 5:.1f}</text>'
    levels = ""
    for name, level in lines.items():
        x, side = name_side(name, level, record, edges)
        levels += (
            f'<path class="level" d="M{left} {loss_at(level, edges):.1f}H{right}"/>'
            f'<text class="{side} of-line" x="{x}" y="{loss_at(level, edges) - 4:.1f}">{html.escape(name)} {level:.3f}</text>'
        )
    label = (
        f"Loss by step. On held-out names from {record['held_out'][0]:.3f} at step 0 to {record['held_out'][-1]:.3f} at step {n_steps:,}. "
        + " ".join(f"Line of {name}: {level:.3f}." for name, level in lines.items())
    )
    x, y = state["here"]
    return (
        f'<svg class="places run-curve" viewBox="0 0 {right + 24} {bottom + 40}" role="img" aria-label="{html.escape(label.strip())}">'
        f'<rect class="edge" x="{left}" y="{top}" width="{width}" height="{height}"/>{ticks}'
        f'<text x="{left + width / 2:g}" y="{bottom + 35}">step, nats per token upwards</text>'
        f'<path class="trained" d="{way(record["trained_on"])}"/><path class="held" d="{way(record["held_out"])}"/>{levels}'
        f'<path class="now" data-part="now" d="M{x} {top}V{bottom}"/><circle class="here" data-part="here" r="6" cx="{x}" cy="{y}"/></svg>'
    )


def first_state(record, lines, moment=None):
    """The figure as it stands at a moment (None: its last) -> HTML"""
    states, frame = states_of(record, lines)
    moment = len(states) - 1 if moment is None else moment
    state = states[moment]
    dots = ""
    for token, (x, y), place in zip([*record["letters"], "."], state["dots"], state["places"], strict=True):
        dx, dy = AROUND[place]
        shape = square() if token == "." else mark(token)
        dots += f'<g class="{kind_of(token)}" data-token transform="translate({x} {y})">{shape}<text x="{dx}" y="{dy}">{html.escape(visible(token))}</text></g>'
    names = "".join(f'<li class="chip">{html.escape(name)}</li>' for name in state["names"])
    kinds = [("vowel", mark("a"), "vowel"), ("consonant", mark("b"), "consonant"), ("bos", square(), "BOS, the mark of a name's ends")]
    return (
        f'<style>{read("map.css")}{read("run.css")}</style>'
        f'<div class="controls"><label class="map-moments">Moment <input data-part="moment" data-wakes disabled type="range" min="0" '
        f'max="{len(states) - 1}" step="1" value="{moment}" aria-valuetext="{state["title"]}"></label></div>'
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(state["says"])}</p>'
        f'<p class="run-names">It writes:</p><ul class="chips" data-part="names" aria-label="Names written at this moment">{names}</ul>'
        f'<div class="run-drawings"><div>{curve_drawing(record, lines, state)}<ul class="scale" aria-label="Lines"><li><span class="run-key held"></span> '
        'held-out names</li><li><span class="run-key trained"></span> training names, mean since the moment before</li></ul></div>'
        f'<div><svg class="places" data-part="map" viewBox="0 0 {LEFT + SIDE + 8} {TOP + SIDE + 24}" role="img" aria-label="{html.escape(state["map"])}">'
        f'{axes(frame)}<rect class="edge" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/>{dots}</svg><ul class="scale" aria-label="Marks">'
        + "".join(f'<li><svg class="places key" viewBox="-7 -7 14 14" aria-hidden="true"><g class="{kind}">{shape}</g></svg> {text}</li>' for kind, shape, text in kinds)
        + "</ul></div></div>"
    )


def run_figure(record, lines):
    """Scrub through a recorded run of the reference -> LiveFigure

    record: as `load_reference_run` in helpers/recording/reference_run.py gives it
    lines: name -> loss of what the run is compared with, such as {"bigram": 2.594}
    Raises ValueError where the record's parts do not fit together.
    """
    n_moments, n_tokens = len(record["moments"]), len(record["letters"]) + 1
    got = [len(record["held_out"]), len(record["trained_on"]), len(record["names"]), *np.shape(record["embeddings"])[:2]]
    if got != [n_moments] * 4 + [n_tokens]:
        raise ValueError(f"want losses, names and tables of {n_tokens} rows for each of {n_moments} moments, got {got}")
    states, _ = states_of(record, lines)
    told = record["settings"]
    caption = (
        f"A recorded run of the reference model: seed {told['seed']}, {told['n_steps']:,} steps of {told['batch_size']} names. Drag the slider through its moments. "
        "The loss has the steps on a logarithmic scale and lines for counted tables. The names are written from the same random numbers at each moment. The map shows "
        f"each token's row of wte, {np.shape(record['embeddings'])[2]} numbers, squeezed to two: along the two directions in which the rows differ most at the last moment, "
        "with one scale for all moments."
    )
    return LiveFigure("gpt-run", first_state(record, lines), {"moments": states, "around": AROUND, "top": CURVE[1], "bottom": CURVE[1] + CURVE[3]}, caption)
