"""Faults in several workers, their record, drawings, checks and live figure."""

from tests.faults import Fault

MODULE, CHAPTER = "helpers/distributed.py", "chapters/16_two_workers.ipynb"
RECORD, DRAWINGS, CHECKS = "helpers/recording/two_workers.py", "helpers/drawings/two_workers.py", "helpers/checks/two_workers.py"
LIVE = "helpers/live/workers"
TESTS, PICTURES, FORMS = "tests/test_distributed.py", "tests/test_drawings_two_workers.py", "tests/test_checks_two_workers.py"
RECORDED, FIGURE = "tests/test_recording_two_workers.py", "tests/test_live_workers.py"
FAULTS = [
    Fault((MODULE, CHAPTER), "array[worker::n_workers]", "array[worker:n_workers]", TESTS),
    Fault((MODULE, CHAPTER), "    return np.concatenate(row) * n_real             # mean", "    return np.concatenate(row)             # mean", TESTS),
    Fault((MODULE, CHAPTER), "n_real = int(np.count_nonzero(batch[2]))", "n_real = np.count_nonzero(batch[2])", f"{TESTS} -k float"),
    Fault((MODULE, CHAPTER), "n_real = int(np.count_nonzero(batch[2]))", "n_real = int(batch[2].size)", TESTS),
    Fault((MODULE, CHAPTER), "means = sums / sums[-1]", "means = sums / sums[-1] * 2", TESTS),
    Fault((MODULE, CHAPTER), "return float(means[-2])", "return float(means[-1])", TESTS),
    Fault((MODULE, CHAPTER), "return [total.copy() for _ in rows]", "return [total for _ in rows]", TESTS),
    Fault((MODULE, CHAPTER), "drop = drop_at(step, team.worker, settings)", "drop = drop_at(step, 0, settings)", TESTS),
    Fault((MODULE, CHAPTER), "and team.worker == 0 and is_due", "and team.worker == 1 and is_due", TESTS),
    Fault((MODULE, CHAPTER), "data = batches(many_ids, settings.batch_size, settings.seed, first)\n    for step, batch in zip(range(first, n_steps), data):\n        part", "data = batches(many_ids, settings.batch_size, settings.seed)\n    for step, batch in zip(range(first, n_steps), data):\n        part", TESTS),
    Fault((MODULE, CHAPTER), 'dist.PrefixStore(f"life {life}", store)', 'dist.PrefixStore("life", store)', f"{TESTS} -k dies"),
    Fault((MODULE, CHAPTER), "[(w + 1) % n][(w - step) % n]", "[(w - 1) % n][(w - step) % n]", f"{TESTS} -k ring"),
    Fault((MODULE, CHAPTER), "if step < n - 1 else message", "if step < n else message", f"{TESTS} -k ring"),
    Fault((MODULE, CHAPTER), "n_sent[w] += message.size", "n_sent[w] += 1", f"{TESTS} -k ring"),
    Fault((MODULE, CHAPTER), "process.terminate()   # torchrun", "pass   # torchrun", f"{TESTS} -k long"),
    Fault(RECORD, "add_rows([row / row[-1] for row in rows])", "add_rows([2 * row / row[-1] for row in rows])", RECORDED),
    Fault(RECORD, "return np.linalg.norm(a - b) / np.linalg.norm(b)", "return np.linalg.norm(a - b)", RECORDED),
    Fault(RECORD, "np.where(array < 0, np.nan, array)", "array", RECORDED),
    Fault(DRAWINGS, "share = found[part] / one\n", "share = found[part] / found['whole']\n", PICTURES),
    Fault(DRAWINGS, "is_done = state[worker, piece], state[worker, piece] == total[piece]", "is_done = state[worker, piece], state[worker, piece] >= total[piece] / 2", PICTURES),
    Fault(CHECKS, "BYTES = 2 * 7 / 8 * KNOBS * 4", "BYTES = 2 * KNOBS * 4", FORMS),
    Fault(CHECKS, '    if a != "different starts":', '    if a == "not divided":', "tests/test_chapters_run.py -k two_workers"),
    Fault(CHECKS, "if 0.09 <= learning_rate <= 0.11:", "if 0.19 <= learning_rate <= 0.21:", FORMS),
    Fault(f"{LIVE}.py", "(math.log10(distance) - POWERS[0])", "(math.log10(distance) - POWERS[1])", FIGURE),
    Fault(f"{LIVE}.py", "way(steps, losses[:, 1], of_loss)", "way(steps, losses[:, 0], of_loss)", FIGURE),
    Fault(f"{LIVE}.js", "fault = number;", "fault = 0;", FIGURE),
]
