"""Faults in the switches of "Look inside": in what they switch, in Python and in the page, and in what the figure shows of it."""

from tests.faults import Fault

PY, JS, CSS = "helpers/live/switches.py", "helpers/live/switches.js", "helpers/live/switches.css"
TEST = "tests/test_live_switches.py -k "
FAULTS = [
    # a model with parts off
    Fault(PY, 'mixed[:, h] = 0 if how == "zero"', 'mixed[:, 0] = 0 if how == "zero"', TEST + "as_if_its_weights"),
    Fault(PY, "else alike @ value.data[:, h]", "else value.data[:, h].mean(axis=1, keepdims=True)", TEST + "as_if_its_weights"),
    Fault(PY, 'for part in ("attention", "mlp"))', 'for part in ("mlp", "attention"))', TEST + "as_if_its_weights"),
    Fault(PY, "means[layer][h] if", "means[layer][0] if", TEST + "gives_it_everywhere"),
    Fault(PY, "mixed.data[is_real].mean(axis=0)", "mixed.data.mean(axis=(0, 1))", TEST + "all_positions_of_all_names"),
    Fault(PY, "names[i * len(names) // number]", "names[i]", TEST + "spread_over_the_list"),
    Fault(PY, "mean_surprise(lambda past: table[past[-1]], sample)", "mean_surprise(lambda past: table[past[-1]], typical)", TEST + "of_the_same_names"),
    # the same in the page
    Fault(JS, 'if (isOff && how === "zero") continue;', "if (isOff) continue;", TEST + "logits_in_the_page"),
    Fault(JS, "mixed.set(means[layer][h], h * D);", "mixed.set(means[0][h], h * D);", TEST + "logits_in_the_page"),
    Fault(JS, "(isOff ? 0 : dot(", "(isOff ? key[0] : dot(", TEST + "logits_in_the_page"),
    Fault(JS, "if (off.has(`${layer}.mlp`)) return;", "if (off.has(`${layer}.mlp`)) past = [];", TEST + "logits_in_the_page"),
    Fault(JS, "ids[t]))[next]), 0)", "ids[t]))[ids[t]]), 0)", TEST + "losses_and_names_in_the_page"),
    Fault(JS, "if (id === bos) break;", "", TEST + "losses_and_names_in_the_page"),
    # what it shows
    Fault(JS, "surprise / nTokens", "surprise / sample.length", TEST + "first_state"),
    Fault(JS, "means: means[chosen] };", "means: means[0] };", TEST + "another_way_of_being_off"),
    Fault(JS, "name === now.names[n] ? \"same\" : \"changed\"", '"changed"', TEST + "are_marked"),
    Fault(JS, 'const key = [chosen, state.size ? how.value : "",', 'const key = [chosen, "",', TEST + "another_way_of_being_off"),
    Fault(JS, "outcomes.set(key, outcome);", "", TEST + "not_computed_again"),
    Fault(JS, "if (mine !== turn) return null;", "", TEST + "no_longer_wanted"),
    Fault(JS, "performance.now() - begun > PATIENCE", "false", TEST + "how_far"),
    Fault(PY, "x = fixed(loss_at(loss, edges), 1)", "x = fixed(loss_at(loss, edges) + 3, 1)", TEST + "losses_that_it_names"),
    # worked by a reader
    Fault(JS, "parts.some((each) => off.has(each))", "parts.every((each) => off.has(each))", TEST + "speaks_for_all"),
    Fault(JS, 'nOff === 0 ? "on" : nOff === parts.length ? "off" : "partly on"', 'nOff === 0 ? "on" : "off"', TEST + "speaks_for_all"),
    Fault(JS, "ArrowUp: at - columns", "ArrowUp: at - columns + 1", TEST + "keyboard"),
    Fault(JS, "if (focused) goTo(", "if (!focused) goTo(", TEST + "keyboard"),
    Fault(JS, "each === button ? 0 : -1", "0", TEST + "keyboard"),
    Fault(JS, "chosen = number;\n      off = new Set();", "chosen = number;", TEST + "another_model"),
    Fault(CSS, "minmax(2.75rem, 1fr)", "minmax(4rem, 1fr)", TEST + "one_row"),
    Fault(CSS, ".models:not([hidden])", ".models", TEST + "no_choice"),
    Fault(JS, '${more < 0 ? "less" : "more"}', "more", TEST + "falls_is_said"),
    Fault(JS, " || event.altKey) return;", ") return;", TEST + "own_keys"),
    Fault(JS, "event.preventDefault();   // or the page scrolls", "// or the page scrolls", TEST + "own_keys"),
    Fault(JS, "how.selectedIndex = 0;   // a browser", "// a browser", TEST + "last_visit"),
    Fault(PY, "further left is better", "further right is better", TEST + "line_shows"),
]
