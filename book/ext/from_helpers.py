"""Directives that show what helpers make: `ladderpicture` and `ladder`, the held-out losses as a picture and as a table, and `writer`, the landing page's figure."""

import nbformat
from docutils import nodes
from docutils.parsers.rst import Directive

from ext import execution
from helpers.drawings.ladder_page import draw_ladder
from helpers.ladder import RUNGS, show_ladder
from helpers.live.writer import writer_figure
from helpers.names import load_names, split_names
from helpers.tokenizer import letters_of


def addresses():
    """Title of a chapter -> its address, seen from a page in book/."""
    found = {}
    for chapter in execution.chapters():
        title = nbformat.read(chapter, as_version=4).cells[0].source.splitlines()[0].removeprefix("# ")
        found[title] = f"../chapters/{chapter.stem}.html"
    return found


class Ladder(Directive):
    def run(self):
        return [nodes.raw("", show_ladder(address_of=addresses())._repr_html_(), format="html")]


class LadderPicture(Directive):
    def run(self):
        return [nodes.raw("", draw_ladder()._repr_html_(), format="html")]


class Writer(Directive):
    def run(self):
        train, _ = split_names(load_names())
        trigram = next(rung for rung in RUNGS if rung.name == "trigram")
        figure = writer_figure(train, letters_of(train), trigram.loss)
        return [nodes.raw("", figure._repr_html_(), format="html")]


def setup(app):
    app.add_directive("ladder", Ladder)
    app.add_directive("ladderpicture", LadderPicture)
    app.add_directive("writer", Writer)
    return {"parallel_read_safe": True}
