"""Live figure of chapters/12_look_inside.ipynb: switch off heads, MLPs and layers; the loss and the written names follow."""

import html
import math

import numpy as np

from helpers.batching import make_batch
from helpers.counting import count_bigrams, mean_surprise, to_probabilities
from helpers.live.attention import run_of
from helpers.live.hill import fixed
from helpers.live.shell import LiveFigure, counted, read
from helpers.live.weights import pack_weights, rounded
from helpers.model import compare, gpt, linear, merge_heads, mix, self_attention, softmax_of_past, split_heads
from helpers.tensor import Tensor, cross_entropy
from helpers.tokenizer import decode, encode

SAMPLE = 120    # held-out names that the loss is of
TYPICAL = 1000  # training names that a head's mean is of
WRITTEN = 12    # names that are written
SEED = 0        # of the random numbers that write them
LEFT, WIDTH, AXIS = 34, 320, 44   # of the line of losses, in its drawing: where it begins, how long it is, how far down
HOWS = {"zero": "gives zeros", "mean": "gives its mean", "uniform": "reads all alike"}   # what a head does that is off


def spread(names, number):
    """So many of the names, evenly spaced over the list; all where there are fewer."""
    number = min(number, len(names))
    return [names[i * len(names) // number] for i in range(number)]


def head_means(params, config, many_ids):
    """What each head gives on average, over all positions of these names -> (layers, H, D)"""
    token_ids, _, is_real = make_batch(many_ids)
    means = []

    def attend(*args):
        mixed = self_attention(*args)   # (B, T, C)
        means.append(mixed.data[is_real].mean(axis=0))
        return mixed

    gpt(params, token_ids, config, attend=attend)
    return np.reshape(means, (config.n_layer, config.n_head, -1))


def switched(params, token_ids, config, off=(), how="zero", means=None):
    """The logits of `gpt` while some parts are off -> Tensor (B, T, V)

    off: parts such as "0.2", head 2 of layer 0, and "0.mlp", whose piece of the stream becomes 0
    how: what a head gives that is off: "zero", "mean" (its row of `means`, (layers, H, D)), or "uniform", the plain mean of the past's values
    """
    layers = iter(range(config.n_layer))
    pieces = iter(["start", *(f"{layer}.{part}" for layer in range(config.n_layer) for part in ("attention", "mlp"))])

    def attend(x, w_query, w_key, w_value, n_head):
        layer = next(layers)
        query, key, value = (split_heads(linear(x, weight), n_head) for weight in (w_query, w_key, w_value))
        mixed = mix(softmax_of_past(compare(query, key)), value).data   # (B, H, T, D)
        alike = np.tri(x.shape[1]) / np.arange(1, x.shape[1] + 1)[:, None]   # (T, T)
        for h in range(n_head):
            if f"{layer}.{h}" in off:
                mixed[:, h] = 0 if how == "zero" else means[layer][h] if how == "mean" else alike @ value.data[:, h]
        return merge_heads(Tensor(mixed))

    def drop(piece):
        return Tensor(np.zeros_like(piece.data)) if next(pieces) in off else piece

    return gpt(params, token_ids, config, attend=attend, drop=drop)


def judged(model, sample, numbers, letters, **how):
    """A model's loss on a sample, and the names that it writes, with some parts off -> number, list

    model: (params, config); sample: token ids; numbers: a row of random numbers for each name, one for each of its letters; how: as for `switched`
    """
    params, config = model
    token_ids, next_ids, is_real = make_batch(sample)
    loss = cross_entropy(Tensor(switched(params, token_ids, config, **how).data[is_real]), next_ids[is_real])
    bos, names = len(letters), []
    for row in numbers:
        written = [bos]
        for number in row:
            logits = switched(params, [written], config, **how).data[0, -1]
            ends = np.exp(logits - logits.max()).cumsum()
            token_id = int((ends <= number * ends[-1]).sum())
            if token_id == bos:
                break
            written.append(token_id)
        names.append(decode(written, letters))
    return float(loss.data), names


def off_parts(config, off):
    """Which parts are off, in words, such as layer 0: head 1, MLP."""
    parts = [*map(str, range(config.n_head)), "mlp"]
    told = []
    for layer in range(config.n_layer):
        names = ["MLP" if part == "mlp" else f"head {part}" for part in parts if f"{layer}.{part}" in off]
        if names:
            told.append(f"layer {layer}: {'all of it' if len(names) == len(parts) else ', '.join(names)}")
    return "; ".join(told)


def says(config, off, n_sample, full, now):
    """What the switches do, in two sentences. full, now: (loss, names) with all on, and as it is"""
    if not off:
        return f"All on: {fixed(full[0], 3)} nats per token on {counted(n_sample, 'held-out name')}."
    more = float(fixed(now[0], 3)) - float(fixed(full[0], 3))
    changed = sum(one != other for one, other in zip(full[1], now[1], strict=True))
    return (
        f"Off: {off_parts(config, off)}. Loss {fixed(now[0], 3)}, {fixed(abs(more), 3)} {'less' if more < 0 else 'more'} than with all on. "
        f"Of {counted(len(full[1]), 'name')}, {changed} changed."
    )


def switch(label, state, layer, part, name):
    """One switch: the part that it belongs to, and whether that is on -> HTML"""
    pressed = {"on": "true", "off": "false", "partly on": "mixed"}[state]
    first = layer == 0 and part == "all"
    return (
        f'<button type="button" class="part {part if part in ("all", "mlp") else "of-head"}" aria-pressed="{pressed}" aria-label="{name}" tabindex="{0 if first else -1}" '
        f'data-switch="{layer}.{part}" data-wakes disabled>{label}<small>{state}</small></button>'
    )


def board(config, off):
    """A row of switches for each layer: all of it, its heads, its MLP -> HTML"""
    rows = ""
    for layer in range(config.n_layer):
        parts = [*map(str, range(config.n_head)), "mlp"]
        n_off = sum(f"{layer}.{part}" in off for part in parts)
        whole = "on" if n_off == 0 else "off" if n_off == len(parts) else "partly on"
        buttons = switch(f"Layer {layer}", whole, layer, "all", f"Layer {layer}, all of it")
        for part in parts:
            label = "MLP" if part == "mlp" else f"head {part}"
            buttons += switch(label, "off" if f"{layer}.{part}" in off else "on", layer, part, f"{label} of layer {layer}")
        rows += f'<div class="layer" style="--columns:{len(parts) + 1}">{buttons}</div>'
    return rows


def loss_at(loss, edges):
    """Where a loss lies on the line, at its end if it lies outside -> x"""
    low, high = edges
    return LEFT + WIDTH * min(max((loss - low) / (high - low), 0), 1)


def marked(full, now, lines):
    """The losses on the line, in words."""
    told = [("all on", full[0]), ("as switched", now[0]), *lines]
    return f"Losses: {', '.join(f'{name} {fixed(loss, 3)}' for name, loss in told)}."


def loss_line(full, now, lines, edges):
    """The loss with all on and as it is, between what others have -> SVG. lines: list of (name, loss)"""
    ticks = ""
    for fifth in range(math.ceil(edges[0] * 5), math.floor(edges[1] * 5) + 1):
        x = fixed(loss_at(fifth / 5, edges), 1)
        ticks += f'<path d="M{x} {AXIS}v5"/><text x="{x}" y="{AXIS + 20}">{fifth / 5:.1f}</text>'
    for name, loss in lines:
        x = fixed(loss_at(loss, edges), 1)
        ticks += f'<path class="other" d="M{x} 20V{AXIS}"/><text x="{x}" y="14">{name}</text>'
    here, there = (fixed(loss_at(loss, edges), 1) for loss, _ in (full, now))
    return (
        f'<svg class="loss-line" viewBox="0 0 {WIDTH + 2 * LEFT} {AXIS + 42}" role="img" data-part="line" aria-label="{marked(full, now, lines)}">'
        f'<path d="M{LEFT} {AXIS}h{WIDTH}"/>{ticks}<text x="{LEFT + WIDTH / 2:g}" y="{AXIS + 38}">loss, nats per token: further left is better</text>'
        f'<path class="gap" data-part="gap" d="M{here} {AXIS}H{there}"/><circle class="full" data-part="full" r="8" cx="{here}" cy="{AXIS}"/>'
        f'<circle class="now" data-part="now" r="5" cx="{there}" cy="{AXIS}"/></svg>'
    )


def name_rows(full, now):
    """The names of both, side by side -> HTML"""
    rows = ""
    for one, other in zip(full[1], now[1], strict=True):
        kind = "same" if one == other else "changed"
        rows += f'<tr><td>{html.escape(one) or "(no letter)"}</td><td class="{kind}">{html.escape(other) or "(no letter)"}</td></tr>'
    return rows


def first_state(models, data, chosen=0, off=(), how="zero"):
    """The figure as it stands with a model chosen and some parts off -> HTML. data: what the page gets, see `switches_figure`"""
    _, params, config, _ = models[chosen]
    rest = (params, config), data["sample"], data["numbers"], data["letters"]
    full = judged(*rest)
    now = judged(*rest, off=off, how=how, means=data["means"][chosen]) if off else full
    choice = "".join(
        f'<button type="button" aria-pressed="{"true" if number == chosen else "false"}" data-wakes disabled>{html.escape(label)}</button>'
        for number, (label, *_) in enumerate(models)
    )
    options = "".join(f'<option value="{name}"{" selected" if name == how else ""}>{text}</option>' for name, text in HOWS.items())
    return (
        f'<style>{read("switches.css")}</style>'
        f'<div class="controls"><span class="models" role="group" aria-label="Model" data-part="models"{"" if len(models) > 1 else " hidden"}>{choice}</span>'
        f'<label>A head that is off <select data-part="how" data-wakes disabled>{options}</select></label>'
        '<button type="button" data-part="all-on" data-wakes disabled>All on</button>'
        '<button type="button" data-part="all-off" data-wakes disabled>All off</button></div>'
        f'<div class="board" data-part="board" role="group" aria-label="Switches; arrow keys go from one to the next">{board(config, off)}</div>'
        f'<p class="says" data-part="says" aria-live="polite">{says(config, off, len(data["sample"]), full, now)}</p>'
        f'<div class="side-by-side"><div>{loss_line(full, now, data["lines"], data["edges"])}<ul class="scale" aria-label="Marks"><li><span class="dot full"></span> all on</li>'
        '<li><span class="dot now"></span> as switched</li></ul></div>'
        '<table class="live names"><thead><tr><th scope="col">All on, it writes</th><th scope="col">As switched</th></tr></thead>'
        f'<tbody data-part="names">{name_rows(full, now)}</tbody></table></div>'
    )


def switches_figure(models, letters, train, held_out):
    """Switch off heads, MLPs and whole layers; the loss and the written names follow -> LiveFigure

    models: a choice of (label, params, config, facts), such as ("the best", *load_trained("best")); the first is shown first.
        The reference adds 12 kB to a page, the best 550 kB
    letters: the vocabulary without BOS
    train, held_out: names; the loss is of 120 held-out ones, evenly spaced, and what a head gives on average of 1,000 training names
    Raises ValueError unless all models have a token for each letter, and one more.
    """
    sizes = [config.vocab_size for _, _, config, _ in models]
    if not sizes or set(sizes) != {len(letters) + 1}:
        raise ValueError(f"want models of {len(letters) + 1} tokens, got {sizes}")
    # float16 numbers stay what they are; of others the page gets seven digits
    models = [(label, rounded(params, "float32"), config, facts) for label, params, config, facts in models]
    typical = [encode(name, letters) for name in spread(train, TYPICAL)]
    longest = min(config.context_length for _, _, config, _ in models)
    sample = [encode(name, letters) for name in spread(held_out, SAMPLE)]
    table = to_probabilities(count_bigrams([encode(name, letters) for name in train], len(letters) + 1), 1)
    blind = math.log(len(letters) + 1)
    data = {
        "letters": list(letters), "models": [pack_weights(params, config) for _, params, config, _ in models],
        "means": [head_means(params, config, typical).round(6).tolist() for _, params, config, _ in models],
        "sample": sample, "edges": [blind * 0.55, blind * 1.05],
        "lines": [["bigram", mean_surprise(lambda past: table[past[-1]], sample)], ["blind guess", blind]],
        "drawing": [LEFT, WIDTH, AXIS], "numbers": np.random.default_rng(SEED).random((WRITTEN, longest)).round(6).tolist(),
    }
    caption = (
        "Switches for the parts of a trained model; all is computed in this page. An MLP that is off adds nothing to the stream. For a head there is a choice: "
        f"it gives zeros, its mean over all positions of {counted(len(typical), 'training name')}, or the plain mean of the values at and before each position. "
        f"The loss is of {counted(len(sample), 'held-out name')}, the bigram's and the blind guess's too. The names are written at temperature 1 with one fixed list of random numbers, seed {SEED}, "
        "so whatever changes in them comes from the switches. " + " ".join(run_of(label[:1].upper() + label[1:], facts) for label, _, _, facts in models)
    )
    return LiveFigure("gpt-switches", first_state(models, data), data, caption)
