"""Live figure of chapters/02_guess_by_counting.ipynb: the bigram table, a row at a time, and names rolled from it."""

import html

import numpy as np

from helpers.live.shell import LiveFigure

CELL, EDGE = 10, 13   # of the heat map, in its own units; EDGE is the room for the labels
SHOWN = 8   # followers with a row of their own, the rest in one


def heat_map(probabilities, tokens):
    """A square for each pair of tokens, the stronger the likelier -> SVG"""
    V = len(tokens)
    size = EDGE + V * CELL + 2
    labels = "".join(
        f'<text x="{EDGE + CELL * (place + 0.5):g}" y="9">{html.escape(token)}</text>'
        f'<text x="6" y="{EDGE + CELL * (place + 0.5) + 2.5:g}">{html.escape(token)}</text>'
        for place, token in enumerate(tokens)
    )
    strengths = np.sqrt(probabilities / probabilities.max())   # the root, so that small shares show too
    squares = "".join(
        f'<rect x="{EDGE + CELL * after}" y="{EDGE + CELL * before}" width="9" height="9" '
        f'opacity="{strengths[before, after]:.2f}"/>'
        for before, after in zip(*np.nonzero(probabilities), strict=True)
    )
    lit = (
        f'<rect class="lit" data-part="lit" x="{EDGE - 1}" y="{EDGE - 1 + CELL * (V - 1)}" '
        f'width="{V * CELL + 1}" height="{CELL + 1}"/>'
    )
    return (
        f'<svg class="grid" data-part="grid" viewBox="0 0 {size} {size}" role="img" '
        f'aria-label="Heat map of {V} by {V} squares: the row is a token, the column the one after it. '
        'A strong colour stands for a large share of the row.">'
        f'<g class="labels" aria-hidden="true">{labels}</g><g class="squares">{squares}</g>{lit}</svg>'
    )


def followers(counts, tokens, longest):
    """The likeliest followers of one token, from its row -> rows of an HTML table. longest: the share of a full bar"""
    shares = counts / counts.sum()
    order = [int(token_id) for token_id in np.argsort(-counts, kind="stable") if counts[token_id]]
    lines = [
        f'<tr><th scope="row">{html.escape(tokens[token_id])}</th><td>{counts[token_id]:,}</td><td>{100 * shares[token_id]:.1f} %</td>'
        f'<td class="wide"><span class="bar" style="width:{100 * shares[token_id] / longest:.1f}%"></span></td></tr>'
        for token_id in order[:SHOWN]
    ]
    rest = order[SHOWN:]
    if rest:
        lines.append(
            f'<tr><th scope="row">{len(rest)} more</th><td>{counts[rest].sum():,}</td>'
            f'<td>{100 * shares[rest].sum():.1f} %</td><td class="wide"></td></tr>'
        )
    return "".join(lines)


def bigram_figure(counts, letters):
    """Look at the rows of a bigram table, and roll names from it. counts: (V, V) -> LiveFigure"""
    counts = np.asarray(counts)
    tokens = [*letters, "."]
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
        f'<div class="side-by-side">{heat_map(probabilities, tokens)}'
        '<div class="scroll" tabindex="0" role="region" aria-label="What follows"><table class="live"><thead><tr>'
        '<th scope="col">after <span data-part="before">.</span></th><th scope="col">times</th>'
        '<th scope="col" colspan="2">share</th></tr></thead>'
        f'<tbody data-part="followers">{followers(counts[bos], tokens, longest)}</tbody></table></div></div>'
    )
    caption = (
        f"The bigram table of this chapter: {int(totals[bos, 0]):,} names counted, nothing trained, nothing smoothed. "
        "Row: a token; column: the one after it; the dot is BOS. Point at the map, or walk over it with the arrow keys."
    )
    sizes = {"cell": CELL, "edge": EDGE, "shown": SHOWN, "longest": round(float(longest), 4)}
    data = {"tokens": tokens, "counts": counts.tolist(), **sizes}
    return LiveFigure("gpt-bigram", first, data, caption)
