"""Faults in GPT-2's functions and files, their records, drawings, checks and live figure."""

from tests.faults import Fault

MODULE, CHAPTER = "helpers/gpt2.py", "chapters/17_real_gpt.ipynb"
BOTH = (MODULE, CHAPTER)
SMALL, RECORD, DRAWINGS, CHECKS = "helpers/recording/small_gpt2.py", "helpers/recording/real_gpt.py", "helpers/drawings/real_gpt.py", "helpers/checks/real_gpt.py"
LIVE, TESTS = "helpers/live/sizes", "tests/test_gpt2.py"
OF_SMALL, OF_RECORD = "tests/test_recording_small_gpt2.py", "tests/test_recording_real_gpt.py"
PICTURES, FORMS, FIGURE = "tests/test_drawings_real_gpt.py", "tests/test_checks_real_gpt.py", "tests/test_live_sizes.py"
FAULTS = [
    Fault(BOTH, "return scale * (grad - level - normed * along)", "return scale * (grad - normed * along)", f"{TESTS} -k nudging"),
    Fault(BOTH, "        grad = grad * gain.data\n", "        grad = grad * 1\n", f"{TESTS} -k nudging"),
    Fault(BOTH, "np.vecdot(centred, centred)[..., None] / C + 1e-5", "np.vecdot(centred, centred)[..., None] / (C - 1) + 1e-5", f"{TESTS} -k torch"),
    Fault(BOTH, "0.044715 * squared)\n        return", "0.0447 * squared)\n        return", f"{TESTS} -k nudging"),
    Fault(BOTH, "is_future = np.arange(last) > np.arange(first, last)[:, None]", "is_future = np.arange(last) >= np.arange(first, last)[:, None] + 2", f"{TESTS} -k cache"),
    Fault(BOTH, "first = 0 if cache is None else cache.length", "first = 0", f"{TESTS} -k cache"),
    Fault(BOTH, "x = Tensor(x.data[:, -1:])", "x = Tensor(x.data[:, :1])", f"{TESTS} -k cache"),
    Fault(BOTH, 'spread = 0.02 / (2 * config.n_layer) ** 0.5 if adds', 'spread = 0.02 / config.n_layer ** 0.5 if adds', f"{TESTS} -k spread"),
    Fault(BOTH, '*of(i, "norm2_gain", "norm2_bias")', '*of(i, "norm1_gain", "norm1_bias")', f"{TESTS} -k transformers"),
    Fault(BOTH, '(array.astype("<u4") << 16)', '(array.astype("<u4") << 15)', f"{TESTS} -k bfloat"),
    Fault(BOTH, "(first, last) != (reached, reached + n_bytes)", "last != first + n_bytes", f"{TESTS} -k damaged"),
    Fault(BOTH, 'told += b" " * (-len(told) % 8)', 'told += b" " * (len(told) % 8)', f"{TESTS} -k library"),
    Fault(BOTH, "write_whole(path, lambda file: file.write(content))", "Path(path).write_bytes(content)", f"{TESTS} -k fails"),
    Fault(BOTH, r'masks = r"h\.\d+\.attn\.(masked_)?bias"', r'masks = r"h\.\d+\.attn\..*bias.*"', f"{TESTS} -k fit"),
    Fault(BOTH, '    if head is not None and not np.array_equal(head, theirs.get("wte.weight")):', "    if False:", f"{TESTS} -k fit"),
    Fault(BOTH, '"tie_word_embeddings": True', '"tie_word_embedding": True', f"{TESTS} -k kind"),
    Fault(SMALL, "for token in (END, *encode_text(text, merges, known))", "for token in (*encode_text(text, merges, known), END)", OF_SMALL),
    Fault(SMALL, "chr(256 + place - 188)", "chr(255 + place - 188)", OF_SMALL),
    Fault(SMALL, "batches(windows, settings.batch_size, settings.seed, first)", "batches(windows, settings.batch_size, settings.seed)", f"{OF_SMALL} -k stopped"),
    Fault(RECORD, "cache.length = n_before", "cache.length = 0", f"{OF_RECORD} -k product"),
    Fault(RECORD, "is_causal=len(token_ids) > 1", "is_causal=False", f"{TESTS} -k three_ways"),
    Fault(RECORD, "model(text).logits[0, -1]", "model(text).logits[0, 0]", f"{OF_RECORD} -k still"),
    Fault(DRAWINGS, "differs = rows[i][0] != rows[i][1]", "differs = rows[i][0] == rows[i][1]", PICTURES),
    Fault(DRAWINGS, "axes.axvline(1000 * predicted", "axes.axvline(100 * predicted", PICTURES),
    Fault(CHECKS, "places = [[\"query\", \"key\", \"value\"].index(name) for name in ORDER]", "places = [ORDER.index(name) for name in [\"query\", \"key\", \"value\"]]", FORMS),
    Fault(CHECKS, "if most > 4_000_000:", "if most > 400_000_000:", "tests/test_chapters_run.py -k real_gpt"),
    Fault(f"{LIVE}.py", '"norms": (2 * n_layer + 1) * 2 * C if', '"norms": 2 * n_layer * 2 * C if', FIGURE),
    Fault(f"{LIVE}.py", '"training with Adam": 16 * n_knobs', '"training with Adam": 12 * n_knobs', FIGURE),
    Fault(f"{LIVE}.js", "gpt2 ? 5 * C : 0", "gpt2 ? 4 * C : 0", FIGURE),
    Fault(f"{LIVE}.js", "if (preset.value !== own) set(presets[preset.value]);", "set(presets[preset.value] || first);", FIGURE),
]
