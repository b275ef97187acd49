"""The drawings of chapters/14_how_fast.ipynb.

Not taught in a chapter.
"""

import matplotlib as mpl
import numpy as np

from helpers.plotting import STYLE, WIDTH, Picture, blank, colour

PARTS = {"calls": ("query", "///"), "multiplying": ("token", ""), "reading": ("key", "...")}   # role, hatch: they differ in grey too


def roof_at(intensity, machine, dtype="float32"):
    """The most operations a second for so many operations per byte."""
    return np.minimum(machine.operations_per_second[dtype], machine.bytes_per_second * np.asarray(intensity, dtype=float))


def show_roofline(machine, points):
    """What memory and arithmetic allow, as a roof, and what was reached below it.

    points: name -> (operations, bytes, seconds) -> Picture
    """
    reached = {name: (operations / size_bytes, operations / seconds) for name, (operations, size_bytes, seconds) in points.items()}
    xs, ys = np.array(list(reached.values())).T
    ridge = machine.operations_per_second["float32"] / machine.bytes_per_second
    ends = np.array([min(xs.min(), ridge) / 2, ridge, max(xs.max(), ridge) * 2])
    figure, axes = blank(WIDTH, 3.4)
    with mpl.rc_context(STYLE):
        axes.plot(ends, roof_at(ends, machine), color=colour("data"), label="the roof")
        axes.plot(xs, ys, "o", color=colour("token"), markersize=5)
        for name, (x, y) in reached.items():
            axes.annotate(str(name), (x, y), xytext=(5, -11), textcoords="offset points", fontsize=9)
        axes.set(xscale="log", yscale="log", xlabel="operations per byte", ylabel="operations per second")
    told = "; ".join(f"{name}: {x:.3g} per byte, {y / 1e9:.3g} billion a second, {y / roof_at(x, machine):.0%} of the roof" for name, (x, y) in reached.items())
    return Picture(figure, (
        f"Across: operations per byte. Up: operations per second, both by powers of ten. The roof rises to {ridge:.3g} operations per byte, "
        f"then stays at {machine.operations_per_second['float32'] / 1e9:.3g} billion a second. Dots: {told}."
    ))


def show_parts(cases):
    """For each case the predicted parts of its time, on top of each other, beside a mark at what was measured.

    cases: name -> (dict: part -> seconds, measured seconds); all heights in units of the measured time -> Picture
    """
    figure, axes = blank(WIDTH, 3.2)
    places, bottoms, says = np.arange(len(cases)), np.zeros(len(cases)), []
    with mpl.rc_context(STYLE):
        for part, (role, hatch) in PARTS.items():
            heights = np.array([parts[part] / seconds for parts, seconds in cases.values()])
            axes.bar(places, heights, bottom=bottoms, color="none", edgecolor=colour(role), hatch=hatch, width=0.6, label=part, linewidth=1.5)
            bottoms += heights
        axes.axhline(1, color=colour("loss"), linewidth=2, linestyle="--", label="measured")
        axes.set_xticks(places, [name.replace(", ", ",\n") for name in cases])
        axes.set(ylabel="predicted, by measured")
        figure.legend(loc="outside upper left", ncols=4, fontsize=9)
    for name, (parts, seconds) in cases.items():
        shares = ", ".join(f"{part} {parts[part] / seconds:.2f}" for part in PARTS)
        says.append(f"{name}: {shares}, together {sum(parts.values()) / seconds:.2f}")
    return Picture(figure, f"{len(cases)} bars of three parts each, in units of the measured time. {'; '.join(says)}. A line across at 1: what was measured.")
