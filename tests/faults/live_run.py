"""Faults in the walk through the model and in the recorded run, which the tests of chapters 8 and 9's figures catch."""

from tests.faults import Fault

LIVE = "helpers/live/"
WALK, RUN = "tests/test_live_walk.py -k ", "tests/test_live_run.py -k "
FAULTS = [
    # the sums behind the numbers
    Fault(LIVE + "walk.js", 'weighted(table("attn_wk"), head * D + i, attention.normed[row]', 'weighted(table("attn_wk"), i, attention.normed[row]', WALK + "looks_as_python"),
    Fault(LIVE + "walk.js", "Math.abs(other[3]) - Math.abs(one[3])", "other[3] - one[3]", WALK + "stands_there"),
    Fault(LIVE + "walk.js", "others = total(rest.map((term) => term[3]))", "others = 0", WALK + "looks_as_python"),
    Fault(LIVE + "walk.js", 'there("weights", s, { head: mine })', 'there("weights", s)', WALK + "leads_there"),
    Fault(LIVE + "walk.js", "this.part(\"layer\").addEventListener(\"change\", (event) => choose({ layer: event.target.selectedIndex }));", "", WALK + "looks_as_python"),
    Fault(LIVE + "walk.js", "(scroller ?? document.scrollingElement).scrollTop += moved;", "", WALK + "stays_where"),
    Fault(LIVE + "walk.py", '"mlp_fc1", i, mlp["normed"][at], "mlp_normed"', '"mlp_fc1", i, mlp["normed"][at], "attn_normed"', WALK + "every_sum"),
    # the recorded run
    Fault(LIVE + "run.js", 'slider.addEventListener("input", draw);', "", RUN + "each_moment"),
    Fault(LIVE + "run.py", "directions = two_directions(tables[-1])", "directions = two_directions(tables[0])", RUN + "each_moment"),
    Fault(LIVE + "run.py", "if loss < level]", "if loss > level]", RUN + "passed"),
    Fault(LIVE + "run.py", 'd="{way(record["trained_on"])}"', 'd="{way(record["held_out"])}"', RUN + "curves"),
    Fault("helpers/recording/reference_run.py", "since.clear()", "pass", RUN + "recording_script"),
]
