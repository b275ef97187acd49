"""Train a small GPT-2 on text that the book ships, and write it as GPT-2's own files: `python -m helpers.recording.small_gpt2`, some ten
minutes of one core.

The learning rate is chosen on validation text, in short runs. A run that was stopped goes on.
"""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

import numpy as np

from helpers.batching import batches
from helpers.bpe import byte_order, encode_text
from helpers.checkpoints import load_run, save_run, write_whole
from helpers.gpt2 import gpt2, init_gpt2, load_gpt2, to_gpt2, write_safetensors
from helpers.model import GPTConfig, reshape
from helpers.progress import progress
from helpers.reading import cut_windows, nats_per_byte, window_starts
from helpers.recording.scaling import N_MERGES, load_parts
from helpers.tensor import cross_entropy
from helpers.text import load_texts, split_texts
from helpers.training import Adam, Settings, checked, learning_rate_at, zero_grad

FOLDER = Path(__file__).parents[1] / "data" / "small_gpt2"
RUN = FOLDER.with_name("small_gpt2.run.npz")   # where it goes on after a stop
END = 256 + N_MERGES                           # the id of <|endoftext|>, which stands before each file
CONFIG = GPTConfig(END + 1, context_length=64, n_layer=3, n_head=4, n_embd=96)
RATES = [0.001, 0.002, 0.004, 0.008]           # to choose from
SHORT, LONG = 600, 9000                        # steps of the runs that choose, and of the one that ships
STRIDE = 48                                    # each guess but the first ones sees 16 tokens or more


def settings_of(rate, n_steps):
    return Settings(n_steps=n_steps, batch_size=8, learning_rate=rate, warmup=100)


@cache
def parts_with_ends():
    """The three parts as token ids, with END before each file -> dict: training, validation, held_out"""
    merges, known = load_parts()["merges"], {}
    parts = zip(["training", "validation", "held_out"], split_texts(load_texts()))
    return {name: np.array([token for text in texts.values() for token in (END, *encode_text(text, merges, known))]) for name, texts in parts}


def fresh(seed=0):
    """Its start -> params"""
    return init_gpt2(CONFIG, np.random.default_rng(seed))


def loss_of(params, token_ids, next_ids):
    """The mean surprise. token_ids, next_ids: (B, T) -> Tensor"""
    logits = gpt2(params, token_ids, CONFIG)
    return cross_entropy(reshape(logits, -1, CONFIG.vocab_size), next_ids.reshape(-1))


def train_gpt2(params, settings, path=None, save_every=500, n_steps=None):
    """Train, in place -> the losses. path: where the run is kept, and goes on; n_steps: stop here, where not all are wanted"""
    optimizer, losses = Adam(params), []
    if path is not None and path.exists():
        losses = load_run(path, optimizer, CONFIG, settings)
    windows = cut_windows(parts_with_ends()["training"], CONFIG.context_length, CONFIG.context_length)
    first, last = len(losses), n_steps or settings.n_steps
    loss = None
    for step, (token_ids, next_ids, _) in zip(progress(first, last), batches(windows, settings.batch_size, settings.seed, first)):
        loss = loss_of(params, token_ids, next_ids)   # the last graph lives until this one stands: its memory is used again
        zero_grad(params.values())
        loss.backward()
        losses.append(checked(float(loss.data), step))
        optimizer.step(learning_rate_at(step, settings.n_steps, settings.learning_rate, settings.warmup))
        if path is not None and ((step + 1) % save_every == 0 or step + 1 == last):
            save_run(path, optimizer, CONFIG, settings, losses)
    return losses


def judged(params, part):
    """The loss on all of a part, in nats per byte; the ends of files are no bytes, and are not asked for."""
    token_ids, length = parts_with_ends()[part], CONFIG.context_length
    surprises = np.full(len(token_ids) - 1, np.nan)
    for start in window_starts(len(token_ids), length, STRIDE):
        window = token_ids[start : start + length + 1]
        logits = gpt2(params, window[None, :-1], CONFIG).data[0].astype(np.float64)
        logits -= logits.max(axis=-1, keepdims=True)
        said = np.log(np.exp(logits).sum(axis=-1)) - logits[np.arange(length), window[1:]]
        asked = surprises[start : start + length]   # a view; what an earlier window asked for stands
        asked[np.isnan(asked)] = said[np.isnan(asked)]
    is_text = token_ids[1:] != END
    return nats_per_byte(surprises[is_text], token_ids[1:][is_text], load_parts()["vocabulary"])


def stand_ins(vocabulary):
    """Each token as GPT-2's files spell it: a character for each byte. vocabulary: the bytes of each id -> list of str"""
    order = byte_order()
    spelled = {byte: chr(byte) if place < 188 else chr(256 + place - 188) for place, byte in enumerate(order)}
    return ["".join(spelled[byte] for byte in token) for token in vocabulary]


def write_folder(folder, params, about):
    """Write the four files of a GPT-2. about: what is to be known of it, for config.json"""
    folder.mkdir(exist_ok=True)
    merges, spelled = load_parts()["merges"], stand_ins(load_parts()["vocabulary"])
    lines = ["#version: 0.2", *(f"{spelled[first]} {spelled[second]}" for first, second in merges)]
    told = {
        "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
        "vocab_size": CONFIG.vocab_size, "n_positions": CONFIG.context_length, "n_layer": CONFIG.n_layer, "n_head": CONFIG.n_head,
        "n_embd": CONFIG.n_embd, "bos_token_id": END, "eos_token_id": END, "about": about,
    }
    texts = {
        "merges.txt": "\n".join(lines) + "\n",
        "vocab.json": json.dumps({token: i for i, token in enumerate([*spelled, "<|endoftext|>"])}, ensure_ascii=False) + "\n",
        "config.json": json.dumps(told, indent=1) + "\n",
    }
    for name, text in texts.items():
        write_whole(folder / name, lambda file, text=text: file.write(text.encode("utf-8")))
    write_safetensors(folder / "model.safetensors", to_gpt2(params, CONFIG))


def main():
    """Choose the rate, train, write the files, judge on held-out text."""
    by_rate = {}
    for rate in RATES if not RUN.exists() else []:
        params = fresh()
        train_gpt2(params, settings_of(rate, SHORT))
        by_rate[rate] = judged(params, "validation")
        print(rate, round(by_rate[rate], 4), flush=True)
    chosen = RUN.with_suffix(".json")
    if by_rate:
        chosen.write_text(json.dumps(by_rate), encoding="utf-8")
    by_rate = {float(rate): loss for rate, loss in json.loads(chosen.read_text(encoding="utf-8")).items()}
    settings, params = settings_of(min(by_rate, key=by_rate.get), LONG), fresh()
    losses = train_gpt2(params, settings, RUN)
    means = [round(float(np.mean(losses[i : i + 500])), 4) for i in range(0, LONG, 500)]
    write_folder(FOLDER, params, {"settings": asdict(settings), "validation_by_rate": by_rate, "losses": means})
    kept, _ = load_gpt2(FOLDER)   # as the file keeps them
    found = {part: round(judged(kept, part), 4) for part in ["validation", "held_out"]}
    write_folder(FOLDER, params, {"settings": asdict(settings), "validation_by_rate": by_rate, "losses": means, "nats_per_byte": found})
    print(found)
    RUN.unlink()
    chosen.unlink()


if __name__ == "__main__":
    main()
