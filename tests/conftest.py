"""Shared by the tests of the finished site: the built pages, a local server for them, and a browser."""

import contextlib
import functools
import http.server
import importlib
import os
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import settings

import build
from figures import on_a_page

settings.register_profile("book", deadline=None, derandomize=True, database=None)   # the same cases on every machine
settings.load_profile("book")

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "book/_build/html"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def missing(what):
    """Skip with a sentence; on a machine that must test everything (CI is set), fail instead."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


def required(module):
    """The module of this name; where it is missing, see `missing`."""
    try:
        return importlib.import_module(module)
    except ImportError:
        missing(f"There is no {module.split('.')[0]}: python -m pip install {module.split('.')[0]}")


def unfit(site):
    """Why tests of this site would say nothing about the book as it is now, or ""."""
    if not (site / "book/index.html").exists():
        return "The book is not built: say make book."
    if build.state_of(site) != build.state():
        return "The site was built from other sources than these: say make book."
    return ""


@pytest.fixture(scope="session")
def built():
    """The folder of the finished site, as its sources are now."""
    problem = unfit(BUILT)
    if problem:
        missing(problem)
    return BUILT


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def site(built):
    """The address of a local server of the finished site, such as http://127.0.0.1:34567/."""
    handler = functools.partial(QuietHandler, directory=built)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)   # port 0: whichever is free
    server.handle_error = lambda *args: None   # a page that closes before all has come is no error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """Chromium: the system's, or the one that `playwright install chromium` fetched. The shell without windows is the quickest."""
    playwright = required("playwright.sync_api")
    system = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None)
    with playwright.sync_playwright() as player:
        try:
            browser = player.chromium.launch(executable_path=system, args=QUIET)
        except playwright.Error:
            browser = None
        if browser is None:
            missing("There is no Chromium: install it, or say .venv/bin/playwright install chromium.")
        yield browser
        browser.close()


def settled(page, address=None):
    """Go to an address, or load the page again, and wait until all of it is there: its formulas and letters, too."""
    if address:
        page.goto(address, wait_until="load")
    else:
        page.reload(wait_until="load")
    page.evaluate("async () => { await window.MathJax?.startup?.promise; await document.fonts.ready; }")


@contextlib.contextmanager
def pages_from(browser, site):
    """A function that opens pages with the outside network blocked; at the end an error, if one asked for it or reported one.

    open_page("chapters/x.html", color_scheme="dark", ...) -> Playwright's page. Other options go to the browser's context.
    """
    contexts, trouble = [], []

    def open_it(path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        start = path if "://" in path else site + path

        def only_inside(route):
            url = route.request.url
            if url.startswith((site, "data:", "blob:")) or (start.startswith("file:") and url.startswith("file:")):
                route.continue_()
            else:
                trouble.append(f"{path} asks an outside server: {url}")
                route.abort()

        page.route("**/*", only_inside)
        page.on("pageerror", lambda error: trouble.append(f"{path}: {error}"))
        page.on("console", lambda message: message.type == "error" and trouble.append(f"{path}: {message.text} {message.location['url']}"))
        settled(page, start)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not trouble, "\n".join(trouble)


@pytest.fixture
def open_page(browser, site):
    """See `pages_from`: each test's own pages, fresh."""
    with pages_from(browser, site) as open_it:
        yield open_it


@pytest.fixture
def open_figure(browser):
    """Show live figures, each alone on a page, awake where scripts run; the test fails if one reported an error.

    open_figure(figure, seed=1, viewport=..., ...) -> Playwright's locator of its element; options as for `on_a_page`
    """
    with contextlib.ExitStack() as pages:
        yield lambda figure, **options: pages.enter_context(on_a_page(browser, figure, **options))
