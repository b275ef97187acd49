"""Faults in one_page.py, in the chapter that shows it, in its drawing and in the checks of its exercises."""

from tests.faults import Fault

FILE, CHAPTER = "one_page.py", "chapters/13_one_page.ipynb"
BOTH = (FILE, CHAPTER)
DRAWING, CHECKS = "helpers/drawings/one_page.py", "helpers/checks/one_page.py"
PAGE = "tests/test_one_page.py"
SAME = PAGE + " -k the_chapter_s_cells"
RUN = PAGE + " -k tensor_model"
NUDGED = PAGE + " -k nudging"
FORMS = "tests/test_checks_one_page.py"
FAULTS = [
    Fault(FILE, "# exp cannot overflow", "# exp cannot underflow", SAME),
    Fault(CHAPTER, "sys.exit(main(sys.argv[1:]))", "sys.exit(main(sys.argv))", SAME),
    Fault(BOTH, "place < \"1999999999999999\"", "place < \"2999999999999999\"", PAGE + " -k book_s"),
    Fault(BOTH, "min(max(n_below, 1), len(names) - 1)", "min(n_below, len(names) - 1)", PAGE + " -k small_list"),
    Fault(BOTH, "if len(longest) > LONGEST:", "if len(longest) > 2 * LONGEST:", PAGE + " -k bad_file"),
    Fault(BOTH, 'encoding="utf-8-sig"', 'encoding="utf-8"', PAGE + " -k any_alphabet"),
    Fault(BOTH, "int(n_steps) > 0", "int(n_steps) >= 0", PAGE + " -k bad_command"),
    Fault(BOTH, "return Value(self.data + other, (self,), (1.0,))", "return Value(self.data + other, (self,), (2.0,))", NUDGED),
    Fault(BOTH, "[*xs, *ys], y_data + x_data)", "[*xs, *ys], x_data + y_data)", NUDGED),
    Fault(BOTH, "parent.grad += slope * grad", "parent.grad = slope * grad", NUDGED),
    Fault(BOTH, "slopes[next_id] -= 1 ", "slopes[next_id] -= 0 ", NUDGED),
    Fault(BOTH, "    largest = max(score.data for score in scores)", "    largest = 0.0", PAGE + " -k huge"),
    Fault(BOTH, "    tape.clear()\n    return [([], [])", "    return [([], [])", PAGE + " -k forgets"),
    Fault(BOTH, "* D**-0.5 for key in keys]", "* len(query) ** -0.5 for key in keys]", RUN),
    Fault(BOTH, "mixed = attend(linear(normed, wq), keys, values,", "mixed = attend(linear(normed, wq), keys, keys,", RUN),
    Fault(BOTH, "linear(rmsnorm(x), params[f\"layer{i}.mlp_fc1\"])", "linear(x, params[f\"layer{i}.mlp_fc1\"])", RUN),
    Fault(BOTH, "first / to_first /", "first /", RUN),
    Fault(BOTH, "learning_rate * step\n            knob.grad = 0.0", "learning_rate * step\n            knob.grad *= 0.5", RUN),
    Fault(BOTH, "learning_rate * (1 - step / n_steps)", "learning_rate * (1 - (step + 1) / n_steps)", RUN),
    Fault(BOTH, "sum(map(mul, n_tokens, losses)) / sum(n_tokens)", "sum(losses) / len(losses)", RUN),
    Fault(BOTH, "logit * (1 / temperature)", "logit * temperature", PAGE + " -k probabilities"),
    Fault(BOTH, "while len(name) < config.context_length:", "while len(name) + 1 < config.context_length:", PAGE + " -k ends_with_bos"),
    Fault(DRAWING, "Rectangle((start, number - 0.85), len(line) - start,", "Rectangle((start, number - 0.85), len(line),", PAGE + " -k stroke"),
    Fault(DRAWING, "docs |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))", "docs |= set(range(node.body[0].lineno, node.body[0].end_lineno))", PAGE + " -k picture"),
    Fault(CHECKS, "    if n == 4 * PER_HEAD:", "    if n == 4 * PER_HEAD - 1:", FORMS),
    Fault(CHECKS, "factor = min(1.0, most / size) if size else 1.0", "factor = most / size if size else 1.0", FORMS),
    Fault(CHECKS, "< 0.0006:", "< 0.06:", FORMS),
    Fault(BOTH, 'unicodedata.normalize("NFC", text).splitlines()', "text.splitlines()", PAGE + " -k accent"),
    Fault(BOTH, 'Path(path).suffix.lower() == ".csv"', 'Path(path).suffix == ".csv"', PAGE + " -k csv"),
    Fault(BOTH, "(float(self.data > 0),)", "(float(self.data >= 0),)", PAGE + " -k at_zero"),
    Fault(BOTH, "rng.gauss(0, 0.08)", "rng.gauss(0, 0.1)", PAGE + " -k start_as_small"),
    Fault(BOTH, "held_out[:n_measured]]\n    loss = evaluate(params, config", "training_names[:n_measured]]\n    loss = evaluate(params, config", PAGE + " -k measured_on"),
    Fault(BOTH, "    rng.shuffle(training_names)\n", "", PAGE + " -k measured_on"),
    Fault(BOTH, "context_length=max(map(len, names)) + 1)\n    params = init_params(config, rng)", "context_length=max(map(len, training_names)) + 1)\n    params = init_params(config, rng)", PAGE + " -k measured_on"),
    Fault(BOTH, "    letters = letters_of(names)\n    config", "    letters = letters_of(training_names)\n    config", PAGE + " -k measured_on"),
    Fault(BOTH, '[NAMES, "1000"]', '[NAMES, "100"]', PAGE + " -k not_given"),
    Fault(BOTH, "n_steps.isdecimal()", "n_steps.isdigit()", PAGE + " -k bad_command"),
    Fault(BOTH, '    sys.stdout.reconfigure(encoding="utf-8")   # any alphabet, on any screen\n', "", PAGE + " -k can_be_printed"),
    Fault(DRAWING, "span.stop - 3, span.stop - 3]", "span.stop + 30, span.stop + 30]", PAGE + " -k stroke"),
    Fault(DRAWING, 'fontsize=10.5, color=colour(role), weight="bold")', 'fontsize=10.5, color=INK, weight="bold")', PAGE + " -k stroke"),
    Fault(CHECKS, 'r"\\b[a-d]\\b"', 'r"[a-d]"', FORMS),
    Fault(CHECKS, "([0.3, -0.4, 0.0], 1.0), ([6.0, 2.0, -3.0], 3.5)]", "([0.3, -0.4, 0.0], 1.0)]", FORMS),
]
