"""Record how fast one machine is: `python -m helpers.recording.speed` measures it for a minute or two and writes
`helpers/data/speed.npz`. With the word `threads` it measures again only what a second thread brings, for which the machine
must be idle.

It measures the three numbers of chapters/14_how_fast.ipynb, products of several shapes, training steps of several sizes,
the same steps done in other ways, and what a second thread brings. Times belong to the machine that the record names.
Every time is the best of several rounds, ways that are compared take turns, and all but the times of two threads are the
processor's own time. Needs PyTorch for the ways in PyTorch;
without it these are left out.
"""

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from helpers.batching import make_batch
from helpers.checkpoints import read_arrays, write_arrays
from helpers.model import GPTConfig, init_params
from helpers.names import load_names, split_names
from helpers.speed import Machine, measure_machine, predict, product_work, seconds_of_each, works_of_step
from helpers.tokenizer import encode, letters_of
from helpers.training import Adam, gradients

RECORD = Path(__file__).parents[1] / "data" / "speed.npz"
COLUMNS = [1, 2, 4, 8, 16, 32, 64, 128]        # of the table that a large one is multiplied with
BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256]   # names in a step
MODELS = {"microgpt": GPTConfig(), "best": GPTConfig(n_layer=4, n_embd=64)}
TEXTS = GPTConfig(vocab_size=224, context_length=64, n_layer=2, n_embd=64)   # 131,072 knobs
CASES = {"microgpt, 1 name": ("microgpt", 1), "microgpt, 32 names": ("microgpt", 32), "best, 64 names": ("best", 64), "32 texts": ("texts", 32)}
SIDE, MEGABYTES = 1024, 256
CLOCK = time.process_time   # one thread, and what other programs take does not count; with two threads the clock on the wall
LEAST = 0.03   # seconds of a round: long enough for a step to find its own arrays in the near memory


def load_speed():
    """The record -> dict: machine (a Machine), where, products, steps, ways, threads"""
    _, about = read_arrays(RECORD)
    return {**about, "machine": Machine(**about["machine"])}


def batch_of(model, size):
    """Names of seven letters, in a fixed order; for "texts", random ids: their time is that of real ones."""
    if model == "texts":
        ids = np.random.default_rng(0).integers(TEXTS.vocab_size, size=(size, TEXTS.context_length + 1))
        return ids[:, :-1], ids[:, 1:], np.ones((size, TEXTS.context_length), dtype=bool)
    names = load_names()
    letters = letters_of(names)
    chosen = [name for name in split_names(names)[0] if len(name) == 7]   # all of one length: no padding
    return make_batch([encode(name, letters) for name in chosen[:size]])


def step_of(config, batch, dtype="float32"):
    """A training step, forward, backward and Adam -> a function without arguments"""
    params = init_params(config, np.random.default_rng(0), np.dtype(dtype))
    optimizer = Adam(params)

    def step():
        gradients(params, batch, config)
        optimizer.step(0.001)

    return step


def torch_step(torch, config, batch):
    """The same step in PyTorch, eager, with its own attention and fused Adam -> a function without arguments"""
    from torch.nn import functional as F

    params = {name: torch.tensor(tensor.data, requires_grad=True) for name, tensor in init_params(config, np.random.default_rng(0), np.float32).items()}
    optimizer = torch.optim.Adam(params.values(), lr=0.001, betas=(0.85, 0.99), fused=True)
    token_ids, targets = torch.as_tensor(np.ascontiguousarray(batch[0])), torch.as_tensor(np.ascontiguousarray(batch[1]))
    if not batch[2].all():
        raise ValueError("want a batch without padding")
    B, T = token_ids.shape
    C, H = config.n_embd, config.n_head

    def loss_now():
        def norm(x):
            return F.rms_norm(x, (C,), eps=1e-5)

        x = norm(params["wte"][token_ids] + params["wpe"][:T])
        for i in range(config.n_layer):
            wq, wk, wv, wo = (params[f"layer{i}.attn_w{letter}"] for letter in "qkvo")
            a = norm(x)
            query, key, value = (F.linear(a, w).view(B, T, H, C // H).transpose(1, 2) for w in (wq, wk, wv))
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True).transpose(1, 2).reshape(B, T, C)
            x = x + F.linear(mixed, wo)
            x = x + F.linear(F.relu(F.linear(norm(x), params[f"layer{i}.mlp_fc1"])), params[f"layer{i}.mlp_fc2"])
        return F.cross_entropy(F.linear(x, params["lm_head"]).flatten(0, 1), targets.flatten())

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_now()
        loss.backward()
        optimizer.step()
        return loss

    step.loss_now = loss_now
    return step


def pytorch():
    """PyTorch with one thread, or None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    return torch


def products(n_rounds):
    """A large table times one with few columns or many -> list of dicts"""
    weights = np.ones((MEGABYTES * 2**18 // 1024, 1024), np.float32)
    tables = {str(n): np.ones((1024, n), np.float32) for n in COLUMNS}
    seconds = seconds_of_each({n: lambda table=table: weights @ table for n, table in tables.items()}, n_rounds, clock=CLOCK)
    return [{**product_work(*weights.shape, n)._asdict(), "columns": n, "seconds": seconds[str(n)]} for n in COLUMNS]


def config_of(model):
    return TEXTS if model == "texts" else MODELS[model]


def work_facts(model, size, machine, dtype="float32"):
    """What a step has to do, and the prediction -> dict"""
    config, batch = config_of(model), batch_of(model, size)
    params = init_params(config, np.random.default_rng(0), np.dtype(dtype))
    works = works_of_step(params, batch, config)
    return {
        "model": model, "names": size, "tokens": int(batch[0].size), "knobs": sum(tensor.data.size for tensor in params.values()),
        "calls": sum(work.name != "Tensor" for work in works), "nodes": sum(work.name == "Tensor" for work in works),
        "operations": sum(work.operations for work in works), "size_bytes": sum(work.size_bytes for work in works),
        "predicted": predict(works, machine, dtype),
    }


def steps(machine, n_rounds):
    """Steps of two models on few names or many -> list of dicts"""
    found = []
    for model in MODELS:
        ways = {size: step_of(MODELS[model], batch_of(model, size)) for size in BATCHES}
        seconds = seconds_of_each(ways, n_rounds, LEAST, CLOCK)
        found += [{**work_facts(model, size, machine), "seconds": seconds[size]} for size in BATCHES]
    return found


def ways(machine, n_rounds):
    """A step in several ways, in turn -> dict: case -> {"predicted": ..., "seconds": way -> seconds}"""
    torch, found = pytorch(), {}
    for case, (model, size) in CASES.items():
        config, batch = config_of(model), batch_of(model, size)
        each = {"ours": step_of(config, batch), "ours, float64": step_of(config, batch, "float64")}
        if torch is not None:
            each["PyTorch"] = torch_step(torch, config, batch)
        found[case] = {**work_facts(model, size, machine), "seconds": seconds_of_each(each, n_rounds, LEAST, CLOCK)}
    return found


def one_product(seconds_at_least=0.2):
    """Run as a script of its own, since the number of threads is read when numpy starts: prints the best time of a product."""
    a = np.ones((SIDE, SIDE), np.float32)
    step = step_of(TEXTS, batch_of("texts", 32))
    print(json.dumps(seconds_of_each({"a large product": lambda: a @ a, "32 texts": step}, 7, seconds_at_least / 4)))


BUSY = "while True: pass"   # what keeps a processor busy


def threads():
    """One thread or two, on a machine with nothing else to do and on one with a busy neighbour -> dict: label -> times"""
    found = {}
    for n_busy, state in [(0, "nothing else runs"), (1, "one other program runs")]:
        neighbours = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(n_busy)]
        try:
            for n in (1, 2):
                environment = {**os.environ, "OMP_NUM_THREADS": str(n), "OPENBLAS_NUM_THREADS": str(n), "VECLIB_MAXIMUM_THREADS": str(n)}
                code = "from helpers.recording.speed import one_product; one_product()"
                told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout
                found[f"{state}, {n} thread{'s' if n > 1 else ''}"] = json.loads(told)
        finally:
            for neighbour in neighbours:
                neighbour.kill()
                neighbour.wait()
    return found


def processor():
    """The processor's name as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def record(n_rounds=15):
    """Measure all of it -> facts"""
    loads = os.getloadavg() if hasattr(os, "getloadavg") else (0.0,)
    machine = measure_machine(SIDE, MEGABYTES, n_rounds, CLOCK)
    torch = pytorch()
    where = {
        "processor": processor(), "cores": os.cpu_count(), "python": platform.python_version(), "numpy": np.__version__,
        "torch": torch.__version__ if torch is not None else None, "load_before": round(loads[0], 2), "threads": os.environ.get("OMP_NUM_THREADS"),
    }
    return {
        "machine": asdict(machine), "where": where, "products": products(min(5, n_rounds)),
        "steps": steps(machine, n_rounds), "ways": ways(machine, n_rounds), "threads": threads(),
    }


def main(*parts):
    """Measure all, or only the parts that are named, and write the file."""
    if os.environ.get("OMP_NUM_THREADS") != "1":   # numpy reads it when it starts
        os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", VECLIB_MAXIMUM_THREADS="1")
        os.execv(sys.executable, [sys.executable, "-m", "helpers.recording.speed", *parts])
    if parts not in ((), ("threads",)):
        raise ValueError(f"want no part or threads, which stands alone, got {parts}")
    facts = {**read_arrays(RECORD)[1], "threads": threads()} if parts else record()
    write_arrays(RECORD, {}, facts)
    print(json.dumps(facts["threads"] if parts else facts["machine"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
