"""What transformers said is on record as it says it today, our functions say the same, and the script measures what it says."""

import math

import numpy as np
import pytest

from conftest import required
from helpers.gpt2 import gpt2, gpt2_shapes, load_gpt2, write_gpt2
from helpers.model import GPTConfig
from helpers.recording.real_gpt import (
    GPT2,
    PROMPT,
    PROMPTS,
    WAYS,
    load_real_gpt,
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
