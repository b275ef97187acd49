"""Faults in the chapter on speed, its helpers, its record, its drawings and the checks of its exercises."""

from tests.faults import Fault

CHAPTER, SPEED, RECORDING = "chapters/13_how_fast.ipynb", "helpers/speed.py", "helpers/recording/speed.py"
DRAWINGS, CHECKS, LIVE = "helpers/drawings/how_fast.py", "helpers/checks/how_fast.py", "helpers/live/roofline.py"
BOTH = (SPEED, CHAPTER)
COUNTS, RECORDED = "tests/test_speed.py", "tests/test_recording_speed.py"
PICTURES, FIGURE, FORMS = "tests/test_drawings_how_fast.py", "tests/test_live_roofline.py", "tests/test_checks_how_fast.py"
FAULTS = [
    Fault(BOTH, "best[name] = min(best[name], (clock() - start) / n_calls[name])", "best[name] = (clock() - start) / n_calls[name]", COUNTS),
    Fault(BOTH, "best[name] = min(best[name], (clock() - start) / n_calls[name])", "best[name] = min(best[name], clock() - start)", COUNTS),
    Fault(BOTH, "        call()                                     # the first call", "        # the first call", COUNTS),
    Fault(BOTH, "n_calls[name] == 0 or clock() - start < least", "n_calls[name] == 0", COUNTS),
    Fault(BOTH, 'return Work("matmul", 2 * M * K * N, itemsize', 'return Work("matmul", M * K * N, itemsize', COUNTS),
    Fault(BOTH, "itemsize * (M * K + K * N + M * N))", "itemsize * (M * K + K * N))", COUNTS),
    Fault(BOTH, '"multiplying" if multiplying > reading else "reading"', '"multiplying" if work.operations else "reading"', COUNTS),
    Fault(BOTH, "parts[longer] += max(multiplying, reading)", "parts[longer] += multiplying + reading", COUNTS),
    Fault(BOTH, '"Tensor" if work.name == "Tensor" else "numpy"', '"numpy"', COUNTS),
    Fault(BOTH, "operations = 2 * arrays[0].size * last", "operations = 2 * arrays[0].size", COUNTS),
    Fault(BOTH, 'if name in ("matmul", "vecdot"):', 'if name == "matmul":', COUNTS),
    Fault(BOTH, "sum(x.nbytes for x in arrays) + np.asarray(result).nbytes", "sum(x.nbytes for x in arrays)", COUNTS),
    Fault(BOTH, 'if name != "shape":   # asks', 'if name:   # asks', COUNTS),
    Fault(BOTH, "    finally:\n        Tensor.__init__ = plain", "    finally:\n        pass", COUNTS),
    Fault(BOTH, "        works.clear()   # what came before", "        # what came before", COUNTS),
    Fault(BOTH, "prices = {name: seconds / n for name", "prices = {name: seconds for name", COUNTS),
    Fault(RECORDING, "F.cross_entropy(F.linear(x, params[\"lm_head\"])", "F.cross_entropy(F.linear(norm(x), params[\"lm_head\"])", RECORDED),
    Fault(RECORDING, "if len(name) == 7]", "if len(name) >= 7]", RECORDED),
    Fault(DRAWINGS, "np.minimum(machine.operations_per_second[dtype], machine.bytes", "np.maximum(machine.operations_per_second[dtype], machine.bytes", PICTURES),
    Fault(DRAWINGS, "            bottoms += heights\n", "", PICTURES),
    Fault(LIVE, 'for seconds in (sum(step["predicted"].values()), step["seconds"]))', 'for seconds in (step["seconds"], sum(step["predicted"].values())))', FIGURE),
    Fault(LIVE, "return BOTTOM - (BOTTOM - TOP) *", "return TOP + (BOTTOM - TOP) *", FIGURE),
    Fault(CHECKS, "want = bandwidth / (4 * 124e6)", "want = bandwidth / (2 * 124e6)", FORMS),
    Fault(CHECKS, "if got.dtype != kind:", "if got.dtype == np.float16:", "tests/test_chapters_run.py::test_an_exercise_accepts_its_answer_and_no_typical_wrong_one[how_fast]"),
    Fault(BOTH, '"numpy": sum(four) / 4}', '"numpy": sum(four)}', f"{COUNTS} -k price"),
    Fault(BOTH, "chain(Value(1.0), lambda x: x + 0.5).backward(),", "chain(Value(1.0), lambda x: x + 0.5),", f"{COUNTS} -k price"),
    Fault(BOTH, "chain(Tensor(one), same).backward(one),", "chain(Tensor(one), same),", f"{COUNTS} -k price"),
    Fault(BOTH, "weights.nbytes / seconds_to_read", "weights.size / seconds_to_read", f"{COUNTS} -k machine"),
    Fault(BOTH, "operations / seconds for dtype", "side**3 / seconds for dtype", f"{COUNTS} -k machine"),
    Fault(BOTH, "np.ones((side, side), dtype) for dtype", "np.ones((side, side)) for dtype", f"{COUNTS} -k machine"),
    Fault(BOTH, "weights @ row, n_rounds, clock=clock)", "weights @ row, n_rounds)", f"{COUNTS} -k machine"),
    Fault(RECORDING, "betas=(0.85, 0.99), fused", "betas=(0.9, 0.99), fused", f"{RECORDED} -k pytorch"),
    Fault(RECORDING, 'step_of(config, batch, "float64")', 'step_of(config, batch, "float32")', f"{RECORDED} -k way"),
    Fault(RECORDING, '[(0, "nothing else runs"), (1, "one other', '[(1, "nothing else runs"), (0, "one other', f"{RECORDED} -k neighbour"),
    Fault(DRAWINGS, 'ylabel="predicted, by measured"', 'ylabel="measured, by predicted"', PICTURES),
    Fault(DRAWINGS, "axes.annotate(str(name), (x, y)", "axes.annotate(str(name), (xs[0], y)", PICTURES),
    Fault(DRAWINGS, "edgecolor=colour(role), hatch=hatch", "edgecolor=colour(role)", PICTURES),
    Fault(LIVE, 'ratio = sum(step["predicted"].values()) / step["seconds"]', 'ratio = step["seconds"] / sum(step["predicted"].values())', f"{FIGURE} -k words"),
    Fault(LIVE, 'part = max(step["predicted"]', 'part = min(step["predicted"]', f"{FIGURE} -k words"),
    Fault(LIVE, "length_text(step['seconds'] / step['names'])", "length_text(step['seconds'])", f"{FIGURE} -k words"),
    Fault(LIVE, 'cy="{scales.y(step["operations"] / step["seconds"]):.1f}" r="2.5"', 'cy="{scales.y(step["operations"] / sum(step["predicted"].values())):.1f}" r="2.5"', f"{FIGURE} -k scales"),
    Fault(LIVE, 'class="up">{power(exponent)}', 'class="up">{power(exponent + 1)}', f"{FIGURE} -k scales"),
    Fault(LIVE, 'y="{BOTTOM + 14}" class="across">{power(exponent)}', 'y="{BOTTOM + 14}" class="across">{power(-exponent)}', f"{FIGURE} -k scales"),
    Fault(DRAWINGS, '        figure.legend(loc="outside upper left", ncols=4, fontsize=9)\n', "", PICTURES),
    Fault(LIVE, "names of seven letters", "names of eight letters", f"{RECORDED} -k figure"),
]
