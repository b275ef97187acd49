"""Faults in the drawings and the checks of the chapter on training, and in the page's progress bars."""

from tests.faults import Fault

TRAINING, BATCHING = "helpers/training.py", "helpers/batching.py"
CHAPTER = "chapters/09_train_it.ipynb"
DRAWINGS, CHECKS = "helpers/drawings/train_it.py", "helpers/checks/train_it.py"
PICTURES, FORMS = "tests/test_drawings_train_it.py", "tests/test_checks_train_it.py"
FAULTS = [
    Fault((BATCHING, CHAPTER), "return padded[:, :-1], padded[:, 1:], is_real", "return padded[:, 1:], padded[:, 1:], is_real", "tests/test_batching.py"),
    Fault((TRAINING, CHAPTER), "share[is_real] = grad", "share[is_real] = 1", "tests/test_training.py"),
    Fault((TRAINING, CHAPTER), "second = self.second_moment / (1 - self.beta2**self.n_steps)", "second = self.second_moment", "tests/test_training.py"),
    Fault((TRAINING, CHAPTER), "return own, float(loss.data) * fraction", "return own, float(loss.data)", "tests/test_training.py"),
    Fault(DRAWINGS, "if y < loss]", "if y <= loss]", PICTURES),
    Fault(DRAWINGS, "if is_crossed(text, lines):", "if not is_crossed(text, lines):", PICTURES),
    Fault(DRAWINGS, "passed[name] = below[0]", "passed[name] = below[-1]", PICTURES),
    Fault(DRAWINGS, "runs.min(axis=0), np.median(runs, axis=0)", "runs.min(axis=0), runs.min(axis=0)", PICTURES),
    Fault(DRAWINGS, '("gradient", record["gradient"])', '("gradient", record["update"])', PICTURES),
    Fault(DRAWINGS, "lowest {min(ys):.3f}", "lowest {ys[-1]:.3f}", PICTURES),
    Fault(CHECKS, "if low > high:", "if low > high + 1:", FORMS),
    Fault(CHECKS, "high > BAND[1] + 0.01", "high > BAND[1] + 1", FORMS),
    Fault(CHECKS, "{weight:.1f} of the table", "{1 - weight:.1f} of the table", FORMS),
    Fault(CHECKS, "atol=0.01) and np.isclose(loss, losses[best], atol=1e-3):\n        return None", "atol=1) and np.isclose(loss, losses[best], atol=1):\n        return None", FORMS),
    Fault(CHECKS, "([old, new], 2.0", "([old, new], 1.0", FORMS),
    Fault("helpers/checks/verdicts.py", "str(text).lower().split()", "str(text).split()", FORMS),
    Fault("book/ext/execution.py", r'r"[^\n]*\r(?!\n)"', r'r"[^\n]*\r"', "tests/test_build.py -k progress"),
]
