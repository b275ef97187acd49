"""Live figure of chapters/01_names_and_tokens.ipynb: type a name, see its tokens and its (input, target) pairs."""

import html

from helpers.live.shell import LiveFigure, counted, visible
from helpers.tokenizer import encode

LONGEST = 15   # characters that are drawn: each has a row, and a phone is small


def token_figure(letters, name="emma"):
    """Type a name, see its tokens and what the model is asked about it -> LiveFigure"""
    name = name[:LONGEST]
    token_ids = encode(name, letters)
    shown = [html.escape(visible(character)) for character in f".{name}."]
    chips = "".join(
        f'<li class="chip">{character}<small>{token_id}</small></li>'
        for character, token_id in zip(shown, token_ids, strict=True)
    )
    rows = "".join(
        f'<tr><td class="wraps">{"".join(shown[: step + 1])}</td><td>{token_ids[step]}</td>'
        f"<td>{token_ids[step + 1]}</td><td>{shown[step + 1]}</td></tr>"
        for step in range(len(token_ids) - 1)
    )
    n_tokens = len(token_ids)
    first = (
        '<div class="controls"><label>Name <input data-part="name" data-wakes disabled type="text" '
        f'autocomplete="off" autocapitalize="none" spellcheck="false" value="{html.escape(name, quote=True)}"></label></div>'
        '<p class="says" data-part="says" aria-live="polite">'
        f'{counted(len(name), "letter")}, {counted(n_tokens, "token")}, {counted(n_tokens - 1, "question")}.</p>'
        f'<ol class="chips" data-part="chips" aria-label="Tokens">{chips}</ol>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Input and target pairs"><table class="live"><thead><tr>'
        '<th scope="col">read so far</th><th scope="col">input</th><th scope="col">target</th><th scope="col">the answer</th></tr></thead>'
        f'<tbody data-part="pairs">{rows}</tbody></table></div>'
    )
    caption = (
        "Type a name: its tokens, and the questions it asks a model. The vocabulary is that of this chapter: "
        f"{counted(len(letters), 'letter')} and BOS, which the dot stands for. No model here yet, nothing counted or trained."
    )
    return LiveFigure("gpt-tokens", first, {"letters": list(letters), "longest": LONGEST}, caption)
