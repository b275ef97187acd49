"""The pictures of book/ladder.md: every rung at its loss, with what it saw and what it cost.

Not taught in a chapter. It is text and lines in HTML, so it can grow tall on a phone, where a drawing would shrink.
"""

import html
import math

from helpers.ladder import KINDS, RUNGS
from helpers.live.shell import counted
from helpers.palette import css_colour, dark_style
from helpers.text_ladder import TEXT_KINDS, TEXT_RUNGS

STYLE = f"""
.rungs {{ container-type: inline-size; line-height: 1.35; }}
.rungs ol, .rungs li {{ list-style: none; margin: 0; padding: 0; }}
.rungs .kind {{ margin: 1rem 0 .2rem; font-size: 1.05em; font-weight: 700; }}
.rungs .rung {{ display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: .75rem; padding: .15rem 0; }}
.rungs .what {{ grid-column: 1 / -1; font-size: .85em; }}
.rungs .rung b {{ font-weight: 600; }}
.rungs .track {{ grid-column: 1 / -1; position: relative; height: 1.1rem; margin: 0 .6rem; }}
.rungs .tick {{ position: absolute; top: 0; bottom: 0; border-left: 1px solid; opacity: .2; }}
.rungs .gain {{ position: absolute; top: .5rem; border-top: 2px solid {css_colour("loss")}; }}
.rungs .dot {{ position: absolute; top: .15rem; width: .8rem; height: 0; margin-left: -.4rem; border: .4rem solid {css_colour("loss")}; border-width: .4rem 0; border-radius: 50%; }}
.rungs .scale .track {{ font-size: .8em; }}
.rungs .scale .track span {{ position: absolute; transform: translateX(-50%); }}
@container (min-width: 38rem) {{
  .rungs .rung {{ grid-template-columns: 19rem minmax(0, 1fr) 3.5rem; align-items: center; }}
  .rungs .loss {{ grid-area: 1 / 3 / span 2; text-align: right; }}
  .rungs .what {{ grid-area: 2 / 1; }}
  .rungs .track {{ grid-area: 1 / 2 / span 2; height: 100%; min-height: 1.1rem; }}
  .rungs .dot {{ top: calc(50% - .4rem); }}
  .rungs .gain {{ top: calc(50% - 1px); }}
}}
"""


def cost(rung):
    """What a rung saw, and what it cost, in words."""
    noun = KINDS.get(rung.kind, "number")   # on the second ladder, counts and knobs mix
    told = ["not counted" if rung.numbers is None else counted(rung.numbers, noun) if rung.numbers else f"no {noun}s", f"from {rung.saw}"]
    return ", ".join(told if rung.seconds is None else [*told, f"{rung.seconds:,} s of one core"])


def place(loss, edges):
    """Where a loss lies between the edges, in percent."""
    low, high = edges
    return f"{100 * (loss - low) / (high - low):.1f}%"


class LadderPicture:
    """Rungs by kind, from the worst to the best, each a line from a blind guess's loss to its own.

    kinds: in the order of the picture; unit: of the losses
    Raises ValueError for a rung of another kind than these.
    """

    def __init__(self, rungs, kinds=tuple(KINDS), unit="nats per token"):
        wrong = [rung.name for rung in rungs if rung.kind not in kinds]
        if wrong:
            raise ValueError(f"want rungs of {', '.join(kinds)}, got another kind for {', '.join(wrong)}")
        losses = [rung.loss for rung in rungs]
        self.unit = unit
        self.groups = {kind: sorted((rung for rung in rungs if rung.kind == kind), key=lambda rung: -rung.loss) for kind in kinds}
        self.edges = math.floor(5 * min(losses)) / 5, math.ceil(5 * max(losses)) / 5
        self.worst = max(losses)

    def _repr_html_(self):
        ticks = [tick / 5 for tick in range(round(5 * self.edges[0]), round(5 * self.edges[1]) + 1)]
        lines = "".join(f'<span class="tick" style="left:{place(tick, self.edges)}"></span>' for tick in ticks)
        labels = "".join(f'<span style="left:{place(tick, self.edges)}">{tick:.1f}</span>' for tick in ticks)
        scale = f'<div class="rung scale" aria-hidden="true"><span class="what">{self.unit}; further left is better</span><span class="track">{labels}</span></div>'
        groups = ""
        for kind, rungs in self.groups.items():
            rows = "".join(self._row(rung, lines) for rung in rungs)
            groups += f'<p class="kind">{kind[0].upper()}{kind[1:]}</p>{scale}<ol aria-label="{kind}, from the worst to the best">{rows}</ol>'
        return f'{dark_style()}<style>{STYLE}</style><div class="rungs">{groups}</div>'

    def _row(self, rung, lines):
        left, right = place(rung.loss, self.edges), place(self.worst, self.edges)
        return (
            f'<li class="rung"><b>{html.escape(rung.name)}</b><span class="loss">{rung.loss:.3f}</span><span class="what">{html.escape(cost(rung))}</span>'
            f'<span class="track" aria-hidden="true">{lines}<span class="gain" style="left:{left};right:calc(100% - {right})"></span>'
            f'<span class="dot" style="left:{left}"></span></span></li>'
        )

    def __repr__(self):
        return "\n".join(f"{rung.name}: {rung.loss:.3f}, {cost(rung)}" for rungs in self.groups.values() for rung in rungs)


def draw_ladder():
    """All rungs as one picture -> LadderPicture"""
    return LadderPicture(RUNGS)


def draw_text_ladder():
    """All rungs of the second ladder as one picture -> LadderPicture"""
    return LadderPicture(TEXT_RUNGS, TEXT_KINDS, "nats per byte")
