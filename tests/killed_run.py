"""A short training run that may end in the middle, as if the power went: python killed_run.py FILE MOMENT COUNT

It has a process of its own, since its end takes all with it. MOMENT is "never" or one of MOMENTS, COUNT says the how manyth.
"""

import io
import os
import sys
import time

import numpy as np

from helpers.model import GPTConfig, init_params
from helpers.training import Settings, train

CONFIG = GPTConfig(vocab_size=6, context_length=5, n_layer=1, n_head=2, n_embd=4)
SETTINGS = Settings(n_steps=30, batch_size=4, warmup=3, weight_decay=0.1, dropout=0.2, n_workers=2, seed=5)
NAMES = [[5, *[i % 5, i % 3, i % 4, i % 2][: i % 5], 5] for i in range(23)]
SAVE_EVERY = 7


def run(path, seed=0, watch=None):
    """-> the knobs at the end as one row, the losses; `seed` matters only where nothing is saved yet"""
    params = init_params(CONFIG, np.random.default_rng(seed), np.float32)
    losses = train(params, CONFIG, NAMES, SETTINGS, path=path, save_every=SAVE_EVERY, watch=watch)
    return np.concatenate([tensor.data.reshape(-1) for tensor in params.values()]), losses


def ends_at(count):
    """A function that ends this process when it is called for the `count`th time: nothing is tidied up."""
    calls = 0

    def call():
        nonlocal calls
        calls += 1
        if calls == count:
            os._exit(9)

    return call


def half_written(end, real=np.savez_compressed):
    """np.savez_compressed that writes half of its bytes before it may end."""
    def save(file, **arrays):
        whole = io.BytesIO()
        real(whole, **arrays)
        half = len(whole.getvalue()) // 2
        file.write(whole.getvalue()[:half])
        file.flush()
        end()
        file.write(whole.getvalue()[half:])

    return save


def before(end, real):
    def call(*args):
        end()
        return real(*args)

    return call


def after(end, real):
    def call(*args):
        real(*args)
        end()

    return call


def arm(moment, end):
    """Let `end` be called at this moment of every save -> what to call after each step"""
    if moment == "half the bytes written":
        np.savez_compressed = half_written(end)
    elif moment == "before it is on the disk":
        os.fsync = before(end, os.fsync)
    elif moment == "before it has its name":
        os.replace = before(end, os.replace)
    elif moment == "after it has its name":
        os.replace = after(end, os.replace)
    elif moment == "after a step":
        return lambda *_: end()
    elif moment == "from outside":
        return lambda *_: (print("a step is done", flush=True), time.sleep(0.01))
    return None


MOMENTS = ("after a step", "half the bytes written", "before it is on the disk", "before it has its name", "after it has its name")

if __name__ == "__main__":
    _, path, moment, count = sys.argv
    run(path, watch=arm(moment, ends_at(int(count))))
