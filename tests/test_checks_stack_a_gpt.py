"""The checks of the chapter on the whole model take right answers in other forms, and no near misses."""

import numpy as np
import pytest

from helpers.batching import make_batch
from helpers.checks import stack_a_gpt as check
from helpers.model import GPTConfig, gpt, init_params
from helpers.scalar import Value
from helpers.tensor import Tensor

GPT2 = 124_318_464
CONFIG = GPTConfig(vocab_size=6, context_length=5)
FRESH = init_params(CONFIG, np.random.default_rng(0))
BATCH = make_batch([[5, 0, 1, 5], [5, 2, 3, 4, 5]])


def gain_by_division(x, gain):
    root = np.sqrt(np.vecdot(x.data, x.data)[..., None] / x.shape[-1] + 1e-5)
    y = x.data / root
    axes = tuple(range(y.ndim - 1))

    def to_x(grad):
        along = np.vecdot(grad * gain.data, x.data)[..., None] / (x.shape[-1] * root**2)
        return (grad * gain.data - x.data * along) / root

    return Tensor(y * gain.data, parents=[(gain, lambda grad: (grad * y).sum(axis=axes)), (x, to_x)])


def loss_at(factor):
    larger = {name: Tensor(factor * x.data) for name, x in FRESH.items()}
    logits = gpt(larger, BATCH[0], CONFIG).data
    picked = np.take_along_axis(logits, BATCH[1][..., None], axis=-1)[..., 0]
    return (np.log(np.exp(logits).sum(axis=-1)) - picked)[BATCH[2]].mean()


RIGHT = {
    "a numpy integer": lambda: check.count_gpt2(np.int64(GPT2)),
    "a float": lambda: check.count_gpt2(float(GPT2)),
    "the published count": lambda: check.count_gpt2(124_439_808),
    "a tuple of letters": lambda: check.who_forgets_the_order(("b", "a")),
    "a text of letters": lambda: check.who_forgets_the_order("a and b"),
    "a set of letters": lambda: check.who_forgets_the_order({"A", "B"}),
    "an array of letters": lambda: check.who_forgets_the_order(np.array(["a", "b"])),
    "the loss, rounded": lambda: check.ten_times_larger(round(loss_at(10), 1), FRESH, BATCH, CONFIG),
    "the loss as a Value": lambda: check.ten_times_larger(Value(loss_at(10)), FRESH, BATCH, CONFIG),
    "the loss as a Tensor": lambda: check.ten_times_larger(Tensor(loss_at(10)), FRESH, BATCH, CONFIG),
    "capital letters": lambda: check.the_slip_is_back("B", "C"),
    "letters in lists": lambda: check.the_slip_is_back(["b"], ("c",)),
    "the models themselves": lambda: check.the_slip_is_back(check.suspects["b"], check.suspects["c"]),
    "another formula, parents in another order": lambda: check.rmsnorm_with_a_gain(gain_by_division),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_in_another_form_is_accepted(case):
    verdict = RIGHT[case]()
    assert verdict.accepted, verdict


def only_the_gradient_of_the_gain_is_wrong(x, gain):
    out = gain_by_division(x, gain)
    (_, to_gain), to_x = out.parents
    return Tensor(out.data, parents=[to_x, (gain, lambda grad: 2 * to_gain(grad))])


NEAR_MISSES = {
    "one parameter too few": lambda: check.count_gpt2(GPT2 - 1),
    "one parameter too many": lambda: check.count_gpt2(GPT2 + 1),
    "one letter too many": lambda: check.who_forgets_the_order("abc".replace("", " ")),
    "the loss, off by a hundredth": lambda: check.ten_times_larger(1.01 * loss_at(10), FRESH, BATCH, CONFIG),
    "the two exchanged": lambda: check.the_slip_is_back("c", "b"),
    "a gain that learns twice as fast": lambda: check.rmsnorm_with_a_gain(only_the_gradient_of_the_gain_is_wrong),
}


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_a_near_miss_is_not_accepted(case):
    assert not NEAR_MISSES[case]().accepted


def test_each_suspect_has_the_mistake_that_its_verdict_names():
    """The right one is gpt; one reads the future; in one the stream is no sum; one is only far from the reference."""
    config = GPTConfig(vocab_size=6, context_length=5, n_layer=2)
    params, ids = init_params(config, np.random.default_rng(1)), [[5, 0, 1, 2]]

    def verdicts(model):
        added = []
        logits = model(params, ids, config, drop=lambda x: added.append(x.data) or x).data
        start = added[0] / np.sqrt((added[0] ** 2).mean(axis=-1, keepdims=True) + 1e-5)
        is_sum = np.allclose((start + sum(added[1:])) @ params["lm_head"].data.T, logits, atol=1e-9)
        later = model(params, [[5, 0, 1, 3]], config).data
        return np.allclose(gpt(params, ids, config).data, logits, atol=1e-9), is_sum, np.allclose(later[0, :-1], logits[0, :-1], atol=1e-9)

    found = {letter: verdicts(model) for letter, model in check.suspects.items()}
    assert found == {"a": (False, True, False), "b": (True, True, True), "c": (False, False, True), "d": (False, True, True)}
