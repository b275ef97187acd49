"""Drawings of chapters/11_let_it_write.ipynb: from logits to probabilities in columns."""

import matplotlib as mpl
import numpy as np

from helpers.plotting import INK, STYLE, Picture, blank, colour


def number_on(x):
    """A number as a bar of the picture carries it."""
    return "−∞" if x == -np.inf else f"{x:.2f}".replace("-", "−")


def show_steps(tokens, columns, n=10):
    """A panel for each column, a bar for each of the n tokens that are largest in the first column -> Picture

    columns: name -> a number for each token; minus infinity has no bar. Raises ValueError for other lengths.
    """
    for name, numbers in columns.items():
        if len(numbers) != len(tokens):
            raise ValueError(f"want {len(tokens)} numbers for {name!r}, got {len(numbers)}")
    order = np.argsort(-np.asarray(next(iter(columns.values()))), kind="stable")[:n]
    figure, _ = blank(width=4.2, height=0.9 + 0.24 * len(order))
    figure.clear()
    says = []
    with mpl.rc_context(STYLE):
        panels = figure.subplots(1, len(columns), sharey=True, squeeze=False)[0]
        for axes, (name, numbers) in zip(panels, columns.items(), strict=True):
            shown = np.asarray(numbers, dtype=float)[order]
            lengths = np.where(np.isfinite(shown), shown, 0)
            axes.barh(range(len(order)), lengths, height=0.7, color=colour("token"), alpha=0.45)
            axes.axvline(0, color=INK, linewidth=0.8)
            room = max(abs(lengths).max(), 1e-9)
            axes.set_xlim(min(0, lengths.min()) - 0.05 * room, max(0, lengths.max()) + 1.2 * room)
            for place, (number, length) in enumerate(zip(shown, lengths, strict=True)):
                axes.text(max(length, 0) + 0.06 * room, place, number_on(number), va="center", fontsize=9)
            axes.set_title(name, fontsize=10)
            axes.set_xticks([])
            axes.spines["bottom"].set_visible(False)
            axes.spines["left"].set_visible(False)
            axes.tick_params(length=0)
            said = [f"{tokens[i]} {number_on(number)}" for i, number in zip(order, shown, strict=True)]
            says.append(f"{name}: {', '.join(said)}")
        panels[0].set_yticks(range(len(order)), [tokens[i] for i in order])
        panels[0].invert_yaxis()
    return Picture(figure, f"{len(columns)} columns of bars for the {len(order)} largest of {len(tokens)} tokens. {'. '.join(says)}.")
