"""Build the book: run the chapters that need it, then render the site. Nothing to do if nothing changed.

    python book/build.py              into book/_build/html
    python book/build.py --to FOLDER  into FOLDER/_build/html

The new site grows beside the old one and takes its place when it is finished: a build that fails leaves the old one as it was.
"""

import argparse
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import nbformat

from ext import archive, execution

ROOT = Path(__file__).resolve().parents[1]
IMPORT_EACH = """
import importlib, pathlib, sys, traceback
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if pathlib.Path(frame.filename).is_relative_to(pathlib.Path.cwd() / "helpers"):
                file = pathlib.Path(frame.filename).relative_to(pathlib.Path.cwd()).as_posix()
                print(f"{file}, line {frame.lineno}: {type(error).__name__}: {error}".replace("\\n", " ") + f"\\t{frame.line}")
                break
        else:
            print(f"{name}: {type(error).__name__}: {error}")
"""


def state():
    """A text that changes whenever the finished pages could."""
    files = [file for folder in ("book", "chapters", "helpers") for file in execution.source_files(ROOT / folder)]
    return execution.digest([os.environ.get("BOOK_URL"), os.environ.get("BOOK_REPOSITORY")], [*files, ROOT / "requirements.txt"])


def state_of(site):
    """The state from which a finished site was made, or "" where there is none."""
    stamp = site / ".state"
    return stamp.read_text() if stamp.exists() else ""


# What is wrong before anything runs ----------------------------------------------------------------------------------


def with_line(report, line):
    return f"{report}\n      {line.strip()}" if line and line.strip() else report


def unreadable_chapters():
    """A report for each chapter of the table of contents that is not there, or is no notebook."""
    reports = []
    for chapter in execution.chapters():
        name = chapter.relative_to(ROOT).as_posix()
        try:
            text = chapter.read_text(encoding="utf-8")
            nbformat.validate(json.loads(text))
        except FileNotFoundError:
            reports.append(f"{name}: book/_toc.yml lists it, but there is no such file")
        except json.JSONDecodeError as error:
            reports.append(with_line(f"{name}, line {error.lineno}: no JSON, so no notebook: {error.msg}", text.splitlines()[error.lineno - 1]))
        except (nbformat.ValidationError, UnicodeDecodeError) as error:
            reports.append(f"{name}: no notebook: {str(error).splitlines()[0]}")
    return reports


def wrong_helpers():
    """A report for each helper that is no Python; where there is none, one for each line at which an import fails."""
    files = [file for file in execution.source_files(ROOT / "helpers") if file.suffix == ".py"]
    reports = []
    for file in files:
        try:
            compile(file.read_bytes(), file, "exec", dont_inherit=True)
        except SyntaxError as error:
            name = file.relative_to(ROOT).as_posix()
            reports.append(with_line(f"{name}, line {error.lineno}: {type(error).__name__}: {error.msg}", error.text))
    if reports:
        return reports
    modules = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    done = subprocess.run([sys.executable, "-c", IMPORT_EACH, *modules], cwd=ROOT, capture_output=True, text=True)
    return [with_line(*line.partition("\t")[::2]) for line in dict.fromkeys(done.stdout.splitlines())]


# Building ------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def alone():
    """Wait until no other build is at work here. SQLite's lock works on every system, and ends with its process."""
    lock = ROOT / "book/_build/lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(lock, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            print("Another build is at work here: waiting for it.", flush=True)
            connection.execute("PRAGMA busy_timeout = 3600000")   # ms: an hour
            connection.execute("BEGIN EXCLUSIVE")
        yield


def render(folder):
    """Render all pages with the kept runs into folder/_build/html. Every warning is an error."""
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", ".", "--path-output", str(folder), "--all"]
    command += ["--config", "book/_config.yml", "--toc", "book/_toc.yml", "-W", "--keep-going", "--quiet"]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode == 0   # warnings come on stderr


def put_archive(site):
    """Give the site the archive of the book as it is now; pages need not change for that."""
    target, now = site / f"{archive.NAME}.zip", archive.packed()
    if not target.exists() or target.read_bytes() != now:
        unfinished = target.with_suffix(".part")
        unfinished.write_bytes(now)
        os.replace(unfinished, target)


def swap(new, site, old):
    """Put the new site in the place of the one that is there, if any."""
    if site.exists():
        site.rename(old)
    new.rename(site)


def build(folder):
    """Bring folder/_build/html up to date. Returns a sentence, or ends with a report of what is wrong."""
    start = time.perf_counter()
    site, aside, now = folder / "_build/html", folder / "_build/aside", state()
    if state_of(site) == now:
        put_archive(site)
        return f"The book is up to date: {site / 'book/index.html'}"
    reports = unreadable_chapters() + wrong_helpers()
    if reports:
        sys.exit("\n".join(reports))
    failures = execution.run_missing()
    if failures:
        sys.exit("\n\n".join(failures))
    print("Rendering the pages", flush=True)
    shutil.rmtree(aside, ignore_errors=True)   # a build was stopped here
    if not render(aside):
        shutil.rmtree(aside, ignore_errors=True)
        sys.exit("The book was not built: see the warnings above. The site is as it was.")
    put_archive(aside / "_build/html")
    (aside / "_build/html/.state").write_text(now)
    swap(aside / "_build/html", site, aside / "old")
    shutil.rmtree(aside)
    return f"Built in {time.perf_counter() - start:.0f} s. Open it with a browser: {site / 'book/index.html'}"


def main():
    parser = argparse.ArgumentParser(description="Build the book.")
    parser.add_argument("--to", type=Path, default=ROOT / "book", help="build into this folder's _build/html")
    folder = parser.parse_args().to.resolve()
    with alone():
        print(build(folder))


if __name__ == "__main__":
    main()
