"""Live figure of chapters/19_obey.ipynb: a price on moving away at a slider, and what the run at that price writes."""

import html
import math

import numpy as np

from helpers.live.hill import fixed
from helpers.live.shell import LiveFigure, percent, read
from helpers.tuning import best_possible

BOX = (50, 10, 320, 200)   # the drawing's frame: left, top, width, height
NATS = (0.1, 30)           # at its left and right edge, on a scale of powers; what is less lies at the edge
START = 0.1                # the price that the figure shows first


def across(nats):
    """Where a distance lies, from the left."""
    low, high = map(math.log, NATS)
    return BOX[0] + BOX[2] * min(max((math.log(max(nats, NATS[0])) - low) / (high - low), 0), 1)


def down(reward):
    """Where a mean reward lies, from the top."""
    return BOX[1] + BOX[3] * (1 - reward)


def states_of(record, share):
    """What the figure shows at each price, in the order of the slider -> list of dicts"""
    states = []
    for price, numbers, names in zip(record["prices"], record["rewards"][1:], record["examples"][1:], strict=True):
        reward, different, nats = numbers[:3]
        most, least = best_possible(share, price)
        says = (
            f"At a price of {price:g} a nat, {percent(reward)} of its names take turns; of the best policy's {percent(most)}. "
            f"Of {record['judged']} names {different:.0f} are different. It is {fixed(nats, 2)} nats a name away from the first model, the best policy {fixed(least, 2)}."
        )
        states.append({"price": f"{price:g}", "x": f"{across(nats):.1f}", "y": f"{down(reward):.1f}", "says": says, "names": " ".join(names)})
    return states


def best_line(share):
    """The best that can be at every price, as a line -> the d of an SVG path"""
    ends = [best_possible(share, price) for price in np.geomspace(4, 0.05, 60)]
    return "M" + "L".join(f"{across(nats):.1f} {down(reward):.1f}" for reward, nats in ends if nats >= NATS[0])


def drawing(states, share, now):
    """Reward by distance: the best line, a dot for each run, a ring around the one that is shown -> SVG"""
    left, top, width, height = BOX
    bottom = top + height
    parts = f'<rect class="edge" x="{left}" y="{top}" width="{width}" height="{height}"/>'
    for nats in (0.1, 0.3, 1, 3, 10, 30):
        parts += f'<path class="tick" d="M{across(nats):.1f} {bottom}v4"/><text x="{across(nats):.1f}" y="{bottom + 18}">{nats:g}</text>'
    for reward in (0, 0.25, 0.5, 0.75, 1):
        parts += f'<path class="tick" d="M{left} {down(reward):.1f}h-4"/><text class="end" x="{left - 7}" y="{down(reward) + 4:.1f}">{100 * reward:g}</text>'
    parts += f'<path class="before" d="M{left} {down(share):.1f}h{width}"/><path class="best" d="{best_line(share)}"/>'
    parts += "".join(f'<circle class="run" cx="{state["x"]}" cy="{state["y"]}" r="4.5"/>' for state in states)
    parts += f'<circle class="now" data-part="now" cx="{states[now]["x"]}" cy="{states[now]["y"]}" r="9"/>'
    parts += f'<text x="{left + width / 2:g}" y="{bottom + 37}">nats a name away, % that take turns upwards</text>'
    label = "Share of names that take turns, by distance from the first model; the words above tell the numbers of the run that is shown."
    return f'<svg class="price-drawing" viewBox="0 0 {left + width + 14} {bottom + 45}" role="img" aria-label="{html.escape(label)}">{parts}</svg>'


def first_state(record, share, now=None):
    """The figure at one place of its slider (None: where it starts) -> HTML"""
    states = states_of(record, share)
    now = record["prices"].index(START) if now is None else now
    state = states[now]
    key = (
        '<ul class="scale" aria-label="Marks"><li><span class="price-key best"></span> the best policies</li>'
        '<li><span class="price-key before"></span> the first model</li><li><span class="price-key run"></span> a run</li><li><span class="price-key now"></span> the run shown</li></ul>'
    )
    return (
        f'<style>{read("price.css")}</style><div class="controls"><label class="price-slider">Price of a nat <input data-part="price" data-wakes disabled '
        f'type="range" min="0" max="{len(states) - 1}" step="1" value="{now}" aria-valuetext="{state["price"]} a nat"> '
        f'<output data-part="told">{state["price"]}</output></label></div>'
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(state["says"])}</p>'
        f'<p class="price-names">It writes: <span data-part="names">{html.escape(state["names"])}</span></p>{drawing(states, share, now)}{key}'
    )


def price_figure(record, share):
    """Recorded runs on a reward, with the price of moving away at a slider -> LiveFigure

    record: as `load_tuning` in helpers/recording/tuning.py gives it; share: of the first model's names that get the reward
    Raises ValueError where its parts do not fit together, or no run has the price that is shown first.
    """
    n = len(record["prices"])
    if not (len(record["rewards"]) == len(record["examples"]) == n + 1 and START in record["prices"]):
        raise ValueError(f"want numbers and names for {n} prices, {START} among them, and for the first model, got {len(record['rewards'])}")
    caption = (
        f"Recorded runs of {record['reward_steps']} steps with {record['reward_names']} names each, seed 0, rewarded for names in which vowels and consonants take turns. "
        "Move the price. Distances lie on a scale of powers; the line shows the policies of the highest worth, reward minus price, at all prices."
    )
    return LiveFigure("gpt-price", first_state(record, share), {"states": states_of(record, share), "start": record["prices"].index(START)}, caption)
