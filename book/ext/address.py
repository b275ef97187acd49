"""Where the book lives, if anywhere: buttons and absolute addresses only where an address is given.

BOOK_REPOSITORY, such as https://github.com/owner/name, gives the repository and Colab buttons.
BOOK_URL, such as https://owner.github.io/name/, gives the sitemap, canonical addresses and link previews.
The workflow that publishes the site sets both from its own context. Without them the book names no address at all.
"""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

REPOSITORY = os.environ.get("BOOK_REPOSITORY", "").rstrip("/")
URL = os.environ.get("BOOK_URL", "").rstrip("/")


def add_buttons(app, config):
    if REPOSITORY:
        config.html_theme_options |= {
            "repository_url": REPOSITORY,
            "repository_branch": "main",
            "path_to_docs": "",
            "use_repository_button": True,
            "use_issues_button": True,
            "launch_buttons": {"notebook_interface": "jupyterlab", "colab_url": "https://colab.research.google.com"},
        }


# The page for what does not exist answers at any depth, and without an address it cannot know where the book begins: above the page
# that was asked for, at the first folder that has the book's own style sheet. Its links are relative to that.
FIND_THE_BOOK = """<script>{
  let root = location.pathname, asked;
  do {
    root = root.replace(/[^/]*\\/?$/, "") || "/";
    asked = new XMLHttpRequest();
    asked.open("HEAD", location.origin + root + "_static/book.css", false);   // waits, or the styles would be asked for at the wrong place
    asked.send();
  } while (!asked.status.toString().startsWith("2") && root !== "/");
  document.write(`<base href="${location.origin}${root}">`);
  addEventListener("DOMContentLoaded", () => {   // links within the page stay within it
    for (const link of document.querySelectorAll('a[href^="#"]')) link.href = location.pathname + link.getAttribute("href");
  });
}</script>"""


def find_the_book(html):
    """The page for what does not exist, for a book whose address is not known."""
    return re.sub(r'((?:href|src|action)=")/(?!/)', r"\1", html).replace("<head>", f"<head>\n{FIND_THE_BOOK}", 1)


def finish(app, error):
    page = Path(app.outdir) / "404.html"
    if error is None and app.builder.format == "html" and not URL:
        page.write_text(find_the_book(page.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app):
    app.connect("build-finished", finish)
    app.connect("config-inited", add_buttons, priority=100)   # before the theme reads its options
    app.config.notfound_urls_prefix = urlsplit(URL).path + "/"
    if URL:
        app.setup_extension("sphinx_sitemap")
        app.setup_extension("sphinxext.opengraph")
        app.config.html_baseurl = URL + "/"
        app.config.sitemap_url_scheme = "{link}"
        app.config.sitemap_excludes = ["search.html", "genindex.html", "404.html"]
        app.config.ogp_site_url = URL + "/"
        app.config.ogp_image = URL + "/_static/preview.png"
        app.config.ogp_image_alt = "How GPT Works: build one yourself, from a list of names to a GPT"
        app.config.ogp_social_cards = {"enable": False}
        app.config.ogp_site_name = "How GPT Works"
    return {"parallel_read_safe": True}
