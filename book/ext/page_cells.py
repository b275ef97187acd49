"""What the site does with a chapter's cells that notebooks do not need.

- The code of a cell that only checks what the text says, and shows nothing, is folded, and that of a cell whose metadata
  has a line `fold`, under that line.
- The outputs below a **Predict** stay folded until the reader opens them, and the check below them out of focus.
- A cell's metadata may hold a `description`, a longer one than the picture computes for itself: the page's picture takes it.
- A picture's caption is marked as one.
"""

import html
import re

from docutils import nodes

FOLDED = "hide-output"   # the tag by which myst-nb folds an output, in a <details> that works without scripts
FOLDED_CODE = "hide-input"   # the same for a cell's code
CHECKS = "Check what the text says"
TELLING = "tells-answer"   # book.css keeps the code of such a cell out of focus while the answer is folded


def predicted(cells):
    """The code cells that answer a **Predict**: those between it and the next Markdown cell. -> list of cells"""
    found, asked = [], False
    for cell in cells:
        if cell["cell_type"] == "markdown":
            asked = "**Predict" in "".join(cell["source"])
        elif cell["cell_type"] == "code" and asked:
            found.append(cell)
    return found


def only_checks(cell):
    """Whether a code cell asserts something, defines nothing, and has nothing to show."""
    source = "".join(cell["source"])
    return bool(re.search(r"^\s*assert\b", source, re.MULTILINE)) and not cell["outputs"] and not re.search(r"^(def|class|@)", source, re.MULTILINE)


def fold_code(cells):
    """Tag the cells whose code a reader opens only if they want to, each with the line that says what is in it."""
    for cell in cells:
        line = cell["metadata"].get("fold") or (cell["cell_type"] == "code" and only_checks(cell) and CHECKS)
        if line:
            cell["metadata"].setdefault("tags", []).append(FOLDED_CODE)
            cell["metadata"]["mystnb"] = {"code_prompt_show": line}


def checks_below(cells):
    """The code cells with an `assert` that come next below an answer: what they check tells it. -> list of cells"""
    answers, found, answered = [id(cell) for cell in predicted(cells)], [], False
    for cell in cells:
        if id(cell) in answers:
            answered = True
        elif cell["cell_type"] == "code":
            is_open = FOLDED_CODE not in cell["metadata"].get("tags", [])
            if answered and is_open and re.search(r"^\s*assert\b", "".join(cell["source"]), re.MULTILINE):
                found.append(cell)
            answered = False
    return found


def fold_predictions(cells):
    """Tag the cells that answer a **Predict**, so that the page keeps their outputs folded, and those that check the answer."""
    for tag, tagged in [(FOLDED, predicted(cells)), (TELLING, checks_below(cells))]:
        for cell in tagged:
            tags = cell["metadata"].setdefault("tags", [])
            if tag not in tags:
                tags.append(tag)


def describe_pictures(cells):
    """Give the picture of each cell that has a `description` that one."""
    for cell in cells:
        description = cell["metadata"].get("description")
        if description:
            for output in cell.get("outputs", []):
                page = output.get("data", {}).get("text/html", "")
                for label in set(re.findall(r'aria-label="[^"]*"', page)) if "<svg role=" in page else ():
                    output["data"]["text/html"] = page.replace(label, f'aria-label="{html.escape(description, quote=True)}"')


def mark_captions(app, doctree, docname):
    """Give each paragraph `*Figure N. ...*` the class book-caption."""
    for paragraph in doctree.findall(nodes.paragraph):
        if len(paragraph) == 1 and isinstance(paragraph[0], nodes.emphasis) and re.match(r"Figure \d+\.", paragraph.astext()):
            paragraph["classes"].append("book-caption")


def setup(app):
    app.connect("doctree-resolved", mark_captions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def prepare(notebook):
    """Change a run for the page, in place. notebook: the run as JSON, with multi-line texts as one string each"""
    fold_code(notebook["cells"])
    fold_predictions(notebook["cells"])
    describe_pictures(notebook["cells"])
