"""Faults in tables, reading, laws, the second ladder, the budgets' figure, their records and the checks of the exercises."""

from tests.faults import Fault

CHAPTER = "chapters/16_does_bigger_help.ipynb"
TABLES, READING, SCALING = ("helpers/tables.py", CHAPTER), ("helpers/reading.py", CHAPTER), ("helpers/scaling.py", CHAPTER)
COUNTS, READS, FITS = "tests/test_tables.py", "tests/test_reading.py", "tests/test_scaling.py"
LIVE, SCRIPT, LADDER, PICTURE = "helpers/live/budget.py", "helpers/live/budget.js", "helpers/text_ladder.py", "helpers/drawings/ladder_page.py"
RECORDING, TEXT_GPT, RECORDED = "helpers/recording/scaling.py", "helpers/recording/text_gpt.py", "tests/test_recording_scaling.py"
DRAWINGS, CHECKS = "helpers/drawings/does_bigger_help.py", "helpers/checks/does_bigger_help.py"
SHOWS, RUNGS, FORMS, DRAWN = "tests/test_live_budget.py", "tests/test_text_ladder.py", "tests/test_checks_does_bigger_help.py", "tests/test_drawings_does_bigger_help.py"
FAULTS = [
    Fault(TABLES, "before = np.cumsum(arranged) - arranged", "before = np.cumsum(arranged)", COUNTS),
    Fault(TABLES, 'np.argsort(keys, kind="stable")', "np.argsort(keys)", COUNTS),
    Fault(TABLES, "keys = np.concatenate([[-1], grams[-1].numbers[:-1]])", "keys = grams[-1].numbers", COUNTS),
    Fault(TABLES, "return is_counted & (grams.earlier(is_counted) == 0)", "return grams.earlier(is_counted) == 0", COUNTS),
    Fault(TABLES, "lent = strength * contexts.earlier(first_times(grams, is_counted))", "lent = strength * contexts.earlier(is_counted)", COUNTS),
    Fault(TABLES, "for grams in groups[1][1:]]", "for grams in groups[1][:-1]]", COUNTS),
    Fault(TABLES, "np.minimum(counts + 1, 3)", "np.minimum(counts + 1, 2)", COUNTS),
    Fault(TABLES, "3 - 4 * some * n4 / n3", "3 - 3 * some * n4 / n3", COUNTS),
    Fault(READING, "[*range(0, n - 1 - length, stride), n - 1 - length]", "[*range(0, n - 1 - length, stride)]", READS),
    Fault(READING, "asked[np.isnan(asked)] = row[np.isnan(asked)]", "asked[:] = row", READS),
    Fault(READING, "    return totals - answers", "    return answers - totals", READS),
    Fault(READING, "largest = logits.max(axis=-1, keepdims=True)", "largest = 0 * logits.max(axis=-1, keepdims=True)", READS),
    Fault(READING, "np.sum(surprises) / lengths[token_ids].sum()", "np.mean(surprises) / lengths[token_ids].sum()", READS),
    Fault(SCALING, "return 6 * n_knobs * n_tokens", "return 2 * n_knobs * n_tokens", FITS),
    Fault(SCALING, "missed @ missed / (len(xs) - 2)", "missed @ missed / len(xs)", FITS),
    Fault(SCALING, "math.exp(up.mean() - slope * across.mean())", "math.exp(up.mean() + slope * across.mean())", FITS),
    Fault(LADDER, "<= recorded.band:", "<= 2 * recorded.band:", RUNGS),
    Fault(PICTURE, "{self.unit}; further left is better", "nats per token; further left is better", RUNGS),
    Fault(LIVE, "float(record[\"held_out\"][row])", "float(record[\"validation\"][row])", SHOWS),
    Fault(LIVE, "a_step = 6 * int(record[\"n_knobs\"][row])", "a_step = 2 * int(record[\"n_knobs\"][row])", SHOWS),
    Fault(SCRIPT, "Math.abs(run.size - wanted) <", "Math.abs(run.size - wanted) >", SHOWS),
    Fault(SCRIPT, 'this.part("written").textContent = run.written;', "", SHOWS),
    Fault(DRAWINGS, "int(np.argmin(losses))", "int(np.argmax(losses))", DRAWN),
    Fault(CHECKS, "want = 0.9 ** (1 / -0.05)", "want = 0.9 ** (1 / -0.06)", FORMS),
    Fault(CHECKS, "laws = [fit_power_law(np.delete(xs, i), np.delete(ys, i)) for i in range(n)]", "laws = [fit_power_law(xs, ys) for i in range(n)]", FORMS),
    Fault(LADDER, 'numbers=2_711_654),\n    Rung("Kneser', 'numbers=2_711_645),\n    Rung("Kneser', f"{RECORDED} -k ladder"),
    Fault(LADDER, 'SAW = "135 files', 'SAW = "153 files', RUNGS),
    Fault(LADDER, 'kind="compressors"),\n    Rung("xz"', 'kind="frozen"),\n    Rung("xz"', RUNGS),
    Fault(LADDER, 'band=0.003, kind="going on while they read", numbers=423_936)', 'band=0.003, kind="frozen", numbers=423_936)', RUNGS),
    Fault(LADDER, "{loss:.3f} nats per byte, {", "{recorded.loss:.3f} nats per byte, {", RUNGS),
    Fault(RECORDING, "return min(RATES, key", "return max(RATES, key", f"{RECORDED} -k wrong"),
    Fault(RECORDING, "return min(SIZES_AT[budget], key", "return max(SIZES_AT[budget], key", f"{RECORDED} -k wrong"),
    Fault(RECORDING, '"rate": TOO_LARGE * rates[size]', '"rate": rates[size]', f"{RECORDED} -k wrong"),
    Fault(RECORDING, "temperature=0.8)[0]", "temperature=1.0)[0]", f"{RECORDED} -k temperature"),
    Fault(TEXT_GPT, "np.ones(len(ids), dtype=bool), CONFIG", "np.arange(len(ids)) < len(training), CONFIG", f"{RECORDED} -k mixture"),
    Fault(TEXT_GPT, "np.arange(len(ids)) < len(training))", "np.ones(len(ids), dtype=bool))", f"{RECORDED} -k mixture"),
    Fault(DRAWINGS, "        axes.set(xlabel=x, ylabel=y)\n        plain_logs", "        axes.set(xlabel=y, ylabel=x)\n        plain_logs", DRAWN),
    Fault(DRAWINGS, 'says = [f"Across: {x}. Up: {y}. The law', 'says = [f"Across: {y}. Up: {x}. The law', DRAWN),
    Fault(DRAWINGS, 'says = [f"Across: {x}. Up: {y}."]', 'says = [f"Across: {y}. Up: {x}."]', DRAWN),
    Fault(DRAWINGS, 'axes.set_yticks(ticks, [f"{tick:.1f}" for tick in ticks])', 'axes.set_yticks(ticks, [f"{tick:.1f}" for tick in ticks[::-1]])', DRAWN),
    Fault(DRAWINGS, "axes.annotate(name, (0, level)", "axes.annotate(name, (0, level / 2)", DRAWN),
    Fault(LIVE, "{number / 10**power:.0f} ×", "{number / 10**(power - 1):.0f} ×", f"{SHOWS} -k power"),
    Fault(LIVE, "'⁰¹²³⁴⁵⁶⁷⁸⁹'", "'⁰¹²³⁴⁵⁶⁷⁹⁸'", f"{SHOWS} -k power"),
    Fault(LIVE, "(n_layer {n_layer}, n_embd {n_embd})", "(n_layer {n_embd}, n_embd {n_layer})", f"{SHOWS} -k recorded"),
    Fault(LIVE, "read {n_tokens:,} tokens", "read {n_tokens // 64:,} tokens", f"{SHOWS} -k recorded"),
    Fault(CHAPTER, "A script has trained seven sizes, the largest thirty", "A script has trained six sizes, the largest thirty", f"{RECORDED} -k tells"),
    Fault(CHECKS, "{20 * want / 1e12:.1f} trillion", "{10 * want / 1e12:.1f} trillion", FORMS),
    Fault(DRAWINGS, "        axes.set(xlabel=x, ylabel=y)\n        figure.legend(loc=\"outside upper left\", ncols=2, fontsize=9)\n", "        axes.set(xlabel=x, ylabel=y)\n", DRAWN),
    Fault(RECORDING, 'job["rate"], job["seed"])', 'job["rate"])', f"{RECORDED} -k wrong"),
    Fault(TEXT_GPT, "best = min(by_step, key=by_step.get)", "best = max(by_step, key=by_step.get)", f"{RECORDED} -k how_to"),
    Fault(TEXT_GPT, "Tensor(tensor.data.copy()) for name, tensor in params.items()}\n        surprises", "tensor for name, tensor in params.items()}\n        surprises", f"{RECORDED} -k how_to"),
    Fault(CHECKS, "if np.allclose(got, want, atol=1e-9):\n            continue", "if np.allclose(got, want, atol=1e-2):\n            continue", FORMS),
]
