"""GPT-2: the four changes that make our GPT the published one, its files read and written.

Built in chapters/18_real_gpt.ipynb.
Sizes: B texts, T positions, C channels, H heads, D = C / H numbers a head, V tokens.
"""

import json
import math
import re
from operator import index
from pathlib import Path

import numpy as np

from helpers.checkpoints import write_whole
from helpers.model import GPTConfig, all_heads, check_token_ids, linear
from helpers.sampling import Cache, draw, next_probabilities, softmax
from helpers.tensor import Tensor, gather_rows, unbroadcast


def layer_norm(x, gain, bias):
    """Move the last axis to mean 0 and spread 1, then times a gain, plus a bias.

    x: (..., C), gain, bias: (C,) -> (..., C)
    Source: Ba, Kiros and Hinton 2016, https://arxiv.org/abs/1607.06450
    """
    C = x.shape[-1]
    centred = x.data - x.data.sum(axis=-1, keepdims=True) / C
    scale = 1 / np.sqrt(np.vecdot(centred, centred)[..., None] / C + 1e-5)   # (..., 1)
    normed = centred * scale                                                 # (..., C)

    def to_x(grad):
        grad = grad * gain.data
        along = np.vecdot(grad, normed)[..., None] / C   # what would only lengthen is lost,
        level = grad.sum(axis=-1, keepdims=True) / C     # and what would only shift
        return scale * (grad - level - normed * along)

    return Tensor(normed * gain.data + bias.data, parents=[
        (x, to_x),
        (gain, lambda grad: unbroadcast(grad * normed, gain.shape)),
        (bias, lambda grad: unbroadcast(grad, bias.shape)),
    ])


def gelu(x):
    """A bend without a corner: x times how far up x is, from 0 to 1. (...) -> (...)

    Source: Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415, its form with tanh
    """
    root = (2 / np.pi) ** 0.5
    squared = x.data * x.data
    bent = np.tanh(root * x.data * (1 + 0.044715 * squared))
    share = 0.5 * (1 + bent)   # from 0 to 1

    def to_x(grad):
        slope = 0.5 * (1 - bent * bent) * root * (1 + 3 * 0.044715 * squared)
        return grad * (share + x.data * slope)

    return Tensor(x.data * share, parents=[(x, to_x)])


def affine(x, weight, bias):
    """`linear`, plus a bias. x: (..., n_in), weight: (n_out, n_in), bias: (n_out,)"""
    return linear(x, weight) + bias


def gpt2_shapes(config):
    """The shape of every parameter by our name -> dict"""
    C = config.n_embd
    shapes = {"wte": (config.vocab_size, C), "wpe": (config.context_length, C)}
    of_layer = {
        "norm1_gain": (C,), "norm1_bias": (C,),
        "attn_wqkv": (3 * C, C), "attn_bqkv": (3 * C,),   # query, key and value in one
        "attn_wo": (C, C), "attn_bo": (C,),
        "norm2_gain": (C,), "norm2_bias": (C,),
        "mlp_fc1": (4 * C, C), "mlp_b1": (4 * C,),
        "mlp_fc2": (C, 4 * C), "mlp_b2": (C,),
    }
    for i in range(config.n_layer):
        shapes |= {f"layer{i}.{name}": shape for name, shape in of_layer.items()}
    return shapes | {"norm_gain": (C,), "norm_bias": (C,)}


def init_gpt2(config, rng, dtype=np.float32):
    """As transformers starts a GPT-2: gains 1, biases 0, else random, spread 0.02 -> params

    What is added to the stream starts smaller, the more layers add to it.
    """
    params = {}
    for name, shape in gpt2_shapes(config).items():
        if name.endswith("gain"):
            array = np.ones(shape)
        elif len(shape) == 1:
            array = np.zeros(shape)
        else:
            adds = name.endswith(("attn_wo", "mlp_fc2"))
            spread = 0.02 / (2 * config.n_layer) ** 0.5 if adds else 0.02
            array = rng.normal(0, spread, shape)
        params[name] = Tensor(array.astype(dtype))
    return params


def attend_on(qkv, cache, layer, n_head):
    """`all_heads` for new positions, which see all that the cache holds, too.

    qkv: (B, N, 3C) of N new positions -> (B, N, C); their keys and values go into the cache
    """
    B, N, C = qkv.shape[0], qkv.shape[1], qkv.shape[2] // 3
    D = C // n_head
    first, last = cache.length, cache.length + N
    query, key, value = qkv.data.reshape(B, N, 3, n_head, D).transpose(2, 0, 3, 1, 4)
    keys, values = (kept[layer][:, :, :last] for kept in (cache.keys, cache.values))
    keys[:, :, first:], values[:, :, first:] = key, value             # (B, H, N, D) each
    scores = query @ keys.swapaxes(-1, -2) * D**-0.5                  # (B, H, N, last)
    is_future = np.arange(last) > np.arange(first, last)[:, None]
    weights = softmax(np.where(is_future, -np.inf, scores))
    return Tensor((weights @ values).swapaxes(1, 2).reshape(B, N, C))


def gpt2_stream(params, token_ids, config, cache=None, bend=gelu):
    """What flows through GPT-2, up to its last norm. See `gpt2` -> (B, T, C)"""
    def of(i, *names):
        return [params[f"layer{i}.{name}"] for name in names]

    token_ids = check_token_ids(token_ids, config)
    first = 0 if cache is None else cache.length
    places = np.arange(first, first + token_ids.shape[1])
    if places[-1] >= config.context_length:
        raise ValueError(f"want at most {config.context_length} tokens, got {places[-1] + 1}")
    x = gather_rows(params["wte"], token_ids) + gather_rows(params["wpe"], places)
    for i in range(config.n_layer):
        normed = layer_norm(x, *of(i, "norm1_gain", "norm1_bias"))
        qkv = affine(normed, *of(i, "attn_wqkv", "attn_bqkv"))        # (B, T, 3C)
        if cache is None:
            mixed = all_heads(qkv, config.n_head)                     # (B, T, C)
        else:
            mixed = attend_on(qkv, cache, i, config.n_head)
        x = x + affine(mixed, *of(i, "attn_wo", "attn_bo"))
        normed = layer_norm(x, *of(i, "norm2_gain", "norm2_bias"))
        wide = bend(affine(normed, *of(i, "mlp_fc1", "mlp_b1")))      # (B, T, 4C)
        x = x + affine(wide, *of(i, "mlp_fc2", "mlp_b2"))
    return x


def gpt2(params, token_ids, config, cache=None, bend=gelu):
    """The logits of the next token at every position: (B, T) -> (B, T, V)

    params: name -> Tensor, as `gpt2_shapes` has them
    cache: of the positions before these; it grows, and only the last position is answered
    Raises ValueError for other shapes, an id that is not in the vocabulary, a full context.
    Source: Radford et al. 2019, https://github.com/openai/gpt-2/blob/master/src/model.py
    """
    x = gpt2_stream(params, token_ids, config, cache, bend)           # (B, T, C)
    if cache is not None:
        cache.length += x.shape[1]
        x = Tensor(x.data[:, -1:])                                    # (B, 1, C)
    x = layer_norm(x, params["norm_gain"], params["norm_bias"])
    return linear(x, params["wte"])                                   # wte once more


def write_gpt2(params, token_ids, n_new, config, rng, **how):
    """Go on from one text, token by token -> its token ids and n_new more

    token_ids: at least one; how: see `next_probabilities`; top_k=1 writes the likeliest
    Raises ValueError where they do not fit in the context.
    """
    written, cache = list(token_ids), Cache(config, 1, params["wte"].data.dtype)
    new = written   # first all that is there, at once
    for _ in range(n_new):
        logits = gpt2(params, [new], config, cache).data[:, -1]   # (1, V)
        new = draw(next_probabilities(logits, **how), rng).tolist()
        written += new
    return written


def read_safetensors(path):
    """The arrays in a file of the form .safetensors, by name -> dict

    bfloat16 becomes float32. Raises ValueError for a damaged file, and for other types.
    Source: https://github.com/huggingface/safetensors, its section "Format"
    """
    types = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2",
             "I64": "<i8", "I32": "<i4", "U8": "u1", "BOOL": "?"}
    content = Path(path).read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")   # 8 bytes: how long the header is
    try:
        header = json.loads(content[8:start])           # the header: each array's type ...
        header.pop("__metadata__", None)
        entries = sorted((*map(index, about["data_offsets"]), name, str(about["dtype"]),
                          tuple(map(index, about["shape"])))
                         for name, about in header.items())   # ... and shape and place
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"want a safetensors file, got {path}: {error!r}") from error
    arrays, reached = {}, 0
    for first, last, name, kind, shape in entries:      # then all numbers, nothing between
        if kind not in types:
            raise ValueError(f"want one of {list(types)} for {name}, got {kind}")
        dtype = np.dtype(types[kind])
        n_bytes = math.prod(shape) * dtype.itemsize
        if (first, last) != (reached, reached + n_bytes) or start + last > len(content):
            want = f"bytes {reached} to {reached + n_bytes} for {name}"
            got = f"{first} to {last} of {len(content) - start}"
            raise ValueError(f"want {want} in {path}, got {got}")
        array = np.frombuffer(content, dtype, math.prod(shape), start + first).reshape(shape)
        if kind == "BF16":                              # the upper half of a float32
            array = (array.astype("<u4") << 16).view("<f4")
        arrays[name], reached = array, last
    if start + reached != len(content):
        got = f"{len(content) - start} bytes"
        raise ValueError(f"want {reached} bytes of numbers in {path}, got {got}")
    return arrays


def write_safetensors(path, arrays):
    """Write arrays of floats by name, so that `read_safetensors` reads them; whole or not
    at all. Raises ValueError for an array of another type.
    """
    kinds = {"float16": "F16", "float32": "F32", "float64": "F64"}
    header, parts, reached = {}, [], 0
    for name, array in arrays.items():
        if array.dtype.name not in kinds:
            raise ValueError(f"want one of {list(kinds)} for {name}, got {array.dtype}")
        parts.append(array.astype(array.dtype.newbyteorder("<")).tobytes())   # row by row
        first, reached = reached, reached + len(parts[-1])
        header[name] = {"dtype": kinds[array.dtype.name], "shape": list(array.shape),
                        "data_offsets": [first, reached]}
    told = json.dumps(header).encode()
    told += b" " * (-len(told) % 8)   # the numbers begin at a multiple of 8
    content = b"".join([len(told).to_bytes(8, "little"), told, *parts])
    write_whole(path, lambda file: file.write(content))


def gpt2_names(config):
    """What GPT-2's files call our parameters -> dict: ours -> theirs"""
    of_layer = {
        "norm1_gain": "ln_1.weight", "norm1_bias": "ln_1.bias",
        "attn_wqkv": "attn.c_attn.weight", "attn_bqkv": "attn.c_attn.bias",
        "attn_wo": "attn.c_proj.weight", "attn_bo": "attn.c_proj.bias",
        "norm2_gain": "ln_2.weight", "norm2_bias": "ln_2.bias",
        "mlp_fc1": "mlp.c_fc.weight", "mlp_b1": "mlp.c_fc.bias",
        "mlp_fc2": "mlp.c_proj.weight", "mlp_b2": "mlp.c_proj.bias",
    }
    names = {"wte": "wte.weight", "wpe": "wpe.weight"}
    for i in range(config.n_layer):
        names |= {f"layer{i}.{ours}": f"h.{i}.{theirs}" for ours, theirs in of_layer.items()}
    return names | {"norm_gain": "ln_f.weight", "norm_bias": "ln_f.bias"}


def turned(name, array):
    """GPT-2's files hold a layer's weights as (n_in, n_out), ours are (n_out, n_in)."""
    is_of_layer = name.startswith("layer") and array.ndim == 2
    return array.T if is_of_layer else array


def from_gpt2(arrays, config, dtype=np.float32):
    """GPT-2's arrays, under its own names -> params

    Raises ValueError for a name that is missing or unknown, or another shape.
    """
    theirs = {name.removeprefix("transformer."): array for name, array in arrays.items()}
    head = theirs.pop("lm_head.weight", None)
    if head is not None and not np.array_equal(head, theirs.get("wte.weight")):
        raise ValueError("want lm_head.weight to be wte.weight, got other numbers")
    params, shapes = {}, gpt2_shapes(config)
    for ours, name in gpt2_names(config).items():
        if name not in theirs:
            raise ValueError(f"want an array {name}, got {sorted(theirs)}")
        array = turned(ours, theirs.pop(name))
        if array.shape != shapes[ours]:
            raise ValueError(f"want shape {shapes[ours]} for {ours}, got {array.shape}")
        params[ours] = Tensor(array.astype(dtype))
    masks = r"h\.\d+\.attn\.(masked_)?bias"   # old files keep the mask, too
    unknown = [name for name in theirs if not re.fullmatch(masks, name)]
    if unknown:
        raise ValueError(f"want no other arrays, got {unknown}")
    return params


def to_gpt2(params, config, dtype=np.float16):
    """Our parameters under GPT-2's names, in its shapes -> dict of arrays"""
    return {
        name: turned(ours, params[ours].data).astype(dtype)
        for ours, name in gpt2_names(config).items()
    }


def load_gpt2(folder, dtype=np.float32):
    """The model in a folder of GPT-2's form: config.json, model.safetensors -> params, config

    Raises ValueError for another kind of model.
    """
    about = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    fixed = {"model_type": "gpt2", "activation_function": "gelu_new",
             "layer_norm_epsilon": 1e-5, "scale_attn_weights": True,
             "scale_attn_by_inverse_layer_idx": False, "tie_word_embeddings": True}
    sizes = ["vocab_size", "n_positions", "n_layer", "n_head", "n_embd"]
    if fixed | about != about | fixed or not set(sizes) <= about.keys():
        raise ValueError(f"want a gpt2 with {fixed} and {sizes} in {folder}, got {about}")
    config = GPTConfig(*(about[name] for name in sizes))
    arrays = read_safetensors(Path(folder) / "model.safetensors")
    return from_gpt2(arrays, config, dtype), config
