"""What every live figure shares: a first state drawn by Python, the data as JSON, the module inlined.

Not taught in a chapter. One output carries all it needs, so it works in JupyterLab, VS Code, Colab, on the published
page and from a file, without a kernel; with scripts off the first state still stands. Once awake, the module draws that
state again from the data: tests hold the two drawings equal, so neither can drift. What both write has one form here and
the same one in shell.js.
"""

import html
import json
import math
import re
import unicodedata
from importlib.resources import files

from helpers.palette import dark_style


def read(name):
    """The text of a file of this package."""
    return files("helpers.live").joinpath(name).read_text(encoding="utf-8")


def bundle(name, seen=None):
    """The module `name` with the modules it imports from beside it, as one script without imports and exports."""
    seen = set() if seen is None else seen
    if name in seen:
        return ""
    seen.add(name)
    source = read(name)
    needed = re.findall(r'^import .* from "\./([\w-]+\.js)";\n', source, re.MULTILINE)
    own = re.sub(r"^import .*\n", "", source, flags=re.MULTILINE)
    own = re.sub(r"^export ", "", own, flags=re.MULTILINE)
    return "".join(bundle(each, seen) for each in needed) + own


def visible(character):
    """A character as a label that can be seen, such as ␣ for a space."""
    category = unicodedata.category(character)[0]
    if character == " ":
        return "␣"
    if category == "M":
        return "◌" + character   # a mark, on a circle that stands for its letter
    return f"U+{ord(character):04X}" if category in "CZ" else character


def counted(number, noun):
    """A number with its noun, such as 1 letter or 2 letters."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def tenths(number):
    """Rounded to one digit behind the point, halves up: JavaScript's own rounding differs from Python's."""
    return math.floor(10 * number + 0.5) / 10


def percent(fraction):
    """A fraction of 1 as text, such as 12.5 %."""
    return f"{tenths(100 * fraction):.1f} %"


def bar(fraction):
    """A bar as long as this fraction of its place -> HTML"""
    return f'<span class="bar" style="width:{tenths(100 * fraction):g}%"></span>'


class LiveFigure:
    """A live figure as one piece of HTML.

    element: the custom element's name, "gpt-tokens"; its module is tokens.js and defines it
    first: the HTML of the first state, drawn by Python; the module draws the same
    data: what the module needs, anything JSON can say
    caption: what it shows, and which run it comes from
    """

    def __init__(self, element, first, data, caption):
        self.element, self.first, self.data, self.caption = element, first, data, caption

    def _repr_html_(self):
        module = self.element.removeprefix("gpt-") + ".js"
        first = re.sub(r"<(input|select)(?![^>]*autocomplete)", r'<\1 autocomplete="off"', self.first)   # who comes back sees what is computed
        data = json.dumps(self.data, separators=(",", ":"), allow_nan=False).replace("</", "<\\/")
        return (
            f'<figure class="gpt-live">{dark_style()}<style>{read("shell.css")}</style>'
            '<p class="asleep">The controls need scripts: this is the first state.</p>'
            f'<{self.element} role="group" aria-label="{html.escape(self.caption, quote=True)}">{first}'
            f'<script type="application/json">{data}</script></{self.element}>'
            f"<figcaption>{html.escape(self.caption)}</figcaption></figure>"
            f'<script type="module">{bundle(module)}</script>'
        )

    def __repr__(self):
        return f"[live figure: {self.caption}]"
