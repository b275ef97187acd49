"""Directives that show what helpers make: `ladderpicture` and `ladder`, the held-out losses as a picture and as a table, `textladderpicture` and `textladder`, those of text, and `writer`, the landing page's figure."""

import nbformat
from docutils import nodes
from docutils.parsers.rst import Directive

from ext import execution
from helpers.drawings.ladder_page import draw_ladder, draw_text_ladder
from helpers.ladder import show_ladder
from helpers.live.writer import writer_figure
from helpers.names import LETTERS, load_names, load_origins, load_rows, split_names
from helpers.recording.models import load_trained
from helpers.text_ladder import show_text_ladder


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


class TextLadder(Directive):
    def run(self):
        return [nodes.raw("", show_text_ladder(address_of=addresses())._repr_html_(), format="html")]


class TextLadderPicture(Directive):
    def run(self):
        return [nodes.raw("", draw_text_ladder()._repr_html_(), format="html")]


class Writer(Directive):
    def run(self):
        train = set(split_names(load_names())[0])
        origins = load_origins()
        of_training = [origin for name, origin in load_rows() if name in train]
        figure = writer_figure(*load_trained("origins"), list(LETTERS), origins, [of_training.count(origin) for origin in origins], "italian")
        return [nodes.raw("", figure._repr_html_(), format="html")]


def setup(app):
    app.add_directive("ladder", Ladder)
    app.add_directive("ladderpicture", LadderPicture)
    app.add_directive("textladder", TextLadder)
    app.add_directive("textladderpicture", TextLadderPicture)
    app.add_directive("writer", Writer)
    return {"parallel_read_safe": True}
