"""Live figure of chapters/01_names_and_tokens.ipynb: type a name, see its tokens and its (input, target) pairs."""

import html

from helpers.live.shell import LiveFigure
from helpers.tokenizer import encode


def token_figure(letters, name="emma"):
    """Type a name, see its tokens and what the model is asked about it -> LiveFigure"""
    token_ids = encode(name, letters)
    shown = ["."] + list(name) + ["."]
    chips = "".join(
        f'<li class="chip">{html.escape(character)}<small>{token_id}</small></li>'
        for character, token_id in zip(shown, token_ids, strict=True)
    )
    rows = "".join(
        f"<tr><td>{html.escape(''.join(shown[: step + 1]))}</td><td>{token_ids[step]}</td>"
        f"<td>{token_ids[step + 1]}</td><td>{html.escape(shown[step + 1])}</td></tr>"
        for step in range(len(token_ids) - 1)
    )
    first = (
        '<div class="controls"><label>Name <input data-part="name" data-wakes disabled type="text" maxlength="15" '
        f'autocomplete="off" autocapitalize="none" spellcheck="false" value="{html.escape(name, quote=True)}"></label></div>'
        f'<ol class="chips" data-part="chips" aria-label="Tokens">{chips}</ol>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Input and target pairs"><table class="live"><thead><tr><th scope="col">read so far</th>'
        '<th scope="col">input</th><th scope="col">target</th><th scope="col">the answer</th></tr></thead>'
        f'<tbody data-part="pairs">{rows}</tbody></table></div>'
        f'<p class="says" data-part="says" aria-live="polite">{len(name)} letters, {len(token_ids)} tokens, '
        f"{len(token_ids) - 1} questions.</p>"
    )
    caption = "Type a name: its tokens, and the questions it asks a model. The dot stands for BOS. No model here yet."
    return LiveFigure("gpt-tokens", first, {"letters": list(letters)}, caption)
