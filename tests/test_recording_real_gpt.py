"""What transformers said is on record as it says it today, our functions say the same, and the script measures what it says."""

import math
from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pytest

from conftest import required
from helpers.gpt2 import gpt2, gpt2_shapes, load_gpt2, write_gpt2
from helpers.model import GPTConfig
from helpers.recording import real_gpt
from helpers.recording.real_gpt import (
    GPT2,
    PROMPT,
    PROMPTS,
    WAYS,
    load_real_gpt,
    products_alone,
    prompt_ids,
    random_gpt2,
    reference,
    speed,
    works_of_token,
)
from helpers.recording.small_gpt2 import FOLDER

RECORD = load_real_gpt()
SMALL = GPTConfig(60, PROMPT + 8, 2, 2, 16)


def test_our_logits_and_tokens_are_those_on_record():
    params, config = load_gpt2(FOLDER, np.float64)
    assert RECORD["prompts"] == PROMPTS and RECORD["prompt_ids"] == prompt_ids() and RECORD["logits"].dtype == np.float64
    for ids, theirs, written in zip(RECORD["prompt_ids"], RECORD["logits"], RECORD["written"], strict=True):
        assert abs(gpt2(params, [ids], config).data[0, -1] - theirs).max() < 1e-11
        assert len(written) == config.context_length and written[: len(ids)] == ids
        assert write_gpt2(params, ids, len(written) - len(ids), config, np.random.default_rng(0), top_k=1) == written


def test_transformers_still_says_what_is_on_record():
    required("torch")
    required("transformers")
    logits, about = reference()
    assert abs(logits - RECORD["logits"]).max() < 1e-11
    assert about == {name: RECORD[name] for name in about}


def matrix_bytes(config):
    shapes = gpt2_shapes(config)
    return 4 * sum(math.prod(shape) for name, shape in shapes.items() if len(shape) == 2 and name != "wpe")


def check_speed(found, config, n_new):
    assert found["greedy"].keys() == set(WAYS)
    assert all(tokens == found["greedy"]["ours"] and len(tokens) == n_new for tokens in found["greedy"].values())
    assert found["seconds"].keys() == {*WAYS, "products alone", "calls alone", "calls alone, transformers"}
    assert all(0 < seconds < 10 for seconds in found["seconds"].values())
    assert matrix_bytes(config) < found["size_bytes"] < 1.2 * matrix_bytes(config) + 60_000 * config.n_layer
    assert 0 < found["predicted"]["calls"] < 0.1 and found["predicted"]["reading"] > 0 and 20 * config.n_layer < found["n_calls"] < 80 * config.n_layer
    assert {"processor", "python", "numpy", "torch", "transformers", "threads"} == found["where"].keys()


def test_the_speeds_on_record_are_those_of_gpt2_s_sizes_with_one_thread():
    check_speed(RECORD, GPT2, 32)
    assert RECORD["where"]["threads"] == "1" and matrix_bytes(GPT2) == 4 * (12 * 12 * 768**2 + 50257 * 768)


def test_the_script_measures_every_way():
    required("torch")
    required("transformers")
    check_speed(speed(SMALL, n_new=6, n_rounds=2), SMALL, 6)


@pytest.mark.parametrize("n_before", [0, 5])
def test_the_work_of_a_token_has_every_product_once(n_before):
    _, params = random_gpt2(SMALL)
    works = works_of_token(params, SMALL, n_before)
    products = sorted(work.operations for work in works if work.name == "matmul")
    C, V, D = 16, 60, 8
    a_layer = [2 * C * 3 * C, 2 * C * C, 2 * C * 4 * C, 2 * C * 4 * C]
    of_attention = [2 * 2 * D * (n_before + 1)] * 2   # two heads
    assert products == sorted(2 * (a_layer + of_attention) + [2 * C * V])


def test_of_each_way_the_best_round_counts(monkeypatch):
    """With ways that only say how long they took: each round faster than the one before, but the last."""
    def way(seconds):
        rounds = iter(seconds)
        return lambda prompt, n_new: ([7] * n_new, np.full(n_new - 1, next(rounds)))

    small = [0.5, 0.3, 0.1, 0.2]
    monkeypatch.setattr("helpers.recording.real_gpt.ours", lambda params, config: way(small))
    monkeypatch.setattr("helpers.recording.real_gpt.library", lambda model: way(small))
    monkeypatch.setattr("helpers.recording.real_gpt.by_hand", lambda model, config: way(small))
    monkeypatch.setattr("helpers.recording.real_gpt.products_alone", lambda params, config: way(small))
    monkeypatch.setattr("helpers.recording.real_gpt.library_model", lambda arrays, config: None)
    required("torch")
    required("transformers")
    assert set(speed(SMALL, n_new=6, n_rounds=4)["seconds"].values()) == {0.1}


def test_the_products_alone_are_those_with_every_matrix():
    class Matrix:
        __array_ufunc__ = None   # so that a row asks the matrix, not the other way round

        def __init__(self, name, shape):
            self.name, self.shape, self.T = name, shape, self

        def __rmatmul__(self, row):
            assert row.shape == (1, self.shape[1])
            asked.append(self.name)

    asked, shapes = [], gpt2_shapes(SMALL)
    params = {name: SimpleNamespace(data=Matrix(name, shape)) for name, shape in shapes.items()}
    _, seconds = products_alone(params, SMALL)([0], 4)
    assert len(seconds) == 3 and sorted(asked) == sorted(3 * [name for name, shape in shapes.items() if len(shape) == 2 and name != "wpe"])


@pytest.mark.parametrize("parts, made", [(["reference"], {"reference"}), (["speed"], {"speed"}), ([], {"reference", "speed"})])
def test_only_the_part_that_is_named_is_made_again(monkeypatch, tmp_path, parts, made):
    file, asked = tmp_path / "real_gpt.npz", set()
    file.write_bytes(real_gpt.RECORD.read_bytes())
    monkeypatch.setattr(real_gpt, "RECORD", file)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(real_gpt, "reference", lambda: asked.add("reference") or (np.zeros((1, 2)), {"prompts": ["new"]}))
    monkeypatch.setattr(real_gpt, "speed", lambda: asked.add("speed") or {"seconds": {"ours": 9.0}, "predicted": 1.0, "machine": asdict(RECORD["machine"])})
    real_gpt.main(*parts)
    again = load_real_gpt()
    assert asked == made
    assert (again["prompts"] == ["new"]) == ("reference" in made) and (again["logits"].shape == (1, 2)) == ("reference" in made)
    assert (again["seconds"] == {"ours": 9.0}) == ("speed" in made) and again["prompt_ids"] == RECORD["prompt_ids"]
