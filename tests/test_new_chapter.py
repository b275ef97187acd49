"""What `make chapter` writes passes the tests before anything is filled in, and so does what it changes elsewhere."""

import os
import shutil
import subprocess
import sys

import pytest

from notebooks import ROOT, read

LEFT_OUT = shutil.ignore_patterns("_build", "__pycache__", ".*_cache", ".ipynb_checkpoints")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A copy of the book, not built, with two new chapters. -> its folder"""
    folder = tmp_path_factory.mktemp("book")
    for name in ("book", "chapters", "helpers", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    for name in ("pyproject.toml", "README.md", "one_page.py"):
        shutil.copy(ROOT / name, folder / name)
    for slug, title in [("a_small_one", "A small one"), ("another", "Another one")]:
        done = run_in(folder, "book/new_chapter.py", slug, title)
        assert done.returncode == 0 and f"make check CHAPTER={slug}" in done.stdout, done.stdout + done.stderr
    return folder


def run_in(folder, *command):
    return subprocess.run([sys.executable, *command], cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, capture_output=True, text=True)


def test_it_is_tidy_and_keeps_to_the_layout(book):
    for command in (["ruff", "check", "."], ["pytest", "-q", "-p", "no:cacheprovider", "tests/test_chapters_layout.py", "tests/test_chapters_match_helpers.py"]):
        done = run_in(book, "-m", *command)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def test_the_chapter_before_and_the_opener_lead_to_it(book):
    *_, before, new = sorted((book / "chapters").glob("[0-9][0-9]_*.ipynb"))
    assert f"**Next:** [Another one]({new.name})." in read(before).cells[-1].source
    text = "".join(cell.source for cell in read(book / "chapters/00_see_it_run.ipynb").cells)
    assert f"Then comes [A small one]({before.name}). Then comes [Another one]({new.name})." in text


@pytest.mark.parametrize(("slug", "title"), [("Another", "One"), ("a-b", "One"), ("one", ""), ("another", "Another one")])
def test_a_slug_that_cannot_be_a_file_or_is_one_already_is_refused(book, slug, title):
    done = run_in(book, "book/new_chapter.py", slug, title)
    assert done.returncode == 1 and repr(slug) in done.stderr
