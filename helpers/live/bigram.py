"""Live figure of chapters/02_guess_by_counting.ipynb: the bigram table, a row at a time, and names rolled from it."""

import html

import numpy as np

from helpers.live.shell import LiveFigure, bar, percent, visible

CELL, EDGE = 10, 13   # of the heat map, in its own units; EDGE is the room for the labels
SMALLEST = 1.05   # pixels per unit, so that the labels stay legible; a phone has room for 27 tokens at this size
SLICES = 50   # of the colour scale, each of one colour
SHOWN = 8   # followers with a row of their own, the rest in one


def strength(probabilities, longest):
    """How strong a square's colour is: the root, so that small probabilities show too. -> numbers from 0 to 1"""
    return np.sqrt(probabilities / longest)


def heat_map(probabilities, tokens):
    """A square for each pair of tokens, the stronger the likelier -> SVG"""
    V = len(tokens)
    size = EDGE + V * CELL + 2
    labels = "".join(
        f'<text x="{EDGE + CELL * (place + 0.5):g}" y="9">{html.escape(token)}</text>'
        f'<text x="6" y="{EDGE + CELL * (place + 0.5) + 2.5:g}">{html.escape(token)}</text>'
        for place, token in enumerate(tokens)
    )
    strengths = strength(probabilities, probabilities.max())
    squares = "".join(
        f'<rect x="{EDGE + CELL * after}" y="{EDGE + CELL * before}" width="9" height="9" '
        f'opacity="{strengths[before, after]:.2f}"/>'
        for before, after in zip(*np.nonzero(probabilities), strict=True)
    )
    lit = (
        f'<rect class="lit" data-part="lit" x="{EDGE - 1}" y="{EDGE - 1 + CELL * (V - 1)}" '
        f'width="{V * CELL + 1}" height="{CELL + 1}"/>'
    )
    mark = f'<rect class="mark" data-part="mark" x="0" y="0" width="{CELL + 1}" height="{CELL + 1}" visibility="hidden"/>'
    return (
        f'<svg class="grid" data-part="grid" viewBox="0 0 {size} {size}" style="min-width:{SMALLEST * size:.0f}px" role="img" '
        f'aria-label="Heat map of {V} by {V} squares: the row is a token, the column the one after it. '
        'The stronger the colour, the higher the probability.">'
        f'<g class="labels" aria-hidden="true">{labels}</g><g class="squares">{squares}</g>{lit}{mark}</svg>'
    )


def colour_scale(longest):
    """The colour of each probability from 0 to the highest, along a line on which a place is a probability -> SVG"""
    slices = "".join(
        f'<rect x="{100 * place / SLICES:g}%" width="{100 / SLICES:g}%" height="12" opacity="{strength((place + 0.5) / SLICES, 1):.2f}"/>'
        for place in range(SLICES)
    )
    step = next((step for step in (0.5, 0.2, 0.1, 0.05, 0.02) if longest >= 2 * step), longest)
    marks = [(level, f"{100 * level:g} %") for level in np.arange(0, 0.85 * longest, step)] + [(longest, percent(longest))]
    anchors = ["start"] + ["middle"] * (len(marks) - 2) + ["end"]
    texts = "".join(
        f'<text text-anchor="{anchor}" x="{100 * level / longest:.1f}%" y="26">{text}</text>'
        for anchor, (level, text) in zip(anchors, marks, strict=True)
    )
    return (
        f'<svg class="scale" role="img" aria-label="Colours: none at 0 %, the strongest at {percent(longest)}.">'
        f'<g class="slices" shape-rendering="crispEdges">{slices}</g><rect class="frame" width="100%" height="12"/>{texts}</svg>'
    )


def followers(counts, tokens, longest):
    """The likeliest followers of one token, from its row -> rows of an HTML table. longest: the probability of a full bar"""
    total = counts.sum()
    order = [int(token_id) for token_id in np.argsort(-counts, kind="stable") if counts[token_id]]
    lines = [(html.escape(tokens[token_id]), counts[token_id], bar(counts[token_id] / total / longest)) for token_id in order[:SHOWN]]
    rest = order[SHOWN:]
    if rest:
        lines.append((f"{len(rest)} more", counts[rest].sum(), ""))
    return "".join(
        f'<tr><th scope="row">{name}</th><td>{count:,}</td><td>{percent(count / total)}</td><td class="wide">{its_bar}</td></tr>'
        for name, count, its_bar in lines
    )


def bigram_figure(counts, letters):
    """Look at the rows of a bigram table, and roll names from it. counts: (V, V) -> LiveFigure"""
    counts = np.asarray(counts)
    tokens = [*map(visible, letters), "."]
    totals = counts.sum(axis=1, keepdims=True)   # (V, 1)
    probabilities = counts / np.maximum(totals, 1)
    bos, longest = len(letters), probabilities.max()
    options = "".join(f"<option{' selected' if token == '.' else ''}>{html.escape(token)}</option>" for token in tokens)
    first = (
        f'<div class="controls"><label>After <select data-part="row" data-wakes disabled>{options}</select></label>'
        '<button type="button" data-part="roll" data-wakes disabled>Roll the next token</button>'
        '<button type="button" data-part="anew" data-wakes disabled>Start over</button></div>'
        '<ol class="chips" data-part="trail" aria-label="The name so far">'
        '<li class="chip">.<small>start</small></li></ol>'
        '<p class="says" data-part="says" aria-live="polite">A name begins in the row of the dot.</p>'
        f'<div class="side-by-side"><div><div class="scroll" tabindex="0" role="region" aria-label="The whole table">'
        f"{heat_map(probabilities, tokens)}</div>{colour_scale(longest)}</div>"
        '<div class="scroll" tabindex="0" role="region" aria-label="What follows"><table class="live"><thead><tr>'
        '<th scope="col">after <span data-part="before">.</span></th><th scope="col">times</th>'
        '<th scope="col" colspan="2">probability</th></tr></thead>'
        f'<tbody data-part="followers">{followers(counts[bos], tokens, longest)}</tbody></table></div></div>'
    )
    caption = (
        f"The bigram table of this chapter: {int(totals[bos, 0]):,} names counted, nothing trained. "
        "Row: a token; column: the one after it; the dot is BOS. The colour is the probability: a count divided by the sum of its own row. "
        "Point at the map, or walk over it with the arrow keys; a click or Enter chooses the row."
    )
    data = {"tokens": tokens, "counts": counts.tolist(), "cell": CELL, "edge": EDGE, "shown": SHOWN}
    return LiveFigure("gpt-bigram", first, data, caption)
