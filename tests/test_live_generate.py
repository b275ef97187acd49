"""How the page writes: its cached reading, its sampling and its names are those of helpers/sampling.py, on the very same weights."""

import json

import numpy as np
import pytest

from helpers.live.sampling import Dice
from helpers.live.shell import bundle
from helpers.live.weights import pack_weights
from helpers.model import GPTConfig, gpt, init_params
from helpers.names import LETTERS, load_names, load_origins, load_rows
from helpers.recording.models import load_trained
from helpers.sampling import keep_top_k, keep_top_p, next_probabilities, write
from helpers.tensor import Tensor
from helpers.tokenizer import encode, encode_from

ENGLISH = list(LETTERS)
SMALL = GPTConfig(vocab_size=8, context_length=5, n_layer=3, n_head=2, n_embd=12)


def random_params(config, seed, spread):
    """Not as small as a model starts: far from 0 a slip shows."""
    return {name: Tensor(x.data * spread / 0.08) for name, x in init_params(config, np.random.default_rng(seed)).items()}


MODELS = {name: load_trained(name)[:2] for name in ("reference", "best", "origins")} | {"random": (random_params(SMALL, 1, 0.4), SMALL)}


def texts_for(which):
    """Token ids of many names, of every length up to the context, as the model reads them. -> list of lists"""
    if which == "random":
        rng = np.random.default_rng(2)
        return [rng.integers(0, 8, size=length).tolist() for length in (1, 2, 3, 4, 5, 5, 5)]
    if which == "origins":
        return [encode_from(name, origin, ENGLISH, load_origins())[:-1] for name, origin in load_rows()[::900]] + [[30, *range(15)]]
    return [encode(name, ENGLISH)[:-1] for name in [*load_names()[::900], "a" * 15]]


@pytest.fixture(scope="module")
def page(browser):
    """A page with generate.js, whose functions stand in `window`, and all the models."""
    page = browser.new_page()
    page.set_content("<!doctype html><title>generate.js</title>")
    page.evaluate(f"""() => {{ {bundle('generate.js')};
        Object.assign(window, {{ unpackWeights, newCache, readNext, readAll, nextProbabilities, ranked, write, randomNumbers, models: {{}} }}); }}""")
    for name, (params, config) in MODELS.items():
        page.evaluate("([name, packed]) => { models[name] = unpackWeights(JSON.parse(packed)); }", [name, json.dumps(pack_weights(params, config))])
    yield page
    page.close()


# Reading ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", MODELS)
def test_reading_token_by_token_gives_the_logits_that_python_has_without_a_cache(page, which):
    """At every position of every text."""
    params, config = MODELS[which]
    found = page.evaluate("""([which, texts]) => texts.map((ids) => {
        const cache = newCache(models[which].config);
        return ids.map((id) => [...readNext(models[which], id, cache)]);
    })""", [which, texts_for(which)])
    lengths = set()
    for ids, logits in zip(texts_for(which), found, strict=True):
        lengths.add(len(ids))
        assert np.abs(np.array(logits) - gpt(params, [ids], config).data[0]).max() < 1e-9, ids
    assert {config.context_length} < lengths


def test_a_cache_is_one_text_s_own(page):
    """Two texts read in turns, and one after an end, as if each were alone."""
    ids = [[26, 0, 13, 13, 0], [26, 25, 14, 4]]
    found = page.evaluate("""([one, other]) => {
        const caches = [newCache(models.reference.config), newCache(models.reference.config)];
        let logits;
        for (let t = 0; t < 4; t++) {
            readNext(models.reference, one[t], caches[0]);
            logits = readNext(models.reference, other[t], caches[1]);
        }
        return [[...readNext(models.reference, one[4], caches[0])], [...logits], [...readAll(models.reference, one).logits]];
    }""", ids)
    params, config = MODELS["reference"]
    for logits, text in zip(found, [*ids, ids[0]], strict=True):
        assert np.allclose(logits, gpt(params, [text], config).data[0, -1], rtol=0, atol=1e-9)


@pytest.mark.parametrize("ids", [[0] * 6, [8], [-1], [0, 1.5]])
def test_what_the_model_cannot_read_is_refused(page, ids):
    with pytest.raises(Exception, match="want"):
        page.evaluate("(ids) => { readAll(models.random, ids); }", ids)


# Sampling -----------------------------------------------------------------------------------------------------------

HOW = [(t, k, p) for t in (0.1, 0.7, 1, 1.9, 3) for k in (None, 1, 2, 5, 30, 100) for p in (None, 0.05, 0.5, 0.9, 1)]


def in_page(page, rows):
    """What nextProbabilities gives for each row of logits, each way of HOW. -> list of lists of dicts of arrays"""
    found = page.evaluate("""([rows, ways]) => rows.map((row) => ways.map(([temperature, topK, topP]) => {
        const columns = nextProbabilities(Float64Array.from(row), { temperature, topK, topP });
        return Object.fromEntries(Object.entries(columns).map(([name, numbers]) => [name, [...numbers].map(String)]));
    }))""", [rows, HOW])
    return [[{name: np.array([float(text) for text in numbers]) for name, numbers in columns.items()} for columns in ways] for ways in found]


def assert_as_python(row, ways):
    for (temperature, top_k, top_p), columns in zip(HOW, ways, strict=True):
        where = f"temperature {temperature}, top-k {top_k}, top-p {top_p}"
        divided = cut = row / temperature
        cut = keep_top_k(cut, top_k) if top_k else cut
        cut = keep_top_p(cut, top_p) if top_p else cut
        assert np.allclose(columns["divided"], divided, rtol=1e-12) and np.allclose(columns["cut"], cut, rtol=1e-12), where
        expected = next_probabilities(row, temperature, top_k, top_p)
        assert np.array_equal(columns["probabilities"] > 0, expected > 0) and np.allclose(columns["probabilities"], expected, rtol=0, atol=1e-9), where


def test_probabilities_are_those_of_python_for_every_temperature_and_cut(page):
    rng = np.random.default_rng(3)
    rows = [rng.normal(0, spread, size=size) for spread in (0.1, 2, 8) for size in (1, 8, 27, 63)]
    params, config = MODELS["origins"]
    rows += [gpt(params, [ids], config).data[0, -1] for ids in texts_for("origins")[:5]]
    for row, ways in zip(rows, in_page(page, [row.tolist() for row in rows]), strict=True):
        assert_as_python(row, ways)


def test_at_a_top_p_of_1_the_least_likely_stays_too(page):
    rows = [np.array([40.0, 0, -1]), np.array([0.0, -800, 1])]   # the sum of the others rounds to 1
    for row, ways in zip(rows, in_page(page, [row.tolist() for row in rows]), strict=True):
        assert_as_python(row, ways)


def test_of_equal_logits_the_first_is_kept(page):
    rows = [np.zeros(4), np.array([1.0, 2.0, 2.0, 1.0, 2.0]), np.array([3.0, -1.0, -1.0, -1.0])]
    for row, ways in zip(rows, in_page(page, [row.tolist() for row in rows]), strict=True):
        assert_as_python(row, ways)
    assert page.evaluate("ranked(Float64Array.from([1, 2, 2, 1, 2]))") == [1, 2, 4, 0, 3]


@pytest.mark.parametrize("how", ["", ", { topP: 1 }", ", { temperature: 1, topK: 3 }"])
def test_settings_that_change_nothing_leave_the_model_s_own_probabilities(page, how):
    found = page.evaluate(f"[...nextProbabilities(Float64Array.from([1, 0, 2]){how}).probabilities]")
    assert np.allclose(found, next_probabilities(np.array([1.0, 0, 2])), atol=1e-12)


@pytest.mark.parametrize("how", ["temperature: 0", "temperature: -1", "temperature: Infinity", "temperature: NaN", "topK: 0", "topK: 1.5", "topP: 0", "topP: 1.1"])
def test_settings_that_mean_nothing_are_refused(page, how):
    with pytest.raises(Exception, match="want a"):
        page.evaluate(f"() => {{ nextProbabilities(Float64Array.from([1, 2]), {{ {how} }}); }}")


# Writing ------------------------------------------------------------------------------------------------------------


def test_the_dice_throws_alike_in_both_languages(page):
    seeds = [0, 1, 77, 999_999_999, 2**32 - 1]
    found = page.evaluate("(seeds) => seeds.map((seed) => { const random = randomNumbers(seed); return Array.from({ length: 200 }, random); })", seeds)
    for seed, thrown in zip(seeds, found, strict=True):
        assert np.array_equal(Dice(seed).random((200,)), thrown) and 0.4 < np.mean(thrown) < 0.6


@pytest.mark.parametrize(("which", "prompt", "how"), [
    ("reference", [26], {}), ("reference", [26, 12, 0], {"temperature": 2.5}), ("best", [26], {"top_k": 3}), ("origins", [37], {"top_p": 0.8}),
    ("origins", [48, 7], {"temperature": 0.5, "top_k": 10, "top_p": 0.9}), ("origins", [30], {"temperature": 3}), ("random", [7], {}), ("random", [7, 0, 1, 2, 3], {}),
])
def test_the_same_dice_writes_the_same_names_in_both_languages(page, which, prompt, how):
    params, config = MODELS[which]
    stop = 0 if which == "random" else 26
    settings = {"temperature": how.get("temperature", 1), "topK": how.get("top_k"), "topP": how.get("top_p")}
    found = page.evaluate("""([which, prompt, stop, how]) => {
        const random = randomNumbers(5);
        return Array.from({ length: 25 }, () => write(models[which], prompt, stop, random, how));
    }""", [which, prompt, stop, settings])
    dice = Dice(5)
    assert found == [write(params, [prompt], config, stop, dice, **how)[0] for _ in range(25)]
    if which == "random":
        assert max(map(len, found)) == config.context_length + 1   # some were cut off
    assert len({tuple(name) for name in found}) > (1 if len(prompt) == config.context_length else 3)
