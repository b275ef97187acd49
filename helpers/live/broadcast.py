"""Live figure of chapters/05_whole_arrays.ipynb: which shapes broadcast, and where their gradients are summed."""

import numpy as np

from helpers.live.shell import LiveFigure, read

SHAPES = [(), (3,), (4,), (1, 3), (4, 1), (4, 3)]
RULE = "Lined up from the right, two sizes fit if they are equal, if one of them is 1, or if there is only one."
AXES = ["rows", "columns"]


def entry_of(name, place):
    """An entry as code writes it, such as a[0, 2]; a single number is its name alone."""
    return f"{name}[{', '.join(map(str, place))}]" if place else name


def padded(shape):
    """The sizes along rows and columns, None where the shape has no such axis."""
    return [None] * (2 - len(shape)) + list(shape)


def fit_text(shape_a, shape_b):
    """What the rule says of two shapes, axis by axis from the right -> str, and the axis where they do not fit, or None"""
    parts = []
    for axis in (1, 0):
        sizes = {"a": padded(shape_a)[axis], "b": padded(shape_b)[axis]}
        if sizes["a"] == sizes["b"]:
            continue
        repeated = [name for name, size in sizes.items() if size in (None, 1)]
        if not repeated:
            return f"They do not fit: under {AXES[axis]}, {sizes['a']} stands over {sizes['b']}. {RULE}", axis
        name = repeated[0] if len(repeated) == 1 else next(name for name, size in sizes.items() if size is None)
        other = sizes["b" if name == "a" else "a"]
        has = f"no axis for {AXES[axis]}" if sizes[name] is None else f"1 {AXES[axis][:-1]}"
        parts.append(f"{name} has {has}" + (f": it is repeated {other} times." if other > 1 else ", and gets one."))
    return " ".join(parts) or "They have the same shape: nothing is repeated.", None


def lined_up(rows, clash=None):
    """Shapes under each other, last axis under last axis. rows: (name, shape) -> rows of an HTML table"""
    html = ""
    for name, shape in rows:
        html += f'<tr><th scope="row">{name}</th>'
        for axis, size in enumerate(padded(shape)):
            mark = ' class="clash"' if axis == clash else ""
            html += f"<td{mark}>{'' if size is None else size}</td>"
        html += "</tr>"
    return html


def entries(name, shape, cells):
    """A grid of cells under the name and shape of their array -> HTML"""
    columns = shape[-1] if shape else 1
    return (
        f'<div data-part="{name}"><div>{name} {shape}</div>'
        f'<div class="entries" style="grid-template-columns:repeat({columns},max-content)">{"".join(cells)}</div></div>'
    )


def state(shape_a, shape_b, name="a", place=None):
    """All that the figure shows for two shapes with one entry chosen (None: the first) -> dict of HTML and text"""
    shapes = {"a": shape_a, "b": shape_b}
    fits, clash = fit_text(shape_a, shape_b)
    if clash is not None:
        return {"lined": lined_up(shapes.items(), clash), "fits": fits, "entries": "", "says": "Without a + b there is no gradient."}
    full = np.broadcast_shapes(shape_a, shape_b)
    place = (0,) * len(shapes[name]) if place is None else place
    grad = np.arange(1, 1 + np.prod(full, dtype=int)).reshape(full)
    boxes, lit, says = "", None, ""
    for each, shape in shapes.items():
        cells = []
        for spot in np.ndindex(*shape):
            mark = np.zeros(shape, dtype=bool)
            mark[spot] = True
            uses = np.broadcast_to(mark, full)   # where in the result this entry is used
            total, who, on = grad[uses].sum(), entry_of(each, spot), (each, spot) == (name, place)
            if on:
                lit, terms = uses, " + ".join(map(str, grad[uses]))
                one, many = "1 place. Its gradient is the one there", f"{uses.sum()} places. Its gradient is the sum over them: {terms} ="
                says = f"{who} is used in {one}: {total}." if uses.sum() == 1 else f"{who} is used in {many} {total}."
            cells.append(
                f'<button type="button" class="entry" data-wakes disabled aria-pressed="{str(on).lower()}" '
                f'data-place="{", ".join(map(str, spot))}" aria-label="{who}, gradient {total}">{total}</button>'
            )
        boxes += entries(each, shape, cells)
    result = [f'<span class="entry{" lit" if lit[spot] else ""}">{grad[spot]}</span>' for spot in np.ndindex(*full)]
    rows = [*shapes.items(), ("a + b", full)]
    return {"lined": lined_up(rows), "fits": fits, "entries": boxes + entries("a + b", full, result), "says": says}


def broadcast_figure():
    """Choose two shapes, see what numpy repeats, and where each entry's gradient comes from -> LiveFigure"""
    shapes = {"a": (4, 1), "b": (3,)}
    shown = state(*shapes.values())
    choose = "".join(
        f'<label>Shape of {name} <select data-part="shape-{name}" data-wakes disabled>'
        + "".join(f"<option{' selected' if shape == start else ''}>{shape}</option>" for shape in SHAPES)
        + "</select></label>"
        for name, start in shapes.items()
    )
    first = (
        f'<style>{read("broadcast.css")}</style><div class="controls">{choose}</div>'
        '<table class="live lined"><thead><tr><th scope="col">lined up</th><th scope="col">rows</th><th scope="col">columns</th></tr></thead>'
        f'<tbody data-part="lined">{shown["lined"]}</tbody></table>'
        f'<p class="says" data-part="fits" aria-live="polite">{shown["fits"]}</p>'
        f'<div class="entry-row" data-part="entries">{shown["entries"]}</div>'
        f'<p class="says" data-part="says" aria-live="polite">{shown["says"]}</p>'
    )
    caption = (
        "The gradients of a + b. In a + b stand the ones that come back, with numbers chosen for easy sums; in a and b what they make for each "
        "entry. Choose an entry of a or b: the places where it is used get a thick frame. No model, nothing trained."
    )
    return LiveFigure("gpt-broadcast", first, {"shapes": SHAPES, "rule": RULE, "axes": AXES}, caption)
