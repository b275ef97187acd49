"""Faults in what chapter 12 brought: looking inside, switching off, drawings, checks, the record."""

from . import Fault

CHAPTER, HELPER = "chapters/12_look_inside.ipynb", "helpers/inspecting.py"
TESTS = "tests/test_inspecting.py"
DRAWINGS, DRAWN = "helpers/drawings/look_inside.py", "tests/test_drawings_look_inside.py"
CHECKS = "helpers/checks/look_inside.py"
EXERCISES = "tests/test_chapters_run.py -k look_inside"
FORMS = "tests/test_checks_look_inside.py"

FAULTS = [
    Fault(HELPER, 'added = [(part, layer) for layer', 'added = [(part, layer + 1) for layer', TESTS),
    Fault(HELPER, 'parts = ("attention", "MLP")', 'parts = ("MLP", "attention")', TESTS),
    Fault(HELPER, "seen[part, layer] = array\n        return Tensor(array)", "seen[part, layer] = array\n        return tensor", TESTS),
    Fault(HELPER, 'pieces = {("embeddings", 0): rmsnorm(Tensor(seen["embeddings", 0])).data}', 'pieces = {("embeddings", 0): seen["embeddings", 0]}', TESTS),
    Fault(HELPER, "array.swapaxes(1, 2)[is_real].mean(axis=0)", "array.swapaxes(1, 2).mean(axis=(0, 1))", TESTS),
    Fault(HELPER, 'part != ("weights" if how == "uniform" else "heads")', 'part != ("weights" if how != "zero" else "heads")', TESTS),
    Fault(HELPER, "if its_layer == layer]", "]", TESTS),
    Fault(HELPER, "        array = array.copy()\n", "", TESTS),
    Fault(HELPER, "np.tril(np.ones((T, T)))", "np.ones((T, T))", TESTS),
    Fault(HELPER, 'or (how == "mean" and means is None)', "", TESTS),
    Fault(CHAPTER, 'array[:, own] = 0 if how == "zero"', 'array[:, own] = 1 if how == "zero"', "tests/test_chapters_match_helpers.py"),
    Fault(DRAWINGS, "axes.text(counted[i], written[i], tokens[i]", "axes.text(written[i], counted[i], tokens[i]", DRAWN),
    Fault(DRAWINGS, "ylim=(T, 0))", "ylim=(0, T))", DRAWN),
    Fault(DRAWINGS, "mesh.set_alpha(np.clip(weights, 0, 1))", "mesh.set_alpha(np.clip(weights, 0, 1).T)", DRAWN),
    Fault(DRAWINGS, "ylim=(len(labels) - 0.4, -0.6)", "ylim=(-0.6, len(labels) - 0.4)", DRAWN),
    Fault(DRAWINGS, "position {T - 1} reads position {largest} most", "position {T - 1} reads position {largest + 1} most", DRAWN),
    Fault(CHECKS, "if pairs == [least, most]:", "if pairs == [most, most]:", EXERCISES),
    Fault(CHECKS, "if np.isclose(got, whole.mean()):", "if False:", EXERCISES),
    Fault(CHECKS, "want[::-1], atol=0.002", "want, atol=0.002", EXERCISES),
    Fault("helpers/recording/without_attention.py", 'name.endswith("attn_wo")', 'name.endswith("attn_wv")', "tests/test_recording.py -k without_attention"),
    Fault((HELPER, CHAPTER), "means[layer][own][:, None]", "means[layer][own[0]]", TESTS),
    Fault(DRAWINGS, 'title=title, xlabel="counted")', 'title=title, xlabel="written")', DRAWN),
    Fault(DRAWINGS, 'numbers, where="mid"', 'numbers[::-1], where="mid"', DRAWN),
    Fault(DRAWINGS, "axes.text(-0.4, level, name,", "axes.text(-0.4, numbers[0], name,", DRAWN),
    Fault(DRAWINGS, 'ylabel="loss, nats per token"', 'ylabel="loss, bits per token"', DRAWN),
    Fault(DRAWINGS, 'figure.supxlabel("is read", fontsize=10)\n        figure.supylabel("reads", fontsize=10)', 'figure.supxlabel("reads", fontsize=10)\n        figure.supylabel("is read", fontsize=10)', DRAWN),
    Fault(DRAWINGS, "axes.set_yticks(np.arange(T) + 0.5, tokens, fontsize=9)", "axes.set_yticks(np.arange(T) + 0.5, tokens[::-1], fontsize=9)", DRAWN),
    Fault(DRAWINGS, "axes.set(xlabel=x, ylim=", 'axes.set(xlabel="", ylim=', DRAWN),
    Fault(CHECKS, "np.arange(token_ids.shape[1]) >= 2", "np.arange(token_ids.shape[1]) >= 1", FORMS),
    Fault(CHECKS, "(token_ids != token_ids[0, 0])[:, None, None]", "(token_ids >= 0)[:, None, None]", FORMS),
    Fault(CHECKS, "return tuple(digits) if len(digits) == 2 else None", "return None", FORMS),
    Fault(CHECKS, "[(0, 4, 2), (2, 1, 6)]", "[(0, 4, 2)]", FORMS),
    Fault(CHECKS, "if not np.allclose(list(got.values()), list(want.values())):", "if not np.isclose(total, logits[row, t, token]):", FORMS),
    Fault(CHECKS, "if np.isclose(got, whole.sum()):", "if np.isclose(got, whole.sum(), rtol=0.1):", FORMS),
    Fault(CHECKS, "np.allclose(got, want, atol=0.002)", "np.allclose(got, want, atol=0.02)", FORMS),
    Fault(CHAPTER, "A is the shuffled one. It looks nearly as decided as B", "B is the shuffled one. It looks nearly as decided as A", "tests/test_prose.py -k which_map"),
    Fault(CHAPTER, "Korean and Portuguese names surprise it least, African and Welsh ones most", "African and Welsh names surprise it least, Korean and Portuguese ones most", "tests/test_prose.py -k least_and_most"),
    Fault("helpers/recording/without_attention.py", ", watch=lambda step, loss, optimizer: cut(params))", ")", "tests/test_recording.py -k without_attention"),
    Fault("helpers/recording/without_attention.py", "evaluate(params, config, held_out)}", "evaluate(params, config, trained_on[::9])}", "tests/test_recording.py -k without_attention"),
]
