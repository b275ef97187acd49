"""Pages that keep their meaning without scripts, and a search that says what it cannot do from a file.

- Formulas: beside each source for MathJax stands MathML, which browsers draw themselves, for readers whose scripts are off.
- Code has its colours and its frame: the page starts in the light theme, and a script may change that.
- A link to the list of all chapters: on a phone, the menu opens by script.
- The search page, opened from a file, lists pages without their text: a browser lets no page read another file.
  book/static/search.js mends what it shows elsewhere.
"""

import re
from html import unescape
from pathlib import Path

from latex2mathml.converter import convert

INLINE = re.compile(r'<span class="math notranslate nohighlight">\\\((.*?)\\\)</span>', re.DOTALL)
BLOCK = re.compile(r'<div class="math notranslate nohighlight"[^>]*>\s*\\\[(.*?)\\\]</div>', re.DOTALL)
FOOTER = '<footer class="prev-next-footer'
TAG = re.compile(r"\\tag\{([^}]*)\}")
FROM_A_FILE = """<p id="from-a-file" hidden>Opened from a file, the search lists pages without their text.
<code>make serve</code> shows the book at an address, and there it shows the text, too.</p>
<script>if (location.protocol === "file:") {
  document.getElementById("from-a-file").hidden = false;
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}</script>"""


def with_mathml(match, display):
    source = TAG.sub(r"\\qquad (\1)", unescape(match[1]))
    return f"{match[0]}<noscript>{convert(source, display=display)}</noscript>"


def finish_page(html, is_search):
    html = html.replace('data-theme="auto"', 'data-theme="light"', 1)
    html = html.replace('<summary aria-label="Toggle hidden content">', "<summary>")
    if 'class="math ' in html:
        html = INLINE.sub(lambda match: with_mathml(match, "inline"), html)
        html = BLOCK.sub(lambda match: with_mathml(match, "block"), html)
        html = html.replace("</head>", "<noscript><style>.math { display: none !important }</style></noscript></head>", 1)
    root = re.search(r'data-content_root="([^"]*)"', html)
    if root and FOOTER in html:
        html = html.replace(FOOTER, f'<noscript><p class="d-print-none"><a href="{root[1]}book/index.html">All chapters</a></p></noscript>{FOOTER}', 1)
    if is_search:
        html = html.replace('<div id="search-results">', FROM_A_FILE + '<div id="search-results">', 1)
        html = re.sub(r"(<script src=\"_static/)searchtools(\.js[^>]*></script>)", r"\g<0>\1search\2", html)
    return html


def finish(app, error):
    if error is None and app.builder.format == "html":
        for page in Path(app.outdir).rglob("*.html"):
            html = page.read_text(encoding="utf-8")
            page.write_text(finish_page(html, page.name == "search.html"), encoding="utf-8")


def setup(app):
    app.connect("build-finished", finish, priority=400)   # before the page's scripts are sorted out
    return {"parallel_read_safe": True}
