"""Record what tuning does to a small model of names: `python -m helpers.recording.tuning`.

Some 20 minutes of one idle core. Each part goes into the file when it is done; a part that is there is not made again, unless
it is named: `python -m helpers.recording.tuning rewards`.

first     the first model: it is trained on names of all origins, but not on those that later choose a setting (the best
          model of this book has read these)
survey    for every origin: the loss of the first model, of that model trained on, and of a model from nothing
curves    for three origins the same with a few of their names, and for Welsh from a model that has never read a Welsh name
rewards   runs with a reward, at several prices of moving away from the first model

Settings are chosen on validation names. Held-out names judge, and nothing else.
"""

import sys
from pathlib import Path

import numpy as np

from helpers.checkpoints import read_arrays, write_arrays
from helpers.model import GPTConfig, init_params
from helpers.names import LETTERS, load_origins, load_rows, split_names
from helpers.tensor import Tensor
from helpers.tokenizer import decode, encode
from helpers.training import Settings, evaluate, train
from helpers.tuning import (
    alternates,
    copy_of,
    draw_names,
    reinforce,
    surprise_of_names,
    train_and_keep_best,
)

PATH = Path(__file__).parents[1] / "data" / "tuning.npz"
CONFIG = GPTConfig(n_layer=2, n_embd=32)
LONG = Settings(n_steps=20_000, batch_size=64, learning_rate=0.01, warmup=100, weight_decay=0.02)
MOMENTS = [round(10 * 1.35**i) for i in range(18)]          # steps after which validation names are asked
STARTS = {"first": (600, (0.001, 0.003, 0.01)), "nothing": (1500, (0.002, 0.004))}   # start -> steps, learning rates to choose from
CURVES, SIZES, SEEDS = ("french", "welsh", "japanese"), (30, 100, None), (0, 1)   # None: all
PRICES = (0.0, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0)               # of a nat
REWARD_STEPS, REWARD_NAMES, JUDGED, SHOWN = 600, 128, 500, 12


def parts_of(origin=None, without=None):
    """The names of an origin (None: of all) as token ids, in three parts: to train on, to choose by, to judge by

    without: an origin whose names are left out of all three
    """
    rows = load_rows()
    out = {name for name, its in rows if its == without}
    names = list(dict.fromkeys(name for name, its in rows if origin in (None, its) and name not in out))
    training, held_out = split_names(names)   # each name decides for itself: on the same side in every list
    fit, validation = split_names(training, salt="tune")
    return [[encode(name, LETTERS) for name in part] for part in (fit, validation, held_out)]


def trained_first(without=None, n_steps=LONG.n_steps):
    """A model of all names, or of all but one origin's -> params"""
    params = init_params(CONFIG, np.random.default_rng(LONG.seed), np.float32)
    settings = Settings(**vars(LONG) | {"n_steps": n_steps})
    train(params, CONFIG, parts_of(without=without)[0], settings)
    return params


def chosen(start, fit, validation, first=None, seed=0):
    """The best of the runs from this start, by the validation names -> params, step, learning rate"""
    n_steps, rates = STARTS[start]
    runs = []
    for rate in rates:
        params = copy_of(first) if first is not None else init_params(CONFIG, np.random.default_rng(seed), np.float32)
        settings = Settings(n_steps=n_steps, batch_size=32, learning_rate=rate, seed=seed)
        kept, step, loss = train_and_keep_best(params, CONFIG, fit, validation, settings, MOMENTS)
        runs.append((loss, rate, step, kept))
    _, rate, step, kept = min(runs, key=lambda run: run[0])
    return kept, step, rate


def survey(first, origins=None):
    """For each origin: held-out loss of the first model, of it trained on, of one from nothing; the origin's share of names
    that others have, too -> arrays"""
    losses, shared, sizes = [], [], []
    rows = load_rows()
    of = {}
    for name, origin in rows:
        of.setdefault(name, set()).add(origin)
    for origin in origins or load_origins():
        fit, validation, held_out = parts_of(origin)
        ends = [first, chosen("first", fit, validation, first)[0], chosen("nothing", fit, validation)[0]]
        losses.append([evaluate(params, CONFIG, held_out) for params in ends])
        own = [name for name, its in of.items() if origin in its]
        shared.append(sum(len(of[name]) > 1 for name in own) / len(own))
        sizes.append(len(fit))
        print(origin, np.round(losses[-1], 3), round(shared[-1], 2), flush=True)
    return {"survey": np.array(losses).round(3), "shared": np.array(shared), "sizes": np.array(sizes)}


def curve(start, origin, size, seed, first=None):
    """Held-out loss of an origin after training on some of its names -> float"""
    fit, validation, held_out = parts_of(origin)
    order = np.random.default_rng(seed).permutation(len(fit))
    some = [fit[i] for i in order[:size]]
    return evaluate(chosen(start, some, validation, first, seed)[0], CONFIG, held_out)


def curves(first, stranger):
    """Losses by origin, number of names and seed, from either start; for Welsh also from a model without Welsh -> arrays"""
    found = {}
    for name, origins, start, base in [
        ("curves_first", CURVES, "first", first), ("curves_nothing", CURVES, "nothing", None), ("curves_stranger", ("welsh",), "first", stranger),
    ]:
        found[name] = np.array([[[curve(start, origin, size, seed, base) for seed in SEEDS] for size in SIZES] for origin in origins])
        print(name, found[name].mean(axis=-1).round(3).tolist(), flush=True)
    return found


def reward_run(first, price, n_steps=REWARD_STEPS, seed=0):
    """Tune for names that alternate, at a price -> knobs, mean reward at each step"""
    params, seen = copy_of(first), []
    reinforce(params, first, CONFIG, LETTERS, alternates, n_steps, price, REWARD_NAMES, seed=seed, watch=lambda step, reward, moved: seen.append(reward))
    return params, seen


def judge(params, first, n_judged=JUDGED, seed=99):
    """Names that a model writes, and what is to be known of them -> numbers, names

    numbers: mean reward, different names, nats a name away from the first model, mean length, share in the training list
    """
    drawn = draw_names(params, CONFIG, n_judged, len(LETTERS), np.random.default_rng(seed))
    names = [decode(ids, LETTERS) for ids in drawn]
    away = surprise_of_names(first, drawn, CONFIG).data - surprise_of_names(params, drawn, CONFIG).data
    known = {decode(ids, LETTERS) for ids in parts_of()[0]}
    lengths = [len(name) for name in names]
    numbers = [np.mean([alternates(name) for name in names]), len(set(names)), away.mean(), np.mean(lengths), np.mean([name in known for name in names])]
    return numbers, names


def rewards(first):
    """A run for each price, and the first model itself -> arrays, facts"""
    _, _, held_out = parts_of()
    good = [ids for ids in held_out if alternates(decode(ids, LETTERS))]
    numbers, examples = [], []
    for price in (None, *PRICES):
        params = first if price is None else reward_run(first, price)[0]
        counted, names = judge(params, first)
        exact, _ = judge(params, first, n_judged=5000, seed=100)   # more names, for the means
        counted[0], counted[2:] = exact[0], exact[2:]
        numbers.append([*counted, evaluate(params, CONFIG, held_out), surprise_of_names(params, good, CONFIG).data.mean()])
        examples.append(names[:SHOWN])
        print("price", price, np.round(numbers[-1], 3), *names[:6], flush=True)
    return {"rewards": np.array(numbers)}, {"examples": examples}


def load_tuning(dtype=np.float32):
    """The record -> first (params), config, record: a dict of all else

    record: survey (origins, [first, tuned, from nothing]), shared, sizes, curves_..., rewards, examples, and the settings
    """
    arrays, about = read_arrays(PATH)
    first = {name.removeprefix("first."): Tensor(array.astype(dtype)) for name, array in arrays.items() if name.startswith("first.")}
    record = {name: array for name, array in arrays.items() if not name.startswith("first.")}
    return first, CONFIG, record | about


def main(anew=()):
    """Make every part that the file lacks, and those that are named."""
    arrays, about = read_arrays(PATH) if PATH.exists() else ({}, {})

    def keep(more, facts=None):
        arrays.update({name: np.asarray(array) for name, array in more.items()})
        about.update(facts or {})
        told = {"origins": load_origins(), "curves": CURVES, "n_names": SIZES, "prices": PRICES, "settings": vars(LONG)}
        write_arrays(PATH, arrays, about | told | {"reward_steps": REWARD_STEPS, "reward_names": REWARD_NAMES, "judged": JUDGED})

    if "first.wte" not in arrays or "first" in anew:
        keep({f"first.{name}": tensor.data.astype(np.float16) for name, tensor in trained_first().items()})
    first = load_tuning()[0]
    if "rewards" not in arrays or "rewards" in anew:
        keep(*rewards(first))
    if "survey" not in arrays or "survey" in anew:
        keep(survey(first))
    if "curves_first" not in arrays or "curves" in anew:
        keep(curves(first, trained_first(without="welsh")))


if __name__ == "__main__":
    main(sys.argv[1:])
