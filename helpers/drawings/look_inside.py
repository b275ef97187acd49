"""Drawings of chapters/12_look_inside.ipynb: shares against shares, the loss along the stream, maps of heads, marks by row."""

import matplotlib as mpl
import numpy as np

from helpers.plotting import STYLE, Picture, blank, colour

MARKS = [("token", "o"), ("query", "s"), ("value", "^")]   # the marks differ in grey too


def show_shares(panels, tokens):
    """Each token at its two shares, on scales of powers of ten; on the line both are equal -> Picture

    panels: title -> (counted, written), an array with a share for each token; what is 0 in one of them is left out
    """
    figure, _ = blank(width=5.2, height=2.9)
    figure.clear()
    says = []
    with mpl.rc_context(STYLE):
        for axes, (title, (counted, written)) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True):
            counted, written = np.asarray(counted), np.asarray(written)
            drawn = np.flatnonzero((counted > 0) & (written > 0))
            axes.set_xscale("log")
            axes.set_yscale("log")
            limits = [0.7 * min(counted[drawn].min(), written[drawn].min()), 1.4 * max(counted[drawn].max(), written[drawn].max())]
            axes.plot(limits, limits, color=colour("data"), linewidth=1)
            for i in drawn:
                axes.text(counted[i], written[i], tokens[i], ha="center", va="center", fontsize=10, color=colour("token"))
            axes.set(xlim=limits, ylim=limits, title=title, xlabel="counted")
            axes.set_aspect("equal")
            ratio = np.abs(np.log(written[drawn] / counted[drawn]))
            far, near = drawn[ratio.argmax()], drawn[np.argsort(-counted[drawn])[:3]]
            named = ", ".join(f"{tokens[i]} (counted {counted[i]:.1%}, written {written[i]:.1%})" for i in near)
            says.append(
                f"{title}: {len(drawn)} letters, the most frequent {named}; furthest from the line {tokens[far]} "
                f"(counted {counted[far]:.2%}, written {written[far]:.2%})."
            )
        figure.axes[0].set_ylabel("written")
    return Picture(figure, f"Letters at their share in the training names, across, and in written names, up. {' '.join(says)}")


def show_stream(losses, levels):
    """The loss read out after each piece of the stream, beside losses of other models -> Picture

    losses: name of a piece -> loss, in order; levels: name of a model -> loss
    """
    figure, axes = blank(height=3.1)
    names, numbers = list(losses), list(losses.values())
    with mpl.rc_context(STYLE):
        for name, level in levels.items():
            axes.axhline(level, color=colour("data"), linewidth=1, linestyle="--")
            axes.text(-0.4, level, name, ha="left", va="bottom", fontsize=9.5, color=colour("data"))
        axes.step(range(len(names)), numbers, where="mid", color=colour("loss"), linewidth=1.2)
        axes.plot(range(len(names)), numbers, "o", color=colour("loss"), markersize=5)
        axes.set_xticks(range(len(names)), names, rotation=40, ha="right", fontsize=9.5)
        axes.set(xlabel="read out after", ylabel="loss, nats per token", xlim=(-0.5, len(names) - 0.5))
    points = ", ".join(f"{name} {number:.3f}" for name, number in losses.items())
    beside = ", ".join(f"{name} {level:.3f}" for name, level in levels.items())
    return Picture(figure, f"Loss read out after each piece: {points}. For comparison: {beside}.")


def show_maps(maps, tokens, columns=4):
    """Small maps of attention weights on one scale from 0 to 1: row reads, column is read, darker reads more -> Picture

    maps: title -> (T, T); tokens: T labels of the positions; columns: maps beside each other
    """
    rows, T = -(-len(maps) // columns), len(tokens)
    figure, _ = blank(width=5.2, height=0.4 + 5.0 / columns * rows)
    figure.clear()
    says = []
    with mpl.rc_context(STYLE):
        panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
        for axes in panels.flat[len(maps) :]:
            axes.set_axis_off()
        for axes, (title, weights) in zip(panels.flat, maps.items(), strict=False):
            if np.shape(weights) != (T, T):
                raise ValueError(f"want a map of {T} by {T} for {title!r}, got shape {np.shape(weights)}")
            mesh = axes.pcolormesh(np.zeros((T, T)), cmap=mpl.colors.ListedColormap([colour("query")]), linewidth=0)
            mesh.set_alpha(np.clip(weights, 0, 1))
            axes.set_aspect("equal")
            axes.set(title=title, xlim=(0, T), ylim=(T, 0))
            axes.title.set_fontsize(10)
            axes.set_xticks(np.arange(T) + 0.5, tokens, fontsize=9)
            axes.set_yticks(np.arange(T) + 0.5, tokens, fontsize=9)
            axes.tick_params(length=0)
            largest = weights[-1].argmax()
            says.append(f"{title}: position {T - 1} reads position {largest} most ({weights[-1][largest]:.2f})")
        figure.supxlabel("is read", fontsize=10)
        figure.supylabel("reads", fontsize=10)
    return Picture(figure, f"{len(maps)} maps of attention weights, positions 0 to {T - 1}. {'; '.join(says)}.")


def show_rows(labels, series, x="", from_zero=False):
    """A row for each label, in it a mark for each series -> Picture

    series: name -> a number for each label; from_zero: the scale begins at 0 and is drawn together above 0.02, by powers of ten
    """
    figure, axes = blank(height=0.9 + 0.19 * len(labels))
    places = np.arange(len(labels))
    with mpl.rc_context(STYLE):
        axes.hlines(places, *np.sort(np.array(list(series.values())), axis=0)[[0, -1]], color=colour("data"), linewidth=1)
        for (name, numbers), (role, mark) in zip(series.items(), MARKS, strict=False):
            axes.plot(numbers, places, mark, color=colour(role), markersize=5, label=name)
        if from_zero:
            axes.set_xscale("symlog", linthresh=0.02)
            axes.axvline(0, color=colour("data"), linewidth=0.8)
        axes.set_yticks(places, labels, fontsize=9.5)
        axes.set(xlabel=x, ylim=(len(labels) - 0.4, -0.6))
        axes.tick_params(axis="y", length=0)
        if len(series) > 1:
            figure.legend(loc="outside upper center", ncols=len(series))
    says = []
    for name, numbers in series.items():
        order = np.argsort(np.asarray(numbers), kind="stable")
        named = [f"{labels[i]} ({numbers[i]:.3f})" for i in order]
        says.append(f"{name}: lowest {', '.join(named[:3])}; highest {', '.join(named[:-4:-1])}")
    return Picture(figure, f"{len(labels)} rows. Across: {x}. {'. '.join(says)}.")
