"""Drawings of chapters/07_look_back.ipynb: who may read whom, one query that mixes values, and heads as slices."""

import matplotlib as mpl
import numpy as np
from matplotlib.patches import Rectangle

from helpers.plotting import INK, STYLE, Picture, blank, colour

SMALL = 10   # points


def show_triangle(tokens):
    """Who may read whom: a row for each position that asks, a column for each that could answer -> Picture

    tokens: T symbols, the oldest first
    """
    T = len(tokens)
    figure, axes = blank(min(5.2, 1.9 + 0.5 * T), 1.3 + 0.42 * T)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set_aspect("equal")
        axes.set(xlim=(-1.7, T + 0.1), ylim=(T + 0.1, -1.7))
        for row, asking in enumerate(tokens):
            axes.text(-0.45, row + 0.5, asking, ha="center", va="center", color=colour("query"), fontsize=11)
            axes.text(row + 0.5, -0.45, asking, ha="center", va="center", color=colour("key"), fontsize=11)
            for column in range(T):
                is_future = column > row
                fill = "none" if is_future else colour("query")
                axes.add_patch(Rectangle((column + 0.06, row + 0.06), 0.88, 0.88, facecolor=fill, alpha=1 if is_future else 0.35, edgecolor=colour("data")))
                if is_future:
                    axes.text(column + 0.5, row + 0.5, "−∞", ha="center", va="center", fontsize=SMALL)
        axes.text(T / 2, -1.25, "who is read: key, value", ha="center", color=colour("key"), fontsize=SMALL)
        axes.text(-1.25, T / 2, "who asks: query", va="center", ha="center", rotation=90, color=colour("query"), fontsize=SMALL)
    reads = "; ".join(f"{asking} at position {row} reads {' '.join(tokens[: row + 1])}" for row, asking in enumerate(tokens))
    return Picture(figure, f"A square of {T} by {T}: rows ask, columns are read. {reads}. The squares of later positions hold minus infinity.")


def mixed_of(query, keys, values):
    """What one query brings home -> scores (n,), weights (n,), mixed (D,); without a root"""
    scores = np.asarray(keys, dtype=float) @ np.asarray(query, dtype=float)
    powers = np.exp(scores - scores.max())
    weights = powers / powers.sum()
    return scores, weights, weights @ np.asarray(values, dtype=float)


def show_mixing(tokens, query, keys, values):
    """One query meets the keys of its past and mixes their values: the last of `tokens` asks -> Picture

    tokens: n symbols; query: (D,); keys, values: (n, D), all small enough to read
    """
    scores, weights, mixed = mixed_of(query, keys, values)
    n = len(tokens)
    columns = [0.35, 1.65, 2.75, 3.85, 5.0]   # token, key, score, weight, value
    heads = [("token", "token"), ("key", "key"), ("score", None), ("weight", None), ("value", "value")]
    figure, axes = blank(4.7, 1.9 + 0.48 * n)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(-0.1, 5.8), ylim=(-1.35, n + 1.55))

        def box(x, y, words, role):
            frame = {"boxstyle": "round,pad=0.3", "facecolor": "none", "edgecolor": colour(role), "linewidth": 1.5}
            axes.text(x, y, words, ha="center", va="center", fontsize=SMALL, bbox=frame)

        axes.text(columns[0], n + 1.2, f"{tokens[-1]} asks", ha="center", va="center", fontsize=SMALL)
        box(columns[1], n + 1.2, f"query {_row(query)}", "query")
        for x, (words, role) in zip(columns, heads, strict=True):
            axes.text(x, n + 0.3, words, ha="center", va="center", fontsize=SMALL, fontweight="bold", color=colour(role) if role else INK)
        for place, token in enumerate(tokens):
            y = n - 0.6 - place
            axes.text(columns[0], y, token, ha="center", va="center", fontsize=11, color=colour("token"))
            box(columns[1], y, _row(keys[place]), "key")
            axes.text(columns[2], y, f"{scores[place]:.3g}", ha="center", va="center", fontsize=SMALL)
            axes.barh(y, 0.8 * weights[place], 0.6, left=columns[3] - 0.4, color=colour("query"), alpha=0.35)
            axes.text(columns[3], y, f"{weights[place]:.3g}", ha="center", va="center", fontsize=SMALL)
            box(columns[4], y, _row(values[place]), "value")
        axes.text((columns[2] + columns[3]) / 2, -0.95, "weights times values, summed:", ha="right", va="center", fontsize=SMALL)
        box(columns[4], -0.95, f"mixed {_row(mixed)}", "value")
    rows = "; ".join(
        f"{token}: key {_row(keys[place])}, score {scores[place]:.3g}, weight {weights[place]:.3g}, value {_row(values[place])}"
        for place, token in enumerate(tokens)
    )
    return Picture(figure, f"{tokens[-1]} asks with the query {_row(query)}. {rows}. Mixed: {_row(mixed)}.")


def _row(numbers):
    return "(" + ", ".join(f"{number:.3g}" for number in numbers) + ")"


def show_heads(n_embd, n_head):
    """Queries, keys and values of one position as strips of squares, cut into one slice for each head -> Picture"""
    if n_embd % n_head:
        raise ValueError(f"want a number of heads that divides {n_embd}, got {n_head}")
    head_dim = n_embd // n_head
    strips = [("query", 5.2), ("key", 4.0), ("value", 2.8), ("mixed", 0.0)]
    side = 20 / n_embd
    figure, axes = blank(4.7, 2.9)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(-3.6, 20.3), ylim=(-0.3, 6.9))
        for name, bottom in strips:
            role = "value" if name == "mixed" else name
            axes.text(-0.4, bottom + 0.4, name, ha="right", va="center", color=colour(role), fontsize=SMALL)
            for place in range(n_embd):
                head = place // head_dim
                strength = 0.75 if head % 2 == 0 else 0.35   # neighbours differ
                axes.add_patch(Rectangle((place * side, bottom), 0.92 * side, 0.8, facecolor=colour(role), alpha=strength, edgecolor="none"))
        for head in range(n_head):
            middle = (head + 0.5) * head_dim * side
            axes.text(middle, 6.5, f"head {head}", ha="center", va="center", fontsize=SMALL)
            axes.annotate("", (middle, 0.95), (middle, 2.65), arrowprops={"arrowstyle": "-|>", "color": INK})
            axes.text(middle + 0.25, 1.8, "T × T", ha="left", va="center", fontsize=SMALL)
    slices = "; ".join(f"head {head} has numbers {head * head_dim} to {(head + 1) * head_dim - 1}" for head in range(n_head))
    return Picture(
        figure,
        f"Strips of {n_embd} numbers for query, key and value, cut into {n_head} slices of {head_dim}: {slices}. "
        f"Each head computes its own T by T weights from its slices; the {n_head} mixed slices stand side by side again.",
    )
