"""The recorded budgets, and the model that reads text: their shapes, their sense, and a short stretch of each once more."""

from concurrent.futures import Future

import numpy as np
import pytest

from helpers.model import param_shapes
from helpers.reading import nats_per_byte, read_text, surprises_of
from helpers.recording import byte_tables, scaling, text_gpt
from helpers.recording.scaling import BUDGETS, SEEDS, SIZES, SIZES_AT, load_parts, load_scaling
from helpers.scaling import fit_power_law, operations
from helpers.text import count_bytes, load_texts, split_texts
from helpers.training import train

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
