"""Live figure of the landing page: begin a name, see what may come next, and let the book's trigram finish it."""

import html

import numpy as np

from helpers.counting import count_ngrams, ngram
from helpers.live.shell import LiveFigure
from helpers.tokenizer import encode

SHOWN = 6   # the likeliest next tokens, each with a button
CONSTANT = 0.2   # added to every count, as the chapter on counting chose it


def writer_figure(train, letters, loss):
    """Begin a name, see what may come next, let a trigram finish it -> LiveFigure

    train: the names that are counted, letters: their vocabulary
    loss: the held-out loss that the caption names, in nats per token
    """
    bos = len(letters)
    counts = count_ngrams([encode(name, letters) for name in train], 3, bos + 1)
    tokens = [*letters, "."]
    probabilities = ngram([bos], counts, 3, CONSTANT)
    buttons = "".join(
        f'<button type="button" data-wakes disabled><b>{html.escape(tokens[token_id])}</b> {100 * probabilities[token_id]:.1f} %</button>'
        for token_id in np.argsort(-probabilities, kind="stable")[:SHOWN]
    )
    first = (
        '<div class="controls"><label>Begin a name <input data-part="begun" data-wakes disabled type="text" maxlength="15" '
        'autocomplete="off" autocapitalize="none" spellcheck="false"></label>'
        '<button type="button" data-part="roll" data-wakes disabled>Roll the next letter</button>'
        '<button type="button" data-part="finish" data-wakes disabled>Finish the name</button></div>'
        '<p class="says">What may come next, and how likely it is. Press one to choose it; the dot ends the name.</p>'
        f'<div class="controls" data-part="next" role="group" aria-label="Next letters">{buttons}</div>'
        '<p class="says" data-part="says" aria-live="polite">Nothing written so far.</p>'
        '<ul class="chips" data-part="names" aria-label="Names written so far"></ul>'
    )
    caption = (
        f"A trigram: it has counted which letter followed which two in {len(train):,} names. Held-out loss: {loss:.3f} nats per token. "
        "It sees two letters. A GPT does the same job, and sees the whole name."
    )
    seen = {"".join(tokens[token_id] for token_id in context): _sparse(row) for context, row in counts.items() if len(context) == 2}
    seen |= {tokens[bos]: _sparse(counts[(bos,)])}
    return LiveFigure("gpt-writer", first, {"tokens": tokens, "counts": seen, "constant": CONSTANT, "shown": SHOWN}, caption)


def _sparse(row):
    """[place, count, place, count, ...] of the counts above 0."""
    return [int(number) for place in np.flatnonzero(row) for number in (place, row[place])]
