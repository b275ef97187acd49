"""The drawing of chapters/13_one_page.ipynb: the file from far away.

Not taught in a chapter.
"""

import ast
import re

import matplotlib as mpl
from matplotlib.patches import Rectangle

from helpers.plotting import INK, STYLE, Picture, blank, colour

ROLES = ("data", "token", "gradient", "key", "query", "loss", "value", "position")


def code_lines(text):
    """The numbers of the lines that hold code, from 1: no blank line, comment or docstring. -> set"""
    tree, docs = ast.parse(text), set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module)) and ast.get_docstring(node):
            docs |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(text.splitlines(), start=1)
    return {number for number, line in lines if line.strip() and not line.strip().startswith("#")} - docs


def spans_of(text):
    """Where the parts of the file lie: each begins with a comment such as "# Model: ..." -> dict: title -> line numbers"""
    lines = text.splitlines()
    starts = {"Start": 1}
    for number, line in enumerate(lines, start=1):
        if title := re.match(r"# ([A-Z][\w ]*?)(:|$)", line):
            starts[title[1]] = number
    ends = [*list(starts.values())[1:], len(lines) + 1]
    return {title: range(start, end) for (title, start), end in zip(starts.items(), ends)}


def sections_of(text):
    """The parts of the file, in order -> dict: title -> how many lines of code"""
    code = code_lines(text)
    return {title: len(code & set(span)) for title, span in spans_of(text).items()}


def draw_page(text):
    """Each line of the file as a stroke from its first letter to its last, its parts in colour and named -> Picture"""
    code, counts = code_lines(text), sections_of(text)
    lines = text.splitlines()
    figure, axes = blank(width=4.6, height=6.4)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(-3, 160), ylim=(len(lines) + 2, -2))
        for (title, span), role in zip(spans_of(text).items(), ROLES * 2):
            for number in span:
                line = lines[number - 1]
                if line.strip():
                    start = len(line) - len(line.lstrip())
                    opacity = 1 if number in code else 0.4
                    axes.add_patch(Rectangle((start, number - 0.85), len(line) - start, 0.7, color=colour(role), linewidth=0, alpha=opacity))
            middle = (span.start + span.stop - 1) / 2
            axes.plot([99, 101, 101, 99], [span.start, span.start, span.stop - 3, span.stop - 3], color=INK, linewidth=0.8)
            axes.text(104, middle - 1, f"{title}: {counts[title]}", va="center", fontsize=10.5, color=colour(role), weight="bold")
    told = ", ".join(f"{title} {n}" for title, n in counts.items())
    return Picture(figure, f"The file as {len(lines)} strokes, one a line. Lines of code by part, from top to bottom: {told}.")
