"""Faults in what writes in the page: reading with a cache, sampling, the sampling figure, and the landing page's writer."""

from tests.faults import Fault

LIVE = "helpers/live/"
GENERATE, SAMPLING, WRITER = "tests/test_live_generate.py -k ", "tests/test_live_sampling.py -k ", "tests/test_live_writer.py -k "
FAULTS = [
    # reading and sampling
    Fault(LIVE + "generate.js", "add(stream, params.wpe[t]);", "add(stream, params.wpe[0]);", GENERATE + "token_by_token"),
    Fault(LIVE + "generate.js", "scores[t] = sum / Math.sqrt(D);", "scores[t] = sum / Math.sqrt(C);", GENERATE + "token_by_token"),
    Fault(LIVE + "generate.js", "attendToPast(query, keys, values, t + 1, nHead)", "attendToPast(query, keys, values, Math.max(t, 1), nHead)", GENERATE + "token_by_token"),
    Fault(LIVE + "generate.js", "const [keys, values] = [cache.keys[layer], cache.values[layer]];", "const [keys, values] = [cache.keys[0], cache.values[0]];", GENERATE + "token_by_token"),
    Fault(LIVE + "generate.js", "let stream = params.wte[tokenId].slice();", "let stream = params.wte[tokenId];", GENERATE + "cache_is_one_text"),
    Fault(LIVE + "generate.js", "if (t === longest) throw", "if (t > longest) throw", GENERATE + "cannot_read"),
    Fault(LIVE + "generate.js", "numbers[other] - numbers[one] || one - other", "numbers[other] - numbers[one] || other - one", GENERATE + "equal_logits"),
    Fault(LIVE + "generate.js", "if (together - probabilities[id] < p ||", "if (together < p ||", GENERATE + "every_temperature"),
    Fault(LIVE + "generate.js", " || p === 1)", ")", GENERATE + "top_p_of_1"),
    Fault(LIVE + "generate.js", "const divided = logits.map((logit) => logit / temperature);", "const divided = logits.map((logit) => logit * temperature);", GENERATE + "every_temperature"),
    Fault(LIVE + "generate.js", "cut = keepTopP(cut, topP)", "cut = keepTopP(divided, topP)", GENERATE + "every_temperature"),
    Fault(LIVE + "generate.js", "if (!(temperature > 0 && temperature < Infinity))", "if (temperature < 0)", GENERATE + "mean_nothing"),
    Fault(LIVE + "generate.js", "if (cache.length === weights.config.context_length) return written;", "if (cache.length === weights.config.context_length - 1) return written;", GENERATE + "same_names"),
    Fault(LIVE + "random.js", "mixed ^ (mixed >>> 14)", "mixed ^ (mixed >>> 15)", GENERATE + "throws_alike"),
    # the sampling figure
    Fault(LIVE + "sampling.js", "thin.append(bar(own));", "thin.append(bar(now));", SAMPLING + "columns_are"),
    Fault(LIVE + "sampling.js", "divided[id].toFixed(2), out", "cut[id].toFixed(2), out", SAMPLING + "columns_are"),
    Fault(LIVE + "sampling.js", "value(\"k\") < nTokens", "value(\"k\") < nTokens - 1", SAMPLING + "as_python_draws"),
    Fault(LIVE + "sampling.js", "sum(kept, softmax(divided))", "sum(kept, softmax(logits))", SAMPLING + "how_many_tokens"),
    Fault(LIVE + "sampling.js", "for (let i = 0; i < thrown; i++) dice();", "", SAMPLING + "letter_by_letter"),
    Fault(LIVE + "sampling.js", "pick(probabilities, throwDice())", "pick(probabilities, throwDice() ** 2)", SAMPLING + "rolls_follow"),
    Fault(LIVE + "sampling.js", 'if (button.getAttribute("aria-disabled") === "true") {', "if (false) {", SAMPLING + "what_is_cut"),
    Fault(LIVE + "sampling.js", "/^\\d+$/.test(text) && ", "", SAMPLING + "seed_that_is_none"),
    Fault(LIVE + "sampling.js", 'this.part("lines").querySelector("button").focus();', "", SAMPLING + "keyboard"),
    Fault(LIVE + "sampling.js", "trail.length > longest || ", "", SAMPLING + "fills_the_context"),
    Fault(LIVE + "sampling.js", 'this.part(part).setAttribute("aria-valuetext", text);', "", SAMPLING + "keyboard"),
    Fault(LIVE + "sampling.py", "run_of(\"Trained\", facts | {\"held_out\": loss})", "run_of(\"Trained\", facts | {\"held_out\": facts[\"trained_on\"]})", SAMPLING + "caption"),
    Fault(LIVE + "sampling.py", "mixed ^= mixed + (mixed ^ mixed >> 7)", "mixed ^= (mixed ^ mixed >> 7)", GENERATE + "throws_alike"),
    # the writer
    Fault(LIVE + "writer.js", "const ids = [bos + 1 + origin,", "const ids = [bos + origin,", WRITER + "each_origin"),
    Fault(LIVE + "writer.js", ".logits.subarray(0, bos + 1)", ".logits.subarray(0, bos)", WRITER + "lines_numbers"),
    Fault(LIVE + "writer.js", "pick(shares, random())", "Math.floor(shares.length * random())", WRITER + "by_its_share"),
    Fault(LIVE + "writer.js", "+ from);\n        takeOrigin();", "+ from);", WRITER + "by_its_share"),
    Fault(LIVE + "writer.js", "name.length >= longest", "name.length > longest", WRITER + "has_an_end"),
    # at the ends of a slider, after a reload, while a letter is composed
    Fault(LIVE + "sampling.py", '<th scope="col">divided</th><th scope="col">cut</th>', '<th scope="col">cut</th><th scope="col">divided</th>', SAMPLING + "below_its_name"),
    Fault(LIVE + "sampling.py", "LOWEST, HIGHEST, STEP = 0.1, 3, 0.1", "LOWEST, HIGHEST, STEP = 0, 3, 0.1", SAMPLING + "both_its_ends"),
    Fault(LIVE + "sampling.py", 'slider("p", "Top-p", STEP_P, 1, STEP_P', 'slider("p", "Top-p", 0, 1, STEP_P', SAMPLING + "both_its_ends"),
    Fault(LIVE + "sampling.py", 'slider("k", "Top-k", 1, config.vocab_size, 1', 'slider("k", "Top-k", 1, config.vocab_size - 1, 1', SAMPLING + "both_its_ends"),
    Fault(LIVE + "sampling.py", "The thin bar is the model's own probability", "The thick bar is the model's own probability", SAMPLING + "caption"),
    Fault(LIVE + "sampling.css", ".own .bar { border-top: .3rem", ".own .bar { border-top: 1.5rem", SAMPLING + "thin_one"),
    Fault(LIVE + "sampling.js", 'for (const input of this.querySelectorAll("input")) input.value = input.defaultValue;', "", SAMPLING + "last_visit"),
    Fault(LIVE + "writer.js", 'begun.value = "";   // a browser', "// a browser", WRITER + "last_visit"),
    Fault(LIVE + "writer.js", 'while (this.part("names").children.length > KEPT) this.part("names").lastChild.remove();', "", WRITER + "newest_names"),
    Fault(LIVE + "writer.js", "if (!event.isComposing) typed();", "typed();", WRITER + "composed"),
    Fault(LIVE + "writer.js", 'begun.addEventListener("compositionend", typed);', "", WRITER + "composed"),
    Fault(LIVE + "writer.js", "!event.shiftKey && !event.isComposing) finish()", "!event.shiftKey) finish()", WRITER + "composed"),
    Fault(LIVE + "writer.js", "?? visible(letter)", "?? letter", WRITER + "it_names"),
]
