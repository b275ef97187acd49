"""What a model computed on the way, and what is lost without a part of it.

Built in chapters/12_look_inside.ipynb.
Sizes: B names, T positions, C channels, H heads, D = C / H numbers a head, V tokens.
"""

import numpy as np

from helpers.model import (
    compare,
    gpt,
    linear,
    merge_heads,
    mix,
    rmsnorm,
    softmax_of_past,
    split_heads,
)
from helpers.tensor import Tensor


def look_inside(params, token_ids, config, change=None):
    """Run the model and keep what it computes on the way -> logits: (B, T, V), seen

    seen: (part, layer) -> array. "embeddings" (layer 0), "attention" and "MLP" are what is
    added to the stream, (B, T, C); "weights" are (B, H, T, T), and "heads", what each head
    brings home, (B, H, T, D).
    change: called with part, layer and array; what it gives back takes the array's place
    """
    seen = {}
    parts = ("attention", "MLP")
    added = [(part, layer) for layer in range(config.n_layer) for part in parts]
    pieces, layers = iter([("embeddings", 0), *added]), iter(range(config.n_layer))

    def see(part, layer, tensor):
        array = tensor.data if change is None else change(part, layer, tensor.data)
        seen[part, layer] = array
        return Tensor(array)

    def attend(x, w_query, w_key, w_value, n_head):
        layer = next(layers)
        query, key, value = (
            split_heads(linear(x, weight), n_head) for weight in (w_query, w_key, w_value)
        )
        weights = see("weights", layer, softmax_of_past(compare(query, key)))
        return merge_heads(see("heads", layer, mix(weights, value)))

    logits = gpt(params, token_ids, config, attend, lambda piece: see(*next(pieces), piece))
    return logits.data, seen


def pieces_of(seen):
    """What the stream is the sum of at its end, in order -> (part, layer) -> (B, T, C)"""
    pieces = {("embeddings", 0): rmsnorm(Tensor(seen["embeddings", 0])).data}
    for (part, layer), array in seen.items():
        if part in ("attention", "MLP"):
            pieces[part, layer] = array
    return pieces


def mean_of_heads(seen, is_real):
    """What each head brings home in the mean of all real positions -> layer -> (H, D)"""
    return {
        layer: array.swapaxes(1, 2)[is_real].mean(axis=0)   # of (n, H, D)
        for (part, layer), array in seen.items() if part == "heads"
    }


def switch_off(heads, how, means=None):
    """A `change` for `look_inside` that switches heads off.

    heads: pairs (layer, head)
    how: "zero": nothing is brought home; "mean": what `means`, see `mean_of_heads`, says;
    "uniform": the plain mean of the past
    Raises ValueError for another `how`, or "mean" without means.
    """
    if how not in ("zero", "mean", "uniform") or (how == "mean" and means is None):
        raise ValueError(f"want zero, uniform, or mean with its means, got {how!r}")

    def change(part, layer, array):
        own = [head for its_layer, head in heads if its_layer == layer]
        if not own or part != ("weights" if how == "uniform" else "heads"):
            return array
        array = array.copy()
        if how == "uniform":
            T = array.shape[-1]
            array[:, own] = np.tril(np.ones((T, T))) / np.arange(1, T + 1)[:, None]
        else:
            array[:, own] = 0 if how == "zero" else means[layer][own][:, None]   # (H, 1, D)
        return array

    return change
