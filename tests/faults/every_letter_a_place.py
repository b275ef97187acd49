"""Faults in the window network, its record, its drawings and the checks of its exercises."""

from tests.faults import Fault

MODEL, WINDOW, RECORD = "helpers/model.py", "helpers/window.py", "helpers/recording/places.py"
DRAWINGS, CHECKS = "helpers/drawings/every_letter_a_place.py", "helpers/checks/every_letter_a_place.py"
CHAPTER = "chapters/06_every_letter_a_place.ipynb"
RUNS = "tests/test_chapters_run.py -k every_letter_a_place"
PLACES, PICTURES = "tests/test_recording_places.py", "tests/test_drawings_every_letter_a_place.py"
FORMS = "tests/test_checks_every_letter_a_place.py"
FAULTS = [
    Fault((MODEL, CHAPTER), "np.broadcast_to(np.expand_dims(grad, axis), x.shape) ", "np.broadcast_to(np.expand_dims(grad, 1), x.shape) ", RUNS),
    Fault((MODEL, CHAPTER), "grad.reshape(-1, n_out) @ weight.data", "grad.reshape(-1, n_out) @ abs(weight.data)", RUNS),
    Fault((MODEL, CHAPTER), "parents=[(x, lambda grad: grad.reshape(x.shape))]", "parents=[(x, lambda grad: grad.T.reshape(x.shape))]", RUNS),
    Fault((WINDOW, CHAPTER), "padded = [bos] * (n_letters - 1) + token_ids ", "padded = [bos] * n_letters + token_ids ", PLACES),
    Fault((WINDOW, CHAPTER), "rng.normal(size=(vocab_size, n_embd)) * start,", "rng.normal(size=(vocab_size, n_embd)),", PLACES),
    Fault((WINDOW, CHAPTER), "size=(n_letters, n_embd)) * 0.1", "size=(n_letters, n_embd)) * 1.0", PLACES),
    Fault((WINDOW, CHAPTER), "* n_in**-0.5,", "* n_embd**-0.5,", PLACES),
    Fault(RECORD, "START = 0.1 ", "START = 0.2 ", PLACES),
    Fault(RECORD, "BATCH_SIZE = 1.0, 256", "BATCH_SIZE = 1.0, 128", PLACES),
    Fault(DRAWINGS, "if word[place] == letter]", "if word[place] <= letter]", PICTURES),
    Fault(DRAWINGS, "axes.plot([x, middles[place]], [3.08, 2.62]", "axes.plot([x, middles[0]], [3.08, 2.62]", PICTURES),
    Fault(DRAWINGS, "if letter in marked:", "if letter not in marked:", PICTURES),
    Fault(DRAWINGS, 'axes.text(x, y, letter, ha="center", va="center", fontsize=10', 'axes.text(y, x, letter, ha="center", va="center", fontsize=10', PICTURES),
    Fault(DRAWINGS, "ylim=(-extent, extent), title", "ylim=(-2 * extent, extent), title", PICTURES),
    Fault(DRAWINGS, "({k * n_embd},)", "({k + n_embd},)", PICTURES),
    Fault(CHECKS, "V * C + k * C + H * C + V * H, C + H * C, C]", "V * C + k * C + H * C + V * H, C + H * C, 0]", FORMS),
    Fault(CHECKS, "bool | np.bool_", "bool", FORMS),
    Fault(CHECKS, "if out != x:", "if out != x or len(shape) < 2:", FORMS),
]
