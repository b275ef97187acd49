"""Train the GPT on text that the book ships: `python -m helpers.recording.text_gpt`.

Three times the steps of the model that chapter 16 trains in its page, the same in all else. Then three settings are chosen on
validation text: after how many windows it takes a step when it goes on learning while it reads, how large the step is, and its part
in a mixture with a table that goes on counting. A run that was stopped goes on.
"""

from dataclasses import asdict, replace
from itertools import product
from pathlib import Path

import numpy as np

from helpers.checkpoints import load_params, save_params
from helpers.model import GPTConfig, init_params
from helpers.reading import cut_windows, nats_per_byte, read_text
from helpers.recording.scaling import N_MERGES, load_parts
from helpers.tables import discounts_of, kneser_ney, ngram_groups
from helpers.tensor import Tensor
from helpers.training import Settings, train

RECORD = Path(__file__).parents[1] / "data" / "text_gpt.npz"
RUN = RECORD.with_name("text_gpt.run.npz")   # where it goes on after a stop
CONFIG = GPTConfig(256 + N_MERGES, context_length=64, n_layer=2, n_head=4, n_embd=96)
ONE_MINUTE = Settings(n_steps=3000, batch_size=8, learning_rate=0.005, warmup=100, n_workers=2)   # of two idle cores, about
THREE_MINUTES = replace(ONE_MINUTE, n_steps=3 * ONE_MINUTE.n_steps)
STRIDE = 48             # each guess but the first ones sees 16 tokens or more
TABLE = 6               # the longest n-gram of the table in the mixture
N_CHOOSE = 60_000       # tokens of validation text
READS = [1, 2, 4, 8]    # windows from one step to the next while it learns
READING_RATES = [0.0003, 0.001, 0.003]
WEIGHTS = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]   # of the table


def load_text_gpt(dtype=np.float32):
    """The model that reads text -> params, config, facts: settings, losses; what was tried, with its validation losses, and chosen"""
    return load_params(RECORD, dtype)


def fresh(seed=0):
    """Its start -> params"""
    return init_params(CONFIG, np.random.default_rng(seed), np.float32)


def training_windows():
    """What it trains on: the training text, each token asked for once."""
    return cut_windows(load_parts()["training"], CONFIG.context_length, CONFIG.context_length)


def table_surprises(some, n=TABLE):
    """The surprise of a Kneser-Ney table that goes on counting, at each token of a text but the first. some: (n,) token ids"""
    training = load_parts()["training"]
    ids = np.concatenate([training, some])
    groups = ngram_groups(ids, n)
    discounts = discounts_of(groups, np.arange(len(ids)) < len(training))
    said = kneser_ney(groups, np.ones(len(ids), dtype=bool), CONFIG.vocab_size, discounts)
    return -np.log(said[len(training) + 1 :])


def mixed(table, gpt, weight):
    """The surprise of a mixture of probabilities, from two rows of surprises. weight: of the first"""
    return -np.log(weight * np.exp(-table) + (1 - weight) * np.exp(-gpt))


def choose(params):
    """The three settings, by their loss on validation text -> facts. by_step: a row for each of READS, a column for each rate"""
    parts = load_parts()
    some, vocabulary = parts["validation"][:N_CHOOSE], parts["vocabulary"]
    surprises = {}
    for step in product(READS, READING_RATES):
        copy = {name: Tensor(tensor.data.copy()) for name, tensor in params.items()}
        surprises[step] = read_text(copy, CONFIG, some, STRIDE, step[1], step[0])
    by_step = {step: nats_per_byte(row, some[1:], vocabulary) for step, row in surprises.items()}
    reads, rate = best = min(by_step, key=by_step.get)
    table = table_surprises(some)
    by_weight = [nats_per_byte(mixed(table, surprises[best], weight), some[1:], vocabulary) for weight in WEIGHTS]
    return {
        "reads_tried": READS, "reading_rates": READING_RATES, "by_step": [[by_step[reads, rate] for rate in READING_RATES] for reads in READS],
        "reads": reads, "reading_rate": rate, "weights": WEIGHTS, "by_weight": by_weight, "weight": WEIGHTS[int(np.argmin(by_weight))],
    }


def main():
    """Train, judge on held-out text, write the file."""
    params = fresh()
    losses = train(params, CONFIG, training_windows(), THREE_MINUTES, RUN, save_every=500)
    parts = load_parts()
    kept = {name: Tensor(tensor.data.astype(np.float16).astype(np.float32)) for name, tensor in params.items()}   # as the file keeps them
    held_out = nats_per_byte(read_text(kept, CONFIG, parts["held_out"], STRIDE), parts["held_out"][1:], parts["vocabulary"])
    about = {"settings": asdict(THREE_MINUTES), "held_out": held_out, "losses": [round(float(np.mean(losses[i : i + 100])), 4) for i in range(0, len(losses), 100)]}
    save_params(RECORD, params, CONFIG, about | choose(kept))
    RUN.unlink()
    print({name: value for name, value in load_text_gpt()[2].items() if name != "losses"})


if __name__ == "__main__":
    main()
