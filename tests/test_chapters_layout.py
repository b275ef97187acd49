"""Every chapter has the same frame, is stored clean, and uses only Markdown that all front ends show."""

import ast
import re

import nbformat
import pytest

from notebooks import CHAPTERS, ROOT, exercises_of, is_of_a_file, read, title_of

LONGEST_CELL = 45   # lines of code a reader can hold
WIDEST_LINE = 100   # columns that fit on a page without scrolling
MYST = re.compile(r"^(:::+\s*\{|```\{)|\{[a-z:]+\}`", re.MULTILINE)
MAGIC = re.compile(r"^\s*[%!]", re.MULTILINE)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=title_of)


def text_of(notebook, kind="markdown"):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == kind)


def untidy(notebook):
    """What keeps a notebook from being stored: outputs, counts, metadata of one editor."""
    found = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.get("outputs") or cell.get("execution_count"):
            found.append(f"cell {number} is stored with its output: make tidy")
        if set(cell.metadata) - {"tags", "description"}:
            found.append(f"cell {number} has metadata {sorted(set(cell.metadata) - {'tags', 'description'})}: make tidy")
        if not cell.source.strip():
            found.append(f"cell {number} is empty: make tidy")
    if set(notebook.metadata) - {"language_info"} != {"kernelspec"}:   # JupyterLab writes both when it saves
        found.append(f"the notebook's metadata is {sorted(notebook.metadata)}, want kernelspec and at most language_info: make tidy")
    return found


def unportable(notebook):
    """What only one front end would show."""
    found = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            if MYST.search(cell.source):
                found.append(f"cell {number}: MyST syntax is raw text in JupyterLab, VS Code and Colab")
            if re.search(r"<(script|style|iframe)|https?://[^\s)]+\.(png|svg|jpg|gif)", cell.source):
                found.append(f"cell {number}: a script, a style or a picture from elsewhere")
            for alt in re.findall(r"!\[(.*?)\]\(", cell.source):
                if not alt.strip():
                    found.append(f"cell {number}: a picture without a text alternative")
        else:
            if MAGIC.search(cell.source):
                found.append(f"cell {number}: a line that only IPython reads")
            if len([line for line in cell.source.splitlines() if line.strip()]) > LONGEST_CELL:
                found.append(f"cell {number}: more than {LONGEST_CELL} lines of code")
            found += [
                f"cell {number}: a line of more than {WIDEST_LINE} columns: {line.strip()[:60]} ..."
                for line in cell.source.splitlines()
                if len(line) > WIDEST_LINE
            ]
    return found


@each_chapter
def test_it_is_stored_clean_and_portable(path):
    notebook = read(path)
    nbformat.validate(notebook)
    problems = untidy(notebook) + unportable(notebook)
    assert not problems, "\n".join([path.name, *problems])


@each_chapter
def test_it_has_the_frame(path):
    notebook = read(path)
    text = text_of(notebook)
    opening = notebook.cells[0].source
    assert opening.startswith("# ") and opening.count("\n# ") == 0, f"{path.name} opens with one title"
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1, f"{path.name} has one title"
    assert "**What you will learn**" in opening and "**What you need:**" in opening, f"{path.name}: opening"
    assert 3 <= len(re.findall(r"^- how ", opening, re.MULTILINE)) <= 5, f"{path.name}: three to five 'how to' lines"
    wanted = ["What we built", "In practice", "Exercises", "Further reading"]
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[-4:] == wanted, f"{path.name} ends with {wanted}, got {headings[-4:]}"
    assert "show_map(" in notebook.cells[1].source, f"{path.name}: the import cell ends with the map"
    imports = [
        number
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and not is_of_a_file(cell) and re.search(r"^(import|from) (?!helpers)", cell.source, re.MULTILINE)
    ]
    assert imports in ([], [2]), f"{path.name}: all imports but those of helpers stand in the second cell, not in {imports}"


@each_chapter
def test_its_exercises_say_what_they_ask_of_a_reader(path):
    exercises = text_of(read(path)).split("## Exercises")[1].split("## Further reading")[0]
    told = re.findall(r"^### (\d)\. .+\n\n\*(?:Predict|Change|Complete|Build|Break) · (?:easy|medium|hard) · \d+ minutes\.\*", exercises, re.MULTILINE)
    n = len(exercises_of(path))
    assert 3 <= n <= 5, f"{path.name}: three to five exercises, got {n}"
    assert [int(number) for number in told] == list(range(1, n + 1)), f"{path.name}: every exercise has its number and says its kind, difficulty and minutes"
    assert exercises.count("<summary>Hint</summary>") == exercises.count("<summary>Answer</summary>") == n


@each_chapter
def test_each_term_is_bold_once(path):
    text = re.sub(r"^\*\*.*", "", text_of(read(path)), flags=re.MULTILINE)   # labels at a line's start are no terms
    terms = [term.lower() for term in re.findall(r"\*\*([^*\n]+?)\*\*", text) if not term.endswith((":", ".", "?")) and not term.startswith("Predict")]
    twice = {term for term in terms if terms.count(term) > 1}
    assert not twice, f"{path.name}: bold more than once: {twice}"


@each_chapter
def test_links_to_other_chapters_and_pages_resolve(path):
    planned = {title for title in re.findall(r"chapters/(\S+)", (ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))}
    assert path.stem in planned, f"{path.name} is not in book/_toc.yml"
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text_of(read(path))):
        assert (path.parent / target).exists(), f"{path.name} links to {target}, which is not there"


@each_chapter
def test_a_link_to_a_chapter_has_its_title_and_next_is_the_next_one(path):
    titles = {chapter.name: read(chapter).cells[0].source.splitlines()[0].removeprefix("# ") for chapter in CHAPTERS}
    links = re.findall(r"(Next:\*\* )?\[([^\]]+)\]\((\d\d_\w+\.ipynb)\)", text_of(read(path)))
    wrong = [f"[{text}]({target})" for _, text, target in links if text != titles.get(target)]
    assert not wrong, f"{path.name}: links whose text is not the title of their chapter: {wrong}"
    following = [chapter.name for chapter in CHAPTERS[CHAPTERS.index(path) + 1 :][:1]]
    assert [target for is_next, _, target in links if is_next] == following, f"{path.name}: its last line leads to the next chapter"


@each_chapter
def test_its_code_is_plain(path):
    for number, cell in enumerate(read(path).cells, start=1):
        if cell.cell_type == "code":
            names = [alias.name for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.ImportFrom) for alias in node.names]
            assert "*" not in names, f"{path.name}, cell {number}: import names, not *"


DIRTY = {
    "a stored output": (
        nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text="1")]),
        "cell 1 is stored with its output",
    ),
    "a picture without a text alternative": (nbformat.v4.new_markdown_cell("![](map.svg)"), "cell 1: a picture without"),
    "a script from elsewhere": (nbformat.v4.new_markdown_cell('<script src="https://x.org/a.js">'), "cell 1: a script"),
    "a MyST directive": (nbformat.v4.new_markdown_cell(":::{note}\nhello\n:::"), "cell 1: MyST"),
    "a magic line": (nbformat.v4.new_code_cell("%matplotlib inline"), "cell 1: a line that only IPython reads"),
}


@pytest.mark.parametrize("case", DIRTY)
def test_what_is_not_clean_is_named(case):
    cell, words = DIRTY[case]
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": ""}})
    assert any(problem.startswith(words) for problem in untidy(notebook) + unportable(notebook))
