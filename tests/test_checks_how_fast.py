"""Right answers to the exercises on speed in other forms than the chapter's, and near misses."""

from fractions import Fraction

import numpy as np
import pytest

from helpers.checks import how_fast as check
from helpers.model import GPTConfig, param_shapes
from helpers.tensor import Tensor

BANDWIDTH, RATE = 15.4e9, 150e9
TOKENS, YEARS = BANDWIDTH / 496e6, 6 * 175e9 * 300e9 / RATE / (365 * 24 * 3600)


def by_names(config, n_names, T):
    """From the shapes of the knobs, and loops over layers and names."""
    total = 0
    for _ in range(n_names):
        for name, (rows, columns) in param_shapes(config).items():
            if name not in ("wte", "wpe"):
                total += 3 * 2 * T * rows * columns
        for _ in range(config.n_layer):
            for _ in range(config.n_head):
                total += 3 * (2 * T * T * (config.n_embd // config.n_head)) * 2
    return np.int64(total)


def with_a_loop(predicted):
    for n in sorted(predicted):
        if sum(predicted[n].values()) > 2 * predicted[n]["calls"]:
            return np.int64(n)
    return None


RIGHT = {
    "tokens, rounded": (check.tokens_a_second, (round(TOKENS), BANDWIDTH)),
    "tokens, a numpy number": (check.tokens_a_second, (np.float64(TOKENS), np.float64(BANDWIDTH))),
    "tokens, by 124,439,808 knobs": (check.tokens_a_second, (BANDWIDTH / (4 * 124_439_808), BANDWIDTH)),
    "tokens, another machine": (check.tokens_a_second, (100e9 / 496e6, 100e9)),
    "a step, by names": (check.count_a_step, (by_names,)),
    "a step, in fractions": (check.count_a_step, (lambda *how: Fraction(int(by_names(*how))),)),
    "years, a whole number": (check.gpt3_at_home, (round(YEARS), RATE)),
    "years, of 365.25 days": (check.gpt3_at_home, (YEARS * 365 / 365.25, RATE)),
    "years, a Tensor": (check.gpt3_at_home, (Tensor(YEARS), RATE)),
    "sizes, with a loop": (check.arithmetic_passes_calls, (with_a_loop,)),
    "a root of numpy, made plain": (check.stays_float32, (lambda scores: scores / float(np.sqrt(scores.shape[-1])),)),
    "a root of the array's type": (check.stays_float32, (lambda scores: scores / np.sqrt(scores.dtype.type(scores.shape[-1])),)),
    "a product": (check.stays_float32, (lambda scores: scores * scores.shape[-1] ** -0.5,)),
    "changed back": (check.stays_float32, (lambda scores: (scores / np.sqrt(scores.shape[-1])).astype(scores.dtype),)),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_in_another_form_is_accepted(case):
    judge, answers = RIGHT[case]
    assert judge(*answers).accepted, judge(*answers)


WRONG = {
    "tokens, a tenth off": (check.tokens_a_second, (1.1 * TOKENS, BANDWIDTH)),
    "a step of a name more": (check.count_a_step, (lambda config, n_names, T: by_names(config, n_names + 1, T),)),
    "a step, right for one layer only": (check.count_a_step, (lambda config, n_names, T: by_names(GPTConfig(), n_names, T),)),
    "a step, nearly": (check.count_a_step, (lambda *how: 1.01 * by_names(*how),)),
    "years, a little too few": (check.gpt3_at_home, (0.96 * YEARS, RATE)),
    "years, a little too many": (check.gpt3_at_home, (1.04 * YEARS, RATE)),
    "the first that passes": (check.arithmetic_passes_calls, (lambda predicted: next((n for n in predicted if sum(predicted[n].values()) > 2 * predicted[n]["calls"]), None),)),
    "none is an error": (check.arithmetic_passes_calls, (lambda predicted: min(n for n in predicted if sum(predicted[n].values()) > 2 * predicted[n]["calls"]),)),
    "always float32": (check.stays_float32, (lambda scores: (scores / np.sqrt(scores.shape[-1])).astype(np.float32),)),
    "the root of four": (check.stays_float32, (lambda scores: scores / 2,)),
    "the first in order": (check.arithmetic_passes_calls, (lambda predicted: next(iter(predicted)),)),
    "always none": (check.arithmetic_passes_calls, (lambda predicted: None,)),
    "scaled twice": (check.stays_float32, (lambda scores: scores / scores.shape[-1] ** 0.5 / 2,)),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_near_miss_is_not_accepted(case):
    judge, answers = WRONG[case]
    assert not judge(*answers).accepted
