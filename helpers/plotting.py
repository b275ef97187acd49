"""The book's one look: arrays in, a picture out.

Not taught in a chapter. Every picture is SVG with a text alternative, and its ink follows the page, light or dark.
"""

import hashlib
import html
import io
import math
import re

import matplotlib as mpl
import matplotlib.figure
import matplotlib.lines
import numpy as np

from helpers.palette import PALETTE, css_colour, dark_style

INK = "#123456"   # stands for the page's own text colour until the SVG is written
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
WIDTH = 5.2     # inches: with this font, a picture of this width can be read on a phone
PHONE = 320     # pixels: what is wider scrolls there
NUMBERED = 0.35   # how strong the fullest colour is below a number, which must be read
LEGIBLE = 9.2   # pixels: letters are at least this high, or the picture scrolls
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "how-gpt-works",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "font.size": 11.5,
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
    """A matplotlib figure as inline SVG, described in words for those who do not see it.

    alt: the description; None computes one from what the axes show, see `describe`
    """

    def __init__(self, figure, alt=None):
        self.axes = figure.axes
        self.alt = describe(figure.axes[0]) if alt is None else alt
        if not self.alt.strip():
            raise ValueError("want a description of the picture as `alt`, got none")
        self.svg, least = _themed(_svg_of(figure), self.alt, figure.get_figwidth())
        self.scrolls = least > PHONE

    def _repr_html_(self):
        label = html.escape(self.alt, quote=True)
        scrolls = f' tabindex="0" role="region" aria-label="{label}"' if self.scrolls else ""
        return f'{dark_style()}<div class="gpt-picture" style="overflow-x:auto"{scrolls}>{self.svg}</div>'

    def __repr__(self):
        return f"[picture: {self.alt}]"


def describe(axes):
    """What bars, lines and dots on these axes show: what the axes measure, the largest and the smallest -> str"""
    across, up = axes.get_xlabel() or "unnamed", axes.get_ylabel() or "unnamed"
    says = [f"Across: {across}. Up: {up}."]
    labels = [tick.get_text() for tick in axes.get_xticklabels()]
    for bars in axes.containers:
        heights = [bar.get_height() for bar in bars]
        order = np.argsort(heights, kind="stable")[::-1]
        named = [f"{labels[i]} ({_number(heights[i])})" for i in order]
        says.append(f"{len(named)} bars. Largest: {', '.join(named[:3])}. Smallest: {', '.join(named[:-3:-1])}.")
    for line in axes.lines:
        xs, ys = (np.atleast_1d(values) for values in line.get_data())
        if line.get_linestyle() == "None":
            says.append(f"{len(ys)} dots, from {_number(min(ys))} to {_number(max(ys))}.")
            continue
        if isinstance(line, mpl.lines.AxLine):   # it goes on and on: from where it enters the picture to where it leaves
            xs, ys = (line.get_transform() - axes.transData).transform(np.transpose([xs, ys])).T
        name = line.get_label() if not line.get_label().startswith("_") else "The line"
        low, high = np.argmin(ys), np.argmax(ys)
        if _number(ys[low]) == _number(ys[high]):
            says.append(f"{name}: all {_number(ys[low])}.")
            continue
        says.append(
            f"{name}: begins at {_number(ys[0])}, ends at {_number(ys[-1])}, "
            f"lowest {_number(ys[low])} at {_number(xs[low])}, highest {_number(ys[high])} at {_number(xs[high])}."
        )
    return " ".join(says)


def _number(x):
    """A number as one says it: 8,517 or 0.274; what is no number stays as it is."""
    if isinstance(x, str):
        return x
    return f"{x:,.0f}" if float(x).is_integer() and abs(x) < 1e15 else f"{x:.3g}"


def _svg_of(figure):
    file = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
    text = file.getvalue()
    return text[text.index("<svg") :]


def _themed(svg, alt, inches):
    """The picture for any page -> SVG, and the least width in pixels at which its smallest letters can be read"""
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
    smallest = min(map(float, re.findall(r"<text [^>]*font(?:-size)?: ?([\d.]+)px", svg)), default=LEGIBLE)
    least = math.ceil(float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1]) * LEGIBLE / smallest)
    size = f"width:100%;min-width:{least}px;max-width:{115 * inches:.0f}px"   # 96 to an inch is its own size
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" style="display:block;{size};height:auto;color:{ink}" ', 1), least


def blank(width=WIDTH, height=2.7):
    """An empty figure in the book's look, sizes in inches -> figure, axes"""
    with mpl.rc_context(STYLE):
        figure = matplotlib.figure.Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots()
        axes.tick_params(length=3)
    return figure, axes


def show_bars(labels, heights, x="", y="", role="token"):
    """A bar for each label. labels: n strings or numbers, heights: n numbers -> Picture"""
    figure, axes = blank()
    with mpl.rc_context(STYLE):
        axes.bar([str(label) for label in labels], heights, color=colour(role), width=0.75)
        axes.set(xlabel=x, ylabel=y)
        axes.margins(x=0.01)
        if len(labels) > 20:
            axes.tick_params(axis="x", labelsize=9)
    return Picture(figure)


def is_crossed(words, lines):
    """Whether a line passes through a legend or a text, once their figure has been drawn."""
    box = words.get_window_extent()
    return any(line.get_transform().transform_path(line.get_path()).intersects_bbox(box, filled=False) for line in lines)


def name_lines(axes):
    """A legend where it crosses no line: among them where there is room, else above the plot."""
    figure = axes.figure
    legend = axes.legend()
    figure.draw_without_rendering()   # places it
    if is_crossed(legend, axes.lines):
        legend.remove()
        longest = max(len(line.get_label()) for line in axes.lines)
        figure.legend(loc="outside upper left", ncols=2 if longest <= 20 else 1, fontsize=10)


def show_lines(lines, x="", y="", roles=("token", "query", "value", "position", "key"), log_x=False, log_y=False):
    """A line for each entry. lines: name -> (xs, ys) -> Picture"""
    figure, axes = blank()
    styles = ["-", "--", "-.", ":", (0, (5, 1))]   # the lines differ in grey too
    with mpl.rc_context(STYLE):
        for number, (name, (xs, ys)) in enumerate(lines.items()):
            axes.plot(xs, ys, linestyle=styles[number % 5], color=colour(roles[number % len(roles)]), label=name)
        axes.set(xlabel=x, ylabel=y)
        if log_x:
            axes.set_xscale("log")
        if log_y:
            axes.set_yscale("log")
        if len(lines) > 1:
            name_lines(axes)
    return Picture(figure)


def show_dots(xs, ys, x="", y="", role="token", diagonal=False):
    """A dot for each pair of numbers. xs, ys: n numbers each; diagonal: draw the line where both are equal -> Picture"""
    figure, axes = blank(width=3.6, height=3.4)
    with mpl.rc_context(STYLE):
        if diagonal:
            axes.axline((0, 0), slope=1, color=colour("data"), linewidth=1)
        axes.plot(np.ravel(xs), np.ravel(ys), "o", color=colour(role), markersize=3)
        axes.set(xlabel=x, ylabel=y)
    return Picture(figure)


def show_heatmap(values, rows, columns, x="", y="", role="token", numbers=False, top=None):
    """A grid of squares: the stronger the colour, the larger the value; the scale at its side tells how large.

    values: (R, C), none below 0; rows: R labels; columns: C labels; numbers: write each value into its square
    top: the value of the full colour, for two maps on one scale; None for the largest of `values` -> Picture
    """
    values = np.asarray(values, dtype=float)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(f"want values of shape {(len(rows), len(columns))} for these labels, got {values.shape}")
    if (values < 0).any():
        raise ValueError(f"want no value below 0, got {values.min()}")
    R, C = values.shape
    top = float(values.max() or 1.0) if top is None else float(top)
    side, full = (0.5, NUMBERED) if numbers else (0.26, 1)
    figure, axes = blank(min(7.0, 1.5 + side * C), min(7.0, 0.9 + side * R))
    with mpl.rc_context(STYLE):
        _squares(axes, full * values / top, role)
        axes.invert_yaxis()
        axes.set_aspect("equal")
        axes.set_xticks(np.arange(C) + 0.5, [str(label) for label in columns])
        axes.set_yticks(np.arange(R) + 0.5, [str(label) for label in rows])
        axes.tick_params(length=0, labelsize=9)
        axes.set(xlabel=x, ylabel=y)
        if numbers:
            for r, c in np.ndindex(R, C):
                axes.text(c + 0.5, r + 0.5, _number(values[r, c]), ha="center", va="center", fontsize=9)
        scale = figure.colorbar(mpl.cm.ScalarMappable(mpl.colors.Normalize(0, top)), ax=axes, fraction=0.05, aspect=12, shrink=0.6)
        scale.ax.cla()   # the squares of the map have one colour and differ in how strong it is; so must the scale
        _squares(scale.ax, np.linspace(0, full, 24)[:, None], role)
        scale.ax.set(xticks=[], yticks=[0, 24], yticklabels=["0", _number(top)])
        scale.ax.yaxis.tick_right()
        scale.ax.tick_params(length=0, labelsize=9)
    order = np.argsort(-values, axis=None, kind="stable")
    named = [f"{rows[i // C]} then {columns[i % C]} ({_number(values.flat[i])})" for i in order]
    alt = (
        f"Heat map, {R} rows by {C} columns. Down: {y or 'rows'}. Across: {x or 'columns'}. "
        f"Largest: {', '.join(named[:4])}. Smallest: {named[-1]}; {np.count_nonzero(values == 0)} squares are 0."
    )
    return Picture(figure, alt)


def _squares(axes, strengths, role):
    """Squares of one colour, each as opaque as its strength from 0 to 1: they follow the page, light or dark."""
    mesh = axes.pcolormesh(np.zeros(strengths.shape), cmap=mpl.colors.ListedColormap([colour(role)]), linewidth=0)
    mesh.set_alpha(np.clip(strengths, 0, 1))


def operation_of(value):
    """What made a value of its parents, told from its numbers: "+", "−", "×", "exp", ...; "" for a leaf"""
    parents, slopes, result = [parent.data for parent in value.parents], list(value.slopes), value.data
    if len(parents) == 2:
        x, y = parents
        for sign, out, expected in (("×", x * y, [y, x]), ("+", x + y, [1, 1]), ("−", x - y, [1, -1])):
            if np.allclose([result, *slopes], [out, *expected]):
                return sign
        return "·"
    if len(parents) != 1:
        return "·" if parents else ""
    x, (slope,) = parents[0], slopes
    ways = {"relu": (max(x, 0), float(x > 0)), "tanh": (np.tanh(x), 1 - np.tanh(x) ** 2), "exp": (np.exp(min(x, 700)),) * 2}
    if x > 0:
        ways["log"] = (np.log(x), 1 / x)
    return next((name for name, way in ways.items() if np.allclose([result, slope], way)), "power")


def show_graph(root, names):
    """The graph of the values that led to `root`, its leaves on the left; each arrow carries its slope.

    root: anything with .data, .grad, .parents and .slopes; names: name -> value, for those that have one -> Picture
    A box holds the value's name and the step that made it, its number, and its gradient.
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
    titles = {}
    for key, value in values.items():
        name, sign = name_of.get(key, ""), operation_of(value)
        titles[key] = f"{name} ({sign})" if name and sign else name or sign or "a number"

    width, height = len(columns), max(map(len, columns.values()))
    figure, axes = blank(min(7.0, 1.5 * width), 0.6 + 0.9 * height)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(0.5 - width, 0.5), ylim=(-height / 2, height / 2 + 0.2))
        for (start, end), factors in slopes.items():
            bend = 0.25 if column_of[start] - column_of[end] > 1 else 0
            look = {"arrowstyle": "-|>", "color": INK, "shrinkA": 28, "shrinkB": 28, "connectionstyle": f"arc3,rad={bend}"}
            axes.annotate("", places[end], places[start], arrowprops=look)
            x, y = np.mean([places[start], places[end]], axis=0)
            label = ", ".join(f"×{factor:.3g}" for factor in factors)
            axes.text(x, y + 0.13 - bend, label, ha="right" if not bend else "center", fontsize=9)
        frame = {"boxstyle": "round,pad=0.35", "facecolor": "none", "edgecolor": colour("gradient"), "linewidth": 1.5}
        for key, (x, y) in places.items():
            lines = f"{titles[key]}\n{values[key].data:.3g}\ngrad {values[key].grad:.3g}"
            axes.text(x, y, lines, ha="center", va="center", fontsize=9, bbox=frame)
    boxes = [f"{titles[key]} = {value.data:.3g}, gradient {value.grad:.3g}" for key, value in values.items()]
    arrows = [
        f"{titles[start]} to {titles[end]}, slope {' and '.join(f'{factor:.3g}' for factor in factors)}"
        for (start, end), factors in slopes.items()
    ]
    return Picture(figure, f"Graph of {len(values)} values, leaves on the left. {'; '.join(boxes)}. Arrows: {'; '.join(arrows)}.")


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
                f'<li{mark} style="list-style:none;flex:1 1 4.8rem;margin:0;padding:.25rem .4rem;border-radius:.5rem;border:{edge}">'
                f'<span style="font-weight:{700 if on else 400}">{part}</span>'
                f'<span style="display:block;font-size:.8em">{meaning}</span></li>'
            )
        return (
            f'{dark_style()}<ol aria-label="Where we are: the parts of the machine, in order" '
            'style="display:flex;flex-wrap:wrap;gap:.35rem;padding:0;margin:.5rem 0;line-height:1.3">' + "".join(items) + "</ol>"
        )

    def __repr__(self):
        return " > ".join(f"[{part}]" if part in self.lit else part for part in MAP)


def show_map(*lit):
    """Where we are: the machine's parts in order, those named in `lit` marked -> Map"""
    return Map(*lit)
