"""Checks of the exercises of chapters/18_real_gpt.ipynb."""

import json
import math
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np

from helpers.checks.verdicts import UnknownForm, call, exercise, number_of, result_of, right, wrong
from helpers.gpt2 import gpt2_shapes, init_gpt2, load_gpt2, read_safetensors, to_gpt2, write_safetensors
from helpers.model import GPTConfig
from helpers.tensor import Tensor

ORDER = ["value", "query", "key"]   # in the strange file
CACHE = 32 * 1024 * 48 * 2 * 1600 * 2


def _knobs(width):
    return sum(math.prod(shape) for shape in gpt2_shapes(GPTConfig(50_257, 1_024, 12, 1, width)).values())


@exercise
def as_wide_as_allowed(width):
    got = number_of(width)
    if got == 640:
        return right(f"{_knobs(640):,} knobs, a third of them in the tables. 64 more, and there are {_knobs(704):,}.")
    for other, hint in [
        (512, "There is room for more. Is the table of tokens counted twice? It is tied."),
        (704, f"That has {_knobs(704):,} knobs."),
        (832, "Are the two tables in your count, the tokens and the places?"),
    ]:
        if got == other:
            return wrong(hint)
    if got != int(got) or got % 64 or got < 64:
        return wrong("The width must be a multiple of 64.")
    return wrong(f"That has {_knobs(int(got)):,} knobs. {'There is room for more.' if got < 640 else 'That is too many.'}" if got < 10**6 else "That is far too wide.")


@exercise
def one_array_and_no_more(one_array):
    rng = np.random.default_rng(0)
    arrays = {
        "large": np.ones((5_000, 1_000), np.float32),
        "a": rng.normal(size=(3, 4)).astype(np.float32),
        "b": rng.normal(size=(2, 2, 5)).astype(np.float16),
        "c": np.array(2.5, np.float32),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.safetensors"
        write_safetensors(path, arrays)
        for name in ("a", "b", "c"):
            tracemalloc.start()
            try:
                got = result_of(one_array, path, name)
                most = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
            if isinstance(got, (bytes, bytearray, memoryview)):
                return wrong("Those are the bytes. `np.frombuffer` makes an array of them.")
            got, want = np.asarray(got), arrays[name]
            if got.dtype.kind != "f":
                raise UnknownForm(f"want an array of floats, got {got.dtype}")
            if got.size != want.size:
                return wrong(f"{name} has {want.size} numbers, of type {want.dtype}, and you give {got.size}.")
            if got.shape != want.shape:
                return wrong(f"{name} has the shape {want.shape}, and yours is {got.shape}.")
            if not np.array_equal(got.astype(np.float64), want.astype(np.float64)):
                return wrong(f"The shape of {name} is right, its numbers are not. Where do its bytes begin? The offsets count from the end of the header.")
            if most > 4_000_000:
                return wrong(f"Right, but your function had {most / 1e6:.0f} million bytes in memory for an array of {want.nbytes}. Jump with `file.seek`, and read only the array's bytes.")
        try:
            one_array(path, "nobody")
        except ValueError:
            return right("A file of any size gives up one array at the price of its bytes and the header.")
        except Exception as error:
            return wrong(f"For a name that is not there a ValueError is asked for. Yours is a {type(error).__name__}.")
        return wrong("For a name that is not in the header, raise a `ValueError`.")


def strange_knobs(params):
    """The knobs with query, key and value of each layer in another order -> params. Not a check: the exercise's material."""
    places = [["query", "key", "value"].index(name) for name in ORDER]
    strange = {}
    for name, tensor in params.items():
        array = tensor.data
        if name.endswith(("attn_wqkv", "attn_bqkv")):
            parts = np.split(array, 3)
            array = np.concatenate([parts[place] for place in places])
        strange[name] = Tensor(array)
    return strange


@exercise
def in_which_order(order):
    if isinstance(order, str) or not hasattr(order, "__iter__"):
        raise UnknownForm(f"want a list of three names, got {order!r}")
    got = [str(name).strip().lower() for name in order]
    if sorted(got) != sorted(ORDER):
        return wrong("Name each of query, key and value once.")
    if got == ORDER:
        return right("Only with this order is the loss that of the right model again, to the last digits.")
    if got == [ORDER[i] for i in (1, 2, 0)] or got == [ORDER[i] for i in (2, 0, 1)]:
        return wrong("Mind the direction: which part of the strange matrix is the query? Asked is what stands first, second and third there.")
    return wrong("Put the parts back in this order and look at the loss: it is not that of the right model.")


@exercise
def a_cache_for_many(bytes_now, bytes_with_groups):
    now, groups = number_of(bytes_now), number_of(bytes_with_groups)
    if now != CACHE:
        for other, hint in [
            (CACHE / 2, "Keys *and* values: two rows for each token and layer. Or is it one byte a number? float16 has two."),
            (CACHE * 2, "float16 has two bytes a number."),
            (CACHE / 32, "That is for one text of the 32."),
            (CACHE * 25, "The heads share the width: all 25 together have 1,600 numbers a row."),
            (CACHE / 1024, "That is for one token of each text."),
            (CACHE / 48, "That is for one layer."),
        ]:
            if abs(now - other) < 0.001 * other:
                return wrong(hint)
        return wrong("Texts, times tokens, times layers, times two rows, times the width, times the bytes of a number.")
    for other, hint in [
        (CACHE / 25, "That would be one head for all 25. Groups of 5 leave 5 of them."),
        (CACHE, "With groups fewer heads have keys and values of their own."),
        (CACHE * 5, "Fewer heads have keys and values of their own, so it is less."),
    ]:
        if abs(groups - other) < 0.001 * other:
            return wrong(hint)
    if abs(groups - CACHE / 5) > 1:
        return wrong("The first is right. In groups of 5, how many of the 25 heads keep keys and values of their own?")
    return right(f"{CACHE:,} bytes, and {CACHE // 5:,} with groups.")


@exercise
def a_shorter_context(shorten):
    config = GPTConfig(vocab_size=11, context_length=8, n_layer=1, n_head=2, n_embd=4)
    params = init_gpt2(config, np.random.default_rng(0))
    about = {"model_type": "gpt2", "activation_function": "gelu_new", "vocab_size": 11, "n_positions": 8, "n_layer": 1, "n_head": 2, "n_embd": 4}
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder) / "old", Path(folder) / "new"
        old.mkdir()
        new.mkdir()
        (old / "config.json").write_text(json.dumps(about), encoding="utf-8")
        write_safetensors(old / "model.safetensors", to_gpt2(params, config))
        before = (old / "model.safetensors").read_bytes()
        call(shorten, old, new, 5)
        for name in ("config.json", "model.safetensors"):
            if not (new / name).exists():
                return wrong(f"Your function writes no `{name}` into the new folder." if list(new.iterdir()) else "Nothing to check so far: your function writes nothing into the new folder.")
        if (old / "model.safetensors").read_bytes() != before or json.loads((old / "config.json").read_text(encoding="utf-8")) != about:
            return wrong("The old folder must stay as it is.")
        try:
            found, sizes = load_gpt2(new)
        except ValueError as error:
            return wrong(f"`load_gpt2` does not read the new folder: {error}")
        if sizes.context_length != 5:
            return wrong(f"The new model should see 5 places, and its `config.json` says {sizes.context_length}.")
        if sizes != GPTConfig(11, 5, 1, 2, 4):
            return wrong("In `config.json` only `n_positions` should change.")
        theirs = read_safetensors(new / "model.safetensors")
        if theirs["wpe.weight"].dtype != np.float16:
            return wrong("The file has other types of numbers now. Those of the old one should stay.")
        want = {name: tensor.data.astype(np.float16) for name, tensor in params.items()}
        if np.array_equal(found["wpe"].data, want["wpe"][-5:]):
            return wrong("Those are the last rows of `wpe`. The places that are left are the first ones.")
        for name, array in want.items():
            if not np.array_equal(found[name].data, array[:5] if name == "wpe" else array):
                return wrong(f"`{name}` has other numbers than before.")
        return right("For all places that are left the model computes what it did before.")
