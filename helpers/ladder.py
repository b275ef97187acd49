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
    """

    name: str
    loss: float
    chapter: str
    saw: str
    band: float = 0.0005


RUNGS = [   # in reading order
    Rung("blind guess", 3.2958, "Turn names into numbers", "nothing"),
    Rung("letter frequencies", 2.9181, "Guess the next letter by counting", "33,606 names"),
    Rung("bigram", 2.5939, "Guess the next letter by counting", "33,606 names"),
    Rung("trigram", 2.4297, "Guess the next letter by counting", "33,606 names"),
    Rung("4-gram", 2.31046, "Guess the next letter by counting", "33,606 names"),
    Rung("back-off 6-gram", 2.1551, "Guess the next letter by counting", "33,606 names"),
    Rung("neural bigram", 2.5951, "Nudge the knobs", "33,606 names", band=0.002),
    Rung("MLP on two letters", 2.5711, "Nudge the knobs", "2,000 names", band=0.005),
    Rung("MLP on two letters, in batches", 2.470, "Do a whole array at once", "33,606 names", band=0.005),
]


def check_rung(name, loss, names):
    """Raise AssertionError if `loss` is not the one recorded for the rung `name`; else say so.

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
    return f"{name}: {loss:.3f} nats per token, as on the ladder"


class Ladder:
    """The rungs from the worst to the best as a table with a bar each, for notebooks and pages."""

    def __init__(self, rungs):
        self.rungs = sorted(rungs, key=lambda rung: -rung.loss)

    def _repr_html_(self):
        longest = max(rung.loss for rung in self.rungs)
        left = 'style="text-align:left"'
        rows = "".join(
            f'<tr><td {left}>{html.escape(rung.name)}</td><td {left}>{rung.loss:.3f}</td>'
            f'<td style="text-align:left;width:25%"><span style="display:block;height:.8rem;border-radius:2px;'
            f'background:{css_colour("loss")};width:{100 * rung.loss / longest:.1f}%"></span></td>'
            f'<td style="text-align:left;white-space:nowrap">{html.escape(rung.saw)}</td>'
            f'<td {left}>{html.escape(rung.chapter)}</td></tr>'
            for rung in self.rungs
        )
        titles = ["model", "held-out loss", "shorter is better", "it has seen", "built in"]
        head = "".join(f'<th scope="col" {left}>{title}</th>' for title in titles)
        return (
            f'{dark_style()}<div style="overflow-x:auto" tabindex="0" role="region" aria-label="The ladder of held-out losses">'
            f'<table style="width:100%"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        )

    def __repr__(self):
        return "\n".join(f"{rung.name:<28}{rung.loss:.3f}   {rung.saw}" for rung in self.rungs)


def show_ladder(up_to=None):
    """The rungs that a reader knows once the rung `up_to` is built; None for all of them -> Ladder"""
    if up_to is None:
        return Ladder(RUNGS)
    names = [rung.name for rung in RUNGS]
    if up_to not in names:
        raise ValueError(f"want a rung of the ladder, {', '.join(names)}, got {up_to!r}")
    return Ladder(RUNGS[: names.index(up_to) + 1])
