"""Plant every fault of tests/faults in a copy of the book, run the tests that could notice, and say which did not.

    python -m tests.faults [WORD ...]     all faults, or those of a module of this name, or in whose file or text the word stands

At the end, every test that caught a fault must pass in a copy without one.
"""

import importlib
import json
import os
import pkgutil
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

import tests.faults

ROOT = Path(__file__).resolve().parents[2]
BUILT = ("book/_build/executed", "book/_build/html")
SECONDS = 600


def all_faults():
    """Every fault with the name of its module. -> list of (module, Fault)"""
    found = []
    for module in pkgutil.iter_modules(tests.faults.__path__):
        if module.name != "__main__":
            found += [(module.name, fault) for fault in importlib.import_module(f"tests.faults.{module.name}").FAULTS]
    return found


def copy_book(target):
    """The files that git knows, and what has been built."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for folder in BUILT:
        shutil.copytree(ROOT / folder, target / folder, dirs_exist_ok=True)


def plant(fault, folder):
    """Replace the text in every file of the fault. Raises ValueError where it does not stand exactly once."""
    for name in fault.files:
        file = folder / name
        if file.suffix == ".ipynb":
            notebook = nbformat.read(file, as_version=4)
            cells = [cell for cell in notebook.cells if fault.old in cell.source]
            count = sum(cell.source.count(fault.old) for cell in cells)
            for cell in cells:
                cell.source = cell.source.replace(fault.old, fault.new)
            nbformat.write(notebook, file)
        else:
            text = file.read_text(encoding="utf-8")
            count = text.count(fault.old)
            file.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
        if count != 1:
            raise ValueError(f"want {fault.old!r} once in {name}, got {count} times")


def run_in(folder, *command, seconds=SECONDS):
    """Run Python in a copy of the book, with that copy's helpers. -> exit status (None: it took too long), all that it said"""
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTHONDONTWRITEBYTECODE")}
    environment |= {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1"}
    try:
        done = subprocess.run([sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None, f"it takes longer than {seconds} s"
    return done.returncode, done.stdout + done.stderr


def failed_in(folder):
    """The tests that failed in a copy of the book, as pytest itself writes them down."""
    file = folder / ".pytest_cache/v/cache/lastfailed"
    return list(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else []


def try_fault(named):
    """-> "caught", "NOT CAUGHT", or what kept the fault from being tried; the tests that caught it"""
    _, fault = named
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        copy_book(folder)
        try:
            plant(fault, folder)
        except (ValueError, OSError) as error:
            return f"NOT PLANTED: {error}", []
        if fault.builds:
            status, said = run_in(folder, "book/build.py")
            if status:
                return "caught" if status == 1 else f"NOT TRIED: the build gives {status}: {said[-300:]}", []
        status, said = run_in(folder, "-m", "pytest", "-q", "-x", *fault.tests.split())
        if status == 1:
            return "caught", failed_in(folder)
        if status != 0:
            return f"NOT TRIED: {fault.tests} gives {status}: {said[-300:]}", []
        return "NOT TRIED: its tests were skipped" if " skipped" in said and " passed" not in said else "NOT CAUGHT", []


def failing_anyway(tests):
    """Those of the tests that fail on the book as it is, where nothing is planted: what they caught was no fault."""
    with tempfile.TemporaryDirectory() as folder:
        copy_book(Path(folder))
        status, said = run_in(folder, "-m", "pytest", "-q", "-n", "2", *tests, seconds=3 * SECONDS)
        if status not in (0, 1):
            sys.exit(f"The tests that caught faults cannot be run without one: {status}: {said[-3000:]}")
        return set(failed_in(Path(folder)))


def choose(faults, words):
    """Those faults that one of the words means; a module's name means that module and no other. -> list of (module, Fault)"""
    modules = {module for module, _ in faults}

    def is_meant(module, fault, word):
        return module == word if word in modules else any(word in text for text in (*fault.files, fault.old, fault.new))

    return [(module, fault) for module, fault in faults if not words or any(is_meant(module, fault, word) for word in words)]


def main(words):
    chosen = choose(all_faults(), words)
    if not chosen:
        sys.exit(f"want the name of a module of tests/faults, or a word of a fault, got {' '.join(words)}")
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=2) as pool:
        tried = []
        for (_, fault), (verdict, caught_by) in zip(chosen, pool.map(try_fault, chosen), strict=True):
            tried.append((verdict, caught_by))
            if verdict != "caught":   # all of them once more at the end; this is for who stops it before
                print(f"{len(tried)} of {len(chosen)}: {verdict}: {fault.old!r} in {fault.files[0]}", flush=True)
    catchers = sorted({test for _, caught_by in tried for test in caught_by})
    unsound = failing_anyway(catchers) if catchers else set()
    open_ones = 0
    for (module, fault), (verdict, caught_by) in zip(chosen, tried, strict=True):
        if unsound & set(caught_by):
            verdict = f"NOT TRIED: {', '.join(unsound & set(caught_by))} fails without the fault, too"
        if verdict != "caught":
            open_ones += 1
            print(f"{verdict}\n    {module}: {', '.join(fault.files)}: {fault.old!r} -> {fault.new!r}   ({fault.tests})")
    minutes = (time.monotonic() - started) / 60
    print(f"{len(chosen) - open_ones} of {len(chosen)} faults were caught, in {minutes:.0f} minutes")
    return open_ones > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
