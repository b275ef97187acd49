"""Live figure of the landing page: begin a name, see what may come next, and let the book's trigram finish it."""

import html

import numpy as np

from helpers.counting import count_ngrams, ngram
from helpers.live.shell import LiveFigure, bar, percent
from helpers.tokenizer import encode

SHOWN = 6   # the likeliest next tokens, each with a button
LONGEST = 15   # letters of a name that is written here
CONSTANT = 0.2   # added to every count, as the chapter on counting chose it


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


def writer_figure(train, letters, loss):
    """Begin a name, see what may come next, let a trigram finish it -> LiveFigure

    train: the names that are counted, letters: every letter that a name may have
    loss: the held-out loss that the caption names, in nats per token
    """
    bos = len(letters)
    counts = count_ngrams([encode(name, letters) for name in train], 3, bos + 1)
    tokens = [*letters, "."]
    first = (
        '<div class="controls"><label>Begin a name <input data-part="begun" data-wakes disabled type="text" '
        'autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="done"></label>'
        '<button type="button" data-part="roll" data-wakes disabled>Roll a letter</button>'
        '<button type="button" data-part="finish" data-wakes disabled>Finish the name</button></div>'
        '<p class="says">What may come next, and how likely it is: a full bar would be 100 %. Press one to choose it; the dot ends '
        "the name. Enter, where you type, finishes it.</p>"
        f'<div class="choices" data-part="next" role="group" aria-label="Next letters">{choices(ngram([bos], counts, 3, CONSTANT), tokens)}</div>'
        '<p class="says" data-part="says" aria-live="polite">Nothing written so far.</p>'
        '<ul class="chips" data-part="names" aria-label="Names written so far"></ul>'
    )
    caption = (
        f"A trigram, counted and not trained: which letter followed which two in the {len(train):,} training names, and {CONSTANT} added to "
        f"each count. Held-out loss: {loss:.3f} nats per token. It looks back two letters. A GPT does the same job, and looks back "
        "at the whole name."
    )
    followers = {"".join(tokens[token_id] for token_id in context): _sparse(row) for context, row in counts.items() if len(context) == 2}
    followers |= {tokens[bos]: _sparse(counts[(bos,)])}
    data = {"tokens": tokens, "counts": followers, "constant": CONSTANT, "shown": SHOWN, "longest": LONGEST}
    return LiveFigure("gpt-writer", first, data, caption)


def _sparse(row):
    """[place, count, place, count, ...] of the counts above 0."""
    return [int(number) for place in np.flatnonzero(row) for number in (place, row[place])]
