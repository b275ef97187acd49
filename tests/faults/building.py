"""Faults in the build: what counts as changed, what a failed build leaves, what reports say, the archive, serve, tidy and lab."""

from tests.faults import Fault

BUILD, EXECUTION, ARCHIVE, LAB = "book/build.py", "book/ext/execution.py", "book/ext/archive.py", "book/lab/jupyter_config.py"
TESTS = "tests/test_build.py -k"
FILES, WORDS, REPORTS = f"{TESTS} a_changed_file", f"{TESTS} changed_words", f"{TESTS} marked"
FAULTS = [
    # what counts as changed
    Fault(EXECUTION, "texts += [file.read_text(encoding=\"utf-8\") for file in named", "texts += [\"\" for file in named", FILES),
    Fault(EXECUTION, r're.findall(r"\w+", texts.pop())', r're.findall(r"(?:helpers[.\w]*\.|import |\")(\w+)", texts.pop())', FILES),
    Fault(EXECUTION, 'files = source_files(ROOT / "helpers")', 'files = [file for file in source_files(ROOT / "helpers") if file.suffix in CODE]', FILES),
    Fault(EXECUTION, 'file.stem == "__init__" or', 'file.suffix == ".json" or file.stem == "__init__" or', FILES),
    Fault(EXECUTION, " or not file.stem.isidentifier()}", "}", FILES),
    Fault(EXECUTION, '[*helpers, ROOT / "requirements.txt"]', "helpers", FILES),
    Fault(EXECUTION, 'for cell in cells if cell["cell_type"] == "code"]', "for cell in cells]", WORDS),
    Fault(EXECUTION, 'cell["metadata"].get("tags", [])', "None", WORDS),
    Fault(EXECUTION, "(sys.version_info[:3], facts)", "(None, facts)", f"{TESTS} another_python"),
    Fault(BUILD, '("book", "chapters", "helpers")', '("book", "helpers")', f"{TESTS} a_changed_word_runs"),
    # what a build does to the site
    Fault(EXECUTION, "cell.outputs, cell.execution_count = ran.outputs, ran.execution_count", "pass", f"{TESTS} a_changed_word_runs"),
    Fault(BUILD, '"-W", ', "", f"{TESTS} a_warning_fails"),
    Fault(
        BUILD,
        "    if not render(aside):",
        '    site.mkdir(parents=True, exist_ok=True)\n    (site / ".state").write_text(now)\n    if not render(aside):',
        f"{TESTS} a_warning_fails",
    ),
    Fault(BUILD, "shutil.rmtree(aside, ignore_errors=True)   #", "shutil.rmtree(site, ignore_errors=True)   #", f"{TESTS} a_warning_fails"),
    Fault(BUILD, "    with alone():", "    if True:", f"{TESTS} two_builds"),
    Fault(BUILD, "        put_archive(site)\n        return", "        return", f"{TESTS} a_changed_test_renders"),
    Fault("tests/conftest.py", "if build.state_of(site) != build.state():", "if False:", f"{TESTS} in_silence"),
    # reports
    Fault(BUILD, "unreadable_chapters() + wrong_helpers()", "wrong_helpers()", f"{TESTS} what_is_wrong"),
    Fault(BUILD, "unreadable_chapters() + wrong_helpers()", "unreadable_chapters()", f"{TESTS} what_is_wrong"),
    Fault(EXECUTION, 'if cell.cell_type == "code" and "added" not in cell.metadata]', "]", REPORTS),
    Fault(EXECUTION, "if failed and number ==", "if failed and -number ==", REPORTS),
    Fault(EXECUTION, "for line in [_last_line_of_ours(traceback)] if line", "for line in []", REPORTS),
    Fault(EXECUTION, 'if "added" in notebook.cells[index].metadata:', "if False:", f"{TESTS} that_a_test_added"),
    Fault(EXECUTION, "except RuntimeError as error:", "except KeyError as error:", f"{TESTS} kernel_that_dies"),
    Fault(EXECUTION, "        return str(error)\n    notebook", "        pass\n    notebook", f"{TESTS} is_not_kept"),
    Fault(EXECUTION, "joined[-1].text += output.text", "joined.append(output)", f"{TESTS} in_pieces"),
    Fault("Makefile", 'if grep -q "from versions: none"', 'if ! grep -q "from versions: none"', "tests/test_commands.py -k set_up"),
    # the book as one file
    Fault(ARCHIVE, 'app.connect("html-page-context", add_line)', "pass", f"{TESTS} leads_to_the_archive", builds=True),
    Fault(ARCHIVE, '.as_posix()}")   #', '.as_posix()}", __import__("time").gmtime()[:6])   #', f"{TESTS} same_archive"),
    Fault(ARCHIVE, '"book", "chapters", "helpers"', '"book", "chapters"', f"{TESTS} runs_with_the_archive"),
    # serve, tidy, lab
    Fault("book/serve.py", "for port in ports:", "for port in ports[:1]:", f"{TESTS} another_port"),
    Fault("book/serve.py", "except KeyboardInterrupt:", "except KeyError:", f"{TESTS} in_peace"),
    Fault("book/tidy.py", 'nbformat.from_dict({"kernelspec": KERNEL})', 'notebook.metadata | {"kernelspec": KERNEL}', f"{TESTS} tidy_takes"),
    Fault("book/tidy.py", 'nbformat.writes(notebook) + "\\n"', "nbformat.writes(notebook)", f"{TESTS} byte_for_byte"),
    Fault("book/lab/overrides.json", '"fetchNews": "false", ', "", f"{TESTS} no_news"),
    Fault(LAB, "c.ServerApp.contents_manager_class = ContentsManager\n", "", f"{TESTS} no_news"),
    Fault(LAB, "c.ContentsManager.pre_save_hook = forget_the_kernel\n", "", f"{TESTS} no_news"),
]
