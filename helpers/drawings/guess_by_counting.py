"""Drawings of chapters/02_guess_by_counting.ipynb: sums along the two axes of a table, and the votes of back-off.

Not taught in a chapter.
"""

import matplotlib as mpl
import matplotlib.patches
import numpy as np

from helpers.counting import contexts_of
from helpers.plotting import INK, STYLE, Picture, blank, colour


def show_sums(table, rows, columns):
    """A small table of counts, the sums of its rows at its right, those of its columns below it.

    table: (R, C), whole numbers; rows: R labels; columns: C labels -> Picture
    """
    table = np.asarray(table)
    if table.shape != (len(rows), len(columns)):
        raise ValueError(f"want a table of shape {(len(rows), len(columns))} for these labels, got {table.shape}")
    R, C = table.shape
    of_rows, of_columns = table.sum(axis=1), table.sum(axis=0)
    figure, axes = blank(4.6, 1.6 + 0.45 * R)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(-1, C + 4.6), ylim=(R + 1.9, -0.9))

        def square(x, y, number, role):
            axes.add_patch(mpl.patches.Rectangle((x, y), 1, 1, facecolor="none", edgecolor=colour(role), linewidth=1.5))
            axes.text(x + 0.5, y + 0.5, f"{number}", ha="center", va="center", fontsize=10)

        for c, label in enumerate(columns):
            axes.text(c + 0.5, -0.4, label, ha="center", va="center", fontsize=10)
            square(c, R + 0.7, of_columns[c], "query")
            axes.annotate("", (c + 0.5, R + 0.68), (c + 0.5, R + 0.05), arrowprops={"arrowstyle": "-|>", "color": INK})
        for r, label in enumerate(rows):
            axes.text(-0.4, r + 0.5, label, ha="center", va="center", fontsize=10)
            square(C + 0.7, r, of_rows[r], "value")
            axes.annotate("", (C + 0.68, r + 0.5), (C + 0.05, r + 0.5), arrowprops={"arrowstyle": "-|>", "color": INK})
            for c in range(C):
                square(c, r, table[r, c], "token")
        axes.text(C + 1.9, R / 2, f"sum(axis=1)\nshape {of_rows.shape}", va="center", fontsize=10)
        axes.text(C + 0.3, R + 1.2, f"sum(axis=0), shape {of_columns.shape}", va="center", fontsize=10)
    named_rows = ", ".join(f"{label} {number}" for label, number in zip(rows, of_rows, strict=True))
    named_columns = ", ".join(f"{label} {number}" for label, number in zip(columns, of_columns, strict=True))
    alt = (
        f"A table of {R} rows and {C} columns. At its right the sums of its rows, sum(axis=1): {named_rows}. "
        f"Below it the sums of its columns, sum(axis=0): {named_columns}."
    )
    return Picture(figure, alt)


def votes_of(counts, past, strength=1):
    """How back-off votes after `past`, from the empty context to the longest one that was counted.

    counts: from `helpers.counting.count_ngrams` -> list of (context, counted votes (V,), lent votes (V,))
    """
    mixture = np.full(len(counts[()]), 1 / len(counts[()]))
    rows = []
    for context in contexts_of(past, len(past) + 1):
        if context not in counts:
            break
        lent = strength * np.count_nonzero(counts[context]) * mixture
        rows.append((context, counts[context], lent))
        mixture = (counts[context] + lent) / (counts[context] + lent).sum()
    return rows


def show_votes(counts, past, tokens, strength=1):
    """Back-off by hand: a row for each context, the longest on top; what a row says is lent to the row above it.

    counts: from `helpers.counting.count_ngrams`; past: token ids; tokens: what to print for each id -> Picture
    Full bars are counted votes, empty ones the lent votes; the arrows carry the probabilities up.
    """
    rows, V = votes_of(counts, past, strength), len(tokens)
    scale = 0.72 / max((counted + lent).max() for _, counted, lent in rows)
    figure, axes = blank(5.2, 0.6 + 0.95 * len(rows))
    names = ["after " + ("".join(tokens[token_id] for token_id in context) or "anything") for context, _, _ in rows]
    said = []
    with mpl.rc_context(STYLE):
        axes.spines[:].set_visible(False)
        axes.set(xlim=(-0.02, V), ylim=(-0.35, len(rows) - 0.35))
        axes.tick_params(length=0, labelsize=10.5)
        axes.xaxis.tick_top()
        axes.set_xticks(np.arange(V) + 0.1, list(tokens))
        labels = [f"{name}\n{(counted + lent).sum():.3g} votes" for name, (_, counted, lent) in zip(names, rows, strict=True)]
        axes.set_yticks(range(len(rows)), labels)
        for y, (name, (_, counted, lent)) in enumerate(zip(names, rows, strict=True)):
            mixture = (counted + lent) / (counted + lent).sum()
            for token_id in range(V):
                own, more = counted[token_id] * scale, lent[token_id] * scale
                axes.barh(y, own, 0.2, left=token_id, color=colour("token"))
                axes.barh(y, more, 0.2, left=token_id + own, facecolor="none", edgecolor=colour("token"), linewidth=1.5)
                axes.text(token_id, y - 0.24, f"{counted[token_id]} + {lent[token_id]:.3g}", va="center", fontsize=10.5)
                axes.annotate("", (token_id + 0.06, y + 0.6), (token_id + 0.06, y + 0.14), arrowprops={"arrowstyle": "-|>", "color": INK})
                axes.text(token_id + 0.13, y + 0.34, f"{mixture[token_id]:.3f}", va="center", fontsize=10.5)
            votes = ", ".join(f"{token} {own} + {more:.3g}" for token, own, more in zip(tokens, counted, lent, strict=True))
            split = ", ".join(f"{token} {probability:.3f}" for token, probability in zip(tokens, mixture, strict=True))
            said.append(f"{name}: {votes}, of {(counted + lent).sum():.3g} votes, so {split}")
    return Picture(figure, f"{len(rows)} rows of votes, counted + lent, from the shortest context to the longest. {'; '.join(said)}.")
