"""Faults in the chapter on tokens, its helpers, its figure, its drawings and the checks of its exercises."""

from tests.faults import Fault

CHAPTER, BPE, TEXT = "chapters/15_cut_text.ipynb", "helpers/bpe.py", "helpers/text.py"
LIVE, SCRIPT, DRAWINGS = "helpers/live/pieces.py", "helpers/live/pieces.js", "helpers/drawings/cut_text.py"
CHECKS, RECORDING = "helpers/checks/cut_text.py", "helpers/recording/standard_library.py"
BOTH = (BPE, CHAPTER)
MERGES, READS, FIGURE, PICTURES = "tests/test_bpe.py", "tests/test_text.py", "tests/test_live_pieces.py", "tests/test_drawings_cut_text.py"
FORMS = "tests/test_checks_cut_text.py"
FAULTS = [
    Fault(BOTH, "printable + [byte for byte", "sorted(printable, reverse=True) + [byte for byte", MERGES),
    Fault(BPE, 'r"|\\s+(?!\\S)"', 'r"|\\s+(?=\\S)"', MERGES),
    Fault(BPE, 'r"| ?\\d+"', 'r"| ?\\d"', MERGES),
    Fault(BPE, "(?:[^\\s\\w]|_)+", "[^\\s\\w]+|_", MERGES),
    Fault(BPE, "            t += 2\n", "            t += 1\n", MERGES),
    Fault(BPE, "pair_counts[gone] -= times[i]", "pair_counts[gone] -= 1", MERGES),
    Fault(BPE, "pair_counts[came] += times[i]", "pair_counts[came] += 1", MERGES),
    Fault(BPE, "heapq.heappush(queue, (-pair_counts[pair], pair))", "pass", MERGES),
    Fault(BPE, "heapq.heappush(queue, (-pair_counts[new_pair], new_pair))", "heapq.heappush(queue, (-1, new_pair))", MERGES),
    Fault(BPE, "rank_of.get(pair, never))", "-rank_of.get(pair, -never))", MERGES),
    Fault(BPE, "vocabulary[first] + vocabulary[second]", "vocabulary[second] + vocabulary[first]", MERGES),
    Fault(BPE, "if not 0 <= token_id <= highest:", "if not token_id <= highest:", MERGES),
    Fault(BPE, "for byte in order[:188]]", "for byte in sorted(order)[:188]]", MERGES),
    Fault(TEXT, "    held_out = names[::10]", "    held_out = names[9::10]", READS),
    Fault(TEXT, "if name not in held_out]", "if name not in held_out[1:]]", READS),
    Fault(TEXT, 'decode("utf-8-sig")', 'decode("utf-8")', READS),
    Fault(TEXT, "return dict(_shipped())", "return _shipped()", READS),
    Fault(RECORDING, "if not path.name.startswith(BUILT_HERE)", "if path.name", READS),
    Fault(LIVE, "here = sum(token_id == 255 + n_merges", "here = sum(token_id == 256 + n_merges", FIGURE),
    Fault(LIVE, "above = [n for n in changes if n > n_merges]", "above = [n for n in changes if n >= n_merges]", FIGURE),
    Fault(SCRIPT, "if (!(rank < nMerges)) return ids;", "if (!(rank <= nMerges)) return ids;", FIGURE),
    Fault(SCRIPT, "\\\\x1c-\\\\x20", "\\\\x20", FIGURE),
    Fault(DRAWINGS, "            x += w\n", "            x += LETTER\n", PICTURES),
    Fault(DRAWINGS, "key=losses.__getitem__", "key=list(per_byte).__getitem__", PICTURES),
    Fault(CHECKS, "if abs(answer - want) < 0.006:", "if abs(answer - want) < 0.6:", FORMS),
    Fault(CHECKS, 'if abs(ratio - needs[want] / needs["English"]) < 0.05:', 'if abs(ratio - needs[want] / needs["English"]) < 0.5:', FORMS),
    Fault(BOTH, "(?:s|t|re|ve|m|ll|d)", "(?:s|t|re|ve|m|d)", f"{MERGES} -k ending"),
    Fault(BOTH, 'startswith("#version")', 'startswith("#")', f"{MERGES} -k form"),
    Fault(BOTH, "for line in file if line.strip()]", "for line in file]", f"{MERGES} -k form"),
    Fault(BOTH, "{tuple(pair): rank for rank", "{pair: rank for rank", f"{MERGES} -k json"),
    Fault(TEXT, '.replace("\\r", "\\n")', "", READS),
    Fault(TEXT, "if path.is_file():", "if True:", READS),
    Fault(RECORDING, "VERSION = (3, 11, 7)", "VERSION = (3, 11, 9)", READS),
    Fault(DRAWINGS, "axes.text(0, y + 0.36", "axes.text(0, y - 0.2", PICTURES),
    Fault(CHECKS, "token.decode(errors=\"replace\") if isinstance(token, bytes) else str(token)", "str(token)", FORMS),
    Fault(CHECKS, "        if got == want:\n            continue\n        if want and", "        if sorted(got) == sorted(want):\n            continue\n        if want and", f"{FORMS} -k order"),
    Fault(CHECKS, 'FEW = list("Bacdenopsv ")', 'FEW = list("Bacdenopstvwï ")', f"{FORMS} -k order"),
    Fault(CHAPTER, "in the tokens 340, 488 and 458", "in the tokens 340, 458 and 488", f"{MERGES} -k chapter"),
    Fault(CHAPTER, "that is merge `186`", "that is merge `168`", f"{FORMS} -k mari"),
    Fault(CHAPTER, "|init|__(|self|", "|init|__|(self|", f"{MERGES} -k chapter"),
    Fault(CHAPTER, "arxiv.org/abs/2305.15425), 2023", "arxiv.org/abs/2305.15425), 2032", "tests/test_chapters_layout.py -k paper"),
    Fault("helpers/data/README.md", "167 files, 4,661,545 bytes", "167 files, 4,661,554 bytes", READS),
    Fault(SCRIPT, "${nMerges.toLocaleString(\"en\")}", "${nMerges.toLocaleString()}", f"{FIGURE} -k first"),
    Fault(SCRIPT, "${made.toLocaleString(\"en\")}", "${made.toLocaleString()}", f"{FIGURE} -k first"),
    Fault(CHECKS, "if abs(ratio - per_letter) < 0.05:", "if abs(ratio - per_letter) < 5:", f"{FORMS} -k pays"),
    Fault(SCRIPT, "{ fatal: true, ignoreBOM: true }", "{ fatal: true }", f"{FIGURE} -k first"),
]
