"""Faults in the live figures of names, and in what all live figures share: keys, numbers, bars, rolls, labels, first states."""

from tests.faults import Fault

LIVE = "helpers/live/"
TOKENS, BIGRAM, WRITER = "tests/test_live.py -k ", "tests/test_live_bigram.py -k ", "tests/test_live_writer.py -k "
FAULTS = [
    Fault(LIVE + "shell.js", '&& !event.getModifierState("AltGraph")', "", TOKENS + "altgr"),
    Fault(LIVE + "shell.js", "if ((event.ctrlKey || event.metaKey)", "if ((event.ctrlKey)", TOKENS + "only_commands"),
    Fault(LIVE + "shell.js", "return !event.shiftKey && !event.altKey", "return true", TOKENS + "only_commands"),
    Fault(LIVE + "shell.js", "Arrow\\w+|", "", TOKENS + "only_commands"),
    Fault(
        LIVE + "shell.js", '"overflows", region.scrollWidth >',
        '"overflows", false && region.scrollWidth >', TOKENS + "wider_than",
    ),
    Fault(LIVE + "shell.js", 'else region.removeAttribute("tabindex");', "", TOKENS + "wider_than"),
    Fault(LIVE + "shell.css", ".gpt-live:has(> [data-live]) > .asleep { display: none; }", "", TOKENS + "has_not_run"),
    Fault(LIVE + "shell.css", "{ opacity: .55; border-style: dashed; cursor: not-allowed; }", "{ }", TOKENS + "has_not_run"),
    Fault(LIVE + "shell.css", "thead:has(+ tbody:empty)", "thead:has(+ tfoot:empty)", TOKENS + "wrong_is_said"),
    Fault(LIVE + "bigram.py", "strength((place + 0.5) / SLICES, 1)", "(place + 0.5) / SLICES", BIGRAM + "colour_scale"),
    Fault(LIVE + "bigram.py", 'x="{100 * level / longest:.1f}%"', 'x="{100 * level:.1f}%"', BIGRAM + "colour_scale"),
    Fault(LIVE + "shell.py", "math.floor(10 * number + 0.5) / 10", "round(float(number), 1)", TOKENS + "written_alike"),
    Fault(LIVE + "shell.js", 'return "␣"', 'return " "', TOKENS + "named"),
    Fault(
        LIVE + "shell.css", "height: 0; min-width: 1px; border-top: .9rem solid var(--live-accent)",
        "height: .9rem; min-width: 1px; background: var(--live-accent)", TOKENS + "stand_on_paper",
    ),
    Fault(
        LIVE + "tokens.js", 'make("td", ids[step]), make("td", target)',
        'make("td", target), make("td", ids[step])', TOKENS + "questions_are",
    ),
    Fault(LIVE + "tokens.js", 'make("td", shown[step + 1])', 'make("td", shown[step])', TOKENS + "questions_are"),
    Fault(LIVE + "tokens.js", '.normalize("NFC")', "", TOKENS + "named"),
    Fault(
        LIVE + "tokens.js", "[...new Set(characters.filter((character) => !letters.includes(character)))]",
        "characters.filter((character) => !letters.includes(character)).slice(0, 1)", TOKENS + "named",
    ),
    Fault(LIVE + "tokens.js", "capitals ? typed : typed.toLowerCase()", "typed.toLowerCase()", TOKENS + "capitals"),
    Fault(LIVE + "tokens.js", "slice(0, step + 1)", "slice(0, step + 2)", TOKENS + "questions_are"),
    Fault(LIVE + "tokens.py", "<td>{token_ids[step + 1]}</td>", "<td>{token_ids[step]}</td>", TOKENS + "looks_as_if"),
    Fault(LIVE + "tokens.py", 'counted(n_tokens - 1, "question")', 'counted(n_tokens, "question")', TOKENS + "looks_as_if"),
    Fault(
        LIVE + "shell.css", ".gpt-live table.live td.wraps { white-space: normal; overflow-wrap: anywhere; min-width: 4rem; }",
        "", TOKENS + "fit_a_phone",
    ),
    Fault(
        LIVE + "bigram.js", "bar(fraction(counts[before][id], before) / longest)",
        "bar(fraction(counts[before][id], 0) / longest)", BIGRAM + "chosen_row",
    ),
    Fault(
        LIVE + "bigram.js", "percent(fraction(count, before))), wide",
        "percent(fraction(count, row()))), wide", BIGRAM + "mouse_finds",
    ),
    Fault(LIVE + "bigram.js", "const longest = Math.max(", "const longest = 2 * Math.max(", BIGRAM + "chosen_row"),
    Fault(
        LIVE + "bigram.js", "const before = row();\n      // An",
        "const before = trail[0];\n      // An", BIGRAM + "rolled_from",
    ),
    Fault(
        LIVE + "bigram.js", "trail = [token];\n      rolled = null;",
        "trail = [bos];\n      rolled = null;", BIGRAM + "chosen_row",
    ),
    Fault(
        LIVE + "bigram.js", "square ? edge - 1 + cell * square.after",
        "square ? edge - 1 + cell * square.before", BIGRAM + "mouse_finds",
    ),
    Fault(
        LIVE + "bigram.js", "totals[before] ? fraction(counts[before][after], before) : 1 / tokens.length",
        "fraction(counts[before][after], after)", BIGRAM + "rolled_from",
    ),
    Fault(LIVE + "bigram.js", "pick(weights, random())", "pick(weights, 0.999 * random() ** 2)", BIGRAM + "rolls_follow"),
    Fault(LIVE + "bigram.js", 'this.part("row").selectedIndex = row();', "", BIGRAM + "rolled_from"),
    Fault(LIVE + "bigram.js", "totals[before] ? counts[before] : tokens.map(() => 1)", "counts[before]", BIGRAM + "blind_guess"),
    Fault(LIVE + "bigram.js", 'if (event.pointerType === "mouse") look(null)', "", BIGRAM + "pointing"),
    Fault(LIVE + "bigram.js", "edge - 1 + cell * before);", "edge - 1 + cell * row());", BIGRAM + "mouse_finds"),
    Fault(
        LIVE + "bigram.py", 'x="{EDGE + CELL * after}" y="{EDGE + CELL * before}"',
        'x="{EDGE + CELL * before}" y="{EDGE + CELL * after}"', BIGRAM + "square_for_each",
    ),
    Fault(LIVE + "bigram.py", "bar(counts[token_id] / total / longest)", "bar(counts[token_id] / total)", BIGRAM + "first_state"),
    Fault(
        LIVE + "bigram.py", "return np.sqrt(probabilities / longest)",
        "return probabilities / longest", BIGRAM + "square_for_each",
    ),
    Fault(LIVE + "bigram.py", 'style="min-width:{SMALLEST * size:.0f}px" ', "", BIGRAM + "large_vocabulary"),
    Fault(
        LIVE + "shell.css", ".gpt-live svg.grid .labels { fill: currentColor; font-size: 9px",
        ".gpt-live svg.grid .labels { fill: currentColor; font-size: 7px", BIGRAM + "legible_on",
    ),
    Fault(LIVE + "random.js", "crypto.getRandomValues(new Uint32Array(1))[0]", "1", BIGRAM + "visit"),
    Fault(
        LIVE + "random.js", "number * weights.reduce((sum, weight) => sum + weight, 0)",
        "number * Math.max(...weights)", WRITER + "first_letters",
    ),
    Fault(LIVE + "random.js", "crypto.getRandomValues(new Uint32Array(1))[0]", "1", WRITER + "each_visit"),
    Fault(LIVE + "writer.js", "track.append(bar(probability))", "track.append(bar(2 * probability))", WRITER + "lines_numbers"),
    Fault(
        LIVE + "writer.js", "choice(button, tokens[id], probabilities[id])",
        "choice(button, tokens[id], probabilities[order[0]])", WRITER + "lines_numbers",
    ),
    Fault(LIVE + "writer.js", "order.slice(shown).reduce", "order.slice(shown + 1).reduce", WRITER + "lines_numbers"),
    Fault(LIVE + "writer.js", "begun.setSelectionRange(caret, caret);", "", WRITER + "caret"),
    Fault(
        LIVE + "writer.js", 'if (event.key === "Enter" && !event.shiftKey && !event.isComposing) finish();',
        "", WRITER + "begun_and_finished",
    ),
    Fault(LIVE + "writer.js", 'text.normalize("NFC")', "text", WRITER + "names_what"),
    Fault(LIVE + "writer.js", '`Left out: ${names.join(", ")}.', "`Left out: ${names[0]}.", WRITER + "names_what"),
    Fault(LIVE + "writer.js", 'this.part("next").querySelector("button").focus();', "", WRITER + "chosen_by_keyboard"),
    Fault(LIVE + "writer.py", "probabilities[rest].sum()", "1 - probabilities[rest].sum()", WRITER + "first_state"),
    Fault(
        LIVE + "shell.css", "grid-template-columns: 4.5rem 1fr 4rem",
        "grid-template-columns: 4.5rem 30rem 4rem", WRITER + "fits_a_phone",
    ),
]
