"""Several workers take the very steps that one process takes: by the sums, in threads, and in processes of torchrun, even if one dies."""

import itertools
import json
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import killed_run
from conftest import required
from helpers.batching import batches, make_batch
from helpers.checkpoints import read_arrays
from helpers.distributed import (
    Team,
    add_rows,
    join,
    part_of,
    rehearse,
    ring_all_reduce,
    set_gradients,
    start_workers,
    sums_of,
    train_together,
)
from helpers.model import GPTConfig, init_params
from helpers.recording.two_workers import FAULTS, in_processes
from helpers.training import Adam, Settings, gradients, learning_rate_at, train

CONFIG = GPTConfig(vocab_size=6, context_length=7, n_layer=2, n_head=2, n_embd=8)
NAMES = [[5, *[i % 5, i % 3, i % 4, i % 2, i % 5, 1][: i % 7], 5] for i in range(23)]


def fresh(seed=0, dtype=np.float64):
    return init_params(CONFIG, np.random.default_rng(seed), dtype)


def flat(params, what="data"):
    return np.concatenate([getattr(knob, what).reshape(-1) for knob in params.values()])


# Sums ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_workers", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("n_names", [1, 5, 12])
def test_the_sums_of_all_workers_give_the_gradient_of_one_process(n_workers, n_names):
    """Also with fewer names than workers."""
    batch = make_batch(NAMES[:n_names])
    params, others = fresh(), fresh()
    loss = float(gradients(params, batch, CONFIG).data)
    rows = [sums_of(others, part_of(batch, worker, n_workers), CONFIG) for worker in range(n_workers)]
    assert set_gradients(others, sum(rows)) == pytest.approx(loss, abs=1e-12)
    np.testing.assert_allclose(flat(others, "grad"), flat(params, "grad"), atol=1e-12)
    assert sum(row[-1] for row in rows) == batch[2].sum() and all(row.shape == (flat(params).size + 2,) for row in rows)


def test_every_name_goes_to_one_worker():
    batch = make_batch(NAMES)
    parts = [part_of(batch, worker, 3) for worker in range(3)]
    together = np.concatenate([part[0] for part in parts])
    assert sorted(map(tuple, together)) == sorted(map(tuple, batch[0]))
    assert [len(part[0]) for part in parts] == [8, 8, 7]


def test_a_row_keeps_the_float_type_of_the_knobs():
    batch = make_batch(NAMES[:4])
    for names in (4, 0):
        assert sums_of(fresh(dtype=np.float32), [array[:names] for array in batch], CONFIG).dtype == np.float32


def test_collecting_the_gradients_of_several_parts_is_having_several_workers():
    parts = [make_batch(NAMES[:5]), make_batch(NAMES[5:6]), make_batch(NAMES[6:])]
    params, others = fresh(), fresh()
    gradients(params, make_batch(NAMES), CONFIG)
    set_gradients(others, sum(sums_of(others, part, CONFIG) for part in parts))
    np.testing.assert_allclose(flat(others, "grad"), flat(params, "grad"), atol=1e-12)


def test_each_worker_gets_a_row_of_its_own():
    first, second = add_rows([np.ones(3), np.ones(3)])
    first += 1
    assert second.tolist() == [2, 2, 2]


# Rehearsals ----------------------------------------------------------------------------------------------------------

SETTINGS = Settings(n_steps=40, batch_size=6, learning_rate=0.02, warmup=5)


def rehearsal(n_workers=2, fault="none", plain=False, n_steps=SETTINGS.n_steps):
    """-> losses (n_steps, n_workers), knobs (n_workers, N)"""
    workers = [fresh() for _ in range(n_workers)]
    part, exchange = FAULTS[fault]

    def plain_step(params):
        return lambda rate: [setattr(knob, "data", knob.data - 5 * rate * knob.grad) for knob in params.values()]

    moves = [plain_step(params) if plain else Adam(params).step for params in workers]
    rates = (learning_rate_at(step, SETTINGS.n_steps, SETTINGS.learning_rate, SETTINGS.warmup) for step in range(n_steps))
    steps = zip(batches(NAMES, SETTINGS.batch_size, SETTINGS.seed), rates, strict=False)
    with np.errstate(all="ignore"):
        losses = list(islice(rehearse(workers, CONFIG, steps, moves, part, exchange), n_steps))
    return np.array(losses), np.array([flat(params) for params in workers])


@pytest.mark.parametrize("n_workers", [1, 2, 3, 8])
def test_a_rehearsal_takes_the_steps_of_one_process(n_workers):
    params = fresh()
    alone = train(params, CONFIG, NAMES, SETTINGS)
    losses, knobs = rehearsal(n_workers)
    np.testing.assert_allclose(losses, np.tile(alone, (n_workers, 1)).T, atol=1e-11)
    np.testing.assert_allclose(knobs, np.tile(flat(params), (n_workers, 1)), atol=1e-9)


def test_without_a_sum_the_workers_drift_apart():
    losses, knobs = rehearsal(fault="no all-reduce")
    assert np.abs(knobs[0] - knobs[1]).max() > 0.05 and np.abs(losses[:, 0] - losses[:, 1]).max() > 0.01


def test_the_same_part_twice_looks_healthy_but_for_one_process():
    right, right_knobs = rehearsal()
    losses, knobs = rehearsal(fault="same part twice")
    assert np.array_equal(knobs[0], knobs[1]) and np.array_equal(losses[:, 0], losses[:, 1]) and np.isfinite(losses).all()
    assert abs(losses[0, 0] - right[0, 0]) > 1e-4 and np.abs(knobs - right_knobs).max() > 0.01


def test_the_mean_of_means_is_off_and_shows_nothing():
    _, right = rehearsal(n_steps=1, plain=True)
    losses, knobs = rehearsal(n_steps=1, plain=True, fault="mean of means")
    moved, wrong = right[0] - flat(fresh()), knobs[0] - right[0]
    assert 0.01 < np.linalg.norm(wrong) / np.linalg.norm(moved) < 0.6 and np.array_equal(knobs[0], knobs[1]) and np.isfinite(losses).all()


def test_forgetting_to_divide_shows_in_plain_steps_and_hardly_under_adam():
    right, _ = rehearsal()
    losses, _ = rehearsal(fault="not divided")
    assert np.abs(losses[:3] - right[:3]).max() < 0.01 and losses.max() < 2.2   # later, what is nearly 0 in Adam's divisor tells
    plain, _ = rehearsal(plain=True)
    wild, _ = rehearsal(plain=True, fault="not divided")
    assert plain[1:10].max() < 2.5 and not wild[1:10].max() < 10   # or no number at all


# Threads that stand for processes: the loop that real workers run -----------------------------------------------------


def in_threads(settings, n_workers=2, config=CONFIG, names=NAMES, dtype=np.float64, **how):
    """`train_together` by threads that wait for each other at every sum -> losses, knobs: for each worker"""
    rows, meet = [None] * n_workers, threading.Barrier(n_workers, timeout=60)
    ends, trouble = [None] * n_workers, []

    def live(worker):
        def add_up(row):
            rows[worker] = row
            meet.wait()
            total = sum(rows)   # in the same order for all
            meet.wait()
            return total

        params = init_params(config, np.random.default_rng(0), dtype)
        try:
            ends[worker] = (train_together(params, config, names, settings, Team(worker, n_workers, add_up), **how), flat(params))
        except Exception as error:
            trouble.append(error)
            meet.abort()

    threads = [threading.Thread(target=live, args=(worker,)) for worker in range(n_workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in trouble:
        if not isinstance(error, threading.BrokenBarrierError):
            raise error
    return zip(*ends, strict=True)


@pytest.mark.parametrize("n_workers", [1, 2, 3])
def test_training_together_is_training_alone(n_workers):
    params = fresh()
    alone = train(params, CONFIG, NAMES, SETTINGS)
    losses, knobs = in_threads(SETTINGS, n_workers)
    for own_losses, own_knobs in zip(losses, knobs, strict=True):
        np.testing.assert_allclose(own_losses, alone, atol=1e-11)
        np.testing.assert_allclose(own_knobs, flat(params), atol=1e-9)


def test_with_dropout_and_decay_it_is_training_with_as_many_threads():
    settings = replace(SETTINGS, dropout=0.3, weight_decay=0.1)
    params = fresh()
    by_threads = train(params, CONFIG, NAMES, replace(settings, n_workers=2))
    losses, knobs = in_threads(settings, 2)
    for own_losses, own_knobs in zip(losses, knobs, strict=True):
        np.testing.assert_allclose(own_losses, by_threads, atol=1e-11)
        np.testing.assert_allclose(own_knobs, flat(params), atol=1e-9)


def test_a_stopped_run_goes_on_from_its_file_and_worker_0_writes_it(tmp_path):
    path = tmp_path / "run.npz"
    _, whole = in_threads(SETTINGS)

    def stop(step, loss, optimizer):
        if step == 25:
            raise KeyError("stop")

    with pytest.raises(KeyError):
        in_threads(SETTINGS, path=path, save_every=10, watch=stop)
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"] and len(read_arrays(path)[0]["losses"]) == 20
    losses, knobs = in_threads(SETTINGS, path=path, save_every=10)
    assert len(list(losses)[1]) == SETTINGS.n_steps
    np.testing.assert_array_equal(list(knobs), list(whole))
    assert len(read_arrays(path)[0]["losses"]) == SETTINGS.n_steps


def test_the_end_of_a_run_is_saved_and_every_step_is_told(tmp_path):
    told = []
    in_threads(SETTINGS, 1, path=tmp_path / "run.npz", save_every=15, watch=lambda step, loss, optimizer: told.append((step, loss)))
    kept = read_arrays(tmp_path / "run.npz")[0]["losses"]
    assert [step for step, _ in told] == list(range(1, SETTINGS.n_steps + 1)) and np.array_equal([loss for _, loss in told], kept)


def test_a_loss_that_is_no_number_ends_all_with_its_step():
    with pytest.raises(FloatingPointError, match="step [1-9]"), np.errstate(all="ignore"):
        in_threads(replace(SETTINGS, learning_rate=1e200))


# Real processes ------------------------------------------------------------------------------------------------------


def processes_with(text):
    """The numbers of the processes whose command line holds this text (Linux)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue   # it has ended since
        if text in command:
            found.append(int(folder.name))
    return found


def test_two_processes_take_the_steps_of_one():
    required("torch")
    settings = Settings(n_steps=30, batch_size=6, seed=3, learning_rate=0.02)
    params = fresh(seed=3)
    alone = train(params, CONFIG, NAMES, settings)
    (losses, knobs), (other_losses, other_knobs) = in_processes(NAMES, "float64", settings=settings, config=CONFIG)
    np.testing.assert_allclose(losses, alone, atol=1e-12)
    np.testing.assert_allclose(knobs, flat(params), atol=1e-11)
    assert losses == other_losses and np.array_equal(knobs, other_knobs)


def test_torchrun_is_told_all_that_was_asked_for(monkeypatch):
    """And to stay on this machine, with one thread for each worker unless the caller has said otherwise."""
    calls = []

    class Ended:   # a process that has done its work
        returncode = 0

        def __init__(self, command, env, **how):
            calls.append((command, env))

        def communicate(self, timeout=None):
            return "", None

        def terminate(self):
            pass

    monkeypatch.setattr("helpers.distributed.subprocess.Popen", Ended)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    start_workers("job.json", n_workers=3, restarts=2)
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    start_workers("job.json", module="mine")
    (first, told), (second, told_later) = calls
    for command, options in [(first, ("3", "2", "helpers.distributed")), (second, ("2", "0", "mine"))]:
        places = [command.index(name) + 1 for name in ("--nproc-per-node", "--max-restarts")] + [-2]
        assert tuple(command[place] for place in places) == options and command[-1] == "job.json"
        assert command[command.index("--local-addr") + 1] == "127.0.0.1"
    assert (told["OMP_NUM_THREADS"], told_later["OMP_NUM_THREADS"]) == ("1", "4")
    if sys.platform in ("linux", "darwin"):
        assert told["GLOO_SOCKET_IFNAME"] in ("lo", "lo0")


def test_a_worker_waits_for_the_others_as_long_as_it_is_told(monkeypatch):
    dist = required("torch.distributed")
    asked = []
    monkeypatch.setattr(dist, "rendezvous", lambda address: iter([("store", 1, 3)]))
    monkeypatch.setattr(dist, "PrefixStore", lambda name, store: (name, store))
    monkeypatch.setattr(dist, "init_process_group", lambda carrier, **how: asked.append(how))
    monkeypatch.setattr("helpers.distributed.atexit.register", lambda function: asked.append(function))
    monkeypatch.setenv("TORCHELASTIC_RESTART_COUNT", "2")
    team = join(seconds=7)
    assert (team.worker, team.n_workers) == (1, 3)
    assert asked == [{"store": ("life 2", "store"), "rank": 1, "world_size": 3, "timeout": timedelta(seconds=7)}, dist.destroy_process_group]


def run_workers(folder, worker=None, moment="never", count=0, restarts=1, **how):
    """Two processes of tests/killed_worker.py -> for each its knobs, losses"""
    job = folder / "job.json"
    job.write_text(json.dumps({"run": str(folder / "run.npz"), "worker": worker, "moment": moment, "count": count}))
    start_workers(job, restarts=restarts, module="killed_worker", **how)
    ends = [read_arrays(f"{job}.{each}.npz") for each in range(2)]
    return [(arrays["knobs"], about["losses"]) for arrays, about in ends]


@pytest.fixture(scope="module")
def with_tests_on_the_path():
    required("torch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(killed_run.__file__).parent))
        yield


@pytest.fixture(scope="module")
def healthy(tmp_path_factory, with_tests_on_the_path):
    """What two processes give when nobody dies."""
    folder = tmp_path_factory.mktemp("healthy")
    ends = run_workers(folder)
    assert not (folder / "job.json.0.1").exists()
    return ends


@pytest.fixture(scope="module")
def unbroken():
    """The same run by two threads of `train`, in one process: equal up to rounding in float32."""
    params = init_params(killed_run.CONFIG, np.random.default_rng(0), np.float32)
    losses = train(params, killed_run.CONFIG, killed_run.NAMES, killed_run.SETTINGS)
    return flat(params), losses


@pytest.mark.parametrize(("worker", "moment", "count"), [(1, "after a step", 17), (0, "half the bytes written", 2)])
def test_a_worker_that_dies_changes_nothing(worker, moment, count, tmp_path, healthy, unbroken):
    found = run_workers(tmp_path, worker, moment, count)
    assert (tmp_path / f"job.json.{worker}.1").exists(), "it had a second life"
    for (knobs, losses), (own_knobs, own_losses) in zip(healthy, found, strict=True):
        assert np.array_equal(knobs, own_knobs) and losses == own_losses
        np.testing.assert_allclose(losses, unbroken[1], atol=1e-5)
        np.testing.assert_allclose(knobs, unbroken[0], atol=1e-4)


def test_a_worker_that_is_killed_from_outside_changes_nothing(tmp_path, healthy):
    """SIGKILL, at whatever step it is."""
    def kill():
        own = tmp_path / "job.json.1.0"
        for _ in range(6000):
            if (tmp_path / "run.npz").exists() and own.exists():
                os.kill(int(own.read_text()), signal.SIGKILL)
                return
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    found = run_workers(tmp_path, worker=1, moment="from outside")   # a hundredth of a second a step
    killer.join()
    assert (tmp_path / "job.json.1.1").exists(), "it had a second life"
    for (knobs, losses), (own_knobs, own_losses) in zip(healthy, found, strict=True):
        assert np.array_equal(knobs, own_knobs) and losses == own_losses


def test_workers_that_fail_are_named_with_their_reason_and_leave_nobody_behind(tmp_path):
    required("torch")
    job = tmp_path / "job.json"
    job.write_text('{"config": {"n_embd": 5}}', encoding="utf-8")
    with pytest.raises(RuntimeError, match="(?s)the workers failed:.*(KeyError|ValueError)"):
        start_workers(job)
    assert not processes_with(str(job))


def test_workers_that_take_too_long_are_ended(tmp_path, with_tests_on_the_path):
    with pytest.raises(TimeoutError, match="want the workers to end within 0.5 seconds"):
        run_workers(tmp_path, seconds=0.5)
    assert not (tmp_path / "job.json.0.npz").exists(), "ended, not waited for"
    for _ in range(100):
        if not processes_with(str(tmp_path)):
            break
        time.sleep(0.1)
    assert not processes_with(str(tmp_path))


# The ring ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("size", [1, 3, 12, 29])
def test_a_ring_gives_every_worker_the_sum(n, size):
    rows = np.random.default_rng(n).normal(size=(n, size))
    before = rows.copy()
    states, n_sent = ring_all_reduce(rows)
    np.testing.assert_allclose(states[-1], np.tile(rows.sum(axis=0), (n, 1)), atol=1e-12)
    assert len(states) == 2 * n - 1 and np.array_equal(rows, before) and np.array_equal(states[0], before)
    assert n_sent.sum() == 2 * (n - 1) * size   # every piece goes round, almost twice
    heard = sum(before != after for before, after in itertools.pairwise(states)) if n > 1 else np.zeros((1, size))
    assert np.array_equal(n_sent, np.roll(heard.sum(axis=1), -1))   # what a worker sends, the next one hears
    assert np.abs(n_sent - 2 * (n - 1) / n * size).max() < 2   # and each worker sends alike, but for pieces of unequal length


@pytest.mark.parametrize("n", [2, 3, 5])
def test_in_a_ring_each_worker_hears_one_piece_from_the_worker_before(n):
    """Powers of two: a number tells whose numbers it sums."""
    states, _ = ring_all_reduce(np.outer(2.0 ** np.arange(n), np.ones(n)))
    for step, (before, after) in enumerate(zip(states, states[1:], strict=False)):
        changed = before != after
        assert (changed.sum(axis=1) <= 1).all()
        for worker, piece in np.argwhere(changed):
            sent = before[(worker - 1) % n, piece]
            assert after[worker, piece] == (before[worker, piece] + sent if step < n - 1 else sent)
