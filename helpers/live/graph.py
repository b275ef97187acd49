"""Live figure of chapters/03_find_the_knob.ipynb: step through small graphs forward and backward, and nudge a leaf."""

import html

from helpers.live.shell import LiveFigure
from helpers.scalar import Value, topological_order

# Places are (column, row). A node is (name, place, number) or (name, place, step, names of its parents).
EXPRESSIONS = {
    "two paths: b = 2·a, c = b·b + b": [
        ("2", (0, 1), 2.0), ("a", (0, 0), 3.0),
        ("b", (1, 0.5), "*", ("2", "a")), ("b·b", (2, 0), "*", ("b", "b")), ("c", (3, 0.5), "+", ("b·b", "b")),
    ],
    "a neuron: n = relu(w·x + b)": [
        ("w", (0, 0), 0.5), ("x", (0, 1), 3.0), ("b", (1, 1), -0.8),
        ("w·x", (1, 0), "*", ("w", "x")), ("w·x + b", (2, 0.5), "+", ("w·x", "b")), ("n", (3, 0.5), "relu", ("w·x + b",)),
    ],
    "a surprise: s = log(1 + exp(-w·x))": [
        ("w", (0, 0), -0.4), ("x", (0, 1), 2.0), ("-1", (1, 1), -1.0), ("1", (3, 1), 1.0),
        ("w·x", (1, 0), "*", ("w", "x")), ("-w·x", (2, 0.5), "*", ("w·x", "-1")), ("exp", (3, 0), "exp", ("-w·x",)),
        ("1 + exp", (4, 0.5), "+", ("1", "exp")), ("s", (5, 0.5), "log", ("1 + exp",)),
    ],
    "used again: t = a·tanh(a + b)": [
        ("b", (0, 1), -0.5), ("a", (0, 0), 1.2),
        ("a + b", (1, 1), "+", ("a", "b")), ("tanh", (2, 1), "tanh", ("a + b",)), ("t", (3, 0.5), "*", ("a", "tanh")),
    ],
}
STEPS = {"+": Value.__add__, "*": Value.__mul__, "exp": Value.exp, "log": Value.log, "relu": Value.relu, "tanh": Value.tanh}
WIDE, HIGH, COLUMN, ROW = 94, 64, 164, 104   # size of a node, and from one to the next, in pixels


def shown(number):
    """A number as the figure writes it: up to four digits behind the point."""
    return f"{round(number, 4) + 0.0:.10g}"   # adding 0.0 makes -0.0 a 0


def values_of(nodes):
    """Name -> Value, with gradients; the last node is the root."""
    values = {}
    for name, _, step, *parents in nodes:
        values[name] = STEPS[step](*(values[parent] for parent in parents[0])) if parents else Value(step)
    values[name].backward()
    return values


def drawing(nodes, values, label):
    """The graph with all its numbers -> SVG"""
    corner = {name: (10 + place[0] * COLUMN, 10 + place[1] * ROW) for name, place, *_ in nodes}
    width = max(x for x, _ in corner.values()) + WIDE + 10
    height = max(y for _, y in corner.values()) + HIGH + 10
    edges, boxes = "", ""
    for name, _, _, *parents in nodes:
        for place, parent in enumerate(parents[0] if parents else ()):
            twice = parents[0].count(parent) > 1
            aside = (26 if place else -10) if twice else 0
            x1, y1 = corner[parent][0] + WIDE, corner[parent][1] + HIGH / 2
            x2, y2 = corner[name][0] - 5, corner[name][1] + HIGH / 2
            x, y = (x1 + x2) / 2, (y1 + y2) / 2 + 0.75 * aside
            edges += (
                f'<g class="edge" data-edge="{html.escape(name)}/{place}"><path d="M{x1:g} {y1:g}C{x:g} {y1 + aside:g} {x:g} {y2 + aside:g} {x2:g} {y2:g}"/>'
                f'<path class="tip" d="M{x2 + 5:g} {y2:g}l-9 -4.5v9z"/>'
                f'<text x="{x:g}" y="{y - 3:g}">×{shown(values[name].slopes[place])}</text></g>'
            )
    for name, (x, y) in corner.items():
        boxes += (
            f'<g class="node" data-node="{html.escape(name)}"><rect x="{x:g}" y="{y:g}" width="{WIDE}" height="{HIGH}" rx="8"/>'
            f'<text class="name" x="{x + WIDE / 2:g}" y="{y + 18:g}">{html.escape(name)}</text>'
            f'<text class="data" x="{x + WIDE / 2:g}" y="{y + 37:g}">{shown(values[name].data)}</text>'
            f'<text class="grad" x="{x + WIDE / 2:g}" y="{y + 56:g}">grad {shown(values[name].grad)}</text></g>'
        )
    return f'<svg class="graph" width="{width:g}" height="{height:g}" role="img" aria-label="{html.escape(label)}">{edges}{boxes}</svg>'


def graph_figure():
    """Step through the graph of a small expression forward and backward, and nudge its leaves -> LiveFigure"""
    data, drawings, options = [], "", ""
    for title, nodes in EXPRESSIONS.items():
        values = values_of(nodes)
        name_of = {id(value): name for name, value in values.items()}
        label = f"{title}. " + "; ".join(f"{name} is {shown(value.data)}, its gradient {shown(value.grad)}" for name, value in values.items())
        hidden = " hidden" if data else ""
        drawings += f'<div data-part="drawing"{hidden}>{drawing(nodes, values, label)}</div>'
        options += f"<option>{html.escape(title)}</option>"
        data.append({
            "title": title,
            "nodes": [
                {"name": name, "step": step, "parents": parents[0]} if parents else {"name": name, "number": step}
                for name, _, step, *parents in nodes
            ],
            "order": [name_of[id(value)] for value in topological_order(values[nodes[-1][0]]) if value.parents],
        })
    nodes = data[0]["nodes"]
    leaves = "".join(
        f"<option>{html.escape(node['name'])}</option>" for node in nodes if "number" in node and not node["name"].lstrip("-").isdigit()
    )
    nudged = (2 * 3.05) ** 2 + 2 * 3.05
    first = (
        f'<div class="controls"><label>Expression <select data-part="which" data-wakes disabled>{options}</select></label></div>'
        '<div class="controls"><button type="button" data-part="reset" data-wakes disabled>Reset</button>'
        '<button type="button" data-part="back" data-wakes disabled>Back</button>'
        '<button type="button" data-part="forward" aria-disabled="true" data-wakes disabled>Forward</button></div>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="The graph">{drawings}</div>'
        '<p class="says" data-part="says" aria-live="polite">Both walks are done. Reset, then go forward step by step.</p>'
        f'<div class="controls"><label>Nudge <select data-part="leaf" data-wakes disabled>{leaves}</select></label>'
        '<label>by <input data-part="nudge" data-wakes disabled type="range" min="-0.2" max="0.2" step="0.01" value="0.05"></label></div>'
        f'<p class="says" data-part="measured" aria-live="polite">a from 3 to 3.05: c from 42 to {shown(nudged)}, '
        f"which is {shown((nudged - 42) / 0.05)} per unit of a. Its gradient is 26.</p>"
    )
    caption = (
        "Forward, each value is computed from its parents, and each arrow gets its slope. Backward, each value sends its gradient times the "
        "slope to its parents, in topological order. The numbers are computed as you step; nothing here is trained."
    )
    return LiveFigure("gpt-graph", first, {"expressions": data}, caption)
