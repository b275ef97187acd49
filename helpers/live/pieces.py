"""Live figure of chapters/15_cut_text.ipynb: type a text, and replay the merges that cut it into tokens."""

import html

from helpers.bpe import byte_order, encode_text, split_pieces, vocabulary_of
from helpers.live.shell import LiveFigure, counted, read, visible

LONGEST = 60   # characters that are cut: each may be a chip of its own, and a phone is small
ROLES = ("token", "key", "query")   # of neighbouring pieces, in turn


def label_of(token):
    """The bytes of a token as a label: its letters, or its bytes in base 16 where they are no whole letters."""
    try:
        return "".join(map(visible, token.decode("utf-8")))
    except UnicodeDecodeError:
        return " ".join(f"{byte:02X}" for byte in token)


def cut(text, merges):
    """The tokens of a text with these merges -> list of (number of its piece, id, bytes)"""
    vocabulary = vocabulary_of(merges)
    return [
        (number, token_id, vocabulary[token_id])
        for number, piece in enumerate(split_pieces(text)) for token_id in encode_text(piece, merges)
    ]


def neighbours(text, merges, n_merges):
    """The numbers of merges at which this text's cut is next another one: below n_merges, and above -> two ints or None

    What the first n merges cut, the first n - 1 may have cut otherwise; it shows in the number of tokens.
    """
    sizes = [len(encode_text(text, merges[:n])) for n in range(len(merges) + 1)]
    changes = [n for n in range(1, len(merges) + 1) if sizes[n] != sizes[n - 1]]
    below = [n for n in changes if n < n_merges]
    above = [n for n in changes if n > n_merges]
    return (below[-1] if below else 0 if n_merges else None), (above[0] if above else None)


def says(text, tokens, merges, n_merges):
    """What is drawn, in a sentence."""
    n_bytes = len(text.encode("utf-8"))
    sizes = f"{counted(len(text), 'character')}, {counted(n_bytes, 'byte')}, {counted(len(tokens), 'token')} with {counted(n_merges, 'merge')}."
    if not n_merges:
        return sizes + " No merge so far: each byte is a token."
    first, second = (label_of(vocabulary_of(merges)[token_id]) for token_id in merges[n_merges - 1])
    here = sum(token_id == 255 + n_merges for _, token_id, _ in tokens)
    return f"{sizes} Merge {n_merges:,} makes {first} and {second} one token, {255 + n_merges:,}: {counted(here, 'time')} in this text."


def chip(number, token_id, token):
    """A token with its id; neighbouring pieces differ in colour and in the line around them -> HTML"""
    return f'<li class="chip {ROLES[number % len(ROLES)]}">{html.escape(label_of(token))}<small>{token_id}</small></li>'


def first_state(merges, text, n_merges):
    """The figure with this text and the first n_merges merges -> HTML"""
    text = text[:LONGEST]
    tokens = cut(text, merges[:n_merges])
    below, above = neighbours(text, merges, n_merges)
    return (
        f'<style>{read("pieces.css")}</style><div class="controls"><label>Text <input data-part="text" data-wakes disabled type="text" '
        f'autocomplete="off" autocapitalize="none" spellcheck="false" value="{html.escape(text, quote=True)}"></label></div>'
        '<div class="controls"><span class="slide"><label>Merges <input data-part="merges" data-wakes disabled type="range" min="0" '
        f'max="{len(merges)}" step="1" value="{n_merges}" aria-valuetext="{counted(n_merges, "merge")}"></label></span>'
        f'<button type="button" data-part="back" aria-disabled="{str(below is None).lower()}" data-wakes disabled>Back</button>'
        f'<button type="button" data-part="on" aria-disabled="{str(above is None).lower()}" data-wakes disabled>Next merge in this text</button></div>'
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(says(text, tokens, merges, n_merges))}</p>'
        f'<ol class="chips" data-part="chips" aria-label="Tokens">{"".join(chip(*token) for token in tokens)}</ol>'
    )


def pieces_figure(merges, text="raise ValueError(strawberry)", n_merges=None):
    """Type a text, and replay the merges that cut it -> LiveFigure

    merges: as `train_merges` gives them; n_merges: how many of them the first state has done, None for all
    Raises ValueError for no merge, or an n_merges that is none of their numbers.
    """
    if not merges:
        raise ValueError("want at least one merge, got none")
    n_merges = len(merges) if n_merges is None else n_merges
    if not 0 <= n_merges <= len(merges):
        raise ValueError(f"want from 0 to {len(merges)} merges, got {n_merges}")
    caption = (
        f"Type a text: its tokens, each with its id, after as many merges as the slider says, of the {len(merges):,} that this chapter found in its "
        "training files. Colour and line change where a piece of the pattern ends; no token reaches over that. A token that is no whole letter "
        f"shows its bytes in base 16. At most {LONGEST} characters are cut."
    )
    data = {"merges": [list(pair) for pair in merges], "order": byte_order(), "longest": LONGEST, "roles": ROLES}
    return LiveFigure("gpt-pieces", first_state(merges, text, n_merges), data, caption)
