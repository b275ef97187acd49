"""From logits to the next token, and the next.

Built in chapters/11_let_it_write.ipynb.
Sizes: B names, C channels, H heads, D = C / H numbers a head, V tokens.
"""

import numpy as np

from helpers.model import check_token_ids, linear, mlp, rmsnorm
from helpers.tensor import Tensor, gather_rows


def softmax(logits):
    """Each row as probabilities: e to the power of each logit, by their sum. (..., V)"""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))   # exp cannot overflow
    return powers / powers.sum(axis=-1, keepdims=True)


def rank_of(numbers):
    """Each number's place in its row, the largest first: 0, 1, ... (..., V) -> (..., V)"""
    order = np.argsort(-numbers, axis=-1, kind="stable")   # of equal ones the first leads
    return np.argsort(order, axis=-1)


def keep_top_k(logits, k):
    """Each row's k largest logits; minus infinity for the others. (..., V) -> (..., V)

    Raises ValueError unless k is a whole number from 1.
    """
    if not (isinstance(k, (int, np.integer)) and k >= 1):
        raise ValueError(f"want a whole number from 1 for k, got {k!r}")
    return np.where(rank_of(logits) < k, logits, -np.inf)


def keep_top_p(logits, p):
    """As few of each row's likeliest tokens as have the probability p together.

    -> their logits; minus infinity for the others. (..., V) -> (..., V)
    Raises ValueError unless p is above 0 and at most 1.
    Source: Holtzman et al. 2019, https://arxiv.org/abs/1904.09751
    """
    if not 0 < p <= 1:
        raise ValueError(f"want a p above 0 and at most 1, got {p!r}")
    probabilities, rank = softmax(logits), rank_of(logits)
    sorted_ones = -np.sort(-probabilities, axis=-1)
    of_likelier = sorted_ones.cumsum(axis=-1) - sorted_ones   # what comes before, together
    stays = (of_likelier < p) | (p == 1)   # at 1 all do, even those that rounding swallows
    return np.where(np.take_along_axis(stays, rank, axis=-1), logits, -np.inf)


def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    """How likely each token is to be written next. (..., V) -> (..., V)

    The logits are divided by the temperature, then cut, then become probabilities.
    Raises ValueError unless the temperature is above 0 and finite.
    """
    if not 0 < temperature < np.inf:
        want = "want a temperature above 0 (for the likeliest token alone, top_k=1)"
        raise ValueError(f"{want}, got {temperature!r}")
    logits = logits / temperature
    if top_k is not None:
        logits = keep_top_k(logits, top_k)
    if top_p is not None:
        logits = keep_top_p(logits, top_p)
    return softmax(logits)


def draw(probabilities, rng):
    """A token id for each row, drawn by its probabilities. (B, V) -> (B,)"""
    ends = probabilities.cumsum(axis=-1)   # where each token's stretch of the line ends
    thrown = rng.random((len(ends), 1)) * ends[:, -1:]   # the last end may miss 1 by rounding
    return (ends <= thrown).sum(axis=-1)   # the stretches that lie before


class Cache:
    """The keys and values of all tokens read so far, for each layer, head and name."""

    def __init__(self, config, B, dtype=np.float64):
        shape = (B, config.n_head, config.context_length, config.n_embd // config.n_head)
        self.keys = [np.zeros(shape, dtype) for _ in range(config.n_layer)]     # (B, H, T, D)
        self.values = [np.zeros(shape, dtype) for _ in range(config.n_layer)]   # (B, H, T, D)
        self.length = 0   # tokens read

    def keep(self, rows):
        """Go on with these names only. rows: which, as an index or B booleans"""
        self.keys = [keys[rows] for keys in self.keys]
        self.values = [values[rows] for values in self.values]


def attend_to_past(query, keys, values):
    """`attention` of the newest position alone: what comes after it is not there yet.

    query: (B, H, D), keys and values: (B, H, T, D) -> mixed: (B, H, D)
    """
    scores = np.vecdot(keys, query[:, :, None]) * query.shape[-1] ** -0.5   # (B, H, T)
    return (softmax(scores)[..., None] * values).sum(axis=2)


def read_next(params, token_ids, cache, config):
    """Read one more token of each name -> the logits of the token after it

    token_ids: (B,) integers -> (B, V); `cache` grows by one position
    Raises ValueError where the context is full.
    """
    t = cache.length
    if t == config.context_length:
        raise ValueError(f"want at most {config.context_length} tokens, got one more")
    x = rmsnorm(gather_rows(params["wte"], token_ids) + params["wpe"].data[t])   # (B, C)
    for i in range(config.n_layer):
        wq, wk, wv, wo = (params[f"layer{i}.attn_w{letter}"] for letter in "qkvo")
        fc1, fc2 = params[f"layer{i}.mlp_fc1"], params[f"layer{i}.mlp_fc2"]
        normed = rmsnorm(x)
        query, key, value = (
            linear(normed, weight).data.reshape(len(x.data), config.n_head, -1)
            for weight in (wq, wk, wv)
        )   # (B, H, D) each
        cache.keys[i][:, :, t], cache.values[i][:, :, t] = key, value
        past = slice(t + 1)   # with the newest
        mixed = attend_to_past(query, cache.keys[i][:, :, past], cache.values[i][:, :, past])
        x = x + linear(Tensor(mixed.reshape(x.shape)), wo)
        x = x + mlp(rmsnorm(x), fc1, fc2)
    cache.length = t + 1
    return linear(x, params["lm_head"]).data


def write(params, prompts, config, stop, rng, **how):
    """Go on from each prompt, token by token, to the stop token or a full context.

    prompts: (B, T) token ids, T at least 1; how: see `next_probabilities`
    -> for each prompt its token ids and the new ones, without the stop token
    """
    prompts = check_token_ids(prompts, config)
    written = [prompt.tolist() for prompt in prompts]
    going = np.arange(len(prompts))   # the names without an end so far
    cache = Cache(config, len(prompts), params["wte"].data.dtype)
    for token_ids in prompts.T:
        logits = read_next(params, token_ids, cache, config)
    while True:
        token_ids = draw(next_probabilities(logits, **how), rng)
        goes_on = token_ids != stop
        going, token_ids = going[goes_on], token_ids[goes_on]
        for i, token_id in zip(going.tolist(), token_ids.tolist(), strict=True):
            written[i].append(token_id)
        if len(going) == 0 or cache.length == config.context_length:
            return written
        cache.keep(goes_on)
        logits = read_next(params, token_ids, cache, config)
