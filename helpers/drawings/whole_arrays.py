"""Drawings of chapters/05_whole_arrays.ipynb: a matrix product with its gradients, and two sets of bars."""

import matplotlib as mpl
import numpy as np

from helpers.plotting import INK, STYLE, Picture, blank, colour

ROLES = {"A": "token", "B": "value", "G": "gradient"}   # what comes out has no colour of its own


def products_of(shape_a, shape_b):
    """The product of two matrices and its two gradients, as shapes -> list of (left, right, result): (name, shape) each"""
    (M, K), (rows, N) = shape_a, shape_b
    if rows != K:
        raise ValueError(f"want (M, K) and (K, N), got {tuple(shape_a)} and {tuple(shape_b)}")
    return [
        (("A", (M, K)), ("B", (K, N)), ("A @ B", (M, N))),
        (("G", (M, N)), ("B.T", (N, K)), ("gradient of A", (M, K))),
        (("A.T", (K, M)), ("G", (M, N)), ("gradient of B", (K, N))),
    ]


def show_matmul(A, B):
    """Three products as boxes with their sizes: A @ B, and how its gradient G comes back to A and to B -> Picture

    A: (M, K), B: (K, N), arrays of a few rows and columns each
    """
    products = products_of(np.shape(A), np.shape(B))
    side = 0.28   # inches for each row or column
    gap = 0.62    # inches between boxes, and above a row of boxes for the numbers of columns
    widths = [max(product[place][1][1] for product in products) * side for place in range(3)]
    heights = [max(shape[0] for _, shape in product) * side for product in products]
    figure, axes = blank(4.9, sum(heights) + gap * len(heights) + 0.15)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set_aspect("equal")
        bottom = 0.0
        for product, height in zip(products, heights, strict=True):
            bottom -= gap + height
            left = 0.0
            for place, (name, (rows, columns)) in enumerate(product):
                x = left + (widths[place] - columns * side) / 2
                y = bottom + (height - rows * side) / 2
                _box(axes, x, y, rows, columns, side, name)
                left += widths[place] + gap
                if place < 2:
                    axes.text(left - 0.72 * gap, bottom + height / 2, "@="[place], ha="center", va="center")
        axes.set(xlim=(-0.35, left - gap + 0.9), ylim=(bottom - 0.1, 0))
    alt = "; ".join(f"{_said(left)} @ {_said(right)} = {_said(result)}" for left, right, result in products)
    return Picture(figure, f"Boxes of rows by columns. {alt}.")


def _said(named):
    name, (rows, columns) = named
    return f"{name} ({rows} by {columns})"


def _box(axes, x, y, rows, columns, side, name):
    """A grid of rows by columns with its lower left corner at x, y, its sizes beside it and its name in or beside it."""
    role = ROLES.get(name[0] if name in ("A", "B", "G", "A.T", "B.T") else "")
    edge = colour(role) if role else INK
    width, height = columns * side, rows * side
    axes.add_patch(mpl.patches.Rectangle((x, y), width, height, facecolor="none", edgecolor=edge, linewidth=1.5))
    for column in range(1, columns):
        axes.plot([x + column * side] * 2, [y, y + height], color=edge, linewidth=0.5)
    for row in range(1, rows):
        axes.plot([x, x + width], [y + row * side] * 2, color=edge, linewidth=0.5)
    axes.text(x + width / 2, y + height + 0.04, str(columns), ha="center", va="bottom", fontsize=9)
    axes.text(x - 0.05, y + height / 2, str(rows), ha="right", va="center", fontsize=9)
    if len(name) <= 3:
        axes.text(x + width / 2, y + height / 2, name, ha="center", va="center", color=edge, fontweight="bold")
    else:
        axes.text(x + width + 0.08, y + height / 2, name.replace(" of ", "\nof "), ha="left", va="center", fontsize=9.5)


def show_paired_bars(labels, heights, x="", y="", roles=("token", "loss")):
    """Two bars for each label, side by side. labels: n strings; heights: two names -> n numbers each -> Picture"""
    if len(heights) != 2:
        raise ValueError(f"want two sets of bars, got {len(heights)}")
    figure, axes = blank()
    places = np.arange(len(labels))
    says = []
    with mpl.rc_context(STYLE):
        for shift, hatch, role, (name, numbers) in zip((-0.2, 0.2), ("", "////"), roles, heights.items(), strict=True):
            edge = {"edgecolor": colour(role), "facecolor": "none" if hatch else colour(role)}
            axes.bar(places + shift, numbers, width=0.4, label=name, hatch=hatch, linewidth=0.6, **edge)
            low, high = np.argmin(numbers), np.argmax(numbers)
            lowest, highest = f"{numbers[low]:.3g}", f"{numbers[high]:.3g}"
            if lowest == highest:
                says.append(f"{name}: all {lowest}")
            else:
                says.append(f"{name}: from {lowest} at {labels[low]} to {highest} at {labels[high]}")
        axes.set_xticks(places, [str(label) for label in labels], fontsize=9)
        axes.set(xlabel=x, ylabel=y)
        axes.margins(x=0.01)
        axes.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1))
    return Picture(figure, f"Two bars for each of {len(labels)}. Across: {x}. Up: {y}. {'; '.join(says)}.")
