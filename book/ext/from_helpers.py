"""Directives that show what helpers make: `ladder`, the table of held-out losses."""

import sys
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.ladder import show_ladder  # noqa: E402


class Ladder(Directive):
    def run(self):
        return [nodes.raw("", show_ladder()._repr_html_(), format="html")]


def setup(app):
    app.add_directive("ladder", Ladder)
    return {"parallel_read_safe": True}
