"""The recorded budgets, and the model that reads text: their shapes, their sense, and a short stretch of each once more."""

from concurrent.futures import Future

import numpy as np
import pytest

from helpers.live.budget import budget_figure
from helpers.model import param_shapes
from helpers.reading import nats_per_byte, read_text, surprises_of
from helpers.recording import byte_tables, scaling, text_gpt
from helpers.recording.scaling import BUDGETS, SEEDS, SIZES, SIZES_AT, load_parts, load_scaling
from helpers.scaling import fit_power_law, operations
from helpers.tables import discounts_of, kneser_ney, ngram_groups
from helpers.tensor import Tensor
from helpers.text import count_bytes, load_texts, split_texts
from helpers.text_ladder import TEXT_RUNGS
from helpers.training import train
from notebooks import CHAPTERS, read, title_of

RECORD = load_scaling()
RIGHT = ~RECORD["is_wrong"]


def row_of(size, budget, seed):
    (row,) = np.flatnonzero(RIGHT & (RECORD["size"] == size) & (RECORD["budget"] == budget) & (RECORD["seed"] == seed))
    return int(row)


def test_every_size_and_budget_is_there_with_all_seeds():
    wanted = {(size, budget, seed) for budget, sizes in enumerate(SIZES_AT) for size in sizes for seed in SEEDS}
    assert set(zip(*(RECORD[name][RIGHT].tolist() for name in ("size", "budget", "seed")), strict=True)) == wanted and RIGHT.sum() == len(wanted)
    assert RECORD["is_wrong"].sum() == len(BUDGETS) - 1 and RECORD["budgets"] == BUDGETS
    assert scaling.RECORD.stat().st_size < 100_000


def test_sizes_are_those_of_the_models_and_budgets_are_spent():
    for row in range(len(RECORD["size"])):
        config = scaling.config_of(RECORD["size"][row])
        knobs = sum(int(np.prod(shape)) for shape in param_shapes(config).values())
        spent = operations(knobs, RECORD["n_steps"][row] * RECORD["tokens_a_step"])
        assert RECORD["n_knobs"][row] == knobs and spent == pytest.approx(BUDGETS[RECORD["budget"][row]], rel=0.1)
        assert len(RECORD["moments"][row]) == len(RECORD["trained_on"][row]) and RECORD["moments"][row][-1] == RECORD["n_steps"][row]


def test_the_chapter_tells_how_many_runs_there_are():
    path = next(path for path in CHAPTERS if title_of(path) == "does_bigger_help")
    word = dict(enumerate(["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])) | {30: "thirty"}
    times, few, all_of_them = round(max(RECORD["n_knobs"]) / min(RECORD["n_knobs"])), min(map(len, SIZES_AT)), max(map(len, SIZES_AT))
    told = (
        f"A script has trained {word[len(SIZES)]} sizes, the largest {word[times]} times the smallest, at {word[len(BUDGETS)]} budgets, "
        f"{word[len(SEEDS)]} seeds each; at each budget between {word[few]} and all {word[all_of_them]} of them."
    )
    assert all_of_them == len(SIZES) and any(told in cell.source for cell in read(path).cells)


def test_each_size_has_the_rate_that_was_best_on_validation_text():
    assert RECORD["rates_tried"].shape == (len(SIZES), len(RECORD["rates"]))
    best = np.array(RECORD["rates"])[RECORD["rates_tried"].argmin(axis=1)]
    np.testing.assert_allclose(RECORD["rate"][RIGHT], best[RECORD["size"][RIGHT]])
    np.testing.assert_allclose(RECORD["rate"][~RIGHT], scaling.TOO_LARGE * best[RECORD["size"][~RIGHT]])


def test_larger_budgets_end_lower():
    best = [min(RECORD["held_out"][RIGHT & (RECORD["budget"] == budget)]) for budget in range(len(BUDGETS))]
    assert best == sorted(best, reverse=True)
    law = fit_power_law(BUDGETS[:-1], best[:-1])
    assert -0.2 < law.exponent < -0.02 and abs(best[-1] / law.at(BUDGETS[-1]) - 1) < 0.1


@pytest.mark.parametrize(("size", "budget", "seed"), [(4, 0, 0), (2, 0, 1)])
def test_a_short_run_comes_out_again(size, budget, seed):
    row = row_of(size, budget, seed)
    found = scaling.run({"kind": "run", "size": size, "budget": budget, "rate": float(RECORD["rate"][row]), "seed": seed})
    assert found["n_steps"] == RECORD["n_steps"][row] and found["moments"] == RECORD["moments"][row]
    for name in ("validation", "held_out"):
        assert found[name] == pytest.approx(RECORD[name][row], abs=0.01)
    np.testing.assert_allclose(found["trained_on"], RECORD["trained_on"][row], atol=0.02)
    assert found["written"].startswith(scaling.PROMPT)


def test_a_stopped_recording_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(scaling, "UNFINISHED", tmp_path / "x.unfinished")
    asked = []

    class Pool:   # in this process
        def __init__(self, n):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def submit(self, function, job):
            asked.append(job)
            future = Future()
            future.set_result(job | {"validation": 1.0})
            return future

    monkeypatch.setattr(scaling, "ProcessPoolExecutor", Pool)
    jobs = [{"kind": "run", "size": size, "budget": 0, "rate": 0.01, "seed": 0} for size in range(3)]
    done = {}
    scaling.finish(jobs[:2], done)
    assert len(done) == 2 and len((tmp_path / "x.unfinished").read_text().splitlines()) == 2
    scaling.finish(jobs, done)
    assert len(done) == 3 and len(asked) == 3


def test_the_shipped_model_is_trained_as_its_facts_say():
    params, config, facts = text_gpt.load_text_gpt()
    assert config == text_gpt.CONFIG and facts["settings"] == vars(text_gpt.THREE_MINUTES)
    assert text_gpt.THREE_MINUTES.n_steps == 3 * text_gpt.ONE_MINUTE.n_steps and text_gpt.RECORD.stat().st_size < 1_500_000
    row, column = facts["reads_tried"].index(facts["reads"]), facts["reading_rates"].index(facts["reading_rate"])
    assert facts["by_step"][row][column] == np.min(facts["by_step"]) and facts["weight"] == facts["weights"][int(np.argmin(facts["by_weight"]))]
    assert facts["by_weight"][0] == pytest.approx(np.min(facts["by_step"]), abs=1e-6)   # no table in it
    assert facts["losses"][-1] < facts["losses"][0] - 1


def test_its_first_steps_come_out_again():
    """The loop of `train`, a few steps of it: another number of steps would have another schedule."""
    _, config, facts = text_gpt.load_text_gpt()
    params, losses = text_gpt.fresh(), []

    class Enough(Exception):
        pass

    def watch(step, loss, optimizer):
        losses.append(loss)
        if step == 100:
            raise Enough

    with pytest.raises(Enough):
        train(params, config, text_gpt.training_windows(), text_gpt.THREE_MINUTES, watch=watch)
    assert np.mean(losses) == pytest.approx(facts["losses"][0], abs=0.01)


def test_the_shipped_knobs_have_learned_to_read():
    params, config, facts = text_gpt.load_text_gpt()
    some = load_parts()["held_out"][:20_000]
    loss = nats_per_byte(read_text(params, config, some, text_gpt.STRIDE), some[1:], load_parts()["vocabulary"])
    assert abs(loss - facts["held_out"]) < 0.3
    windows = some[: 65 * 20].reshape(20, 65)
    assert surprises_of(params, config, windows).mean() < surprises_of(text_gpt.fresh(), config, windows).mean() - 3


def test_the_tables_on_the_ladder_keep_as_many_counts_as_the_text_has_n_grams():
    _, grams = ngram_groups(load_parts()["training"], text_gpt.TABLE)
    n_counts = sum(len(groups.starts) for groups in grams)
    tables = [rung for rung in TEXT_RUNGS if rung.kind == "frozen" and not rung.name.startswith("GPT")]
    assert {rung.numbers for rung in tables if "bytes" not in rung.name} == {n_counts}
    assert {rung.numbers for rung in tables if "bytes" in rung.name} == {byte_tables.load_byte_tables()["n_counts"]}


def test_the_table_of_the_mixture_counts_on_with_the_discounts_of_training(monkeypatch):
    """On a short text: as the chapter's own table is made, and one token after another."""
    rng = np.random.default_rng(0)
    training, some = rng.integers(0, 5, 200), rng.integers(0, 5, 30)
    monkeypatch.setattr(text_gpt, "load_parts", lambda: {"training": training})
    discounts = discounts_of(ngram_groups(training, 3), np.ones(200, dtype=bool))
    slow = []
    for t in range(1, len(some)):
        ids = np.concatenate([training, some[: t + 1]])   # what is asked for stands last
        slow.append(-np.log(kneser_ney(ngram_groups(ids, 3), np.arange(len(ids)) < len(ids) - 1, text_gpt.CONFIG.vocab_size, discounts)[-1]))
    np.testing.assert_allclose(text_gpt.table_surprises(some, 3), slow)


def test_validation_chooses_how_to_go_on_reading(monkeypatch):
    """The lowest loss of each; the model that was given learns nothing while its copies do."""
    by_rate, params = dict(zip(text_gpt.READING_RATES, [3.0, 1.0, 2.0], strict=True)), {"wte": Tensor(np.zeros(3))}
    more = dict(zip(text_gpt.READS, [0.5, 0.0, 0.2, 0.3], strict=True))
    token_ids = np.zeros(20, dtype=int)
    said = []

    def read(copy, config, some, stride, rate, reads):
        said.append((stride, rate, reads))
        copy["wte"].data += 1
        return np.where(np.arange(len(some) - 1) % 2, by_rate[rate], by_rate[rate] + 2) + more[reads]   # good at each second token

    monkeypatch.setattr(text_gpt, "load_parts", lambda: {"validation": token_ids, "vocabulary": [b"ab"]})
    monkeypatch.setattr(text_gpt, "read_text", read)
    monkeypatch.setattr(text_gpt, "table_surprises", lambda some: np.where(np.arange(len(some) - 1) % 2, 3.0, 1.0))   # and at the others
    facts = text_gpt.choose(params)
    assert said == [(text_gpt.STRIDE, rate, reads) for reads in more for rate in by_rate] and not params["wte"].data.any()
    assert (facts["reads"], facts["reading_rate"]) == (text_gpt.READS[1], text_gpt.READING_RATES[1])
    np.testing.assert_allclose(facts["by_step"], [[(each + later + 20 / 19) / 2 for each in by_rate.values()] for later in more.values()])
    assert facts["by_weight"][0] == pytest.approx(np.min(facts["by_step"])) and facts["by_weight"][-1] == pytest.approx((3 * 9 + 10) / 19 / 2)
    assert facts["by_weight"][text_gpt.WEIGHTS.index(facts["weight"])] == min(facts["by_weight"]) and 0 < facts["weight"] < 1


def test_validation_chooses_the_rates_and_the_sizes_that_go_wrong(monkeypatch, tmp_path):
    """The whole script, with losses that a formula gives: rate 1 is best for even sizes, rate 2 for odd ones; the middle size wins."""
    def found(job):
        size, rate = job["size"], scaling.RATES.index(job["rate"]) if job["rate"] in scaling.RATES else 9
        loss = 2 + 0.1 * abs(rate - 1 - size % 2) + 0.01 * abs(size - SIZES_AT[job["budget"]][len(SIZES_AT[job["budget"]]) // 2])
        every = {"n_knobs": 1, "n_steps": 1, "validation": loss, "moments": [1], "trained_on": [loss]}
        return job | every | ({} if job["kind"] == "rate" else {"held_out": 9 - loss, "written": "x"})   # held-out text would choose otherwise

    monkeypatch.setattr(scaling, "UNFINISHED", tmp_path / "none")
    monkeypatch.setattr(scaling, "finish", lambda jobs, done: done.update({scaling.key_of(job): found(job) for job in jobs}))
    arrays, about = scaling.record()
    is_wrong, best = arrays["is_wrong"], np.array([scaling.RATES[1 + size % 2] for size in range(len(SIZES))])
    np.testing.assert_allclose(arrays["rate"], np.where(is_wrong, scaling.TOO_LARGE, 1) * best[arrays["size"]])
    assert arrays["size"][is_wrong].tolist() == [sizes[len(sizes) // 2] for sizes in SIZES_AT[:-1]] and set(arrays["seed"][is_wrong]) == {0}
    wanted = [(size, budget, seed) for budget, sizes in enumerate(SIZES_AT) for size in sizes for seed in SEEDS]
    assert list(zip(*(arrays[name][~is_wrong].tolist() for name in ("size", "budget", "seed")), strict=True)) == wanted
    assert arrays.keys() | about.keys() == RECORD.keys()
    assert all(len(arrays[name]) == len(RECORD[name]) for name in arrays)


def test_all_models_write_at_the_temperature_that_their_figure_says(monkeypatch):
    told = {}
    monkeypatch.setattr(scaling, "write", lambda params, starts, config, stop, rng, temperature: told.update(temperature=temperature, start=starts[0]) or starts)
    assert scaling.sample(None, None) == scaling.PROMPT
    assert f"at temperature {told['temperature']:g}," in budget_figure(RECORD).caption


def test_validation_chose_the_mixture():
    table, gpt = np.array([1.0, 4.0]), np.array([3.0, 0.5])
    slow = [-np.log(0.3 * np.exp(-a) + 0.7 * np.exp(-b)) for a, b in zip(table, gpt, strict=True)]
    np.testing.assert_allclose(text_gpt.mixed(table, gpt, 0.3), slow)
    np.testing.assert_allclose(text_gpt.mixed(table, gpt, 1.0), table)


BYTES = byte_tables.load_byte_tables()


def test_validation_chose_the_tables_of_bytes():
    losses, lengths, strengths = BYTES["losses"], BYTES["lengths"], BYTES["strengths"]
    assert (lengths, strengths) == (byte_tables.LENGTHS, byte_tables.STRENGTHS) and losses.shape == (len(lengths), len(strengths) + 1)
    chosen = lengths.index(BYTES["n_back_off"]), strengths.index(BYTES["strength"])
    assert losses[chosen] == losses[:, :-1].min() and losses[lengths.index(BYTES["n_kneser_ney"]), -1] == losses[:, -1].min()
    assert BYTES["kneser_ney"] < BYTES["back_off"] < 1.5 and byte_tables.RECORD.stat().st_size < 5000


def test_the_shortest_table_of_bytes_comes_out_again():
    training, validation, _ = (byte_tables.bytes_of(part) for part in split_texts(load_texts()))
    assert training.max() < 256 and len(training) == count_bytes(split_texts(load_texts())[0])
    n = byte_tables.LENGTHS[0]
    losses, n_counts = byte_tables.losses_on(training, validation, [(n, byte_tables.STRENGTHS[0]), (n, None)])
    np.testing.assert_allclose(losses, [BYTES["losses"][0, 0], BYTES["losses"][0, -1]], rtol=1e-6)
    assert n_counts < BYTES["n_counts"] / 5   # and the longest has many more


def test_a_table_of_bytes_keeps_each_n_gram_once():
    text = byte_tables.bytes_of({"a": "abab", "b": "é"})
    assert text.tolist() == [97, 98, 97, 98, 0xC3, 0xA9]
    _, n_counts = byte_tables.losses_on(text, text, [(2, None)])
    assert n_counts == 4 + 5   # different bytes; different pairs with what is before each: the first byte has nothing
