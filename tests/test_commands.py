"""What the README tells people to type is what the Makefile runs, and what one place says, the others say too."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


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
    plain = plain.replace(" --quiet --disable-pip-version-check --retries 2", "").replace(".venv/bin/jupyter", ".venv/bin/python -m jupyter")
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


SET_UP = {
    "no network": ("numpy==2.4.6\n", "No package could be downloaded. The first set-up needs the network, later nothing does."),
    "another trouble": ("no such line\n", "Invalid requirement: 'no such line'"),
}


@pytest.mark.parametrize("case", SET_UP)
def test_a_set_up_that_fails_says_why(case, tmp_path):
    requirements, words = SET_UP[case]
    (tmp_path / "Makefile").write_text(MAKEFILE)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "requirements.txt").write_text(requirements)
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_NO_CACHE_DIR": "1", "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(
        ["make", "book", f"PYTHON={sys.executable}"], cwd=tmp_path, env=os.environ | nowhere, capture_output=True, text=True
    )
    said = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("make")]
    assert done.returncode != 0 and words in "\n".join(said), said
    if case == "no network":
        assert len(said) == 2, said   # that it sets up, and that it cannot
    assert not (tmp_path / ".venv/.ready").exists()
