"""Where the book lives, if anywhere: buttons and absolute addresses only where an address is given.

BOOK_REPOSITORY, such as https://github.com/owner/name, gives the repository and Colab buttons.
BOOK_URL, such as https://owner.github.io/name/, gives the sitemap, canonical addresses and link previews.
The workflow that publishes the site sets both from its own context. Without them the book names no address at all.
"""

import os
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


def setup(app):
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
