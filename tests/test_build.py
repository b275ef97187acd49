"""The build runs what changed and nothing else, never harms the site that is there, says what is wrong, and gives the book away."""

import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import build
import serve
import tidy
from conftest import missing, unfit
from ext import archive, colours, execution, page_cells
from ext.without_scripts import finish_page
from helpers import palette
from notebooks import REFRESHER
from test_chapters_layout import untidy

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.xdist_group("build")   # in one process: the copies of the book are made once


def write(file, *cells):
    nbformat.write(new_notebook(cells=list(cells), metadata={"kernelspec": tidy.KERNEL}), file)


def python(root, *command, **options):
    """Start Python in a copy of the book, with that copy's helpers."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "book")])}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([sys.executable, *command], cwd=root, env=environment, **pipes | options)


def built_in(root):
    """Build the copy of the book. -> exit status, all that it said"""
    process = python(root, "book/build.py")
    said, _ = process.communicate()
    return process.returncode, said


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The book as a reader of the site gets it."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "book.zip").write_bytes(archive.packed())
    zipfile.ZipFile(folder / "book.zip").extractall(folder)
    return folder / archive.NAME


@pytest.fixture(scope="module")
def finished(unpacked, tmp_path_factory):
    """A small book with the real build: a page, a chapter of two code cells, a glossary, built once."""
    root = shutil.copytree(unpacked, tmp_path_factory.mktemp("small") / "book")
    for file in [*root.glob("chapters/*.ipynb"), *root.glob("book/*.md")]:
        file.unlink()
    (root / "book/index.md").write_text("# A small book\n\nSome words.\n")
    (root / "book/glossary.md").write_text("# Glossary\n\n```{glossary}\nproduct\n: What multiplying gives.\n```\n")
    (root / "book/_toc.yml").write_text("format: jb-book\nroot: book/index\nchapters:\n  - file: chapters/01_small\n  - file: book/glossary\n")
    cells = [new_code_cell("number = 6"), new_markdown_cell("Now **multiply**."), new_code_cell("print('six times seven is', 7 * number)")]
    write(root / "chapters/01_small.ipynb", new_markdown_cell("# A small chapter"), *cells)
    status, said = built_in(root)
    assert status == 0, said
    return root


@pytest.fixture
def small(finished, tmp_path):
    """A copy of the small finished book, to change."""
    return shutil.copytree(finished, tmp_path / "book")


def replace(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} holds no {old!r}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def page_of(root):
    return (root / "book/_build/html/chapters/01_small.html").read_text(encoding="utf-8")


# What counts as changed ----------------------------------------------------------------------------------------------

HELPERS = {
    "helpers/__init__.py": "import os",
    "helpers/low.py": "x = 1",
    "helpers/high.py": "from helpers.low import x",
    "helpers/relative.py": "from .low import x",
    "helpers/other.py": "",
    "helpers/live/__init__.py": '"""What is here."""',
    "helpers/live/figure.py": 'from helpers import other\nelement = "gpt-curve"',
    "helpers/live/curve.js": 'import { draw } from "./chance.js"; // not unused',
    "helpers/live/chance.js": "",
    "helpers/reader.py": '"""Reads numbers, not deep_run."""\nopen("numbers.csv")',
    "helpers/data/numbers.csv": "1,2",
    "helpers/data/two-words.csv": "",
    "helpers/records/wide_run.json": "{}",
    "helpers/records/deep_run.json": "{}",
    "helpers/unused.py": "",
    "requirements.txt": "",
}
READERS = {
    "high": "from helpers.high import x",
    "relative": "import helpers.relative",
    "live": "import helpers.live.figure",
    "data": "from helpers import reader",
    "record": "load('wide_run')",
    "plain": "import math",
    "broken": "from helpers.high import x x",
}
RERUN = {
    "a helper of a helper": ("helpers/low.py", {"high", "relative", "broken"}),
    "a relative import": ("helpers/relative.py", {"relative"}),
    "an imported module": ("helpers/other.py", {"live"}),
    "a script": ("helpers/live/curve.js", {"live"}),
    "a script of a script": ("helpers/live/chance.js", {"live"}),
    "a data file": ("helpers/data/numbers.csv", {"data"}),
    "a recorded run": ("helpers/records/wide_run.json", {"record"}),
    "another recorded run": ("helpers/records/deep_run.json", set()),
    "a new recorded run": ("helpers/records/new_run.json", set()),
    "a helper that no one reaches": ("helpers/unused.py", set()),
    "a package's own code": ("helpers/__init__.py", set(READERS)),
    "a package's own words": ("helpers/live/__init__.py", set()),
    "a file that no word can name": ("helpers/data/two-words.csv", set(READERS)),
    "the packages": ("requirements.txt", set(READERS)),
    "an editor's copy": ("helpers/.ipynb_checkpoints/low.py", set()),
}


@pytest.fixture
def readers(tmp_path, monkeypatch):
    """A folder with the helpers and the chapters above. -> its path"""
    for name, text in HELPERS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name, code in READERS.items():
        write(tmp_path / f"{name}.ipynb", new_markdown_cell("Words."), new_code_cell(code))
    monkeypatch.setattr(execution, "ROOT", tmp_path)
    return tmp_path


def fingerprints(folder):
    return {name: execution.fingerprint(folder / f"{name}.ipynb") for name in READERS}


@pytest.mark.parametrize("case", RERUN)
def test_a_changed_file_reruns_the_chapters_that_reach_it_and_no_other(case, readers):
    file, wanted = RERUN[case]
    before = fingerprints(readers)
    (readers / file).parent.mkdir(exist_ok=True)
    with (readers / file).open("a", encoding="utf-8") as text:
        text.write(" ")
    after = fingerprints(readers)
    assert {name for name in READERS if before[name] != after[name]} == wanted


CHANGES = {
    "code": (lambda cells: cells[1].update(source="import os"), True),
    "a tag": (lambda cells: cells[1].metadata.update(tags=["stderr-expected"]), True),
    "one cell more": (lambda cells: cells.append(new_code_cell("1")), True),
    "a word": (lambda cells: cells[0].update(source="Other words."), False),
    "a paragraph more": (lambda cells: cells.insert(0, new_markdown_cell("More.")), False),
    "a description": (lambda cells: cells[1].metadata.update(description="A curve."), False),
}


@pytest.mark.parametrize("case", CHANGES)
def test_changed_code_runs_again_and_changed_words_do_not(case, readers):
    change, reruns = CHANGES[case]
    path = readers / "plain.ipynb"
    before = execution.fingerprint(path)
    notebook = nbformat.read(path, as_version=4)
    change(notebook.cells)
    nbformat.write(notebook, path)
    assert (execution.fingerprint(path) != before) == reruns


def test_another_python_runs_every_chapter_again(readers, monkeypatch):
    before = fingerprints(readers)
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    after = fingerprints(readers)
    assert all(before[name] != after[name] for name in READERS)


STATE = ["book/index.md", "chapters/01_small.ipynb", "helpers/palette.py", "requirements.txt"]


@pytest.mark.parametrize("file", STATE)
def test_the_state_of_the_site_changes_with_every_source(file, tmp_path, monkeypatch):
    for name in STATE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(execution, "ROOT", tmp_path)
    before = build.state()
    (tmp_path / file).write_text("new")
    assert build.state() != before


@pytest.mark.parametrize("name", ["BOOK_URL", "BOOK_REPOSITORY"])
def test_the_state_of_the_site_changes_with_its_address(name, monkeypatch):
    before = build.state()
    monkeypatch.setenv(name, "https://someone.example/another")
    assert build.state() != before


def test_every_chapter_counts_the_helpers_that_its_kernel_loads():
    """The rule of names against what Python really imports."""
    for chapter in execution.chapters():
        code = "\n".join(cell.source for cell in nbformat.read(chapter, as_version=4).cells if cell.cell_type == "code")
        imports = "\n".join(re.findall(r"^(?:from helpers[^(\n]*|from helpers[^\n]*\([^)]*\)|import helpers.*)$", code, re.MULTILINE))
        loaded = "import sys; print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'helpers'), sep='\\n')"
        done = subprocess.run([sys.executable, "-c", f"{imports}\n{loaded}"], cwd=ROOT, capture_output=True, text=True, check=True)
        files = {Path(line) for line in done.stdout.split("\n") if line and not execution.only_says(Path(line))}
        assert len(files) > (1 if chapter == REFRESHER else 4) and files <= set(execution.helper_files(code)), chapter.name


# A build -------------------------------------------------------------------------------------------------------------


def test_a_changed_word_runs_nothing_and_stands_on_the_page(small):
    stray = small / "book/_build/html/chapters/00_old.html"
    stray.touch()
    replace(small / "chapters/01_small.ipynb", "Now **multiply**.", "Then **multiply**.\\n\\n**Predict:** how much?")
    status, said = built_in(small)
    assert status == 0 and "Running" not in said and "Rendering" in said, said
    page = page_of(small)
    assert "Then <strong>multiply" in page and "six times seven is 42" in page
    assert "hide-output" in page, "what stands below a Predict is folded"
    assert not stray.exists(), "a page that is gone is gone from the site"


def test_a_changed_test_renders_nothing_and_is_in_the_site_s_archive(small):
    (small / "tests/test_new.py").write_text("# new")
    assert "is up to date" in built_in(small)[1]
    with zipfile.ZipFile(small / f"book/_build/html/{archive.NAME}.zip") as packed:
        assert f"{archive.NAME}/tests/test_new.py" in packed.namelist()


def test_a_warning_fails_the_build_and_leaves_the_old_site(small):
    before = page_of(small)
    replace(small / "chapters/01_small.ipynb", "Now **multiply**.", "Now [multiply](nowhere.md).")
    for _ in range(2):   # the failed build counts for nothing: the next one tries again
        status, said = built_in(small)
        assert status != 0 and "nowhere.md" in said and "The site is as it was" in said, said
        assert page_of(small) == before
    assert not (small / "book/_build/aside").exists()


def test_a_failing_cell_fails_the_build_and_leaves_the_old_site(small):
    before = page_of(small)
    replace(small / "chapters/01_small.ipynb", "7 * number", "7 / nothing")
    status, said = built_in(small)
    assert status != 0 and "01_small.ipynb, code cell 2 of 2: NameError: name 'nothing' is not defined" in said
    assert "Traceback" not in said and page_of(small) == before


def test_changed_code_runs_again_and_two_builds_at_once_wait_for_each_other(small):
    replace(small / "chapters/01_small.ipynb", "number = 6", "number = 5")
    both = [python(small, "book/build.py") for _ in range(2)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("waiting for it" in text for text in said) == [False, True], said
    assert sorted("is up to date" in text for text in said) == [False, True], said
    assert "six times seven is 35" in page_of(small)


def syntax_error(root):
    (root / "helpers/scalar.py").write_text("x = 1\ndef broken(:\n")


def import_error(root):
    (root / "helpers/palette.py").write_text("import math\nfrom math import nothing_such\n")


def not_json(root):
    replace(root / "chapters/01_small.ipynb", '"cells": [', '"cells": [\n<<<<<<< HEAD')


def no_notebook(root):
    (root / "chapters/01_small.ipynb").write_text('{"cells": 3}')


WRONG = {
    "a syntax error in a helper": (syntax_error, "helpers/scalar.py, line 2: SyntaxError: invalid syntax\n      def broken(:"),
    "a helper that cannot be imported": (
        import_error,
        "helpers/palette.py, line 2: ImportError: cannot import name 'nothing_such' from 'math'",
    ),
    "a chapter that is no JSON": (not_json, "chapters/01_small.ipynb, line 3: no JSON, so no notebook: Expecting value\n      <<<<<<< HEAD"),
    "a chapter that is no notebook": (no_notebook, "chapters/01_small.ipynb: no notebook: "),
    "a chapter that is not there": (lambda root: (root / "chapters/01_small.ipynb").unlink(), "chapters/01_small.ipynb: book/_toc.yml lists it"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_the_sources_is_one_report_that_names_the_file(case, small):
    spoil, words = WRONG[case]
    before = page_of(small)
    spoil(small)
    status, said = built_in(small)
    assert status != 0 and words in said, said
    assert "Traceback" not in said and len(said.splitlines()) <= 2, said
    assert page_of(small) == before


def test_the_failing_line_is_marked_and_the_last_line_of_a_helper_is_shown(tmp_path):
    path = tmp_path / "01_broken.ipynb"
    failing = new_code_cell("from helpers.tokenizer import encode\nencode('q', ['a'])\n1 + 1")
    write(path, new_markdown_cell("# Title"), new_code_cell("1"), new_markdown_cell("Words"), failing)
    with pytest.raises(execution.ChapterError) as caught:
        execution.execute(nbformat.read(path, as_version=4), path)
    first, *lines, last = str(caught.value).splitlines()
    assert first.startswith("01_broken.ipynb, code cell 2 of 2: ")
    assert [line for line in lines if line.startswith(">")] == [">   2 | encode('q', ['a'])"]
    assert re.match(r"helpers/tokenizer\.py, line \d+: \w", last), last


def test_a_cell_that_a_test_added_is_named_by_what_it_is(tmp_path):
    path = tmp_path / "01_broken.ipynb"
    write(path, new_code_cell("1"))
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell("1 / 0", metadata={"added": "exercise dice, its answer"}))
    with pytest.raises(execution.ChapterError, match="^01_broken.ipynb, exercise dice, its answer: ZeroDivisionError"):
        execution.execute(notebook, path)


def test_a_kernel_that_dies_is_a_report(tmp_path):
    write(tmp_path / "01_broken.ipynb", new_code_cell("import os; os._exit(1)"))
    with pytest.raises(execution.ChapterError, match="^01_broken.ipynb, code cell 1 of 1: its kernel died"):
        execution.execute(nbformat.read(tmp_path / "01_broken.ipynb", as_version=4), tmp_path / "01_broken.ipynb")


def test_a_run_that_failed_is_not_kept(tmp_path, monkeypatch):
    write(tmp_path / "broken.ipynb", new_code_cell("number = 0\n1 / number"))
    monkeypatch.setattr(execution, "KEPT", tmp_path / "kept")
    assert "broken.ipynb, code cell 1 of 1: ZeroDivisionError" in execution.run(tmp_path / "broken.ipynb")
    assert not (tmp_path / "kept").exists()


def test_a_run_that_is_kept_takes_the_place_of_its_own_older_ones_only(tmp_path, monkeypatch):
    monkeypatch.setattr(execution, "KEPT", tmp_path / "kept")
    chapter, other = tmp_path / "one.ipynb", tmp_path / "other.ipynb"
    write(other, new_code_cell("1"))
    assert execution.run(other) == ""
    for number in (1, 2):
        write(chapter, new_code_cell(f"{number}"))
        assert execution.run(chapter) == ""
    assert {file.name for file in (tmp_path / "kept").iterdir()} == {execution.kept_run(other).name, execution.kept_run(chapter).name}


# What the page gets --------------------------------------------------------------------------------------------------


def test_only_the_outputs_between_a_predict_and_the_next_text_are_folded():
    asked, other = new_markdown_cell("**Predict:** how much?"), new_markdown_cell("So much.")
    cells = [new_code_cell("1"), asked, new_code_cell("2"), new_code_cell("3"), other, new_code_cell("4")]
    page_cells.fold_predictions(cells)
    assert [cell.source for cell in cells if "hide-output" in cell.metadata.get("tags", [])] == ["2", "3"]


def test_silent_checks_and_cells_with_a_line_are_folded():
    shown = new_output("stream", text="1")
    cells = [
        new_code_cell("assert 1 + 1 == 2"), new_code_cell("if ours:\n    assert ours\nelse:\n    print()"),
        new_code_cell("print(1)\nassert 1", outputs=[shown]), new_code_cell("def f():\n    assert 1"), new_code_cell("x = 1"),
        new_code_cell("class Long:\n    pass", metadata={"fold": "A long class"}), new_markdown_cell("assert it"),
    ]
    page_cells.prepare(new_notebook(cells=cells))
    folded = [cell for cell in cells if "hide-input" in cell.metadata.get("tags", [])]
    assert folded == [cells[0], cells[1], cells[5]]
    assert [cell.metadata["mystnb"]["code_prompt_show"] for cell in folded] == [page_cells.CHECKS, page_cells.CHECKS, "A long class"]


def test_the_description_of_a_cell_becomes_that_of_its_picture():
    picture = new_output("display_data", data={"text/html": '<svg role="img" aria-label="computed"></svg>'})
    cell = new_code_cell("show()", outputs=[picture], metadata={"description": 'A "bent" line, a < b.'})
    page_cells.prepare(new_notebook(cells=[cell]))
    assert picture.data["text/html"] == '<svg role="img" aria-label="A &quot;bent&quot; line, a &lt; b."></svg>'


def test_each_theme_has_the_colours_that_are_made_for_it():
    css, (light, dark) = colours.stylesheet(), palette.PALETTE["token"]
    assert f"--gpt-token:{light};" in css.partition("html[data-theme=dark]")[0]
    assert f"--gpt-token:{dark};" in css.partition("html[data-theme=dark]")[2].partition("@media print")[0]
    assert f"--gpt-token:{light};" in css.partition("@media print")[2]


def test_query_key_and_value_have_their_colours_where_code_names_all_three():
    def spans(*names):
        return "".join(f'<span class="n">{name}</span>' for name in names)

    term, role = next(iter(palette.ATTENTION_TERMS.items()))
    assert "gpt-" not in colours.colour_terms(spans(term))
    assert f'<span class="n gpt-{role}">{term}</span>' in colours.colour_terms(spans(*palette.ATTENTION_TERMS))


def test_a_page_without_scripts_is_light_and_draws_its_formulas():
    page = finish_page(
        '<html data-theme="auto"><head></head><body><div class="math notranslate nohighlight">\\[a &lt; b \\tag{7}\\]</div></body></html>', False
    )
    assert '<html data-theme="light">' in page and "from-a-file" not in page
    formula = page.partition("<noscript><math")[2]
    assert 'display="block"' in formula and "&lt;" in formula or "&#x0003C;" in formula
    assert "<mn>7</mn>" in formula and "tag" not in formula.partition("</math>")[0]


def test_a_line_that_the_kernel_sent_in_pieces_is_one_line():
    pieces = [new_output("stream", name="stdout", text=text) for text in ("[1]", " -> a\n", "b\n")]
    cell = new_code_cell("", outputs=pieces)
    execution._join_streams(cell)
    assert [output.text for output in cell.outputs] == ["[1] -> a\nb\n"]


def test_of_a_progress_bar_only_its_last_state_stays():
    pieces = ["\r 0%|    | 0/9", "\r50%|##  | 5/9\r", "         ", "\r", "done\r\n", "\r90%|### | 8/9"]
    cell = nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("stream", text=piece) for piece in pieces])
    execution._join_streams(cell)
    assert [output.text for output in cell.outputs] == ["done\r\n90%|### | 8/9"]
    bar = nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("stream", text="\r50%|## |\r     \r")])
    execution._join_streams(bar)
    assert bar.outputs == []



def test_a_site_from_other_sources_is_not_tested_in_silence(tmp_path):
    assert "not built" in unfit(tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "book/index.html").touch()
    assert "say make book" in unfit(tmp_path)
    (tmp_path / ".state").write_text("0123456789abcdef")
    assert "say make book" in unfit(tmp_path)
    (tmp_path / ".state").write_text(build.state())
    assert unfit(tmp_path) == ""


# The book as one file ------------------------------------------------------------------------------------------------

LEFT_OUT = {".ci", ".github"}   # for those who publish the book


def test_the_archive_holds_every_file_that_git_tracks_but_those_of_the_publisher(unpacked):
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("This book was unpacked, not cloned: git knows nothing of it.")
    tracked = {name for name in done.stdout.splitlines() if (ROOT / name).exists()}
    packed = {file.relative_to(unpacked).as_posix() for file in unpacked.rglob("*") if file.is_file()}
    assert {Path(name).parts[0] for name in tracked - packed} <= LEFT_OUT, sorted(tracked - packed)


def test_the_archive_holds_the_files_that_its_makefile_names(unpacked):
    named = set(re.findall(r"\b(?:requirements|pyproject)\.\w+", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert len(named) > 2 and all((unpacked / name).is_file() for name in named), named


def test_what_python_editors_and_the_build_leave_is_no_source(tmp_path):
    for name in ("a.py", "__pycache__/a.pyc", ".ipynb_checkpoints/a.ipynb", "below/_build/a.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert execution.source_files(tmp_path) == [tmp_path / "a.py"]


def test_the_same_files_make_the_same_archive(unpacked):
    code = "import sys; from ext import archive; sys.stdout.buffer.write(archive.packed())"
    again = python(unpacked, "-c", code, text=False, stderr=subprocess.PIPE).communicate()[0]
    assert again == archive.packed()
    with zipfile.ZipFile(unpacked.parent / "book.zip") as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}, "no clock in it"
        assert packed.namelist() == sorted(packed.namelist())


def test_the_archive_s_commands_start(unpacked):
    process = python(unpacked, "book/build.py", "--help")
    assert "Build the book" in process.communicate()[0] and process.returncode == 0


def test_a_chapter_of_the_archive_runs_with_the_archive_s_helpers(unpacked, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(unpacked))
    chapter = unpacked / "chapters/01_names_and_tokens.ipynb"
    notebook = nbformat.read(chapter, as_version=4)
    notebook.cells.append(new_code_cell("import helpers; print(helpers.__file__)"))
    execution.execute(notebook, chapter)
    assert Path(notebook.cells[-1].outputs[0].text.strip()).is_relative_to(unpacked)


@pytest.mark.parametrize("path", ["book/index.html", "chapters/01_names_and_tokens.html"])
@pytest.mark.parametrize("place", ["a server", "the disk"])
def test_a_reader_of_the_site_gets_the_book(open_page, built, path, place):
    page = open_page(path if place == "a server" else (built / path).as_uri())
    with page.expect_download() as download:
        page.get_by_role("link", name="download the whole book").click()
    assert download.value.suggested_filename == f"{archive.NAME}.zip"
    if Path(download.value.path()).read_bytes() != archive.packed():
        missing("The site's archive is not the book as it is now: say make book.")


def test_every_chapter_leads_to_the_archive_and_no_notebook_does(built):
    for chapter in execution.chapters():
        page = (built / f"chapters/{chapter.stem}.html").read_text(encoding="utf-8")
        assert page.count(f'<a href="../{archive.NAME}.zip" download>') == 1, chapter.name
        assert f"{archive.NAME}.zip" not in chapter.read_text(encoding="utf-8"), f"{chapter.name}: only the site has the file"


def test_numpy_is_told_to_use_one_core_on_macos_too():
    assert os.environ["OMP_NUM_THREADS"] == os.environ["VECLIB_MAXIMUM_THREADS"] == "1"
    assert re.findall(r"^export (\w+_THREADS) := 1$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE) == [
        "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    ]


# serve, tidy, lab ----------------------------------------------------------------------------------------------------


def answer(url, seconds=60, **options):
    """What the address answers, once its server is up."""
    for _ in range(seconds * 4):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, **options), timeout=30) as reply:
                return reply.read()
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"{url} does not answer")


def test_serve_takes_another_port_where_one_is_taken(tmp_path):
    (tmp_path / "page.html").write_text("hello")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with serve.server_for(tmp_path, [taken, 0]) as server:
            assert server.server_port != taken
        with pytest.raises(OSError):
            serve.server_for(tmp_path, [taken])


def test_serve_is_there_for_this_computer_only(tmp_path):
    with serve.server_for(tmp_path, [0]) as server:
        assert server.server_address[0] in ("127.0.0.1", "::1")


def test_serve_prints_the_address_at_which_the_book_is_and_stops_in_peace(small):
    process = python(small, "book/serve.py")
    line = process.stdout.readline()
    url = re.search(r"http://localhost:\d+/book/index\.html", line)[0]
    assert b"A small book" in answer(url)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0 and "Traceback" not in said, said


def test_serve_without_a_site_says_what_to_do(unpacked):
    process = python(unpacked, "book/serve.py")
    assert process.communicate()[0] == "The book is not built: say make book, or python book/build.py.\n"
    assert process.returncode == 1


def test_tidy_takes_away_what_an_editor_adds():
    code = new_code_cell("1", execution_count=3, outputs=[new_output("stream", text="1")], metadata={"scrolled": True, "tags": ["timing"]})
    cells = [new_markdown_cell("# Title", metadata={"editable": True}), code, new_code_cell("")]
    metadata = {"kernelspec": tidy.KERNEL | {"display_name": "Python 3 (ipykernel)"}, "language_info": {"name": "python"}, "toc": {}}
    notebook = new_notebook(cells=cells, metadata=metadata)
    assert len(untidy(notebook)) == 5
    tidy.tidy(notebook)
    assert untidy(notebook) == []
    assert [cell.source for cell in notebook.cells] == ["# Title", "1"]
    assert notebook.cells[1].metadata == {"tags": ["timing"]}
    assert notebook.metadata == {"kernelspec": tidy.KERNEL}


def test_tidy_leaves_a_stored_chapter_as_it_is_byte_for_byte(unpacked):
    before = {path: path.read_bytes() for path in unpacked.glob("chapters/*.ipynb")}
    process = python(unpacked, "book/tidy.py")
    assert process.communicate()[0] == "" and process.returncode == 0
    assert before == {path: path.read_bytes() for path in unpacked.glob("chapters/*.ipynb")}


def test_what_jupyterlab_adds_when_it_saves_is_no_fault():
    metadata = {"kernelspec": tidy.KERNEL | {"display_name": "Python 3 (ipykernel)"}, "language_info": {"name": "python", "version": "3.11.7"}}
    assert untidy(new_notebook(cells=[new_markdown_cell("# Title")], metadata=metadata)) == []


def test_jupyterlab_asks_for_no_news_and_leaves_a_notebook_as_it_was(small):
    """What it reads has the kernel's own names, or it would count as modified; what it saves has not."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
    process = python(small, "-m", "jupyter", "lab", "--config=book/lab/jupyter_config.py", *options, stdout=subprocess.DEVNULL)
    try:
        ask = functools.partial(answer, headers={"Content-Type": "application/json"})
        url = f"http://localhost:{port}"
        news = json.loads(ask(f"{url}/lab/api/settings/@jupyterlab/apputils-extension:notification"))["schema"]["properties"]
        assert news["fetchNews"]["default"] == "false" and news["checkForUpdates"]["default"] is False
        chapter = small / "chapters/01_small.ipynb"
        before = chapter.read_bytes()
        opened = json.loads(ask(f"{url}/api/contents/chapters/01_small.ipynb"))
        spec = json.loads(ask(f"{url}/api/kernelspecs"))["kernelspecs"]["python3"]["spec"]
        assert opened["content"]["metadata"]["kernelspec"] == {"name": "python3"} | {key: spec[key] for key in ("display_name", "language")}
        assert opened["content"]["metadata"]["language_info"]["version"] == ".".join(map(str, sys.version_info[:3]))
        save = json.dumps({"type": "notebook", "format": "json", "content": opened["content"]}).encode()
        ask(f"{url}/api/contents/chapters/01_small.ipynb", data=save, method="PUT")
        assert chapter.read_bytes() == before
    finally:
        process.terminate()
        process.wait()
