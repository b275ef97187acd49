"""helpers/gpt2.py is GPT-2: against nudging, PyTorch and transformers; its files against the safetensors library."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import required
from helpers.gpt2 import (
    affine,
    attend_on,
    from_gpt2,
    gelu,
    gpt2,
    gpt2_names,
    gpt2_shapes,
    gpt2_stream,
    init_gpt2,
    layer_norm,
    load_gpt2,
    read_safetensors,
    to_gpt2,
    turned,
    write_gpt2,
    write_safetensors,
)
from helpers.model import GPTConfig, all_heads, reshape
from helpers.recording.real_gpt import GPT2, by_hand, library, library_model, ours, random_gpt2
from helpers.sampling import Cache, next_probabilities
from helpers.tensor import Tensor, cross_entropy
from helpers.training import Adam, zero_grad
from operations import assert_float_type_is_kept, assert_gradients_agree_with_nudging

CASES = {   # what it shows: (operation, shapes of its inputs)
    "layer norm": (layer_norm, (3, 5), (5,), (5,)),
    "layer norm of a batch": (layer_norm, (2, 3, 4), (4,), (4,)),
    "layer norm of one row": (layer_norm, (4,), (4,), (4,)),
    "gelu": (gelu, (3, 4)),
    "affine": (affine, (2, 3, 4), (5, 4), (5,)),
    "affine on one row": (affine, (4,), (5, 4), (5,)),
}
SMALL = GPTConfig(vocab_size=31, context_length=12, n_layer=2, n_head=2, n_embd=8)
SIZES = [SMALL, GPTConfig(50, 9, 1, 1, 4), GPTConfig(97, 24, 3, 4, 32)]


def same(a, b, atol=1e-12):
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=atol)


@pytest.mark.parametrize("name", CASES)
def test_gradients_agree_with_nudging(name):
    operation, *shapes = CASES[name]
    rng = np.random.default_rng(1)
    assert_gradients_agree_with_nudging(operation, [rng.normal(size=shape) for shape in shapes])


@pytest.mark.parametrize("name", CASES)
def test_float_type_is_kept(name):
    operation, *shapes = CASES[name]
    assert_float_type_is_kept(operation, [np.ones(shape) for shape in shapes])


def test_layer_norm_and_gelu_are_those_of_torch():
    torch = required("torch")
    rng = np.random.default_rng(2)
    x, gain, bias = 3 * rng.normal(size=(4, 7)) + 1, rng.normal(size=7), rng.normal(size=7)
    same(layer_norm(*map(Tensor, (x, gain, bias))).data, torch.nn.functional.layer_norm(*map(torch.tensor, (x,)), (7,), *map(torch.tensor, (gain, bias))).numpy())
    x = np.linspace(-9, 9, 401)
    same(gelu(Tensor(x)).data, torch.nn.functional.gelu(torch.tensor(x), approximate="tanh").numpy())


def test_layer_norm_takes_level_and_length_away():
    x = np.random.default_rng(3).normal(size=(5, 16))
    one, none = Tensor(np.ones(16)), Tensor(np.zeros(16))
    out = layer_norm(Tensor(x), one, none).data
    assert abs(out.mean(axis=1)).max() < 1e-12 and abs((out**2).mean(axis=1) - 1).max() < 1e-4
    same(layer_norm(Tensor(1000 * x + 7), one, none).data, out, atol=1e-4)


# The whole model


def torch_logits(arrays, token_ids, config):
    torch = required("torch")
    required("transformers")
    with torch.inference_mode():
        return library_model(arrays, config)(torch.tensor(token_ids)).logits.numpy()


@pytest.mark.parametrize("config", SIZES, ids=str)
def test_logits_are_those_of_transformers(config):
    arrays, params = random_gpt2(config, dtype=np.float64)
    token_ids = np.random.default_rng(1).integers(config.vocab_size, size=(3, config.context_length))
    found = gpt2(params, token_ids, config).data
    assert np.ptp(found) > 0.5   # not all alike
    assert abs(found - torch_logits(arrays, token_ids, config)).max() < 1e-13


def test_gradients_are_those_of_transformers():
    torch = required("torch")
    required("transformers")
    arrays, params = random_gpt2(SMALL, dtype=np.float64)
    ids = np.random.default_rng(1).integers(SMALL.vocab_size, size=(3, SMALL.context_length + 1))
    loss = cross_entropy(reshape(gpt2(params, ids[:, :-1], SMALL), -1, SMALL.vocab_size), ids[:, 1:].reshape(-1))
    loss.backward()
    model = library_model(arrays, SMALL).requires_grad_(True)
    theirs = torch.nn.functional.cross_entropy(model(torch.tensor(ids[:, :-1])).logits.flatten(0, 1), torch.tensor(ids[:, 1:]).flatten())
    theirs.backward()
    assert abs(float(loss.data) - theirs.item()) < 1e-12
    grads = {name.removeprefix("transformer."): knob.grad.numpy() for name, knob in model.named_parameters() if name != "lm_head.weight"}
    tied = model.lm_head.weight.grad if model.lm_head.weight is not model.transformer.wte.weight else None
    for ours_, name in gpt2_names(SMALL).items():
        want = turned(ours_, grads[name]) + (tied.numpy() if name == "wte.weight" and tied is not None else 0)
        same(params[ours_].grad, want)


def test_what_comes_later_changes_nothing_before():
    _, params = random_gpt2(SMALL, dtype=np.float64)
    rng = np.random.default_rng(4)
    ids = rng.integers(SMALL.vocab_size, size=(2, 12))
    changed = ids.copy()
    changed[:, 7:] = (changed[:, 7:] + 1) % SMALL.vocab_size
    same(gpt2(params, ids, SMALL).data[:, :7], gpt2(params, changed, SMALL).data[:, :7])


@settings(max_examples=30)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.integers(0, 100))
def test_with_a_cache_any_helping_gives_the_logits_of_rereading(helpings, seed):
    _, params = random_gpt2(SMALL, dtype=np.float64)
    ids = np.random.default_rng(seed).integers(SMALL.vocab_size, size=(2, 12))
    whole, cache, read = gpt2(params, ids, SMALL).data, Cache(SMALL, 2), 0
    for n in helpings:
        if read + n > 12:
            with pytest.raises(ValueError, match="want at most 12 tokens"):
                gpt2(params, np.zeros((2, n), int), SMALL, cache)
            return
        found = gpt2(params, ids[:, read : read + n], SMALL, cache).data
        read += n
        assert found.shape == (2, 1, SMALL.vocab_size) and cache.length == read
        same(found[:, 0], whole[:, read - 1])


def test_attention_without_a_past_is_all_heads():
    qkv = Tensor(np.random.default_rng(5).normal(size=(2, 6, 24)))
    same(attend_on(qkv, Cache(SMALL, 2), 1, 2).data, all_heads(qkv, 2).data)


def test_it_can_be_trained_by_heart():
    params = init_gpt2(SMALL, np.random.default_rng(0))
    ids = np.random.default_rng(1).integers(SMALL.vocab_size, size=(2, 13))
    optimizer, losses = Adam(params), []
    for _ in range(150):
        loss = cross_entropy(reshape(gpt2(params, ids[:, :-1], SMALL), -1, SMALL.vocab_size), ids[:, 1:].reshape(-1))
        zero_grad(params.values())
        loss.backward()
        optimizer.step(0.02)
        losses.append(float(loss.data))
    assert abs(losses[0] - math.log(31)) < 0.3 and losses[-1] < 0.05


def test_writing_greedily_takes_the_likeliest_each_time():
    _, params = random_gpt2(SMALL, dtype=np.float64)
    written = write_gpt2(params, [3, 1], 9, SMALL, np.random.default_rng(0), top_k=1)
    reread = [3, 1]
    for _ in range(9):
        reread.append(int(gpt2(params, [reread], SMALL).data[0, -1].argmax()))
    assert written == reread
    with pytest.raises(ValueError, match="want at most 12 tokens"):
        write_gpt2(params, [0] * 12, 2, SMALL, np.random.default_rng(0))


@pytest.mark.parametrize("token_ids", [[0, 1], [[0] * 13], [[31]], [[-1]], [[0.5]]])
def test_other_token_ids_are_refused(token_ids):
    _, params = random_gpt2(SMALL)
    with pytest.raises(ValueError, match="want"):
        gpt2(params, token_ids, SMALL)


def test_the_smallest_gpt2_has_124_439_808_numbers():
    assert sum(math.prod(shape) for shape in gpt2_shapes(GPT2).values()) == 124_439_808


def test_at_the_sizes_of_gpt2_three_ways_write_the_same_tokens():
    required("torch")
    required("transformers")
    arrays, params = random_gpt2(GPT2)
    model = library_model(arrays, GPT2)
    prompt = [50256, 11, 4000, 31]
    written = [way(prompt, 8)[0] for way in (ours(params, GPT2), library(model), by_hand(model, GPT2))]
    assert written[0] == written[1] == written[2] and len(set(written[0])) > 4


def test_starting_numbers_have_gpt2_s_spread():
    config = GPTConfig(300, 40, 8, 4, 64)
    params = init_gpt2(config, np.random.default_rng(0))
    assert {name: tensor.shape for name, tensor in params.items()} == gpt2_shapes(config)
    for name, spread in [("wte", 0.02), ("wpe", 0.02), ("layer3.attn_wqkv", 0.02), ("layer3.mlp_fc1", 0.02), ("layer3.attn_wo", 0.005), ("layer7.mlp_fc2", 0.005)]:
        assert abs(params[name].data.std() / spread - 1) < 0.05, name
    assert (params["layer0.norm2_gain"].data == 1).all() and not params["layer0.mlp_b1"].data.any()


# Files

ARRAYS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array(2.5, np.float64), "c": np.zeros((0, 4), np.float16)}


def named_arrays(kinds):
    def filled(shape_and_kind):
        (shape, kind), rng = shape_and_kind, np.random.default_rng(0)
        return np.array(10 * rng.normal(size=shape)).astype(kind)

    shapes = st.lists(st.integers(0, 4), max_size=3).map(tuple)
    return st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=6).filter(lambda name: name != "__metadata__"), st.tuples(shapes, st.sampled_from(kinds)).map(filled), max_size=5)


def same_arrays(found, wanted):
    assert found.keys() == wanted.keys()
    for name, array in wanted.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape) and np.array_equal(found[name], array)


@settings(max_examples=60)
@given(named_arrays(["float16", "float32", "float64"]))
def test_the_library_reads_what_we_write_and_so_do_we(tmp_path_factory, arrays):
    required("safetensors")
    from safetensors.numpy import load_file

    path = tmp_path_factory.mktemp("files") / "x.safetensors"
    write_safetensors(path, arrays)
    same_arrays(load_file(path), arrays)
    same_arrays(read_safetensors(path), arrays)
    assert (8 + int.from_bytes(path.read_bytes()[:8], "little")) % 8 == 0


@settings(max_examples=60)
@given(named_arrays(["float16", "float32", "float64", "int64", "int32", "uint8", "bool"]), st.booleans())
def test_we_read_what_the_library_writes(tmp_path_factory, arrays, told):
    required("safetensors")
    from safetensors.numpy import save_file

    path = tmp_path_factory.mktemp("files") / "x.safetensors"
    save_file(arrays, path, metadata={"format": "pt"} if told else None)
    same_arrays(read_safetensors(path), arrays)


def test_bfloat16_becomes_float32(tmp_path):
    torch = required("torch")
    required("safetensors")
    from safetensors.torch import save_file

    numbers = torch.tensor([[1.0, -2.5, 3e38], [1e-20, 0.1, 7.0]]).bfloat16()
    save_file({"x": numbers}, tmp_path / "x.safetensors")
    found = read_safetensors(tmp_path / "x.safetensors")["x"]
    assert found.dtype == np.float32 and np.array_equal(found, numbers.float().numpy())


def changed(header, body=b"\0" * 24, n_header=None):
    told = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(told) if n_header is None else n_header).to_bytes(8, "little") + told + body


GOOD = {"x": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
DAMAGED = {
    "an empty file": (b"", "want a safetensors file"),
    "no JSON": (changed(b"{nothing"), "want a safetensors file"),
    "a list": (changed(b"[1]"), "want a safetensors file"),
    "a number": (changed(b"1"), "want a safetensors file"),
    "a header longer than the file": (changed(GOOD, n_header=10**9), "want a safetensors file"),
    "an entry without a shape": (changed({"x": {"dtype": "F32", "data_offsets": [0, 24]}}), "want a safetensors file"),
    "a shape that is no list": (changed({"x": {**GOOD["x"], "shape": 6}}), "want a safetensors file"),
    "a size that is a word": (changed({"x": {**GOOD["x"], "shape": ["two", 3]}}), "want a safetensors file"),
    "a place that is nothing": (changed({"x": {**GOOD["x"], "data_offsets": [None, 24]}}), "want a safetensors file"),
    "a type that is a list": (changed({"x": {**GOOD["x"], "dtype": ["F32"]}}), "want one of .* for x"),
    "a size that is no whole number": (changed({"x": {**GOOD["x"], "shape": [2.5, 3]}}, b"\0" * 24), "want a safetensors file"),
    "another type": (changed({"x": {**GOOD["x"], "dtype": "F8_E4M3"}}), r"want one of .* for x, got F8_E4M3"),
    "numbers that are cut off": (changed(GOOD, b"\0" * 23), "want bytes 0 to 24 for x .* got 0 to 24 of 23"),
    "numbers too many": (changed(GOOD, b"\0" * 25), "want 24 bytes of numbers .* got 25"),
    "a shape of another size": (changed({"x": {**GOOD["x"], "shape": [2, 2]}}), "want bytes 0 to 16 for x"),
    "a hole": (changed({"x": {**GOOD["x"], "data_offsets": [4, 28]}}, b"\0" * 28), "want bytes 0 to 24 for x"),
    "two in one place": (changed({**GOOD, "y": GOOD["x"]}), "want bytes 24 to 48 for y"),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_file_is_refused(tmp_path, what):
    content, words = DAMAGED[what]
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_safetensors(path)


def test_every_file_that_is_cut_short_is_refused(tmp_path):
    path = tmp_path / "x.safetensors"
    write_safetensors(path, ARRAYS)
    whole = path.read_bytes()
    for n in range(len(whole)):
        path.write_bytes(whole[:n])
        with pytest.raises(ValueError, match="want"):
            read_safetensors(path)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "x.safetensors"
    write_safetensors(path, ARRAYS)
    before = path.read_bytes()

    def fail(_):
        raise OSError("no room")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="no room"):
        write_safetensors(path, {"a": np.zeros(3)})
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_another_type_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="for a, got int64"):
        write_safetensors(tmp_path / "x", {"a": np.arange(3)})
    assert not list(tmp_path.iterdir())


def test_a_turned_array_is_written_as_it_reads(tmp_path):
    array = np.arange(6, dtype=np.float32).reshape(2, 3).T
    write_safetensors(tmp_path / "x", {"a": array})
    assert np.array_equal(read_safetensors(tmp_path / "x")["a"], array)


# GPT-2's folder


def test_names_and_shapes_lead_there_and_back():
    arrays, params = random_gpt2(SMALL)
    back = to_gpt2(params, SMALL, np.float32)
    same_arrays(back, arrays)
    assert back["h.1.attn.c_attn.weight"].shape == (8, 24) and back["h.0.mlp.c_proj.weight"].shape == (32, 8)


def test_a_prefix_masks_and_the_tied_matrix_do_no_harm():
    arrays, params = random_gpt2(SMALL)
    told = {f"transformer.{name}": array for name, array in arrays.items()}
    told |= {"lm_head.weight": arrays["wte.weight"], "transformer.h.0.attn.bias": np.ones((1, 1, 12, 12)), "transformer.h.1.attn.masked_bias": np.array(-1e4)}
    found = from_gpt2(told, SMALL)
    assert all(np.array_equal(found[name].data, params[name].data) for name in params)


def test_what_does_not_fit_is_refused():
    arrays, _ = random_gpt2(SMALL)
    for name in ("h.1.ln_2.bias", "wpe.weight", "ln_f.weight"):
        with pytest.raises(ValueError, match=f"want an array {name}"):
            from_gpt2({other: array for other, array in arrays.items() if other != name}, SMALL)
    for name in ("h.0.attn.c_attn.weight", "h.1.mlp.c_fc.weight", "h.1.mlp.c_proj.weight"):
        with pytest.raises(ValueError, match="want shape"):
            from_gpt2(arrays | {name: arrays[name].T}, SMALL)
    for extra in ("h.2.ln_1.bias", "score.weight", "h.0.attn.c_attn.bias.x"):
        with pytest.raises(ValueError, match="want no other arrays"):
            from_gpt2(arrays | {extra: np.zeros(3)}, SMALL)
    with pytest.raises(ValueError, match="want lm_head.weight to be wte.weight"):
        from_gpt2(arrays | {"lm_head.weight": arrays["wte.weight"] + 1}, SMALL)


def test_a_folder_that_transformers_wrote_is_read(tmp_path):
    torch = required("torch")
    transformers = required("transformers")
    arrays, _ = random_gpt2(SMALL)
    library_model(arrays, SMALL).save_pretrained(tmp_path)
    params, config = load_gpt2(tmp_path, np.float64)
    assert config == SMALL
    ids = [[1, 2, 30, 4]]
    with torch.inference_mode():
        want = transformers.GPT2LMHeadModel.from_pretrained(tmp_path).double()(torch.tensor(ids)).logits.numpy()
    assert abs(gpt2(params, ids, SMALL).data - want).max() < 1e-13


@pytest.mark.parametrize("change", [{"model_type": "llama"}, {"activation_function": "gelu"}, {"n_embd": None}, {"scale_attn_weights": False}, {"scale_attn_by_inverse_layer_idx": True}, {"layer_norm_epsilon": 1e-6}, {"tie_word_embeddings": False}])
def test_another_kind_of_model_is_refused(tmp_path, change):
    about = {"model_type": "gpt2", "activation_function": "gelu_new", "vocab_size": 31, "n_positions": 12, "n_layer": 2, "n_head": 2, "n_embd": 8} | change
    (tmp_path / "config.json").write_text(json.dumps({name: value for name, value in about.items() if value is not None}))
    write_safetensors(tmp_path / "model.safetensors", random_gpt2(SMALL)[0])
    with pytest.raises(ValueError, match="want a gpt2"):
        load_gpt2(tmp_path)


def test_the_stream_is_what_the_last_norm_gets():
    _, params = random_gpt2(SMALL, dtype=np.float64)
    x = gpt2_stream(params, [[1, 2, 3]], SMALL)
    want = layer_norm(x, params["norm_gain"], params["norm_bias"]).data @ params["wte"].data.T
    same(gpt2(params, [[1, 2, 3]], SMALL).data, want)


def test_a_full_context_says_how_many_tokens_there_were():
    _, params = random_gpt2(SMALL)
    cache = Cache(SMALL, 1, np.float32)
    gpt2(params, [[0] * 10], SMALL, cache)
    with pytest.raises(ValueError, match="want at most 12 tokens, got 14$"):
        gpt2(params, [[0] * 4], SMALL, cache)
    assert cache.length == 10 and gpt2(params, [[0] * 2], SMALL, cache).shape == (1, 1, 31)   # the last two still fit


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_writing_keeps_the_prompt_and_the_type_of_the_numbers(monkeypatch, dtype):
    _, params = random_gpt2(SMALL, dtype=dtype)
    types, prompt = [], [3, 1]

    def watched(logits, **how):
        types.append(logits.dtype)
        return next_probabilities(logits, **how)

    monkeypatch.setattr("helpers.gpt2.next_probabilities", watched)
    written = write_gpt2(params, prompt, 4, SMALL, np.random.default_rng(0))
    assert set(types) == {np.dtype(dtype)} and prompt == [3, 1] and written[:2] == prompt and len(written) == 6


def test_a_fresh_model_is_in_float32_unless_another_type_is_asked_for():
    assert {tensor.data.dtype for tensor in init_gpt2(SMALL, np.random.default_rng(0)).values()} == {np.dtype(np.float32)}
    assert {tensor.data.dtype for tensor in init_gpt2(SMALL, np.random.default_rng(0), np.float64).values()} == {np.dtype(np.float64)}


def test_masks_of_every_layer_are_left_and_nothing_that_only_begins_like_one():
    deep = GPTConfig(31, 12, 12, 1, 4)   # two digits, as in GPT-2
    arrays, params = random_gpt2(deep)
    masks = {f"h.{i}.attn.{name}": np.ones((1, 1, 12, 12)) for i in range(12) for name in ("bias", "masked_bias")}
    found = from_gpt2(arrays | masks, deep)
    assert found.keys() == params.keys() and all(np.array_equal(found[name].data, params[name].data) for name in params)
    with pytest.raises(ValueError, match="want no other arrays, got .'h.11.attn.bias_k'"):
        from_gpt2(arrays | masks | {"h.11.attn.bias_k": np.zeros(4)}, deep)


def test_numbers_with_the_largest_byte_first_are_written_as_they_read(tmp_path):
    array = np.arange(6, dtype=">f4").reshape(2, 3)
    write_safetensors(tmp_path / "x", {"a": array})
    assert np.array_equal(read_safetensors(tmp_path / "x")["a"], array)
