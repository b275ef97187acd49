"""Run the chapters, and keep each run until something it depends on changes.

A kept run is book/_build/executed/<chapter>-<fingerprint>.ipynb: the chapter's code cells with their outputs. The fingerprint
covers the code cells, the helpers that they reach, the pinned packages and Python. As a Sphinx extension, this module puts the
kept outputs into the stored notebook, which has none; so a changed word of prose runs nothing.
"""

import ast
import functools
import hashlib
import json
import os
import re
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from ext import page_cells

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "book/_build/executed"
CELL_SECONDS = 300
CODE = {".py", ".js", ".css"}   # files that can name other files
os.environ.setdefault("OMP_NUM_THREADS", "1")   # for the kernels: small matrix products are slower on several cores
os.environ.setdefault("VECLIB_MAXIMUM_THREADS", "1")   # the same for numpy on macOS


def chapters():
    """The chapters that the table of contents lists, in order."""
    listed = re.findall(r"file: chapters/(\w+)", (ROOT / "book/_toc.yml").read_text(encoding="utf-8"))
    return [ROOT / f"chapters/{stem}.ipynb" for stem in listed]


# What counts as changed ----------------------------------------------------------------------------------------------


def source_files(folder):
    """The files of a folder and of those below it, without what Python, editors and the build leave there."""
    found = []
    for file in folder.rglob("*"):
        parts = file.relative_to(folder).parts
        if file.is_file() and not {"__pycache__", "_build"} & set(parts) and not any(part.startswith(".") for part in parts):
            found.append(file)
    return sorted(found)


def digest(facts, files):
    """A short text that changes with the facts, and with the name or the content of any file."""
    whole = hashlib.sha256(repr((sys.version_info[:3], facts)).encode())
    for file in files:
        whole.update(repr((file.relative_to(ROOT).as_posix(), hashlib.sha256(file.read_bytes()).hexdigest())).encode())
    return whole.hexdigest()[:16]


@functools.cache
def _named_in(text, is_python):
    """What a text can reach: the modules that it imports, and the words that can name another file. -> two sets

    A module is written in full, such as helpers.live.map, or as .map where only its last part is sure. Python names what else it
    reads in its texts, docstrings apart, and anywhere where it cannot be parsed; JavaScript names what it imports.
    """
    if not is_python:
        return set(), set(re.findall(r'"\./(\w+)\.js"', text))
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError:
        words = set(re.findall(r"\w+", text))
        return {f".{word}" for word in words}, words
    modules, words = set(), set()
    docstrings = {node.value for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = "." if node.level else f"{node.module}."
            modules |= {f".{node.module}" if node.level else node.module} | {start + alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            words |= set(re.findall(r"\w+", node.value))
    return modules, words


@functools.cache
def _module_names(file):
    """helpers.live.map and .map for helpers/live/map.py"""
    return {".".join(file.relative_to(ROOT).with_suffix("").parts), f".{file.stem}"}


def only_says(file):
    """Whether a file is an __init__.py that holds words and no code."""
    if file.name != "__init__.py":
        return False
    try:
        body = ast.parse(file.read_text(encoding="utf-8")).body
    except SyntaxError:
        return False
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body)


def helper_files(code):
    """Every file of `helpers` that `code` names, every file that these name, and so on.

    A module is named where it is imported, another file where its name without the ending stands as a word in a text of the
    code. That can be one file too many, and costs a run; to follow only imports would miss data, scripts and recorded runs, and
    show a stale page. A file that nothing can name counts always: an __init__.py with code in it, and names of several words. So a
    helper that reads a file writes its name in full, and a new file reruns only the chapters that name it.
    """
    files = [file for file in source_files(ROOT / "helpers") if not only_says(file)]
    found = {file for file in files if file.stem == "__init__" or not file.stem.isidentifier()}
    unread = [(code, True)]
    while unread:
        modules, words = _named_in(*unread.pop())
        named = {file for file in files if (_module_names(file) & modules if file.suffix == ".py" else file.stem in words)} - found
        found |= named
        unread += [(file.read_text(encoding="utf-8"), file.suffix == ".py") for file in named if file.suffix in CODE]
    return sorted(found)


def fingerprint(chapter):
    """A text that changes whenever a new run of the chapter could give something else."""
    cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
    code = [("".join(cell["source"]), cell["metadata"].get("tags", [])) for cell in cells if cell["cell_type"] == "code"]
    helpers = helper_files("\n".join(source for source, _ in code))
    return digest(code, [*helpers, ROOT / "requirements.txt"])


def kept_run(chapter):
    """Where the run of this very code, with these very helpers, is kept."""
    return KEPT / f"{chapter.stem}-{fingerprint(chapter)}.ipynb"


# Running -------------------------------------------------------------------------------------------------------------


class ChapterError(Exception):
    """A cell of a chapter failed, or wrote a warning; the message names chapter, cell and lines."""


def _place(notebook, index):
    """How a reader finds the cell: by its number among the chapter's own code cells, or by what a test says of one it added."""
    if "added" in notebook.cells[index].metadata:
        return notebook.cells[index].metadata["added"]
    own = [at for at, cell in enumerate(notebook.cells) if cell.cell_type == "code" and "added" not in cell.metadata]
    return f"code cell {own.index(index) + 1} of {len(own)}"


def _last_line_of_ours(traceback):
    """The last line of helpers/ or tests/ that a traceback passes: "helpers/scalar.py, line 12: its code", or ""."""
    passed = ""
    for path, number in re.findall(r"^\s*File (.+?):(\d+)", traceback, re.MULTILINE):
        file = Path(path).expanduser()
        if any(file.is_relative_to(ROOT / folder) for folder in ("helpers", "tests")) and file.exists():
            line = file.read_text(encoding="utf-8").splitlines()[int(number) - 1].strip()
            passed = f"{file.relative_to(ROOT).as_posix()}, line {number}: {line}"
    return passed


def _report(chapter, notebook, index, reason, traceback=""):
    traceback = re.sub(r"\x1b\[[\d;]*m", "", traceback)
    failed = re.search(r"Cell In ?\[\d+\], line (\d+)", traceback)
    listing = [
        f"{'>' if failed and number == int(failed[1]) else ' '} {number:3} | {line}"
        for number, line in enumerate(notebook.cells[index].source.splitlines(), 1)
    ]
    below = [line for line in [_last_line_of_ours(traceback)] if line]
    return "\n".join([f"{chapter.name}, {_place(notebook, index)}: {reason}", *listing, *below])


def _join_streams(cell):
    """Put together what a cell printed: the kernel may send one line in several pieces, and a page would break it there.

    Of a line that was written over and over, as a progress bar is, the last state stays, as in a terminal.
    """
    joined = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and joined and joined[-1].get("name") == output.name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    for output in joined:
        if output.output_type == "stream":
            output.text = re.sub(r"[^\n]*\r(?!\n)", "", output.text)
    if joined:
        cell.outputs = [output for output in joined if output.get("text") != ""]


def execute(notebook, chapter):
    """Run a notebook in a fresh kernel in its chapter's folder, first cell to last; its cells get their outputs.

    chapter: the path that gives the folder and the name for reports
    Raises ChapterError if a cell fails, takes too long, or writes to stderr without the tag stderr-expected.
    """
    at = {}
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(chapter.parent)}},
        on_cell_execute=lambda cell, cell_index: at.update(index=cell_index),
    )
    problem, traceback = None, ""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as noise:   # of the kernel's own, not of its cells
        try:
            client.execute(stderr=noise)
        except CellExecutionError as error:
            problem, traceback = f"{error.ename}: {error.evalue}", error.traceback
        except CellTimeoutError:
            problem = f"it takes longer than {CELL_SECONDS} s"
        except RuntimeError as error:   # DeadKernelError is one
            noise.seek(0)
            problem = "\n".join([f"its kernel died: {error}", noise.read()]).strip()
    if problem and "index" not in at:
        raise ChapterError(f"{chapter.name}, before its first cell: {problem}")
    if problem:
        raise ChapterError(_report(chapter, notebook, at["index"], problem, traceback))
    for cell in notebook.cells:
        _join_streams(cell)
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and "stderr-expected" not in cell.metadata.get("tags", []):
            for output in cell.outputs:
                if output.get("name") == "stderr":
                    raise ChapterError(_report(chapter, notebook, index, f"it writes to stderr: {output.text.strip()}"))


def run(chapter):
    """Run a chapter and keep the run. Returns "" or a report of what went wrong."""
    target = kept_run(chapter)
    notebook = nbformat.read(chapter, as_version=4)
    try:
        execute(notebook, chapter)
    except ChapterError as error:
        return str(error)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=KEPT, encoding="utf-8", suffix=".part", delete=False) as unfinished:
        nbformat.write(notebook, unfinished)
    os.replace(unfinished.name, target)   # all or nothing: an interrupted write leaves no half notebook
    for old in set(KEPT.glob(f"{chapter.stem}-*.ipynb")) - {target}:
        old.unlink(missing_ok=True)
    return ""


def n_slow_cells(chapter):
    """How many cells of a chapter are tagged slow or slow-on-ours."""
    cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
    return sum(any(tag.startswith("slow") for tag in cell["metadata"].get("tags", [])) for cell in cells)


def run_missing():
    """Run every chapter without a kept run, two at a time. Returns the reports of those that failed."""
    missing = [chapter for chapter in chapters() if not kept_run(chapter).exists()]
    if not missing:
        return []
    print("Running", ", ".join(chapter.name for chapter in missing), flush=True)
    missing.sort(key=n_slow_cells, reverse=True)   # the long ones first, or the last of them would run alone
    with ProcessPoolExecutor(max_workers=2) as pool:
        return [report for report in pool.map(run, missing) if report]


# The page ------------------------------------------------------------------------------------------------------------


def with_outputs(chapter):
    """The stored notebook with the outputs of its kept run."""
    notebook = nbformat.read(chapter, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, ran in zip(code, nbformat.read(kept_run(chapter), as_version=4).cells, strict=True):
        cell.outputs, cell.execution_count = ran.outputs, ran.execution_count
    return notebook


def _hand_over(app, docname, source):
    chapter = ROOT / f"{docname}.ipynb"
    if chapter.exists():
        if not kept_run(chapter).exists():
            raise FileNotFoundError(f"{chapter.name} or a helper changed while the book was built: build it again")
        notebook = with_outputs(chapter)
        page_cells.prepare(notebook)
        source[0] = nbformat.writes(notebook)


def setup(app):
    app.connect("source-read", _hand_over)
    return {"parallel_read_safe": True}
