"""The book's rungs: one held-out loss for each model, from the blind guess to the best GPT.

Not taught in a chapter. All losses are nats per token on the held-out names of `helpers.names.split_names`; the
chapter that builds a model measures its loss and calls `check_rung`, which fails if the two have parted.
"""

import html
from dataclasses import dataclass

from helpers.names import is_our_list
from helpers.palette import css_colour, dark_style


@dataclass(frozen=True)
class Rung:
    """A model and its held-out loss, in nats per token.

    chapter: the chapter that builds it; saw: what it was trained on; band: how far another machine may be off
    kind: of KINDS; numbers: how many counts or knobs play a part in its guesses; seconds: of one core, where a script recorded its training
    """

    name: str
    loss: float
    chapter: str
    saw: str
    band: float = 0.0005
    kind: str = "GPTs"
    numbers: int | None = None
    seconds: int | None = None


KINDS = {"tables": "count", "networks": "knob", "GPTs": "knob"}   # kind of model -> what its numbers are


RUNGS = [   # in reading order
    Rung("blind guess", 3.2958, "Turn names into numbers", "nothing", kind="tables", numbers=0),
    Rung("letter frequencies", 2.9181, "Guess the next letter by counting", "33,606 names", kind="tables", numbers=27),
    Rung("bigram", 2.5939, "Guess the next letter by counting", "33,606 names", kind="tables", numbers=729),
    Rung("trigram", 2.4297, "Guess the next letter by counting", "33,606 names", kind="tables", numbers=16_929),
    Rung("4-gram", 2.31046, "Guess the next letter by counting", "33,606 names", kind="tables", numbers=194_562),
    Rung("back-off 6-gram", 2.1551, "Guess the next letter by counting", "33,606 names", kind="tables", numbers=2_769_660),
    Rung("neural bigram", 2.5951, "Nudge the knobs", "33,606 names", band=0.002, kind="networks", numbers=729),
    Rung("MLP on two letters", 2.5711, "Nudge the knobs", "2,000 names", band=0.005, kind="networks", numbers=1_296),
    Rung("MLP on two letters, all names", 2.4585, "Do a whole array at once", "33,606 names", band=0.008, kind="networks", numbers=10_368),
    Rung("MLP on three letters", 2.3754, "Do a whole array at once", "33,606 names", band=0.008, kind="networks", numbers=13_824),
    Rung("MLP on five letters", 2.2851, "Do a whole array at once", "33,606 names", band=0.012, kind="networks", numbers=20_736),
    Rung("window network on six letters", 2.2404, "Give every letter a place", "33,606 names", band=0.012, kind="networks", numbers=44_568),
    Rung("letter and place, no past", 2.4594, "Let each position look back", "33,606 names", band=0.005, kind="networks", numbers=3_424),
    Rung("plain mean of the past", 2.4296, "Let each position look back", "33,606 names", band=0.005, kind="networks", numbers=4_704),
    Rung("one head of attention", 2.4179, "Let each position look back", "33,606 names", band=0.005, kind="networks", numbers=5_216),
    Rung("four heads of attention", 2.4128, "Let each position look back", "33,606 names", band=0.005, kind="networks", numbers=5_216),
    Rung("GPT, 1,000 names", 2.5405, "Train it", "1,000 names", band=0.01, numbers=4_192),
    Rung("GPT, wider, no attention", 2.4340, "Make it better", "33,606 names", band=0.006, numbers=18_624),
    Rung("GPT, wider", 2.2816, "Make it better", "33,606 names", band=0.012, numbers=26_816),
    Rung("GPT, trained long", 2.33453, "Make it better", "33,606 names", band=0.002, numbers=4_192, seconds=63),
    Rung("GPT, the best", 2.13706, "Make it better", "33,606 names", band=0.002, numbers=201_088, seconds=999),
    Rung("GPT, told the origin", 1.7651, "Let it write", "41,965 rows of a name and its origin", band=0.002, numbers=205_696, seconds=1369),
    Rung("GPT, trained long, no attention", 2.4364, "Look inside", "33,606 names", band=0.002, numbers=3_168),
]


def check_rung(name, loss, names):
    """Raise AssertionError if `loss` is too far from the one recorded for the rung `name`; else say how they compare.

    names: all names in use, before the split; where they are a reader's own there is nothing to compare with
    """
    rungs = {rung.name: rung for rung in RUNGS}
    if name not in rungs:
        raise ValueError(f"want a rung of the ladder, {', '.join(rungs)}, got {name!r}")
    if not is_our_list(names):
        return f"{name}: {loss:.3f} nats per token, on your own names"
    recorded = rungs[name]
    if not abs(loss - recorded.loss) <= recorded.band:
        raise AssertionError(f"{name}: the ladder says {recorded.loss:.4f}, this run says {loss:.4f}")
    return f"{name}: {loss:.3f} nats per token, {beside_the_ladder(loss, recorded.loss)}"


def beside_the_ladder(loss, recorded):
    """How a loss compares with the recorded one, where the two are near enough -> text"""
    return "as on the ladder" if f"{loss:.3f}" == f"{recorded:.3f}" else f"on this machine; the ladder has {recorded:.3f}"


class Ladder:
    """The rungs from the worst to the best as a table with a bar each, for notebooks and pages.

    address_of: title of a chapter -> its address, for a page that can link there
    """

    def __init__(self, rungs, address_of=None):
        self.rungs = sorted(rungs, key=lambda rung: -rung.loss)
        self.address_of = address_of or {}

    def _repr_html_(self):
        longest = max(rung.loss for rung in self.rungs)
        left = 'style="text-align:left;vertical-align:top"'
        rows = "".join(
            f'<tr><td {left}>{html.escape(rung.name)}<span style="display:block;font-size:.85em;opacity:.85">from '
            f"{html.escape(rung.saw)}; built in {self._chapter(rung)}</span></td><td {left}>{rung.loss:.3f}</td>"
            f'<td style="width:30%;vertical-align:top"><svg role="img" aria-label="{100 * rung.loss / longest:.0f}% of the longest bar" '
            f'width="100%" height="14" style="display:block;margin-top:.3em;min-width:3rem"><rect width="{100 * rung.loss / longest:.1f}%" '
            f'height="14" rx="2" style="fill:{css_colour("loss")}"/></svg></td></tr>'
            for rung in self.rungs
        )
        titles = ["model", "held-out loss", "shorter is better"]
        head = "".join(f'<th scope="col" {left}>{title}</th>' for title in titles)
        return f'{dark_style()}<table style="width:100%"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'

    def _chapter(self, rung):
        title, address = html.escape(rung.chapter), self.address_of.get(rung.chapter)
        return f'<a href="{html.escape(address, quote=True)}">{title}</a>' if address else title

    def __repr__(self):
        widest = max(len(rung.name) for rung in self.rungs)
        return "\n".join(f"{rung.name:<{widest}}   {rung.loss:.3f}   {rung.saw}" for rung in self.rungs)


def show_ladder(up_to=None, address_of=None):
    """The rungs that a reader knows once the rung `up_to` is built; None for all of them -> Ladder

    address_of: title of a chapter -> its address, for a page that can link there
    """
    if up_to is None:
        return Ladder(RUNGS, address_of)
    names = [rung.name for rung in RUNGS]
    if up_to not in names:
        raise ValueError(f"want a rung of the ladder, {', '.join(names)}, got {up_to!r}")
    return Ladder(RUNGS[: names.index(up_to) + 1], address_of)
