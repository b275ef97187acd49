"""Faults in the drawings and the checks of the chapters on training and on better models, and in the page's progress bars."""

from tests.faults import Fault

TRAINING, BATCHING = "helpers/training.py", "helpers/batching.py"
CHAPTER, BETTER = "chapters/09_train_it.ipynb", "chapters/10_make_it_better.ipynb"
DRAWINGS, CHECKS = "helpers/drawings/train_it.py", "helpers/checks/train_it.py"
BETTER_CHECKS, BETTER_FORMS = "helpers/checks/make_it_better.py", "tests/test_checks_make_it_better.py"
PICTURES, FORMS = "tests/test_drawings_train_it.py", "tests/test_checks_train_it.py"
FAULTS = [
    Fault((BATCHING, CHAPTER), "return padded[:, :-1], padded[:, 1:], is_real", "return padded[:, 1:], padded[:, 1:], is_real", "tests/test_batching.py"),
    Fault((TRAINING, CHAPTER), "share[is_real] = grad", "share[is_real] = 1", "tests/test_training.py"),
    Fault((TRAINING, CHAPTER), "second = self.second_moment / (1 - self.beta2**self.n_steps)", "second = self.second_moment", "tests/test_training.py"),
    Fault((TRAINING, BETTER), "return own, float(loss.data) * fraction", "return own, float(loss.data)", "tests/test_training.py"),
    Fault(DRAWINGS, "if y < loss]", "if y <= loss]", PICTURES),
    Fault(DRAWINGS, "if is_crossed(text, lines):", "if not is_crossed(text, lines):", PICTURES),
    Fault(DRAWINGS, "passed[name] = below[0]", "passed[name] = below[-1]", PICTURES),
    Fault(DRAWINGS, "runs.min(axis=0), np.median(runs, axis=0)", "runs.min(axis=0), runs.min(axis=0)", PICTURES),
    Fault(DRAWINGS, '("gradient", record["gradient"])', '("gradient", record["update"])', PICTURES),
    Fault(DRAWINGS, "lowest {min(ys):.3f}", "lowest {ys[-1]:.3f}", PICTURES),
    Fault(CHECKS, "if low > high:", "if low > high + 1:", FORMS),
    Fault(CHECKS, "high > BAND[1] + 0.01", "high > BAND[1] + 1", FORMS),
    Fault(CHECKS, "([old, new], 2.0", "([old, new], 1.0", FORMS),
    Fault(BETTER_CHECKS, "{weight:.1f} of the table", "{1 - weight:.1f} of the table", BETTER_FORMS),
    Fault(BETTER_CHECKS, "atol=0.01) and np.isclose(loss, losses[best], atol=1e-3):\n        return None", "atol=1) and np.isclose(loss, losses[best], atol=1):\n        return None", BETTER_FORMS),
    Fault(BETTER_CHECKS, "if got == want:\n            continue\n        told = f\"With", "if got >= want:\n            continue\n        told = f\"With", BETTER_FORMS),
    Fault(BETTER_CHECKS, "([3.0, 2.9, 2.9, 2.9], 2)", "([3.0, 2.9, 2.8, 2.8], 2)", BETTER_FORMS),
    Fault(CHECKS, "if not np.allclose(got, want):", "if not np.allclose(got, want, rtol=0.1):", FORMS),
    Fault("helpers/checks/verdicts.py", "str(text).lower().split()", "str(text).split()", FORMS),
    Fault("book/ext/execution.py", r'r"[^\n]*\r(?!\n)"', r'r"[^\n]*\r"', "tests/test_build.py -k progress"),
]
