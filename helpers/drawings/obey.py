"""Drawings of chapters/19_obey.ipynb: what examples bring, where they bring more after other names, what is forgotten.

Not taught in a chapter.
"""

import matplotlib as mpl
import numpy as np
from matplotlib.ticker import NullLocator

from helpers.plotting import INK, STYLE, WIDTH, Picture, blank, colour

ROLES = ("token", "query", "key", "loss")   # of lines, in their order
STYLES = ("-", "--", ":", "-.")             # they differ in grey too
MARKS = ("o", "s", "^", "D")


def show_curves(n_names, curves):
    """Loss by the number of names that a model was trained on, a panel for each origin -> Picture

    n_names: origin -> its numbers of names; curves: origin -> start -> losses (number of names, seeds)
    """
    figure, _ = blank(WIDTH, 3.2)
    figure.clear()
    says, seen = [], {}
    with mpl.rc_context(STYLE):
        panels = figure.subplots(1, len(curves), sharey=True, squeeze=False)[0]
        for axes, (origin, starts) in zip(panels, curves.items(), strict=True):
            for place, (start, losses) in enumerate(starts.items()):
                means = np.mean(losses, axis=1)
                (line,) = axes.plot(n_names[origin], means, linestyle=STYLES[place], marker=MARKS[place], markersize=5, color=colour(ROLES[place]), label=start)
                for each in np.transpose(losses):
                    axes.plot(n_names[origin], each, MARKS[place], markersize=3, alpha=0.5, color=colour(ROLES[place]))
                seen.setdefault(start, line)
                says.append(f"{origin}, {start}: " + ", ".join(f"{mean:.2f} with {n}" for n, mean in zip(n_names[origin], means, strict=True)) + ".")
            axes.set_xscale("log")
            axes.set_xticks(n_names[origin], n_names[origin])
            axes.xaxis.set_minor_locator(NullLocator())
            axes.set_title(origin, fontsize=11)
        panels[0].set_ylabel("held-out loss (nats)")
        panels[len(panels) // 2].set_xlabel("names to train on")
        figure.legend(seen.values(), seen.keys(), loc="outside upper center", ncols=2, fontsize=9.5)
    return Picture(figure, "Held-out loss by the number of names to train on, the mean of the seeds. " + " ".join(says))


LABELS_AT = {"french": (-9, -3.5), "japanese": (4, 42)}   # points to the right of and above its own point, where others stand close


def show_survey(origins, shared, gains, named=()):
    """What other names have brought to each origin, by the share of its names that others have, too -> Picture

    gains: by how many nats the loss is lower than from nothing; named: origins that get their name written
    """
    figure, axes = blank(WIDTH, 3.3)
    with mpl.rc_context(STYLE):
        axes.axhline(0, color=INK, linewidth=0.8, linestyle="--")
        axes.plot(100 * np.asarray(shared), gains, "o", color=colour("token"), markersize=5)
        for origin, share, gain in zip(origins, shared, gains, strict=True):
            if origin in named:
                at_x, at_y = LABELS_AT.get(origin, (9, -3.5))
                line = {"arrowstyle": "-", "color": INK, "linewidth": 0.7, "shrinkB": 5} if at_y > 10 else None
                axes.plot(100 * share, gain, "o", color=INK, markerfacecolor="none", markersize=10)
                axes.annotate(
                    origin, (100 * share, gain), textcoords="offset points", xytext=(at_x, at_y), fontsize=9.5, ha="right" if at_x < 0 else "left", arrowprops=line
                )
        axes.set(xlabel="share of its names that others have, too (%)", ylabel="gain over nothing (nats)")
    told = ", ".join(f"{origin} {100 * share:.0f} %, {gain:+.2f}" for origin, share, gain in zip(origins, shared, gains, strict=True))
    return Picture(figure, f"For each origin a point: the share of its names that other origins have, too, and the gain in nats. {told}.")


def show_paths(paths, points, x="", y=""):
    """Two losses on the way of several runs. paths: name -> (xs, ys), from the start on; points: name -> (x, y) -> Picture"""
    figure, axes = blank(WIDTH, 3.6)
    says = []
    with mpl.rc_context(STYLE):
        for place, (name, (xs, ys)) in enumerate(paths.items()):
            axes.plot(xs, ys, linestyle=STYLES[place], marker=MARKS[place], markersize=4.5, color=colour(ROLES[place]), label=name)
            says.append(f"{name}: from {xs[0]:.2f} and {ys[0]:.2f} to {xs[-1]:.2f} and {ys[-1]:.2f}.")
        for name, (at_x, at_y) in points.items():
            axes.plot(at_x, at_y, "*", markersize=13, color=colour("loss"), label=name)
            says.append(f"{name}: {at_x:.2f} and {at_y:.2f}.")
        axes.set(xlabel=x, ylabel=y)
        axes.legend(fontsize=9.5)
    return Picture(figure, f"{x}, and {y}, on the way of each run. {' '.join(says)}")
