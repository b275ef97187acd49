"""The list of planted faults: each still stands where it is to be planted. Whether the tests catch them, make faults says."""

import functools

from notebooks import ROOT, read
from tests.faults.__main__ import all_faults


@functools.cache
def parts_of(file):
    path = ROOT / file
    return [cell.source for cell in read(path).cells] if path.suffix == ".ipynb" else [path.read_text(encoding="utf-8")]


def test_every_fault_can_be_planted_and_names_tests_that_are_there():
    for module, fault in all_faults():
        assert fault.old != fault.new
        for file in fault.files:
            count = sum(part.count(fault.old) for part in parts_of(file))
            assert count == 1, f"tests/faults/{module}.py: want {fault.old!r} once in {file}, got {count} times"
        files = [word.split("::")[0] for word in fault.tests.split() if word.startswith("tests/")]
        assert files and all((ROOT / file).exists() for file in files), f"tests/faults/{module}.py: {fault.tests}"
