"""Live figure of chapters/03_find_the_knob.ipynb: step through small graphs forward and backward, and nudge a leaf."""

import html
from decimal import ROUND_HALF_UP, Context, Decimal

from helpers.live.shell import LiveFigure, read
from helpers.scalar import Value, topological_order

# A node is (name, place, number) or (name, place, step, names of its parents); the last one is the root.
# Places are (middle, row): pixels from the left edge, and the row from the top.
EXPRESSIONS = {
    "two paths: b = 2·a, c = b·b + b": [
        ("2", (80, 0), 2.0), ("a", (196, 0), 3.0),
        ("b", (138, 1), "×", ("2", "a")), ("b·b", (102, 2), "×", ("b", "b")), ("c", (190, 3), "+", ("b·b", "b")),
    ],
    "a neuron: n = relu(w·x + b)": [
        ("w", (56, 0), 0.5), ("x", (172, 0), 3.0), ("b", (230, 1), -0.8),
        ("w·x", (114, 1), "×", ("w", "x")), ("w·x + b", (172, 2), "+", ("w·x", "b")), ("n", (172, 3), "relu", ("w·x + b",)),
    ],
    "a surprise: s = log(1 + exp(w·x))": [
        ("w", (80, 0), 0.4), ("x", (196, 0), 2.0), ("1", (80, 2), 1.0),
        ("w·x", (138, 1), "×", ("w", "x")), ("e", (196, 2), "exp", ("w·x",)), ("1 + e", (138, 3), "+", ("1", "e")),
        ("s", (138, 4), "log", ("1 + e",)),
    ],
    "used again: t = a·tanh(a + b)": [
        ("b", (243, 0), -0.5), ("a", (133, 0), 1.2),
        ("a + b", (193, 1), "+", ("a", "b")), ("h", (193, 2), "tanh", ("a + b",)), ("t", (102, 3), "×", ("a", "h")),
    ],
}
STEPS = {"+": Value.__add__, "×": Value.__mul__, "exp": Value.exp, "log": Value.log, "relu": Value.relu, "tanh": Value.tanh}
NUDGE, NUDGE_STEP = 2.0, 0.05     # a leaf is nudged by up to so much, up or down: enough to bring the relu's input below 0
WIDE, HIGH, GAP = 100, 56, 60     # a node's size, and the space between rows, in pixels
APART, CURVE = 20, 26             # how far from a node's middle two arrows enter it; how high a gap's curved part is


def shown(number, digits=3):
    """A number as the figure writes it: three digits, and no more than six behind the point."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(number))
    text = f"{rounded.quantize(Decimal('1e-6'), rounding=ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def written(step, numbers):
    """A step on numbers as text, such as 1.5 + (-0.8)."""
    if step not in ("+", "×", "/"):
        return f"{step}({numbers[0]})"
    first, second = numbers
    return f"{first} {step} {f'({second})' if second.startswith('-') else second}"


def equation(step, numbers, result):
    """A step and its result as shown; = where they agree to the last digit, ≈ where digits were left out."""
    x, *other = map(float, numbers)
    exact = x / other[0] if step == "/" else STEPS[step](Value(x), *map(Value, other)).data
    return f"{written(step, numbers)} {'=' if abs(exact - float(result)) < 1e-9 else '≈'} {result}"


def values_of(nodes, nudges=None):
    """Name -> Value; nudges: leaf -> what to add to its number. The last node is the root."""
    values = {}
    for name, _, step, *parents in nodes:
        if parents:
            values[name] = STEPS[step](*(values[parent] for parent in parents[0]))
        else:
            values[name] = Value(step + (nudges or {}).get(name, 0.0))
    return values


def walk_of(nodes, values):
    """The names in the order of the two walks: those computed, forward, and those that send, backward."""
    name_of = {id(value): name for name, value in values.items()}
    order = [name_of[id(value)] for value in topological_order(values[nodes[-1][0]]) if value.parents]
    return [name for name, *node in nodes if len(node) == 3], order


def leaves_of(nodes):
    """The leaves that can be nudged: those with a letter for a name."""
    return [name for name, *node in nodes if len(node) == 2 and name.isalpha()]


def state(title, at=None, leaf=None, nudge=0.0):
    """All that the figure says after `at` steps of the two walks (None: all of them), with `leaf` nudged -> dict

    data, grad: node -> text; slope, share: (node, place of the parent) -> text; lit: the nodes and arrows of this step
    """
    nodes = EXPRESSIONS[title]
    root, leaf = nodes[-1][0], leaf or leaves_of(nodes)[0]
    before, now = values_of(nodes), values_of(nodes, {leaf: nudge})
    parents_of = {name: node[2] if len(node) == 3 else () for name, *node in nodes}
    step_of = {name: node[1] for name, *node in nodes}
    forward, order = walk_of(nodes, now)
    at = len(forward) + 1 + len(order) if at is None else at
    known = [name for name, *_ in nodes if name not in forward[at:]]
    is_backward = at > len(forward)
    senders = order[: max(at - len(forward) - 1, 0)]
    grads = dict.fromkeys(now, 0.0)
    grads[root] = 1.0
    shares = {}
    for name in senders:
        for place, (parent, slope) in enumerate(zip(parents_of[name], now[name].slopes, strict=True)):
            shares[name, place] = shown(slope * grads[name])
            grads[parent] += slope * grads[name]

    lit, says = set(), "The leaves have their numbers. Go forward."
    if is_backward and not senders:
        lit = {root}
        says = f"Backward: {root} grows by 1 per unit of itself, so its gradient is 1."
    elif is_backward:
        name = senders[-1]
        lit = {name} | {(name, place) for place in range(len(parents_of[name]))}
        sent = [
            f"{equation('×', (shown(slope), shown(grads[name])), shares[name, place])} to {parent}"
            for place, (parent, slope) in enumerate(zip(parents_of[name], now[name].slopes, strict=True))
        ]
        says = f"Backward: {name} has its whole gradient, {shown(grads[name])}. Slope × gradient is the share it sends: {' and '.join(sent)}."
        says += " Both walks are done." if senders == order else ""
    elif at > 0:
        name = forward[at - 1]
        lit = {name}
        numbers = [shown(now[parent].data) for parent in parents_of[name]]
        slopes = [f"{shown(slope)} for {parent}" for parent, slope in zip(parents_of[name], now[name].slopes, strict=True)]
        says = f"Forward: {name} is {equation(step_of[name], numbers, shown(now[name].data))}. Its slope is {' and '.join(slopes)}."

    before[root].backward()
    now[root].backward()
    moved = now[root].data - before[root].data
    measured = f"No nudge yet. {root} is {shown(now[root].data)}, and the gradient of {leaf} is {shown(now[leaf].grad)}."
    if nudge:
        rise = shown(moved, digits=5)   # enough for the three of the quotient
        per_unit = equation("/", (rise, shown(nudge)), shown(moved / nudge))
        measured = (
            f"{leaf} goes from {shown(before[leaf].data)} to {shown(now[leaf].data)}, and {root} moves by {rise}: "
            f"{per_unit} per unit of {leaf}. The gradient of {leaf} is {shown(before[leaf].grad)} before the nudge, {shown(now[leaf].grad)} after it."
        )

    data = {name: shown(now[name].data) if name in known else "?" for name in now}
    grad = {name: f"grad {shown(grads[name])}" if is_backward else "" for name in now}
    places = {(name, place): parent for name, parents in parents_of.items() for place, parent in enumerate(parents)}
    slope = {(name, place): f"slope {shown(now[name].slopes[place])}" if name in known else "" for name, place in places}
    share = {key: f"share {shares[key]}" if key in shares else "" for key in places}
    boxes = [f"{name} is {data[name]}" + (f", its gradient {shown(grads[name])}" if is_backward else "") for name in known]
    arrows = [
        f"from {parent} to {key[0]}, {slope[key]}" + (f", {share[key]} back" if share[key] else "")
        for key, parent in places.items() if slope[key]
    ]
    label = f"{title}. {'; '.join(boxes)}." + (f" Arrows: {'; '.join(arrows)}." if arrows else "")
    return {"data": data, "grad": grad, "slope": slope, "share": share, "lit": lit, "says": says, "measured": measured, "label": label}


def drawing(title, texts):
    """The graph with the texts of its state, the leaves on top -> SVG"""
    nodes = EXPRESSIONS[title]
    corner = {name: (middle - WIDE / 2, 4 + row * (HIGH + GAP)) for name, (middle, row), *_ in nodes}
    uses = [(name, place) for name, *node in nodes if len(node) == 3 for place in range(len(node[2]))]
    end, start = {}, {}
    for name, place in uses:
        parents = next(node[3] for node in nodes if node[0] == name)
        aside = (2 * place - 1) * APART if len(parents) == 2 else 0
        end[name, place] = (corner[name][0] + WIDE / 2 + aside, corner[name][1])
    for parent in corner:
        out = sorted((key for key in uses if next(n[3] for n in nodes if n[0] == key[0])[key[1]] == parent), key=lambda key: end[key])
        for number, key in enumerate(out):   # side by side, in the order of where they go
            start[key] = (corner[parent][0] + WIDE / 2 + 14 * (number - (len(out) - 1) / 2), corner[parent][1] + HIGH)
    edges = boxes = ""
    for key in uses:
        name, place = key
        (x1, y1), (x2, y2) = start[key], end[key]
        is_left = place == 0 and (name, 1) in end
        x, anchor = (x2 - 7, "end") if is_left else (x2 + 7, "start")
        edges += (
            f'<g class="arrow{" lit" if key in texts["lit"] else ""}" data-arrow="{html.escape(name)}/{place}">'
            f'<path d="M{x1:g} {y1:g}C{x1:g} {y1 + 18:g} {x2:g} {y1 + CURVE - 18:g} {x2:g} {y1 + CURVE:g}L{x2:g} {y2 - 7:g}"/>'
            f'<path class="tip" d="M{x2:g} {y2 - 1:g}l-4.5 -8h9z"/>'
            f'<text class="slope" text-anchor="{anchor}" x="{x:g}" y="{y2 - 21:g}">{texts["slope"][key]}</text>'
            f'<text class="share" text-anchor="{anchor}" x="{x:g}" y="{y2 - 7:g}">{texts["share"][key]}</text></g>'
        )
    for name, _, step, *parents in nodes:
        x, y = corner[name]
        operation = f' <tspan class="step">({step})</tspan>' if parents else ""
        boxes += (
            f'<g class="node{" lit" if name in texts["lit"] else ""}" data-node="{html.escape(name)}">'
            f'<rect x="{x:g}" y="{y:g}" width="{WIDE}" height="{HIGH}" rx="8"/>'
            f'<text class="name" x="{x + WIDE / 2:g}" y="{y + 17:g}">{html.escape(name)}{operation}</text>'
            f'<text class="data" x="{x + WIDE / 2:g}" y="{y + 34:g}">{texts["data"][name]}</text>'
            f'<text class="grad" x="{x + WIDE / 2:g}" y="{y + 49:g}">{texts["grad"][name]}</text></g>'
        )
    height = 8 + HIGH + max(y for _, y in corner.values()) - 4
    return f'<svg class="walked" width="298" height="{height:g}" role="img" aria-label="{html.escape(texts["label"])}">{edges}{boxes}</svg>'


def graph_figure():
    """Step through the graph of a small expression forward and backward, and nudge its leaves -> LiveFigure"""
    states = {title: state(title) for title in EXPRESSIONS}
    title = next(iter(EXPRESSIONS))
    drawings = "".join(
        f'<div data-part="drawing"{"" if each == title else " hidden"}>{drawing(each, texts)}</div>' for each, texts in states.items()
    )
    options = "".join(f"<option>{html.escape(each)}</option>" for each in EXPRESSIONS)
    leaves = "".join(f"<option>{html.escape(leaf)}</option>" for leaf in leaves_of(EXPRESSIONS[title]))
    first = (
        f'<style>{read("graph.css")}</style><div class="graph-parts">'
        f'<div class="graph-walk"><div class="controls"><label>Expression <select data-part="which" data-wakes disabled>{options}</select></label></div>'
        '<div class="controls"><button type="button" data-part="reset" aria-disabled="false" data-wakes disabled>Reset</button>'
        '<button type="button" data-part="back" aria-disabled="false" data-wakes disabled>Back</button>'
        '<button type="button" data-part="forward" aria-disabled="true" data-wakes disabled>Forward</button></div>'
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(states[title]["says"])}</p></div>'
        f'<div class="graph-drawing scroll" tabindex="0" role="region" aria-label="The graph">{drawings}</div>'
        f'<div class="graph-nudge"><div class="controls"><label>Nudge <select data-part="leaf" data-wakes disabled>{leaves}</select></label>'
        f'<span class="graph-by"><label>by <input data-part="nudge" data-wakes disabled type="range" min="{-NUDGE:g}" max="{NUDGE:g}" '
        f'step="{NUDGE_STEP:g}" value="0" aria-label="Nudge by" aria-valuetext="0"></label><output data-part="by">0</output></span></div>'
        f'<p class="says" data-part="measured" aria-live="polite">{html.escape(states[title]["measured"])}</p></div></div>'
    )
    data = [
        {
            "title": each,
            "nodes": [
                {"name": name, "step": step, "parents": parents[0]} if parents else {"name": name, "number": step}
                for name, _, step, *parents in nodes
            ],
            "order": walk_of(nodes, values_of(nodes))[1],
            "leaves": leaves_of(nodes),
        }
        for each, nodes in EXPRESSIONS.items()
    ]
    caption = (
        "Small graphs with numbers of our choice, no model and no names. Forward, down the page: each value is computed from its parents, "
        "and each arrow gets its slope. Backward, up the page: each value sends its parents shares, slope times gradient, and the shares "
        "that arrive add up to a gradient. A nudge computes everything anew. Numbers are rounded to three digits, and ≈ says where that shows."
    )
    return LiveFigure("gpt-graph", first, {"expressions": data}, caption)
