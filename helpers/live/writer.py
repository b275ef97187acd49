"""Live figure of the landing page: choose an origin, begin a name, see what may come next, and let the book's best model finish it."""

import html

import numpy as np

from helpers.live.attention import run_of
from helpers.live.sampling import logits_after
from helpers.live.shell import LiveFigure, bar, percent
from helpers.live.weights import pack_weights, rounded
from helpers.sampling import softmax
from helpers.tokenizer import encode_from

SHOWN = 6   # the likeliest next tokens, each with a button
ANY = "any origin"


def choice(label, probability):
    """What one line of the figure says of a token, or of several -> HTML"""
    return f'<b>{html.escape(label)}</b><span class="track">{bar(probability)}</span><span>{percent(probability)}</span>'


def choices(probabilities, tokens):
    """The likeliest next tokens, each a button, and one line for the others. probabilities: (V,) -> HTML"""
    order = np.argsort(-probabilities, kind="stable")
    buttons = "".join(
        f'<button type="button" class="choice" data-token="{html.escape(tokens[token_id])}" data-wakes disabled>'
        f"{choice(tokens[token_id], probabilities[token_id])}</button>"
        for token_id in order[:SHOWN]
    )
    rest = order[SHOWN:]
    return f'{buttons}<div class="choice">{choice(f"{len(rest)} more", probabilities[rest].sum())}</div>'


def next_letters(params, config, letters, origins, origin, begun):
    """How likely each letter and the end come next, as shares of what they have together: another origin cannot follow.

    -> (V,), V without the origins
    """
    token_ids = encode_from(begun, origin, letters, origins)[:-1]
    return softmax(logits_after(params, config, token_ids)[: len(letters) + 1])


def first_state(params, config, letters, origins, origin):
    """The figure as it stands with an origin chosen, and nothing written -> HTML"""
    options = "".join(f"<option{' selected' if each == origin else ''}>{html.escape(each)}</option>" for each in [ANY, *origins])
    return (
        f'<div class="controls"><label>Origin <select data-part="origin" data-wakes disabled>{options}</select></label>'
        '<span data-part="drawn" aria-live="polite"></span></div>'
        '<div class="controls"><label>Begin a name <input data-part="begun" data-wakes disabled type="text" '
        'autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="done"></label>'
        '<button type="button" data-part="roll" data-wakes disabled>Roll a letter</button>'
        '<button type="button" data-part="finish" data-wakes disabled>Finish the name</button></div>'
        '<p class="says">What may come next, and how likely it is: a full bar would be 100 %. Press one to choose it; the dot ends '
        "the name. Enter, where you type, finishes it.</p>"
        '<div class="choices" data-part="next" role="group" aria-label="Next letters">'
        f'{choices(next_letters(params, config, letters, origins, origin, ""), [*letters, "."])}</div>'
        '<p class="says" data-part="says" aria-live="polite">Nothing written so far.</p>'
        '<ul class="chips" data-part="names" aria-label="Names written so far"></ul>'
    )


def writer_figure(params, config, facts, letters, origins, shares, origin):
    """Begin a name, see what may come next, let a model finish it that was told the origin -> LiveFigure

    params, config, facts: a model and its run, as `load_trained("origins")` gives them
    letters: every letter that a name may have; origins: those whose tokens follow BOS
    shares: how many training names each origin has, by which one is drawn where none is chosen
    origin: the one chosen at first
    Raises ValueError unless config, letters, origins, shares and origin fit each other.
    """
    if config.vocab_size != len(letters) + 1 + len(origins):
        raise ValueError(f"want a config with {len(letters) + 1 + len(origins)} tokens, got {config}")
    if len(shares) != len(origins) or min(shares) < 0 or sum(shares) == 0:
        raise ValueError(f"want a number of names for each of {len(origins)} origins, got {shares}")
    if origin not in origins:
        raise ValueError(f"want an origin from {origins}, got {origin!r}")
    params = rounded(params, "float32")
    n_parameters = sum(x.data.size for x in params.values())
    caption = (
        f"A GPT with {n_parameters:,} parameters, running in this page. It reads the origin and the letters so far, and says how likely each next letter is; "
        "a die decides. "
        + run_of("Trained", facts)
        + f' "{ANY[0].upper()}{ANY[1:]}" draws one for each name, by its share of the training names.'
    )
    data = {
        "letters": list(letters), "origins": list(origins), "shares": [int(n) for n in shares], "any": ANY,
        "weights": pack_weights(params, config), "shown": SHOWN,
    }
    return LiveFigure("gpt-writer", first_state(params, config, letters, origins, origin), data, caption)
