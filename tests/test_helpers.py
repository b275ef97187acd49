"""The package is the road that its docstring describes: every module stands in it, and imports one way along it."""

import ast
import re

import pytest

import helpers
from notebooks import ROOT

PACKAGE = ROOT / "helpers"
NAMED = re.findall(r"^(\w+)  +\S", helpers.__doc__, re.MULTILINE)
ROAD = re.findall(r"^(\w+)  +\S", helpers.__doc__.partition("What serves")[0], re.MULTILINE)
MODULES = sorted({path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__"} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")})


def test_the_road_names_every_module():
    assert sorted(NAMED) == MODULES, "want one line in helpers/__init__.py for each module of helpers"


def imported_by(file):
    """The modules of helpers that a file imports from."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers"):
            found |= {node.module.split(".")[1]} if "." in node.module else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("module", ROAD)
def test_a_taught_module_imports_only_from_those_before_it(module):
    before = set(ROAD[: ROAD.index(module)])
    assert imported_by(PACKAGE / f"{module}.py") <= before
