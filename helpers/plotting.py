"""The book's one look: arrays in, a picture out.

Not taught in a chapter. Every picture is SVG with a text alternative, and its ink follows the page, light or dark.
"""

import hashlib
import html
import io
import re

import matplotlib as mpl
import matplotlib.figure
import numpy as np
from matplotlib.colors import to_rgb

from helpers.palette import PALETTE, css_colour, dark_style

INK = "#123456"   # stands for the page's own text colour until the SVG is written
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "how-gpt-works",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 2,
}


def colour(role):
    """The colour of one of the book's roles, such as "token" or "query", as on light pages.

    Lines, areas and words in this colour change with the page's theme once they are in a Picture; pixels do not.
    """
    return PALETTE[role][0]


class Picture:
    """A matplotlib figure as inline SVG, described by `alt` for those who do not see it."""

    def __init__(self, figure, alt):
        if not alt.strip():
            raise ValueError("want a description of the picture as `alt`, got none")
        self.axes = figure.axes
        self.alt = alt
        self.svg = _themed(_svg_of(figure), alt)

    def _repr_html_(self):
        return dark_style() + self.svg

    def __repr__(self):
        return f"[picture: {self.alt}]"


def _svg_of(figure):
    file = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
    text = file.getvalue()
    return text[text.index("<svg") :]


def _themed(svg, alt):
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = svg.replace(INK, "currentColor")
    svg = re.sub(r"font: ([\d.]+px)[^;\"]*", rf"font: \1 {FONT}", svg).replace("'DejaVu Sans'", FONT)
    for role, (light, _) in PALETTE.items():
        svg = svg.replace(light, css_colour(role))
    prefix = "p" + hashlib.sha256((svg + alt).encode()).hexdigest()[:8] + "-"   # ids are unique on a page of many pictures
    svg = re.sub(r'\bid="', f'id="{prefix}', svg)
    svg = re.sub(r'(href="|url\()#', rf"\g<1>#{prefix}", svg)
    label = html.escape(alt, quote=True)
    ink = "var(--pst-color-text-base,var(--jp-content-font-color1,var(--vscode-editor-foreground,CanvasText)))"
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" style="max-width:100%;height:auto;color:{ink}" ', 1)


def blank(width=6.4, height=3.0):
    """An empty figure in the book's look, sizes in inches -> figure, axes"""
    with mpl.rc_context(STYLE):
        figure = matplotlib.figure.Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots()
        axes.tick_params(length=3)
    return figure, axes


def show_bars(labels, heights, alt, x="", y="", role="token"):
    """A bar for each label. labels: n strings or numbers, heights: n numbers -> Picture"""
    figure, axes = blank()
    with mpl.rc_context(STYLE):
        axes.bar([str(label) for label in labels], heights, color=colour(role), width=0.75)
        axes.set(xlabel=x, ylabel=y)
        axes.margins(x=0.01)
    return Picture(figure, alt)


def show_lines(lines, alt, x="", y="", roles=("token", "query", "value", "position", "key"), log_x=False, log_y=False):
    """A line for each entry. lines: name -> (xs, ys) -> Picture"""
    figure, axes = blank()
    styles = ["-", "--", "-.", ":", (0, (5, 1))]   # the lines differ in grey too
    with mpl.rc_context(STYLE):
        for number, (name, (xs, ys)) in enumerate(lines.items()):
            axes.plot(xs, ys, styles[number % 5], color=colour(roles[number % len(roles)]), label=name)
        axes.set(xlabel=x, ylabel=y)
        if log_x:
            axes.set_xscale("log")
        if log_y:
            axes.set_yscale("log")
        if len(lines) > 1:
            axes.legend()
    return Picture(figure, alt)


def show_heatmap(values, rows, columns, alt, x="", y="", role="token"):
    """A grid of squares: the stronger the colour, the larger the value.

    values: (R, C), none below 0; rows: R labels; columns: C labels -> Picture
    """
    values = np.asarray(values, dtype=float)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(f"want values of shape {(len(rows), len(columns))} for these labels, got {values.shape}")
    R, C = values.shape
    figure, axes = blank(min(7.0, 0.9 + 0.26 * C), min(7.0, 0.9 + 0.26 * R))
    pixels = np.empty((R, C, 4))
    pixels[..., :3] = to_rgb(colour(role))
    pixels[..., 3] = values / (values.max() or 1.0)
    with mpl.rc_context(STYLE):
        axes.imshow(pixels, interpolation="none", aspect="equal")
        axes.set_xticks(range(C), [str(label) for label in columns])
        axes.set_yticks(range(R), [str(label) for label in rows])
        axes.tick_params(length=0, labelsize=8)
        axes.set(xlabel=x, ylabel=y)
    return Picture(figure, alt)


def show_graph(root, names, alt):
    """The graph of the values that led to `root`, its leaves on the left; each arrow carries its slope.

    root: anything with .data, .grad, .parents and .slopes; names: name -> value, for those that have one -> Picture
    """
    name_of = {id(value): name for name, value in names.items()}
    column_of, found = {id(root): 0}, [root]
    for value in found:   # one that moves further left is found again
        for parent in value.parents:
            if column_of.get(id(parent), -1) <= column_of[id(value)]:
                column_of[id(parent)] = column_of[id(value)] + 1
                found.append(parent)
    values = {id(value): value for value in reversed(found)}
    slopes, columns, places = {}, {}, {}
    for key, value in values.items():
        columns.setdefault(column_of[key], []).append(key)
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            slopes.setdefault((id(parent), key), []).append(slope)
    for column, keys in columns.items():
        aside = 0.35 if len(keys) == 1 and column % 2 else 0   # room for an arrow that skips a column
        places |= {key: (-column, (len(keys) - 1) / 2 - row + aside) for row, key in enumerate(keys)}

    width, height = len(columns), max(map(len, columns.values()))
    figure, axes = blank(min(7.0, 1.4 * width), 0.6 + 0.8 * height)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(0.5 - width, 0.5), ylim=(-height / 2, height / 2 + 0.2))
        for (start, end), factors in slopes.items():
            bend = 0.25 if column_of[start] - column_of[end] > 1 else 0
            look = {"arrowstyle": "-|>", "color": INK, "shrinkA": 28, "shrinkB": 28, "connectionstyle": f"arc3,rad={bend}"}
            axes.annotate("", places[end], places[start], arrowprops=look)
            x, y = np.mean([places[start], places[end]], axis=0)
            label = ", ".join(f"×{factor:.3g}" for factor in factors)
            axes.text(x, y + 0.13 - bend, label, ha="right" if not bend else "center", fontsize=8)
        frame = {"boxstyle": "round,pad=0.35", "facecolor": "none", "edgecolor": colour("gradient"), "linewidth": 1.5}
        for key, (x, y) in places.items():
            lines = f"{name_of.get(key, '')}\n{values[key].data:.3g}\ngrad {values[key].grad:.3g}".strip()
            axes.text(x, y, lines, ha="center", va="center", fontsize=9, bbox=frame)
    return Picture(figure, alt)


MAP = {
    "data": "names",
    "tokens": "letters as numbers",
    "model": "knobs that guess",
    "loss": "how wrong",
    "gradients": "which knob, how much",
    "update": "nudge the knobs",
    "sample": "write",
}


class Map:
    """The whole machine in seven steps, with the parts of today lit."""

    def __init__(self, *lit):
        unknown = [part for part in lit if part not in MAP]
        if unknown:
            raise ValueError(f"want parts of the map, {', '.join(MAP)}, got {', '.join(unknown)}")
        self.lit = lit

    def _repr_html_(self):
        items = []
        for part, meaning in MAP.items():
            on = part in self.lit
            edge = f"2px solid {css_colour('token')}" if on else "1px solid currentColor"
            mark = ' aria-current="step"' if on else ""
            items.append(
                f'<li{mark} style="list-style:none;margin:0;padding:.25rem .6rem;border-radius:.5rem;border:{edge}">'
                f'<span style="font-weight:{700 if on else 400}">{part}</span>'
                f'<span style="display:block;font-size:.8em">{meaning}</span></li>'
            )
        return (
            f'{dark_style()}<ol aria-label="Where we are: the parts of the machine, in order" '
            'style="display:flex;flex-wrap:wrap;gap:.4rem;padding:0;margin:.5rem 0;line-height:1.3">' + "".join(items) + "</ol>"
        )

    def __repr__(self):
        return " > ".join(f"[{part}]" if part in self.lit else part for part in MAP)


def show_map(*lit):
    """Where we are: the machine's parts in order, those named in `lit` marked -> Map"""
    return Map(*lit)
