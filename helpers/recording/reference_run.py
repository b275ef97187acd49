"""Record how the reference learns, for the page to scrub through: `python -m helpers.recording.reference_run`.

A short run of the reference model: 32 names a step, seed 0. At some 20 moments it notes the loss on held-out names, the mean
training loss since the moment before, the row of every token, and five names that the model writes.
"""

from pathlib import Path

import numpy as np

from helpers.checkpoints import read_arrays, write_arrays
from helpers.counting import sample_name
from helpers.model import GPTConfig, gpt, init_params
from helpers.names import load_names, split_names
from helpers.tokenizer import decode, encode, letters_of
from helpers.training import Settings, evaluate, train

RECORD = Path(__file__).parents[1] / "data" / "reference_run.npz"
CONFIG = GPTConfig()
SETTINGS = Settings(n_steps=10_000, batch_size=32, learning_rate=0.01, seed=0)
MOMENTS = [0, 1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2500, 4000, 6000, 8000, 10_000]
N_NAMES = 5   # written at each moment, from the same random numbers


def load_reference_run():
    """The recorded run -> dict: moments, held_out, trained_on, embeddings (moments, V, C), names, letters, settings"""
    arrays, about = read_arrays(RECORD)
    return {**arrays, **about}


def written(params, letters):
    """Five names that the model writes, from the same random numbers each time."""
    rng = np.random.default_rng(1)
    bos = len(letters)

    def predict(past):
        logits = gpt(params, np.array([past[-CONFIG.context_length :]]), CONFIG).data[0, -1]
        powers = np.exp(logits - logits.max())
        return powers / powers.sum()

    return [decode(sample_name(predict, rng, bos, CONFIG.context_length - 1), letters) for _ in range(N_NAMES)]


def record():
    """Train, and note what there is to see -> arrays, facts"""
    names = load_names()
    letters = letters_of(names)
    trained_on, held_out = ([encode(name, letters) for name in part] for part in split_names(names))
    params = init_params(CONFIG, np.random.default_rng(SETTINGS.seed), np.float32)
    seen = {"held_out": [], "trained_on": [], "embeddings": []}
    about = {"moments": [], "names": [], "letters": letters, "settings": vars(SETTINGS)}
    since = [evaluate(params, CONFIG, trained_on[:32])]   # before the first step: its first batch's stand-in

    def note(step):
        seen["held_out"].append(evaluate(params, CONFIG, held_out))
        seen["trained_on"].append(np.mean(since))
        seen["embeddings"].append(params["wte"].data.astype(np.float16))
        about["moments"].append(step)
        about["names"].append(written(params, letters))
        since.clear()

    def watch(step, loss, optimizer):
        since.append(loss)
        if step in MOMENTS:
            note(step)

    note(0)
    train(params, CONFIG, trained_on, SETTINGS, watch=watch)
    return {name: np.array(values) for name, values in seen.items()}, about


if __name__ == "__main__":
    write_arrays(RECORD, *record())
    print(load_reference_run()["names"])
