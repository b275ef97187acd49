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
        environment = {name: value for name, value in os.environ.items() if name != "CI"}
        environment |= {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        commands = [[sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *fault.tests.split()]]
        if fault.builds:
            commands.insert(0, [sys.executable, "book/build.py"])
        for command in commands:
            try:
                done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)
            except subprocess.TimeoutExpired:
                return f"NOT TRIED: {' '.join(command[1:])} takes longer than {SECONDS} s"
            if done.returncode == 1:
                return "caught"
            if done.returncode:
                return f"NOT TRIED: {' '.join(command[1:])} gives {done.returncode}: {(done.stdout + done.stderr)[-300:]}"
            if command is commands[-1] and " skipped" in done.stdout and " passed" not in done.stdout:
                return "NOT TRIED: its tests were skipped"
    return "NOT CAUGHT"


def main(words):
    chosen = [named for named in all_faults() if not words or any(word in f"{named[0]} {named[1]}" for word in words)]
    started, open_ones = time.monotonic(), 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for (module, fault), verdict in zip(chosen, pool.map(try_fault, chosen), strict=True):
            if verdict != "caught":
                open_ones += 1
                print(f"{verdict}\n    {module}: {', '.join(fault.files)}: {fault.old!r} -> {fault.new!r}   ({fault.tests})", flush=True)
    minutes = (time.monotonic() - started) / 60
    print(f"{len(chosen) - open_ones} of {len(chosen)} faults were caught, in {minutes:.0f} minutes")
    return open_ones > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
