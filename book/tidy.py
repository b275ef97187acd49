"""Store the chapters as the repository keeps them: no outputs, no counts, no empty cells, no metadata of an editor.

    python book/tidy.py
"""

from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT = {"tags", "description", "question", "thumbnail", "fold"}   # of a cell's metadata


def tidy(notebook):
    """Change a notebook in place."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({key: value for key, value in cell.metadata.items() if key in KEPT})
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def main():
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        before = path.read_text(encoding="utf-8")
        notebook = nbformat.reads(before, as_version=4)
        tidy(notebook)
        after = nbformat.writes(notebook) + "\n"
        if after != before:
            path.write_text(after, encoding="utf-8")
            print("tidied", path.relative_to(ROOT).as_posix())


if __name__ == "__main__":
    main()
