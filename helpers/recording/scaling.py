"""Record what a larger budget buys: `python -m helpers.recording.scaling`, half an hour of one core.

Seven sizes of GPT on pieces of the shipped text, at five budgets of operations; the budget and the size say how many tokens are
left to read. Each size's learning rate is chosen on validation text at one budget. Then the same with a rate ten times as
large. What is done is kept in a file beside the record, so a run that was stopped goes on.
"""

import json
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path

import numpy as np

from helpers.bpe import encode_text, train_merges, vocabulary_of
from helpers.checkpoints import read_arrays, write_arrays
from helpers.model import GPTConfig, init_params
from helpers.reading import cut_windows, nats_per_byte, surprises_of
from helpers.sampling import write
from helpers.scaling import operations
from helpers.text import load_texts, split_texts
from helpers.training import Settings, train

RECORD = Path(__file__).parents[1] / "data" / "scaling.npz"
UNFINISHED = RECORD.with_name("scaling.unfinished")   # one line of JSON for each run that is done
N_MERGES = 768
CONTEXT, BATCH_SIZE, N_WINDOWS = 64, 8, 400   # of the small runs; the windows are those they are judged by
SIZES = [(1, 8), (1, 16), (1, 24), (2, 32), (2, 48), (3, 64), (3, 96)]   # n_layer, n_embd
BUDGETS = [1e10, 3e10, 1e11, 3e11, 1e12]   # operations; the last one is withheld from the fit
SIZES_AT = [(0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6), (3, 4, 5, 6)]   # which are tried at each budget
RATES = [0.008, 0.016, 0.032, 0.064]   # learning rates to choose from
CHOOSE_AT = 1   # the budget at which they are compared
SEEDS = [0, 1]
TOO_LARGE = 10   # times the best rate
PROMPT = "def "
N_MOMENTS = 24


@cache
def load_parts():
    """The three parts as pieces -> dict: training, validation, held_out: (n,) token ids; vocabulary: bytes of each id; merges"""
    train_texts, *others = split_texts(load_texts())
    merges, known = train_merges(train_texts.values(), N_MERGES), {}
    parts = zip(["training", "validation", "held_out"], [train_texts, *others])
    ids = {name: np.array(encode_text("".join(texts.values()), merges, known)) for name, texts in parts}
    return {**ids, "vocabulary": vocabulary_of(merges), "merges": merges}


def config_of(size, context_length=CONTEXT):
    """The model of a size, a place in SIZES -> GPTConfig"""
    n_layer, n_embd = SIZES[size]
    return GPTConfig(256 + N_MERGES, context_length, n_layer, 4, n_embd)


def n_knobs_of(params):
    """How many numbers a model has."""
    return sum(tensor.data.size for tensor in params.values())


def n_steps_for(budget, n_knobs):
    """How many steps a budget of operations buys a model."""
    return max(round(budget / operations(n_knobs, BATCH_SIZE * CONTEXT)), 1)


def judged(params, config, part):
    """The loss on windows from all over a part, every position of them -> nats per byte"""
    parts = load_parts()
    windows = cut_windows(parts[part], config.context_length, (len(parts[part]) - config.context_length) // N_WINDOWS)[:N_WINDOWS]
    surprises = np.concatenate([surprises_of(params, config, windows[first : first + 50]) for first in range(0, N_WINDOWS, 50)])
    return nats_per_byte(surprises, windows[:, 1:], parts["vocabulary"])


def moments_of(n_steps):
    """At most N_MOMENTS steps at which to note the loss, evenly spread on a logarithmic scale -> list"""
    return sorted({max(1, round(n_steps ** (i / N_MOMENTS))) for i in range(1, N_MOMENTS + 1)})


def sample(params, config):
    """What a model writes after the prompt, until its context is full, always with the same random numbers -> str"""
    parts = load_parts()
    start = encode_text(PROMPT, parts["merges"])
    written = write(params, [start], config, -1, np.random.default_rng(0), temperature=0.8)[0]   # no token stops it
    return b"".join(parts["vocabulary"][i] for i in written).decode("utf-8", errors="replace")


def run(job):
    """Train one model as the job says -> the job, with what came out

    job: dict of size, budget (places in the lists), rate, seed, kind
    """
    config, budget = config_of(job["size"]), BUDGETS[job["budget"]]
    params = init_params(config, np.random.default_rng(job["seed"]), np.float32)
    n_steps = n_steps_for(budget, n_knobs_of(params))
    settings = Settings(n_steps=n_steps, batch_size=BATCH_SIZE, learning_rate=job["rate"], warmup=min(100, n_steps // 10), seed=job["seed"])
    windows = cut_windows(load_parts()["training"], CONTEXT, CONTEXT)
    losses = train(params, config, windows, settings)
    per_token = len(load_parts()["training"]) / sum(len(load_parts()["vocabulary"][i]) for i in load_parts()["training"])
    moments = moments_of(n_steps)
    means = [float(np.mean(losses[before:step])) * per_token for before, step in zip([0, *moments], moments)]
    found = {"n_knobs": n_knobs_of(params), "n_steps": n_steps, "validation": judged(params, config, "validation"), "moments": moments, "trained_on": means}
    if job["kind"] != "rate":   # held-out text judges what was chosen, and chooses nothing
        found |= {"held_out": judged(params, config, "held_out"), "written": sample(params, config)}
    return job | found


def key_of(job):
    """What tells two runs apart."""
    return (job["kind"], job["size"], job["budget"], job["rate"], job["seed"])


def finish(jobs, done):
    """Run what is not done so far, two at a time; keep each as it ends."""
    left = [job for job in jobs if key_of(job) not in done]
    left.sort(key=lambda job: -BUDGETS[job["budget"]])
    with ProcessPoolExecutor(2) as pool:
        for future in as_completed([pool.submit(run, job) for job in left]):
            found = future.result()
            done[key_of(found)] = found
            with open(UNFINISHED, "a", encoding="utf-8") as file:
                file.write(json.dumps(found) + "\n")
            print(found["kind"], *SIZES[found["size"]], f"{BUDGETS[found['budget']]:.0e}", found["rate"], found["seed"], f"{found['validation']:.4f}", flush=True)


def best_rate(size, done):
    """The rate with the lowest loss on validation text."""
    return min(RATES, key=lambda rate: done["rate", size, CHOOSE_AT, rate, 0]["validation"])


def best_size(budget, done):
    """The size with the lowest loss on validation text at a budget, the mean of all seeds."""
    return min(SIZES_AT[budget], key=lambda size: np.mean([done["run", size, budget, best_rate(size, done), seed]["validation"] for seed in SEEDS]))


def record():
    """All runs, those that are done from the file -> arrays, facts"""
    done = {}
    if UNFINISHED.exists():
        lines = UNFINISHED.read_text(encoding="utf-8").splitlines()
        done = {key_of(found): found for found in map(json.loads, lines)}
    finish([{"kind": "rate", "size": size, "budget": CHOOSE_AT, "rate": rate, "seed": 0} for size in range(len(SIZES)) for rate in RATES], done)
    rates = [best_rate(size, done) for size in range(len(SIZES))]
    jobs = [
        {"kind": "run", "size": size, "budget": budget, "rate": rates[size], "seed": seed}
        for budget in range(len(BUDGETS)) for size in SIZES_AT[budget] for seed in SEEDS
    ]
    finish(jobs, done)
    wrong = []
    for budget in range(len(BUDGETS) - 1):
        size = best_size(budget, done)
        wrong.append({"kind": "wrong", "size": size, "budget": budget, "rate": TOO_LARGE * rates[size], "seed": 0})
    finish(wrong, done)
    runs = [done[key_of(job)] for job in [*jobs, *wrong]]
    columns = {"size": int, "budget": int, "seed": int, "n_knobs": int, "n_steps": int, "rate": float, "validation": float, "held_out": float}
    arrays = {name: np.array([found[name] for found in runs], dtype=kind) for name, kind in columns.items()}
    arrays["is_wrong"] = np.array([found["kind"] == "wrong" for found in runs])
    arrays["rates_tried"] = np.array([[done["rate", size, CHOOSE_AT, rate, 0]["validation"] for rate in RATES] for size in range(len(SIZES))])
    about = {
        "sizes": SIZES, "budgets": BUDGETS, "rates": RATES, "prompt": PROMPT, "tokens_a_step": BATCH_SIZE * CONTEXT,
        "moments": [found["moments"] for found in runs],
        "trained_on": [[round(loss, 4) for loss in found["trained_on"]] for found in runs],
        "written": [found["written"] for found in runs],
    }
    return arrays, about


def load_scaling():
    """The recorded runs -> dict of columns, a row for each run, and of what they share

    size, budget: places in sizes and budgets; n_knobs, n_steps, rate, seed; validation, held_out: nats per byte; is_wrong: the rate
    is ten times too large; rates_tried: (sizes, rates) validation losses; moments, trained_on, written: lists
    """
    arrays, about = read_arrays(RECORD)
    return {**arrays, **about}


if __name__ == "__main__":
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")   # for the workers: each has a core of its own
    write_arrays(RECORD, *record())
    UNFINISHED.unlink(missing_ok=True)
    print({name: len(values) for name, values in load_scaling().items()})
