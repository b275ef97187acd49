"""Record what the library `transformers` says: `python -m helpers.recording.real_gpt`, some minutes of one core and 3 GB of memory,
writes `helpers/data/real_gpt.npz`. Needs PyTorch and transformers; readers need the record only.

Two parts. `reference`: transformers reads the shipped folder small_gpt2, and gives logits and its likeliest tokens, in float64.
`speed`: a model of GPT-2's sizes with random numbers writes, in our functions, in transformers, and in PyTorch by hand; all with one
thread, the same numbers, the same prompt, keys and values kept. Their tokens are compared, and their times, which belong to the
machine that the record names. With the name of one part it makes only that part again.
"""

import json
import os
import platform
import sys
import time
from dataclasses import asdict
from functools import cache
from pathlib import Path

import numpy as np

from helpers.bpe import encode_text, read_merges
from helpers.checkpoints import read_arrays, write_arrays
from helpers.gpt2 import from_gpt2, gpt2, gpt2_names, gpt2_shapes, load_gpt2, turned
from helpers.model import GPTConfig
from helpers.recording.small_gpt2 import FOLDER
from helpers.recording.speed import processor
from helpers.sampling import Cache
from helpers.speed import Machine, counting, measure_machine, predict
from helpers.tensor import Tensor

RECORD = Path(__file__).parents[1] / "data" / "real_gpt.npz"
PROMPTS = ["def ", "import os\n", "    for line in", "# The "]
GPT2 = GPTConfig(vocab_size=50257, context_length=1024, n_layer=12, n_head=12, n_embd=768)
PROMPT, N_NEW = 16, 32   # tokens of the timed writing: read at once, and written one by one
ROUNDS = 5
WAYS = ["ours", "transformers", "PyTorch by hand"]


def load_real_gpt():
    """The record -> dict

    prompts; for each its prompt_ids, the logits after it, what transformers has written; where, machine, greedy (tokens by way), seconds
    (of a token in the best round, by way; of its products and its calls alone), predicted, n_calls, size_bytes (of all matrices)
    """
    arrays, about = read_arrays(RECORD)
    about["machine"] = Machine(**about["machine"])
    return {**about, "logits": arrays["logits"]}


def random_gpt2(config, seed=0, dtype=np.float32):
    """Random numbers for all parameters, gains and biases too; large enough that it does not write one token for ever

    -> arrays under GPT-2's names, and params as they come from such a file
    """
    rng = np.random.default_rng(seed)
    shapes, arrays = gpt2_shapes(config), {}
    for ours, name in gpt2_names(config).items():
        shape = turned(ours, np.empty(shapes[ours], bool)).shape
        array = rng.standard_normal(shape, np.float32) * np.float32(0.1 if len(shape) == 1 else 0.06)
        arrays[name] = (array + ours.endswith("gain")).astype(dtype)
    return arrays, from_gpt2(arrays, config, dtype)


def library_model(arrays, config):
    """The same model in transformers, which takes these arrays as they are -> GPT2LMHeadModel"""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    torch.set_num_threads(1)
    about = GPT2Config(
        vocab_size=config.vocab_size, n_positions=config.context_length, n_layer=config.n_layer, n_head=config.n_head, n_embd=config.n_embd,
        bos_token_id=None, eos_token_id=None,
    )
    with torch.device("meta"):   # no numbers of its own: these come in
        model = GPT2LMHeadModel(about)
    theirs = {f"transformer.{name}": torch.from_numpy(array) for name, array in arrays.items()}
    theirs["lm_head.weight"] = theirs["transformer.wte.weight"]
    model.load_state_dict(theirs, strict=True, assign=True)
    return model.eval()


def ours(params, config):
    """How we write -> a function: prompt, number of tokens -> their ids, and the seconds of each but the first"""
    def write(prompt, n_new):
        cache = Cache(config, 1, np.float32)
        written = [int(gpt2(params, [prompt], config, cache).data[0, -1].argmax())]
        ticks = [time.process_time()]
        for _ in range(n_new - 1):
            written.append(int(gpt2(params, [written[-1:]], config, cache).data[0, -1].argmax()))
            ticks.append(time.process_time())
        return written, np.diff(ticks)

    return write


def library(model):
    """How transformers writes: a call for each token, with its own cache."""
    import torch

    @torch.inference_mode()
    def write(prompt, n_new):
        said = model(torch.tensor([prompt]), use_cache=True, logits_to_keep=1)
        written = [int(said.logits[0, -1].argmax())]
        ticks = [time.process_time()]
        for _ in range(n_new - 1):
            said = model(torch.tensor([written[-1:]]), cache=said.cache, use_cache=True, logits_to_keep=1)
            written.append(int(said.logits[0, -1].argmax()))
            ticks.append(time.process_time())
        return written, np.diff(ticks)

    return write


def by_hand(model, config):
    """The same in as few calls of PyTorch as we could: no modules, keys and values in arrays that are there from the start."""
    import torch
    from torch.nn import functional as F

    p = {name.removeprefix("transformer."): tensor for name, tensor in model.state_dict().items()}
    C, H = config.n_embd, config.n_head

    @torch.inference_mode()
    def logits_of(token_ids, kept, first):
        last = first + len(token_ids)
        x = p["wte.weight"][token_ids] + p["wpe.weight"][first:last]
        for i in range(config.n_layer):
            def of(name, i=i):
                return p[f"h.{i}.{name}.weight"], p[f"h.{i}.{name}.bias"]

            weight, bias = of("attn.c_attn")
            qkv = torch.addmm(bias, F.layer_norm(x, (C,), *of("ln_1")), weight).view(-1, 3, H, C // H).permute(1, 2, 0, 3)   # (3, H, N, D)
            kept[i][:, :, first:last] = qkv[1:]
            mixed = F.scaled_dot_product_attention(qkv[0], kept[i][0, :, :last], kept[i][1, :, :last], is_causal=len(token_ids) > 1)
            weight, bias = of("attn.c_proj")
            x = x + torch.addmm(bias, mixed.transpose(0, 1).reshape(-1, C), weight)
            weight, bias = of("mlp.c_fc")
            wide = F.gelu(torch.addmm(bias, F.layer_norm(x, (C,), *of("ln_2")), weight), approximate="tanh")
            weight, bias = of("mlp.c_proj")
            x = x + torch.addmm(bias, wide, weight)
        x = F.layer_norm(x[-1:], (C,), p["ln_f.weight"], p["ln_f.bias"])
        return F.linear(x, p["wte.weight"])[0]

    def write(prompt, n_new):
        kept = torch.zeros(config.n_layer, 2, H, config.context_length, C // H)
        written = [int(logits_of(torch.tensor(prompt), kept, 0).argmax())]
        ticks = [time.process_time()]
        for t in range(n_new - 1):
            written.append(int(logits_of(torch.tensor(written[-1:]), kept, len(prompt) + t).argmax()))
            ticks.append(time.process_time())
        return written, np.diff(ticks)

    return write


def products_alone(params, config):
    """Only the products with all matrices, one after the other, and nothing between -> as `ours`, without tokens"""
    matrices = [params[name].data for name, shape in gpt2_shapes(config).items() if len(shape) == 2 and name not in ("wte", "wpe")]
    matrices.append(params["wte"].data)
    rows = [np.ones((1, matrix.shape[1]), np.float32) for matrix in matrices]

    def multiply(prompt, n_new):
        ticks = [time.process_time()]
        for _ in range(n_new - 1):
            for row, matrix in zip(rows, matrices, strict=True):
                row @ matrix.T
            ticks.append(time.process_time())
        return [], np.diff(ticks)

    return multiply


def works_of_token(params, config, n_before):
    """All that our functions do for one more token -> list of Work"""
    cache = Cache(config, 1, np.float32)
    cache.length = n_before
    with counting() as works:
        counted = {name: Tensor(tensor.data) for name, tensor in params.items()}
        works.clear()   # what made the counted arrays is not the token's
        gpt2(counted, [[0]], config, cache)
    return works


def speed(config=GPT2, n_new=N_NEW, n_rounds=ROUNDS):
    """Greedy tokens and times of the three ways, which take turns -> facts"""
    machine = measure_machine(clock=time.process_time)
    arrays, params = random_gpt2(config)
    model = library_model(arrays, config)
    ways = {"ours": ours(params, config), "transformers": library(model), "PyTorch by hand": by_hand(model, config)}
    narrow = GPTConfig(N_NEW, PROMPT + n_new, config.n_layer, config.n_head, 4 * config.n_head)   # as many calls, next to no numbers
    small_arrays, small_params = random_gpt2(narrow)
    ways["products alone"] = products_alone(params, config)
    ways["calls alone"], ways["calls alone, transformers"] = ours(small_params, narrow), library(library_model(small_arrays, narrow))
    prompt = np.random.default_rng(1).integers(config.vocab_size, size=PROMPT).tolist()
    rounds = []
    for _ in range(n_rounds):
        rounds.append({name: way(prompt if name in WAYS else list(range(PROMPT)), n_new) for name, way in ways.items()})
    works = works_of_token(params, config, PROMPT + n_new // 2)
    import torch
    import transformers

    return {
        "where": {
            "processor": processor(), "python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__,
            "transformers": transformers.__version__, "threads": os.environ.get("OMP_NUM_THREADS"),
        },
        "machine": asdict(machine), "greedy": {name: rounds[0][name][0] for name in WAYS},
        "seconds": {name: min(float(np.mean(found[name][1])) for found in rounds) for name in ways},   # the best round, as for the memory
        "predicted": predict(works, machine), "n_calls": sum(work.name != "Tensor" for work in works),
        "size_bytes": sum(work.size_bytes for work in works if work.name == "matmul"),
    }


@cache
def merges():
    return read_merges(FOLDER / "merges.txt")


def prompt_ids():
    """The prompts as token ids, each after the end of a text -> list of lists"""
    end = load_gpt2(FOLDER)[1].vocab_size - 1
    return [[end, *encode_text(prompt, merges())] for prompt in PROMPTS]


def reference():
    """What transformers makes of the shipped folder, in float64 -> logits after each prompt (prompts, V), facts"""
    import torch
    from transformers import GPT2LMHeadModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    model = GPT2LMHeadModel.from_pretrained(FOLDER).double().eval()
    logits, written = [], []
    for ids in prompt_ids():
        text = torch.tensor([ids])
        with torch.inference_mode():
            logits.append(model(text).logits[0, -1].numpy())
            room = model.config.n_positions - len(ids)
            written.append(model.generate(text, attention_mask=torch.ones_like(text), do_sample=False, max_new_tokens=room, min_new_tokens=room, pad_token_id=0)[0].tolist())
    return np.array(logits), {"prompts": PROMPTS, "prompt_ids": prompt_ids(), "written": written}


def main(*parts):
    """Make both parts, or the one that is named, and write the file."""
    if os.environ.get("OMP_NUM_THREADS") != "1":   # numpy reads it when it starts
        os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", VECLIB_MAXIMUM_THREADS="1")
        os.execv(sys.executable, [sys.executable, "-m", "helpers.recording.real_gpt", *parts])
    parts = parts or ("reference", "speed")
    arrays, about = read_arrays(RECORD) if RECORD.exists() else ({}, {})
    if "reference" in parts:
        arrays["logits"], told = reference()
        about |= told
    if "speed" in parts:
        about = {name: value for name, value in about.items() if name in ("prompts", "prompt_ids", "written")} | speed()
    write_arrays(RECORD, arrays, about)
    print(json.dumps({name: about[name] for name in ("seconds", "predicted") if name in about}))


if __name__ == "__main__":
    main(*sys.argv[1:])
