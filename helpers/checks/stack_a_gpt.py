"""Exercise checks of chapters/08_stack_a_gpt.ipynb."""

import re

import numpy as np

from helpers.checks.verdicts import call, exercise, number_of, result_of, right, wrong
from helpers.model import attention, gpt, linear, merge_heads, mix, mlp, rmsnorm, self_attention, split_heads
from helpers.nudging import nudge_gradient
from helpers.tensor import Tensor, cross_entropy, gather_rows
from helpers.training import take


def letters_in(answer):
    """The single letters that an answer names: a list, a tuple, a set, or a text such as "a and b" -> set"""
    if isinstance(answer, str):
        return set(re.findall(r"\b[a-z]\b", answer.lower()))
    return {str(each).strip().lower() for each in answer}


@exercise
def count_gpt2(n):
    n = number_of(n)
    tables, positions, block = 50257 * 768, 1024 * 768, 12 * 768**2
    want = tables + positions + 12 * block
    if n == want:
        return right(f"{want:,}: the 124 million that people speak of. Of these, {12 * block:,} are in the blocks.")
    if n == want + 12 * 13 * 768 + 2 * 768:
        return right("That is the published count, with all biases and gains. Our architecture has none, and so 121,344 fewer.")
    if n == want + tables:
        return wrong("You count `lm_head` as a table of its own. Here it is `wte` again, so it counts once.")
    if n == want - 11 * block or n == want + tables - 11 * block:
        return wrong("That is with one block. GPT-2 has twelve: `n_layer=12`.")
    if n == 12 * block:
        return wrong("Those are the blocks. The embeddings of tokens and positions count as well.")
    if n == 12 * block + tables:
        return wrong("The table of positions is missing: a row for each of 1024 positions.")
    if 120 <= n < 130 or 120e6 < n < 130e6:
        return wrong("About right. We ask for the exact number: sum up rows times columns over `param_shapes`.")
    return wrong("Sum rows times columns over `param_shapes(GPTConfig(vocab_size=50257, ...))`, without `lm_head`.")


@exercise
def who_forgets_the_order(forgetful):
    named = letters_in(forgetful)
    unknown = sorted(named - set("abcd"))
    if unknown:
        return wrong(f"The four are called a, b, c and d. There is no {unknown[0]} among them.")
    if "c" in named:
        return wrong("Not c: the MLP reads its own position alone, so it never told anyone about the order. Attention did, and it is still there.")
    if "d" in named:
        return wrong("Not d: with queries of 0 every score is 0, and attention is a plain mean. But what does it average? The values know their positions.")
    if "a" not in named:
        return wrong("One is missing: without positions, what tells attention that `e` came before `m`?")
    if "b" not in named:
        return wrong("One is missing: when nothing that attention finds is written to the stream, what does the last position know of the others?")
    return right("These two. One cannot tell where a letter stood, the other never hears of it.")


@exercise
def ten_times_larger(large_loss, fresh, batch, config):
    loss = number_of(large_loss)
    token_ids, next_ids, is_real = batch

    def loss_at(factor):
        larger = {name: Tensor(factor * np.asarray(x.data)) for name, x in fresh.items()}
        return float(cross_entropy(take(gpt(larger, token_ids, config), is_real), next_ids[is_real]).data)

    want, blind = loss_at(10), np.log(config.vocab_size)
    if abs(loss - want) < 0.006 * want:
        return right(f"{want / blind:.0f} times the blind guess: large logits are a confident guess, and a confident guess without a reason is dear.")
    if abs(loss - loss_at(1)) < 0.006:
        return wrong("That is the loss of the model as it is. Multiply every table by 10, and pass the larger ones to `gpt`.")
    if abs(loss - blind) < 0.006:
        return wrong("That is the blind guess. Measure it: the model is not blind any more, it is confident.")
    head = fresh | {"lm_head": Tensor(10 * np.asarray(fresh["lm_head"].data))}
    if abs(loss - float(cross_entropy(take(gpt(head, token_ids, config), is_real), next_ids[is_real]).data)) < 0.006:
        return wrong("Only `lm_head` is larger here. All tables are meant.")
    return wrong("Not the loss of these parameters, times ten, on `batch`. Use `gpt` and `loss_of`, and `token_ids` of the chapter.")


def without_a_mask(x, w_query, w_key, w_value, n_head):
    """Attention that reads the future as well."""
    query, key, value = (split_heads(linear(x, weight), n_head) for weight in (w_query, w_key, w_value))
    scores = query.data @ key.data.swapaxes(-1, -2) / query.shape[-1] ** 0.5
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return merge_heads(mix(Tensor(powers / powers.sum(axis=-1, keepdims=True)), value))


def with_other_heads(x, w_query, w_key, w_value, n_head):
    """Heads merged in the wrong order: the first head's numbers go where each head's first belong."""
    query, key, value = (split_heads(linear(x, weight), n_head) for weight in (w_query, w_key, w_value))
    mixed = attention(query, key, value)[0].data   # (B, H, T, D)
    B, H, T, D = mixed.shape
    return Tensor(mixed.transpose(0, 2, 3, 1).reshape(B, T, H * D))


def suspect(attend=self_attention, slip=False):
    """A model that is called as `gpt` is."""

    def model(params, token_ids, config, drop=lambda x: x):
        token_ids = np.asarray(token_ids)
        x = gather_rows(params["wte"], token_ids) + gather_rows(params["wpe"], np.arange(token_ids.shape[1]))
        x = rmsnorm(drop(x))
        for i in range(config.n_layer):
            wq, wk, wv, wo = (params[f"layer{i}.attn_w{letter}"] for letter in "qkvo")
            x = x + drop(linear(attend(rmsnorm(x), wq, wk, wv, config.n_head), wo))
            reads = rmsnorm(x)
            x = (reads if slip else x) + drop(mlp(reads, params[f"layer{i}.mlp_fc1"], params[f"layer{i}.mlp_fc2"]))
        return linear(x, params["lm_head"])

    return model


suspects = {"a": suspect(without_a_mask), "b": suspect(), "c": suspect(slip=True), "d": suspect(with_other_heads)}


@exercise
def the_slip_is_back(right_one, slipped_one):
    answers = []
    for answer in (right_one, slipped_one):
        named = [letter for letter, model in suspects.items() if model is answer] if callable(answer) else sorted(letters_in(answer))
        if len(named) != 1 or named[0] not in suspects:
            return wrong("Give one letter each: right_one and slipped_one are among a, b, c and d.")
        answers += named
    found, slipped = answers
    if found == "a" or slipped == "a":
        return wrong("Model a reads the future: its logits before the last token move when that token changes. That is a mask, and no slip of the stream.")
    if found == "d":
        return wrong("Model d is not the right one: it is far from the loops. Its sum is a sum, and it reads no future; only the reference knows.")
    if found == "c":
        return wrong("Model c is not the right one: is its stream a plain sum?")
    if slipped != "c":
        return wrong("The right one is found. The slip changes the stream itself: look at the check of the sum.")
    return right("Three checks, and together they name each mistake. The untrained losses could not.")


@exercise
def rmsnorm_with_a_gain(rmsnorm_with_gain):
    make = getattr(rmsnorm_with_gain, "__globals__", {}).get("Tensor", Tensor)
    rng = np.random.default_rng(5)
    for shape in [(3, 4), (2, 3, 5)]:
        C = shape[-1]
        numbers, gains, weights = rng.normal(size=shape), rng.normal(1, 0.5, size=C), rng.normal(size=shape)
        normed = numbers / np.sqrt((numbers**2).mean(axis=-1, keepdims=True) + 1e-5)
        x, gain = make(numbers), make(gains)
        out = result_of(rmsnorm_with_gain, x, gain)
        if not isinstance(out, make):
            return wrong(f"We want a Tensor back, and your function gives {type(out).__name__}.")
        if np.shape(out.data) == shape and np.allclose(out.data, normed, atol=1e-4) and not np.allclose(gains, 1):
            return wrong("That is the scaled row without its gain: multiply by `gain.data`.")
        if np.shape(out.data) != shape or not np.allclose(out.data, normed * gains, atol=1e-4):
            return wrong("The result is not the scaled row times the gain. Is the mean of squares taken over the last axis, and the root of it?")
        call(out.backward, weights)
        for name, tensor in {"x": x, "gain": gain}.items():
            if tensor.grad is None:
                return wrong(f"The result is right, but no gradient reaches {name}: both are parents.")

        def result(row, by, weights=weights):
            return (row / np.sqrt((row**2).mean(axis=-1, keepdims=True) + 1e-5) * by * weights).sum()

        to_gain = nudge_gradient(lambda by, row=numbers: result(row, by), gains)
        to_x = nudge_gradient(lambda row, by=gains: result(row, by), numbers)
        scale = normed / numbers
        if not np.allclose(gain.grad, to_gain, atol=1e-4):
            return wrong("The gradient of the gain does not agree with nudging: sum grad * normed over all rows, and use the scaled row, not x.")
        if np.allclose(x.grad, scale * weights * gains, atol=1e-4):
            return wrong("In the gradient of x, the part along the row is missing: what would only lengthen it must be taken off.")
        plain = weights - normed * (weights * normed).mean(axis=-1, keepdims=True)
        if np.allclose(x.grad, scale * plain, atol=1e-4):
            return wrong("In the gradient of x, the gain is missing: what reaches the scaled row is grad * gain.")
        if np.allclose(x.grad, scale * plain * gains, atol=1e-4):
            return wrong("In the gradient of x, the gain comes too late: multiply grad by it before you take off the part along the row.")
        if not np.allclose(x.grad, to_x, atol=1e-4):
            return wrong("The gain's gradient is right, that of x does not agree with nudging. With g = grad * gain, it is the chapter's formula.")
    return right("Both agree with nudging. With gains of 1 it is the chapter's rmsnorm.")
