"""Record two workers at work, healthy and faulty, and how fast they are: `python -m helpers.recording.two_workers`.

Three parts, under three minutes on two idle cores. `equal` and `speed` need PyTorch: without it they stay as the file has them.

faults   rehearsals in one process, with Adam and with plain steps: what each fault does to the losses and to the knobs
equal    real processes against one process: the losses of the first steps, and a run that is killed on its way
speed    for three sizes of the model, the seconds of each part of a step, and of a whole step of two processes
"""

import importlib.util
import json
import sys
import tempfile
import time
from dataclasses import asdict
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from helpers.batching import batches
from helpers.checkpoints import read_arrays, write_arrays
from helpers.distributed import (
    add_rows,
    join,
    part_of,
    rehearse,
    set_gradients,
    start_workers,
    sums_of,
)
from helpers.model import GPTConfig, init_params
from helpers.names import load_names, split_names
from helpers.tokenizer import encode, letters_of
from helpers.training import Adam, Settings, gradient_step, train

PATH = Path(__file__).parents[1] / "data" / "two_workers.npz"
MOMENTS = [0, 1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 250, 300]   # steps taken
BATCH_SIZE = 32
RATES = {"Adam": 0.01, "plain": 0.5}   # learning rates, the same at every step
EQUAL = Settings(n_steps=30, batch_size=32)   # of the runs in processes
SAVE_EVERY, DIES = 10, [1, 25]                # worker 1 ends itself after step 25
SIZES = {"small": GPTConfig(), "middle": GPTConfig(n_layer=4, n_embd=64), "large": GPTConfig(n_layer=4, n_embd=128)}
SPEED_NAMES, ROUNDS = 64, 40                  # names a step, and how often each part is timed
PARTS = ("whole", "half", "both halves", "all-reduce", "Adam", "two workers")


def load_two_workers():
    """The record -> dict: losses, apart, away (each optimizer, fault, moment, ...); moments, faults, optimizers; equal, speed

    nan stands where a run had ended, since its numbers were no longer finite.
    """
    arrays, about = read_arrays(PATH)
    return {name: np.where(array < 0, np.nan, array) for name, array in arrays.items()} | about


# Faults --------------------------------------------------------------------------------------------------------------


def half_of(batch, worker, n_workers):
    """The first names for worker 0, the next for worker 1: in a batch that is sorted by length, short and long ones."""
    size = -(-len(batch[0]) // n_workers)
    return [array[worker * size : (worker + 1) * size] for array in batch]


def same_part(batch, worker, n_workers):
    """The part of worker 0 for everyone."""
    return part_of(batch, 0, n_workers)


def no_sum(rows):
    """Each worker gets its own row back."""
    return rows


def add_means(rows):
    """Each worker divides by its own tokens before the sum: the last entry counts workers, then, and not tokens."""
    return add_rows([row / row[-1] for row in rows])


def undivided(rows):
    """The gradient of the sum, not of the mean; the loss is right."""
    got = add_rows(rows)
    for row in got:
        row[:-2] *= row[-1]
    return got


FAULTS = {   # name -> what a worker takes, what happens to the rows
    "none": (part_of, add_rows),
    "no all-reduce": (part_of, no_sum),
    "same part twice": (same_part, add_rows),
    "mean of means": (half_of, add_means),
    "not divided": (part_of, undivided),
}


def relative_distance(a, b):
    """How far two rows of knobs lie apart, as a part of the length of the second."""
    return np.linalg.norm(a - b) / np.linalg.norm(b)


def flat(params):
    """All knobs as one row."""
    return np.concatenate([knob.data.reshape(-1) for knob in params.values()])


def mover(params, optimizer):
    """What moves these knobs: called with a learning rate."""
    return Adam(params).step if optimizer == "Adam" else lambda rate: gradient_step(params.values(), rate)


def rehearsal(names, optimizer, n_workers=2, part=part_of, exchange=add_rows, last=MOMENTS[-1]):
    """A run of the reference in float64 -> at each moment up to `last`: losses (n_workers,) of the next step, knobs (n_workers, N)

    Where a number is no longer finite, the run ends there.
    """
    config = GPTConfig()
    workers = [init_params(config, np.random.default_rng(0), np.float64) for _ in range(n_workers)]
    moves = [mover(params, optimizer) for params in workers]
    drawn = islice(batches(names, BATCH_SIZE, seed=0, pool_size=1), last + 1)   # each sorted by length
    steps = ((batch, RATES[optimizer]) for batch in drawn)
    before, seen = np.array([flat(params) for params in workers]), []
    with np.errstate(all="ignore"):   # a fault may overflow
        for step, losses in enumerate(rehearse(workers, config, steps, moves, part, exchange)):
            if not np.isfinite(losses).all():
                break
            if step in MOMENTS:
                seen.append((losses, before))
            if step + 1 in MOMENTS:
                before = np.array([flat(params) for params in workers])
    return seen


def faulty_runs(names, last=MOMENTS[-1]):
    """Every fault with either optimizer -> arrays (optimizers, faults, moments, ...): losses of the workers, how far the knobs of
    the two lie apart, and how far worker 0 is from one process; nan after a run's end"""
    moments = [step for step in MOMENTS if step <= last]
    shape = len(RATES), len(FAULTS), len(moments)
    losses, apart, away = np.full((*shape, 2), np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    for i, optimizer in enumerate(RATES):
        alone = rehearsal(names, optimizer, n_workers=1, last=last)
        for j, (part, exchange) in enumerate(FAULTS.values()):
            for k, (both, knobs) in enumerate(rehearsal(names, optimizer, 2, part, exchange, last)):
                losses[i, j, k] = both
                with np.errstate(all="ignore"):
                    apart[i, j, k] = relative_distance(knobs[1], knobs[0])
                    away[i, j, k] = relative_distance(knobs[0], alone[k][1][0])
    return {"losses": losses, "apart": apart, "away": away}


# Real processes ------------------------------------------------------------------------------------------------------


def job_of(names, dtype, folder, dies=None, settings=EQUAL, config=None):
    """The job of two workers, as `work` in helpers/distributed.py reads it -> its path"""
    job = {
        "config": asdict(config or GPTConfig()), "settings": asdict(settings), "dtype": dtype, "many_ids": names,
        "run": str(Path(folder) / f"run {dtype} {dies}.npz"), "save_every": SAVE_EVERY, "dies": dies,
    }
    path = Path(folder) / f"job {dtype} {dies}.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    return path


def in_processes(names, dtype, dies=None, settings=EQUAL, config=None):
    """Two workers, started by torchrun -> for each its losses, and its knobs at the end as one row"""
    with tempfile.TemporaryDirectory() as folder:
        path = job_of(names, dtype, folder, dies, settings, config)
        start_workers(path, restarts=1 if dies else 0)
        ends = [read_arrays(f"{path}.{worker}.npz") for worker in range(2)]
    return [(about["losses"], np.concatenate([array.reshape(-1) for array in arrays.values()])) for arrays, about in ends]


def equal_runs(names):
    """Losses of one process and of two, in both precisions, and whether a killed run ends the same -> facts"""
    found = {}
    for dtype in ("float64", "float32"):
        params = init_params(GPTConfig(), np.random.default_rng(EQUAL.seed), dtype)
        alone = train(params, GPTConfig(), names, EQUAL)
        (losses, knobs), (other_losses, other_knobs) = in_processes(names, dtype)
        found[dtype] = {
            "one": alone, "two": losses, "same": losses == other_losses and bool(np.array_equal(knobs, other_knobs)),
            "apart": float(np.abs(np.subtract(losses, alone)).max()), "knobs apart": float(np.abs(knobs - flat(params)).max()),
        }
        if dtype == "float64":
            killed = in_processes(names, dtype, DIES)
            found["killed"] = {"same": all(losses == got and bool(np.array_equal(knobs, end)) for got, end in killed)}
    return found


# Speed ---------------------------------------------------------------------------------------------------------------


def seconds_of(function, rounds):
    """How long this takes, the middle of several rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def measure(job):
    """What each of two workers does to measure: worker 0 writes the seconds of each part, a dict by size."""
    told = json.loads(Path(job).read_text(encoding="utf-8"))
    team, found = join(), {}
    pause = np.zeros(1, np.float32)
    for name, config in SIZES.items():
        rounds = told["rounds"]
        params = init_params(config, np.random.default_rng(0), np.float32)
        optimizer = Adam(params)
        drawn = list(islice(batches(told["many_ids"], SPEED_NAMES, seed=0), 8))
        parts = [part_of(batch, team.worker, 2) for batch in drawn]
        row = sums_of(params, drawn[0], config)

        def sums_from(some, params=params, config=config):
            turns = cycle(some)
            return lambda: sums_of(params, next(turns), config)

        def take_step(row=row, params=params, optimizer=optimizer):
            set_gradients(params, row)
            optimizer.step(1e-5)

        def step_together(part_sums, params=params, optimizer=optimizer):
            sums = team.add_up(part_sums())
            set_gradients(params, sums)
            optimizer.step(1e-5)

        def timed(function, alone, rounds=rounds):
            """Both begin at once, and wait for each other at the end; where `alone`, worker 1 only waits."""
            team.add_up(pause)
            seconds = seconds_of(function, rounds) if team.worker == 0 or not alone else 0.0
            team.add_up(pause)
            return seconds

        def exchange(row=row):
            row[:] = 1   # sums of sums would overflow
            team.add_up(row)

        both = sums_from(parts)
        tasks = {
            "whole": (sums_from(drawn), True), "half": (sums_from(parts), True), "both halves": (both, False), "all-reduce": (exchange, False),
            "Adam": (take_step, True), "two workers": (lambda step=step_together, both=both: step(both), False),
        }
        for function, alone in tasks.values():   # once, so that all memory is there
            timed(function, alone, 3)
        turns = [{part: timed(*task) for part, task in tasks.items()} for _ in range(3)]   # in turn: a disturbance hits one
        found[name] = {part: min(turn[part] for turn in turns) for part in tasks} | {"knobs": row.size - 2}
    if team.worker == 0:
        Path(f"{job}.found").write_text(json.dumps(found), encoding="utf-8")


def speed(names, rounds=ROUNDS):
    """Seconds of each part of a step, by size of the model -> facts"""
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "speed.json"
        job.write_text(json.dumps({"many_ids": names[:2000], "rounds": rounds}), encoding="utf-8")
        start_workers(job, module="helpers.recording.two_workers", seconds=600)
        return json.loads(Path(f"{job}.found").read_text(encoding="utf-8"))


def main():
    """Record all that can be recorded here, and keep the rest of the file."""
    names, _ = split_names(load_names())
    letters = letters_of(names)
    trained_on, chosen_by = ([encode(name, letters) for name in part] for part in split_names(names, salt="tune"))
    arrays = faulty_runs(trained_on)
    if importlib.util.find_spec("torch"):
        about = {"equal": equal_runs(trained_on), "speed": speed(trained_on)}
    else:
        print("PyTorch is not installed: what processes did stays as it was recorded")
        about = {part: load_two_workers()[part] for part in ("equal", "speed")}
    about |= {"moments": MOMENTS, "faults": list(FAULTS), "optimizers": list(RATES), "rates": list(RATES.values()), "batch_size": BATCH_SIZE, "speed_names": SPEED_NAMES}
    write_arrays(PATH, {name: np.where(np.isfinite(array), array, -1.0) for name, array in arrays.items()}, about)
    for name, found in about["speed"].items():
        print(name, {part: round(1e3 * found[part], 3) for part in PARTS}, "ms")


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
