"""Faults in batches, training and files, and in the drawings and checks of their chapter."""

from tests.faults import Fault

TRAINING, BATCHING, FILES = "helpers/training.py", "helpers/batching.py", "helpers/checkpoints.py"
CHAPTER = "chapters/09_train_it.ipynb"
DRAWINGS, CHECKS = "helpers/drawings/train_it.py", "helpers/checks/train_it.py"
PICTURES, RUNS = "tests/test_drawings_train_it.py", "tests/test_chapters_run.py -k train_it"
FAULTS = [
    Fault((BATCHING, CHAPTER), "return padded[:, :-1], padded[:, 1:], is_real", "return padded[:, 1:], padded[:, 1:], is_real", "tests/test_batching.py"),
    Fault((BATCHING, CHAPTER), "np.arange(lengths.max()) < lengths[:, None]", "np.arange(lengths.max()) <= lengths[:, None]", "tests/test_batching.py"),
    Fault((BATCHING, CHAPTER), "for places in chosen[skipped:]:", "for places in chosen:", "tests/test_batching.py"),
    Fault((TRAINING, CHAPTER), "share[is_real] = grad", "share[:] = 1", "tests/test_training.py"),
    Fault((TRAINING, CHAPTER), "total += float(batch_loss(params, batch, config).data) * n_real", "total += float(batch_loss(params, batch, config).data) * 8", "tests/test_training.py"),
    Fault((TRAINING, CHAPTER), "second = self.second_moment / (1 - self.beta2**self.n_steps)", "second = self.second_moment", "tests/test_training.py"),
    Fault((TRAINING, CHAPTER), "return own, float(loss.data) * fraction", "return own, float(loss.data)", "tests/test_training.py"),
    Fault((TRAINING, CHAPTER), "rng = np.random.default_rng([settings.seed, step, worker])", "rng = np.random.default_rng()", "tests/test_training.py"),
    Fault((FILES, CHAPTER), "    optimizer.n_steps = len(losses)", "    optimizer.n_steps = 0", "tests/test_checkpoints.py tests/test_training.py"),
    Fault((FILES, CHAPTER), "    if about != told:", "    if about == 0:", "tests/test_checkpoints.py tests/test_training.py"),
    Fault(DRAWINGS, "if y < loss]", "if y <= loss]", PICTURES),
    Fault(DRAWINGS, "runs.min(axis=0), np.median(runs, axis=0)", "runs.min(axis=0), runs.min(axis=0)", PICTURES),
    Fault(DRAWINGS, '("gradient", record["gradient"])', '("gradient", record["update"])', PICTURES),
    Fault(CHECKS, "if low > high:", "if low > high + 1:", RUNS),
    Fault(CHECKS, "foreign, damaged], 2.0", "foreign, damaged], 1.0", RUNS),
]
