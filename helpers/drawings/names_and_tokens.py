"""Drawing of chapters/01_names_and_tokens.ipynb: from the rows of the file to the names that a model learns from."""

import matplotlib as mpl

from helpers.plotting import INK, STYLE, Picture, blank, colour

WIDTH = 4.9     # inches: with its margins, it can be read on a phone
N_SHOWN = 2     # rows of each name that are written out
LINE = 0.24     # inches from one line of text to the next
HEADING = 0.75   # inches above the lines


def draw_split(rows, train, held_out, follow):
    """Where the rows of a list of names go: rows -> different names -> to learn from or held out.

    rows: (name, origin) for each row; train, held_out: the two sides of the split
    follow: a few names whose way is drawn; one that is not among `rows` is left out -> Picture
    """
    names = dict.fromkeys(name for name, _ in rows)
    follow = [name for name in dict.fromkeys(follow) if name in names]
    origins_of = {name: [origin for row_name, origin in rows if row_name == name] for name in follow}
    lines_of = {name: _lines_of(name, origins) for name, origins in origins_of.items()}
    n_lines = sum(map(len, lines_of.values())) + len(follow) - 1   # an empty line between two names
    height = HEADING + LINE * max(n_lines, 6)
    sides = {"to learn from": (train, "token", 0.7), "held out,\nonly to test": (held_out, "loss", 0.2)}   # 0 is below, 1 on top
    columns = {f"{len(rows):,} rows": 0.0, f"{len(names):,}\ndifferent names": 1.95, "two sides": 3.6}   # inches

    figure, axes = blank(WIDTH, height)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(0, WIDTH), ylim=(0, height))
        for heading, x in columns.items():
            axes.text(x, height, heading, va="top", fontweight="bold")
        left, middle, right = columns.values()
        for label, (side, role, place) in sides.items():
            text = f"{len(side):,} names\n{label}"
            frame = {"boxstyle": "round,pad=0.4", "facecolor": "none", "edgecolor": colour(role), "linewidth": 2}
            axes.text(right + 0.1, place * (height - HEADING), text, va="center", bbox=frame)
        top = height - HEADING
        for name in follow:
            label = next(label for label, (side, _, _) in sides.items() if name in side)
            _, role, place = sides[label]
            ys = [top - LINE * line for line in range(len(lines_of[name]))]
            centre = sum(ys) / len(ys)
            for line, y in zip(lines_of[name], ys, strict=True):
                axes.text(left, y, line, va="center")
                axes.plot([1.4, middle - 0.08], [y, centre], color=INK, linewidth=0.8)
            axes.text(middle, centre, _short(name), va="center")
            ends = (right, place * (height - HEADING)), (middle + 0.11 * len(_short(name)) + 0.05, centre)
            axes.annotate("", *ends, arrowprops={"arrowstyle": "-|>", "color": colour(role), "linewidth": 1.5})
            top = ys[-1] - 2 * LINE
    says = [
        f"From rows to names. {len(rows):,} rows, one for each name and origin; {len(names):,} different names; "
        f"of these {len(train):,} to learn from and {len(held_out):,} held out."
    ]
    for name in follow:
        n_rows = len(origins_of[name])
        side = "held out" if name in held_out else "to learn from"
        says.append(f"{name}: {n_rows} row{'s' if n_rows > 1 else ''}, one name, {side}.")
    return Picture(figure, " ".join(says))


def _short(name):
    return name if len(name) <= 12 else name[:11] + "…"   # more would run into the next column


def _lines_of(name, origins):
    lines = [f"{_short(name)}, {origin}" for origin in origins[:N_SHOWN]]
    more = len(origins) - N_SHOWN
    return [*lines, f"and {more} more"] if more > 0 else lines
