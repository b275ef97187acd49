"""The recorded embeddings are those of the script, from its own start to a network that has learned."""

import numpy as np

from helpers.ladder import RUNGS
from helpers.names import load_names
from helpers.recording import places
from helpers.tensor import cross_entropy
from helpers.tokenizer import encode, letters_of
from helpers.training import gradient_step, zero_grad
from helpers.window import init_window, window_logits, windows


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


def test_the_first_steps_come_out_again():
    """The script's loop, a few steps of it, gives the table that was kept then."""
    names = load_names()
    letters = letters_of(names)
    run = places.load_places()
    trained_on, _ = places.split_names(names)
    before, targets = windows([encode(name, letters) for name in trained_on], places.SIZES["n_letters"], len(letters))
    params = init_window(np.random.default_rng(0), len(letters) + 1, **places.SIZES, start=places.START)
    rng = np.random.default_rng(1)
    for step in range(places.MOMENTS[1]):
        chosen = rng.integers(len(targets), size=places.BATCH_SIZE)
        loss = cross_entropy(window_logits(params, before[chosen]), targets[chosen])
        zero_grad(params.values())
        loss.backward()
        gradient_step(params.values(), places.LEARNING_RATE * (1 - step / places.MOMENTS[-1]))
    np.testing.assert_allclose(params["wte"].data, run["tables"][1], atol=2e-3)
