"""Every chapter runs in a fresh kernel, and its exercises accept what is right and nothing else."""

import importlib
import time

import nbformat
import pytest
from notebooks import CHAPTERS, ChapterError, execution, exercises_of, read, run, title_of

CHAPTER_SECONDS = 400   # three runs of a chapter and its exercises, on a slow machine


def wrong_answers(path):
    return importlib.import_module(f"wrong_answers.{title_of(path)}").WRONG


def printed(cell):
    """What a cell shows as text."""
    return "".join(output.get("text") or output.data["text/plain"] for output in cell.outputs)


@pytest.mark.parametrize("path", CHAPTERS, ids=title_of)
def test_a_chapter_runs_gives_the_same_again_and_judges_its_exercises(path):
    """First cell to last; then the whole chapter again in the same kernel, each cell twice in a row; then the exercises."""
    exercises = exercises_of(path)
    wrong = wrong_answers(path)
    assert set(wrong) == {exercise.name for exercise in exercises}, f"{path.name}: wrong answers for each exercise, no other"
    chapter = [cell for cell in read(path).cells if cell.cell_type == "code"]
    again = [cell.source for cell in chapter for _ in range(2)]

    tries = []   # exercise, code, whether it must be accepted, words its verdict must have
    for exercise in exercises:
        tries.append((exercise, exercise.stub, False, "Nothing to check"))
        tries += [(exercise, f"{code}\n{exercise.check_line}", False, words) for code, words in wrong[exercise.name]]
        tries.append((exercise, f"{exercise.answer}\n{exercise.check_line}", True, ""))

    started = time.monotonic()
    ran = run(path, follow_up=again + [code for _, code, _, _ in tries]).cells
    assert time.monotonic() - started < CHAPTER_SECONDS, f"{path.name} takes longer than {CHAPTER_SECONDS} s"

    problems = []
    ran = [cell for cell in ran if cell.cell_type == "code"]
    first, second, judged = ran[: len(chapter)], ran[len(chapter) : 3 * len(chapter)], ran[3 * len(chapter) :]
    for cell, once, twice in zip(first, second[::2], second[1::2], strict=True):
        if "timing" not in cell.metadata.get("tags", []) and not printed(cell) == printed(once) == printed(twice):
            shown = "\n".join(map(printed, (cell, once, twice)))
            problems.append(f"this cell shows something else when it runs again:\n{cell.source}\n{shown}")
    for (exercise, code, accepted, words), cell in zip(tries, judged, strict=True):
        verdict = printed(cell)
        if ("\nRight. " in f"\n{verdict}") != accepted or words not in verdict:
            want = "accepted" if accepted else f"rejected with {words!r}"
            problems.append(f"{exercise.name}: want this {want}, got {verdict!r}\n{code}")
    assert not problems, f"{path.name}\n" + "\n\n".join(problems)


def test_every_exercise_has_a_typical_wrong_answer():
    for path in CHAPTERS:
        assert len(exercises_of(path)) >= 3, f"{path.name}: three to five exercises"
        for name, wrong in wrong_answers(path).items():
            assert wrong, f"{path.name}: no wrong answer for {name}"
            assert all(words for _, words in wrong), f"{path.name}: {name} has a wrong answer without its hint"


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
    cells = [nbformat.v4.new_code_cell("fine = 1"), nbformat.v4.new_code_cell(source)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    with pytest.raises(ChapterError, match="01_broken.ipynb, cell 2 of 2") as caught:
        run(path)
    assert words in str(caught.value)
