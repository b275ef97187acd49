"""Live figure of chapters/04_nudge_the_knobs.ipynb: walk down the real loss surface of a neuron with two knobs."""

import contourpy
import numpy as np

from helpers.live.shell import LiveFigure

WEIGHT, BIAS = (-2.0, 2.0), (-8.0, 2.0)            # the map's edges
LEFT, TOP, WIDTH, HEIGHT = 46, 10, 400, 300         # the map's place in the drawing
LEVELS = [0.265, 0.28, 0.31, 0.35, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 4, 6]
LABELLED = [0.31, 0.5, 1, 2, 4]
INPUTS = {"letters so far": 0, "letters so far, minus 6": 6}
RATES = [0.03, 0.1, 0.3, 0.5, 0.7, 1, 2, 3, 6]
FIRST_RATE, FIRST_STEPS = 0.3, 20


def losses(weight, bias, inputs, goes_on, over):
    """The neuron's loss at each (weight, bias). weight, bias: arrays of one shape -> losses of that shape"""
    total = np.zeros_like(weight)
    for x, n_goes_on, n_over in zip(inputs, goes_on, over, strict=True):
        logit = weight * x + bias
        total += n_goes_on * np.logaddexp(0, logit) + n_over * np.logaddexp(0, -logit)
    return total / (sum(goes_on) + sum(over))


def slopes(weight, bias, inputs, goes_on, over):
    """The loss's slope along the weight and along the bias, at one point -> two numbers"""
    inputs, goes_on, over = np.array(inputs), np.array(goes_on), np.array(over)
    probabilities = np.exp(-np.logaddexp(0, -(weight * inputs + bias)))
    blame = (goes_on + over) * probabilities - over   # probability minus target
    return (blame * inputs).sum() / (goes_on + over).sum(), blame.sum() / (goes_on + over).sum()


def at(weight, bias):
    """Where a point of the map lies in the drawing -> x, y"""
    x = LEFT + WIDTH * (weight - WEIGHT[0]) / (WEIGHT[1] - WEIGHT[0])
    return x, TOP + HEIGHT * (BIAS[1] - bias) / (BIAS[1] - BIAS[0])


def level_lines(inputs, goes_on, over):
    """The map's lines of equal loss, some with their loss written on them -> SVG"""
    weights, biases = np.meshgrid(np.linspace(*WEIGHT, 121), np.linspace(*BIAS, 121))
    generator = contourpy.contour_generator(weights, biases, losses(weights, biases, inputs, goes_on, over))
    parts, labels = [], []
    for level in LEVELS:
        for line in generator.lines(level):
            points = [at(*point) for point in line]
            drawn = [points[0]]
            for point in points[1:]:
                if np.hypot(point[0] - drawn[-1][0], point[1] - drawn[-1][1]) > 5 or point is points[-1]:
                    drawn.append(point)
            parts.append('<path class="level" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn) + '"/>')
        if level in LABELLED:
            longest = max(generator.lines(level), key=len)
            x, y = at(*longest[len(longest) // 4])
            labels.append(f'<text class="height" x="{x:.0f}" y="{y + 4:.0f}">{level:g}</text>')
    return "".join(parts + labels)


def hill_figure(goes_on, over):
    """Walk down the loss surface of the neuron "is the name over?".

    goes_on, over: for each number of letters so far, how many names go on and how many are over -> LiveFigure
    """
    weight, bias = 0.0, 0.0
    inputs = list(range(len(over)))
    path = [(weight, bias)]
    for _ in range(FIRST_STEPS):
        along_weight, along_bias = slopes(weight, bias, inputs, goes_on, over)
        weight, bias = weight - FIRST_RATE * along_weight, bias - FIRST_RATE * along_bias
        path.append((weight, bias))
    loss = losses(np.array(weight), np.array(bias), inputs, goes_on, over)
    maps = "".join(
        f'<g data-map="{number}" display="{"none" if number else "inline"}">'
        f"{level_lines([n - middle for n in inputs], goes_on, over)}</g>"
        for number, middle in enumerate(INPUTS.values())
    )
    ticks = "".join(
        f'<text text-anchor="middle" x="{at(w, 0)[0]:.0f}" y="{TOP + HEIGHT + 18}">{w}</text>' for w in (-2, -1, 0, 1, 2)
    ) + "".join(f'<text text-anchor="end" x="{LEFT - 6}" y="{at(0, b)[1] + 5:.0f}">{b}</text>' for b in (2, 0, -2, -4, -6, -8))
    drawn = [at(*point) for point in path]
    dots = "".join(f'<circle class="step" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in drawn[:-1])
    first = (
        '<div class="controls">'
        '<label>Input <select data-part="input" data-wakes disabled>'
        + "".join(f'<option value="{number}">{name}</option>' for number, name in enumerate(INPUTS))
        + '</select></label><label>Learning rate <select data-part="rate" data-wakes disabled>'
        + "".join(f"<option{' selected' if rate == FIRST_RATE else ''}>{rate}</option>" for rate in RATES)
        + "</select></label>"
        '<button type="button" data-part="step" data-wakes disabled>Step</button>'
        '<button type="button" data-part="roll" data-wakes disabled>Roll 10 steps</button>'
        '<button type="button" data-part="anew" data-wakes disabled>Start over</button></div>'
        '<div class="controls">'
        f'<label>Start: weight <input data-part="weight" data-wakes disabled type="range" min="{WEIGHT[0]}" '
        f'max="{WEIGHT[1]}" step="0.1" value="0"></label>'
        f'<label>Start: bias <input data-part="bias" data-wakes disabled type="range" min="{BIAS[0]}" '
        f'max="{BIAS[1]}" step="0.2" value="0"></label></div>'
        f'<svg class="hill" viewBox="0 0 {LEFT + WIDTH + 10} {TOP + HEIGHT + 44}" role="img" '
        'aria-label="Map of the loss: weight across, bias upwards, lines of equal loss, and the path walked so far.">'
        f'<rect class="edge" data-part="ground" x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}"/>{ticks}'
        f'<text text-anchor="middle" x="{LEFT + WIDTH / 2:.0f}" y="{TOP + HEIGHT + 38}">weight</text>'
        f'<text text-anchor="middle" transform="translate(14 {TOP + HEIGHT / 2:.0f}) rotate(-90)">bias</text>'
        f'<svg x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" viewBox="{LEFT} {TOP} {WIDTH} {HEIGHT}" '
        f'overflow="hidden" pointer-events="none">{maps}'
        f'<path class="walk" data-part="walk" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in drawn)}"/>'
        f'<g data-part="steps">{dots}</g>'
        f'<circle class="here" data-part="here" cx="{drawn[-1][0]:.1f}" cy="{drawn[-1][1]:.1f}" r="6"/></svg></svg>'
        f'<p class="says" data-part="says" aria-live="polite">Step {FIRST_STEPS}: weight {weight:.2f}, bias {bias:.2f}, '
        f"loss {loss:.4f} nats.</p>"
    )
    data = {
        "goes_on": [int(n) for n in goes_on], "over": [int(n) for n in over], "middles": list(INPUTS.values()),
        "weight": WEIGHT, "bias": BIAS, "place": [LEFT, TOP, WIDTH, HEIGHT], "steps": FIRST_STEPS,
    }
    caption = (
        f"The real loss of the neuron on all {sum(goes_on) + sum(over):,} questions of the training names, for each setting "
        "of its two knobs. Lines join settings of equal loss. Choose a learning rate, then step or roll; click the map, "
        "or move the sliders, to start elsewhere. No chance is involved: the same start takes the same way."
    )
    return LiveFigure("gpt-hill", first, data, caption)
