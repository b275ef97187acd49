"""The GPT of the live figures: in a real browser it computes what Python's computes, on the very same weights."""

import json

import numpy as np
import pytest

from helpers.live.shell import bundle
from helpers.live.weights import inside, pack_weights, rounded
from helpers.model import GPTConfig, gpt, init_params
from helpers.names import LETTERS, load_names
from helpers.recording.models import load_trained
from helpers.tensor import Tensor
from helpers.tokenizer import encode

LONG = "a" * 15
NAMES = ["", "emma", "q", "zz", LONG, "maximiliaansson", *load_names()[::4000]]
SMALL = GPTConfig(vocab_size=8, context_length=5, n_layer=3, n_head=2, n_embd=12)


def random_params(config, seed, spread=1.0):
    """Not as small as a model starts: far from 0 a slip shows."""
    return {name: Tensor(x.data * spread / 0.08) for name, x in init_params(config, np.random.default_rng(seed)).items()}


MODELS = {
    "the reference": load_trained("reference")[:2],
    "the best": load_trained("best")[:2],
    "random, one layer": (random_params(GPTConfig(), 1, 0.5), GPTConfig()),
    "random, three layers": (random_params(GPTConfig(n_layer=3, n_head=2, n_embd=24), 2, 0.3), GPTConfig(n_layer=3, n_head=2, n_embd=24)),
    "as it starts, float32": (init_params(GPTConfig(), np.random.default_rng(3), np.float32), GPTConfig()),
}


@pytest.fixture(scope="module")
def page(browser):
    """A page with gpt.js, whose functions stand in `window`."""
    page = browser.new_page()
    page.set_content("<!doctype html><title>gpt.js</title>")
    page.evaluate(f"() => {{ {bundle('gpt.js')}; Object.assign(window, {{ unpackWeights, gpt, inside, softmax, rmsnorm, linear }}); }}")
    yield page
    page.close()


def in_page(page, params, config, many_ids, what="gpt"):
    """What gpt.js computes for each list of token ids, tables as lists."""
    return page.evaluate("""([packed, manyIds, what]) => {
        const weights = unpackWeights(JSON.parse(packed));
        const plain = (x) => ArrayBuffer.isView(x) ? [...x] : Array.isArray(x) ? x.map(plain)
            : typeof x === "object" ? Object.fromEntries(Object.entries(x).map(([name, part]) => [name, plain(part)])) : x;
        return manyIds.map((ids) => plain(window[what](weights, ids)));
    }""", [json.dumps(pack_weights(params, config)), many_ids, what])


def assert_same(ours, theirs, where=""):
    """Two records are the same to 1e-9; of the future, gpt.js keeps no scores and no weights."""
    if isinstance(ours, dict):
        assert ours.keys() == theirs.keys(), where
        for name in ours:
            assert_same(ours[name], theirs[name], f"{where} {name}")
    elif isinstance(ours, list):
        assert len(ours) == len(theirs), where
        for number, pair in enumerate(zip(ours, theirs, strict=True)):
            assert_same(*pair, f"{where} {number}")
    elif ours.ndim == 3:   # (H, T, T)
        for h, t in np.ndindex(ours.shape[:2]):
            assert len(theirs[h][t]) == t + 1 and np.allclose(ours[h, t, : t + 1], theirs[h][t], rtol=0, atol=1e-9), f"{where}, head {h}, row {t}"
    else:
        assert np.shape(theirs) == ours.shape and np.allclose(ours, theirs, rtol=0, atol=1e-9), where


# The forward pass ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", MODELS)
def test_logits_in_the_browser_are_those_of_python(page, which):
    params, config = MODELS[which]
    many_ids = [encode(name, list(LETTERS))[:-1] for name in NAMES]
    assert {1, config.context_length} <= {len(ids) for ids in many_ids}
    params = {name: Tensor(x.data.astype(np.float64)) for name, x in params.items()}
    for name, ids, found in zip(NAMES, many_ids, in_page(page, params, config, many_ids), strict=True):
        expected = gpt(params, [ids], config).data[0]
        assert np.shape(found) == expected.shape and np.abs(np.array(found) - expected).max() < 1e-9, name


@pytest.mark.parametrize("which", MODELS)
def test_everything_on_the_way_is_that_of_python(page, which):
    params, config = MODELS[which]
    many_ids = [encode(name, list(LETTERS))[:-1] for name in NAMES[:6]]
    for ids, found in zip(many_ids, in_page(page, params, config, many_ids, "inside"), strict=True):
        assert_same(inside(rounded(params, np.float64), ids, config), found)


def test_another_vocabulary_and_context(page):
    params = random_params(SMALL, 4, 0.4)
    many_ids = [[7], [7, 0, 6, 3, 3]]
    for ids, found in zip(many_ids, in_page(page, params, SMALL, many_ids), strict=True):
        assert np.allclose(found, gpt(params, [ids], SMALL).data[0], rtol=0, atol=1e-9)


def test_a_record_in_python_ends_in_the_logits_of_gpt():
    for params, config in MODELS.values():
        ids = encode("isabella", list(LETTERS))[:-1]
        assert np.allclose(inside(params, ids, config)["logits"], gpt(params, [ids], config).data[0], rtol=0, atol=1e-6)


def test_a_record_s_parts_add_up():
    params, config = MODELS["random, three layers"]
    record = inside(params, encode("olga", list(LETTERS))[:-1], config)
    stream = record["start"]
    for layer in record["layers"]:
        assert np.allclose(layer["between"], stream + layer["attention"]["added"]) and np.allclose(layer["stream"], layer["between"] + layer["mlp"]["added"])
        assert np.allclose(layer["attention"]["weights"].sum(axis=-1), 1) and layer["attention"]["weights"].shape == (2, 5, 5)
        stream = layer["stream"]


@pytest.mark.parametrize("ids", [[], [0] * 6, [8], [-1], [0, 1.5]])
def test_ids_that_the_model_cannot_read_are_refused(page, ids):
    with pytest.raises(Exception, match="want"):
        in_page(page, random_params(SMALL, 5), SMALL, [ids])


def test_softmax_does_not_overflow(page):
    assert page.evaluate("softmax([1000, 1000])") == [0.5, 0.5]


# The weights' way into the page -------------------------------------------------------------------------------------


def test_the_shipped_weights_travel_in_two_bytes_a_number():
    for name, kilobytes in [("reference", 12), ("best", 550)]:
        params, config, _ = load_trained(name)
        packed = pack_weights(params, config)
        assert packed["type"] == "float16" and len(json.dumps(packed)) < kilobytes * 1000


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_each_number_arrives_as_it_was(page, dtype):
    """Those close to 0 and the largest too, in any of the three types."""
    info, rng = np.finfo(dtype), np.random.default_rng(6)
    params = {name: x.data.astype(dtype) for name, x in random_params(SMALL, 6).items()}
    wte = params["wte"].reshape(-1)
    wte[:8] = [0, info.max, info.min, info.tiny, info.smallest_subnormal, -info.smallest_subnormal, 1 + info.eps, 3 * info.smallest_subnormal]
    wte[8:] = (rng.normal(size=wte.size - 8) * info.tiny).astype(dtype)   # many below the smallest normal number
    packed = pack_weights(params, SMALL)
    assert packed["type"] == np.dtype(dtype).name
    found = page.evaluate("""(packed) => Object.fromEntries(Object.entries(unpackWeights(JSON.parse(packed)).params)
        .map(([name, table]) => [name, table.map((row) => [...row])]))""", json.dumps(packed))
    assert list(found) == list(params)
    for name, array in params.items():
        assert np.array_equal(np.array(found[name]), array.astype(np.float64)), name


def test_numbers_can_be_rounded_first():
    params = random_params(SMALL, 7)
    small = rounded(params)
    assert pack_weights(small, SMALL)["type"] == "float16" and pack_weights(params, SMALL)["type"] == "float64"
    for name, x in params.items():
        assert small[name].data.dtype == np.float64 and 0 < np.abs(small[name].data - x.data).max() < 0.01


def test_weights_of_another_model_are_refused(page):
    params = random_params(SMALL, 8)
    with pytest.raises(ValueError, match="want the parameters of GPTConfig"):
        pack_weights(params, GPTConfig())
    params["wte"].data[0, 0] = np.nan
    with pytest.raises(ValueError, match="want finite weights"):
        pack_weights(params, SMALL)
    packed = pack_weights(random_params(SMALL, 8), SMALL)
    packed["shapes"] = {name: shape for name, shape in packed["shapes"].items() if name != "wpe"}
    with pytest.raises(Exception, match="bytes of weights"):
        page.evaluate("(packed) => { unpackWeights(JSON.parse(packed)); }", json.dumps(packed))
