"""Live figure of chapters/11_let_it_write.ipynb: from logits to the next token in four columns, and names from a die with a seed."""

import html

import numpy as np

from helpers.live.attention import run_of
from helpers.live.hill import fixed
from helpers.live.shell import LiveFigure, bar, percent, read, visible
from helpers.live.weights import pack_weights, rounded
from helpers.sampling import Cache, keep_top_k, keep_top_p, next_probabilities, rank_of, read_next, softmax, write

ROWS = 10          # the likeliest tokens, a line each; one line for the others
N_NAMES = 10       # whole names below
LOWEST, HIGHEST, STEP = 0.1, 3, 0.1   # of the temperature's slider
STEP_P = 0.05      # of top-p's
LARGEST = 999_999_999   # seed


class Dice:
    """The random numbers of random.js: the same seed throws the same ones, here and in the page."""

    def __init__(self, seed):
        self.state = seed

    def random(self, shape):
        """Numbers from 0 to below 1, as a Generator of numpy gives them."""
        return np.array([self.throw() for _ in range(int(np.prod(shape)))]).reshape(shape)

    def throw(self):
        """One number (mulberry32)."""
        self.state = self.state + 0x6D2B79F5 & 0xFFFFFFFF
        mixed = (self.state ^ self.state >> 15) * (self.state | 1) & 0xFFFFFFFF
        mixed ^= mixed + (mixed ^ mixed >> 7) * (mixed | 61) & 0xFFFFFFFF
        return (mixed ^ mixed >> 14) / 2**32


def labels_of(letters, origins):
    """What each token is called in the figure, in the order of the ids."""
    return [*map(visible, letters), ".", *(origins or [])]


def logits_after(params, config, token_ids):
    """The logits of the token after these. -> (V,)"""
    cache = Cache(config, 1)
    for token_id in token_ids:
        logits = read_next(params, np.array([token_id]), cache, config)
    return logits[0]


def four_columns(logits, temperature=1.0, top_k=None, top_p=None):
    """What `next_probabilities` does on its way -> logits, divided, cut, probabilities, each (V,)"""
    divided = cut = logits / temperature
    if top_k is not None:
        cut = keep_top_k(cut, top_k)
    if top_p is not None:
        cut = keep_top_p(cut, top_p)
    return logits, divided, cut, softmax(cut)


def chance(own, now):
    """The probability to draw from, as text and as a thick bar; above it a thin one for the model's own -> a cell of an HTML table"""
    return (
        f'<td class="wide"><div class="chance"><span>{percent(now)}</span>'
        f'<span class="bars"><span class="own">{bar(own)}</span>{bar(now)}</span></div></td>'
    )


def lines(logits, labels, how):
    """The likeliest tokens, each with its four numbers, and one line for the others -> rows of an HTML table"""
    own = softmax(logits)
    _, divided, cut, probabilities = four_columns(logits, **how)
    order = np.argsort(rank_of(logits))
    rows = ""
    for i in order[:ROWS].tolist():
        out = np.isinf(cut[i])
        rows += (
            f'<tr><th scope="row"><button type="button" data-id="{i}" aria-disabled="{str(out).lower()}" data-wakes disabled>{html.escape(labels[i])}</button></th>'
            f"<td>{fixed(logits[i], 2)}</td><td>{fixed(divided[i], 2)}</td><td>{'-∞' if out else fixed(cut[i], 2)}</td>"
            f"{chance(own[i], probabilities[i])}</tr>"
        )
    rest = order[ROWS:]
    if len(rest):
        rows += f'<tr><th scope="row" colspan="4">{len(rest)} more</th>{chance(own[rest].sum(), probabilities[rest].sum())}</tr>'
    return rows


def what_is_left(logits, how):
    """What the cut left over, in a sentence."""
    _, divided, cut, _ = four_columns(logits, **how)
    kept, V = np.isfinite(cut), len(cut)
    if kept.all():
        return f"Nothing is cut: all {V} tokens can come."
    return f"The cut leaves {kept.sum()} of {V} tokens, which had {percent(softmax(divided)[kept].sum())} before it."


def spelled(token_ids, labels, n_letters):
    """A name as it is written; another token's label stands in brackets."""
    return "".join(labels[i] if i < n_letters else f"[{labels[i]}]" for i in token_ids) or "(no letter)"


def names_from(params, config, context, bos, labels, how, dice):
    """Whole names that begin with a context. -> list of str"""
    names = []
    for _ in range(N_NAMES):
        written = write(params, [context], config, bos, dice, **how)[0]
        names.append(spelled(written[1:], labels, bos) + ("…" if len(written) > config.context_length else ""))
    return names


def chip(text, note=""):
    """A name, or a token of one with a note -> HTML"""
    return f'<li class="chip">{html.escape(text)}{f"<small>{note}</small>" if note else ""}</li>'


def is_over(trail, bos, context_length):
    """Whether a name has its end, or no more of it can be read. trail: token ids, the start first"""
    return len(trail) > context_length or trail[1:] and trail[-1] == bos


def says(trail, chances, labels, bos, context_length):
    """What is written so far, in a sentence. trail: token ids, the start first; chances: of each token after it"""
    if len(trail) == 1:
        return f"Nothing written so far. The model has read one token: {'the dot' if trail[0] == bos else labels[trail[0]]}."
    had = f"{'Its end' if trail[-1] == bos else labels[trail[-1]]} had {percent(chances[-1])}."
    if trail[-1] == bos:
        return f"Written: {spelled(trail[1:-1], labels, bos)}. {had} The next roll begins another name."
    if is_over(trail, bos, context_length):
        return f"Cut off: {spelled(trail[1:], labels, bos)}. The model reads at most {context_length} tokens. The next roll begins another name."
    return f"So far: {spelled(trail[1:], labels, bos)}. {had}"


def slider(part, label, low, high, step, value, shown):
    """A slider with its number -> HTML"""
    return (
        f'<span class="slide"><label>{label} <input data-part="{part}" data-wakes disabled type="range" min="{low}" max="{high}" step="{step}" '
        f'value="{value:g}" aria-valuetext="{shown}"></label><output data-part="{part}-shown">{shown}</output></span>'
    )


def first_state(params, config, letters, origins, origin, seed=1, temperature=1.0, top_k=None, top_p=None, trail=None):
    """The figure as it stands with these settings, and a name begun by hand -> HTML

    trail: the name's token ids, without the start
    """
    bos, labels = len(letters), labels_of(letters, origins)
    how = {"temperature": temperature, "top_k": top_k, "top_p": top_p}
    start = bos if origins is None else bos + 1 + origins.index(origin)
    trail = [start, *(trail or [])]
    chances = [next_probabilities(logits_after(params, config, trail[:t]), **how)[trail[t]] for t in range(1, len(trail))]
    context = trail[:1] if is_over(trail, bos, config.context_length) else trail
    logits = logits_after(params, config, context)
    options = "".join(f"<option{' selected' if each == origin else ''}>{html.escape(each)}</option>" for each in origins or [])
    notes = ["start", *map(percent, chances)]
    chips = "".join(chip(labels[i], note) for i, note in zip(trail, notes, strict=True))
    names = names_from(params, config, context, bos, labels, how, Dice(seed))
    return (
        f'<style>{read("sampling.css")}</style><div class="controls">'
        f'<label{" hidden" if origins is None else ""}>Origin <select data-part="origin" data-wakes disabled>{options}</select></label>'
        f'<label>Seed of the die <input data-part="seed" data-wakes disabled type="text" inputmode="numeric" autocomplete="off" size="9" '
        f'aria-invalid="false" value="{seed}"></label>'
        '<button type="button" data-part="another" data-wakes disabled>Another seed</button></div><div class="controls">'
        + slider("temperature", "Temperature", LOWEST, HIGHEST, STEP, temperature, fixed(temperature, 1))
        + slider("k", "Top-k", 1, config.vocab_size, 1, top_k or config.vocab_size, top_k or "all")
        + slider("p", "Top-p", STEP_P, 1, STEP_P, top_p or 1, fixed(top_p, 2) if top_p else "all")
        + '</div><div class="controls"><button type="button" data-part="roll" data-wakes disabled>Roll a letter</button>'
        '<button type="button" data-part="finish" data-wakes disabled>Finish the name</button>'
        '<button type="button" data-part="anew" data-wakes disabled>Start over</button></div>'
        f'<ol class="chips" data-part="trail" aria-label="The name so far">{chips}</ol>'
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(says(trail, chances, labels, bos, config.context_length))}</p>'
        '<div class="scroll" tabindex="0" role="region" aria-label="What may come next"><table class="live columns"><thead><tr>'
        '<th scope="col">next</th><th scope="col">logit</th><th scope="col">divided</th><th scope="col">cut</th><th scope="col">probability</th>'
        f'</tr></thead><tbody data-part="lines">{lines(logits, labels, how)}</tbody></table></div>'
        f'<p class="left" data-part="left">{what_is_left(logits, how)}</p>'
        '<p class="whole">Whole names that go on from here, with these settings and this die:</p>'
        f'<ul class="chips" data-part="names" aria-label="Whole names">{"".join(map(chip, names))}</ul>'
    )


def sampling_figure(params, config, letters, origins, loss, facts=None, origin=None, seed=1):
    """From logits to the next token, with sliders, and names from a die with a seed -> LiveFigure

    params: name -> Tensor, as `load_trained` gives them; letters: the vocabulary without BOS
    origins: those whose tokens follow BOS, one of them in front of each name; None for a model whose names begin with BOS
    loss: on held-out names, for the caption; facts: of the run, as `load_trained` gives them
    origin: the first one to write from (None: the first of origins); seed: the first one of the dice
    Raises ValueError unless config fits the letters and origins, origin is one of them, and the seed a whole number that fits.
    """
    n_tokens = len(letters) + 1 + len(origins or [])
    if config.vocab_size != n_tokens:
        raise ValueError(f"want a config with {n_tokens} tokens, got {config}")
    if origins is not None and origin is None:
        origin = origins[0]
    if origin is not None and origin not in (origins or []):
        raise ValueError(f"want an origin from {origins}, got {origin!r}")
    if not (isinstance(seed, int) and 0 <= seed <= LARGEST):
        raise ValueError(f"want a seed from 0 to {LARGEST:,}, got {seed!r}")
    params = rounded(params, "float32")
    run = f" Held-out loss: {loss:.3f} nats per token." if facts is None else " " + run_of("Trained", facts | {"held_out": loss})
    caption = (
        "What a trained GPT may write next, computed in this page. Its logit for each token is divided by the temperature, then cut by top-k and by "
        "top-p, and what is left becomes the probability. The thin bar is the model's own probability, at temperature 1 and without a cut; a full bar "
        "would be 100 %. Press a token to write it, or roll the dice: the same seed throws the same numbers." + run
    )
    data = {
        "labels": labels_of(letters, origins), "bos": len(letters), "weights": pack_weights(params, config),
        "rows": ROWS, "nNames": N_NAMES, "largest": LARGEST,
    }
    return LiveFigure("gpt-sampling", first_state(params, config, letters, origins, origin, seed), data, caption)
