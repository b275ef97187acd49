"""Train the models that the book ships: `python -m helpers.recording.models reference` (or `best`).

`reference` is microgpt's architecture trained long, `best` the lowest loss that some 200,000 knobs reached here. Each is
trained on the training names alone; its settings were chosen on validation names, a part of those.
"""

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from helpers.checkpoints import load_params, save_params
from helpers.model import GPTConfig, init_params
from helpers.names import load_names, split_names
from helpers.tokenizer import encode, letters_of
from helpers.training import Settings, evaluate, train

DATA = Path(__file__).parents[1] / "data"

RUNS = {   # name -> sizes, settings
    "reference": (GPTConfig(), Settings(n_steps=100_000, batch_size=32, learning_rate=0.01)),
    "best": (
        GPTConfig(n_layer=4, n_head=4, n_embd=64),
        Settings(n_steps=60_000, batch_size=64, learning_rate=0.003, warmup=100, weight_decay=0.02, dropout=0.1, n_workers=2),
    ),
}


def load_trained(name, dtype=np.float64):
    """A model that the book ships -> params, config, facts: its loss on held-out names, steps, seed

    name: "reference" or "best"
    """
    if name not in RUNS:
        raise ValueError(f"want one of {', '.join(RUNS)}, got {name!r}")
    return load_params(DATA / f"{name}.npz", dtype)


def main(name):
    """Train one of RUNS from nothing, say how it stands, and write its file."""
    config, settings = RUNS[name]
    names = load_names()
    letters = letters_of(names)
    trained_on, held_out = ([encode(name, letters) for name in part] for part in split_names(names))
    params = init_params(config, np.random.default_rng(settings.seed), np.float32)
    path = DATA / f"{name}.npz"
    train(params, config, trained_on, settings, path=DATA / f"{name}.run.npz", save_every=5000)
    about = {"settings": asdict(settings), "held_out": evaluate(params, config, held_out), "trained_on": evaluate(params, config, trained_on)}
    save_params(path, params, config, about)
    kept, _, _ = load_params(path, np.float32)
    print(f"{name}: held out {about['held_out']:.4f}, as kept in the file {evaluate(kept, config, held_out):.4f}, on training names {about['trained_on']:.4f}")


if __name__ == "__main__":
    main(sys.argv[1])
