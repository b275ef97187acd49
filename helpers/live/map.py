"""Live figure of chapters/06_every_letter_a_place.ipynb: where the letters lie, at moments of a recorded run and by the counts."""

import html
import math

import numpy as np

from helpers.counting import count_bigrams
from helpers.live.hill import fixed
from helpers.live.shell import LiveFigure, read
from helpers.names import load_names, split_names
from helpers.tokenizer import encode

VOWELS = "aeiou"
LEFT, TOP, SIDE = 44, 8, 340          # the map's place in the drawing: a square
MARGIN = 1.15                         # so much wider than the letters lie apart is the map
ROUND = 4.5                           # half of a dot's width
AROUND = [(0, -8), (10, 5), (-10, 5), (0, 18), (9, -5), (-9, -5), (9, 15), (-9, 15)]   # where a dot's letter may stand, best first
HIGH, BROAD = 13, 10                  # the room that a letter takes


def two_directions(rows):
    """The two directions along which the rows differ most, as `numpy.linalg.svd` finds them. rows: (V, C) -> (2, C)"""
    directions = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)[2][:2]
    along = (rows - rows.mean(axis=0)) @ directions.T
    farthest = along[np.abs(along).argmax(axis=0), [0, 1]]
    return directions * np.where(farthest < 0, -1, 1)[:, None]   # a direction's sign is chance: the farthest letter is above 0


def points_of(rows, directions):
    """Each row as two numbers, with their mean at 0. (V, C), (2, C) -> (V, 2), three digits behind the point"""
    return np.round((rows - rows.mean(axis=0)) @ directions.T, 3) + 0.0   # no -0


def frame_of(points):
    """What of the plane the drawing shows, so that all points are in it -> its middle, and the pixels of a 1. points: (..., 2)"""
    flat = np.asarray(points).reshape(-1, 2)
    middle, size = (flat.max(axis=0) + flat.min(axis=0)) / 2, (flat.max(axis=0) - flat.min(axis=0)).max()
    return [*middle.tolist(), SIDE / (MARGIN * float(size))]


def pixels(point, frame):
    """Where a point lies in the drawing -> x, y"""
    x, y, scale = frame
    return LEFT + SIDE / 2 + scale * (point[0] - x), TOP + SIDE / 2 - scale * (point[1] - y)


def letter_places(points, frame):
    """Where beside each dot its letter stands, so that few lie on others. -> for each the number of one of AROUND"""
    dots = [pixels(point, frame) for point in points.tolist()]
    boxes, chosen = [], []

    def overlap(one, other):
        across = min(one[2], other[2]) - max(one[0], other[0])
        down = min(one[3], other[3]) - max(one[1], other[1])
        return max(across, 0) * max(down, 0)

    for x, y in dots:
        costs = []
        for dx, dy in AROUND:
            box = (x + dx - BROAD / 2, y + dy - HIGH, x + dx + BROAD / 2, y + dy)
            others = [(a - ROUND, b - ROUND, a + ROUND, b + ROUND) for a, b in dots if (a, b) != (x, y)]
            inside = min(box[0] - LEFT, box[1] - TOP, LEFT + SIDE - box[2], TOP + SIDE - box[3]) >= 0
            costs.append((sum(overlap(box, other) for other in boxes + others) + (0 if inside else 1000), box))
        best = min(range(len(AROUND)), key=lambda number: costs[number][0])
        chosen.append(best)
        boxes.append(costs[best][1])
    return chosen


def counted_rows(letters):
    """What follows each letter in the training names, as probabilities: rows that no network made. -> (n letters, V)"""
    train, _ = split_names(load_names())
    counts = count_bigrams([encode(name, letters) for name in train], len(letters) + 1)[: len(letters)]
    return counts / counts.sum(axis=1, keepdims=True)


def views_of(record, letters):
    """The two maps as the page gets them -> list of {label, frame, moments: [{title, points, places}]}"""
    tables = np.asarray(record["tables"], dtype=float)[:, : len(letters)]
    last = two_directions(tables[-1])
    n_steps = record["steps"][-1]
    trained = [
        (f"Step {step:,} of {n_steps:,}, held-out loss {loss:.3f} nats per token", points_of(table, last))
        for step, loss, table in zip(record["steps"], record["losses"], tables, strict=True)
    ]
    rows = counted_rows(letters)
    counted = [("Counted, with no step of training", points_of(rows, two_directions(rows)))]
    views = []
    for label, moments in [("the network's table", trained), ("the counted table", counted)]:
        frame = frame_of([points for _, points in moments])
        moments = [{"title": title, "points": points.tolist(), "places": letter_places(points, frame)} for title, points in moments]
        views.append({"label": label, "frame": frame, "moments": moments})
    return views


def says(view, moment, letters, followed):
    """Which moment this is, and where the letter lies that is followed (None: no letter)."""
    title = view["moments"][moment]["title"]
    if followed is None:
        return f"{title}."
    x, y = view["moments"][moment]["points"][followed]
    return f"{title}: {letters[followed]} lies at {fixed(x, 2)} across, {fixed(y, 2)} up."


def label_of(view, moment, letters):
    """What the drawing shows, in words."""
    here = view["moments"][moment]
    listed = "; ".join(f"{letter} {fixed(x, 2)}, {fixed(y, 2)}" for letter, (x, y) in zip(letters, here["points"], strict=True))
    return f"{here['title']}. Each letter's two numbers: {listed}."


def ticks_of(middle, scale):
    """Round numbers along one axis, as many as are easily read. -> list of numbers"""
    reach = SIDE / 2 / scale
    step = next(step for power in range(-6, 9) for step in (10.0**power, 2 * 10.0**power, 5 * 10.0**power) if reach / step <= 3)
    return [step * n for n in range(math.ceil((middle - reach) / step), math.floor((middle + reach) / step) + 1)]


def axes(frame):
    """The lines through 0, and numbers along two edges -> SVG"""
    x, y, scale = frame
    right, bottom = LEFT + SIDE, TOP + SIDE
    zero_x, zero_y = pixels((0, 0), frame)
    lines = f"M{LEFT} {zero_y:.1f}H{right}" if TOP < zero_y < bottom else ""
    lines += f"M{zero_x:.1f} {TOP}V{bottom}" if LEFT < zero_x < right else ""
    across = "".join(f'<text x="{pixels((tick, 0), frame)[0]:.1f}" y="{bottom + 17}">{tick:g}</text>' for tick in ticks_of(x, scale))
    up = "".join(f'<text class="end" x="{LEFT - 5}" y="{pixels((0, tick), frame)[1] + 5:.1f}">{tick:g}</text>' for tick in ticks_of(y, scale))
    return f'<path class="zero" d="{lines}"/>{across}{up}'


def mark(letter):
    """A vowel's diamond or a consonant's dot, around (0, 0) -> SVG"""
    if letter in VOWELS:
        return f'<path d="M0 {-ROUND - 1.5}L{ROUND + 1.5} 0L0 {ROUND + 1.5}L{-ROUND - 1.5} 0z"/>'
    return f'<circle r="{ROUND}"/>'


def first_state(views, letters, chosen=0, moment=None, followed=None):
    """The figure as it stands at a view and a moment (None: its last), with a letter followed or none -> HTML"""
    view = views[chosen]
    moment = len(view["moments"]) - 1 if moment is None else moment
    slider = len(views[0]["moments"]) - 1 if chosen else moment
    here = view["moments"][moment]
    dots = ""
    for number, (letter, point, place) in enumerate(zip(letters, here["points"], here["places"], strict=True)):
        x, y = pixels(point, view["frame"])
        dx, dy = AROUND[place]
        kind = ("vowel" if letter in VOWELS else "consonant") + (" lit" if number == followed else "")
        dots += (
            f'<g class="{kind}" data-letter="{number}" transform="translate({fixed(x, 1)} {fixed(y, 1)})">{mark(letter)}'
            f'<text x="{dx}" y="{dy}">{html.escape(letter)}</text></g>'
        )
    way = "" if followed is None else "M" + "L".join(
        " ".join(fixed(place, 1) for place in pixels(each["points"][followed], view["frame"])) for each in view["moments"]
    )
    switch = "".join(
        f'<button type="button" aria-pressed="{"true" if number == chosen else "false"}" data-wakes disabled>{each["label"]}</button>'
        for number, each in enumerate(views)
    )
    options = "".join(
        f'<option value="{number}"{" selected" if number == followed else ""}>{html.escape(letter)}</option>' for number, letter in enumerate(letters)
    )
    title = views[0]["moments"][slider]["title"]
    return (
        f'<style>{read("map.css")}</style>'
        f'<div class="controls"><span class="map-views" role="group" aria-label="Which table" data-part="views">{switch}</span>'
        f'<label>Follow <select data-part="followed" data-wakes disabled><option value="">no letter</option>{options}</select></label></div>'
        f'<div class="controls"><label class="map-moments">Moment <input data-part="moment" data-wakes disabled type="range" min="0" '
        f'max="{len(views[0]["moments"]) - 1}" step="1" value="{slider}" aria-valuetext="{title}"></label></div>'
        f'<p class="says" data-part="says" aria-live="polite">{html.escape(says(view, moment, letters, followed))}</p>'
        f'<svg class="places" data-part="map" viewBox="0 0 {LEFT + SIDE + 8} {TOP + SIDE + 24}" role="img" '
        f'aria-label="{html.escape(label_of(view, moment, letters))}">'
        + "".join(f'<g data-axes="{number}" display="{"inline" if number == chosen else "none"}">{axes(each["frame"])}</g>' for number, each in enumerate(views))
        + f'<rect class="edge" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/><path class="way" data-part="way" d="{way}"/>{dots}</svg>'
        '<ul class="scale" aria-label="Marks"><li><svg class="places key" viewBox="-7 -7 14 14" aria-hidden="true">'
        f'<g class="vowel">{mark("a")}</g></svg> vowel</li><li><svg class="places key" viewBox="-7 -7 14 14" aria-hidden="true">'
        f'<g class="consonant">{mark("b")}</g></svg> consonant</li></ul>'
    )


def map_figure(record):
    """The letters' places at moments of a recorded run, and by the counts as a control -> LiveFigure

    record: as `load_places` in helpers/recording/places.py gives it; the row of BOS is not drawn
    Raises ValueError where its parts do not fit together.
    """
    letters, n_moments = [token for token in record["tokens"] if token != "."], len(record["steps"])
    got = (len(record["losses"]), *np.shape(record["tables"])[:2])
    if got != (n_moments, n_moments, len(record["tokens"])) or "." in record["tokens"][:-1]:
        raise ValueError(f"want a loss and a table of {len(record['tokens'])} rows, letters first, for each of {n_moments} steps, got {got}")
    views, told = views_of(record, letters), record["settings"]
    caption = (
        f"The embedding of each letter, {told['n_embd']} numbers, squeezed to two: along the two directions in which the rows differ most after training. "
        f"Directions and scale are the same at every moment. A recorded run of this chapter's network, {told['n_letters']} letters wide, from embeddings of "
        f"spread {told['start']:g}: seeds {' and '.join(map(str, told['seeds']))}, {record['steps'][-1]:,} steps of {told['batch_size']} questions. Drag the slider "
        "through its moments; follow a letter, or click it, to see its whole way. The control: the rows of the counted bigram table, as probabilities, "
        "squeezed along two directions of their own. Nothing was trained there."
    )
    data = {"letters": letters, "views": views, "around": AROUND, "place": [LEFT, TOP, SIDE]}
    return LiveFigure("gpt-map", first_state(views, letters), data, caption)
