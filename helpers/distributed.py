"""Several workers train one model: each takes a part of every batch, and all take the same step.

Built in chapters/17_two_workers.ipynb.
torchrun starts this file once for each worker: `torchrun --nproc-per-node 2 -m helpers.distributed JOB`. PyTorch carries the sums from
one to the other and does nothing else; only `join` and what calls it need it.
"""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from helpers.batching import batches
from helpers.checkpoints import load_run, save_run, write_arrays
from helpers.model import GPTConfig, init_params
from helpers.training import Adam, Settings, checked, drop_at, gradients, learning_rate_at


def part_of(batch, worker, n_workers):
    """What one worker takes from a batch: every n_workers-th name. batch: see `make_batch`"""
    return [array[worker::n_workers] for array in batch]


def sums_of(params, batch, config, drop=None):
    """What a worker adds to a step, as one row that may be summed. -> (n_knobs + 2,)

    The gradient of its summed surprise; behind it that sum, and its number of tokens.
    """
    knobs = list(params.values())
    n_real = int(np.count_nonzero(batch[2]))   # a plain int leaves float32 as it is
    if n_real == 0:   # fewer names than workers
        return np.zeros(sum(knob.data.size for knob in knobs) + 2, knobs[0].data.dtype)
    loss = gradients(params, batch, config, drop)   # means over its tokens
    row = [knob.grad.reshape(-1) for knob in knobs]
    row.append(np.array([loss.data, 1], loss.data.dtype))
    return np.concatenate(row) * n_real             # mean times number is the sum


def set_gradients(params, sums):
    """Divide the sums of all workers by all tokens, into each knob's .grad -> the loss"""
    means = sums / sums[-1]
    start = 0
    for knob in params.values():
        stop = start + knob.data.size
        knob.grad = means[start:stop].reshape(knob.shape)
        start = stop
    return float(means[-2])


def add_rows(rows):
    """The sum of all rows, for each worker a copy."""
    total = sum(rows)
    return [total.copy() for _ in rows]


def rehearse(workers, config, steps, moves, part=part_of, exchange=add_rows):
    """Several workers in one process, one after the other -> after each step, their losses

    workers: the knobs of each, a list of params; steps: pairs (batch, learning rate)
    moves: for each worker what moves its knobs, called with the learning rate
    part: what a worker takes; exchange: the rows that they send -> the rows that they get
    """
    for batch, learning_rate in steps:
        rows = [sums_of(params, part(batch, number, len(workers)), config)
                for number, params in enumerate(workers)]
        got = exchange(rows)
        losses = [set_gradients(params, row) for params, row in zip(workers, got)]
        for move in moves:
            move(learning_rate)
        yield losses


@dataclass(frozen=True)
class Team:
    """All workers, as one of them sees them."""

    worker: int                                  # its own number, from 0
    n_workers: int
    add_up: Callable[[np.ndarray], np.ndarray]   # its row -> the sum of everyone's


def train_together(params, config, many_ids, settings, team, path=None, save_every=1000,
                   watch=None):
    """As `train`, but this worker computes its part of each batch, and the team adds up.

    All workers begin with the same params, and keep them the same. Worker 0 saves the run.
    """
    optimizer, losses = Adam(params, weight_decay=settings.weight_decay), []
    if path is not None and Path(path).exists():
        losses = load_run(path, optimizer, config, settings)
    first, n_steps = len(losses), settings.n_steps
    data = batches(many_ids, settings.batch_size, settings.seed, first)
    for step, batch in zip(range(first, n_steps), data):
        part = part_of(batch, team.worker, team.n_workers)
        drop = drop_at(step, team.worker, settings)
        sums = team.add_up(sums_of(params, part, config, drop))
        losses.append(checked(set_gradients(params, sums), step))
        peak, warmup = settings.learning_rate, settings.warmup
        optimizer.step(learning_rate_at(step, n_steps, peak, warmup))
        if watch is not None:
            watch(step + 1, losses[-1], optimizer)
        is_due = step + 1 == n_steps or (step + 1) % save_every == 0
        if path is not None and team.worker == 0 and is_due:
            save_run(path, optimizer, config, settings, losses)
    return losses


def join(seconds=60):
    """Meet the other workers that torchrun started -> Team

    seconds: how long to wait for the others, now and at every sum, before giving up
    """
    import torch
    import torch.distributed as dist

    store, worker, n_workers = next(dist.rendezvous("env://"))   # torchrun says where
    life = os.environ["TORCHELASTIC_RESTART_COUNT"]   # a restart must not find old addresses
    store = dist.PrefixStore(f"life {life}", store)
    dist.init_process_group("gloo", store=store, rank=worker, world_size=n_workers,
                            timeout=timedelta(seconds=seconds))
    atexit.register(dist.destroy_process_group)   # at the end, take leave in good order

    def add_up(row):
        dist.all_reduce(torch.from_numpy(row))   # the tensor's memory is that of `row`
        return row

    return Team(worker, n_workers, add_up)


def work(path):
    """A worker's whole life: read the job, train with the others, write what came of it."""
    job = json.loads(Path(path).read_text(encoding="utf-8"))
    config, settings = GPTConfig(**job["config"]), Settings(**job["settings"])
    params = init_params(config, np.random.default_rng(settings.seed), job["dtype"])
    team = join()
    is_first_life = os.environ["TORCHELASTIC_RESTART_COUNT"] == "0"

    def watch(step, loss, optimizer):
        if is_first_life and job["dies"] == [team.worker, step]:
            os._exit(9)   # at once, as if its power went

    losses = train_together(params, config, job["many_ids"], settings, team,
                            job["run"], job["save_every"], watch)
    arrays = {name: knob.data for name, knob in params.items()}
    write_arrays(f"{path}.{team.worker}.npz", arrays, {"losses": losses})


def start_workers(path, n_workers=2, restarts=0, seconds=240, module="helpers.distributed"):
    """Start workers on this machine by torchrun, each with this job, and wait for them.

    restarts: how often all may begin again after one has died
    Raises RuntimeError where they fail, TimeoutError where they take too long.
    """
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone",
               "--local-addr", "127.0.0.1", "--nproc-per-node", str(n_workers),
               "--max-restarts", str(restarts), "-m", module, str(path)]
    told = {"OMP_NUM_THREADS": "1"} | os.environ
    if sys.platform in ("linux", "darwin"):   # what they send does not leave the machine
        told["GLOO_SOCKET_IFNAME"] = "lo" if sys.platform == "linux" else "lo0"
    process = subprocess.Popen(command, env=told, text=True, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"want the workers to end within {seconds} seconds") from None
    finally:
        process.terminate()   # torchrun then ends its workers
        process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"the workers failed:\n{said}")


def ring_all_reduce(rows):
    """Sum rows in a ring: each worker sends only to the next one, a piece at a time.

    rows: (n, N), one a worker -> states: 2n - 1 arrays (n, N), from the start to the sums;
    n_sent: (n,), how many numbers each worker sent
    """
    n = len(rows)
    states, n_sent = [np.array(rows)], np.zeros(n, int)
    for step in range(2 * (n - 1)):
        state = states[-1].copy()
        pieces = [np.array_split(row, n) for row in state]   # views: they change `state`
        messages = [pieces[w][(w - step) % n].copy() for w in range(n)]
        for w, message in enumerate(messages):
            piece = pieces[(w + 1) % n][(w - step) % n]
            piece[:] = piece + message if step < n - 1 else message
            n_sent[w] += message.size
        states.append(state)
    return states, n_sent


if __name__ == "__main__":
    work(sys.argv[1])
