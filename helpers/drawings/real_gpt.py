"""Drawings of chapters/18_real_gpt.ipynb: two streams side by side, and how fast several ways write.

Not taught in a chapter.
"""

import matplotlib as mpl

from helpers.plotting import INK, STYLE, WIDTH, Picture, blank, colour

SMALL = 10   # points


def show_streams(names, rows, layer):
    """What a token passes in two models, from top to bottom; what differs has a thick frame -> Picture

    names: of the two; rows: pairs of words, one for each model, "" where it has nothing; layer: the first row of a layer, and the
    one after its last. Raises ValueError unless the layer lies within the rows.
    """
    n = len(rows)
    if not 0 <= layer[0] < layer[1] <= n:
        raise ValueError(f"want a layer within {n} rows, got {layer}")
    figure, axes = blank(WIDTH, 0.6 + 0.46 * n)
    says = []
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(0, 10), ylim=(n + 0.1, -0.9))
        for x, name, place in [(2.3, names[0], 0), (7.4, names[1], 1)]:
            axes.text(x, -0.55, name, ha="center", va="center", fontsize=SMALL + 1, fontweight="bold")
            there = [i for i in range(n) if rows[i][place]]
            for above, below in zip(there, there[1:]):
                axes.plot([x, x], [above + 0.86, below + 0.14], color=colour("data"), linewidth=1.2)
            told = []
            for i in there:
                differs = rows[i][0] != rows[i][1]
                edge, width = (colour("loss"), 2.2) if differs else (INK, 0.9)
                axes.text(x, i + 0.5, rows[i][place], ha="center", va="center", fontsize=SMALL, bbox={"boxstyle": "round,pad=0.3", "facecolor": "none", "edgecolor": edge, "linewidth": width})
                told.append(f"{rows[i][place]}{' (differs)' if differs else ''}{' (once for each layer)' if layer[0] <= i < layer[1] else ''}")
            says.append(f"{name}: {', then '.join(told)}.")
        axes.plot([9.85, 10, 10, 9.85], [layer[0] + 0.1, layer[0] + 0.1, layer[1] - 0.1, layer[1] - 0.1], color=INK, linewidth=1)
        axes.text(10.1, sum(layer) / 2, "each layer", rotation=270, ha="left", va="center", fontsize=SMALL)
    return Picture(figure, f"Two columns, from top to bottom. {' '.join(says)}")


def show_writing(seconds, predicted):
    """How long each way takes for a token, in ms, and the time that was predicted from memory alone -> Picture

    seconds: way -> seconds a token; predicted: seconds
    """
    figure, axes = blank(WIDTH, 1.1 + 0.5 * len(seconds))
    with mpl.rc_context(STYLE):
        for line, each in enumerate(seconds.values()):
            axes.barh(line, 1000 * each, height=0.55, color=colour("token"), alpha=0.75)
        axes.axvline(1000 * predicted, color=colour("loss"), linestyle="--", linewidth=2, label="predicted: reading alone")
        axes.set_yticks(range(len(seconds)), list(seconds))
        axes.invert_yaxis()
        axes.set_xlabel("ms a token")
        figure.legend(loc="outside upper center", fontsize=9.5)
    told = ", ".join(f"{name} {1000 * each:.1f}" for name, each in seconds.items())
    return Picture(figure, f"Bars, in ms a token: {told}. A line at {1000 * predicted:.1f}: what reading alone was predicted to take.")
