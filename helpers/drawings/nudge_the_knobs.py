"""Drawing of chapters/04_nudge_the_knobs.ipynb: the network that guesses from two tokens, with its sizes."""

import matplotlib as mpl
from matplotlib.patches import Rectangle

from helpers.plotting import INK, STYLE, Picture, blank, colour

ACROSS = 27   # the drawing's width: a strip of so many squares


def draw_mlp(tokens, vocab_size, n_hidden):
    """Two tokens, their rows of knobs, the sums through tanh, and the logits -> Picture

    tokens: the two symbols that are read, the older one first
    """
    two_back, one_back = tokens
    table = f"{vocab_size} · {n_hidden}"
    strips = [   # words above the strip, how many squares, role, the token that chooses it
        (f"row of the token two back, from {table} knobs", n_hidden, "token", two_back),
        (f"row of the token one back, from {table} knobs", n_hidden, "token", one_back),
        (f"added, then tanh: {n_hidden} hidden numbers", n_hidden, "data", None),
        (f"{vocab_size} logits, one for each row of the output's {table} knobs", vocab_size, "data", None),
    ]
    total = f"3 · {table} = {3 * vocab_size * n_hidden:,} knobs"
    figure, axes = blank(width=5.0, height=3.4)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(-4.2, ACROSS + 0.2), ylim=(-1.8, 14.6))
        side = ACROSS / max(vocab_size, n_hidden)
        for number, (words, n_squares, role, token) in enumerate(strips):
            bottom = 12 - 4 * number
            for place in range(n_squares):
                axes.add_patch(Rectangle((place * side, bottom), 0.8 * side, 1, facecolor=colour(role), edgecolor="none"))
            axes.text(0, bottom + 1.4, words, fontsize=9.5)
            if token is not None:
                frame = {"boxstyle": "round,pad=0.3", "facecolor": "none", "edgecolor": colour("token"), "linewidth": 1.5}
                axes.text(-3.1, bottom + 0.5, token, ha="center", va="center", fontsize=10.5, bbox=frame)
                axes.annotate("", (-0.3, bottom + 0.5), (-2.1, bottom + 0.5), arrowprops={"arrowstyle": "-|>", "color": INK})
        for bottom, sign in ((10.5, "+"), (6.5, "↓"), (2.5, "↓")):
            axes.text(-1.2, bottom, sign, ha="center", va="center", fontsize=12)
        axes.text(0, -1.2, total, fontsize=9.5, weight="bold")
    reads = f"Token {two_back}: {strips[0][0]}. Token {one_back}: {strips[1][0]}."
    return Picture(figure, f"A network drawn from top to bottom. {reads} {strips[2][0].capitalize()}. {strips[3][0]}. Together {total}.")
