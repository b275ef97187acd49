"""A GPT: plain functions over a flat dict of named Tensors.

Built in chapters/06_every_letter_a_place.ipynb (`reshape` to `linear`), chapters/07_look_back.ipynb
(`split_heads` to `self_attention`), chapters/08_stack_a_gpt.ipynb (`relu` to `gpt`) and
chapters/10_make_it_better.ipynb (`dropout`, `fused_attention`).
Sizes: B names, T positions, C channels, H heads, D = C / H numbers a head, V tokens.
"""

from dataclasses import dataclass

import numpy as np

from helpers.tensor import Tensor, gather_rows


def reshape(x, *shape):
    """The same numbers in the same order, in another shape. One size may be -1: the rest."""
    return Tensor(x.data.reshape(shape), parents=[(x, lambda grad: grad.reshape(x.shape))])


def sum_over(x, axis):
    """The sum along one axis, which disappears. (..., N, ...) -> (..., ...)"""
    def to_x(grad):
        return np.broadcast_to(np.expand_dims(grad, axis), x.shape)   # all move the sum alike

    return Tensor(x.data.sum(axis=axis), parents=[(x, to_x)])


def linear(x, weight):
    """Each output is a weighted sum of the inputs. x: (..., n_in), weight: (n_out, n_in)

    -> (..., n_out). Raises ValueError for shapes that do not fit.
    """
    n_out, n_in = weight.shape
    if x.shape[-1:] != (n_in,):
        raise ValueError(f"want x of shape (..., {n_in}), got {x.shape}")
    rows = x.data.reshape(-1, n_in)   # one large product is faster than many small ones
    out = (rows @ weight.data.T).reshape(*x.shape[:-1], n_out)
    return Tensor(out, parents=[
        (x, lambda grad: (grad.reshape(-1, n_out) @ weight.data).reshape(x.shape)),
        (weight, lambda grad: grad.reshape(-1, n_out).T @ rows),
    ])


def compare(query, key):
    """How well each query fits each key: their dot product over the root of its length.

    query, key: (..., T, D) -> scores: (..., T, T), row: who asks, column: who answers
    """
    if query.shape != key.shape:
        raise ValueError(f"want one shape for both, got {query.shape} and {key.shape}")
    q, k = query.data, key.data
    scale = q.shape[-1] ** -0.5   # keeps the spread of the scores near 1
    return Tensor(q @ k.swapaxes(-1, -2) * scale, parents=[
        (query, lambda grad: grad @ k * scale),
        (key, lambda grad: grad.swapaxes(-1, -2) @ q * scale),
    ])


def softmax_of_past(scores):
    """Weights of the positions at and before each: they sum to 1. (..., T, T) -> the same"""
    T = scores.shape[-1]
    is_future = np.arange(T) > np.arange(T)[:, None]   # column later than row
    masked = np.where(is_future, -np.inf, scores.data)   # exp(-inf) is 0
    powers = np.exp(masked - masked.max(axis=-1, keepdims=True))   # exp cannot overflow
    weights = powers / powers.sum(axis=-1, keepdims=True)

    def to_scores(grad):
        average = np.vecdot(weights, grad)[..., None]   # of the gradients in a row, weighted
        return weights * (grad - average)

    return Tensor(weights, parents=[(scores, to_scores)])


def mix(weights, value):
    """For each row of weights the weighted sum of the values.

    weights: (..., T, T), value: (..., T, D) -> mixed: (..., T, D)
    """
    w, v = weights.data, value.data
    return Tensor(w @ v, parents=[
        (weights, lambda grad: grad @ v.swapaxes(-1, -2)),
        (value, lambda grad: w.swapaxes(-1, -2) @ grad),
    ])


def attention(query, key, value):
    """Give each position a weighted mean of the values at and before it.

    query, key, value: (..., T, D) -> mixed: (..., T, D), weights: (..., T, T)
    Raises ValueError if the three differ in shape.
    Source: Vaswani et al. 2017, section 3.2.1, https://arxiv.org/abs/1706.03762
    """
    if not query.shape == key.shape == value.shape:
        got = f"{query.shape}, {key.shape} and {value.shape}"
        raise ValueError(f"want query, key and value of one shape, got {got}")
    weights = softmax_of_past(compare(query, key))
    return mix(weights, value), weights


def split_heads(x, n_head):
    """Give each head its slice of a row's numbers. (B, T, C) -> (B, H, T, D)

    Raises ValueError unless n_head divides C.
    """
    B, T, C = x.shape
    if C % n_head:
        raise ValueError(f"want a number of heads that divides {C}, got {n_head}")
    out = x.data.reshape(B, T, n_head, C // n_head).swapaxes(1, 2)
    return Tensor(out, parents=[(x, lambda grad: grad.swapaxes(1, 2).reshape(B, T, C))])


def merge_heads(x):
    """Put the heads' slices side by side again. (B, H, T, D) -> (B, T, C)"""
    B, H, T, D = x.shape
    out = x.data.swapaxes(1, 2).reshape(B, T, H * D)
    return Tensor(out, parents=[(x, lambda grad: grad.reshape(B, T, H, D).swapaxes(1, 2))])


def self_attention(x, w_query, w_key, w_value, n_head):
    """Each position asks, answers and gives, in every head.

    x: (B, T, C), weights: (C, C) -> (B, T, C)
    """
    query, key, value = (
        split_heads(linear(x, weight), n_head) for weight in (w_query, w_key, w_value)
    )
    mixed, _ = attention(query, key, value)   # (B, H, T, D)
    return merge_heads(mixed)


def relu(x):
    """Each entry if it is above 0, otherwise 0. (...) -> (...)"""
    return Tensor(np.maximum(x.data, 0), parents=[(x, lambda grad: grad * (x.data > 0))])


def rmsnorm(x):
    """Scale the last axis so that the mean of its squares is 1. (..., C) -> (..., C)

    Source: Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467, without its gain
    """
    C = x.shape[-1]
    mean_square = np.vecdot(x.data, x.data)[..., None] / C   # (..., 1)
    scale = 1 / np.sqrt(mean_square + 1e-5)   # a row of zeros stays a row of zeros
    out = x.data * scale                      # (..., C)

    def to_x(grad):
        along = np.vecdot(grad, out)[..., None] / C   # what would only lengthen x is lost
        return scale * (grad - out * along)           # (..., C)

    return Tensor(out, parents=[(x, to_x)])


def mlp(x, fc1, fc2):
    """Two layers with a bend between. x: (..., C), fc1: (4C, C), fc2: (C, 4C) -> (..., C)"""
    return linear(relu(linear(x, fc1)), fc2)


@dataclass(frozen=True)
class GPTConfig:
    """The sizes of a GPT. Without arguments: microgpt's.

    Raises ValueError unless all are whole numbers above 0 and n_head divides n_embd.
    """

    vocab_size: int = 27
    context_length: int = 16   # the most positions it sees
    n_layer: int = 1
    n_head: int = 4
    n_embd: int = 16

    def __post_init__(self):
        for name, size in vars(self).items():
            if not (isinstance(size, int) and size > 0):
                raise ValueError(f"want a whole number above 0 for {name}, got {size!r}")
        if self.n_embd % self.n_head:
            raise ValueError(f"want n_head to divide {self.n_embd}, got {self.n_head}")


def param_shapes(config):
    """The shape of every parameter by name, in the order in which they are drawn -> dict"""
    C = config.n_embd
    shapes = {
        "wte": (config.vocab_size, C),
        "wpe": (config.context_length, C),
        "lm_head": (config.vocab_size, C),
    }
    for i in range(config.n_layer):
        for name in ["attn_wq", "attn_wk", "attn_wv", "attn_wo"]:
            shapes[f"layer{i}.{name}"] = (C, C)
        shapes[f"layer{i}.mlp_fc1"] = (4 * C, C)
        shapes[f"layer{i}.mlp_fc2"] = (C, 4 * C)
    return shapes


def init_params(config, rng, dtype=np.float64):
    """Small random numbers for every parameter: normal, spread 0.08 -> dict of Tensors"""
    return {
        name: Tensor(rng.normal(0, 0.08, shape).astype(dtype))
        for name, shape in param_shapes(config).items()
    }


def check_token_ids(token_ids, config):
    """`token_ids` as an array. Raises ValueError unless it is (B, T), T in the context."""
    token_ids = np.asarray(token_ids)
    if token_ids.ndim != 2 or not 0 < token_ids.shape[1] <= config.context_length:
        want = f"(B, T), T from 1 to {config.context_length}"
        raise ValueError(f"want token ids of shape {want}, got {token_ids.shape}")
    return token_ids


def gpt(params, token_ids, config, attend=self_attention, drop=None):
    """The logits of the next token at every position.

    params: name -> Tensor or array, as `param_shapes` has them: microgpt's go straight in
    token_ids: (B, T) integers, T at most config.context_length -> logits: (B, T, V)
    attend: what attention does, called as `self_attention` is
    drop: what to do with what is added to the stream; None leaves it as it is
    Raises ValueError for other shapes or an id that is not in the vocabulary.
    """
    token_ids = check_token_ids(token_ids, config)   # (B, T)
    drop = drop or (lambda x: x)                     # (B, T, C) -> (B, T, C)
    p = {name: x if isinstance(x, Tensor) else Tensor(x) for name, x in params.items()}
    places = np.arange(token_ids.shape[1])           # (T,)
    tokens = gather_rows(p["wte"], token_ids)        # (B, T, C)
    positions = gather_rows(p["wpe"], places)        # (T, C)
    x = rmsnorm(drop(tokens + positions))            # (B, T, C): the stream begins
    for i in range(config.n_layer):
        wq, wk, wv, wo = (p[f"layer{i}.attn_w{letter}"] for letter in "qkvo")   # (C, C) each
        fc1, fc2 = p[f"layer{i}.mlp_fc1"], p[f"layer{i}.mlp_fc2"]   # (4C, C) and (C, 4C)
        mixed = attend(rmsnorm(x), wq, wk, wv, config.n_head)   # (B, T, C) by (B, H, T, D)
        x = x + drop(linear(mixed, wo))                         # (B, T, C)
        x = x + drop(mlp(rmsnorm(x), fc1, fc2))                 # (B, T, C) by (B, T, 4C)
    return linear(x, p["lm_head"])                   # (B, T, V)


def dropout(x, rate, rng):
    """Each entry is 0 with probability `rate`; the others grow, so that the mean stays."""
    if not 0 <= rate < 1:
        raise ValueError(f"want a rate from 0 to below 1, got {rate}")
    kept = (rng.random(x.shape, dtype=np.float32) >= rate) / x.data.dtype.type(1 - rate)
    return Tensor(x.data * kept, parents=[(x, lambda grad: grad * kept)])


def stack_rows(tables):
    """Several tables, one below the other. Tensors (N, C), (M, C), ... -> (N + M + ..., C)"""
    parents, start = [], 0
    for table in tables:
        rows = slice(start, start + len(table.data))
        start = rows.stop
        parents.append((table, lambda grad, rows=rows: grad[rows]))   # to each its own rows
    return Tensor(np.concatenate([table.data for table in tables]), parents)


def all_heads(qkv, n_head):
    """`attention` of all heads as one operation.

    qkv: queries, keys and values side by side, (B, T, 3C) -> (B, T, C)
    """
    B, T, C = qkv.shape[0], qkv.shape[1], qkv.shape[2] // 3
    D = C // n_head
    q, k, v = qkv.data.reshape(B, T, 3, n_head, D).transpose(2, 0, 3, 1, 4)   # (B, H, T, D)
    scores = q @ k.swapaxes(-1, -2) * D**-0.5   # (B, H, T, T)
    scores = np.where(np.arange(T) > np.arange(T)[:, None], -np.inf, scores)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)

    def to_qkv(grad):
        to_mixed = grad.reshape(B, T, n_head, D).swapaxes(1, 2)
        to_weights = to_mixed @ v.swapaxes(-1, -2)
        average = np.vecdot(weights, to_weights)[..., None]
        to_scores = weights * (to_weights - average) * D**-0.5
        shares = np.empty((B, T, 3, n_head, D), grad.dtype)
        to_q, to_k, to_v = shares.transpose(2, 0, 3, 1, 4)   # views: filled in place
        to_q[:] = to_scores @ k
        to_k[:] = to_scores.swapaxes(-1, -2) @ q
        to_v[:] = weights.swapaxes(-1, -2) @ to_mixed
        return shares.reshape(B, T, 3 * C)

    mixed = (weights @ v).swapaxes(1, 2).reshape(B, T, C)
    return Tensor(mixed, parents=[(qkv, to_qkv)])


def fused_attention(x, w_query, w_key, w_value, n_head):
    """`self_attention` in three nodes: the same numbers sooner. Shapes are the same too."""
    return all_heads(linear(x, stack_rows([w_query, w_key, w_value])), n_head)
