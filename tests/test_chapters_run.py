"""Every chapter runs in a fresh kernel and shows there what it shows on the page, judges its exercises, and runs on other names."""

import dis
import functools
import importlib
import itertools
import re

import nbformat
import pytest

from helpers.names import load_names
from notebooks import (
    BEHIND,
    CHAPTERS,
    NOTEBOOKS,
    OPENER,
    ChapterError,
    executed,
    execution,
    exercises_of,
    read,
    run,
    title_of,
)


def each_of(paths):
    """A test for each of these notebooks; those of one notebook run in one process, so that they share its run."""
    cases = [pytest.param(path, id=title_of(path), marks=pytest.mark.xdist_group(title_of(path))) for path in paths]
    return pytest.mark.parametrize("path", cases)


def wrong_answers(path):
    return importlib.import_module(f"wrong_answers.{title_of(path)}").WRONG


def printed(cell):
    """What a cell shows as text."""
    return "".join(output.get("text") or output.data["text/plain"] for output in cell.outputs)


def tags_of(cell):
    return set(cell.metadata.get("tags", []))


def tries_of(path):
    """What the exercises must accept and reject. -> list of (exercise, code, whether it is right, words of the verdict)"""
    tries = []
    for exercise in exercises_of(path):
        tries.append((exercise, exercise.stub, False, "Nothing to check"))
        for code, words in wrong_answers(path).get(exercise.name, []):
            tries.append((exercise, f"{code}\n{exercise.check_line}", False, words))
        tries.append((exercise, f"{exercise.answer}\n{exercise.check_line}", True, ""))
    return tries


SLOW = {"slow", "slow-on-ours"}   # with any names; with as many as ours


def runs_once(cell):
    """Slow cells; and those that define a class, for what was made of the old one is not of the new."""
    return bool(tags_of(cell) & SLOW) or re.search(r"^class ", cell.source, re.MULTILINE) is not None


def remember(cell):
    """Code that keeps what a cell has set, for `as_it_left`."""
    names = {step.argval for step in dis.get_instructions(compile(cell.source, "cell", "exec")) if step.opname == "STORE_NAME"}
    return f"globals()['set by {cell.id}'] = {{name: globals()[name] for name in {sorted(names)} if name in globals()}}"


def as_it_left(cell):
    return f"globals().update(globals()['set by {cell.id}'])"


@functools.cache
def performance(path):
    """One kernel's whole day: the chapter, then each of its cells twice more, then its exercises. -> three lists of run cells

    What depends on the clock runs once more, not twice. What `runs_once` does not run again: in its turn, the names that it set
    are what it made of them. So the second list has a cell's two runs, or its one.
    """
    chapter = [cell for cell in read(path).cells if cell.cell_type == "code"]
    times = [1 if runs_once(cell) or "timing" in tags_of(cell) else 2 for cell in chapter]
    again = [
        (f"code cell {number}, when it runs again", as_it_left(cell) if runs_once(cell) else cell.source)
        for number, cell in enumerate(chapter, 1) for _ in range(times[number - 1])
    ]
    tries = [
        (f"exercise {exercise.name}, {'its answer' if accepted else f'try from tests/wrong_answers/{title_of(path)}.py'}", code)
        for exercise, code, accepted, _ in tries_of(path)
    ]
    ran = run(path, follow_up=again + tries, behind=lambda cell: [remember(cell)] if runs_once(cell) else [])
    ran = iter([cell for cell in ran.cells if cell.cell_type == "code" and cell.metadata.get("added") != BEHIND])
    first = list(itertools.islice(ran, len(chapter)))
    return first, [list(itertools.islice(ran, n)) for n in times], list(ran)


@each_of(NOTEBOOKS)
def test_a_cell_shows_the_same_when_it_runs_again(path):
    """In another kernel than the page's, and in a chapter that has run to its end: the reader goes back, and runs a cell twice."""
    first, again, _ = performance(path)
    on_the_page = [cell for cell in executed(path).cells if cell.cell_type == "code"]
    for kept, cell, repeats in zip(on_the_page, first, again, strict=True):
        if "timing" not in tags_of(cell):
            repeats = [] if runs_once(cell) else repeats
            shown = [printed(each) for each in (kept, cell, *repeats)]
            assert len(set(shown)) == 1, f"{path.name}: this cell shows something else:\n{cell.source}\n" + "\n---\n".join(shown)


@each_of(CHAPTERS)
def test_an_exercise_accepts_its_answer_and_no_typical_wrong_one(path):
    _, _, judged = performance(path)
    problems = []
    for (exercise, code, accepted, words), cell in zip(tries_of(path), judged, strict=True):
        verdict = printed(cell)
        if ("\nRight. " in f"\n{verdict}") != accepted or words not in verdict:
            want = "accepted" if accepted else f"rejected with {words!r}"
            problems.append(f"{exercise.name}: want this {want}, got {verdict!r}\n{code}")
    assert not problems, f"{path.name}\n" + "\n\n".join(problems)


@pytest.mark.parametrize("path", CHAPTERS, ids=title_of)
def test_every_exercise_has_typical_wrong_answers_with_their_hints(path):
    file = f"tests/wrong_answers/{title_of(path)}.py"
    exercises, wrong = {exercise.name for exercise in exercises_of(path)}, wrong_answers(path)
    assert set(wrong) == exercises, f"{file}: lacks {sorted(exercises - set(wrong))}, has no exercise for {sorted(set(wrong) - exercises)}"
    for name, tries in wrong.items():
        assert tries, f"{file}: no wrong answer for {name}"
        assert all(words for _, words in tries), f"{file}: {name} has a wrong answer without words of its hint"


def names_with_accents():
    """Some 300 names with accents, one with a hyphen."""
    accents = str.maketrans({"a": "á", "o": "ö", "n": "ñ", "c": "ç"})
    return [name.translate(accents) if number % 3 == 0 else name for number, name in enumerate(load_names()[::124])] + ["anna-léna"]


def few_names():
    """Thirty names: some letters stand in none of them."""
    return load_names()[7::1240][:30]


def names_in_greek():
    """Thirty names in another alphabet, which lack some of its letters."""
    greek = str.maketrans("abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρστυφχψωάέ")
    return [name.translate(greek) for name in load_names()[3::1240][:30]]


LISTS = {"with accents": names_with_accents, "thirty": few_names, "Greek": names_in_greek}
OUR_NAMES = "names = load_names()"


def lists_for(path):
    """The kinds of lists on which a chapter runs: one that trains for long, on the strangest only."""
    if path != OPENER and not any("load_names" in cell.source for cell in read(path).cells if cell.cell_type == "code"):
        return []   # a chapter on other data
    return ["Greek"] if any("slow" in tags_of(cell) for cell in read(path).cells) else list(LISTS)


@pytest.mark.parametrize(("path", "kind"), [pytest.param(path, kind, id=f"{title_of(path)}-{kind}") for path in [OPENER, *CHAPTERS] for kind in lists_for(path)])
def test_it_runs_on_a_reader_s_own_names(path, kind, tmp_path):
    """As chapter 1 promises: the reader changes the line that loads the names, and no other."""
    file = tmp_path / "my_names.txt"
    file.write_text("\n".join(LISTS[kind]()), encoding="utf-8")
    notebook = read(path)
    loading = [cell for cell in notebook.cells if cell.cell_type == "code" and OUR_NAMES in cell.source]
    assert len(loading) == 1, f"{path.name}: want one cell with the line {OUR_NAMES!r}, got {len(loading)}"
    loading[0].source = loading[0].source.replace(OUR_NAMES, f"names = load_names({str(file)!r})")
    execution.execute(notebook, path)


@pytest.mark.xdist_group("one process")
def test_tests_that_share_a_run_go_to_one_process(request):
    """Else each chapter would run once for every test of it. A test that is kept with others has its group behind its name."""
    if request.config.getoption("loadgroup", False):
        assert request.node.nodeid.endswith("@one process"), "pytest and pytest-xdist do not fit together: xdist_group does nothing"


BROKEN = {
    "an error in a cell": ("1 / 0", "ZeroDivisionError: division by zero"),
    "an error of two lines": ("raise ValueError('one\\ntwo')", "ValueError: one\ntwo"),
    "a cell that does not end": ("while True: pass", "it takes longer than 10 s"),
    "a warning": ("import warnings; warnings.warn('old')", "it writes to stderr"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_cell_is_named(case, tmp_path, monkeypatch):
    monkeypatch.setattr(execution, "CELL_SECONDS", 10)
    source, words = BROKEN[case]
    path = tmp_path / "01_broken.ipynb"
    cells = [nbformat.v4.new_markdown_cell("# Title"), nbformat.v4.new_code_cell("fine = 1"), nbformat.v4.new_code_cell(source)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    with pytest.raises(ChapterError, match="01_broken.ipynb, code cell 2 of 2: ") as caught:
        run(path)
    assert words in str(caught.value) and source in str(caught.value)
