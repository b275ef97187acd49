"""The drawings of chapters/16_does_bigger_help.ipynb.

Not taught in a chapter.
"""

import matplotlib as mpl
import numpy as np

from helpers.plotting import STYLE, WIDTH, Picture, blank, colour

ROLES = ("token", "query", "key", "position", "value")
STYLES = ("-", "--", "-.", ":", (0, (5, 1)))
MARKS = ("o", "s", "^", "D", "v")


def plain_logs(axes, ys):
    """Both axes logarithmic, the upward one with plain numbers at every tenth."""
    axes.set_xscale("log")
    axes.set_yscale("log")
    low, high = np.floor(10 * min(ys)) / 10, np.ceil(10 * max(ys)) / 10
    ticks = np.arange(round(10 * low), round(10 * high) + 1, 1 if high - low < 0.7 else 2) / 10
    axes.set_ylim(low, high)
    axes.set_yticks(ticks, [f"{tick:.1f}" for tick in ticks])
    axes.minorticks_off()


def show_slices(curves, x="", y=""):
    """A curve for each budget, loss by size, with a filled mark at its lowest point; the sizes on a logarithmic scale.

    curves: budget in words -> (sizes, losses) -> Picture
    """
    figure, axes = blank(WIDTH, 3.8)
    says = [f"Across: {x}. Up: {y}."]
    with mpl.rc_context(STYLE):
        for number, (name, (sizes, losses)) in enumerate(curves.items()):
            best, look = int(np.argmin(losses)), colour(ROLES[number % len(ROLES)])
            axes.plot(sizes, losses, linestyle=STYLES[number % len(STYLES)], marker=MARKS[number % len(MARKS)], color=look, label=name, markerfacecolor="none", markersize=5)
            axes.plot(sizes[best], losses[best], MARKS[number % len(MARKS)], color=look, markersize=8)
            says.append(f"{name}: lowest {losses[best]:.3f} at {sizes[best]:,}, from {losses[0]:.3f} at {sizes[0]:,} to {losses[-1]:.3f} at {sizes[-1]:,}.")
        axes.set_xscale("log")
        every = np.concatenate([sizes for sizes, _ in curves.values()])
        ticks = [first * 10**power for power in range(10) for first in (1, 2, 5) if min(every) <= first * 10**power <= max(every)]
        axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        axes.minorticks_off()
        axes.set(xlabel=x, ylabel=y)
        figure.legend(loc="outside upper left", ncols=2, fontsize=9)
    return Picture(figure, " ".join(says))


def show_law(law, points, across=None, x="", y=""):
    """Points by kind, the law as a line through all of their places, and lines across; both axes logarithmic.

    law: a PowerLaw; points: name -> (xs, ys); across: name -> y -> Picture
    """
    across = across or {}
    figure, axes = blank(WIDTH, 3.8)
    says = [f"Across: {x}. Up: {y}. The law: exponent {law.exponent:.3f}."]
    every = np.concatenate([np.atleast_1d(xs) for xs, _ in points.values()]).astype(float)
    line = np.geomspace(every.min(), every.max(), 50)
    with mpl.rc_context(STYLE):
        axes.plot(line, law.at(line), color=colour("data"), label="the law", linewidth=1.5)
        for number, (name, (xs, ys)) in enumerate(points.items()):
            axes.plot(xs, ys, MARKS[number % len(MARKS)], color=colour(ROLES[number % len(ROLES)]), label=name, markersize=6)
            told = ", ".join(f"{value:.3f} at {place:.2g}" for place, value in zip(np.atleast_1d(xs), np.atleast_1d(ys), strict=True))
            says.append(f"{name}: {told}.")
        for name, level in across.items():
            axes.axhline(level, color=colour("loss"), linewidth=1, linestyle="--")
            axes.annotate(name, (0, level), xycoords=("axes fraction", "data"), xytext=(4, 3), textcoords="offset points", fontsize=9)
        axes.set(xlabel=x, ylabel=y)
        plain_logs(axes, [*law.at(line), *np.concatenate([np.atleast_1d(ys) for _, ys in points.values()]), *across.values()])
        figure.legend(loc="outside upper left", ncols=2, fontsize=9)
    if across:
        says.append(f"Lines across: {', '.join(f'{name} {level:.3f}' for name, level in across.items())}.")
    return Picture(figure, " ".join(says))
