"""What the site does with a chapter's cells that notebooks do not need.

- The outputs below a **Predict** stay folded until the reader opens them.
- A cell's metadata may hold a `description`, a longer one than the picture computes for itself: the page's picture takes it.
"""

import html
import re

FOLDED = "hide-output"   # the tag by which myst-nb folds an output, in a <details> that works without scripts


def predicted(cells):
    """The code cells that answer a **Predict**: those between it and the next Markdown cell. -> list of cells"""
    found, asked = [], False
    for cell in cells:
        if cell["cell_type"] == "markdown":
            asked = "**Predict" in "".join(cell["source"])
        elif cell["cell_type"] == "code" and asked:
            found.append(cell)
    return found


def fold_predictions(cells):
    """Tag the cells that answer a **Predict**, so that the page keeps their outputs folded."""
    for cell in predicted(cells):
        tags = cell["metadata"].setdefault("tags", [])
        if FOLDED not in tags:
            tags.append(FOLDED)


def describe_pictures(cells):
    """Give the picture of each cell that has a `description` that one."""
    for cell in cells:
        description = cell["metadata"].get("description")
        if description:
            for output in cell.get("outputs", []):
                page = output.get("data", {}).get("text/html", "")
                for label in set(re.findall(r'aria-label="[^"]*"', page)) if "<svg role=" in page else ():
                    output["data"]["text/html"] = page.replace(label, f'aria-label="{html.escape(description, quote=True)}"')


def prepare(notebook):
    """Change a run for the page, in place. notebook: the run as JSON, with multi-line texts as one string each"""
    fold_predictions(notebook["cells"])
    describe_pictures(notebook["cells"])
