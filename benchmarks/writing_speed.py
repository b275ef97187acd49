"""How fast the book writes names: many at once against one by one, against PyTorch, and with the cache against without.

Run from the repository root, with one thread, where PyTorch is installed:
    OMP_NUM_THREADS=1 python -m benchmarks.writing_speed [rounds] [part ...]     parts: see PARTS
The ways to compare take turns within one run, and the quickest turn of each counts (processor seconds). All write with the reference
model in float32, at temperature 1, and stop at the same token. Ratios travel, times do not, and another program on the machine blurs both.
"""

import sys

import numpy as np
import torch

from benchmarks.training_speed import quickest
from helpers.model import GPTConfig, fused_attention, gpt, init_params
from helpers.recording.models import load_trained
from helpers.sampling import draw, next_probabilities, write
from tests import torch_gpt

PARAMS, CONFIG, _ = load_trained("reference", np.float32)
BOS = 26


def rereading(params, prompts, config, stop, rng):
    """`write` without a cache: every name is read from its start at each step."""
    token_ids = np.asarray(prompts)
    while len(token_ids) and token_ids.shape[1] <= config.context_length:
        logits = gpt(params, token_ids, config, fused_attention).data[:, -1]
        new_ids = draw(next_probabilities(logits), rng)
        goes_on = new_ids != stop
        token_ids = np.concatenate([token_ids[goes_on], new_ids[goes_on, None]], axis=1)


def in_torch(params, prompts, config, stop, seed):
    """The same loop in PyTorch, eager, its own softmax and its own draw."""
    generator = torch.Generator().manual_seed(seed)
    token_ids = torch.tensor(prompts)
    with torch.inference_mode():
        while len(token_ids) and token_ids.shape[1] <= config.context_length:
            logits = torch_gpt.logits_of(params, token_ids, config)[:, -1]
            new_ids = torch.multinomial(torch.softmax(logits, dim=-1), 1, generator=generator)
            goes_on = new_ids[:, 0] != stop
            token_ids = torch.cat([token_ids[goes_on], new_ids[goes_on]], dim=1)


def at_once(rounds):
    """A thousand names in one batch against names one by one; at least 20 times as many a second."""
    def one_by_one():
        rng = np.random.default_rng(0)
        for _ in range(50):
            write(PARAMS, [[BOS]], CONFIG, BOS, rng)

    seconds = quickest({"one": one_by_one, "thousand": lambda: write(PARAMS, [[BOS]] * 1000, CONFIG, BOS, np.random.default_rng(0))}, rounds)
    single, thousand = 50 / seconds["one"], 1000 / seconds["thousand"]
    print(f"one by one {single:,.0f} names a second, a thousand at once {thousand:,.0f}: {thousand / single:.0f} times as many (want 20)")


def against_torch(rounds):
    """A thousand names at once, ours against PyTorch eager, which reads everything again; at least 1.5 times as fast."""
    tensors = {name: torch.tensor(tensor.data) for name, tensor in PARAMS.items()}
    prompts = [[BOS]] * 1000
    seconds = quickest({
        "ours": lambda: write(PARAMS, prompts, CONFIG, BOS, np.random.default_rng(0)),
        "ours, rereading": lambda: rereading(PARAMS, prompts, CONFIG, BOS, np.random.default_rng(0)),
        "torch": lambda: in_torch(tensors, prompts, CONFIG, BOS, 0),
    }, rounds)
    print(f"a thousand at once: {seconds['torch'] / seconds['ours']:.2f} times as fast as PyTorch, which has no cache (want 1.5); "
          f"without a cache on either side {seconds['torch'] / seconds['ours, rereading']:.2f} times")


def cache(rounds):
    """With the cache against without: on names, and on longer texts of an untrained model of the best one's sizes."""
    def names(writer, n, times):
        rng = np.random.default_rng(0)
        for _ in range(times):
            writer(PARAMS, [[BOS]] * n, CONFIG, BOS, rng)

    for n, times in ((1, 50), (1000, 1)):
        seconds = quickest({
            "with": lambda n=n, times=times: names(write, n, times),
            "without": lambda n=n, times=times: names(rereading, n, times),
        }, rounds)
        print(f"names, {n} at once: {seconds['without'] / seconds['with']:.2f} times as fast with the cache")
    for length in (16, 64, 256):
        config = GPTConfig(context_length=length, n_layer=4, n_embd=64)
        params = init_params(config, np.random.default_rng(0), np.float32)
        seconds = quickest({
            "with": lambda config=config, params=params: write(params, [[BOS]], config, -1, np.random.default_rng(0)),
            "without": lambda config=config, params=params: rereading(params, [[BOS]], config, -1, np.random.default_rng(0)),
        }, 1 + (rounds if length < 100 else 0))
        print(f"one text of {length} tokens: {seconds['without'] / seconds['with']:.2f} times as fast with the cache")


PARTS = {"at_once": at_once, "torch": against_torch, "cache": cache}

if __name__ == "__main__":
    torch.set_num_threads(1)
    told = sys.argv[1:]
    n_rounds = int(told.pop(0)) if told and told[0].isdigit() else 5
    for name in told or PARTS:
        PARTS[name](n_rounds)
