"""What the tests of the chapters share: where the chapters are, and how to run one."""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from ext import execution
from ext.execution import ChapterError

ROOT = Path(__file__).resolve().parents[1]
OPENER, REFRESHER = ROOT / "chapters/00_see_it_run.ipynb", ROOT / "chapters/refresher.ipynb"   # without exercises and frame
CHAPTERS = [path for path in sorted((ROOT / "chapters").glob("[0-9][0-9]_*.ipynb")) if path != OPENER]
NOTEBOOKS = [OPENER, *CHAPTERS, REFRESHER]


def read(path):
    return nbformat.read(path, as_version=4)


def is_of_a_file(cell):
    """Whether a code cell is a part of one_page.py, which has imports and definitions of its own."""
    return "one-page" in cell.metadata.get("tags", [])


def title_of(path):
    """Test ids without the number, so that a chapter can move."""
    return re.sub(r"^\d\d_", "", path.stem)


BEHIND = "what a test runs behind a cell"


def run(path, follow_up=(), behind=lambda cell: []):
    """Execute a chapter from its first cell to its last in a fresh kernel, then what `follow_up` adds.

    follow_up: pairs (what a report calls the cell, its source); behind: of a code cell, sources to run right behind it
    -> the executed notebook, with the follow-up cells at its end
    Raises ChapterError that names the chapter, the cell, its source and what went wrong.
    """
    notebook = read(path)
    for cell in [cell for cell in notebook.cells if cell.cell_type == "code"]:
        at = notebook.cells.index(cell) + 1
        notebook.cells[at:at] = [nbformat.v4.new_code_cell(source, metadata={"added": BEHIND}) for source in behind(cell)]
    notebook.cells += [nbformat.v4.new_code_cell(source, metadata={"added": called}) for called, source in follow_up]
    execution.execute(notebook, path)
    return notebook


def executed(path):
    """The chapter with what its cells show: the kept run, or a new one where none is kept."""
    if not execution.kept_run(path).exists() and (problem := execution.run(path)):
        raise ChapterError(problem)
    return execution.with_outputs(path)


@dataclass
class Exercise:
    """An exercise of a chapter: its check's name, its stub, and the answer that the chapter gives."""

    name: str
    stub: str
    answer: str

    @property
    def check_line(self):
        return next(line for line in self.stub.splitlines() if line.startswith("check."))


def exercises_of(path):
    """The exercises of a chapter, in order: each a stub cell that ends in `check.`, its answer in the cell below."""
    cells = read(path).cells
    found = []
    for cell, below in zip(cells, cells[1:], strict=False):
        checks = re.findall(r"^check\.(\w+)\(", cell.source, re.MULTILINE)
        if cell.cell_type != "code" or not checks:
            continue
        answer = re.search(r"<summary>Answer</summary>.*?```python\n(.*?)```", below.source, re.DOTALL)
        if below.cell_type != "markdown" or not answer:
            raise ChapterError(f"{path.name}: the cell below exercise {checks[0]} has no answer with Python code in it")
        found.append(Exercise(checks[0], cell.source, answer[1]))
    return found
