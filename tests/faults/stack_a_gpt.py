"""Faults in the chapter that stacks a GPT, its drawings and the checks of its exercises."""

from tests.faults import Fault

CHAPTER, MODEL = "chapters/08_stack_a_gpt.ipynb", "helpers/model.py"
DRAWINGS, CHECKS = "helpers/drawings/stack_a_gpt.py", "helpers/checks/stack_a_gpt.py"
BOTH = (MODEL, CHAPTER)
RUNS = "tests/test_chapters_run.py::test_it_runs_on_a_reader_s_own_names[stack_a_gpt-thirty]"   # the shortest run
SAME = "tests/test_chapters_match_helpers.py"
PICTURES, FORMS = "tests/test_drawings_stack_a_gpt.py", "tests/test_checks_stack_a_gpt.py"
FAULTS = [
    Fault(BOTH, "mean_square + 1e-5", "mean_square + 1e-2", RUNS),   # far from the loops
    Fault(BOTH, "return scale * (grad - out * along) ", "return scale * (grad + out * along) ", RUNS),
    Fault(BOTH, "lambda grad: grad * (x.data > 0)", "lambda grad: grad * (x.data < 0)", RUNS),
    Fault(BOTH, "return linear(relu(linear(x, fc1)), fc2)", "return linear(linear(x, fc1), fc2)", RUNS),
    Fault(BOTH, "x = x + drop(mlp(rmsnorm(x), fc1, fc2))", "x = x + drop(mlp(x, fc1, fc2))", RUNS),
    Fault(BOTH, "x = x + drop(linear(mixed, wo))", "x = rmsnorm(x) + drop(linear(mixed, wo))", RUNS),
    Fault(BOTH, "for letter in \"qkvo\")   # (C, C) each", "for letter in \"kqvo\")   # (C, C) each", RUNS),
    Fault(BOTH, '"lm_head": (config.vocab_size, C),', '"lm_head": (config.context_length, C),', RUNS),
    Fault(MODEL, "fc1: (4C, C), fc2: (C, 4C) -> (..., C)", "fc1: (C, 4C), fc2: (4C, C) -> (..., C)", SAME),
    Fault(CHAPTER, "keep=rmsnorm, drop=drop", "keep=everything, drop=drop", RUNS),
    Fault(DRAWINGS, "Rectangle((x, top - rows), columns, rows,", "Rectangle((x, top - columns), rows, columns,", PICTURES),
    Fault(DRAWINGS, "top -= rows + gap", "top -= rows - gap", PICTURES),
    Fault(DRAWINGS, "max(shapes[name][1] for name in full) + gap", "max(shapes[name][0] for name in full) + gap - 9", PICTURES),
    Fault(DRAWINGS, "sharey=True", "sharey=False", PICTURES),
    Fault(DRAWINGS, 'axes.text(0.6, y - 1.42, "+"', 'axes.text(0.6, y + 1.42, "+"', PICTURES),
    Fault(CHECKS, "tables, positions, block = 50257 * 768, 1024 * 768, 12 * 768**2", "tables, positions, block = 50257 * 768, 1024 * 768, 11 * 768**2", FORMS),
    Fault(CHECKS, "    return {str(each).strip().lower() for each in answer}", "    return set(answer)", FORMS),
    Fault(CHECKS, "x = (reads if slip else x) + drop(", "x = x + drop(", FORMS),
    Fault(CHECKS, "mixed.transpose(0, 2, 3, 1)", "mixed.transpose(0, 2, 1, 3)", FORMS),
    Fault(CHECKS, "if not np.allclose(gain.grad, to_gain, atol=1e-4):", "if np.shape(gain.grad) != gains.shape:", FORMS),
]
