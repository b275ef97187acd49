"""one_page.py is the chapter's cells, runs on a bare Python, and is the book's GPT, number for number."""

import gc
import importlib.util
import itertools
import math
import os
import random
import re
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest

from helpers import model, names, scalar, training
from helpers.batching import make_batch
from helpers.drawings.one_page import code_lines, draw_page, sections_of, spans_of
from helpers.nudging import nudge_gradient
from helpers.palette import PALETTE
from helpers.plotting import Picture
from helpers.tensor import Tensor
from notebooks import CHAPTERS, ROOT, is_of_a_file, read, title_of

FILE = ROOT / "one_page.py"
TEXT = FILE.read_text(encoding="utf-8")
CHAPTER, = (path for path in CHAPTERS if title_of(path) == "one_page")


@pytest.fixture(scope="module")
def page():
    """The file as a module, with a tape of its own."""
    spec = importlib.util.spec_from_file_location("one_page_under_test", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module   # its dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


# The chapter shows the file ------------------------------------------------------------------------------------------


def test_the_chapter_s_cells_are_the_file():
    cells = read(CHAPTER).cells
    shown = [cell.source for cell in cells if is_of_a_file(cell)]
    last, = (block for cell in cells for block in re.findall(r"```python\n(if __name__.*?)\n```", cell.source, re.DOTALL))
    assert "\n\n\n".join([*shown, last]) + "\n" == TEXT


def test_it_needs_nothing_but_the_standard_library_and_stays_one_page():
    imported = re.findall(r"^\s*(?:import|from) (\w+)", TEXT, re.MULTILINE)
    assert set(imported) <= sys.stdlib_module_names
    assert len(code_lines(TEXT)) <= 220 and max(map(len, TEXT.splitlines())) <= 94


# It runs as a command ------------------------------------------------------------------------------------------------


def run_bare(*arguments, folder=ROOT):
    """Run the file on a Python that finds no packages and no folder of ours -> exit code, what it printed, what it complained"""
    done = subprocess.run([sys.executable, "-I", "-S", FILE, *map(str, arguments)], cwd=folder, capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def our_run():
    """A few steps on the book's names, from the folder in which they are found without being named."""
    return run_bare("helpers/data/names.csv", 12)


def test_a_bare_python_trains_on_our_names_and_writes(our_run):
    code, said, complained = our_run
    assert (code, complained) == (0, "")
    lines = said.splitlines()
    train, _ = names.split_names(names.load_names())
    assert lines[0] == f"{len(train):,} names to learn from, 26 letters and BOS"
    assert re.fullmatch(r"step +12 of 12   loss \d\.\d{3}", lines[-3])
    loss, blind = map(float, re.findall(r"\d\.\d{3}", lines[-2]))
    assert blind == 3.296 and loss < blind
    assert re.fullmatch(r"[a-z ]+", lines[-1])


def test_the_same_seed_gives_the_same_run(our_run):
    assert run_bare("helpers/data/names.csv", 12) == our_run


OWN_LISTS = {
    "thirty Greek names": ["αλέξανδρος", "ελένη", "ζωή"] + ["".join(name) for name in itertools.product("αβγ", "εη", "ςν")] + ["μαρία"] * 9,
    "two names": ["Jo", "Ann Mary"],
    "one letter": ["a", "aa", "aaa"],
}


@pytest.mark.parametrize("case", OWN_LISTS)
def test_any_alphabet_will_do(case, tmp_path):
    file = tmp_path / "names.txt"
    file.write_text("\r\n".join(OWN_LISTS[case]), encoding="utf-8-sig")
    code, said, complained = run_bare(file, 3, folder=tmp_path)
    assert (code, complained) == (0, "")
    own = {line.lower() for line in OWN_LISTS[case]}
    written = said.splitlines()[-1]
    assert set(written) <= set("".join(own)) | {" "} and f"{len(set(''.join(own)))} letters" in said


BAD_FILES = {
    "empty": (b"", "want at least two different names in {file}, got 0"),
    "blank": (b"\n  \n\n", "want at least two different names in {file}, got 0"),
    "one name, twice": (b"Emma\nemma\n", "want at least two different names in {file}, got 1"),
    "not UTF-8": ("Zoë".encode("latin-1"), "want a text file in UTF-8, got {file}, which is not"),
    "UTF-16": ("emma\nanna".encode("utf-16"), "want a text file in UTF-8, got {file}, which is not"),
    "a long line": (b"anna\n" + 41 * b"x", "want one name per line, at most 40 letters, got 41 in {file}: xxxxxxxxxxxxxxxxxxxx ..."),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_gives_one_sentence(case, tmp_path, page, capsys):
    content, sentence = BAD_FILES[case]
    file = tmp_path / "names.txt"
    file.write_bytes(content)
    assert page.main([str(file), "2"]) == 2
    assert capsys.readouterr() == ("", sentence.format(file=file) + "\n")


BAD_COMMANDS = {
    "no such file": (["nowhere.txt"], "want a text file with one name per line, got nowhere.txt: No such file or directory"),
    "a folder": (["."], "want a text file with one name per line, got .: Is a directory"),
    "no number of steps": (["names.txt", "many"], "want a file and a number of steps, got names.txt many"),
    "no steps": (["names.txt", "0"], "want a file and a number of steps, got names.txt 0"),
    "a small two above the line": (["names.txt", "²"], "want a file and a number of steps, got names.txt ²"),
    "too much": (["names.txt", "5", "6"], "want a file and a number of steps, got names.txt 5 6"),
    "nothing, and our names are not there": ([], "want a text file with one name per line, got helpers/data/names.csv: No such file or directory"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other words for what is missing")
@pytest.mark.parametrize("case", BAD_COMMANDS)
def test_a_bad_command_gives_one_sentence(case, tmp_path, page, monkeypatch, capsys):
    arguments, sentence = BAD_COMMANDS[case]
    monkeypatch.chdir(tmp_path)
    assert page.main(arguments) == 2
    assert capsys.readouterr() == ("", sentence + "\n")


def test_the_command_hands_its_exit_code_on():
    code, said, complained = run_bare("nowhere.txt")
    assert (code, said) == (2, "") and "Traceback" not in complained and complained.count("\n") == 1


def test_any_alphabet_can_be_printed_where_the_terminal_s_own_is_small(tmp_path):
    file = tmp_path / "names.txt"
    file.write_text("ελένη\nζωή\nμαρία", encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", "-S", "-X", "utf8=0", FILE, file, "1"], env={**os.environ, "LC_ALL": "C"}, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"") and re.search("[α-ω]", done.stdout.decode("utf-8"))


def test_what_is_not_given_is_our_names_and_a_thousand_steps(page, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(page, "learn_and_write", lambda *given: asked.append(given))
    (tmp_path / "names.txt").write_text("emma\nanna")
    monkeypatch.chdir(ROOT)
    assert [page.main(arguments) for arguments in ([], [str(tmp_path / "names.txt")])] == [0, 0]
    assert asked == [(names.load_names(), 1000), (["emma", "anna"], 1000)]


def test_the_longest_name_that_is_taken_runs(page, tmp_path):
    file = tmp_path / "names.txt"
    file.write_text("a" * page.LONGEST + "\nb\nc\nd")
    assert run_bare(file, 2)[0] == 0


# Data ----------------------------------------------------------------------------------------------------------------


def test_names_and_split_are_the_book_s(page):
    ours = page.read_names(names.NAMES_FILE)
    assert ours == names.load_names()
    assert list(map(set, page.split_names(ours))) == list(map(set, names.split_names(ours)))


@pytest.mark.parametrize("few", [["emma", "anna"], ["a", "b", "c"], [f"{a}{b}" for a in "abcde" for b in "vwxyz"]], ids=len)
def test_no_part_of_a_small_list_is_empty(page, few):
    train, held_out = page.split_names(few)
    assert train and held_out and sorted(train + held_out) == sorted(few)
    assert list(map(set, (train, held_out))) == list(map(set, names.split_names(few)))


@pytest.mark.parametrize("file_name", ["names.csv", "NAMES.CSV"])
def test_the_name_in_front_counts_in_a_csv(file_name, page, tmp_path):
    file = tmp_path / file_name
    file.write_text("name,origin\nEmma,german\nemma,dutch\n Jo ,short\n")
    assert page.read_names(file) == ["emma", "jo"]


def test_a_letter_and_its_accent_are_one_letter(page, tmp_path):
    file = tmp_path / "names.txt"
    file.write_text("zoe\u0301\nzo\u00e9\nanna", encoding="utf-8")
    assert page.read_names(file) == ["zo\u00e9", "anna"]


def test_it_learns_from_training_names_by_chance_and_is_measured_on_held_out_ones(page, monkeypatch):
    """Also where a held-out name is the longest, and has a letter that no other has."""
    many = ["".join(pair) for pair in itertools.product("abcdef", "uvwxyz")]
    longest = next(name for name in ("q" * n for n in range(3, page.LONGEST)) if name in page.split_names([*many, name])[1])
    train, held_out = page.split_names([*many, longest])
    heard = {}
    monkeypatch.setattr(page, "train", lambda params, config, many_ids, n_steps: heard.update(config=config, trained=many_ids))
    monkeypatch.setattr(page, "evaluate", lambda params, config, many_ids: heard.update(measured=many_ids) or 1.0)
    page.learn_and_write([*many, longest], n_samples=2)
    letters = page.letters_of([*many, longest])
    assert heard["config"] == page.GPTConfig(len(letters) + 1, len(longest) + 1)
    assert heard["measured"] == [page.encode(name, letters) for name in held_out]
    in_order = [page.encode(name, letters) for name in train]
    assert heard["trained"] != in_order and sorted(heard["trained"]) == sorted(in_order)


# Gradients -----------------------------------------------------------------------------------------------------------


def weighted(page, layer, numbers):
    """A layer on these numbers -> its inputs, and a sum of its outputs in which no two count alike"""
    page.tape.clear()
    inputs = [page.Value(number) for number in numbers]
    out = layer(inputs)
    return inputs, page.total([x * (0.5 + i) for i, x in enumerate(out)]) if isinstance(out, list) else out


LAYERS = {
    "add a number": lambda page: lambda x: [y + 2.5 for y in x],
    "add": lambda page: lambda x: page.add(x, x[::-1]),
    "times": lambda page: lambda x: [y * z * 3 for y, z in zip(x, x[1:])],
    "power": lambda page: lambda x: [(y * y + 1) ** -0.5 for y in x],
    "exp": lambda page: lambda x: [y.exp() for y in x],
    "relu": lambda page: lambda x: [y.relu() for y in x],
    "dot": lambda page: lambda x: page.dot(x, x[::-1]),
    "total": lambda page: lambda x: page.total(x) * page.total(x[:2]),
    "linear": lambda page: lambda x: page.linear(x, [x, x[::-1]]),
    "rmsnorm": lambda page: lambda x: page.rmsnorm(x),
    "softmax": lambda page: lambda x: page.softmax(x),
    "cross_entropy": lambda page: lambda x: page.cross_entropy(x, 1),
    "attend": lambda page: lambda x: page.attend(x, [x, x[::-1]], [x[::-1], x], 2),
}


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_agrees_with_nudging(name, page):
    layer, numbers = LAYERS[name](page), [0.3, -1.2, 2.0, 0.7]
    inputs, out = weighted(page, layer, numbers)
    page.backward(out)
    nudged = nudge_gradient(lambda moved: weighted(page, layer, moved)[1].data, numbers)
    np.testing.assert_allclose([x.grad for x in inputs], nudged, atol=1e-7)


def test_huge_scores_do_no_harm(page):
    page.tape.clear()
    scores = [page.Value(x) for x in (5000.0, 0.0, -5000.0)]
    assert [x.data for x in page.softmax(scores)] == [1, 0, 0]
    assert page.cross_entropy(scores, 1).data == 5000


def test_at_zero_relu_is_as_flat_as_the_book_s(page):
    page.tape.clear()
    ours, theirs = page.Value(0.0), scalar.Value(0.0)
    page.backward(ours.relu())
    theirs.relu().backward()
    assert ours.grad == theirs.grad


def test_a_parent_stands_before_its_children_and_knobs_do_not_stand_on_the_tape(page):
    config = page.GPTConfig(4, 6, n_head=2, n_embd=4)
    params = page.init_params(config, random.Random(0))
    page.loss_of(params, [3, 0, 1, 3], config)
    place = {value: i for i, value in enumerate(page.tape)}
    assert all(place.get(parent, -1) < place[value] for value in page.tape for parent in value.parents)
    assert not {knob for table in params.values() for row in table for knob in row} & set(place)


def test_a_new_name_forgets_the_old_graph_without_the_garbage_collector(page):
    config = page.GPTConfig(4, 6, n_head=2, n_embd=4)
    params = page.init_params(config, random.Random(0))

    def alive():
        return sum(type(thing) is page.Value for thing in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        found = []
        for _ in range(3):
            page.backward(page.loss_of(params, [3, 0, 1, 3], config))
            found.append(alive())
    finally:
        gc.enable()
    assert len(set(found)) == 1


def test_no_depth_and_no_width_meets_a_limit(page):
    deep = page.GPTConfig(3, 4, n_layer=400, n_head=1, n_embd=2)
    loss = page.loss_of(page.init_params(deep, random.Random(0)), [2, 0, 2], deep)
    page.backward(loss)
    assert math.isfinite(loss.data)
    page.tape.clear()
    knob = page.Value(1.0)
    chain = knob
    for _ in range(50_000):
        chain = chain + 1.0
    page.backward(chain)
    assert knob.grad == 1
    page.tape.clear()   # and to let go of it all is no trouble either
    del chain


# It is the book's GPT ------------------------------------------------------------------------------------------------

TRAIN = names.split_names(names.load_names())[0][::77]
RUNS = {   # sizes, steps
    "microgpt's size": ({}, 40),
    "two layers, three heads": ({"n_layer": 2, "n_head": 3, "n_embd": 6}, 60),
}


def as_arrays(params):
    return {name: np.array([[knob.data for knob in row] for row in table]) for name, table in params.items()}


def test_its_tables_start_as_small_as_the_book_s(page):
    ours = as_arrays(page.init_params(page.GPTConfig(27, 16), random.Random(0)))
    for name, tensor in model.init_params(model.GPTConfig(), np.random.default_rng(0)).items():
        assert ours[name].std() == pytest.approx(tensor.data.std(), rel=0.12), name
    assert np.std([*itertools.chain(*map(np.ravel, ours.values()))]) == pytest.approx(0.08, rel=0.05)


@pytest.mark.parametrize("case", RUNS)
def test_a_training_run_is_the_tensor_model_s(case, page, capsys):
    """Same start, same names, same Adam: the losses, and at the end every knob."""
    sizes, n_steps = RUNS[case]
    config = page.GPTConfig(27, 16, **sizes)
    params = page.init_params(config, random.Random(5))
    tensors = {name: Tensor(array) for name, array in as_arrays(params).items()}
    assert {name: tensor.shape for name, tensor in tensors.items()} == model.param_shapes(model.GPTConfig(**sizes))
    many_ids = [page.encode(name, list(names.LETTERS)) for name in TRAIN[:n_steps]]
    optimizer, losses = training.Adam(tensors), []
    for step, token_ids in enumerate(many_ids):
        losses.append(float(training.gradients(tensors, make_batch([token_ids]), config).data))
        optimizer.step(training.learning_rate_at(step, n_steps, 0.01))
    np.testing.assert_allclose(page.train(params, config, many_ids, n_steps), losses, rtol=0, atol=1e-9)
    for name, array in as_arrays(params).items():
        np.testing.assert_allclose(array, tensors[name].data, rtol=0, atol=1e-9, err_msg=name)
    some = many_ids[:9]
    assert abs(page.evaluate(params, config, some) - training.evaluate(tensors, config, some)) < 1e-9


def test_the_reported_loss_is_the_mean_since_the_last_report(page, capsys):
    config = page.GPTConfig(4, 6, n_head=2, n_embd=4)
    losses = page.train(page.init_params(config, random.Random(0)), config, [[3, 0, 3], [3, 1, 2, 3]], 20)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"step {n:>5} of 20   loss {sum(losses[n - 2 : n]) / 2:.3f}" for n in range(2, 21, 2)]


# Writing -------------------------------------------------------------------------------------------------------------


class Forced:
    """Dice that keep what they were asked for, and always show the same side."""

    def __init__(self, side):
        self.side, self.asked = side, []

    def choices(self, population, weights):
        self.asked.append(weights)
        return [population[self.side]]


@pytest.fixture(scope="module")
def small(page):
    config = page.GPTConfig(3, 5, n_head=2, n_embd=4)
    return page.init_params(config, random.Random(2)), config


@pytest.mark.parametrize(("side", "name"), [(2, ""), (0, "aaaaa")])
def test_a_name_ends_with_bos_or_where_the_context_ends(side, name, page, small):
    assert page.write_name(*small, ["a", "b"], Forced(side)) == name


def test_letters_are_drawn_with_the_tensor_model_s_probabilities(page, small):
    params, config = small
    dice = Forced(1)
    page.write_name(params, config, ["a", "b"], dice, temperature=0.5)
    tensors = {name: Tensor(array) for name, array in as_arrays(params).items()}
    powers = np.exp(model.gpt(tensors, [[2, 1, 1, 1, 1]], config).data[0] / 0.5)
    np.testing.assert_allclose(dice.asked, powers / powers.sum(axis=-1, keepdims=True), atol=1e-12)


# The picture ---------------------------------------------------------------------------------------------------------


def test_the_parts_of_the_picture_are_those_of_the_file():
    spans = spans_of(TEXT)
    assert list(spans) == ["Start", "Data", "Tokenizer", "Autograd", "Layers", "Model", "Training", "Writing", "All of it"]
    assert [number for span in spans.values() for number in span] == list(range(1, len(TEXT.splitlines()) + 1))
    assert sum(sections_of(TEXT).values()) == len(code_lines(TEXT))
    text = '"""Doc."""\n\nimport os\n\n\n# Data: names\n\ndef f():\n    """Doc."""\n    # why\n    return 1   # one\n'
    assert sections_of(text) == {"Start": 1, "Data": 2}


def test_every_line_is_a_stroke_in_the_colour_of_its_part():
    picture = draw_page(TEXT)
    assert isinstance(picture, Picture)
    strokes = {round(patch.get_y() + 0.85): patch for patch in picture.axes[0].patches}
    lines = TEXT.splitlines()
    assert sorted(strokes) == [number for number, line in enumerate(lines, 1) if line.strip()]
    for number, patch in strokes.items():
        line = lines[number - 1]
        assert (patch.get_x(), patch.get_x() + patch.get_width()) == (len(line) - len(line.lstrip()), len(line))
        assert (patch.get_alpha() == 1) == (number in code_lines(TEXT))
    labels = [text.get_text() for text in picture.axes[0].texts]
    assert labels == [f"{title}: {n}" for title, n in sections_of(TEXT).items()]
    colours = [{strokes[number].get_facecolor()[:3] for number in span if number in strokes} for span in spans_of(TEXT).values()]
    assert all(len(each) == 1 for each in colours) and len(PALETTE) == len(set(map(frozenset, colours[:8])))
    assert all(one != two for one, two in itertools.pairwise(colours))
    assert all(label.replace(":", "") in picture.alt for label in labels)
    for text, span, bracket in zip(picture.axes[0].texts, spans_of(TEXT).values(), picture.axes[0].lines, strict=True):
        assert mpl.colors.to_rgb(text.get_color()) in {strokes[number].get_facecolor()[:3] for number in span if number in strokes}
        top, bottom = min(bracket.get_ydata()), max(bracket.get_ydata())
        assert span.start <= top < text.get_position()[1] < bottom < span.stop and min(bracket.get_xdata()) > max(map(len, TEXT.splitlines()))
