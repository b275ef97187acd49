"""Plant every fault of tests/faults in a copy of the book, run the tests that could notice, and say which did not.

    python -m tests.faults [WORD ...]     all faults, or those whose module, file or text has one of the words
"""

import importlib
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


def run_in(folder, *command):
    """Run Python in a copy of the book, with that copy's helpers. -> exit status (None: it took too long), all that it said"""
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment |= {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run([sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return None, f"it takes longer than {SECONDS} s"
    return done.returncode, done.stdout + done.stderr


def verdict_of(folder, tests):
    """What tests say of the copy of the book that stands in a folder."""
    status, said = run_in(folder, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests.split())
    if status == 1:
        return "caught"
    if status != 0:
        return f"NOT TRIED: {tests} gives {status}: {said[-300:]}"
    return "NOT TRIED: its tests were skipped" if " skipped" in said and " passed" not in said else "NOT CAUGHT"


def unsound(tests):
    """Why these tests could say nothing about a fault, or "": on the book as it is they must pass."""
    with tempfile.TemporaryDirectory() as folder:
        copy_book(Path(folder))
        verdict = verdict_of(Path(folder), tests)
    if verdict == "caught":
        return "NOT TRIED: its tests fail without the fault, too"
    return "" if verdict == "NOT CAUGHT" else verdict


def try_fault(named):
    """-> "caught", "NOT CAUGHT", or what kept the fault from being tried"""
    _, fault = named
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        copy_book(folder)
        try:
            plant(fault, folder)
        except (ValueError, OSError) as error:
            return f"NOT PLANTED: {error}"
        if fault.builds:
            status, said = run_in(folder, "book/build.py")
            if status:
                return "caught" if status == 1 else f"NOT TRIED: the build gives {status}: {said[-300:]}"
        return verdict_of(folder, fault.tests)


def main(words):
    chosen = [named for named in all_faults() if not words or any(word in f"{named[0]} {named[1]}" for word in words)]
    started, open_ones = time.monotonic(), 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        suites = sorted({fault.tests for _, fault in chosen})
        reasons = dict(zip(suites, pool.map(unsound, suites), strict=True))
        verdicts = pool.map(lambda named: reasons[named[1].tests] or try_fault(named), chosen)
        for (module, fault), verdict in zip(chosen, verdicts, strict=True):
            if verdict != "caught":
                open_ones += 1
                print(f"{verdict}\n    {module}: {', '.join(fault.files)}: {fault.old!r} -> {fault.new!r}   ({fault.tests})", flush=True)
    minutes = (time.monotonic() - started) / 60
    print(f"{len(chosen) - open_ones} of {len(chosen)} faults were caught, in {minutes:.0f} minutes")
    return open_ones > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
