"""Live figure of chapters/18_real_gpt.ipynb: layers, width, vocabulary and context at sliders; where the knobs are, and the bytes."""

import html
import math

from helpers.live.shell import LiveFigure, bar, percent, read, tenths

SLIDERS = {   # part -> (label, the sizes to choose from)
    "layers": ("Layers", [1, 2, 3, 4, 6, 8, 12, 24, 36, 48, 96]),
    "width": ("Width", [16, 32, 64, 96, 128, 256, 512, 768, 1024, 1280, 1600, 2048, 4096, 8192, 12288]),
    "vocabulary": ("Vocabulary", [27, 256, 1025, 4096, 16384, 50257, 128256]),
    "context": ("Context", [16, 64, 256, 1024, 2048, 8192, 32768]),
}
KINDS = ["GPT-2", "microgpt"]   # gains, biases and a shared matrix; none of these
PRESETS = {   # name -> kind, layers, width, vocabulary, context
    "microgpt": ("microgpt", 1, 16, 27, 16),
    "this book's best on names": ("microgpt", 4, 64, 27, 16),
    "this chapter's small GPT-2": ("GPT-2", 3, 96, 1025, 64),
    "GPT-2 small": ("GPT-2", 12, 768, 50257, 1024),
    "GPT-2 medium": ("GPT-2", 24, 1024, 50257, 1024),
    "GPT-2 large": ("GPT-2", 36, 1280, 50257, 1024),
    "GPT-2 XL": ("GPT-2", 48, 1600, 50257, 1024),
    "GPT-3": ("GPT-2", 96, 12288, 50257, 2048),
}
OWN = "your own"   # where no preset has these sizes; the sliders choose it, a reader cannot


def knobs_of(kind, n_layer, n_embd, vocab_size, context_length):
    """How many knobs each part has -> dict: part -> number"""
    C, is_gpt2 = n_embd, kind == "GPT-2"
    return {
        "tokens": vocab_size * C,
        "positions": context_length * C,
        "attention": n_layer * (4 * C * C + (4 * C if is_gpt2 else 0)),
        "MLP": n_layer * (8 * C * C + (5 * C if is_gpt2 else 0)),
        "norms": (2 * n_layer + 1) * 2 * C if is_gpt2 else 0,
        "output matrix": 0 if is_gpt2 else vocab_size * C,
    }


def bytes_of(n_knobs, n_layer, n_embd, context_length):
    """What has to lie in memory -> dict: what -> bytes"""
    return {
        "knobs in float16": 2 * n_knobs,
        "knobs in float32": 4 * n_knobs,
        "training with Adam": 16 * n_knobs,   # knobs, gradients, two running means
        "keys and values": 2 * n_layer * context_length * n_embd * 4,
    }


def size_text(n_bytes):
    """Bytes in words that fit: 16.8 kB, 498 MB."""
    power = 0
    while n_bytes >= 1000 and power < 4:
        n_bytes, power = n_bytes / 1000, power + 1
    number = f"{tenths(n_bytes):.1f}" if power and n_bytes < 100 else f"{math.floor(n_bytes + 0.5):,}"
    return f"{number} {['bytes', 'kB', 'MB', 'GB', 'TB'][power]}"


def state(kind, n_layer, n_embd, vocab_size, context_length):
    """What the figure shows of these sizes -> dict: part of the figure -> HTML or text"""
    knobs = knobs_of(kind, n_layer, n_embd, vocab_size, context_length)
    total, smallest = sum(knobs.values()), sum(knobs_of(*PRESETS["microgpt"]).values())
    memory = bytes_of(total, n_layer, n_embd, context_length)
    most, largest = max(knobs.values()), max(memory.values())
    part = max(knobs, key=knobs.get)
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td class="number">{number:,}</td><td class="number">{percent(number / total)}</td><td class="wide">{bar(number / most)}</td></tr>'
        for name, number in knobs.items()
    )
    sizes = "".join(
        f'<tr><th scope="row">{name}</th><td class="number">{size_text(size)}</td><td class="wide">{bar(size / largest)}</td></tr>' for name, size in memory.items()
    )
    times = total / smallest
    told = f"{tenths(times):.1f}" if times < 100 else f"{math.floor(times + 0.5):,}"
    return {"knobs": rows, "bytes": sizes, "says": f"{total:,} knobs, {told} times those of microgpt. The largest part: {part}, with {percent(knobs[part] / total)}."}


def preset_of(sizes):
    """The preset with these sizes, or that there is none."""
    return next((name for name, preset in PRESETS.items() if preset == tuple(sizes)), OWN)


def first_state(sizes):
    """The figure as it stands with these sizes: kind, layers, width, vocabulary, context -> HTML"""
    now = state(*sizes)

    def choice(part, label, options, chosen):
        inside = "".join(f"<option{' selected' if option == chosen else ''}{' disabled' if option == OWN else ''}>{html.escape(option)}</option>" for option in options)
        return f'<label>{label} <select data-part="{part}" data-wakes disabled>{inside}</select></label>'

    sliders = "".join(
        f'<span class="slide"><label>{label} <input data-part="{part}" data-wakes disabled type="range" min="0" max="{len(values) - 1}" step="1" '
        f'value="{values.index(size)}" aria-valuetext="{size:,}"></label><output data-part="{part}-shown">{size:,}</output></span>'
        for (part, (label, values)), size in zip(SLIDERS.items(), sizes[1:], strict=True)
    )
    return (
        f'<style>{read("sizes.css")}</style><div class="controls">{choice("preset", "Sizes of", [*PRESETS, OWN], preset_of(sizes))}{choice("kind", "Built like", KINDS, sizes[0])}</div>'
        f'<div class="controls sliders">{sliders}</div><p class="says" data-part="says" aria-live="polite">{now["says"]}</p>'
        '<div class="side-by-side"><table class="live"><thead><tr><th scope="col">Where the knobs are</th><th scope="col" class="number">number</th><th scope="col" class="number">share</th><td></td></tr></thead>'
        f'<tbody data-part="knobs">{now["knobs"]}</tbody></table><table class="live"><thead><tr><th scope="col">In memory</th><th scope="col" class="number">bytes</th><td></td></tr></thead><tbody data-part="bytes">{now["bytes"]}</tbody></table></div>'
    )


def sizes_figure(preset="GPT-2 small"):
    """Choose the sizes of a GPT, see its knobs and bytes -> LiveFigure. Raises ValueError for a preset that is not known."""
    if preset not in PRESETS:
        raise ValueError(f"want one of {', '.join(PRESETS)}, got {preset!r}")
    caption = (
        "Counted, not trained. Training with Adam: knobs, gradients and two running means in float32, without what a step keeps on its way. Keys and values: of one text that fills the "
        "context, in float32. The number of heads changes none of this. GPT-2's sizes are those of its files, GPT-3's those of its paper."
    )
    data = {"values": {part: values for part, (_, values) in SLIDERS.items()}, "presets": PRESETS, "own": OWN, "first": PRESETS[preset]}
    return LiveFigure("gpt-sizes", first_state(PRESETS[preset]), data, caption)
