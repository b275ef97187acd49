"""A model's weights on their way into a page, and everything that the model computes for one name, as gpt.js does it.

Not taught in a chapter. The page gets the very numbers: they travel in the smallest type that holds all of them, and
gpt.js reckons in float64, as Python does.
"""

import base64
from dataclasses import asdict

import numpy as np

from helpers.model import compare, linear, merge_heads, mix, param_shapes, relu, rmsnorm, softmax_of_past, split_heads
from helpers.tensor import Tensor, gather_rows


def _arrays(params):
    """Name -> array, for Tensors and arrays alike."""
    return {name: np.asarray(x.data if isinstance(x, Tensor) else x) for name, x in params.items()}


def rounded(params, dtype=np.float16):
    """The nearest numbers that `dtype` has -> dict of Tensors, float64: with float16 a page carries two bytes a number"""
    return {name: Tensor(array.astype(dtype).astype(np.float64)) for name, array in _arrays(params).items()}


def pack_weights(params, config):
    """Weights as plain JSON, for `unpackWeights` in gpt.js: 4,192 numbers in float16 are 11 kB -> dict

    params: name -> Tensor (or array), as `init_params` gives them
    Raises ValueError unless names and shapes are those of config, and all numbers finite.
    """
    arrays, shapes = _arrays(params), param_shapes(config)
    got = {name: array.shape for name, array in arrays.items()}
    if got != shapes:
        raise ValueError(f"want the parameters of {config}, got {got}")
    flat = np.concatenate([arrays[name].ravel() for name in shapes])
    if not np.isfinite(flat).all():
        raise ValueError("want finite weights, got some that are not")
    with np.errstate(over="ignore"):
        type_ = next(each for each in ("float16", "float32", "float64") if (flat.astype(each) == flat).all())
    raw = flat.astype(np.dtype(type_).newbyteorder("<")).tobytes()
    return {"config": asdict(config), "shapes": shapes, "type": type_, "bytes": base64.b64encode(raw).decode("ascii")}


def inside(params, token_ids, config):
    """Everything that `gpt` computes for one name, by the chapters' own functions -> dict of arrays, with a dict for each layer

    token_ids: T integers. For heads, scores and weights have the shape (H, T, T), and scores of the future are not to be read.
    """
    p = {name: Tensor(array) for name, array in _arrays(params).items()}
    token, position = gather_rows(p["wte"], np.array([token_ids])), gather_rows(p["wpe"], np.arange(len(token_ids)))
    embedded = token + position
    start = stream = rmsnorm(embedded)
    layers = []
    for i in range(config.n_layer):
        wq, wk, wv, wo = (p[f"layer{i}.attn_w{letter}"] for letter in "qkvo")
        normed = rmsnorm(stream)
        query, key, value = (linear(normed, weight) for weight in (wq, wk, wv))
        heads = [split_heads(x, config.n_head) for x in (query, key, value)]
        scores = compare(*heads[:2])
        weights = softmax_of_past(scores)
        mixed = merge_heads(mix(weights, heads[2]))
        added = linear(mixed, wo)
        between = stream + added
        mlp_normed = rmsnorm(between)
        hidden = linear(mlp_normed, p[f"layer{i}.mlp_fc1"])
        bent = relu(hidden)
        mlp_added = linear(bent, p[f"layer{i}.mlp_fc2"])
        stream = between + mlp_added
        attention = {
            "normed": normed, "query": query, "key": key, "value": value, "scores": scores, "weights": weights, "mixed": mixed, "added": added
        }
        mlp = {"normed": mlp_normed, "hidden": hidden, "bent": bent, "added": mlp_added}
        layers.append({"attention": _of_one(attention), "between": between.data[0], "mlp": _of_one(mlp), "stream": stream.data[0]})
    logits = linear(stream, p["lm_head"])
    return {
        "token": token.data[0], "position": position.data, "embedded": embedded.data[0], "start": start.data[0],
        "layers": layers, "logits": logits.data[0],
    }


def _of_one(batch):
    """The arrays of the one name in a batch of one."""
    return {name: tensor.data[0] for name, tensor in batch.items()}
