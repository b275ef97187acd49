"""The recorded embeddings are those of the script, from its own start to a network that has learned."""

import numpy as np
import pytest

from helpers.ladder import RUNGS
from helpers.names import load_names
from helpers.recording import places
from helpers.tokenizer import letters_of
from helpers.window import init_window


def test_the_record_has_a_loss_and_a_table_for_each_moment():
    run = places.load_places()
    assert run["steps"].tolist() == places.MOMENTS and run["losses"].shape == (len(places.MOMENTS),)
    assert run["tokens"] == "".join(letters_of(load_names())) + "."
    assert run["tables"].shape == (len(places.MOMENTS), len(run["tokens"]), places.SIZES["n_embd"])
    assert run["tables"].dtype == run["losses"].dtype == np.float64
    settings = {**places.SIZES, "start": places.START, "learning_rate": places.LEARNING_RATE, "batch_size": places.BATCH_SIZE}
    assert run["settings"] == {**settings, "seeds": [0, 1]}
    assert places.PATH.stat().st_size < 50_000


def test_it_begins_at_the_start_and_ends_below_the_tables():
    run = places.load_places()
    first = init_window(np.random.default_rng(0), len(run["tokens"]), **places.SIZES, start=places.START)["wte"].data
    np.testing.assert_allclose(run["tables"][0], first, atol=1e-3)
    assert abs(run["losses"][0] - np.log(len(run["tokens"]))) < 0.05
    assert (np.diff(run["losses"]) < 0).all()
    assert run["losses"][-1] < next(rung.loss for rung in RUNGS if rung.name == "4-gram")


class Enough(Exception):
    """Raised to end the run early: a shorter one would have another schedule."""


def test_the_first_steps_come_out_again(monkeypatch):
    """The script, up to its second moment, gives the table and the loss that were kept then, with a rate that falls, on held-out names."""
    run, found, rates = places.load_places(), [], []
    loss_on, gradient_step = places.loss_on, places.gradient_step

    def watched(params, before, targets):
        found.append((params["wte"].data.copy(), loss_on(params, before, targets), len(targets)))
        if len(found) == 2:
            raise Enough
        return found[-1][1]

    def step(params, rate):
        rates.append(rate)
        gradient_step(params, rate)

    monkeypatch.setattr(places, "loss_on", watched)
    monkeypatch.setattr(places, "gradient_step", step)
    with pytest.raises(Enough):
        places.main()
    for moment, (table, loss, n_asked) in enumerate(found):
        np.testing.assert_allclose(table, run["tables"][moment], atol=2e-3)
        assert abs(loss - run["losses"][moment]) < 1e-3
        assert n_asked == sum(len(name) + 1 for name in places.split_names(load_names())[1])
    assert len(rates) == places.MOMENTS[1] and (np.diff(rates) < 0).all() and rates[0] == places.LEARNING_RATE
    assert np.isclose(rates[0] - rates[-1], places.LEARNING_RATE * (len(rates) - 1) / places.MOMENTS[-1])   # to 0 at the last moment
