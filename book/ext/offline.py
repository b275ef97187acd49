"""Keep pages small and free of outside servers: local MathJax, and no script that the pages do not use."""

import importlib.util
import re
import shutil
from pathlib import Path

# The icons come from the theme's web font; the same icons as a script weigh half a megabyte more, compressed.
# Only the search page searches; elsewhere the whole search index would be fetched for nothing.
UNUSED_EVERYWHERE = re.compile(r'\s*<script[^>]*src="[^"]*scripts/fontawesome\.js[^"]*"></script>')
UNUSED_WITHOUT_SEARCH = re.compile(r'\s*<script[^>]*src="[^"]*(searchtools|language_data|searchindex)\.js[^"]*"></script>')
UNUSED_WITHOUT_FORMULAS = re.compile(r'\s*<script[^>]*(>window\.MathJax =.*?|src="[^"]*tex-chtml\.js[^"]*">)</script>')


def copy_mathjax(app):
    """Copy the one MathJax script and its fonts out of the package, which holds every variant (24 MB)."""
    package = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static/mathjax"
    target = Path(app.outdir) / "_static/mathjax"
    fonts = Path("output/chtml/fonts/woff-v2")
    shutil.copytree(package / fonts, target / fonts, dirs_exist_ok=True)
    shutil.copy(package / "tex-chtml.js", target)


def drop_unused(app):
    """Take the unused scripts out of the finished pages, and their files out of the site."""
    site = Path(app.outdir)
    for page in site.rglob("*.html"):
        html = UNUSED_EVERYWHERE.sub("", page.read_text(encoding="utf-8"))
        if page.name != "search.html":
            html = UNUSED_WITHOUT_SEARCH.sub("", html)
        if not re.search(r'class="math\b', html):
            html = UNUSED_WITHOUT_FORMULAS.sub("", html)
        page.write_text(html, encoding="utf-8")
    for file in [*site.glob("_static/scripts/fontawesome.js*"), *site.glob("_static/**/*.map")]:
        file.unlink(missing_ok=True)


def finish(app, error):
    if error is None and app.builder.format == "html":
        copy_mathjax(app)
        drop_unused(app)


def setup(app):
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True}
