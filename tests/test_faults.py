"""The list of planted faults: each still stands where it is to be planted. Whether the tests catch them, make faults says."""

import functools

from notebooks import ROOT, read
from tests.faults.__main__ import all_faults, choose


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


def test_a_module_s_name_chooses_its_faults_alone_and_a_word_those_where_it_stands():
    faults = all_faults()
    assert choose(faults, []) == faults and not choose(faults, ["no such word"])
    assert choose(faults, ["page", "build"]) == [(module, fault) for module, fault in faults if module in ("page", "build")]
    by_word = choose(faults, ["helpers/names.py"])
    assert by_word and all("helpers/names.py" in fault.files for _, fault in by_word)
