"""The book's `gpt`, Adam and schedule are microgpt's: a run on single names comes out the same, step by step."""

import numpy as np
import pytest

import slow_gpt
from helpers.batching import batches
from helpers.model import GPTConfig, fused_attention, gpt, init_params, self_attention
from helpers.names import load_names, split_names
from helpers.tensor import Tensor, cross_entropy
from helpers.tokenizer import encode, letters_of
from helpers.training import Adam, Settings, learning_rate_at, train, zero_grad

NAMES = load_names()
LETTERS = letters_of(NAMES)
TRAIN = [encode(name, LETTERS) for name in split_names(NAMES)[0]]
CONFIGS = {"microgpt's": GPTConfig(), "two layers, three heads": GPTConfig(n_layer=2, n_head=3, n_embd=6)}


def shared(config, seed):
    """The same random numbers as plain arrays, twice: for the fast model and for the slow one."""
    params = init_params(config, np.random.default_rng(seed))
    return params, slow_gpt.as_knobs({name: tensor.data for name, tensor in params.items()})


def numbers_of(matrix):
    return np.array([[knob.data for knob in row] for row in matrix])


def test_ids_are_microgpts():
    assert encode("abz", LETTERS) == [26, 0, 1, 25, 26]


@pytest.mark.parametrize("attend", [self_attention, fused_attention])
@pytest.mark.parametrize("name", CONFIGS)
def test_losses_and_knobs_agree_over_the_first_steps(name, attend):
    """With a plain dict of float64 arrays, as anyone would load microgpt's knobs."""
    config, n_steps = CONFIGS[name], 1000
    params, knobs = shared(config, 42)
    params = {key: Tensor(np.array(numbers_of(matrix))) for key, matrix in knobs.items()}
    optimizer, losses = Adam(params), []
    names = TRAIN[:6]
    for step, token_ids in enumerate(names):
        logits = gpt(params, [token_ids[:-1]], config, attend)
        loss = cross_entropy(Tensor(logits.data[0], [(logits, lambda grad: grad[None])]), token_ids[1:])
        zero_grad(params.values())
        loss.backward()
        optimizer.step(learning_rate_at(step, n_steps, 0.01))
        losses.append(float(loss.data))
    np.testing.assert_allclose(losses, slow_gpt.train(knobs, names, config, n_steps), rtol=0, atol=1e-9)
    for key, matrix in knobs.items():
        np.testing.assert_allclose(params[key].data, numbers_of(matrix), rtol=0, atol=1e-9, err_msg=key)


def test_a_whole_short_run_of_train_is_the_slow_one():
    """`train` with microgpt's settings; the names come in the order that its batches give them."""
    config, settings = GPTConfig(), Settings(n_steps=5)
    params, knobs = shared(config, 7)
    drawn = batches(TRAIN, 1, settings.seed)
    names = []
    for _ in range(settings.n_steps):
        token_ids, next_ids, _ = next(drawn)
        names.append([*token_ids[0].tolist(), next_ids[0, -1].item()])
    losses = train(params, config, TRAIN, settings)
    np.testing.assert_allclose(losses, slow_gpt.train(knobs, names, config, settings.n_steps), rtol=0, atol=1e-9)
    for key, matrix in knobs.items():
        np.testing.assert_allclose(params[key].data, numbers_of(matrix), rtol=0, atol=1e-9, err_msg=key)


def test_the_longest_name_that_fits_agrees_too():
    config = GPTConfig()
    params, knobs = shared(config, 3)
    token_ids = [26, *range(15), 26]   # 16 positions
    loss = cross_entropy(Tensor(gpt(params, [token_ids[:-1]], config).data[0]), token_ids[1:])
    assert abs(float(loss.data) - slow_gpt.loss_of(knobs, token_ids, config).data) < 1e-12
