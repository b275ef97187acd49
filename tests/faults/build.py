"""Faults in the build: what counts as changed, what is kept, what a page gets from a chapter, the archive, serving."""

from tests.faults import Fault

EXT, TESTS = "book/ext/", "tests/test_build.py -k "
FAULTS = [
    # what counts as changed
    Fault("book/build.py", '[*files, ROOT / "requirements.txt"]', "files", TESTS + "state"),
    Fault("book/build.py", '[os.environ.get("BOOK_URL"), os.environ', '[None, os.environ', TESTS + "state"),
    Fault("book/build.py", '("book", "chapters", "helpers")', '("book", "chapters")', TESTS + "state"),
    Fault(EXT + "execution.py", 'cell["metadata"].get("tags", [])', "[]", TESTS + "changed_code_runs_again_and_changed"),
    Fault(EXT + "execution.py", "found |= named", "found = named", TESTS + "a_changed_file_reruns"),
    Fault(EXT + "execution.py", 'CODE = {".py", ".js", ".css"}', 'CODE = {".py", ".css"}', TESTS + "a_changed_file_reruns"),
    Fault(EXT + "execution.py", 'repr((sys.version_info[:3], facts))', "repr(facts)", TESTS + "another_python"),
    Fault(EXT + "execution.py", '{"__pycache__", ".ipynb_checkpoints", "_build"}', '{".ipynb_checkpoints", "_build"}', TESTS + "no_source"),
    # running and reporting
    Fault(EXT + "execution.py", "own.index(index) + 1} of", "own.index(index)} of", TESTS + "failing_line"),
    Fault(EXT + "execution.py", "for old in set(KEPT.glob(f\"{chapter.stem}-*.ipynb\")) - {target}:", "for old in set(KEPT.glob(\"*.ipynb\")) - {target}:", TESTS + "kept"),
    Fault("book/build.py", "    if not render(aside):\n        shutil", "    render(aside)\n    if False:\n        shutil", TESTS + "a_warning_fails"),
    # what the page gets
    Fault(EXT + "page_cells.py", 'asked = "**Predict" in', 'asked = asked or "**Predict" in', TESTS + "folded"),
    Fault(EXT + "page_cells.py", "    describe_pictures(notebook[\"cells\"])\n", "", TESTS + "description_of_a_cell"),
    Fault(EXT + "page_cells.py", "html.escape(description, quote=True)", "description", TESTS + "description_of_a_cell"),
    Fault(EXT + "colours.py", "colours[variant]", "colours[1 - variant]", TESTS + "colour"),
    Fault(EXT + "colours.py", "set(palette.ATTENTION_TERMS) <= names", "set(palette.ATTENTION_TERMS) & names", TESTS + "colour"),
    Fault(EXT + "without_scripts.py", 'html.replace(\'data-theme="auto"\', \'data-theme="light"\', 1)', "html", TESTS + "without_scripts"),
    Fault(EXT + "without_scripts.py", r'TAG.sub(r"\\qquad (\1)", unescape(match[1]))', "unescape(match[1])", TESTS + "without_scripts"),
    # the archive and the server
    Fault(EXT + "archive.py", '"pyproject.toml", "requirements.in"', '"pyproject.toml"', TESTS + "makefile_names"),
    Fault(EXT + "archive.py", '"../" * pagename.count("/")', '"../" * (pagename.count("/") - 1)', "tests/test_build.py::test_every_chapter_leads_to_the_archive_and_no_notebook_does", builds=True),
    Fault("book/serve.py", 'Server(("localhost", port)', 'Server(("", port)', TESTS + "this_computer_only"),
    Fault("book/tidy.py", 'KEPT = {"tags", "description"}', 'KEPT = {"description"}', TESTS + "what_an_editor_adds"),
]
