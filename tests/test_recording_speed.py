"""The record of one machine's speed: its counts come out again, its times are such as the chapter speaks of, its steps are right."""

import json
import math
import re

import numpy as np
import pytest

from conftest import required
from helpers.live.roofline import roofline_figure
from helpers.model import init_params
from helpers.recording import speed
from helpers.recording.speed import (
    BATCHES,
    CASES,
    COLUMNS,
    MODELS,
    batch_of,
    config_of,
    load_speed,
    step_of,
    work_facts,
)
from helpers.speed import Machine, product_work
from helpers.training import gradients

RECORD = load_speed()


def test_the_record_names_its_machine_and_what_ran_on_it():
    assert RECORD["where"].keys() == {"processor", "cores", "python", "numpy", "torch", "load_before", "threads"}
    assert RECORD["where"]["processor"] and RECORD["where"]["cores"] >= 1 and RECORD["where"]["threads"] == "1"
    assert isinstance(RECORD["machine"], Machine) and speed.RECORD.stat().st_size < 10_000


@pytest.mark.parametrize("step", RECORD["steps"][::4], ids=lambda step: f"{step['model']} {step['names']}")
def test_the_work_of_a_step_comes_out_again_and_so_does_the_prediction(step):
    facts = work_facts(step["model"], step["names"], RECORD["machine"])
    predicted, recorded = facts.pop("predicted"), {key: value for key, value in step.items() if key not in ("predicted", "seconds")}
    assert facts == recorded
    assert predicted == pytest.approx(step["predicted"], rel=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_the_work_of_a_case_comes_out_again(case):
    model, size = CASES[case]
    facts, each = work_facts(model, size, RECORD["machine"]), RECORD["ways"][case]
    predicted = facts.pop("predicted")
    assert facts == {key: value for key, value in each.items() if key not in ("predicted", "seconds")}
    assert predicted == pytest.approx(each["predicted"], rel=1e-9)
    assert each["seconds"].keys() == {"ours", "ours, float64", "PyTorch"}


def test_it_has_all_steps_and_products():
    assert [(step["model"], step["names"]) for step in RECORD["steps"]] == [(model, size) for model in MODELS for size in BATCHES]
    assert [each["columns"] for each in RECORD["products"]] == COLUMNS and RECORD["ways"].keys() == CASES.keys()
    rows = speed.MEGABYTES * 2**18 // 1024
    for each in RECORD["products"]:
        assert (each["operations"], each["size_bytes"]) == product_work(rows, 1024, each["columns"])[1:]
    assert len(RECORD["threads"]) == 4 and all(set(each) == {"a large product", "32 texts"} for each in RECORD["threads"].values())


def test_the_times_are_such_as_the_chapter_says():
    """In wide bands: the same must hold for a record made on another machine."""
    ratios = [sum(step["predicted"].values()) / step["seconds"] for step in RECORD["steps"]]
    assert 1 / 3 < min(ratios) and max(ratios) < 1.5 and np.median(ratios) > 0.5
    for model in MODELS:
        seconds = [step["seconds"] for step in RECORD["steps"] if step["model"] == model]
        assert seconds[-1] > seconds[0] and math.log(seconds[-1] / seconds[0]) < math.log(BATCHES[-1] / BATCHES[0])   # more names, less for each
    one = RECORD["ways"]["microgpt, 1 name"]["seconds"]
    assert one["ours"] < 0.7 * one["PyTorch"]
    for case in list(CASES)[2:]:
        assert 0.5 < RECORD["ways"][case]["seconds"]["ours"] / RECORD["ways"][case]["seconds"]["PyTorch"] < 2


@pytest.mark.parametrize(("model", "size"), [("microgpt", 4), ("best", 8), ("texts", 2)])
def test_a_step_in_pytorch_is_ours(model, size):
    """The same loss before the first one, and after each."""
    torch = required("torch")
    config, batch = config_of(model), batch_of(model, size)
    theirs = speed.torch_step(torch, config, batch)
    params = init_params(config, np.random.default_rng(0), np.float32)
    ours = gradients(params, batch, config)
    assert abs(float(ours.data) - theirs.loss_now().item()) < 1e-5
    step, own = step_of(config, batch), []
    cells = dict(zip(step.__code__.co_freevars, (cell.cell_contents for cell in step.__closure__), strict=True))
    for _ in range(4):
        own.append(float(gradients(cells["params"], batch, config).data))
        step()
    assert [theirs().item() for _ in range(4)] == pytest.approx(own, abs=2e-5)
    assert own == sorted(own, reverse=True) and own[0] - own[1] > 1e-3


def test_each_way_is_what_its_name_says(monkeypatch):
    made = []
    monkeypatch.setattr(speed, "pytorch", lambda: None)
    monkeypatch.setattr(speed, "step_of", lambda config, batch, dtype="float32": made.append((len(batch[0]), dtype)) or dtype)
    monkeypatch.setattr(speed, "seconds_of_each", lambda ways, *_: ways)
    monkeypatch.setattr(speed, "work_facts", lambda *_: {})
    assert [each["seconds"] for each in speed.ways(RECORD["machine"], 1).values()] == [{"ours": "float32", "ours, float64": "float64"}] * len(CASES)
    assert made == [(size, dtype) for _, size in CASES.values() for dtype in ("float32", "float64")]


def test_a_neighbour_runs_only_where_the_label_says_so_and_is_ended(monkeypatch):
    alive = set()

    class Neighbour:
        def __init__(self, command):
            assert speed.BUSY in command
            alive.add(self)

        def kill(self):
            alive.discard(self)

        def wait(self):
            assert self not in alive

    class Told:
        def __init__(self, command, env, **how):
            self.stdout = json.dumps([len(alive), *(int(env[name]) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"))])

    monkeypatch.setattr(speed.subprocess, "Popen", Neighbour)
    monkeypatch.setattr(speed.subprocess, "run", Told)
    found = speed.threads()
    assert found == {
        "nothing else runs, 1 thread": [0, 1, 1, 1], "nothing else runs, 2 threads": [0, 2, 2, 2],
        "one other program runs, 1 thread": [1, 1, 1, 1], "one other program runs, 2 threads": [1, 2, 2, 2],
    }
    assert found.keys() == RECORD["threads"].keys() and not alive


def test_our_step_trains():
    config, batch = MODELS["microgpt"], batch_of("microgpt", 8)
    params = init_params(config, np.random.default_rng(0), np.float32)
    before = float(gradients(params, batch, config).data)
    step = step_of(config, batch)
    cells = dict(zip(step.__code__.co_freevars, (cell.cell_contents for cell in step.__closure__), strict=True))
    for _ in range(30):
        step()
    after = float(gradients(cells["params"], batch, config).data)
    assert after < before - 0.05
    assert all(tensor.data.dtype == np.float32 for tensor in cells["params"].values())


@pytest.mark.parametrize(("model", "size"), CASES.values())
def test_batches_have_no_padding_and_their_size(model, size):
    token_ids, next_ids, is_real = batch_of(model, size)
    assert token_ids.shape == next_ids.shape == is_real.shape and len(token_ids) == size and is_real.all()
    assert token_ids.max() < config_of(model).vocab_size and (token_ids[:, 1:] == next_ids[:, :-1]).all()
    assert len({tuple(row) for row in token_ids.tolist()}) == size


def test_the_figure_says_how_long_the_names_are():
    (word,) = re.findall(r"names of (\w+) letters", roofline_figure(RECORD).caption)
    assert {"six": 6, "seven": 7, "eight": 8}[word] == batch_of("best", 8)[0].shape[1] - 1   # a start, no end


def test_the_model_of_texts_has_the_knobs_that_are_said():
    assert RECORD["ways"]["32 texts"]["knobs"] == 131_072


def test_a_few_products_are_measured_again(monkeypatch):
    monkeypatch.setattr(speed, "MEGABYTES", 1)
    monkeypatch.setattr(speed, "COLUMNS", [1, 4])
    found = speed.products(1)
    assert [each["columns"] for each in found] == [1, 4] and all(each["seconds"] > 0 for each in found)


def test_two_threads_are_measured_in_a_process_of_its_own(capsys, monkeypatch):
    monkeypatch.setattr(speed, "SIDE", 32)
    monkeypatch.setattr(speed, "step_of", lambda config, batch: lambda: None)
    speed.one_product(0.01)
    assert set(json.loads(capsys.readouterr().out)) == {"a large product", "32 texts"}


def test_a_part_that_does_not_exist_is_refused(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with pytest.raises(ValueError, match="want no part or threads"):
        speed.main("stepps")
