"""The book as one file that a reader of the site can take home: how-gpt-works.zip, beside the site's pages.

As a Sphinx extension, this module adds the way there under the title of each chapter. The notebooks know nothing of it.
"""

import io
import zipfile
from pathlib import Path

from ext import execution

ROOT = Path(__file__).resolve().parents[2]
NAME = "how-gpt-works"
FOLDERS = ["benchmarks", "book", "chapters", "helpers", "tests"]
FILES = [".gitignore", "CITATION.cff", "LICENSE", "Makefile", "README.md", "one_page.py", "pyproject.toml", "requirements-references.txt", "requirements-scale.txt", "requirements.in", "requirements.txt"]


def packed():
    """The archive's bytes: all that `make book`, `make lab` and `make test` need. The same files give the same bytes."""
    files = [ROOT / name for name in FILES] + [file for folder in FOLDERS for file in execution.source_files(ROOT / folder)]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as pack:
        for file in sorted(files):
            entry = zipfile.ZipInfo(f"{NAME}/{file.relative_to(ROOT).as_posix()}")   # dated 1980, whatever the clock says
            entry.create_system, entry.external_attr = 3, 0o644 << 16                # readable on every system
            entry.compress_type = zipfile.ZIP_DEFLATED
            pack.writestr(entry, file.read_bytes())
    return archive.getvalue()


def add_line(app, pagename, templatename, context, doctree):
    if pagename.startswith("chapters/"):
        link = f'<a href="{"../" * pagename.count("/")}{NAME}.zip" download>download the whole book</a>'
        line = f'<p class="book-run">To run this chapter on your own computer, {link}, unpack it, and do what its README says.</p>'
        context["body"] = context["body"].replace("</h1>", f"</h1>\n{line}", 1)


def setup(app):
    app.connect("html-page-context", add_line)
    return {"parallel_read_safe": True}
