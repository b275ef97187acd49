"""The drawings of chapters/09_train_it.ipynb.

Not taught in a chapter.
"""

import matplotlib as mpl
import numpy as np

from helpers.plotting import STYLE, WIDTH, Picture, blank, colour, is_crossed

ROLES = ("token", "query", "key", "position", "value")
STYLES = ("-", "--", "-.", (0, (5, 1)), ":")


def passings(xs, ys, tables):
    """The first point of a curve below each table's loss. -> dict: table -> (x, y), for the tables that it passes"""
    passed = {}
    for name, loss in tables.items():
        below = [(x, y) for x, y in zip(xs, ys) if y < loss]
        if below:
            passed[name] = below[0]
    return passed


def show_with_tables(curves, tables, x="", y="", log_x=False):
    """Held-out loss while training, with a line across for each counted table and a dot at the first point below it.

    A table's name stands at the right, or at the left where a curve would cross it.
    curves: name -> (xs, ys); tables: name -> loss -> Picture
    """
    figure, axes = blank(WIDTH, 3.6)
    says = [f"Across: {x}. Up: {y}."]
    with mpl.rc_context(STYLE):
        for number, (name, (xs, ys)) in enumerate(curves.items()):
            role = colour(ROLES[number % len(ROLES)])
            axes.plot(xs, ys, linestyle=STYLES[number % len(STYLES)], color=role, label=name)
            passed = passings(xs, ys, tables)
            if passed:
                axes.plot(*zip(*passed.values()), "o", color=role, markersize=5)
            told = ", ".join(f"{table} at {at:.3g}" for table, (at, _) in passed.items()) or "none"
            says.append(f"{name}: from {ys[0]:.3f} to {ys[-1]:.3f}, lowest {min(ys):.3f}; passes {told}.")
        if log_x:
            axes.set_xscale("log")
        lines = axes.lines[:]   # of the curves
        for name, loss in tables.items():
            axes.axhline(loss, color=colour("data"), linewidth=1)
            axes.annotate(name, (1, loss), xycoords=("axes fraction", "data"), xytext=(0, 2), textcoords="offset points", ha="right", fontsize=9)
        axes.set(xlabel=x, ylabel=y)
        if len(curves) > 1:
            figure.legend(loc="outside upper left", ncols=2, fontsize=9)
        figure.draw_without_rendering()
        for text in axes.texts:
            if is_crossed(text, lines):
                text.xy = (0, text.xy[1])
                text.set_ha("left")
    says.append(f"Lines across: {', '.join(f'{name} {loss:.3f}' for name, loss in tables.items())}.")
    return Picture(figure, " ".join(says))


def show_band(xs, runs, x="", y="", name="healthy runs"):
    """The band in which several runs lie, from the lowest to the highest at each place, with their middle as a line.

    xs: n places; runs: a list of runs with n numbers each -> Picture
    """
    runs = np.asarray(runs, dtype=float)
    if runs.ndim != 2 or runs.shape[1] != len(xs):
        raise ValueError(f"want runs of {len(xs)} numbers each, got shape {runs.shape}")
    low, middle, high = runs.min(axis=0), np.median(runs, axis=0), runs.max(axis=0)
    figure, axes = blank()
    with mpl.rc_context(STYLE):
        axes.fill_between(xs, low, high, color=colour("token"), alpha=0.3, linewidth=0, label=f"{len(runs)} {name}")
        axes.plot(xs, middle, color=colour("token"), label="their middle")
        axes.set(xlabel=x, ylabel=y)
        axes.legend()
    at = "; ".join(f"{place:,}: {a:.3f} to {b:.3f}" for place, a, b in zip(xs, low, high))
    return Picture(figure, f"A band of {len(runs)} {name}. Across: {x}. Up: {y}. {at}.")


def show_dashboard(record):
    """Three charts over the steps: the loss; size of update by size of weight; size of the gradient.

    record: "step" and "loss", lists; "update" and "gradient", dicts: part of the model -> list -> Picture
    """
    figure, axes = blank(WIDTH, 6.2)
    figure.clear()
    steps = record["step"]
    charts = [("loss (nats)", {"loss": record["loss"]}), ("update / weight", record["update"]), ("gradient", record["gradient"])]
    says = []
    with mpl.rc_context(STYLE):
        axes = figure.subplots(3, sharex=True)
        for chart, (title, lines) in zip(axes, charts):
            for number, (name, numbers) in enumerate(lines.items()):
                role = "loss" if title.startswith("loss") else ROLES[number % len(ROLES)]
                chart.plot(steps, numbers, linestyle=STYLES[number % len(STYLES)], color=colour(role), label=name, linewidth=1.4)
            chart.set_ylabel(title)
            if not title.startswith("loss"):
                chart.set_yscale("log")
            told = "; ".join(f"{name} from {numbers[0]:.2g} to {numbers[-1]:.2g}" for name, numbers in lines.items())
            says.append(f"{title}: {told}.")
        axes[-1].set_xlabel("step")
        figure.legend(*axes[-1].get_legend_handles_labels(), loc="outside upper left", ncols=4, fontsize=9)
    return Picture(figure, f"Three charts over {steps[-1]:,} steps. {' '.join(says)}")
