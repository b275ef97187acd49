"""Faults in tuning, its record, drawings, checks and live figure."""

from tests.faults import Fault

MODULE, CHAPTER = "helpers/tuning.py", "chapters/18_obey.ipynb"
RECORD, DRAWINGS, CHECKS, LIVE = "helpers/recording/tuning.py", "helpers/drawings/obey.py", "helpers/checks/obey.py", "helpers/live/price"
TESTS, PICTURES, FORMS = "tests/test_tuning.py", "tests/test_drawings_obey.py", "tests/test_checks_obey.py"
RECORDED, FIGURE = "tests/test_recording_tuning.py", "tests/test_live_price.py"
FAULTS = [
    Fault((MODULE, CHAPTER), "{name: Tensor(tensor.data.copy()) for name, tensor in params.items()}", "{name: Tensor(tensor.data) for name, tensor in params.items()}", TESTS),
    Fault((MODULE, CHAPTER), "            if now < best[2]:", "            if now < best[2] or True:", TESTS),
    Fault((MODULE, CHAPTER), "best = copy_of(params), step, now", "best = params, step, now", TESTS),
    Fault((MODULE, CHAPTER), "round(len(new_ids) * share / (1 - share))", "round(len(new_ids) * share)", TESTS),
    Fault((MODULE, CHAPTER), "rng.permutation(len(old_ids))[:n_old]", "range(n_old)", TESTS),
    Fault((MODULE, CHAPTER), "float(len(name) > 0 and takes_turns)", "float(takes_turns)", TESTS),
    Fault((MODULE, CHAPTER), "if len(ids) <= config.context_length else ids", "if len(ids) < config.context_length else ids", TESTS),
    Fault((MODULE, CHAPTER), "        share[places] -= 1               # ... minus 1 at what came\n        return grad[:, None] * share", "        share[places] -= 1               # ... minus 1 at what came\n        return grad.mean() * share", TESTS),
    Fault((MODULE, CHAPTER), "reshape(at_each * is_real.reshape(-1), B, T)", "reshape(at_each, B, T)", TESTS),
    Fault((MODULE, CHAPTER), "worth = rewards - price * moved", "worth = rewards + price * moved", TESTS),
    Fault((MODULE, CHAPTER), "config).data - surprise.data\n", "config).data * 0 - surprise.data\n", TESTS),
    Fault((MODULE, CHAPTER), "loss = sum_over(surprise * (advantage / n_names), axis=0)", "loss = sum_over(surprise * (-advantage / n_names), axis=0)", TESTS),
    Fault((MODULE, CHAPTER), "(advantage / n_names), axis=0)", "advantage, axis=0)", TESTS),
    Fault((MODULE, CHAPTER), "distance -= (1 - reward) / price", "distance -= reward / price", TESTS),
    Fault((MODULE, CHAPTER), "left = math.exp(-1 / price) if price else 0.0", "left = math.exp(-price) if price else 0.0", TESTS),
    Fault((MODULE, CHAPTER), "            n_drawn += 1\n", "            n_drawn = len(good) + 1\n", TESTS),
    Fault(RECORD, "min(runs, key=lambda run: run[0])", "max(runs, key=lambda run: run[0])", RECORDED),
    Fault(DRAWINGS, "means = np.mean(losses, axis=1)", "means = np.min(losses, axis=1)", PICTURES),
    Fault(DRAWINGS, "axes.plot(100 * np.asarray(shared), gains", "axes.plot(100 * np.asarray(gains), shared", PICTURES),
    Fault(CHECKS, "if got == 21:", "if got >= 21:", "tests/test_chapters_run.py -k obey"),
    Fault(CHECKS, "others = (rewards.sum() - rewards) / (n - 1)", "others = (rewards.sum() - rewards) / n", FORMS),
    Fault(CHECKS, "1 / math.log(81)\n", "1 / math.log(9)\n", FORMS),
    Fault(f"{LIVE}.py", "BOX[1] + BOX[3] * (1 - reward)", "BOX[1] + BOX[3] * reward", FIGURE),
    Fault(f"{LIVE}.py", 'record["rewards"][1:], record["examples"][1:]', 'record["rewards"][1:], record["examples"][:-1]', FIGURE),
    Fault(f"{LIVE}.js", "slider.value = start;", "slider.value = 0;", FIGURE),
    Fault((MODULE, CHAPTER), "while n_names > 0 and n_drawn < at_most:", "while n_drawn <= at_most:", f"{TESTS} -k rare"),
]
