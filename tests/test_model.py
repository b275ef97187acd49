"""helpers/model.py: against nudging, against loops, against PyTorch, and what must hold for every GPT."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import required
from helpers import model
from helpers.batching import make_batch
from helpers.model import (
    GPTConfig,
    all_heads,
    attention,
    check_token_ids,
    compare,
    dropout,
    fused_attention,
    gpt,
    init_params,
    linear,
    merge_heads,
    mix,
    mlp,
    param_shapes,
    relu,
    reshape,
    rmsnorm,
    self_attention,
    softmax_of_past,
    split_heads,
    stack_rows,
    sum_over,
)
from helpers.nudging import nudge_gradient
from helpers.tensor import Tensor
from helpers.training import batch_loss, gradients, take
from operations import assert_float_type_is_kept, assert_gradients_agree_with_nudging

IS_REAL = np.array([[True, True, False], [True, False, False]])
SQUARE = (6, 6)   # of a weight from 6 channels to 6

CASES = {   # what it shows: (operation, shapes of its inputs)
    "reshape": (lambda x: reshape(x, 4, 3), (2, 6)),
    "reshape to what is left": (lambda x: reshape(x, 2, -1), (2, 3, 2)),
    "sum over the first axis": (lambda x: sum_over(x, 0), (2, 3, 4)),
    "sum over a middle axis": (lambda x: sum_over(x, 1), (2, 3, 4)),
    "sum over the last axis": (lambda x: sum_over(x, -1), (2, 3, 4)),
    "linear": (linear, (3, 4), (5, 4)),
    "linear on a batch": (linear, (2, 3, 4), (5, 4)),
    "linear on one row": (linear, (4,), (5, 4)),
    "compare": (compare, (3, 2), (3, 2)),
    "compare in heads": (compare, (2, 2, 3, 4), (2, 2, 3, 4)),
    "softmax of the past": (softmax_of_past, (4, 4)),
    "softmax of the past in heads": (softmax_of_past, (2, 2, 3, 3)),
    "mix": (mix, (3, 3), (3, 2)),
    "mix in heads": (mix, (2, 2, 3, 3), (2, 2, 3, 4)),
    "attention, what is mixed": (lambda q, k, v: attention(q, k, v)[0], (2, 4, 3), (2, 4, 3), (2, 4, 3)),
    "attention, its weights": (lambda q, k: attention(q, k, q)[1], (2, 4, 3), (2, 4, 3)),
    "split heads": (lambda x: split_heads(x, 3), (2, 4, 6)),
    "merge heads": (merge_heads, (2, 3, 4, 2)),
    "self-attention": (lambda *tensors: self_attention(*tensors, n_head=3), (2, 4, 6), SQUARE, SQUARE, SQUARE),
    "relu": (relu, (3, 4)),
    "rmsnorm": (rmsnorm, (2, 3, 4)),
    "rmsnorm of one row": (rmsnorm, (4,)),
    "mlp": (mlp, (2, 3, 4), (16, 4), (4, 16)),
    "dropout": (lambda x: dropout(x, 0.4, np.random.default_rng(0)), (5, 4)),
    "stack rows": (lambda *tables: stack_rows(tables), (2, 3), (1, 3), (4, 3)),
    "all heads": (lambda x: all_heads(x, 3), (2, 4, 18)),
    "fused attention": (lambda *tensors: fused_attention(*tensors, n_head=2), (2, 4, 6), SQUARE, SQUARE, SQUARE),
    "take": (lambda x: take(x, IS_REAL), (2, 3, 4)),
}


def inputs_of(name, seed, kind=np.float64):
    return [np.random.default_rng([seed, place]).normal(size=shape).astype(kind) for place, shape in enumerate(CASES[name][1:])]


def weights_like(shape):
    """What each entry of a result counts for: all different, so that a swap of two shows."""
    return np.random.default_rng(99).normal(size=shape)


@pytest.mark.parametrize("name", CASES)
def test_gradients_agree_with_nudging(name):
    assert_gradients_agree_with_nudging(CASES[name][0], inputs_of(name, 1))


@pytest.mark.parametrize("name", CASES)
def test_float_type_is_kept(name):
    assert_float_type_is_kept(CASES[name][0], inputs_of(name, 2))


@pytest.mark.parametrize("name", CASES)
def test_the_way_back_uses_up_nothing_and_changes_no_input(name):
    arrays = inputs_of(name, 3)
    tensors = [Tensor(array.copy()) for array in arrays]
    out = CASES[name][0](*tensors)
    given_back = weights_like(out.shape)
    out.backward(given_back)
    once = [tensor.grad.copy() for tensor in tensors]
    out.backward(given_back)
    np.testing.assert_array_equal(given_back, weights_like(out.shape))
    for tensor, array, grad in zip(tensors, arrays, once, strict=True):
        np.testing.assert_allclose(tensor.grad, 2 * grad)
        np.testing.assert_array_equal(tensor.data, array)


# What operations give, said another way

def test_relu_rmsnorm_and_mlp_are_what_slow_loops_give():
    rng = np.random.default_rng(4)
    x, fc1, fc2 = rng.normal(size=(3, 4)), rng.normal(size=(16, 4)), rng.normal(size=(4, 16))
    np.testing.assert_array_equal(relu(Tensor(x)).data, [[max(number, 0) for number in row] for row in x])
    normed = [[number / math.sqrt(sum(n * n for n in row) / 4 + 1e-5) for number in row] for row in x]
    np.testing.assert_allclose(rmsnorm(Tensor(x)).data, normed)
    hidden = [[max(sum(a * b for a, b in zip(row, unit, strict=True)), 0) for unit in fc1] for row in x]
    out = [[sum(a * b for a, b in zip(row, unit, strict=True)) for unit in fc2] for row in hidden]
    np.testing.assert_allclose(mlp(Tensor(x), Tensor(fc1), Tensor(fc2)).data, out)


def test_rmsnorm_of_zeros_is_zeros_and_its_gradient_finite():
    x = Tensor(np.zeros((2, 4)))
    out = rmsnorm(x)
    out.backward(np.ones((2, 4)))
    assert not out.data.any() and np.isfinite(x.grad).all()


def test_heads_are_slices_of_the_channels():
    x = np.arange(24.0).reshape(1, 3, 8)
    split = split_heads(Tensor(x), 4)
    for head in range(4):
        np.testing.assert_array_equal(split.data[0, head], x[0, :, 2 * head : 2 * head + 2])
    np.testing.assert_array_equal(merge_heads(split).data, x)


def test_weights_sum_to_1_and_leave_out_the_future():
    scores = np.random.default_rng(5).normal(size=(2, 5, 5)) * 300   # exp of these would overflow
    weights = softmax_of_past(Tensor(scores)).data
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    assert np.all(weights >= 0) and np.all(weights[:, np.arange(5) > np.arange(5)[:, None]] == 0)
    assert np.all(weights[:, 0, 0] == 1)


def test_dropout_keeps_the_mean_and_scales_what_stays():
    x = Tensor(np.ones((200, 200)))
    out = dropout(x, 0.25, np.random.default_rng(0)).data
    assert set(np.unique(out)) == {0, 1 / 0.75}
    assert abs(np.mean(out == 0) - 0.25) < 0.01 and abs(out.mean() - 1) < 0.01
    np.testing.assert_array_equal(dropout(x, 0, np.random.default_rng(0)).data, x.data)


# Attention against loops and against PyTorch

def attention_by_loops(query, key, value):
    """One query after another, one number after another; arrays (T, D) -> (T, D)"""
    T, D = query.shape
    mixed = np.zeros((T, D))
    for t in range(T):
        scores = [sum(query[t, d] * key[s, d] for d in range(D)) / math.sqrt(D) for s in range(t + 1)]
        powers = [math.exp(score) for score in scores]
        for s in range(t + 1):
            for d in range(D):
                mixed[t, d] += powers[s] / sum(powers) * value[s, d]
    return mixed


def self_attention_by_loops(x, w_query, w_key, w_value, n_head):
    """Every name and every head by itself: each head has its own rows of the three weights."""
    B, T, C = x.shape
    D = C // n_head
    out = np.zeros((B, T, C))
    for b in range(B):
        for head in range(n_head):
            own = slice(head * D, (head + 1) * D)
            out[b, :, own] = attention_by_loops(*(x[b] @ w[own].T for w in (w_query, w_key, w_value)))
    return out


def some_attention(seed=0, B=2, T=6, C=12, kind=np.float64):
    """x and the three weights, with scores far enough from 0 to tell one softmax from another."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(kind) for shape in ((B, T, C), (C, C), (C, C), (C, C))]


@pytest.mark.parametrize("attend", [self_attention, fused_attention])
@pytest.mark.parametrize("n_head", [1, 2, 3, 12])
def test_self_attention_is_what_loops_give(attend, n_head):
    arrays = some_attention()
    np.testing.assert_allclose(
        attend(*map(Tensor, arrays), n_head).data, self_attention_by_loops(*arrays, n_head), rtol=1e-10, atol=1e-12
    )


@settings(max_examples=50)
@given(st.lists(st.integers(1, 3), max_size=2), st.integers(1, 6), st.integers(1, 5), st.integers(0, 1000))
def test_attention_agrees_with_torch(lead, T, D, seed):
    torch = required("torch")
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=(*lead, T, D)) for _ in range(3)]
    ours, theirs = [Tensor(array) for array in arrays], [torch.tensor(array, requires_grad=True) for array in arrays]
    mixed, weights = attention(*ours)
    other = torch.nn.functional.scaled_dot_product_attention(*theirs, is_causal=True)
    np.testing.assert_allclose(mixed.data, other.detach().numpy(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(weights.data @ arrays[2], mixed.data, rtol=1e-9, atol=1e-12)
    start = weights_like(mixed.shape)
    mixed.backward(start)
    other.backward(torch.tensor(start))
    for tensor, torch_tensor in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(tensor.grad, torch_tensor.grad.numpy(), rtol=1e-9, atol=1e-12)


@settings(max_examples=50)
@given(st.integers(1, 3), st.integers(1, 7), st.sampled_from([(4, 1), (4, 2), (6, 3), (5, 5)]), st.integers(0, 1000))
def test_fused_attention_is_self_attention(B, T, sizes, seed):
    C, n_head = sizes
    results = []
    for attend in (self_attention, fused_attention):
        tensors = [Tensor(array) for array in some_attention(seed, B, T, C)]
        out = attend(*tensors, n_head)
        out.backward(weights_like(out.shape))
        results.append([out.data, *(tensor.grad for tensor in tensors)])
    for first, second in zip(*results, strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-11)


# Chapter 7's mistakes, and the two checks that must find each of them

def later_tokens_reach_back(attend, n_head=3):
    """Whether another last input changes an earlier output."""
    x, *weights = some_attention(1)
    other = x.copy()
    other[:, -1] += 1
    before, after = (attend(Tensor(each), *map(Tensor, weights), n_head).data for each in (x, other))
    return not np.allclose(before[:, :-1], after[:, :-1], rtol=0, atol=1e-9)


def differs_from_loops(attend, n_head=3):
    arrays = some_attention(2)
    return not np.allclose(attend(*map(Tensor, arrays), n_head).data, self_attention_by_loops(*arrays, n_head), atol=1e-9)


def attend_with(scale="head_dim", masked="before", axis=-1, split="transposed", merge="transposed"):
    """`self_attention` on plain arrays, with one or another slip in it."""
    def attend(x, w_query, w_key, w_value, n_head):
        B, T, C = x.shape
        D = C // n_head
        query, key, value = (x.data @ w.data.T for w in (w_query, w_key, w_value))
        if split == "transposed":
            query, key, value = (array.reshape(B, T, n_head, D).swapaxes(1, 2) for array in (query, key, value))
        else:
            query, key, value = (array.reshape(B, n_head, T, D) for array in (query, key, value))
        scores = query @ key.swapaxes(-1, -2) / (D if scale == "head_dim" else C) ** 0.5
        is_future = np.arange(T) > np.arange(T)[:, None]
        if masked == "before":
            scores = np.where(is_future, -np.inf, scores)
        powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
        weights = powers / powers.sum(axis=axis, keepdims=True)
        if masked == "after":
            weights = np.where(is_future, 0, weights)
        mixed = weights @ value
        return Tensor((mixed.swapaxes(1, 2) if merge == "transposed" else mixed).reshape(B, T, C))

    return attend


MISTAKES = {   # the slip: (what it does, whether later tokens then reach back)
    "no mask": (attend_with(masked="never"), True),
    "mask after softmax": (attend_with(masked="after"), True),
    "softmax over the wrong axis": (attend_with(axis=-2), True),
    "heads merged without transposing back": (attend_with(merge="reshaped"), True),
    "heads split by reshape, merged as they should be": (attend_with(split="reshaped"), True),
    "heads split and merged by reshape": (attend_with(split="reshaped", merge="reshaped"), False),
    "scaled by n_embd": (attend_with(scale="n_embd"), False),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_fails_one_of_the_two_checks(mistake):
    attend, reaches_back = MISTAKES[mistake]
    assert later_tokens_reach_back(attend) == reaches_back
    assert differs_from_loops(attend)


@pytest.mark.parametrize("attend", [self_attention, fused_attention, attend_with()])
def test_what_has_no_slip_passes_both_checks(attend):
    assert not later_tokens_reach_back(attend) and not differs_from_loops(attend)


# The whole model

def rough_params(config, seed, kind=np.float64):
    """Parameters large enough that every part of the model bends what passes through it."""
    rng = np.random.default_rng(seed)
    return {name: Tensor(rng.normal(0, 0.5, shape).astype(kind)) for name, shape in param_shapes(config).items()}


def some_batch(config, seed, n_names=4):
    rng = np.random.default_rng(seed)
    bos = config.vocab_size - 1
    lengths = rng.integers(0, config.context_length, n_names)
    return make_batch([[bos, *rng.integers(0, bos, length).tolist(), bos] for length in lengths])


CONFIGS = {
    "microgpt's": GPTConfig(),
    "three layers, two heads": GPTConfig(vocab_size=7, context_length=5, n_layer=3, n_head=2, n_embd=6),
    "one head": GPTConfig(vocab_size=4, context_length=3, n_layer=2, n_head=1, n_embd=3),
    "a head for each channel": GPTConfig(vocab_size=4, context_length=3, n_layer=1, n_head=4, n_embd=4),
}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("init", [init_params, rough_params])
def test_loss_and_every_gradient_are_those_of_the_model_in_torch(name, init):
    torch = required("torch")
    from torch_gpt import loss_of

    config = CONFIGS[name]
    params = init(config, np.random.default_rng(0) if init is init_params else 0)
    batch = some_batch(config, 1)
    theirs = {key: torch.tensor(tensor.data, requires_grad=True) for key, tensor in params.items()}
    loss, other = gradients(params, batch, config), loss_of(theirs, batch, config)
    other.backward()
    assert abs(float(loss.data) - other.item()) < 1e-8
    for key, tensor in params.items():
        np.testing.assert_allclose(tensor.grad, theirs[key].grad.numpy(), rtol=1e-8, atol=1e-8, err_msg=key)


@pytest.mark.parametrize("attend", [self_attention, fused_attention])
def test_logits_are_those_of_the_model_in_torch(attend):
    torch = required("torch")
    from torch_gpt import logits_of

    config = CONFIGS["three layers, two heads"]
    params, token_ids = rough_params(config, 3), np.random.default_rng(0).integers(0, 7, (3, 5))
    theirs = logits_of({key: torch.tensor(tensor.data) for key, tensor in params.items()}, token_ids, config)
    np.testing.assert_allclose(gpt(params, token_ids, config, attend).data, theirs.numpy(), rtol=1e-8, atol=1e-8)


def test_every_gradient_of_the_whole_model_agrees_with_nudging():
    config = GPTConfig(vocab_size=5, context_length=4, n_layer=2, n_head=2, n_embd=4)
    params, batch = rough_params(config, 5), some_batch(config, 3)
    gradients(params, batch, config)
    for key, tensor in params.items():
        def loss_with(numbers, key=key):
            return batch_loss(params | {key: Tensor(numbers)}, batch, config).data

        np.testing.assert_allclose(tensor.grad, nudge_gradient(loss_with, tensor.data, 1e-5), rtol=0, atol=1e-8, err_msg=key)


@st.composite
def models(draw):
    """Some config, its parameters, token ids for it and the way it attends."""
    n_head = draw(st.integers(1, 3))
    config = GPTConfig(
        vocab_size=draw(st.integers(2, 9)), context_length=draw(st.integers(2, 8)),
        n_layer=draw(st.integers(1, 3)), n_head=n_head, n_embd=n_head * draw(st.integers(1, 4)),
    )
    seed = draw(st.integers(0, 1000))
    shape = draw(st.integers(1, 3)), draw(st.integers(2, config.context_length))
    token_ids = np.random.default_rng(seed).integers(0, config.vocab_size, shape)
    return config, rough_params(config, seed), token_ids, draw(st.sampled_from([self_attention, fused_attention]))


@settings(max_examples=60)
@given(models(), st.data())
def test_changing_a_later_token_never_changes_an_earlier_logit(some_model, data):
    config, params, token_ids, attend = some_model
    t = data.draw(st.integers(1, token_ids.shape[1] - 1))
    other = token_ids.copy()
    other[:, t:] = (other[:, t:] + data.draw(st.integers(1, config.vocab_size - 1))) % config.vocab_size
    before, after = (gpt(params, ids, config, attend).data for ids in (token_ids, other))
    np.testing.assert_array_equal(before[:, :t], after[:, :t])
    if config.n_embd > 2:   # with so few channels, two tokens can come out alike
        assert not np.array_equal(before[:, t], after[:, t])


@settings(max_examples=60)
@given(models())
def test_names_of_a_batch_know_nothing_of_each_other_and_a_prefix_gives_the_same(some_model):
    config, params, token_ids, attend = some_model
    whole = gpt(params, token_ids, config, attend).data
    for row, alone in zip(token_ids, whole, strict=True):
        for t in (1, len(row)):
            np.testing.assert_allclose(gpt(params, [row[:t]], config, attend).data[0], alone[:t], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_padding_changes_neither_loss_nor_gradients(seed):
    config = CONFIGS["three layers, two heads"]
    params, batch = rough_params(config, seed), some_batch(config, seed, n_names=6)
    token_ids, next_ids, is_real = batch
    assert not is_real.all()
    loss = float(gradients(params, batch, config).data)
    found = {key: tensor.grad for key, tensor in params.items()}

    noise = np.random.default_rng(seed).integers(0, config.vocab_size, (2, *is_real.shape))
    other = np.where(is_real, token_ids, noise[0]), np.where(is_real, next_ids, noise[1]), is_real
    assert float(gradients(params, other, config).data) == pytest.approx(loss, abs=1e-12)
    for key, tensor in params.items():
        np.testing.assert_allclose(tensor.grad, found[key], rtol=0, atol=1e-12, err_msg=f"{key}, other padding")

    total, sums = 0, {key: 0 for key in params}   # every name alone, without padding
    for ids, targets, real in zip(*batch, strict=True):
        n_real = np.count_nonzero(real)
        alone = ids[None, :n_real], targets[None, :n_real], real[None, :n_real]
        fraction = n_real / np.count_nonzero(is_real)
        total += float(gradients(params, alone, config).data) * fraction
        sums = {key: sums[key] + tensor.grad * fraction for key, tensor in params.items()}
    assert total == pytest.approx(loss, abs=1e-12)
    for key in params:
        np.testing.assert_allclose(sums[key], found[key], rtol=0, atol=1e-12, err_msg=f"{key}, names alone")


def test_dropping_is_asked_once_for_the_embeddings_and_twice_a_layer():
    config, asked = CONFIGS["three layers, two heads"], []
    params = rough_params(config, 0)
    plain = gpt(params, [[0, 1]], config).data
    same = gpt(params, [[0, 1]], config, drop=lambda x: asked.append(x.shape) or x).data
    assert asked == [(1, 2, 6)] * 7
    np.testing.assert_array_equal(plain, same)
    rng = np.random.default_rng(0)
    assert not np.allclose(plain, gpt(params, [[0, 1]], config, drop=lambda x: dropout(x, 0.5, rng)).data)


def test_without_arguments_the_config_is_microgpts():
    assert GPTConfig() == GPTConfig(vocab_size=27, context_length=16, n_layer=1, n_head=4, n_embd=16)
    shapes = {
        "wte": (27, 16), "wpe": (16, 16), "lm_head": (27, 16),
        "layer0.attn_wq": (16, 16), "layer0.attn_wk": (16, 16), "layer0.attn_wv": (16, 16), "layer0.attn_wo": (16, 16),
        "layer0.mlp_fc1": (64, 16), "layer0.mlp_fc2": (16, 64),
    }
    params = init_params(GPTConfig(), np.random.default_rng(0))
    assert {name: tensor.shape for name, tensor in params.items()} == shapes == param_shapes(GPTConfig())
    assert sum(tensor.data.size for tensor in params.values()) == 4192
    assert all(tensor.data.dtype == np.float64 for tensor in params.values())
    numbers = np.concatenate([tensor.data.reshape(-1) for tensor in params.values()])
    assert abs(numbers.mean()) < 0.005 and abs(numbers.std() - 0.08) < 0.003


def test_an_untrained_model_is_about_as_surprised_as_a_blind_guess():
    config = GPTConfig()
    params = init_params(config, np.random.default_rng(0), np.float32)
    assert params["wte"].data.dtype == np.float32
    assert abs(float(batch_loss(params, some_batch(config, 0, 50), config).data) - math.log(27)) < 0.1


def test_layers_are_told_apart():
    config = GPTConfig(n_layer=2)
    names = list(param_shapes(config))
    assert len(names) == 3 + 2 * 6 and names[3:9] == [name.replace("layer1", "layer0") for name in names[9:]]
    params = rough_params(config, 0)
    swapped = params | {name: params[name.replace("layer0", "layer1")] for name in names[3:9]}
    assert not np.allclose(gpt(params, [[0, 1, 2]], config).data, gpt(swapped, [[0, 1, 2]], config).data)


def test_gpt_takes_plain_arrays_and_plain_lists_too():
    config = GPTConfig()
    params = init_params(config, np.random.default_rng(0))
    arrays = {name: tensor.data for name, tensor in params.items()}
    logits = gpt(arrays, [[26, 0, 13, 0]], config)
    assert isinstance(logits, Tensor) and logits.shape == (1, 4, 27)
    np.testing.assert_array_equal(logits.data, gpt(params, np.array([[26, 0, 13, 0]]), config).data)


# What a reader is told

X, W = Tensor(np.ones((2, 3, 4))), Tensor(np.ones((5, 4)))
SMALL = GPTConfig(vocab_size=5, context_length=3, n_head=2, n_embd=4)
PARAMS = init_params(SMALL, np.random.default_rng(0))
ERRORS = {   # mistake: (what runs, what the message must say)
    "linear: other channels": (lambda: linear(X, Tensor(np.ones((4, 5)))), r"want x of shape \(\.\.\., 5\), got \(2, 3, 4\)"),
    "linear: a number": (lambda: linear(Tensor(1.0), W), r"want x of shape \(\.\.\., 4\), got \(\)"),
    "compare: other lengths": (lambda: compare(X, Tensor(np.ones((2, 2, 4)))), r"want one shape .*, got \(2, 3, 4\) and \(2, 2, 4\)"),
    "attention: another key": (lambda: attention(X, Tensor(np.ones((2, 2, 4))), X), r"got \(2, 3, 4\), \(2, 2, 4\) and \(2, 3, 4\)"),
    "attention: another value": (lambda: attention(X, X, Tensor(np.ones((2, 3, 5)))), r"one shape, got .* and \(2, 3, 5\)"),
    "heads that do not fit": (lambda: split_heads(X, 3), "want a number of heads that divides 4, got 3"),
    "reshape: other numbers": (lambda: reshape(X, 5, 5), r"reshape array of size 24 into shape \(5,5\)"),
    "dropout of all": (lambda: dropout(X, 1.0, np.random.default_rng(0)), "want a rate from 0 to below 1, got 1.0"),
    "dropout below 0": (lambda: dropout(X, -0.1, np.random.default_rng(0)), "want a rate from 0 to below 1, got -0.1"),
    "config: no layers": (lambda: GPTConfig(n_layer=0), "want a whole number above 0 for n_layer, got 0"),
    "config: half a channel": (lambda: GPTConfig(n_embd=16.0), "want a whole number above 0 for n_embd, got 16.0"),
    "config: heads do not fit": (lambda: GPTConfig(n_head=3), "want n_head to divide 16, got 3"),
    "ids: one name without a batch": (lambda: gpt(PARAMS, [0, 1], SMALL), r"want .*\(B, T\), T from 1 to 3, got \(2,\)"),
    "ids: longer than the context": (lambda: gpt(PARAMS, [[0] * 4], SMALL), r"want .*T from 1 to 3, got \(1, 4\)"),
    "ids: nothing to read": (lambda: gpt(PARAMS, [[]], SMALL), r"want .*T from 1 to 3, got \(1, 0\)"),
    "ids: not in the vocabulary": (lambda: gpt(PARAMS, [[0, 5]], SMALL), "want ids from 0 to 4, got 5"),
    "ids: below 0": (lambda: gpt(PARAMS, [[-1]], SMALL), "want ids from 0 to 4, got -1"),
    "ids: no integers": (lambda: gpt(PARAMS, [[0.5]], SMALL), "want integers as ids, got float64"),
}


@pytest.mark.parametrize("mistake", ERRORS)
def test_a_mistake_is_told_with_what_was_wanted_and_got(mistake):
    run, message = ERRORS[mistake]
    with pytest.raises(ValueError, match=message):
        run()


def test_a_config_cannot_change_under_its_parameters():
    with pytest.raises(AttributeError):
        SMALL.n_layer = 2


def test_ids_that_fit_come_back_as_an_array():
    np.testing.assert_array_equal(check_token_ids([[0, 1]], SMALL), np.array([[0, 1]]))


def test_every_function_of_the_model_is_tested_here():
    own = {name for name, thing in vars(model).items() if getattr(thing, "__module__", "") == "helpers.model"}
    assert own <= set(globals()), f"no test of {sorted(own - set(globals()))}"
