"""Live figure of chapters/05_whole_arrays.ipynb: which shapes broadcast, and where their gradients are summed."""

import numpy as np

from helpers.live.shell import LiveFigure

SHAPES = [(), (3,), (4,), (1, 3), (4, 1), (4, 3)]


def text_of(shape):
    """A shape as Python writes it, such as (3,) -> str"""
    return str(tuple(shape))


def tiles(name, shape, numbers, lit, button=True):
    """A grid of numbers, those at the places `lit` marked; with `button`, each can be chosen -> HTML"""
    cells = []
    for place in np.ndindex(*shape):
        index = ", ".join(map(str, place))
        who = f"{name}[{index}]" if place else name
        mark = place in lit
        if button:
            cells.append(
                f'<button type="button" class="tile" data-wakes disabled aria-pressed="{str(mark).lower()}" '
                f'data-place="{index}" aria-label="{who}, gradient {numbers[place]:g}">{numbers[place]:g}</button>'
            )
        else:
            cells.append(f'<span class="tile{" lit" if mark else ""}">{numbers[place]:g}</span>')
    columns = shape[-1] if shape else 1
    return (
        f'<div data-part="{name}"><div>{name} {text_of(shape)}</div>'
        f'<div class="tiles" style="grid-template-columns:repeat({columns},max-content)">{"".join(cells)}</div></div>'
    )


def lined_up(rows):
    """Shapes under each other, last axis under last axis. rows: (name, shape) -> rows of an HTML table"""
    return "".join(
        f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{size}</td>" for size in [""] * (2 - len(shape)) + list(shape)) + "</tr>"
        for name, shape in rows
    )


def broadcast_figure():
    """Choose two shapes, see what numpy repeats, and where each entry's gradient comes from -> LiveFigure"""
    shape_a, shape_b = (4, 1), (3,)
    full = np.broadcast_shapes(shape_a, shape_b)
    grad = np.arange(1, 1 + np.prod(full)).reshape(full)
    choose = "".join(
        f'<label>Shape of {name} <select data-part="shape-{name}" data-wakes disabled>'
        + "".join(f"<option{' selected' if shape == start else ''}>{text_of(shape)}</option>" for shape in SHAPES)
        + "</select></label>"
        for name, start in [("a", shape_a), ("b", shape_b)]
    )
    first = (
        f'<div class="controls">{choose}</div>'
        '<table class="live"><thead><tr><th scope="col">lined up</th><th scope="col">rows</th><th scope="col">columns</th></tr></thead>'
        f'<tbody data-part="lined">{lined_up([("a", shape_a), ("b", shape_b), ("a + b", full)])}</tbody></table>'
        '<div class="tile-row" data-part="tiles">'
        + tiles("a", shape_a, grad.sum(axis=1, keepdims=True), {(0, 0)})
        + tiles("b", shape_b, grad.sum(axis=0), set())
        + tiles("a + b", full, grad, {(0, 0), (0, 1), (0, 2)}, button=False)
        + '</div><p class="says" data-part="says" aria-live="polite">'
        "a[0, 0] is used in 3 places. Its gradient is the sum over them: 1 + 2 + 3 = 6.</p>"
    )
    caption = (
        "The gradients of a + b. On the right the one that comes back, with numbers chosen for easy sums; on the left what it "
        "makes for a and b. Choose an entry of a or b to see where it is used. Nothing is trained here."
    )
    return LiveFigure("gpt-broadcast", first, {"shapes": SHAPES}, caption)
