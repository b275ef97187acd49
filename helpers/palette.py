"""The book's colours: one for each thing that pictures, prose and code speak of again and again.

Not taught in a chapter. A test holds them to their promise: legible as text on light and dark pages, and told apart by
readers with any of the three kinds of colour blindness. No colour ever says something alone; words and shapes say it too.
"""

# role -> (on light pages, on dark pages)
PALETTE = {
    "token": ("#0860f8", "#5098f8"),
    "position": ("#783000", "#b88848"),
    "query": ("#b808c0", "#f850b0"),
    "key": ("#006858", "#48f0b0"),
    "value": ("#787010", "#f0c010"),
    "data": ("#607088", "#c8d8f8"),
    "loss": ("#a03848", "#e89090"),
    "gradient": ("#605088", "#b0b0f8"),
}

# Where outputs lie when a notebook is dark: JupyterLab, VS Code (two themes), Colab. The site's own dark pages match none.
DARK_NOTEBOOKS = (
    '[data-jp-theme-light="false"]', ".vscode-dark", ".vscode-high-contrast:not(.vscode-high-contrast-light)", '[theme="dark"]'
)

# a name in code -> the role whose colour it wears on the site's pages
TERMS = {
    "token": "token",
    "tokens": "token",
    "token_id": "token",
    "token_ids": "token",
    "position": "position",
    "positions": "position",
    "loss": "loss",
    "losses": "loss",
    "grad": "gradient",
    "gradient": "gradient",
    "gradients": "gradient",
}

# Everyday words of Python too: they wear their colours only on pages whose code names all three.
ATTENTION_TERMS = {"query": "query", "key": "key", "value": "value"}


def css_colour(role):
    """A role's colour in CSS: the page's own --gpt-<role>, or the one for light pages where none is set."""
    return f"var(--gpt-{role}, {PALETTE[role][0]})"


def dark_style():
    """A style element that sets every --gpt-<role> in dark notebooks; outputs bring it along, the site has its own."""
    properties = "".join(f"--gpt-{role}:{dark};" for role, (_, dark) in PALETTE.items())
    return f"<style>{','.join(DARK_NOTEBOOKS)}{{{properties}}}</style>"
