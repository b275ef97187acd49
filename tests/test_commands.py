"""What the README tells people to type is what the Makefile runs, and what one place says, the others say too."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
sys.path.insert(0, str(ROOT / "book/ext"))

import execution  # noqa: E402


def blocks():
    """The README's two blocks of commands: with make, and without."""
    return [block.strip().splitlines() for block in re.findall(r"```\n(.*?)```", README, re.S)]


def test_readme_names_only_targets_that_exist():
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.M))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.M))
    assert {"book", "test", "lab", "serve", "clean"} <= targets
    assert named <= targets, f"the README names {sorted(named - targets)}"


@pytest.mark.parametrize("line", blocks()[1])
def test_a_line_without_make_is_a_line_of_the_makefile(line):
    plain = MAKEFILE.replace("$(BIN)", ".venv/bin").replace("$(PYTHON)", "python3")
    plain = plain.replace(" --quiet --disable-pip-version-check", "").replace(".venv/bin/jupyter", ".venv/bin/python -m jupyter")
    assert line in plain, f"the README says {line!r}, the Makefile does not"


def test_every_place_asks_for_the_same_python():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert wanted == ">=3.11"
    assert "Python 3.11 or newer" in README and "(3, 11)" in MAKEFILE and "--python-version 3.11" in MAKEFILE


def test_requirements_pin_everything_and_name_no_place_on_a_machine():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    odd = [line for line in lines if line != "-e ." and not re.match(r"[\w.\-\[\]]+==\S+( ; .+)?$", line)]
    assert not odd, f"make lock writes no such lines: {odd}"
    pinned = {re.split("==", line)[0].lower() for line in lines}
    chosen = re.findall(r"^([\w\-]+)", (ROOT / "requirements.in").read_text(encoding="utf-8"), re.M)
    assert set(chosen) - {"-e"} <= pinned, f"not pinned, say make lock: {sorted(set(chosen) - {'-e'} - pinned)}"


def test_code_is_tidy():
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_edited_helper_reruns_the_chapters_that_reach_it_and_no_other(tmp_path, monkeypatch):
    files = {
        "helpers/__init__.py": "",
        "helpers/low.py": "x = 1",
        "helpers/high.py": "from helpers.low import x",
        "helpers/other.py": "",
        "helpers/live/__init__.py": "",
        "helpers/live/figure.py": "from helpers import other",
        "helpers/live/figure.js": "",
        "requirements.txt": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    chapters = {"high": "from helpers.high import x", "live": "import helpers.live.figure", "plain": "import math"}
    for name, code in chapters.items():
        cells = [{"cell_type": "code", "source": [code], "metadata": {}}]
        (tmp_path / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    monkeypatch.setattr(execution, "ROOT", tmp_path)

    (tmp_path / "helpers/.ipynb_checkpoints").mkdir()   # an editor was here

    def rerun_by(file):
        before = {name: execution.fingerprint(tmp_path / f"{name}.ipynb") for name in chapters}
        (tmp_path / file).write_text("# edited", encoding="utf-8")
        return {name for name in chapters if execution.fingerprint(tmp_path / f"{name}.ipynb") != before[name]}

    assert rerun_by("helpers/live/figure.js") == {"live"}
    assert rerun_by("helpers/low.py") == {"high"}
    assert rerun_by("helpers/other.py") == {"live"}
    assert rerun_by("helpers/__init__.py") == {"high", "live"}
    assert rerun_by("requirements.txt") == {"high", "live", "plain"}


def test_a_failing_cell_is_named_and_stops_the_build(tmp_path, monkeypatch):
    cell = {"id": "c", "cell_type": "code", "source": ["number = 0\n", "1 / number"], "metadata": {}, "outputs": []}
    notebook = {"cells": [cell | {"execution_count": None}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "broken.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    monkeypatch.setattr(execution, "KEPT", tmp_path / "kept")
    report = execution.run(tmp_path / "broken.ipynb")
    assert "broken.ipynb, cell 1 of 1: ZeroDivisionError" in report
    assert "2 | 1 / number" in report
    assert not (tmp_path / "kept").exists()


def test_an_old_python_is_told_so_in_one_sentence(tmp_path):
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    (tmp_path / "Makefile").write_text(MAKEFILE)
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    done = subprocess.run(["make", "book", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "The book needs Python 3.11 or newer" in done.stdout


def test_a_line_that_the_kernel_sent_in_pieces_is_one_line():
    pieces = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in ("[1]", " -> a\n", "b\n")]
    cell = nbformat.v4.new_code_cell("", outputs=pieces)
    execution._join_streams(cell)
    assert [output.text for output in cell.outputs] == ["[1] -> a\nb\n"]
