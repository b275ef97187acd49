"""Drawings of chapters/08_stack_a_gpt.ipynb: the stack as a stream, the parameters by area, gradients by layer."""

import matplotlib as mpl
import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle

from helpers.plotting import INK, STYLE, Picture, blank, colour


def parts_of(config):
    """What the stack is made of, from top to bottom -> list of (what reads the stream, what it does)"""
    return [
        ("attention", f"{config.n_head} heads read this position and those before it"),
        ("MLP", f"{4 * config.n_embd} hidden numbers read this position alone"),
    ]


def draw_stack(config):
    """The stream from the embeddings down to the logits; attention and MLP read from it and add to it -> Picture"""
    C, V = config.n_embd, config.vocab_size
    start, end = f"token's row + position's row: {C} numbers", f"{V} logits"
    times = f"{config.n_layer} times" if config.n_layer > 1 else "once"
    figure, axes = blank(width=4.9, height=4.1)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(-0.6, 10), ylim=(-9.2, 0.7))
        axes.plot([0.6, 0.6], [-1.05, -8.1], color=colour("token"), linewidth=5, solid_capstyle="butt", zorder=1)
        axes.text(0.2, 0.2, start, ha="left", va="center", fontsize=9.5, color=colour("token"))
        _box(axes, -0.35, -0.65, 1.9, "RMSNorm", colour("data"))
        for place, (name, does) in enumerate(parts_of(config)):
            y = -2.3 - 2.9 * place
            _box(axes, 2.0, y, 1.9, "RMSNorm", colour("data"))
            _box(axes, 5.0, y, 2.2, name, INK)
            axes.text(2.0, y - 0.72, does, ha="left", va="center", fontsize=9)
            _arrow(axes, (0.72, y), (1.95, y))
            _arrow(axes, (3.95, y), (4.95, y))
            axes.plot([7.2, 8.9, 8.9], [y, y, y - 1.4], color=INK, linewidth=1)
            _arrow(axes, (8.9, y - 1.4), (0.95, y - 1.4))
            axes.plot([0.6], [y - 1.4], "o", markersize=15, color=colour("token"), zorder=2)
            axes.text(0.6, y - 1.42, "+", ha="center", va="center", fontsize=13, color="white", weight="bold", zorder=3)
            axes.text(9.1, y - 0.7, "adds", ha="left", va="center", fontsize=9)
        axes.plot([-0.15, -0.35, -0.35, -0.15], [-1.7, -1.7, -7.2, -7.2], color=INK, linewidth=1)
        axes.text(-0.45, -4.5, f"a block, {times}", ha="right", va="center", rotation=90, fontsize=9)
        _arrow(axes, (0.6, -8.0), (0.6, -8.5))
        axes.text(0.2, -8.9, f"lm_head: {end}", ha="left", va="center", fontsize=9.5)
    reads = "; ".join(f"RMSNorm, then {name} ({does}), whose result is added to the stream" for name, does in parts_of(config))
    return Picture(figure, f"A stream from top to bottom. It begins as {start}, through RMSNorm. A block, {times}: {reads}. At the end lm_head: {end}.")


def _box(axes, x, y, width, name, edge):
    axes.add_patch(Rectangle((x, y - 0.38), width, 0.76, facecolor="none", edgecolor=edge, linewidth=1.5))
    axes.text(x + width / 2, y, name, ha="center", va="center", fontsize=9.5, color=edge)


def _arrow(axes, start, end):
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=9, color=INK, linewidth=1, shrinkA=0, shrinkB=0))


COLUMNS = [   # tables that stand below each other in the drawing
    [("wte", "token"), ("wpe", "position"), ("lm_head", "token")],
    [("attn_wq", "query"), ("attn_wk", "key"), ("attn_wv", "value"), ("attn_wo", "data")],
    [("mlp_fc1", "data")],
    [("mlp_fc2", "data")],
]


def draw_parameters(shapes):
    """The tables of a model drawn to one scale: a square of the same area for every parameter -> Picture

    shapes: name -> (rows, columns), as `param_shapes` gives them; of several layers the first is drawn
    """
    n_layer = 1 + max(int(name.split(".")[0][len("layer"):]) for name in shapes if name.startswith("layer"))
    gap = 3
    boxes, left = [], 0
    for column in COLUMNS:
        full = [name if name in shapes else f"layer0.{name}" for name, _ in column]
        top = 0
        for name, (short, role) in zip(full, column, strict=True):
            rows, columns = shapes[name]
            boxes.append((short, role, left, top, rows, columns))
            top -= rows + gap
        left += max(shapes[name][1] for name in full) + gap
    bottom = min(top - rows for _, _, _, top, rows, _ in boxes)
    inch = 5.1 / left
    figure, axes = blank(width=5.1, height=(gap - bottom) * inch + 0.1)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set_aspect("equal")
        axes.set(xlim=(-1, left - gap + 1), ylim=(bottom - 1, 1))
        for short, role, x, top, rows, columns in boxes:
            axes.add_patch(Rectangle((x, top - rows), columns, rows, facecolor="none", edgecolor=colour(role), linewidth=1.5))
            words = f"{short.removeprefix('attn_').removeprefix('mlp_')}\n{rows * columns:,}"
            axes.text(x + columns / 2, top - rows / 2, words, ha="center", va="center", fontsize=9, color=colour(role), linespacing=1.1)
    total = sum(rows * columns for rows, columns in shapes.values())
    says = ", ".join(f"{short} {rows} by {columns} ({rows * columns:,})" for short, _, _, _, rows, columns in boxes)
    layers = "" if n_layer == 1 else f" Of {n_layer} layers, one is drawn."
    return Picture(figure, f"{len(boxes)} boxes, rows by columns: {says}. {total:,} parameters in all.{layers}")


def show_gradients(sizes):
    """The size of the gradient in each layer, a panel for each depth, on one scale of powers of ten -> Picture

    sizes: n_layer -> way -> n_layer + 2 numbers above 0: embeddings, layers in order, output
    """
    for n_layer, ways in sizes.items():
        for way, numbers in ways.items():
            if len(numbers) != n_layer + 2:
                raise ValueError(f"want {n_layer + 2} sizes for {n_layer} layers, got {len(numbers)} for {way!r}")
    figure, _ = blank(width=5.2, height=3.5)
    figure.clear()
    looks = [("token", "-", "o"), ("query", "--", "s"), ("value", "-.", "^"), ("key", ":", "D")]
    says = []
    with mpl.rc_context(STYLE):
        panels = figure.subplots(1, len(sizes), sharey=True, width_ratios=[n_layer + 4 for n_layer in sizes], squeeze=False)[0]
        for axes, (n_layer, ways) in zip(panels, sizes.items(), strict=True):
            places = np.arange(n_layer + 2)
            for (way, numbers), (role, line, marker) in zip(ways.items(), looks, strict=False):
                axes.plot(places, numbers, line, marker=marker, markersize=3.5, color=colour(role), label=way)
                says.append(f"{n_layer} layer{'s' if n_layer > 1 else ''}, {way}: {numbers[0]:.0e} at the embeddings, {numbers[-1]:.0e} at the output")
            axes.set_yscale("log")
            axes.set_xticks([0, n_layer + 1], ["emb", "out"], fontsize=9)
            axes.set_xlim(-0.7, n_layer + 1.7)
            axes.set_xlabel(f"{n_layer} layer{'s' if n_layer > 1 else ''}")
            axes.tick_params(length=3)
        panels[0].set_ylabel("size of the gradient")
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=4, handlelength=2.2, columnspacing=1)
    return Picture(figure, f"Lines in {len(sizes)} panels. Across: embeddings, layers, output. Up: size of the gradient. {'; '.join(says)}.")
