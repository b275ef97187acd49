"""The checks of the chapter on two workers take right answers in other forms, and its table of histories is what such runs give."""

import re

import numpy as np
import pytest

from helpers.batching import batches
from helpers.checks import two_workers as check
from helpers.distributed import add_rows, part_of, rehearse, ring_all_reduce, sums_of
from helpers.model import GPTConfig, init_params, param_shapes
from helpers.names import load_names, split_names
from helpers.tokenizer import encode, letters_of
from helpers.training import Adam, gradient_step, gradients
from notebooks import CHAPTERS, read, title_of

SETTINGS = {"none": ((0,), part_of, add_rows), "no all-reduce": ((0, 0), part_of, lambda rows: rows), "different starts": ((0, 1), part_of, add_rows)}
SETTINGS["same part twice"] = (0, 0), lambda batch, worker, n: part_of(batch, 0, n), add_rows


def names_to_train_on():
    names = load_names()
    letters, (fit, _) = letters_of(names), split_names(split_names(names)[0], salt="tune")
    return [encode(name, letters) for name in fit]


def text_with(words):
    """The cell of the chapter that has these words."""
    path = next(path for path in CHAPTERS if title_of(path) == "two_workers")
    return next(cell.source for cell in read(path).cells if words in cell.source)


@pytest.mark.parametrize("answer", [871_078_656, np.int64(871_078_656), 871e6, 871.08e6, "2 * 7"])
def test_bytes_may_be_rounded_and_of_any_kind_of_number(answer):
    assert check.what_gpt2_sends(answer).accepted == (not isinstance(answer, str))


def test_the_smallest_gpt_2_has_as_many_knobs_as_the_exercise_says():
    """By the shapes of this book's own model, and what GPT-2 has beyond them: biases, gains, and one table at both ends."""
    config = GPTConfig(vocab_size=50257, context_length=1024, n_layer=12, n_head=12, n_embd=768)
    own = sum(int(np.prod(shape)) for shape in param_shapes(config).values())
    beyond = 12 * (4 * 768 + 4 * 768 + 768 + 2 * 2 * 768) + 2 * 768
    assert own - 50257 * 768 + beyond == check.KNOBS
    assert f"The smallest GPT-2 has `{check.KNOBS:_}` knobs." in text_with("What GPT-2 sends")


@pytest.mark.parametrize("answer", [0.95 * 871e6, 1.05 * 871e6])
def test_other_numbers_of_bytes_are_not_accepted(answer):
    assert not check.what_gpt2_sends(answer).accepted


@pytest.mark.parametrize("answer", [(10, 0.1), (19, 0.1), (21, 0.1), (20, 0.12), (20, 0.08)])
def test_other_steps_and_rates_are_not_accepted(answer):
    assert not check.twice_the_batch(*answer).accepted


def test_a_gradient_that_is_nearly_right_is_not_accepted():
    def accumulated(params, parts, config):
        sums = sum(sums_of(params, part, config) for part in parts)
        return 1.001 * sums[:-2] / sums[-1]

    assert not check.turns_that_equal_one_batch(accumulated).accepted


@pytest.mark.parametrize("form", [np.asarray, list, lambda row: row.reshape(1, -1)])
def test_a_gradient_may_be_an_array_or_a_list(form):
    def accumulated(params, parts, config):
        sums = sum(sums_of(params, part, config) for part in parts)
        return form(sums[:-2] / sums[-1])

    assert check.turns_that_equal_one_batch(accumulated).accepted


def test_a_gradient_may_be_found_by_gradients_and_weights():
    def accumulated(params, parts, config):
        total, n_all = 0, 0
        for part in parts:
            gradients(params, part, config)
            n = part[2].sum()
            total, n_all = total + n * np.concatenate([knob.grad.ravel() for knob in params.values()]), n_all + n
        return total / n_all

    assert check.turns_that_equal_one_batch(accumulated).accepted


@pytest.mark.parametrize("answer", ["Different starts, no all-reduce, same part twice", ("different starts", "no all-reduce", "same  part twice")])
def test_histories_may_be_one_text_or_a_tuple(answer):
    assert check.which_history(answer).accepted


@pytest.mark.parametrize("answer", [(20, 0.1), (np.int64(20), 2 * 0.05), (20.0, 0.1)])
def test_steps_and_rate_of_a_larger_batch(answer):
    assert check.twice_the_batch(*answer).accepted


def test_half_as_many_steps_twice_as_long_end_nearest():
    """What the verdict of exercise 4 says: against half and twice that rate."""
    ids = names_to_train_on()
    ((steps, names, rate),) = re.findall(r"takes `(\d+)` plain steps of `(\d+)` names at a learning rate of `([\d.]+)`", text_with("A run takes"))
    n_steps, size, rate = int(steps) // 2, 2 * int(names), float(rate)
    assert check.twice_the_batch(n_steps, 2 * rate).accepted

    def ends_at(rate, turns):
        params = init_params(GPTConfig(), np.random.default_rng(0), np.float64)
        for _, batch in zip(range(n_steps), batches(ids, size, 0), strict=False):
            for turn in range(turns):
                gradients(params, [array[turn * size // turns : (turn + 1) * size // turns] for array in batch], GPTConfig())
                gradient_step(params.values(), rate)
        return np.concatenate([knob.data.ravel() for knob in params.values()])

    small = ends_at(rate, 2)
    same, twice, four_times = (np.linalg.norm(ends_at(factor * rate, 1) - small) for factor in (1, 2, 4))
    assert twice < 0.3 * min(same, four_times)


def test_the_rows_of_the_ring_are_those_of_the_chapter_s_own():
    states, _ = ring_all_reduce([[1, 2, 3], [10, 20, 30], [100, 200, 300]])
    assert check.a_ring_of_three(states[2]).accepted and check.a_ring_of_three(states[2].tolist()).accepted
    assert [check.a_ring_of_three(states[step]).accepted for step in (0, 1, 3, 4)] == [False] * 4


def test_the_histories_of_exercise_3_are_such_runs():
    text = text_with("Which history has which fault")
    rows = re.findall(r"^    (one|[ABC]) +(\d+) +([\d.]+)(?: +([\d.]+) +([\d.]+))?$", text, re.MULTILINE)
    assert [(letter, int(step)) for letter, step, *_ in rows] == [(letter, step) for letter in ("one", "A", "B", "C") for step in (1, 20, 200)]
    ids = names_to_train_on()
    for letter, fault in zip(["one", *"ABC"], ["none", "different starts", "no all-reduce", "same part twice"], strict=True):
        seeds, part, exchange = SETTINGS[fault]
        workers = [init_params(GPTConfig(), np.random.default_rng(seed), np.float64) for seed in seeds]
        steps = ((batch, 0.01) for _, batch in zip(range(200), batches(ids, 32, 0), strict=False))
        history = {}
        for step, losses in enumerate(rehearse(workers, GPTConfig(), steps, [Adam(params).step for params in workers], part, exchange), 1):
            apart = max(np.abs(a.data - b.data).max() for a, b in zip(workers[0].values(), workers[-1].values(), strict=True))
            history[step] = [*losses, apart] if len(workers) > 1 else losses
        for _, step, *numbers in [row for row in rows if row[0] == letter]:
            assert np.allclose([float(number) for number in numbers if number], history[int(step)], atol=0.003), (letter, step)
