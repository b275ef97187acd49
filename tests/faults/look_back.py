"""Faults in attention, its drawings and the checks of its exercises."""

from tests.faults import Fault

MODEL, DRAWINGS, CHECKS = "helpers/model.py", "helpers/drawings/look_back.py", "helpers/checks/look_back.py"
CHAPTER = "chapters/07_look_back.ipynb"
BOTH = (MODEL, CHAPTER)
RUN = "tests/test_chapters_run.py::test_an_exercise_accepts_its_answer_and_no_typical_wrong_one[look_back]"
PICTURES, FORMS = "tests/test_drawings_look_back.py", "tests/test_checks_look_back.py"
FAULTS = [
    # the engine: the chapter's own cells compare with nudging and with the loops
    Fault(BOTH, "lambda grad: grad @ k * scale", "lambda grad: grad @ k", RUN),
    Fault(BOTH, "grad.swapaxes(-1, -2) @ q * scale", "grad @ q * scale", RUN),
    Fault(BOTH, "scale = q.shape[-1] ** -0.5 ", "scale = q.shape[-2] ** -0.5 ", RUN),
    Fault(BOTH, "return weights * (grad - average)", "return weights * grad", RUN),
    Fault(BOTH, "(value, lambda grad: w.swapaxes(-1, -2) @ grad)", "(value, lambda grad: w @ grad)", RUN),
    Fault(BOTH, "lambda grad: grad.swapaxes(1, 2).reshape(B, T, C)", "lambda grad: grad.reshape(B, T, C)", RUN),
    Fault(BOTH, "lambda grad: grad.reshape(B, T, H, D).swapaxes(1, 2)", "lambda grad: grad.reshape(B, H, T, D)", RUN),
    # the chapter's two checks
    Fault(CHAPTER, "changed[:, t:] = (changed[:, t:] + 1)", "changed[:, :t] = (changed[:, :t] + 1)", RUN),
    Fault(CHAPTER, "if not np.allclose(logits_of(token_ids[:, :t]), whole[:, :t]):", "if not np.allclose(logits_of(token_ids)[:, :t], whole[:, :t]):", RUN),
    Fault(CHAPTER, "query, key, value = (x[name] @ matrix.T for matrix in matrices)", "query, key, value = (x[0] @ matrix.T for matrix in matrices)", RUN),
    # drawings
    Fault(DRAWINGS, "is_future = column > row", "is_future = column >= row", PICTURES),
    Fault(DRAWINGS, "axes.barh(y, 0.8 * weights[place]", "axes.barh(y, 0.8 * scores[place]", PICTURES),
    Fault(DRAWINGS, "box(columns[4], y, _row(values[place]), \"value\")", "box(columns[4], y, _row(values[-1 - place]), \"value\")", PICTURES),
    Fault(DRAWINGS, "head = place // head_dim", "head = place % n_head", PICTURES),
    # checks
    Fault(CHECKS, "want = np.array([2, 1, 3, 2, 0]) / 8\n", "want = np.array([2, 1, 3, 2, 0]) / 8.2\n", FORMS),
    Fault(CHECKS, "on_two_back = np.diagonal(two_back, -2)", "on_two_back = np.diagonal(two_back, -1)", RUN),
    Fault(CHECKS, "getattr(each, \"__name__\", each)", "each", FORMS),
    Fault(CHECKS, ", ((2, 3, 5, 5), 2)]", "]", FORMS),
    Fault(CHECKS, "if number_of(more_from) == 96:", "if number_of(more_from) == 95:", RUN),
]
