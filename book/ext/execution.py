"""Run the chapters, and keep each run until something it depends on changes.

A run is kept as book/_build/executed/<chapter>-<fingerprint>.ipynb. The fingerprint covers the chapter's code, every helper
module it can reach by import, the data and script files beside those modules, and the pinned packages. As a Sphinx
extension, this module hands the kept run to the page in place of the stored notebook, which has no outputs.
"""

import ast
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
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

import page_cells

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "book/_build/executed"
CELL_SECONDS = 300
os.environ.setdefault("OMP_NUM_THREADS", "1")   # for the kernels: small matrix products are slower on several cores


def chapters():
    """The chapters that the table of contents lists, in order."""
    listed = re.findall(r"file: chapters/(\w+)", (ROOT / "book/_toc.yml").read_text(encoding="utf-8"))
    return [ROOT / f"chapters/{stem}.ipynb" for stem in listed]


def imported(source, package=""):
    """The names of the modules that `source` may import. `from a import b` gives a and a.b: b may be a module."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join(parents + ([node.module] if node.module else []))
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


def source_files(folder):
    """The files of a folder and of those below it, without what Python, editors and the build leave there."""
    left = {"__pycache__", ".ipynb_checkpoints", "_build"}
    return sorted(file for file in folder.rglob("*") if file.is_file() and not left & set(file.relative_to(folder).parts))


def module_file(name):
    """The file of a helper module, or None where `name` is something else."""
    if name.split(".")[0] != "helpers":
        return None
    path = ROOT.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def helper_files(sources):
    """Every file of `helpers` that code in `sources` can depend on.

    Follows imports from module to module. A file that is not Python counts for all modules of its folder, or of the
    nearest folder above it that has modules: helpers/live/*.js for helpers/live/*.py, helpers/data/* for helpers/*.py.
    """
    try:
        waiting = set().union(*(imported(source) for source in sources))
    except SyntaxError:   # a cell that is wrong on purpose: then every helper counts
        waiting = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in ROOT.glob("helpers/**/*.py")}
    seen, files = set(), set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        file = module_file(name)
        if file and file not in files:
            files.add(file)
            package = name if file.name == "__init__.py" else name.rpartition(".")[0]
            parents = {name.rsplit(".", depth)[0] for depth in range(1, name.count(".") + 1)}   # a.b.c runs a and a.b too
            waiting |= (imported(file.read_text(encoding="utf-8"), package) | parents) - seen
    folders = {file.parent for file in files}
    for file in source_files(ROOT / "helpers"):
        if file.suffix != ".py":
            home = next(folder for folder in file.parents if any(folder.glob("*.py")) or folder == ROOT)
            if home in folders:
                files.add(file)
    return sorted(files)


def fingerprint(chapter):
    """A short text that changes whenever a new run of the chapter could give something else."""
    cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    digest = hashlib.sha256(repr((sys.version_info[:2], [(c["cell_type"], c["metadata"]) for c in cells])).encode())
    digest.update("\0".join("".join(cell["source"]) for cell in cells).encode())
    for file in [*helper_files(sources), ROOT / "requirements.txt"]:
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def kept_run(chapter):
    """Where the run of this very chapter, with these very helpers, is kept."""
    return KEPT / f"{chapter.stem}-{fingerprint(chapter)}.ipynb"


class ChapterError(Exception):
    """A cell of a chapter failed, or wrote a warning; the message names chapter, cell and lines."""


def _report(name, notebook, index, reason):
    listing = [f"  {number:3} | {line}" for number, line in enumerate(notebook.cells[index].source.splitlines(), 1)]
    return "\n".join([f"{name}, cell {index + 1} of {len(notebook.cells)}: {reason}", *listing])


def _join_streams(cell):
    """Put together what a cell printed: the kernel may send one line in several pieces, and a page would break it there."""
    joined = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and joined and joined[-1].get("name") == output.name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    if joined:
        cell.outputs = joined


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
    problem = None
    try:
        client.execute()
    except CellExecutionError as error:
        problem = f"{error.ename}: {error.evalue}"
    except CellTimeoutError:
        problem = f"it takes longer than {CELL_SECONDS} s"
    except DeadKernelError:
        problem = "its kernel died"
    if problem:
        raise ChapterError(_report(chapter.name, notebook, at.get("index", 0), problem))
    for cell in notebook.cells:
        _join_streams(cell)
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and "stderr-expected" not in cell.metadata.get("tags", []):
            for output in cell.outputs:
                if output.get("name") == "stderr":
                    raise ChapterError(_report(chapter.name, notebook, index, f"it writes to stderr: {output.text.strip()}"))


def run(chapter):
    """Run a chapter and keep the run. Returns "" or a report of what went wrong."""
    target = kept_run(chapter)
    notebook = nbformat.read(chapter, as_version=4)
    try:
        execute(notebook, chapter)
    except ChapterError as error:
        return str(error)
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=KEPT, encoding="utf-8", suffix=".part", delete=False) as unfinished:
        nbformat.write(notebook, unfinished)
    os.replace(unfinished.name, target)   # all or nothing: an interrupted write leaves no half notebook
    for old in set(KEPT.glob(f"{chapter.stem}-*.ipynb")) - {target}:
        old.unlink(missing_ok=True)
    return ""


def run_missing():
    """Run every chapter without a kept run, two at a time. Returns the reports of those that failed."""
    missing = [chapter for chapter in chapters() if not kept_run(chapter).exists()]
    if not missing:
        return []
    print("Running", ", ".join(chapter.name for chapter in missing), flush=True)
    with ProcessPoolExecutor(max_workers=2) as pool:
        return [report for report in pool.map(run, missing) if report]


def _hand_over(app, docname, source):
    chapter = ROOT / f"{docname}.ipynb"
    if chapter.exists():
        if not kept_run(chapter).exists():
            raise FileNotFoundError(f"{chapter.name} or a helper changed while the book was built: build it again")
        notebook = nbformat.read(kept_run(chapter), as_version=4)
        page_cells.prepare(notebook)
        source[0] = nbformat.writes(notebook)


def setup(app):
    app.connect("source-read", _hand_over)
    return {"parallel_read_safe": True}
