"""Drawings of chapters/06_every_letter_a_place.ipynb: one table read in several places, and letters as points."""

import matplotlib as mpl
import matplotlib.figure
import numpy as np

from helpers.plotting import INK, STYLE, Picture, blank, colour

CELL = 0.2   # inches for one number


def show_places(word, n_embd=3):
    """One table read at every place of a word, positions added, and two ways to go on, by shapes -> Picture

    word: 2 to 5 letters; n_embd: numbers in a row, 2 to 4
    """
    k = len(word)
    if not (2 <= k <= 5 and 2 <= n_embd <= 4):
        raise ValueError(f"want 2 to 5 letters and 2 to 4 numbers a row, got {k} and {n_embd}")
    wide = n_embd * CELL
    pitch = 1.15 * wide + 0.2
    left = 1.05                                       # the names of the lines stand before it
    middles = [left + wide / 2 + place * pitch for place in range(k)]
    right = middles[-1] + wide / 2
    letters = list(dict.fromkeys(word))
    read_at = {letter: [place for place in range(k) if word[place] == letter] for letter in letters}
    figure, axes = blank(5.1, 3.7)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set_aspect("equal")
        tops = {letter: np.mean([middles[place] for place in places]) for letter, places in read_at.items()}
        tops = _apart(tops, pitch)
        for letter, x in tops.items():
            _row(axes, x, 3.1, n_embd, "token")
            axes.text(x, 3.34, letter, ha="center", va="bottom", fontweight="bold", color=colour("token"))
            for place in read_at[letter]:
                axes.plot([x, middles[place]], [3.08, 2.62], color=colour("token"), linewidth=1)
        for x in middles:
            _row(axes, x, 2.4, n_embd, "token")
            axes.text(x, 2.23, "+", ha="center", va="center")
            _row(axes, x, 1.86, n_embd, "position")
            axes.text(x, 1.72, "=", ha="center", va="center")
            _row(axes, x, 1.4, n_embd, None)
        for y, words in [(3.2, f"wte (V, {n_embd})"), (2.5, f"read ({k}, {n_embd})"), (1.96, f"wpe ({k}, {n_embd})"), (1.5, f"x ({k}, {n_embd})")]:
            axes.text(left - 0.15, y, words, ha="right", va="center", fontsize=10)
        _row(axes, left + wide / 2, 0.55, n_embd, None)
        axes.text(left - 0.15, 0.65, f"summed ({n_embd},)", ha="right", va="center", fontsize=10)
        start = left + wide + 0.55
        for place in range(k):
            _row(axes, start + wide / 2 + place * wide, 0.55, n_embd, None)
        axes.text(start + k * wide / 2, 0.5, f"side by side ({k * n_embd},)", ha="center", va="top", fontsize=10)
        arrow = {"arrowstyle": "-|>", "color": INK}
        axes.annotate("", (left + wide / 2, 0.8), (left + wide / 2, 1.36), arrowprops=arrow)
        axes.annotate("", (start + k * wide / 2, 0.8), (start + k * wide / 2, 1.36), arrowprops=arrow)
        axes.set(xlim=(-0.45, max(right, start + k * wide) + 0.1), ylim=(0.2, 3.65))
    read = "; ".join(f"{letter} at {' and '.join(map(str, places))}" for letter, places in read_at.items())
    alt = (
        f"One table wte, a row of {n_embd} numbers for each token. Its rows are read: {read}. To each a row of wpe is added, one for "
        f"each of {k} places. What comes out, {k} rows of {n_embd}, is either summed to {n_embd} numbers or laid side by side as {k * n_embd}."
    )
    return Picture(figure, alt)


def _apart(middles, pitch):
    """The same places from left to right, moved so that neighbours are at least a pitch apart."""
    moved, last = {}, -np.inf
    for name, x in sorted(middles.items(), key=lambda pair: pair[1]):
        moved[name] = last = max(x, last + pitch)
    return moved


def _row(axes, x, y, n, role):
    """A row of n numbers with its middle at x and its lower edge at y."""
    edge = colour(role) if role else INK
    axes.add_patch(mpl.patches.Rectangle((x - n * CELL / 2, y), n * CELL, CELL, facecolor="none", edgecolor=edge, linewidth=1.5))
    for cut in range(1, n):
        axes.plot([x + (cut - n / 2) * CELL] * 2, [y, y + CELL], color=edge, linewidth=0.5)


def show_letters(panels, letters, marked):
    """Letters as points, a square for each panel, two in a row; the marked ones stand in bold and in a ring -> Picture

    panels: title -> (n, 2) points, one for each letter; marked: some of the letters, such as the vowels. Each panel has its own scale.
    """
    rows = -(-len(panels) // 2)
    with mpl.rc_context(STYLE):
        figure = matplotlib.figure.Figure(figsize=(5.2, 2.75 * rows), layout="constrained")
        grid = figure.subplots(rows, 2, squeeze=False).ravel()
        says = []
        for axes, (title, points) in zip(grid, panels.items(), strict=False):
            points = np.asarray(points, dtype=float)
            if points.shape != (len(letters), 2):
                raise ValueError(f"want {len(letters)} points of two numbers for {title}, got {points.shape}")
            for letter, (x, y) in zip(letters, points, strict=True):
                look = {"color": colour("query"), "fontweight": "bold"} if letter in marked else {"color": INK}
                axes.text(x, y, letter, ha="center", va="center", fontsize=10, **look)
                if letter in marked:
                    axes.plot([x], [y], "o", markersize=13, markerfacecolor="none", markeredgecolor=colour("query"), markeredgewidth=1)
            extent = np.abs(points).max() * 1.12 or 1.0
            axes.set(xlim=(-extent, extent), ylim=(-extent, extent), title=title)
            axes.title.set_fontsize(11)
            axes.set_aspect("equal")
            axes.tick_params(length=3, labelsize=9)
            is_marked = np.isin(list(letters), list(marked))
            middle = points[is_marked].mean(axis=0) if is_marked.any() else np.zeros(2)
            beside = np.linalg.norm(points - middle, axis=1)
            nearest = "".join(letters[i] for i in np.argsort(beside, kind="stable")[: max(1, is_marked.sum())])
            says.append(f"{title}: nearest to the middle of the marked ones are {', '.join(nearest)}")
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
    return Picture(figure, f"Maps of {len(letters)} letters, marked are {', '.join(marked)}. {'; '.join(says)}.")
