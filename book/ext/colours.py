"""The book's colours on every page: custom properties from helpers/palette.py, and terms that wear their role's colour."""

import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

from helpers import palette

NAME = re.compile(r'<span class="(pre|n|nn|nb|nf)">(\w+)</span>')


def stylesheet():
    """Custom properties --gpt-<role> for light and dark pages and paper, and one class per role."""
    def properties(variant):
        return "".join(f"--gpt-{role}:{colours[variant]};" for role, colours in palette.PALETTE.items())

    classes = "".join(f".gpt-{role}{{color:var(--gpt-{role})!important}}" for role in palette.PALETTE)
    return (
        f":root{{{properties(0)}}}html[data-theme=dark]{{{properties(1)}}}"
        f"@media print{{html[data-theme]{{{properties(0)}}}}}{classes}\n"
    )


def colour_terms(body):
    """Add the class of its role to every name in code, inline or in a block, that is one of the book's terms.

    `query`, `key` and `value` are also everyday Python: they count as terms only on a page whose code names all three.
    """
    names = {name for _, name in NAME.findall(body)}
    terms = dict(palette.TERMS)
    if set(palette.ATTENTION_TERMS) <= names:
        terms |= palette.ATTENTION_TERMS

    def coloured(match):
        kind, name = match.groups()
        return f'<span class="{kind} gpt-{terms[name]}">{name}</span>' if name in terms else match[0]

    return NAME.sub(coloured, body)


class Palette(Directive):
    """The directive `palette`: each role's name in its colour."""

    def run(self):
        items = "".join(f'<li class="gpt-{role}">{role}</li>' for role in palette.PALETTE)
        return [nodes.raw("", f'<ul class="book-palette">{items}</ul>', format="html")]


def colour_page(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = colour_terms(context["body"])


def write_stylesheet(app, error):
    if error is None and app.builder.format == "html":
        (Path(app.outdir) / "_static/palette.css").write_text(stylesheet(), encoding="utf-8")


def setup(app):
    app.add_css_file("palette.css")
    app.add_directive("palette", Palette)
    app.connect("html-page-context", colour_page)
    app.connect("build-finished", write_stylesheet)
    return {"parallel_read_safe": True}
