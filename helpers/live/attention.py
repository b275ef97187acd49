"""Live figure of chapters/07_look_back.ipynb: type a name, pick a letter, see what each head reads."""

import html

from helpers.live.hill import fixed
from helpers.live.shell import LiveFigure, read, visible
from helpers.live.weights import inside, pack_weights, rounded
from helpers.model import check_token_ids
from helpers.tokenizer import encode

LEFT, TOP, BAR = 18, 14, 64        # of each head's drawing, in pixels: room for its rows' letters, room for numbers, a weight of 1
LETTERS_HIGH, ROW = 20, 13         # the letters between bars and triangle, and a row of the triangle
NARROW, WIDE, ROOM = 18, 36, 288   # the width of a column, as fits in the room that a phone has
ROOMY = 26                         # from here on a column has room for all of its number


def column_width(T):
    """Of T positions: no wider than a short name needs, never too narrow for a number."""
    return max(NARROW, min(WIDE, ROOM // T))


def written(weight, width):
    """A weight with two digits, in a column so wide, such as 0.25, or .25, 0 and 1 where it is narrow."""
    text = fixed(weight, 2)
    return text if width >= ROOMY else text[0] if text.endswith(".00") else text[1:]


def head_drawing(h, weights, tokens, at):
    """What head h reads at one position: a bar for each position that it may read, and its whole triangle below. weights: (T, T) -> SVG"""
    T = len(tokens)
    width, base = column_width(T), TOP + BAR
    middle = [LEFT + width * (s + 0.5) for s in range(T)]
    bars = "".join(
        f'<rect class="reads" x="{LEFT + width * s + 2}" y="{fixed(base - BAR * weight, 1)}" width="{width - 4}" height="{fixed(BAR * weight, 1)}"/>'
        f'<text class="number{"" if width >= ROOMY else " narrow"}" x="{middle[s]:g}" y="{fixed(base - BAR * weight - 3, 1)}">{written(weight, width)}</text>'
        for s, weight in enumerate(weights[at, : at + 1])
    )
    first_row = base + LETTERS_HIGH
    letters = "".join(
        f'<text class="{"asks" if s == at else "letter"}" x="{middle[s]:g}" y="{base + 15}">{html.escape(token)}</text>' for s, token in enumerate(tokens)
    )
    rows = ""
    for t, token in enumerate(tokens):
        y = first_row + ROW * t
        cells = "".join(
            f'<rect class="cell" x="{LEFT + width * s}" y="{y}" width="{width}" height="{ROW}" fill-opacity="{fixed(weights[t, s], 3)}"/>' for s in range(t + 1)
        )
        rows += (
            f'<g data-row="{t}"><rect class="all" x="0" y="{y}" width="{LEFT + width * T}" height="{ROW}"/>{cells}'
            f'<text class="{"asks" if t == at else "letter"}" x="{LEFT / 2:g}" y="{y + 10}">{html.escape(token)}</text></g>'
        )
    lit = f'<rect class="lit" x="{LEFT}" y="{first_row + ROW * at}" width="{width * (at + 1)}" height="{ROW}"/>'
    read_ones = ", ".join(f"{token} at {s}: {fixed(weight, 2)}" for s, (token, weight) in enumerate(zip(tokens, weights[at, : at + 1])))
    return (
        f'<div class="head"><b>Head {h}</b><svg class="head-reads" width="{LEFT + width * T + 2}" height="{first_row + ROW * T + 2}" role="img" '
        f'aria-label="Head {h}, weights of {html.escape(tokens[at])} at position {at}. {html.escape(read_ones)}.">'
        f'<path class="scale" d="M{LEFT} {TOP}h{width * T}M{LEFT} {base}h{width * T}"/>'
        f'<text class="end" x="{LEFT - 4}" y="{TOP + 4}">1</text><text class="end" x="{LEFT - 4}" y="{base + 4}">0</text>'
        f"{bars}{letters}{rows}{lit}</svg></div>"
    )


def says(weights, tokens, at):
    """Where each head reads most, in a sentence. weights: (H, T, T)"""
    if at == 0:
        return f"Position 0, {tokens[0]}: nothing stands before it, so every head reads itself, with weight 1."
    parts = []
    for h, rows in enumerate(weights):
        most = int(rows[at, : at + 1].argmax())
        source = "itself" if most == at else f"{tokens[most]} at position {most}"
        parts.append(f"head {h} {'reads most from' if h == 0 else 'from'} {source} ({fixed(rows[at, most], 2)})")
    return f"Position {at}, {tokens[at]}: {', '.join(parts)}."


def colour_scale():
    """Which weight has which colour, the same in every state -> HTML"""
    swatches = "".join(
        f'<li><svg class="swatch" viewBox="0 0 9 9" aria-hidden="true"><rect width="9" height="9" fill-opacity="{level}"/></svg> {level:g}</li>'
        for level in (0, 0.25, 0.5, 0.75, 1)
    )
    return f'<ul class="scale" aria-label="Colours: the weight of the column, in the row">{swatches}</ul>'


def run_of(label, facts):
    """Where a model comes from, in a sentence. facts: as `load_trained` gives them, or the seed that drew it."""
    if "settings" in facts:
        told = facts["settings"]
        return (
            f"{label}: seed {told['seed']}, {told['n_steps']:,} steps of {told['batch_size']} names, "
            f"held-out loss {facts['held_out']:.3f} nats per token."
        )
    return f"{label}: drawn with seed {facts['seed']}, never trained."


def first_state(models, letters, name, chosen=0, layer=0, at=None):
    """The figure as it stands at a name, with a model, a layer and a position chosen (None: the last) -> HTML"""
    tokens = [*(visible(letter) for letter in letters), "."]
    _, params, config, *_ = models[chosen]
    token_ids = encode(name, letters)[:-1]
    check_token_ids([token_ids], config)
    weights = inside(params, token_ids, config)["layers"][layer]["attention"]["weights"]
    shown = [tokens[token_id] for token_id in token_ids]
    at = len(shown) - 1 if at is None else at
    chips = "".join(
        f'<button type="button" class="chip" role="radio" aria-checked="{"true" if t == at else "false"}" tabindex="{0 if t == at else -1}" data-wakes disabled '
        f'aria-label="{html.escape(token)} at position {t}">{html.escape(token)}<small>{t}</small></button>'
        for t, token in enumerate(shown)
    )
    switch = "".join(
        f'<button type="button" aria-pressed="{"true" if number == chosen else "false"}" data-wakes disabled>{html.escape(label)}</button>'
        for number, (label, *_) in enumerate(models)
    )
    options = "".join(f"<option{' selected' if i == layer else ''}>{i}</option>" for i in range(config.n_layer))
    return (
        f'<style>{read("attention.css")}</style>'
        '<div class="controls"><label>Name <input data-part="name" data-wakes disabled type="text" autocomplete="off" autocapitalize="none" '
        f'spellcheck="false" aria-invalid="false" value="{html.escape(name, quote=True)}"></label>'
        f'<span class="switch" role="group" aria-label="Weights" data-part="models">{switch}</span>'
        f'<label{"" if config.n_layer > 1 else " hidden"}>Layer <select data-part="layer" data-wakes disabled>{options}</select></label></div>'
        f'<div class="askers" role="radiogroup" aria-label="Who reads" data-part="chips">{chips}</div>'
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(says(weights, shown, at))}</p>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="What each head reads"><div class="heads" data-part="heads">'
        f'{"".join(head_drawing(h, rows, shown, at) for h, rows in enumerate(weights))}</div></div>{colour_scale()}'
    )


def attention_figure(models, letters, first_name):
    """Type a name, pick a letter, see for each head which earlier letters it reads -> LiveFigure

    models: a switch between (label, params, config, facts), such as ("trained", *load_trained("reference")); facts of random
        weights are the seed that drew them, {"seed": 0}
    letters: the vocabulary without BOS. Raises ValueError unless all models are of one config that fits them.
    """
    configs = {config for _, _, config, _ in models}
    if len(configs) != 1 or next(iter(configs)).vocab_size != len(letters) + 1:
        raise ValueError(f"want models of one config with {len(letters) + 1} tokens, got {configs}")
    # float16 numbers stay what they are; of others the page gets seven digits
    models = [(label, rounded(params, "float32"), config, facts) for label, params, config, facts in models]
    caption = (
        "Attention weights, computed in this page from the letters that you type. Pick a letter by mouse or arrow keys: for each head the bars show how "
        "much it reads from itself and from every position before it. Below them each head's whole triangle: a row for each reader, a column for each "
        "letter read, the stronger the colour the higher the weight, always from 0 to 1. Before rounding, a row sums to 1. "
        + " ".join(run_of(label[:1].upper() + label[1:], facts) for label, _, _, facts in models)
    )
    data = {
        "letters": list(letters), "models": [pack_weights(params, config) for _, params, config, _ in models],
        "sizes": [LEFT, TOP, BAR, LETTERS_HIGH, ROW], "columns": [NARROW, WIDE, ROOM, ROOMY],
    }
    return LiveFigure("gpt-attention", first_state(models, letters, first_name), data, caption)
