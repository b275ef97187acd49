"""Train the reference model without attention: `python -m helpers.recording.without_attention`.

The same sizes, start, names and settings as the reference of `helpers.recording.models`, but the table that writes what attention has
read into the stream is 0, at the start and after every step. So every position knows its own token and its place, and nothing else.
"""

from dataclasses import asdict

import numpy as np

from helpers.checkpoints import load_params, save_params
from helpers.model import init_params
from helpers.recording.models import DATA, RUNS, token_ids_for
from helpers.training import evaluate, train

PATH = DATA / "without_attention.npz"


def load_without_attention(dtype=np.float64):
    """The reference without attention -> params, config, facts: its loss on held-out names, its settings"""
    return load_params(PATH, dtype)


def cut(params):
    """Set to 0 what attention adds to the stream."""
    for name, tensor in params.items():
        if name.endswith("attn_wo"):
            tensor.data[:] = 0


def main():
    """Train it from nothing, say how it stands, and write its file."""
    config, settings = RUNS["reference"]
    trained_on, held_out = token_ids_for("reference")
    params = init_params(config, np.random.default_rng(settings.seed), np.float32)
    cut(params)
    train(params, config, trained_on, settings, watch=lambda step, loss, optimizer: cut(params))
    about = {"settings": asdict(settings), "held_out": evaluate(params, config, held_out)}
    save_params(PATH, params, config, about)
    print(f"without attention: held out {about['held_out']:.4f}")


if __name__ == "__main__":
    main()
