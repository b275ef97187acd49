"""Live figure of chapters/04_nudge_the_knobs.ipynb: walk down the real loss surface of a neuron with two knobs."""

from decimal import ROUND_HALF_UP, Decimal

import contourpy
import numpy as np

from helpers.live.shell import LiveFigure, read

WEIGHT, BIAS = (-2.0, 2.0), (-8.0, 2.0)            # the map's edges
LEFT, TOP, WIDTH, HEIGHT = 46, 10, 400, 300         # the map's place in the drawing
LEVELS = [0.02, 0.05, 0.1, 0.15, 0.2, 0.235, 0.265, 0.28, 0.31, 0.35, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 4, 6]
LABELLED = [0.1, 0.2, 0.31, 0.5, 1, 2, 4]
INPUTS = {"letters so far": 0, "letters so far, minus 6": 6}
RATES = [0.03, 0.1, 0.3, 0.5, 0.7, 1, 2, 3, 6]
FIRST_RATE, FIRST_STEPS = 0.3, 20
RECENT = 10                                         # so many of the last steps are joined by a line; the others are small dots


def fixed(number, digits):
    """A number with so many digits behind the point, half-way cases away from zero as JavaScript has it -> str"""
    return f"{Decimal(float(number)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):f}"


def losses(weight, bias, inputs, goes_on, over):
    """The neuron's loss at each (weight, bias). weight, bias: arrays of one shape -> losses of that shape"""
    total = np.zeros_like(weight)
    for x, n_goes_on, n_over in zip(inputs, goes_on, over, strict=True):
        logit = weight * x + bias
        total += n_goes_on * np.logaddexp(0, logit) + n_over * np.logaddexp(0, -logit)
    return total / (sum(goes_on) + sum(over))


def gradients(weight, bias, inputs, goes_on, over):
    """How much the loss grows per unit of the weight and of the bias, at one point -> two numbers"""
    inputs, goes_on, over = np.array(inputs), np.array(goes_on), np.array(over)
    probabilities = np.exp(-np.logaddexp(0, -(weight * inputs + bias)))
    blame = (goes_on + over) * probabilities - over   # probability minus target
    return (blame * inputs).sum() / (goes_on + over).sum(), blame.sum() / (goes_on + over).sum()


def walk(goes_on, over, rate, n_steps, start=(0.0, 0.0), middle=0):
    """The points of a walk downhill from `start` -> list of (weight, bias, loss), one more than steps"""
    inputs = [n - middle for n in range(len(over))]
    weight, bias = start
    path = [(weight, bias)]
    for _ in range(n_steps):
        along_weight, along_bias = gradients(weight, bias, inputs, goes_on, over)
        weight, bias = weight - rate * along_weight, bias - rate * along_bias
        path.append((weight, bias))
    return [(w, b, float(losses(np.array(w), np.array(b), inputs, goes_on, over))) for w, b in path]


def says(path):
    """Where a walk has come to, in a sentence."""
    weight, bias, loss = path[-1]
    text = f"Step {len(path) - 1}: weight {fixed(weight, 2)}, bias {fixed(bias, 2)}, loss {fixed(loss, 4)} nats."
    text += " The last step went uphill." if len(path) > 1 and loss > path[-2][2] else ""
    off = not (WEIGHT[0] <= weight <= WEIGHT[1] and BIAS[0] <= bias <= BIAS[1])
    return text + (" This is off the map." if off else "")


def at(weight, bias):
    """Where a point of the map lies in the drawing -> x, y"""
    x = LEFT + WIDTH * (weight - WEIGHT[0]) / (WEIGHT[1] - WEIGHT[0])
    return x, TOP + HEIGHT * (BIAS[1] - bias) / (BIAS[1] - BIAS[0])


def trail(points):
    """A walk's places in the drawing -> the paths of its older steps, of its last ones, and of the line that joins those"""
    texts = [f"{fixed(x, 1)} {fixed(y, 1)}" for x, y in points]
    split = max(len(texts) - 1 - RECENT, 0)
    older, last = texts[:split], texts[split:]
    return "".join(f"M{text}h0" for text in older), "".join(f"M{text}h0" for text in last[:-1]), "M" + "L".join(last)


def level_lines(inputs, goes_on, over):
    """The map's lines of equal loss, some with their loss written on them -> SVG"""
    weights, biases = np.meshgrid(np.linspace(*WEIGHT, 121), np.linspace(*BIAS, 121))
    generator = contourpy.contour_generator(weights, biases, losses(weights, biases, inputs, goes_on, over))
    parts, labels = [], []
    for level in LEVELS:
        lines = generator.lines(level)   # none where the loss is nowhere so low
        for line in lines:
            points = [at(*point) for point in line]
            drawn = [points[0]]
            for point in points[1:]:
                if np.hypot(point[0] - drawn[-1][0], point[1] - drawn[-1][1]) > 5 or point is points[-1]:
                    drawn.append(point)
            parts.append('<path class="level" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn) + '"/>')
        if level in LABELLED and lines:
            longest = max(lines, key=len)
            x, y = at(*longest[len(longest) // 4])
            labels.append(
                f'<text class="height" x="{np.clip(x, LEFT + 16, LEFT + WIDTH - 16):.0f}" '
                f'y="{np.clip(y, TOP + 14, TOP + HEIGHT - 10) + 4:.0f}">{level:g}</text>'
            )
    return "".join(parts + labels)


def start_slider(name, edges, step):
    """The slider of a knob's start, with its number -> HTML"""
    return (
        f'<span class="hill-start"><label>Start: {name} <input data-part="{name}" data-wakes disabled type="range" min="{edges[0]}" '
        f'max="{edges[1]}" step="{step}" value="0"></label><output data-part="{name}-shown">0.0</output></span>'
    )


def hill_figure(goes_on, over):
    """Walk down the loss surface of the neuron "is the name over?".

    goes_on, over: for each number of letters so far, how many names go on and how many are over -> LiveFigure
    Raises ValueError unless the two are of one length and count at least one name.
    """
    if len(goes_on) != len(over) or not sum(over):
        raise ValueError(f"want two lists of one length, with names that end, got {list(goes_on)} and {list(over)}")
    path = walk(goes_on, over, FIRST_RATE, FIRST_STEPS)
    drawn = [at(weight, bias) for weight, bias, _ in path]
    older, last, line = trail(drawn)
    x, y = (fixed(place, 1) for place in drawn[-1])
    maps = "".join(
        f'<g data-map="{number}" display="{"none" if number else "inline"}">'
        f"{level_lines([n - middle for n in range(len(over))], goes_on, over)}</g>"
        for number, middle in enumerate(INPUTS.values())
    )
    ticks = "".join(
        f'<text text-anchor="middle" x="{at(w, 0)[0]:.0f}" y="{TOP + HEIGHT + 18}">{w}</text>' for w in (-2, -1, 0, 1, 2)
    ) + "".join(f'<text text-anchor="end" x="{LEFT - 6}" y="{at(0, b)[1] + 5:.0f}">{b}</text>' for b in (2, 0, -2, -4, -6, -8))
    first = (
        f'<style>{read("hill.css")}</style><div class="controls">'
        '<label>Input <select data-part="input" data-wakes disabled>'
        + "".join(f'<option value="{number}">{name}</option>' for number, name in enumerate(INPUTS))
        + '</select></label><label>Learning rate <select data-part="rate" data-wakes disabled>'
        + "".join(f"<option{' selected' if rate == FIRST_RATE else ''}>{rate}</option>" for rate in RATES)
        + "</select></label>"
        '<button type="button" data-part="step" data-wakes disabled>Step</button>'
        '<button type="button" data-part="roll" data-wakes disabled>Roll 10 steps</button>'
        '<button type="button" data-part="far" data-wakes disabled>Roll 100 steps</button>'
        '<button type="button" data-part="anew" data-wakes disabled>Start over</button></div>'
        f'<div class="controls">{start_slider("weight", WEIGHT, 0.1)}{start_slider("bias", BIAS, 0.2)}</div>'
        f'<svg class="valley" viewBox="0 0 {LEFT + WIDTH + 10} {TOP + HEIGHT + 44}" role="img" '
        'aria-label="Map of the loss: weight across, bias upwards, lines of equal loss, and the path walked so far.">'
        f'<rect class="edge" data-part="ground" x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}"/>{ticks}'
        f'<text text-anchor="middle" x="{LEFT + WIDTH / 2:.0f}" y="{TOP + HEIGHT + 38}">weight</text>'
        f'<text text-anchor="middle" transform="translate(14 {TOP + HEIGHT / 2:.0f}) rotate(-90)">bias</text>'
        f'<svg x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" viewBox="{LEFT} {TOP} {WIDTH} {HEIGHT}">'
        f'<g pointer-events="none">{maps}<path class="older" data-part="older" d="{older}"/>'
        f'<path class="line" data-part="line" d="{line}"/><path class="last" data-part="last" d="{last}"/></g>'
        f'<circle class="ball" data-part="ball" cx="{x}" cy="{y}" r="7"/></svg></svg>'
        f'<p class="says" data-part="says" aria-live="polite" aria-busy="false">{says(path)}</p>'
    )
    data = {
        "goes_on": [int(n) for n in goes_on], "over": [int(n) for n in over], "middles": list(INPUTS.values()),
        "weight": WEIGHT, "bias": BIAS, "place": [LEFT, TOP, WIDTH, HEIGHT], "steps": FIRST_STEPS, "recent": RECENT,
    }
    caption = (
        f"The loss of the neuron on all {sum(goes_on) + sum(over):,} questions of the training names, for each setting of its two knobs, "
        "computed from the counts of names that go on and names that are over. Lines join settings of equal loss, in nats. Choose a learning rate, then step "
        "or roll. Drag the ball, click the map or move the sliders to start elsewhere. No chance is involved: the same start takes the same way."
    )
    return LiveFigure("gpt-hill", first, data, caption)
