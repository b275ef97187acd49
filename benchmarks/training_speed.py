"""How fast the book trains a GPT: against PyTorch, against what BLAS reaches, against single numbers, and its own ways.

Run from the repository root, with one thread, where PyTorch is installed:
    OMP_NUM_THREADS=1 python -m benchmarks.training_speed [rounds] [part ...]     parts: see PARTS
The ways to compare take turns within one run, on the same names and in float32, and the quickest turn of each counts (processor
seconds; elapsed seconds for workers). Ratios travel, times do not, and another program on the machine blurs both.
"""

import itertools
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch.nn import functional as F

from helpers.batching import batches
from helpers.model import GPTConfig, init_params
from helpers.names import load_names, split_names
from helpers.tokenizer import encode, letters_of
from helpers.training import Adam, batch_loss, evaluate, gradients, gradients_by_workers
from tests import slow_gpt

NAMES = load_names()
LETTERS = letters_of(NAMES)
TRAIN, HELD_OUT = ([encode(name, LETTERS) for name in part] for part in split_names(NAMES))
WIDE = GPTConfig(n_layer=4, n_head=4, n_embd=64)
MIDDLE = GPTConfig(n_layer=3, n_head=4, n_embd=48)
CASES = {   # model and names a step: (config, batch size, steps a turn, times as fast as PyTorch that it should be)
    "4,192 knobs, 1 name": (GPTConfig(), 1, 60, 3.0),
    "4,192 knobs, 32 names": (GPTConfig(), 32, 40, 1.5),
    "n_embd 64, 4 layers, 64 names": (WIDE, 64, 4, 0.9),
}


def some_batches(batch_size, n, **options):
    return list(itertools.islice(batches(TRAIN, batch_size, seed=0, **options), n))


def n_tokens(many):
    return sum(np.count_nonzero(is_real) for _, _, is_real in many)


def quickest(ways, rounds, clock=time.process_time):
    """The least seconds of each function in `ways` (by name), which take turns."""
    seconds = {name: [] for name in ways}
    for way in ways.values():
        way()   # the first turn of each warms caches up
    for _ in range(rounds):
        for name, way in ways.items():
            start = clock()
            way()
            seconds[name].append(clock() - start)
    return {name: min(times) for name, times in seconds.items()}


# The same model and step, ours and in PyTorch

class Ours:
    """A model in training; `turn` takes one step on each of its batches."""

    def __init__(self, config, many, learning_rate=0.01):
        self.config, self.many, self.learning_rate = config, many, learning_rate
        self.params = init_params(config, np.random.default_rng(0), np.float32)
        self.optimizer = Adam(self.params)
        self.loss = None

    def step(self, batch):
        self.loss = gradients(self.params, batch, self.config)   # the last graph lives until this one stands
        self.optimizer.step(self.learning_rate)

    def turn(self):
        for batch in self.many:
            self.step(batch)

    def held_out(self):
        return evaluate(self.params, self.config, HELD_OUT)


class InTorch:
    """The same in PyTorch, eager, with fused Adam.

    together: one product for query, key and value; sdpa: PyTorch's attention in one operation
    """

    def __init__(self, config, many, learning_rate=0.01, together=True, sdpa=True):
        self.config, self.together, self.sdpa = config, together, sdpa
        first = init_params(config, np.random.default_rng(0), np.float32)
        self.params = {name: torch.tensor(tensor.data, requires_grad=True) for name, tensor in first.items()}
        self.layers = [
            [self.params[f"layer{i}.{name}"] for name in ("attn_wq", "attn_wk", "attn_wv", "attn_wo", "mlp_fc1", "mlp_fc2")]
            for i in range(config.n_layer)
        ]
        self.optimizer = torch.optim.Adam(self.params.values(), lr=learning_rate, betas=(0.85, 0.99), eps=1e-8, fused=True)
        self.many = [self.prepared(batch) for batch in many]
        T = config.context_length
        self.is_future = torch.arange(T) > torch.arange(T)[:, None]

    @staticmethod
    def prepared(batch):
        """A batch as PyTorch takes it: token ids, targets with -100 where none counts."""
        token_ids, next_ids, is_real = batch
        return torch.tensor(token_ids), torch.tensor(np.where(is_real, next_ids, -100))

    def attend(self, x, wq, wk, wv):
        B, T, C = x.shape
        H = self.config.n_head
        if self.together:
            query, key, value = F.linear(x, torch.cat((wq, wk, wv))).view(B, T, 3, H, C // H).permute(2, 0, 3, 1, 4).unbind(0)
        else:
            query, key, value = (F.linear(x, w).view(B, T, H, C // H).transpose(1, 2) for w in (wq, wk, wv))
        if self.sdpa:
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        else:
            scores = (query @ key.transpose(-1, -2)) * (C // H) ** -0.5
            mixed = F.softmax(scores.masked_fill(self.is_future[:T, :T], -torch.inf), dim=-1) @ value
        return mixed.transpose(1, 2).reshape(B, T, C)

    def loss(self, token_ids, targets):
        size = (self.config.n_embd,)
        x = F.embedding(token_ids, self.params["wte"]) + self.params["wpe"][: token_ids.shape[1]]
        x = F.rms_norm(x, size, eps=1e-5)
        for wq, wk, wv, wo, fc1, fc2 in self.layers:
            x = x + F.linear(self.attend(F.rms_norm(x, size, eps=1e-5), wq, wk, wv), wo)
            x = x + F.linear(F.relu(F.linear(F.rms_norm(x, size, eps=1e-5), fc1)), fc2)
        return F.cross_entropy(F.linear(x, self.params["lm_head"]).flatten(0, 1), targets.flatten())

    def step(self, batch):
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(*batch).backward()
        self.optimizer.step()

    def turn(self):
        for batch in self.many:
            self.step(batch)

    def held_out(self):
        return evaluate({name: tensor.detach().numpy() for name, tensor in self.params.items()}, self.config, HELD_OUT)


TORCH_WAYS = {
    "own attention": {"together": False, "sdpa": False},
    "its attention": {"together": False, "sdpa": True},
    "its attention, q k v together": {"together": True, "sdpa": True},
}


def against_torch(rounds):
    print("Training tokens a second, one thread; PyTorch eager with fused Adam, the quickest of its ways")
    print(f"{'':32}{'book':>9}{'PyTorch':>9}{'ratio':>7}{'floor':>7}   PyTorch's way")
    for name, (config, batch_size, n_steps, floor) in CASES.items():
        many = some_batches(batch_size, n_steps)
        models = {"ours": Ours(config, many)} | {way: InTorch(config, many, **options) for way, options in TORCH_WAYS.items()}
        ours, theirs = batch_loss(models["ours"].params, many[0], config).data, models["its attention"].loss(*models["its attention"].many[0])
        assert abs(ours - theirs.item()) < 1e-5
        seconds = quickest({way: model.turn for way, model in models.items()}, rounds)
        best = min(TORCH_WAYS, key=seconds.get)
        book, other = (n_tokens(many) / seconds[way] for way in ("ours", best))
        print(f"{name:32}{book:9,.0f}{other:9,.0f}{book / other:7.2f}{floor:7.1f}   {best}")


# What BLAS reaches

def products_of_a_step(config, batch):
    """The two arrays of every matrix product of one step, forward and back. -> list of pairs"""
    (B, T), C, H, V = batch[0].shape, config.n_embd, config.n_head, config.vocab_size
    rng = np.random.default_rng(0)
    D = C // H

    def product(*shapes):
        return tuple(rng.normal(size=shape).astype(np.float32) for shape in shapes)

    def of_linear(n, n_in, n_out):
        return [product((n, n_in), (n_in, n_out)), product((n, n_out), (n_out, n_in)), product((n_out, n), (n, n_in))]

    scores, mixed = product((B, H, T, D), (B, H, D, T)), product((B, H, T, T), (B, H, T, D))
    layer = [scores, mixed, scores, mixed, mixed, mixed]   # forward, then to weights, value, query and key
    layer += of_linear(B * T, C, 3 * C) + of_linear(B * T, C, C) + of_linear(B * T, C, 4 * C) + of_linear(B * T, 4 * C, C)
    return layer * config.n_layer + of_linear(B * T, C, V)


def n_operations(pairs):
    return sum(2 * a.size * b.shape[-1] for a, b in pairs)


def against_blas(rounds):
    name = "n_embd 64, 4 layers, 64 names"
    config, batch_size, n_steps, _ = CASES[name]
    many = some_batches(batch_size, n_steps)
    model = Ours(config, many)
    pairs = [pair for batch in many for pair in products_of_a_step(config, batch)]
    square = np.random.default_rng(0).normal(size=(768, 768)).astype(np.float32)

    def multiply_all():
        for a, b in pairs:
            a @ b

    seconds = quickest({"a step": model.turn, "its products": multiply_all, "a large one": lambda: square @ square}, rounds)
    step = n_operations(pairs) / seconds["a step"]
    print(f"\n{name}: {step / 1e9:.1f} G operations a second in matrix products")
    for way, rate in (
        ("the same products alone", n_operations(pairs) / seconds["its products"]),
        ("one product of 768 x 768", n_operations([(square, square)]) / seconds["a large one"]),
    ):
        print(f"{way:32}{rate / 1e9:9.1f} G, of which a whole step reaches {step / rate:.0%}   (floor 40%)")


# Single numbers

def sum_of_products(weights, inputs):
    return sum([w * x for w, x in zip(weights, inputs, strict=True)])


def against_single_numbers(rounds):
    config, many = GPTConfig(), some_batches(1, 20)
    names = [[*token_ids[0].tolist(), int(next_ids[0, -1])] for token_ids, next_ids, _ in many][:2]
    model = Ours(config, many)
    with_dot = slow_gpt.dot

    def slow(dot):
        def turn():
            slow_gpt.dot = dot
            slow_gpt.train(slow_gpt.as_knobs({name: tensor.data for name, tensor in model.params.items()}), names, config, 1000)

        return turn

    ways = {"book": model.turn, "with dot": slow(with_dot), "product by product": slow(sum_of_products)}
    seconds = quickest(ways, max(1, rounds // 5))
    slow_gpt.dot = with_dot
    tokens = {way: sum(len(name) - 1 for name in names) for way in ways} | {"book": n_tokens(many)}
    rate = {way: tokens[way] / seconds[way] for way in ways}
    print("\nOne name a step, tokens a second, against the scalar engine (floor 400)")
    for way in ("with dot", "product by product"):
        print(f"{way:32}{rate['book']:9,.0f}{rate[way]:9,.1f}{rate['book'] / rate[way]:7.0f}")


# Seconds to a loss

def to_a_loss(_, target=2.40, every=25, at_most=3000):
    """Both train on the same batches until held-out names surprise them no more than `target`; judging is not counted."""
    print(f"\nn_embd 48, 3 layers, 32 names a step: to a held-out loss of {target}")
    models = {"book": Ours(MIDDLE, (), 0.005), "PyTorch": InTorch(MIDDLE, (), 0.005)}
    reached, seconds = {}, dict.fromkeys(models, 0.0)
    for step, batch in enumerate(itertools.islice(batches(TRAIN, 32, seed=0), at_most), start=1):
        for name, model in models.items():
            if name in reached:
                continue
            mine = batch if name == "book" else model.prepared(batch)
            start = time.process_time()
            model.step(mine)
            seconds[name] += time.process_time() - start
            if step % every == 0 and model.held_out() <= target:
                reached[name] = step
        if len(reached) == len(models):
            break
    for name in models:
        print(f"{name:32}{reached.get(name, 'never')} steps, {seconds[name]:.2f} s")
    print(f"{'':32}{seconds['PyTorch'] / seconds['book']:.2f} times as fast (floor 1.3)")


# Our own ways

def workers(rounds):
    config, batch_size, n_steps, _ = CASES["n_embd 64, 4 layers, 64 names"]
    many = some_batches(batch_size, n_steps)
    one, two = Ours(config, many), Ours(config, many)
    with ThreadPoolExecutor(2) as pool:
        def turn_of_two():
            for batch in many:
                gradients_by_workers(two.params, batch, config, [None, None], pool)
                two.optimizer.step(0.01)

        seconds = quickest({"one": one.turn, "two": turn_of_two}, rounds, time.perf_counter)
    print(f"\nTwo workers, elapsed seconds, on an idle machine of two cores: {seconds['one'] / seconds['two']:.2f} times one (floor 1.4)")


def pools(rounds):
    n = 60
    makers = {"sorted pools": 16, "random batches": 1}
    models = {name: Ours(GPTConfig(), ()) for name in makers}
    tokens = {}

    def turn_of(name):
        def turn():
            tokens[name] = 0
            for batch in itertools.islice(batches(TRAIN, 32, seed=0, pool_size=makers[name]), n):
                models[name].step(batch)
                tokens[name] += np.count_nonzero(batch[2])

        return turn

    seconds = quickest({name: turn_of(name) for name in makers}, rounds)
    ratio = tokens["sorted pools"] / seconds["sorted pools"] * seconds["random batches"] / tokens["random batches"]
    print(f"\nBatches of 32 from sorted pools, tokens a second: {ratio:.2f} times random batches (floor 1.3)")


PARTS = {"torch": against_torch, "blas": against_blas, "scalar": against_single_numbers, "loss": to_a_loss, "workers": workers, "pools": pools}


def main():
    torch.set_num_threads(1)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for part in sys.argv[2:] or PARTS:
        PARTS[part](rounds)


if __name__ == "__main__":
    main()
