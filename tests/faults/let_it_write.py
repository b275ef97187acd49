"""Faults in the chapter that writes, its helpers, its drawing and the checks of its exercises."""

from tests.faults import Fault

CHAPTER, SAMPLING, TOKENIZER = "chapters/11_let_it_write.ipynb", "helpers/sampling.py", "helpers/tokenizer.py"
DRAWINGS, CHECKS = "helpers/drawings/let_it_write.py", "helpers/checks/let_it_write.py"
BOTH = (SAMPLING, CHAPTER)
WRITES = "tests/test_sampling.py"
RUNS = "tests/test_chapters_run.py::test_it_runs_on_a_reader_s_own_names[let_it_write-Greek]"
PICTURES = "tests/test_drawings_let_it_write.py"
FORMS = "tests/test_checks_let_it_write.py"
TOLD = "tests/test_prose.py -k "
FAULTS = [
    Fault(BOTH, "return powers / powers.sum(axis=-1, keepdims=True)", "return powers / powers.sum(axis=0, keepdims=True)", WRITES),
    Fault(BOTH, 'np.argsort(-numbers, axis=-1, kind="stable")', 'np.argsort(numbers, axis=-1, kind="stable")', WRITES),
    Fault(BOTH, "return np.argsort(order, axis=-1)", "return order", WRITES),
    Fault(BOTH, "rank_of(logits) < k, logits", "rank_of(logits) <= k, logits", WRITES),
    Fault(BOTH, "sorted_ones.cumsum(axis=-1) - sorted_ones", "sorted_ones.cumsum(axis=-1)", WRITES),
    Fault(BOTH, "(of_likelier < p) | (p == 1)", "(of_likelier <= p) | (p == 1)", WRITES),
    Fault(BOTH, "(of_likelier < p) | (p == 1)", "of_likelier < p", WRITES),
    Fault(BOTH, "    logits = logits / temperature", "    logits = logits * temperature", WRITES),
    Fault(BOTH, "rng.random((len(ends), 1))", "rng.random((1, 1))", WRITES),
    Fault(BOTH, "(ends <= thrown).sum(axis=-1)", "(ends < thrown / 2).sum(axis=-1)", WRITES),
    Fault(BOTH, "        self.values = [values[rows] for values in self.values]", "        self.values = [values[: len(keys)] for keys, values in zip(self.keys, self.values)]", WRITES),
    Fault(BOTH, "query.shape[-1] ** -0.5   # (B, H, T)", "query.shape[-1] ** -1   # (B, H, T)", WRITES),
    Fault(BOTH, 'params["wpe"].data[t])   # (B, C)', 'params["wpe"].data[0])   # (B, C)', WRITES),
    Fault(BOTH, 'params["wpe"].data[t])   # (B, C)', 'params["wpe"].data[t - 1])   # (B, C)', WRITES),
    Fault(BOTH, "past = slice(t + 1)", "past = slice(t or 1)", WRITES),
    Fault(BOTH, "goes_on = token_ids != stop", "goes_on = token_ids != 0", WRITES),
    Fault(BOTH, "if t == config.context_length:", "if t > config.context_length:", WRITES),
    Fault((TOKENIZER, CHAPTER), "return [len(letters) + 1 + origins.index(origin)]", "return [len(letters) + origins.index(origin)]", WRITES),
    Fault(CHAPTER, "np.minimum(places + 1, places[-1])", "np.minimum(places, places[-1])", RUNS),
    Fault(DRAWINGS, "shown = np.asarray(numbers, dtype=float)[order]", "shown = np.sort(np.asarray(numbers, dtype=float))[::-1][: len(order)]", PICTURES),
    Fault(DRAWINGS, "[tokens[i] for i in order])", "tokens[: len(order)])", PICTURES),
    Fault(CHECKS, "if abs(p - 16 / 17) < 0.006:", "if abs(p - 16 / 17) < 0.06:", FORMS),
    Fault(CHECKS, "want = 2 * 12 * 1024 * 768", "want = 2 * 12 * 1023 * 768", FORMS),
    Fault(CHECKS, "kept + (1 - kept.sum()) * got, target, atol=1e-6", "kept + (1 - kept.sum()) * got, target, atol=1", FORMS),
    Fault(BOTH, "isinstance(k, (int, np.integer))", "isinstance(k, int)", WRITES + " -k any_kind"),
    Fault(BOTH, "    if top_k is not None:\n        logits = keep_top_k(logits, top_k)\n    if top_p is not None:\n        logits = keep_top_p(logits, top_p)\n", "    if top_p is not None:\n        logits = keep_top_p(logits, top_p)\n    if top_k is not None:\n        logits = keep_top_k(logits, top_k)\n", WRITES + " -k order_is"),
    Fault(BOTH, "rng.random((len(ends), 1)) * ends[:, -1:]   # the", "rng.random((len(ends), 1))   # the", WRITES + " -k outermost"),
    Fault(BOTH, "(ends <= thrown).sum(axis=-1)", "(ends < thrown).sum(axis=-1)", WRITES + " -k outermost"),
    Fault(BOTH, 'cache = Cache(config, len(prompts), params["wte"].data.dtype)', "cache = Cache(config, len(prompts))", WRITES + " -k small_floats"),
    Fault(BOTH, 'np.argsort(-numbers, axis=-1, kind="stable")', "np.argsort(-numbers, axis=-1)", WRITES + " -k many_equal"),
    Fault(BOTH, "    logits = logits / temperature", "    logits /= temperature", WRITES + " -k order_is"),
    Fault(DRAWINGS, "for the {len(order)} largest of", "for the {n} largest of", PICTURES),
    Fault(DRAWINGS, 'color=colour("token"), alpha=0.45', 'color=colour("loss"), alpha=0.45', PICTURES),
    Fault(CHECKS, "for p in (0.05, 0.3, 1.0):", "for p in (0.4,):", FORMS),
    Fault(CHECKS, "for V in (2, 3, 8):", "for V in (2,):", FORMS),
    Fault(CHECKS, "if V == 8:", "if V == 9:", FORMS),
    Fault(CHECKS, "result_of(after_rejection, target.copy(), draft.copy())", "result_of(after_rejection, target, draft)", FORMS),
    Fault(CHAPTER, "`12` layers, `12` heads, `768` numbers in its stream", "`24` layers, `12` heads, `768` numbers in its stream", FORMS),
    Fault(CHAPTER, "`ninna gunni armu aappo siiri taimu meli raimo`\n\n`rioshi kunisato aya ada tokutake yasuka runo sato`", "`rioshi kunisato aya ada tokutake yasuka runo sato`\n\n`ninna gunni armu aappo siiri taimu meli raimo`", TOLD + "names_of_the_opening"),
    Fault(CHAPTER, "The second line was right. In the third the place is stuck at 0", "The third line was right. In the second the place is stuck at 0", TOLD + "which_writer"),
    Fault(CHAPTER, "At `0.62` it hits the second stretch", "At `0.82` it hits the second stretch", TOLD + "by_pencil"),
    Fault(CHAPTER, "`0.5`, `0.3`, `0.15`, `0.05` and $p = 0.75$", "`0.5`, `0.2`, `0.25`, `0.05` and $p = 0.75$", TOLD + "by_pencil"),
]
