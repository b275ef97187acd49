"""The switches of "Look inside": with any parts off, the page's loss and names are those of Python, and Python's those of weights set to 0."""

import json

import numpy as np
import pytest

from figures import assert_forgets_the_last_visit, on_a_page, part, shown, what_is_cut_off
from helpers.batching import make_batch
from helpers.counting import count_bigrams, mean_surprise, to_probabilities
from helpers.live.shell import LiveFigure, bundle
from helpers.live.switches import HOWS, first_state, head_means, judged, off_parts, spread, switched, switches_figure
from helpers.live.weights import inside, pack_weights, rounded
from helpers.model import GPTConfig, gpt, init_params
from helpers.names import LETTERS, load_names, split_names
from helpers.recording.models import load_trained
from helpers.tokenizer import encode
from helpers.training import evaluate

ENGLISH, GREEK = list(LETTERS), ["α", "η", "ν"]
TRAIN, HELD_OUT = split_names(load_names())
DEEP = GPTConfig(vocab_size=4, context_length=6, n_layer=3, n_head=2, n_embd=8)
FEW = ["ανη", "ηννα", "ν", "αα", "νηανη"]


def random_model(config, seed, spread=5.0):
    """Not as small as a model starts: its parts differ."""
    return rounded({name: x.data * spread for name, x in init_params(config, np.random.default_rng(seed)).items()}, "float32")


def parts_of(config):
    return [f"{layer}.{each}" for layer in range(config.n_layer) for each in [*range(config.n_head), "mlp"]]


REFERENCE = ("reference", *load_trained("reference"))
BEST = ("best", *load_trained("best"))
OTHERS = [(str(seed), random_model(DEEP, seed), DEEP, {"seed": seed}) for seed in (1, 2)]


@pytest.fixture(scope="module")
def whole():
    return switches_figure([REFERENCE, BEST], ENGLISH, TRAIN, HELD_OUT)


@pytest.fixture(scope="module")
def others():
    return switches_figure(OTHERS, GREEK, FEW, FEW[::-1])


@pytest.fixture
def figure(browser, whole):
    with on_a_page(browser, whole) as element:
        yield done(element)


@pytest.fixture
def deep(browser, others):
    with on_a_page(browser, others) as element:
        yield done(element)


def done(element):
    """The figure, once it has judged the state that it is in."""
    element.locator('[data-part="says"]:not([aria-busy])').wait_for()
    return element


def press(element, *names):
    for name in names:
        element.locator(f'[data-switch="{name}"]').click()
    return done(element)


def states(element):
    """Each switch's state, by its attribute; it must say the same in words."""
    found = element.locator("[data-switch]").evaluate_all(
        "all => all.map(each => [each.dataset.switch, each.getAttribute('aria-pressed'), each.querySelector('small').textContent])"
    )
    assert all(text == {"true": "on", "false": "off", "mixed": "partly on"}[pressed] for _, pressed, text in found)
    return {name: pressed for name, pressed, _ in found}


def off_in(element):
    return {name for name, pressed in states(element).items() if pressed == "false" and not name.endswith("all")}


def says(element):
    return part(element, "says").inner_text()


def as_drawn(element):
    """What a figure draws; what the reader chose is no attribute, and where the keyboard is says nothing of the state."""
    return [line.replace(" tabindex=0", "").replace(" tabindex=-1", "") for line in shown(element) if not line.startswith("option")]


def as_python_draws(browser, figure, models, **state):
    drawn = LiveFigure("gpt-switches", first_state(models, figure.data, **state), figure.data, "")
    with on_a_page(browser, drawn, java_script_enabled=False) as element:
        return as_drawn(element)


# A model with parts off, in Python -----------------------------------------------------------------------------------

IDS = [encode("isabella", ENGLISH)[:-1]]


def changed(params, name, columns=slice(None), rows=slice(None)):
    """The same weights, with some of one table 0."""
    table = params[name].data.copy()
    table[rows, columns] = 0
    return params | {name: table}


@pytest.mark.parametrize("model", [REFERENCE, BEST], ids=["reference", "best"])
def test_a_part_that_is_off_is_as_if_its_weights_were_0(model):
    _, params, config, _ = model
    D, layer = config.n_embd // config.n_head, config.n_layer - 1
    of_head = slice(2 * D, 3 * D)
    cases = [
        ((), "zero", params),
        ([f"{layer}.2"], "zero", changed(params, f"layer{layer}.attn_wo", columns=of_head)),
        ([f"{layer}.2"], "uniform", changed(params, f"layer{layer}.attn_wq", rows=of_head)),   # no question: all fit alike
        ([f"{layer}.mlp"], "mean", changed(params, f"layer{layer}.mlp_fc2")),
        ([f"{layer}.2", f"{layer}.mlp"], "zero", changed(changed(params, f"layer{layer}.mlp_fc2"), f"layer{layer}.attn_wo", columns=of_head)),
    ]
    plain = gpt(params, IDS, config).data
    for off, how, weights in cases:
        found = switched(params, IDS, config, off, how).data
        assert np.allclose(found, gpt(weights, IDS, config).data, rtol=0, atol=1e-10), (off, how)
        assert np.allclose(found, plain) == (off == ())


def test_a_head_that_gives_its_mean_gives_it_everywhere():
    _, params, config, _ = REFERENCE
    means = np.arange(16.0).reshape(1, 4, 4)
    record = inside(params, IDS[0], config)
    mixed = record["layers"][0]["attention"]["mixed"].copy()
    mixed[:, 4:8] = means[0, 1]
    between = record["start"] + mixed @ params["layer0.attn_wo"].data.T
    normed = between / np.sqrt((between**2).mean(axis=1, keepdims=True) + 1e-5)
    stream = between + np.maximum(normed @ params["layer0.mlp_fc1"].data.T, 0) @ params["layer0.mlp_fc2"].data.T
    assert np.allclose(switched(params, IDS, config, ["0.1"], "mean", means).data[0], stream @ params["lm_head"].data.T, rtol=0, atol=1e-10)


def test_a_head_s_mean_is_over_all_positions_of_all_names():
    _, params, config, _ = OTHERS[0]
    ids = [encode(name, GREEK) for name in FEW]   # of several lengths: padding must not count
    for layer in range(config.n_layer):
        mixed = np.concatenate([inside(params, each[:-1], config)["layers"][layer]["attention"]["mixed"] for each in ids])
        assert np.allclose(head_means(params, config, ids)[layer].reshape(-1), mixed.mean(axis=0))


def test_the_sample_is_spread_over_the_list(whole):
    assert spread(list("abcdefgh"), 3) == ["a", "c", "f"] and spread(["a", "b"], 5) == ["a", "b"]
    sample = [encode(name, ENGLISH) for name in spread(HELD_OUT, 120)]
    assert whole.data["sample"] == sample and len(sample) == 120 and sample[-1] != encode(HELD_OUT[-1], ENGLISH)
    typical = [encode(name, ENGLISH) for name in spread(TRAIN, 1000)]
    assert np.allclose(whole.data["means"][0], head_means(REFERENCE[1], REFERENCE[2], typical), atol=1e-6)


@pytest.mark.parametrize("n", [0, 1])
def test_with_all_on_the_loss_is_that_of_evaluate(whole, n):
    _, params, config, _ = [REFERENCE, BEST][n]
    loss, names = judged((params, config), whole.data["sample"], whole.data["numbers"], ENGLISH)
    assert abs(loss - evaluate(params, config, whole.data["sample"])) < 1e-9
    assert len(names) == 12 and all(len(name) <= config.context_length for name in names)


def test_the_other_losses_are_of_the_same_names(whole):
    table = to_probabilities(count_bigrams([encode(name, ENGLISH) for name in TRAIN], 27), 1)
    bigram = mean_surprise(lambda past: table[past[-1]], whole.data["sample"])
    assert whole.data["lines"] == [["bigram", bigram], ["blind guess", np.log(27)]]


# The same in the page ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(browser):
    """A page with switches.js, whose functions stand in `window`."""
    page = browser.new_page()
    page.set_content("<!doctype html><title>switches.js</title>")
    page.evaluate(f"() => {{ {bundle('switches.js')}; Object.assign(window, {{ unpackWeights, nothingRead, readSwitched, surpriseOf, nameFrom }}); }}")
    yield page
    page.close()


MODELS = {"reference": (REFERENCE, ENGLISH, ["isabella", "q", "maximiliaansson"]), "best": (BEST, ENGLISH, ["olga"]), "deep": (OTHERS[0], GREEK, FEW)}


def states_to_try(config):
    """Each part alone in each way, all of them, and some at random -> list of (parts, how)"""
    parts, rng = parts_of(config), np.random.default_rng(0)
    some = [[name for name in parts if rng.random() < share] for share in np.linspace(0.1, 0.9, 12)]
    return [(off, how) for how in HOWS for off in [[], parts, *([name] for name in parts), *some]]


@pytest.mark.parametrize("which", MODELS)
def test_logits_in_the_page_are_those_of_python_in_every_state(page, which):
    (_, params, config, _), letters, names = MODELS[which]
    means = np.random.default_rng(1).normal(size=(config.n_layer, config.n_head, config.n_embd // config.n_head))
    tried, many_ids = states_to_try(config), [encode(name, letters)[:-1] for name in names]
    found = page.evaluate("""([packed, tried, means, manyIds]) => {
        const weights = unpackWeights(packed);
        return tried.map(([off, how]) => manyIds.map((ids) => {
            const past = nothingRead(weights.config);
            return ids.map((id) => [...readSwitched(weights, { off: new Set(off), how, means }, past, id)]);
        }));
    }""", [pack_weights(params, config), tried, means.tolist(), many_ids])
    for (off, how), of_state in zip(tried, found, strict=True):
        for ids, logits in zip(many_ids, of_state, strict=True):
            expected = switched(params, [ids], config, off, how, means).data[0]
            assert np.shape(logits) == expected.shape and np.abs(np.array(logits) - expected).max() < 1e-9, (off, how, ids)
    assert len(tried) >= 3 * (len(parts_of(config)) + 14)


def test_losses_and_names_in_the_page_are_those_of_python(page, whole):
    _, params, config, _ = REFERENCE
    tried = states_to_try(config)[::4]
    data, means = whole.data, whole.data["means"][0]
    found = page.evaluate("""([packed, tried, means, sample, numbers]) => {
        const weights = unpackWeights(packed);
        return tried.map(([off, how]) => {
            const switches = { off: new Set(off), how, means };
            const surprises = sample.map((ids) => surpriseOf(weights, switches, ids));
            return [surprises.reduce((sum, each) => sum + each), numbers.map((row) => nameFrom(weights, switches, row, weights.config.vocab_size - 1))];
        });
    }""", [data["models"][0], tried, means, data["sample"], data["numbers"]])
    n_tokens = make_batch(data["sample"])[2].sum()
    for (off, how), (surprise, ids) in zip(tried, found, strict=True):
        loss, names = judged((params, config), data["sample"], data["numbers"], ENGLISH, off=off, how=how, means=means)
        assert abs(surprise / n_tokens - loss) < 1e-9
        assert ["".join(ENGLISH[token_id] for token_id in written) for written in ids] == names


# What it shows -------------------------------------------------------------------------------------------------------


def test_the_script_draws_the_first_state_as_python_did(browser, whole, others, figure, deep):
    for made, element in ((whole, figure), (others, deep)):
        with on_a_page(browser, made, java_script_enabled=False) as written:
            assert shown(element) == shown(written)


@pytest.mark.parametrize(("chosen", "how", "off"), [
    (0, "zero", ["0.1"]), (0, "mean", ["0.0", "0.mlp"]), (0, "uniform", ["0.3", "0.2"]), (0, "uniform", ["0.0", "0.1", "0.2", "0.3", "0.mlp"]),
    (1, "zero", ["0.1", "2.mlp", "3.0"]), (1, "uniform", []),
])
def test_every_state_looks_as_python_draws_it(browser, whole, figure, chosen, how, off):
    part(figure, "models").locator("button").nth(chosen).click()
    part(figure, "how").select_option(how)
    press(figure, *off)
    assert as_drawn(figure) == as_python_draws(browser, whole, [REFERENCE, BEST], chosen=chosen, how=how, off=off)


def test_it_forgets_the_last_visit(browser, others):
    assert_forgets_the_last_visit(browser, others)


def test_a_loss_that_falls_is_said_to_be_less(browser, others, deep):
    """As it may where a model has learned nothing."""
    data = others.data
    of = {name: judged(OTHERS[0][1:3], data["sample"], [], GREEK, off=[name])[0] for name in parts_of(DEEP)}
    least = min(of, key=of.get)
    press(deep, least)
    assert " less than with all on." in says(deep)
    assert as_drawn(deep) == as_python_draws(browser, others, OTHERS, off=[least])


def test_other_alphabets_and_deeper_models_do_too(browser, others, deep):
    for off in (["1.0"], ["0.mlp", "2.1", "1.1"], ["2.0", "2.1", "2.mlp"]):
        part(deep, "all-on").click()
        press(deep, *off)
        assert as_drawn(deep) == as_python_draws(browser, others, OTHERS, off=off)


def test_the_line_shows_the_losses_that_it_names(figure, whole):
    press(figure, "0.mlp")
    texts = figure.locator("svg.loss-line text").evaluate_all("all => all.map(each => [Number(each.getAttribute('x')), each.textContent])")
    axis = [(x, float(text)) for x, text in texts if text[0].isdigit()]

    def where(x):
        return np.interp(float(x), *zip(*axis, strict=True))

    marks = {text: where(x) for x, text in texts}
    loss = {off: judged(REFERENCE[1:3], whole.data["sample"], [], ENGLISH, off=off)[0] for off in ((), ("0.mlp",))}
    assert abs(where(part(figure, "full").get_attribute("cx")) - loss[()]) < 0.002
    assert abs(where(part(figure, "now").get_attribute("cx")) - loss[("0.mlp",)]) < 0.002
    assert abs(marks["bigram"] - whole.data["lines"][0][1]) < 0.002 and abs(marks["blind guess"] - np.log(27)) < 0.002
    assert f"all on {loss[()]:.3f}, as switched {loss[('0.mlp',)]:.3f}, bigram" in part(figure, "line").get_attribute("aria-label")
    assert f"Loss {loss[('0.mlp',)]:.3f}, " in says(figure)
    assert axis[0] < axis[-1] and axis[0][1] < axis[-1][1] and any("further left is better" in text for _, text in texts)   # for a loss


def test_names_that_changed_are_marked(figure):
    press(figure, "0.2")
    rows = part(figure, "names").locator("tr").evaluate_all("all => all.map(row => [...row.children].map(cell => cell.textContent).concat(row.lastChild.className))")
    assert [kind for *_, kind in rows] == ["same" if full == now else "changed" for full, now, _ in rows]
    n_changed = sum(full != now for full, now, _ in rows)
    assert 0 < n_changed < 12 and says(figure).endswith(f"Of 12 names, {n_changed} changed.")


def test_the_off_parts_are_told_in_words():
    assert off_parts(DEEP, {"0.1", "2.0", "2.1", "2.mlp", "1.mlp"}) == "layer 0: head 1; layer 1: MLP; layer 2: all of it"
    assert off_parts(DEEP, {"0.0", "0.mlp"}) == "layer 0: head 0, MLP"


# Worked by a reader --------------------------------------------------------------------------------------------------


def test_a_layer_s_switch_speaks_for_all_of_it(deep):
    press(deep, "1.all")
    assert off_in(deep) == {"1.0", "1.1", "1.mlp"} and states(deep)["1.all"] == "false" and states(deep)["0.all"] == "true"
    press(deep, "1.mlp")
    assert off_in(deep) == {"1.0", "1.1"} and states(deep)["1.all"] == "mixed"
    press(deep, "1.all")   # what is off comes on first
    assert off_in(deep) == set() and says(deep).startswith("All on")


def test_all_on_and_all_off(deep):
    part(deep, "all-off").click()
    assert off_in(done(deep)) == set(parts_of(DEEP)) and "layer 2: all of it" in says(deep)
    part(deep, "all-on").click()
    assert off_in(done(deep)) == set() and says(deep).startswith("All on")


def test_another_way_of_being_off_is_another_state(browser, others, deep):
    deep.get_by_role("button", name="2", exact=True).click()
    press(deep, "0.1", "1.0")
    for how in ("mean", "uniform", "zero"):
        part(deep, "how").select_option(how)
        assert as_drawn(done(deep)) == as_python_draws(browser, others, OTHERS, chosen=1, off=["0.1", "1.0"], how=how)


def test_another_model_starts_with_all_on(figure):
    press(figure, "0.1")
    figure.get_by_role("button", name="best").click()
    done(figure)
    assert off_in(figure) == set() and len(states(figure)) == 4 * 6
    assert figure.get_by_role("button", name="best").get_attribute("aria-pressed") == "true"
    figure.get_by_role("button", name="reference").click()
    assert len(states(done(figure))) == 6


def test_it_is_worked_by_keyboard_alone(deep):
    keyboard = deep.page.keyboard
    deep.locator('[data-switch="0.all"]').focus()

    def at():
        return deep.page.evaluate("document.activeElement.dataset.switch")

    for key, name in [("ArrowRight", "0.0"), ("ArrowDown", "1.0"), ("End", "2.mlp"), ("ArrowRight", "2.mlp"), ("ArrowUp", "1.mlp"), ("ArrowLeft", "1.1")]:
        keyboard.press(key)
        assert at() == name
    keyboard.press("Space")
    assert off_in(done(deep)) == {"1.1"} and at() == "1.1", "the switch that was pressed keeps the focus"
    keyboard.press("Enter")
    keyboard.press("Home")
    keyboard.press("Space")
    assert off_in(done(deep)) == {"0.0", "0.1", "0.mlp"} and at() == "0.all"
    keyboard.press("ArrowUp")
    assert at() == "0.all"
    assert deep.locator('[data-switch][tabindex="0"]').count() == 1, "the keyboard stops once at the board"


def test_arrows_move_the_keyboard_and_not_the_page_and_leave_the_browser_s_own_keys_alone(deep):
    pressed = deep.evaluate("""deep => [{}, { altKey: true }, { ctrlKey: true }, { metaKey: true }].map(held => {
        deep.querySelector('[data-switch="1.0"]').focus();
        const event = new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true, ...held });
        document.activeElement.dispatchEvent(event);
        return [document.activeElement.dataset.switch, event.defaultPrevented];
    })""")
    assert pressed == [["1.1", True]] + 3 * [["1.0", False]]   # Alt with an arrow goes back a page


def test_each_switch_has_a_name(deep):
    board = deep.get_by_role("group", name="Switches")
    for name in ("Layer 1, all of it", "head 0 of layer 2", "MLP of layer 0"):
        assert board.get_by_role("button", name=name, exact=True).count() == 1
    assert deep.get_by_label("A head that is off").input_value() == "zero"


def test_whoever_is_quick_gets_the_last_state(browser, whole, figure):
    """A state that is no longer wanted must not be drawn over the one that is."""
    figure.get_by_role("button", name="best").click()
    for name in ("0.1", "1.mlp", "0.1"):
        figure.locator(f'[data-switch="{name}"]').click()
    assert as_drawn(done(figure)) == as_python_draws(browser, whole, [REFERENCE, BEST], chosen=1, off=["1.mlp"])


def test_what_is_no_longer_wanted_is_not_computed_to_its_end(figure):
    """Whoever computes looks at the clock; a second click soon after the first asks for what is known."""
    looks = figure.evaluate("""async (figure) => {
        let now = 0;
        performance.now = () => (now += 30);
        const turns = async (number) => { while (number--) await new Promise((done) => { setTimeout(done); }); return now; };
        const click = () => figure.querySelector('[data-switch="0.1"]').click();
        click();
        await turns(1);
        click();
        return [now, await turns(5), await turns(20)];
    }""")
    assert 0 < looks[0] <= looks[1] == looks[2]
    assert says(figure).startswith("All on: ")


def test_who_waits_is_told_how_far_it_is(figure):
    """With a clock that runs fast."""
    figure.evaluate("""(figure) => {
        let now = 0;
        performance.now = () => (now += 30);
        window.told = [];
        const says = figure.querySelector('[data-part="says"]');
        new MutationObserver(() => window.told.push(`${says.textContent} ${says.getAttribute("aria-busy")}`)).observe(says, { childList: true });
    }""")
    press(figure, "0.1")
    told = figure.page.evaluate("window.told")
    assert any(line.startswith("Computing: 20 of 120 held-out names.") and line.endswith("true") for line in told), told
    assert says(figure).startswith("Off: layer 0: head 1.")


def test_a_state_that_was_seen_is_not_computed_again(figure):
    press(figure, "0.1", "0.1")
    figure.evaluate("() => { window.looks = 0; performance.now = () => ++window.looks; }")   # whoever computes looks at the clock
    press(figure, "0.1")
    assert says(figure).startswith("Off: layer 0: head 1.") and figure.page.evaluate("window.looks") == 0
    press(figure, "0.2")
    assert figure.page.evaluate("window.looks") > 120


# On any page ---------------------------------------------------------------------------------------------------------


def test_nothing_is_cut_off_on_a_phone(browser, whole):
    eight = GPTConfig(vocab_size=4, context_length=6, n_layer=1, n_head=8, n_embd=16)
    for made in (whole, switches_figure([("eight heads", random_model(eight, 1), eight, {"seed": 1})], GREEK, FEW, FEW)):
        for width in (320, 360):
            with on_a_page(browser, made, viewport={"width": width, "height": 740}) as element:
                part(done(element), "all-off").click()
                assert not what_is_cut_off(done(element)), width
                assert element.evaluate("element => document.documentElement.scrollWidth <= innerWidth")
                text = element.locator("svg.loss-line text").first.evaluate("text => text.getBoundingClientRect().height")
                assert text > 10


def test_a_layer_is_one_row_on_a_phone(browser, whole):
    with on_a_page(browser, whole, viewport={"width": 360, "height": 740}) as element:
        tops = element.locator("[data-switch]").evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
        assert len(tops) == 6 and len(set(tops)) == 1


def test_one_model_needs_no_choice(browser):
    with on_a_page(browser, switches_figure(OTHERS[:1], GREEK, FEW, FEW)) as element:
        assert not part(element, "models").is_visible() and part(element, "how").is_visible()


def test_without_scripts_the_switches_show_that_all_is_on(browser, whole):
    with on_a_page(browser, whole, java_script_enabled=False) as element:
        assert set(states(element).values()) == {"true"} and says(element).startswith("All on: ")
        assert all(each.is_disabled() for each in element.locator("button, select").all())


def test_its_caption_says_which_models_they_are(whole, others):
    assert f"Reference: seed 0, 100,000 steps of 32 names, held-out loss {REFERENCE[3]['held_out']:.3f} nats" in whole.caption
    assert "1,000 training names" in whole.caption and "120 held-out names" in whole.caption
    assert "of 5 held-out names" in others.caption and "1: drawn with seed 1, never trained." in others.caption


def test_the_page_gets_the_weights_as_they_are(whole):
    assert [model["type"] for model in whole.data["models"]] == ["float16", "float16"]
    assert len(json.dumps(whole.data)) < 600_000


@pytest.mark.parametrize("models", [[], [REFERENCE, OTHERS[0]], OTHERS])
def test_models_of_another_vocabulary_are_refused(models):
    with pytest.raises(ValueError, match="want models of 27 tokens, got"):
        switches_figure(models, ENGLISH, TRAIN, HELD_OUT)
