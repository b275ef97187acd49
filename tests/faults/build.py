"""Faults in the build: what counts as changed, what a failed build leaves, reports, pages, the archive, serve, tidy and lab."""

from tests.faults import Fault

EXT, TESTS = "book/ext/", "tests/test_build.py -k "
BUILD, EXECUTION, ARCHIVE, LAB = "book/build.py", EXT + "execution.py", EXT + "archive.py", "book/lab/jupyter_config.py"
FILES, WORDS, REPORTS = TESTS + "a_changed_file", TESTS + "changed_words", TESTS + "marked"
FAULTS = [
    # what counts as changed
    Fault(BUILD, '[*files, ROOT / "requirements.txt"]', "files", TESTS + "state"),
    Fault(BUILD, '[os.environ.get("BOOK_URL"), os.environ', '[None, os.environ', TESTS + "state"),
    Fault(BUILD, '("book", "chapters", "helpers")', '("book", "chapters")', TESTS + "state"),
    Fault(EXECUTION, 'cell["source"]), cell["metadata"].get("tags", [])', 'cell["source"]), []', TESTS + "changed_code_runs_again_and_changed"),
    Fault(EXECUTION, "found |= named", "found = named", TESTS + "a_changed_file_reruns"),
    Fault(EXECUTION, 'CODE = {".py", ".js", ".css"}', 'CODE = {".py", ".css"}', TESTS + "a_changed_file_reruns"),
    Fault(EXECUTION, 'if file.name != "__init__.py":\n        return False', "", FILES),
    Fault(EXECUTION, "if not only_says(file)]", "]", FILES),
    Fault(EXECUTION, 'repr((sys.version_info[:3], facts))', "repr(facts)", TESTS + "another_python"),
    Fault(EXECUTION, '{"__pycache__", "_build"} &', '{"_build"} &', TESTS + "no_source"),
    # running and reporting
    Fault(EXECUTION, "own.index(index) + 1} of", "own.index(index)} of", TESTS + "failing_line"),
    Fault(EXECUTION, "for old in set(KEPT.glob(f\"{chapter.stem}-*.ipynb\")) - {target}:", "for old in set(KEPT.glob(\"*.ipynb\")) - {target}:", TESTS + "kept"),
    Fault(BUILD, "    if not render(aside):\n        shutil", "    render(aside)\n    if False:\n        shutil", TESTS + "a_warning_fails"),
    # what the page gets
    Fault(EXT + "page_cells.py", 'asked = "**Predict" in', 'asked = asked or "**Predict" in', TESTS + "folded"),
    Fault(EXT + "page_cells.py", "    describe_pictures(notebook[\"cells\"])\n", "", TESTS + "description_of_a_cell"),
    Fault(EXT + "page_cells.py", "html.escape(description, quote=True)", "description", TESTS + "description_of_a_cell"),
    Fault(EXT + "colours.py", "colours[variant]", "colours[1 - variant]", TESTS + "colour"),
    Fault(EXT + "colours.py", "set(palette.ATTENTION_TERMS) <= names", "set(palette.ATTENTION_TERMS) & names", TESTS + "colour"),
    Fault(EXT + "without_scripts.py", 'html.replace(\'data-theme="auto"\', \'data-theme="light"\', 1)', "html", TESTS + "without_scripts"),
    Fault(EXT + "without_scripts.py", r'TAG.sub(r"\\qquad (\1)", unescape(match[1]))', "unescape(match[1])", TESTS + "without_scripts"),
    Fault(EXT + "without_scripts.py", 'href="{root[1]}book/index.html"', 'href="book/index.html"', "tests/test_site.py -k way_to_the_other", builds=True),
    # the archive and the server
    Fault(ARCHIVE, '"requirements-scale.txt", "requirements.in", ', '"requirements-scale.txt", ', TESTS + "makefile_names"),
    Fault(ARCHIVE, '"../" * pagename.count("/")', '"../" * (pagename.count("/") - 1)', "tests/test_build.py::test_every_chapter_leads_to_the_archive_and_no_notebook_does", builds=True),
    Fault("book/serve.py", 'Server(("localhost", port)', 'Server(("", port)', TESTS + "this_computer_only"),
    Fault("book/tidy.py", 'KEPT = {"tags", ', 'KEPT = {', TESTS + "what_an_editor_adds"),
    # what counts as changed: files that are named, words, packages
    Fault(EXECUTION, "unread += [(file.read_text(encoding=\"utf-8\")", "unread += [(\"\"", FILES),
    Fault(EXECUTION, 'if file.suffix == ".py" else file.stem in words', 'if file.suffix else ""', FILES),
    Fault(EXECUTION, 'f".{node.module}" if node.level else node.module', "node.module", FILES),
    Fault(EXECUTION, "{start + alias.name for alias in node.names}", "set()", FILES),
    Fault(EXECUTION, "isinstance(node.value, str) and node not in docstrings", "isinstance(node.value, str)", FILES),
    Fault(EXECUTION, 'return {f".{word}" for word in words}, words', "return set(), words", FILES),
    Fault(EXECUTION, "if not only_says(file)]", "if not only_says(file) and file.suffix in CODE]", FILES),
    Fault(EXECUTION, 'file.stem == "__init__" or', 'file.suffix == ".json" or file.stem == "__init__" or', FILES),
    Fault(EXECUTION, " or not file.stem.isidentifier()}", "}", FILES),
    Fault(EXECUTION, '[*helpers, ROOT / "requirements.txt"]', "helpers", FILES),
    Fault(EXECUTION, 'for cell in cells if cell["cell_type"] == "code"]', "for cell in cells]", WORDS),
    Fault(BUILD, '("book", "chapters", "helpers")', '("book", "helpers")', TESTS + "a_changed_word_runs"),
    # what a build does to the site
    Fault(EXECUTION, "cell.outputs, cell.execution_count = ran.outputs, ran.execution_count", "pass", TESTS + "a_changed_word_runs"),
    Fault(BUILD, '"-W", ', "", TESTS + "a_warning_fails"),
    Fault(
        BUILD,
        "    if not render(aside):",
        '    site.mkdir(parents=True, exist_ok=True)\n    (site / ".state").write_text(now)\n    if not render(aside):',
        TESTS + "a_warning_fails",
    ),
    Fault(BUILD, "shutil.rmtree(aside, ignore_errors=True)   #", "shutil.rmtree(site, ignore_errors=True)   #", TESTS + "a_warning_fails"),
    Fault(BUILD, "    with alone():", "    if True:", TESTS + "two_builds"),
    Fault(BUILD, "        put_archive(site)\n        return", "        return", TESTS + "a_changed_test_renders"),
    Fault("tests/conftest.py", "if build.state_of(site) != build.state():", "if False:", TESTS + "in_silence"),
    # reports
    Fault(BUILD, "unreadable_chapters() + wrong_helpers()", "wrong_helpers()", TESTS + "what_is_wrong"),
    Fault(BUILD, "unreadable_chapters() + wrong_helpers()", "unreadable_chapters()", TESTS + "what_is_wrong"),
    Fault(EXECUTION, 'if cell.cell_type == "code" and "added" not in cell.metadata]', "]", REPORTS),
    Fault(EXECUTION, "if failed and number ==", "if failed and -number ==", REPORTS),
    Fault(EXECUTION, "for line in [_last_line_of_ours(traceback)] if line", "for line in []", REPORTS),
    Fault(EXECUTION, 'if "added" in notebook.cells[index].metadata:', "if False:", TESTS + "that_a_test_added"),
    Fault(EXECUTION, "except RuntimeError as error:", "except KeyError as error:", TESTS + "kernel_that_dies"),
    Fault(EXECUTION, "        return str(error)\n    notebook", "        pass\n    notebook", TESTS + "is_not_kept"),
    Fault(EXECUTION, "joined[-1].text += output.text", "joined.append(output)", TESTS + "in_pieces"),
    Fault("Makefile", 'if grep -q "from versions: none"', 'if ! grep -q "from versions: none"', "tests/test_commands.py -k set_up"),
    # the book as one file
    Fault(ARCHIVE, 'app.connect("html-page-context", add_line)', "pass", TESTS + "leads_to_the_archive", builds=True),
    Fault(ARCHIVE, '.as_posix()}")   #', '.as_posix()}", __import__("time").gmtime()[:6])   #', TESTS + "same_archive"),
    Fault(ARCHIVE, '"book", "chapters", "helpers"', '"book", "chapters"', TESTS + "runs_with_the_archive"),
    # serve, tidy, lab
    Fault("book/serve.py", "for port in ports:", "for port in ports[:1]:", TESTS + "another_port"),
    Fault("book/serve.py", "except KeyboardInterrupt:", "except KeyError:", TESTS + "in_peace"),
    Fault("book/tidy.py", 'nbformat.from_dict({"kernelspec": KERNEL})', 'notebook.metadata | {"kernelspec": KERNEL}', TESTS + "tidy_takes"),
    Fault("book/tidy.py", 'nbformat.writes(notebook) + "\\n"', "nbformat.writes(notebook)", TESTS + "byte_for_byte"),
    Fault("book/lab/overrides.json", '"fetchNews": "false", ', "", TESTS + "no_news"),
    Fault(LAB, "c.ServerApp.contents_manager_class = ContentsManager\n", "", TESTS + "no_news"),
    Fault(LAB, "c.ContentsManager.pre_save_hook = forget_the_kernel\n", "", TESTS + "no_news"),
]
