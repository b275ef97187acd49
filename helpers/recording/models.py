"""Train the models that the book ships: `python -m helpers.recording.models reference` (or `best`, or `origins`).

`reference` is microgpt's architecture trained long, `best` the lowest loss that some 200,000 knobs reached here, `origins`
the same model on names that start with a token for their origin. Each is trained on the training names alone; its settings
were chosen on validation names, a part of those.
"""

import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from helpers.checkpoints import load_params, save_params
from helpers.model import GPTConfig, init_params
from helpers.names import load_names, load_origins, load_rows, split_names
from helpers.tokenizer import encode, encode_from, letters_of
from helpers.training import Settings, evaluate, train

DATA = Path(__file__).parents[1] / "data"

LONG = Settings(n_steps=60_000, batch_size=64, learning_rate=0.005, warmup=100, weight_decay=0.02, dropout=0.1, n_workers=2)
RUNS = {   # name -> sizes, settings
    "reference": (GPTConfig(), Settings(n_steps=100_000, batch_size=32, learning_rate=0.01)),
    "best": (GPTConfig(n_layer=4, n_head=4, n_embd=64), LONG),
    "origins": (GPTConfig(vocab_size=63, n_layer=4, n_head=4, n_embd=64), replace(LONG, n_workers=1)),
}


def load_trained(name, dtype=np.float64):
    """A model that the book ships -> params, config, facts: its loss on held-out names, steps, seed

    name: "reference", "best" or "origins"
    """
    if name not in RUNS:
        raise ValueError(f"want one of {', '.join(RUNS)}, got {name!r}")
    return load_params(DATA / f"{name}.npz", dtype)


def moments_of(n_steps):
    """Some 30 steps at which to judge a run, closer together at its beginning -> list"""
    return sorted({round(n_steps ** (i / 30)) for i in range(8, 30)} | {n_steps * i // 10 for i in range(1, 11)})


def token_ids_for(name):
    """The names that a model is trained on, and those held out, as it reads them -> two lists of lists of token ids"""
    names = load_names()
    letters, parts = letters_of(names), split_names(names)
    if name != "origins":
        return [[encode(each, letters) for each in part] for part in parts]
    origins, rows = load_origins(), load_rows()   # a name stands in as many rows as it has origins, all on one side
    return [[encode_from(each, origin, letters, origins) for each, origin in rows if each in part] for part in map(set, parts)]


def main(name):
    """Train one of RUNS from nothing, say how it stands, and write its file."""
    config, settings = RUNS[name]
    trained_on, held_out = token_ids_for(name)
    params = init_params(config, np.random.default_rng(settings.seed), np.float32)
    path = DATA / f"{name}.npz"
    history, moments = [], set(moments_of(settings.n_steps))
    spent = -time.process_time()

    def watch(step, loss, optimizer):
        nonlocal spent
        if step in moments:
            spent += time.process_time()   # the judging below does not count
            history.append({
                "step": step,
                "core_seconds": round(spent, 2),
                "trained_on": evaluate(params, config, trained_on[:: len(trained_on) // len(held_out)]),
                "held_out": evaluate(params, config, held_out),
            })
            spent -= time.process_time()

    train(params, config, trained_on, settings, watch=watch)
    about = {
        "settings": asdict(settings),
        "held_out": evaluate(params, config, held_out),
        "trained_on": evaluate(params, config, trained_on),
        "history": history,
    }
    save_params(path, params, config, about)
    kept, _, _ = load_params(path, np.float32)
    print(f"{name}: held out {about['held_out']:.4f}, as kept in the file {evaluate(kept, config, held_out):.4f}, on training names {about['trained_on']:.4f}")


if __name__ == "__main__":
    main(sys.argv[1])
