"""The record of two workers is that of its script: its first moments come out again, and what processes did is what it says."""

import json

import numpy as np
import pytest

from conftest import required
from helpers.distributed import Team
from helpers.model import GPTConfig, init_params, param_shapes
from helpers.names import load_names, split_names
from helpers.recording import two_workers
from helpers.recording.two_workers import (
    EQUAL,
    FAULTS,
    MOMENTS,
    PARTS,
    RATES,
    SIZES,
    SPEED_NAMES,
    faulty_runs,
    load_two_workers,
    speed,
)
from helpers.tokenizer import encode, letters_of
from helpers.training import train

RECORD = load_two_workers()
ALL = load_names()
LETTERS = letters_of(ALL)
NAMES = [encode(name, LETTERS) for name in split_names(split_names(ALL)[0], salt="tune")[0]]


def of(optimizer, fault, what):
    return RECORD[what][list(RATES).index(optimizer), list(FAULTS).index(fault)]


def test_it_has_every_fault_with_either_optimizer():
    assert (RECORD["optimizers"], RECORD["faults"], RECORD["moments"]) == (list(RATES), list(FAULTS), MOMENTS)
    assert RECORD["losses"].shape == (2, 5, len(MOMENTS), 2) and RECORD["rates"] == list(RATES.values())


def test_its_first_moments_come_out_again():
    found = faulty_runs(NAMES, last=5)
    n = MOMENTS.index(5) + 1
    for name, array in found.items():
        kept = RECORD[name][:, :, :n]
        assert np.array_equal(np.isfinite(array), np.isfinite(kept)), name
        rounding = kept < 1e-12   # no other machine rounds quite so
        assert (array[rounding] < 1e-12).all(), name
        np.testing.assert_allclose(array[~rounding & np.isfinite(kept)], kept[~rounding & np.isfinite(kept)], rtol=0.01, err_msg=name)


def test_the_healthy_two_stay_one_and_the_faulty_leave():
    for optimizer in RATES:
        assert (of(optimizer, "none", "apart") == 0).all() and of(optimizer, "none", "away").max() < 1e-9
        assert of(optimizer, "no all-reduce", "apart")[-1] > 0.1
        for fault in ("same part twice", "mean of means"):
            assert (of(optimizer, fault, "apart") == 0).all() and of(optimizer, fault, "away")[-1] > 0.03
    assert not np.isfinite(of("plain", "not divided", "losses")[-1]).any()
    assert np.abs(of("Adam", "not divided", "losses") - of("Adam", "none", "losses")).max() < 0.05


def test_two_processes_had_the_losses_of_one():
    equal = RECORD["equal"]
    params = init_params(GPTConfig(), np.random.default_rng(EQUAL.seed), np.float64)
    np.testing.assert_allclose(equal["float64"]["one"], train(params, GPTConfig(), NAMES, EQUAL), atol=1e-9)
    for dtype, most in [("float64", 1e-12), ("float32", 1e-4)]:
        assert equal[dtype]["same"] and len(equal[dtype]["two"]) == EQUAL.n_steps
        np.testing.assert_allclose(equal[dtype]["two"], equal[dtype]["one"], atol=most)
        assert equal[dtype]["apart"] == np.abs(np.subtract(equal[dtype]["two"], equal[dtype]["one"])).max()
    assert equal["killed"]["same"] is True


def check_speed(found):
    assert list(found) == list(SIZES)
    for name, config in SIZES.items():
        assert found[name]["knobs"] == sum(map(np.prod, param_shapes(config).values()))
        assert all(0 < found[name][part] < 60 for part in PARTS)


def test_its_seconds_are_those_of_every_part_of_a_step():
    check_speed(RECORD["speed"])
    assert RECORD["speed_names"] == SPEED_NAMES


def test_the_seconds_can_be_measured_again(monkeypatch):
    """One round: not how long, only that each part is there."""
    required("torch")
    check_speed(speed(NAMES, rounds=1))


def test_each_part_is_timed_with_the_names_that_it_says(monkeypatch, tmp_path):
    """In one process, with a stopwatch that counts names and sums; worker 0 by itself, so every sum is its own row."""
    names_read, sums = [], []
    job = tmp_path / "job.json"
    job.write_text(json.dumps({"many_ids": NAMES[:600], "rounds": 2}), encoding="utf-8")

    def add_up(row):
        sums.append(len(row))
        return row

    def sums_of(params, batch, config):
        names_read.append(len(batch[0]))
        return np.ones(sum(knob.data.size for knob in params.values()) + 2, np.float32)

    def count(function, rounds):
        before = len(names_read), len(sums)
        function()
        return [sum(names_read[before[0] :]), len(sums) - before[1]]   # the smallest of equal turns is any of them

    monkeypatch.setattr(two_workers, "SIZES", {"small": SIZES["small"]})
    monkeypatch.setattr(two_workers, "join", lambda: Team(0, 2, add_up))
    monkeypatch.setattr(two_workers, "sums_of", sums_of)
    monkeypatch.setattr(two_workers, "seconds_of", count)
    two_workers.measure(job)
    found = json.loads((tmp_path / "job.json.found").read_text(encoding="utf-8"))["small"]
    n = SPEED_NAMES
    assert {part: found[part] for part in PARTS} == {
        "whole": [n, 0], "half": [n // 2, 0], "both halves": [n // 2, 0], "all-reduce": [0, 1], "Adam": [0, 0], "two workers": [n // 2, 1],
    }


def test_without_pytorch_the_processes_part_of_the_record_stays(monkeypatch, tmp_path):
    monkeypatch.setattr(two_workers.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(two_workers, "faulty_runs", lambda names: {name: RECORD[name] for name in ("losses", "apart", "away")})
    file = tmp_path / "two_workers.npz"
    file.write_bytes(two_workers.PATH.read_bytes())
    monkeypatch.setattr(two_workers, "PATH", file)
    two_workers.main()
    again = load_two_workers()
    assert again.keys() == RECORD.keys()
    for name, value in RECORD.items():
        np.testing.assert_array_equal(again[name], value) if isinstance(value, np.ndarray) else None
        assert isinstance(value, np.ndarray) or again[name] == value


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_takes_names_and_rows_and_gives_rows(fault):
    part, exchange = FAULTS[fault]
    batch = [np.arange(10).reshape(5, 2)] * 3
    parts = [part(batch, worker, 2) for worker in range(2)]
    assert all(len(own) == 3 and len(own[0]) in (2, 3) for own in parts)
    together = sorted(row for own in parts for row in own[0].tolist())
    assert together == (sorted(2 * batch[0][::2].tolist()) if fault == "same part twice" else batch[0].tolist()), "every name once"
    rows = exchange([np.array([1.0, 2.0, 4.0]), np.array([3.0, 4.0, 6.0])])
    expected = {
        "none": [[4, 6, 10]] * 2, "same part twice": [[4, 6, 10]] * 2, "no all-reduce": [[1, 2, 4], [3, 4, 6]],
        "mean of means": [[0.75, 0.5 + 4 / 6, 2]] * 2, "not divided": [[40, 6, 10]] * 2,
    }[fault]
    np.testing.assert_allclose(rows, expected)
