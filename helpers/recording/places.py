"""Record how the letters find their places: `python -m helpers.recording.places` trains the network of
chapters/06_every_letter_a_place.ipynb and keeps its table of tokens at a dozen moments in `helpers/data/places.npz`.

Sizes, steps and seeds are those of the network on the ladder; the embeddings start smaller.
"""

from pathlib import Path

import numpy as np

from helpers.checkpoints import read_arrays, write_arrays
from helpers.names import load_names, split_names
from helpers.tensor import cross_entropy
from helpers.tokenizer import encode, letters_of
from helpers.training import gradient_step, zero_grad
from helpers.window import init_window, window_logits, windows

PATH = Path(__file__).parents[1] / "data" / "places.npz"
SIZES = {"n_letters": 6, "n_embd": 24, "n_hidden": 256}
START = 0.1   # of the embeddings: ten times as small as on the ladder, so that what the map shows was learned
LEARNING_RATE, BATCH_SIZE = 1.0, 256
MOMENTS = [0, 30, 100, 300, 600, 1000, 2000, 3500, 5000, 7500, 10_000, 12_000]   # steps; the last one is the end


def load_places():
    """The recorded run -> dict

    steps: (M,) steps done, losses: (M,) nats per token on held-out names, tables: (M, V, C) the embeddings then,
    tokens: V of them in the order of the rows, "." for BOS; settings: what the run was
    """
    arrays, about = read_arrays(PATH)
    return {
        "steps": arrays["steps"],
        "losses": arrays["losses"].astype(np.float64),
        "tables": arrays["tables"].astype(np.float64),
        "tokens": about["tokens"],
        "settings": about["settings"],
    }


def loss_on(params, before, targets, size=4096):
    """The mean surprise over many questions, `size` at a time -> float"""
    total = 0.0
    for start in range(0, len(targets), size):
        part = targets[start : start + size]
        total += float(cross_entropy(window_logits(params, before[start : start + size]), part).data) * len(part)
    return total / len(targets)


def main():
    """Train, look at each moment, and write the file."""
    names = load_names()
    letters = letters_of(names)
    bos, k = len(letters), SIZES["n_letters"]
    trained_on, held_out = ([encode(name, letters) for name in part] for part in split_names(names))
    before, targets = windows(trained_on, k, bos)
    asked = windows(held_out, k, bos)
    params = init_window(np.random.default_rng(0), len(letters) + 1, **SIZES, start=START)
    rng = np.random.default_rng(1)
    n_steps, losses, tables = MOMENTS[-1], [], []
    for step in range(n_steps + 1):
        if step in MOMENTS:
            losses.append(loss_on(params, *asked))
            tables.append(params["wte"].data.astype(np.float16))
            print(f"{step:>6} steps: held out {losses[-1]:.4f}", flush=True)
        if step < n_steps:
            chosen = rng.integers(len(targets), size=BATCH_SIZE)
            loss = cross_entropy(window_logits(params, before[chosen]), targets[chosen])
            zero_grad(params.values())
            loss.backward()
            gradient_step(params.values(), LEARNING_RATE * (1 - step / n_steps))
    arrays = {"steps": np.array(MOMENTS), "losses": np.array(losses, np.float32), "tables": np.array(tables)}
    settings = {**SIZES, "start": START, "learning_rate": LEARNING_RATE, "batch_size": BATCH_SIZE, "seeds": [0, 1]}
    write_arrays(PATH, arrays, {"tokens": "".join(letters) + ".", "settings": settings})


if __name__ == "__main__":
    main()
