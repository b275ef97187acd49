"""Live figure of chapters/08_stack_a_gpt.ipynb: one name's way through the whole model, and the sum behind each of its numbers."""

import html
import math
from dataclasses import dataclass, replace

import numpy as np

from helpers.live.attention import run_of
from helpers.live.hill import fixed
from helpers.live.shell import LiveFigure, read, visible
from helpers.live.weights import inside, pack_weights, rounded
from helpers.model import check_token_ids
from helpers.tokenizer import encode

LINES = 16   # so many terms of a sum get a line of their own, the largest; the others share one
OF_HEADS = ("query", "key", "value")                   # arrays of which a head has a slice
SMALL = ("weights", "probabilities", "surprise")       # numbers that may lie far below 1
PARTS = {"token": "Embeddings", "attn_square": "Attention", "mlp_square": "MLP", "logits": "Prediction"}   # what begins with these arrays


@dataclass(frozen=True)
class Place:
    """One number on the way: of which array, row and column; at which position, in which head and layer."""

    key: str
    row: int
    index: int
    at: int
    head: int = 0
    layer: int = 0


@dataclass(frozen=True)
class Stage:
    """One array on the way: its name, the colour it wears, how it is made, and its rows, with labels for rows and columns."""

    key: str
    title: str
    role: str
    rule: str
    rows: list
    names: list | None = None     # of rows
    columns: list | None = None   # of columns


def written(number, digits):
    """A number with so many digits behind the point, never -0."""
    text = fixed(number, digits)
    return text if float(text) else text.removeprefix("-")


def short(number):
    """A number as it stands in an array: five characters, unless it is very large."""
    return written(number, 2 if abs(number) < 9.995 else 1 if abs(number) < 99.95 else 0)


def close(number):
    """A number that may be far below 1: more digits where three would say nothing."""
    return written(number, 3 if abs(number) >= 0.01 else 6)


def way_of(params, config, token_ids, letters):
    """All that the figure shows of one name. token_ids: BOS, the name's letters, BOS -> dict"""
    way = inside(params, token_ids[:-1], config)
    powers = np.exp(way["logits"] - way["logits"].max(axis=-1, keepdims=True))
    tokens = [*(visible(letter) for letter in letters), "."]
    return way | {
        "probabilities": powers / powers.sum(axis=-1, keepdims=True), "ids": token_ids, "all_tokens": tokens,
        "tokens": [tokens[token_id] for token_id in token_ids], "config": config,
        "params": {name: np.asarray(getattr(x, "data", x)) for name, x in params.items()},
    }


def squares(rows, at):
    """The mean of the squares of one row, as a row of one number."""
    return [float((rows[at] ** 2).mean())]


def before(layer):
    """Where what goes into a layer comes from -> key of its array"""
    return "stream" if layer else "start"


def into(way, layer):
    """What goes into a layer: (T, C)"""
    return way["layers"][layer - 1]["stream"] if layer else way["start"]


def stages_of(way, place):
    """Every array on the way, in order, for a position, a head and a layer -> list of Stage"""
    at, h, layer, config = place.at, place.head, place.layer, way["config"]
    C, D = config.n_embd, config.n_embd // config.n_head
    attention, mlp, between, stream = (way["layers"][layer][name] for name in ("attention", "mlp", "between", "stream"))
    past = [f"{token} {s}" for s, token in enumerate(way["tokens"][: at + 1])]
    ours = slice(h * D, (h + 1) * D)
    of, name = f"layer{layer}.", f"head {h}"
    norm = "The number in the same place before the norm, times 1 / √(mean square + 0.00001)."
    comes_in = f"the stream after layer {layer - 1}" if layer else "the stream"

    def square(rows, key, of_what):
        """The mean of the squares of one row."""
        return Stage(key, "Mean square", "data", f"The squares of {of_what}, and their sum over {C}.", [squares(rows, at)])

    def sums(table, of_what):
        """How a weighted sum is made; # is its row."""
        return f"Row # of {table}, knob by knob, times {of_what}."

    return [
        Stage("token", "Token row", "token", f"The row of {way['tokens'][at]} in wte: knobs, not sums.", [way["token"][at]]),
        Stage("position", "Position row", "position", f"Row {at} of wpe: knobs, not sums.", [way["position"][at]]),
        Stage("embedded", "Both together", "data", "Token row + position row.", [way["embedded"][at]]),
        square(way["embedded"], "start_square", "both together"),
        Stage("start", "Normed: the stream begins", "data", norm, [way["start"][at]]),
        square(into(way, layer), "attn_square", comes_in),
        Stage("attn_normed", "What attention reads: the stream, normed", "data", norm, [attention["normed"][at]]),
        Stage("query", f"Query of {name}", "query", sums(of + "attn_wq", "the normed stream"), [attention["query"][at, ours]]),
        Stage("key", f"Keys of {name}", "key", sums(of + "attn_wk", "the normed stream of its position"), list(attention["key"][: at + 1, ours]), past),
        Stage("scores", f"Scores of {name}", "data", f"Query times key, over √{D}.", [attention["scores"][h, at, : at + 1]], columns=past),
        Stage("weights", f"Weights of {name}", "data", "e to the score less the highest one, over the sum of these: softmax.", [attention["weights"][h, at, : at + 1]], columns=past),
        Stage("value", f"Values of {name}", "value", sums(of + "attn_wv", "the normed stream of its position"), list(attention["value"][: at + 1, ours]), past),
        Stage("mixed", "Mixed: the heads side by side", "value", "Each weight of the head, times the value of its position.", [attention["mixed"][at]]),
        Stage("attn_added", "What attention adds", "data", sums(of + "attn_wo", "what is mixed"), [attention["added"][at]]),
        Stage("between", "Stream after attention", "data", "Stream + what attention adds.", [between[at]]),
        square(between, "mlp_square", "the stream after attention"),
        Stage("mlp_normed", "What the MLP reads: the stream, normed", "data", norm, [mlp["normed"][at]]),
        Stage("hidden", "Hidden numbers", "data", sums(of + "mlp_fc1", "the normed stream"), [mlp["hidden"][at]]),
        Stage("bent", "Hidden numbers after relu", "data", "The hidden number if it is above 0, otherwise 0.", [mlp["bent"][at]]),
        Stage("mlp_added", "What the MLP adds", "data", sums(of + "mlp_fc2", "the hidden numbers after relu"), [mlp["added"][at]]),
        Stage("stream", "Stream after the MLP", "data", "Stream after attention + what the MLP adds.", [stream[at]]),
        Stage("logits", "Logits", "token", sums("lm_head", "the last stream"), [way["logits"][at]], columns=way["all_tokens"]),
        Stage(
            "probabilities", "Probabilities", "token", "e to the logit less the highest one, over the sum of these: softmax.", [way["probabilities"][at]],
            columns=way["all_tokens"],
        ),
        Stage(
            "surprise", f"Surprise of {way['tokens'][at + 1]}, which comes next", "loss", "Minus the logarithm of its probability, in nats.",
            [[-math.log(way["probabilities"][at, way["ids"][at + 1]])]],
        ),
    ]


def sum_of(way, place):
    """The sum that made one number -> terms, ends

    terms: (label, texts before and after, factors, value), a factor being a number and its place, None for a knob
    ends: what the sum becomes, (text, number), down to the number itself
    """
    key, row, i, at, h, layer = place.key, place.row, place.index, place.at, place.head, place.layer
    config, params = way["config"], way["params"]
    C, D = config.n_embd, config.n_embd // config.n_head
    attention, mlp = way["layers"][layer]["attention"], way["layers"][layer]["mlp"]
    there, stage = replace(place, row=0), f"layer{layer}."
    number = next(each for each in stages_of(way, place) if each.key == key).rows[row][i]

    def weighted(table, r, numbers, source, **where):
        """The products of row r of a table of knobs with a row of numbers."""
        knobs = params[table][r]
        terms = [
            (str(j), ("", ""), [(knob, None), (x, replace(there, key=source, index=j, **where))], knob * x)
            for j, (knob, x) in enumerate(zip(knobs, numbers, strict=True))
        ]
        return terms, [(f"sum of {len(terms)} products", number)]

    def added(*parts):
        """Numbers at the same place of several arrays."""
        return [(label, ("", ""), [(x, replace(there, key=source, **where))], x) for label, source, x, where in parts], [("sum", number)]

    def squared(rows, source, **where):
        """The squares of a row."""
        places = [replace(there, key=source, index=j, **where) for j in range(C)]
        terms = [(str(j), ("", ""), [(x, places[j]), (x, places[j])], x * x) for j, x in enumerate(rows[at])]
        return terms, [(f"sum of {C} squares", sum(x * x for x in rows[at])), (f"divided by {C}", number)]

    def normed(rows, source, square, **where):
        """A number times the scale of its row."""
        scale = 1 / math.sqrt(squares(rows, at)[0] + 1e-5)
        factors = [(rows[at][i], replace(there, key=source, **where)), (scale, replace(there, key=square, index=0))]
        return [(str(i), ("", ""), factors, number)], [(f"and {written(scale, 3)} = 1 / √({written(squares(rows, at)[0], 3)} + 0.00001)", number)]

    def softmax(numbers, source, labels):
        """e to each number less the highest, and the part that one of these is of all."""
        highest = max(numbers)
        powers, around = [math.exp(x - highest) for x in numbers], ("e^(", f" − {written(highest, 3)})" if highest >= 0 else f" + {written(-highest, 3)})")
        terms = [(label, around, [(x, replace(there, key=source, index=j))], powers[j]) for j, (label, x) in enumerate(zip(labels, numbers, strict=True))]
        total = sum(powers)
        return terms, [("sum", total), (f"{close(powers[i])} / {close(total)}", number)]

    source, earlier = before(layer), {"layer": max(layer - 1, 0)}
    past = [f"{token} {s}" for s, token in enumerate(way["tokens"][: at + 1])]
    if key in ("token", "position"):
        return [], [("a knob", number)]
    if key == "embedded":
        return added(("token row", "token", way["token"][at, i], {}), ("position row", "position", way["position"][at, i], {}))
    if key == "start_square":
        return squared(way["embedded"], "embedded")
    if key == "start":
        return normed(way["embedded"], "embedded", "start_square")
    if key == "attn_square":
        return squared(into(way, layer), source, **earlier)
    if key == "attn_normed":
        return normed(into(way, layer), source, "attn_square", **earlier)
    if key == "query":
        return weighted(stage + "attn_wq", h * D + i, attention["normed"][at], "attn_normed")
    if key in ("key", "value"):
        return weighted(stage + ("attn_wk" if key == "key" else "attn_wv"), h * D + i, attention["normed"][row], "attn_normed", at=row)
    if key == "scores":
        pairs = [(attention["query"][at, h * D + j], attention["key"][i, h * D + j]) for j in range(D)]
        terms = [
            (str(j), ("", ""), [(q, replace(there, key="query", index=j)), (k, replace(there, key="key", row=i, index=j))], q * k) for j, (q, k) in enumerate(pairs)
        ]
        return terms, [(f"sum of {D} products", sum(q * k for q, k in pairs)), (f"divided by √{D}", number)]
    if key == "weights":
        return softmax(attention["scores"][h, at, : at + 1], "scores", past)
    if key == "mixed":
        weights, values = attention["weights"][i // D, at, : at + 1], attention["value"][: at + 1, i]
        mine = replace(there, head=i // D)
        terms = [
            (past[s], ("", ""), [(w, replace(mine, key="weights", index=s)), (v, replace(mine, key="value", row=s, index=i % D))], w * v)
            for s, (w, v) in enumerate(zip(weights, values, strict=True))
        ]
        return terms, [("sum", number)]
    if key == "attn_added":
        return weighted(stage + "attn_wo", i, attention["mixed"][at], "mixed")
    if key == "between":
        return added(("stream", source, into(way, layer)[at, i], earlier), ("attention adds", "attn_added", attention["added"][at, i], {}))
    if key == "mlp_square":
        return squared(way["layers"][layer]["between"], "between")
    if key == "mlp_normed":
        return normed(way["layers"][layer]["between"], "between", "mlp_square")
    if key == "hidden":
        return weighted(stage + "mlp_fc1", i, mlp["normed"][at], "mlp_normed")
    if key == "bent":
        return [(str(i), ("", ""), [(mlp["hidden"][at, i], replace(there, key="hidden"))], number)], [("the larger of it and 0", number)]
    if key == "mlp_added":
        return weighted(stage + "mlp_fc2", i, mlp["bent"][at], "bent")
    if key == "stream":
        return added(
            ("stream after attention", "between", way["layers"][layer]["between"][at, i], {}), ("the MLP adds", "mlp_added", mlp["added"][at, i], {})
        )
    if key == "logits":
        return weighted("lm_head", i, way["layers"][-1]["stream"][at], "stream", layer=config.n_layer - 1)
    if key == "probabilities":
        return softmax(way["logits"][at], "logits", way["all_tokens"])
    true = way["ids"][at + 1]
    probability = way["probabilities"][at, true]
    return [(way["all_tokens"][true], ("−ln ", ""), [(probability, replace(there, key="probabilities", index=true))], number)], [("nats", number)]


def largest_first(terms):
    """The terms that get a line, by size, and what the others come to: their number and sum. Where there are many, 0 needs no line."""
    ordered = sorted(terms, key=lambda term: -abs(term[3]))
    lines = [term for term in ordered[:LINES] if term[3] or len(terms) <= LINES]
    rest = ordered[len(lines) :]
    return lines, len(rest), sum(term[3] for term in rest)


def says(way, place):
    """Which number is chosen."""
    stage = next(each for each in stages_of(way, place) if each.key == place.key)
    where = f"at position {place.at} ({way['tokens'][place.at]})"
    which = f"{stage.title}, {where}"
    if stage.names:
        which += f", row of {stage.names[place.row]}"
    if stage.columns:
        which += f", of {stage.columns[place.index]}"
    elif len(stage.rows[0]) > 1:
        which += f", number {place.index}"
    return f"{which}: {close(stage.rows[place.row][place.index])}."


def to_text(place):
    """A place as the page writes it."""
    return f"{place.key} {place.row} {place.index} {place.at} {place.head} {place.layer}"


def drawn_sum(way, place):
    """The sum behind the chosen number, largest terms first -> HTML"""
    stage = next(each for each in stages_of(way, place) if each.key == place.key)
    row = place.index + (place.head * way["config"].n_embd // way["config"].n_head if place.key in OF_HEADS else 0)
    terms, ends = sum_of(way, place)
    text = close if place.key in SMALL else lambda number: written(number, 3)
    lines, n_rest, rest = largest_first(terms)
    body = ""
    for label, (sign, after), factors, value in lines:
        cells = " × ".join(
            f"<span>{text(x)}</span>" if target is None
            else f'<button type="button" class="factor" data-to="{to_text(target)}" data-wakes disabled>{text(x)}</button>'
            for x, target in factors
        )
        body += f'<tr><th scope="row">{html.escape(label)}</th><td>{sign}{cells}{after}</td><td>{text(value)}</td></tr>'
    if n_rest:
        body += f'<tr><th scope="row"></th><td>{n_rest} {"smaller terms" if rest else "terms of 0"}</td><td>{text(rest)}</td></tr>'
    feet = "".join(f'<tr><th scope="row" colspan="2">{end}</th><td>{text(x)}</td></tr>' for end, x in ends)
    return (
        f'<div class="sum" data-part="sum" role="group" aria-label="The sum that made it"><p>{html.escape(stage.rule.replace("#", str(row)))}</p><table class="live terms"><tbody>{body}</tbody>'
        f"<tfoot>{feet}</tfoot></table></div>"
    )


def drawn_stage(way, place, number, stage):
    """An array with its name, and the sum below it where its number is chosen -> HTML"""
    rows = ""
    highest = max(abs(float(x)) for row in stage.rows for x in row) or 1
    for r, row in enumerate(stage.rows):
        cells = ""
        for i, x in enumerate(row):
            on = (place.key, place.row, place.index) == (stage.key, r, i)
            label = stage.columns[i] if stage.columns else str(i)
            ours = stage.key == "mixed" and i // (len(row) // way["config"].n_head) == place.head
            cells += (
                f'<button type="button" class="cell{" ours" if ours else ""}" aria-pressed="{str(on).lower()}" tabindex="{0 if on else -1}" '
                f'aria-label="{html.escape(label)}: {short(x)}" style="--shade:{math.floor(36 * abs(x) / highest + 0.5)}%" data-wakes disabled>'
                f"{f'<small>{html.escape(label)}</small>' if stage.columns else ''}{short(x)}</button>"
            )
        of = f'<span class="of">{html.escape(stage.names[r])}</span>' if stage.names else ""
        rows += f'<div class="line">{of}<div class="cells">{cells}</div></div>'
    heads = ""
    if stage.key == "query":
        heads = '<span class="walk-heads" role="group" aria-label="Head">' + "".join(
            f'<button type="button" data-head="{h}" aria-pressed="{str(h == place.head).lower()}" data-wakes disabled>head {h}</button>'
            for h in range(way["config"].n_head)
        ) + "</span>"
    part = ""
    if stage.key in PARTS:
        of = f" of layer {place.layer}" if way["config"].n_layer > 1 and stage.key.endswith("_square") else ""
        part = f'<p class="walk-part">{PARTS[stage.key]}{of}</p>'
    return part + (
        f'<div class="stage {stage.role}" role="group" aria-label="{html.escape(stage.title)}" data-stage="{stage.key}">'
        f"<div><b>{number}. {html.escape(stage.title)}</b>{heads}</div>{rows}{drawn_sum(way, place) if place.key == stage.key else ''}</div>"
    )


def first_state(params, config, letters, name, place=None):
    """The figure as it stands at a name, with one number chosen (None: the last surprise) -> HTML"""
    token_ids = encode(name, letters)
    check_token_ids([token_ids[:-1]], config)
    way = way_of(params, config, token_ids, letters)
    place = Place("surprise", 0, 0, len(name) - 1 if name else 0, 0, config.n_layer - 1) if place is None else place
    chips = "".join(
        f'<button type="button" class="chip" role="radio" aria-checked="{str(t == place.at).lower()}" tabindex="{0 if t == place.at else -1}" '
        f'aria-label="{html.escape(token)} at position {t}" data-wakes disabled>{html.escape(token)}<small>{t}</small></button>'
        for t, token in enumerate(way["tokens"][:-1])
    )
    options = "".join(f"<option{' selected' if i == place.layer else ''}>{i}</option>" for i in range(config.n_layer))
    stages = "".join(drawn_stage(way, place, number, stage) for number, stage in enumerate(stages_of(way, place), 1))
    return (
        f'<style>{read("walk.css")}</style>'
        '<div class="controls"><label>Name <input data-part="name" data-wakes disabled type="text" autocomplete="off" autocapitalize="none" '
        f'spellcheck="false" aria-invalid="false" value="{html.escape(name, quote=True)}"></label>'
        f'<label{"" if config.n_layer > 1 else " hidden"}>Layer <select data-part="layer" data-wakes disabled>{options}</select></label></div>'
        f'<div class="askers" role="radiogroup" aria-label="Position" data-part="chips">{chips}</div>'
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(says(way, place))}</p>'
        f'<div class="stages" data-part="stages">{stages}</div>'
    )


def walk_figure(params, config, letters, name, facts=None):
    """One name's way through the whole model, and the sum behind each number -> LiveFigure

    params: name -> Tensor, as `init_params` or `load_trained` gives them; the page gets seven digits of each
    letters: the vocabulary without BOS; name: the first one, other names can be typed
    facts: of the run that made params, as `load_trained` gives them, or the seed that drew them, {"seed": 0}
    Raises ValueError unless config fits the letters, and the name fits both.
    """
    if config.vocab_size != len(letters) + 1:
        raise ValueError(f"want a config with {len(letters) + 1} tokens, got {config}")
    params = rounded(params, "float32")
    caption = (
        "All that the model computes for one name, array by array, at one position, recomputed in this page for the name that you type. Pick a position, a head "
        "and any number: below its array stands the sum that made it, its largest terms first. Each framed factor is itself a number of the way: choose it to "
        "see how it was made. The stronger the colour, the further from 0 within its array."
    )
    if facts:
        caption += " " + run_of("Random" if "settings" not in facts else "Trained", facts)
    data = {"letters": list(letters), "weights": pack_weights(params, config), "lines": LINES, "parts": PARTS, "of_heads": OF_HEADS, "small": SMALL}
    return LiveFigure("gpt-walk", first_state(params, config, letters, name), data, caption)
