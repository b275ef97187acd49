"""Drawings of chapters/15_cut_text.ipynb: a text cut with more and more merges, and losses against the size of the vocabulary."""

import matplotlib as mpl

from helpers.live.pieces import label_of
from helpers.plotting import INK, STYLE, Picture, blank, colour

WIDTH = 4.9    # inches
LETTER = 0.105   # inches: the width of one letter of the monospaced text
LINE = 0.62    # inches from one row to the next


def draw_cuts(rows):
    """One text cut into tokens in several ways, a row of boxes each -> Picture

    rows: a row's name -> its tokens, each as bytes. All rows hold the same text.
    Raises ValueError for rows of different texts.
    """
    if len({b"".join(tokens) for tokens in rows.values()}) != 1:
        raise ValueError("want the same text in every row, got different ones")
    labels = {name: [label_of(token) for token in tokens] for name, tokens in rows.items()}
    width = LETTER * max(len("".join(row)) for row in labels.values())
    height = LINE * len(rows)
    figure, axes = blank(max(WIDTH, width + 0.2), height)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(-0.05, max(WIDTH, width + 0.2) - 0.05), ylim=(0, height))
        for number, (name, row) in enumerate(labels.items(), 1):
            y = height - LINE * number + 0.04
            axes.text(0, y + 0.36, f"{name}: {len(row)} tokens", fontsize=9)
            x = 0.0
            for label in row:
                w = LETTER * len(label)
                axes.add_patch(mpl.patches.Rectangle((x, y), w, 0.28, facecolor="none", edgecolor=colour("token"), linewidth=1.2))
                axes.text(x + w / 2, y + 0.13, label, ha="center", va="center", family="monospace", fontsize=9)
                x += w
    says = [f"{name}, {len(row)} tokens: {' | '.join(row)}." for name, row in labels.items()]
    return Picture(figure, f"One text, cut in {len(rows)} ways. {' '.join(says)}")


def show_vocabularies(sizes, per_token, per_byte):
    """The loss against the number of tokens in the vocabulary, in two panels: per token and per byte -> Picture

    sizes, per_token, per_byte: n numbers each
    """
    panels = {"nats per token": (per_token, "data"), "nats per byte": (per_byte, "loss")}
    figure, _ = blank(width=5.4, height=2.6)
    figure.clear()
    says = []
    with mpl.rc_context(STYLE):
        for axes, (name, (losses, role)) in zip(figure.subplots(1, 2), panels.items(), strict=True):
            axes.plot(sizes, losses, "o-", color=colour(role), markersize=4)
            lowest = min(range(len(sizes)), key=losses.__getitem__)
            axes.plot(sizes[lowest], losses[lowest], "o", color=INK, fillstyle="none", markersize=10)
            axes.set_xscale("log", base=2)
            shown = list(sizes)[::2]
            axes.set_xticks(shown, [f"{size:,}" for size in shown], fontsize=9)
            axes.minorticks_off()
            axes.set_title(name, fontsize=10)
            axes.set_xlabel("tokens in the vocabulary")
            axes.set_ylim(0, 1.1 * max(losses))
            told = ", ".join(f"{size:,} {loss:.3f}" for size, loss in zip(sizes, losses, strict=True))
            says.append(f"{name}, by tokens in the vocabulary: {told}; lowest at {sizes[lowest]:,}.")
    return Picture(figure, f"Two panels. {' '.join(says)}")
