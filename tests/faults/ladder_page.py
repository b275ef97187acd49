"""Faults in the ladder's picture, and in what its rungs cost."""

from tests.faults import Fault

DRAWING, LADDER = "helpers/drawings/ladder_page.py", "helpers/ladder.py"
TEST = "tests/test_drawings_ladder_page.py -k "
FAULTS = [
    Fault(DRAWING, "left, right = place(rung.loss, self.edges)", "left, right = place(rung.loss - 0.02, self.edges)", TEST + "at_its_loss"),
    Fault(DRAWING, "place(self.worst, self.edges)", "place(self.edges[1], self.edges)", TEST + "at_its_loss"),
    Fault(DRAWING, "key=lambda rung: -rung.loss", "key=lambda rung: rung.loss", TEST + "at_its_loss"),
    Fault(DRAWING, "{rung.loss:.3f}</span><span class=\"what\">", "{rung.loss:.2f}</span><span class=\"what\">", TEST + "at_its_loss"),
    Fault(DRAWING, "margin-left: -.4rem;", "", TEST + "at_its_loss"),
    Fault(DRAWING, ".rungs .what {{ grid-column: 1 / -1; font-size: .85em; }}", ".rungs .what {{ grid-column: 1 / -1; font-size: .6em; }}", TEST + "legible"),
    Fault(DRAWING, "19rem minmax(0, 1fr) 3.5rem", "60rem minmax(0, 1fr) 3.5rem", TEST + "legible"),
    Fault(DRAWING, "{tick:.1f}</span>", "{tick:.5f}</span>", TEST + "legible"),
    Fault(DRAWING, 'css_colour("loss")}; border-width', 'css_colour("token")}; border-width', TEST + "colour"),
    Fault(DRAWING, '"not counted" if rung.numbers is None', '"no numbers" if rung.numbers is None', TEST + "in_words"),
    Fault(DRAWING, "[*told, f\"{rung.seconds:,} s of one core\"]", "told", TEST + "recorded_runs"),
    Fault(DRAWING, "        if wrong:", "        if False:", TEST + "refused"),
    Fault(DRAWING, "<b>{html.escape(rung.name)}</b>", "<b>{rung.name}</b>", TEST + "cannot_break"),
    Fault(LADDER, "numbers=16_929", "numbers=16_992", TEST + "tables_cost"),
    Fault(LADDER, "numbers=3_424", "numbers=5_216", TEST + "play_a_part"),
    Fault(LADDER, "seconds=999", "seconds=990", TEST + "recorded_runs"),
    Fault(LADDER, "numbers=44_568", "numbers=44_658", TEST + "stand_there", builds=True),
    Fault("book/ladder.md", "```{ladderpicture}\n```\n", "", TEST + "page_shows", builds=True),
]
