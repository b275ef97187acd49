"""Checks of the exercises of chapters/17_two_workers.ipynb."""

import numpy as np

from helpers.batching import make_batch
from helpers.checks.verdicts import exercise, number_of, result_of, right, three_of, wrong
from helpers.model import GPTConfig, init_params
from helpers.training import gradients

KNOBS = 124_439_808   # of the smallest GPT-2
BYTES = 2 * 7 / 8 * KNOBS * 4
HISTORIES = ["no all-reduce", "same part twice", "different starts", "not divided"]


@exercise
def what_gpt2_sends(bytes_sent):
    got = number_of(bytes_sent)
    for factor, hint in [
        (1 / 4, "That is how many numbers it sends. Each has 4 bytes."),
        (2, "float32 has 4 bytes a number, not 8."),
        (1 / 2, "That is one half of the way. Finished sums are passed on, too: as many pieces again."),
        (8 / 7, "Of eight pieces each goes round seven times in each half of the steps, not eight."),
        (8 / 7 / 2, "That is the whole row once. How many rows does a ring of eight send?"),
        (8, "That is what all eight send together. One of them is asked for."),
        (4, "That is what worker 0 would receive, or send, in the plain way. In a ring it is less than two rows."),
        (8 / 2, "That is what worker 0 would receive, or send, in the plain way. In a ring it is less than two rows."),
    ]:
        if abs(got - factor * BYTES) < 0.01 * factor * BYTES:
            return wrong(hint)
    if abs(got - BYTES) < 0.005 * BYTES:
        return right(f"{BYTES / 1e6:,.0f} million bytes, at every step, and for each worker.")
    if abs(got * 1e6 - BYTES) < 0.01 * BYTES or abs(got * 1e9 - BYTES) < 0.01 * BYTES:
        return wrong("Give it in bytes, not in millions or billions of them.")
    return wrong("Count the pieces: how many steps has the ring, and how many bytes has one piece of eight?")


def _parts():
    """Parts of one batch, with different numbers of names and tokens, and a small model."""
    config = GPTConfig(vocab_size=6, context_length=7, n_layer=1, n_head=2, n_embd=8)
    names = [[5, *[i % 5, i % 3, i % 4, i % 2, i % 5, 1][: 1 + i % 6], 5] for i in range(12)]
    return config, names, [make_batch(names[:2]), make_batch(names[2:9]), make_batch(names[9:])]


def _flat(params):
    return np.concatenate([knob.grad.reshape(-1) for knob in params.values()])


@exercise
def turns_that_equal_one_batch(accumulated):
    config, names, parts = _parts()
    params = init_params(config, np.random.default_rng(0), np.float64)
    gradients(params, make_batch(names), config)
    want = _flat(params)
    means, tokens = [], []
    for part in parts:
        gradients(params, part, config)
        means.append(_flat(params))
        tokens.append(np.count_nonzero(part[2]))
    fresh = init_params(config, np.random.default_rng(0), np.float64)
    got = result_of(accumulated, fresh, [[array.copy() for array in part] for part in parts], config)
    got = np.asarray(got, dtype=float).reshape(-1)
    if got.shape != want.shape:
        if got.size == want.size + 2:
            return wrong("The row still has the summed surprise and the number of tokens at its end. Give back the gradient alone.")
        return wrong(f"One row with {want.size} numbers is asked for, a number for each knob. You give {got.size}.")
    sums = [mean * n for mean, n in zip(means, tokens, strict=True)]
    names_in = [len(part[0]) for part in parts]
    for other, hint in [
        (sum(means) / len(parts), "That is the mean of the means: each part has one vote, however many tokens it has."),
        (sum(means), "That is the sum of the means. Weigh each part by its tokens, and divide at the end."),
        (sum(sums), "That is the sum over all tokens. Divide it by their number."),
        (sum(sums) / len(parts), "Divide by the number of all tokens, not by the number of parts."),
        (sum(sums) / sum(names_in), "Divide by the number of all tokens, not by that of all names."),
        (sum(mean * n for mean, n in zip(means, names_in, strict=True)) / sum(names_in), "Weigh the parts by their tokens, not by their names."),
        (sum(mean * part[2].size for mean, part in zip(means, parts, strict=True)) / sum(part[2].size for part in parts), "Padding is counted, too. Count where `part[2]` is True."),
        (means[-1], "That is the gradient of the last part alone: `gradients` forgets what was there before."),
        (means[0], "That is the gradient of the first part alone."),
    ]:
        if np.allclose(got, other, rtol=1e-9, atol=1e-12):
            return wrong(hint)
    if not np.allclose(got, want, atol=1e-9):
        return wrong(f"It is off by {np.linalg.norm(got - want) / np.linalg.norm(want):.0%} of the gradient's length.")
    return right("To the last digits the gradient of the whole batch, whatever the parts.")


@exercise
def which_history(faults):
    a, b, c = three_of(faults, HISTORIES)
    if a != "different starts":
        return wrong("Look at the last column of A: the difference is there after the first step, and never changes.")
    if b != "no all-reduce":
        return wrong("Look at B again: each worker has a loss of its own, and the difference grows.")
    if c == "not divided":
        return wrong("Not C: with Adam, forgetting to divide leaves the first steps as they are. Compare step 1 with one process.")
    if c != "same part twice":
        return wrong("Look at C again: the workers agree in everything. What do they have in common that they should not?")
    return right("The losses alone would not have told A from C. It takes the difference of the knobs, and one process to compare with.")


@exercise
def twice_the_batch(n_steps, learning_rate):
    n_steps, learning_rate = number_of(n_steps), number_of(learning_rate)
    if n_steps == 40:
        return wrong("40 steps of 32 names read twice as many names.")
    if n_steps == 80:
        return wrong("More names in a step make fewer steps, not more.")
    if n_steps != 20:
        return wrong("How many steps of 32 names read what 40 steps of 16 do?")
    if 0.09 <= learning_rate <= 0.11:
        return right("20 steps at twice the rate. At this rate the two runs end far nearer to each other than with any other factor of two.")
    if abs(learning_rate - 0.05) < 0.005:
        return wrong("With the same rate it goes half as far: the gradient is a mean, and no longer than before.")
    if abs(learning_rate - 0.025) < 0.003:
        return wrong("The gradient of 32 names is a mean, not a sum: it is no longer than before. Fewer steps must each go further.")
    if abs(learning_rate - 0.05 * 2**0.5) < 0.003:
        return wrong("The root of two is a rule for noise. Here the same names are read: count how far two small steps go together.")
    return wrong("How far do two small steps go together, if their gradients are alike?")


@exercise
def a_ring_of_three(rows):
    got = np.asarray([[number_of(x) for x in row] for row in rows])
    if got.shape != (3, 3):
        return wrong(f"Three rows of three numbers are asked for. You give the shape {got.shape}.")
    for other, hint in [
        ([[1, 2, 303], [11, 20, 30], [100, 220, 300]], "That is how it stands after the first step. One more."),
        ([[111, 222, 303], [11, 222, 333], [111, 220, 333]], "That is one step too far: it already passes a finished sum on."),
        ([[111, 222, 333]] * 3, "That is the end, after four steps. After two, each worker has one finished sum."),
        ([[1, 2, 303], [11, 20, 333], [111, 220, 300]], "Piece 1 is missing: worker 2 sends it on to worker 0."),
        ([[1, 222, 3], [10, 20, 333], [111, 200, 300]], "What was added to in the first step stays where it was added: worker 1 keeps its 11."),
        ([[111, 2, 303], [11, 222, 30], [100, 220, 333]], "In the second step a worker sends what it has just added to, not what it sent before."),
        ([[11, 2, 330], [110, 220, 30], [101, 200, 303]], "Each sends to the next: 0 to 1, 1 to 2, 2 to 0."),
    ]:
        if np.array_equal(got, other):
            return wrong(hint)
    if np.array_equal(got, [[1, 222, 303], [11, 20, 333], [111, 220, 300]]):
        return right("Three finished sums, at three workers. Two more steps pass them on.")
    sums = [set(np.flatnonzero(got[worker] == [111, 222, 333]).tolist()) for worker in range(3)]
    if sums != [{1}, {2}, {0}]:
        return wrong("After two steps worker 0 has the finished sum of piece 1, worker 1 of piece 2, worker 2 of piece 0, and no other.")
    return wrong("The finished sums are right. The rest is what was there, or what was added to on the way.")
