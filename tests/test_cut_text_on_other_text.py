"""The chapter on tokens runs on a reader's own text, in another alphabet, as it promises: only the line that loads it changes."""

import pytest

from helpers.names import load_names
from notebooks import CHAPTERS, execution, read, title_of

LOADS = "texts = load_texts()"


def greek_text(number):
    """Names as sentences, in Greek letters: enough for some hundred merges."""
    greek = str.maketrans("abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρστυφχψωάέ")
    some = [name.translate(greek) for name in load_names()[number::400]]
    return "".join(f"{first.capitalize()} και {second}, {number}.\n" for first, second in zip(some, some[1:], strict=False))


@pytest.mark.parametrize("n_files", [3, 12])
def test_it_runs_on_other_text(n_files, tmp_path):
    for number in range(n_files):
        (tmp_path / f"{number:02}.txt").write_text(greek_text(number), encoding="utf-8")
    path = next(path for path in CHAPTERS if title_of(path) == "cut_text")
    notebook = read(path)
    loading = [cell for cell in notebook.cells if cell.cell_type == "code" and LOADS in cell.source]
    assert len(loading) == 1
    loading[0].source = loading[0].source.replace(LOADS, f"texts = load_texts({str(tmp_path)!r})")
    execution.execute(notebook, path)
