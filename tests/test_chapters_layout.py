"""Every chapter has the same frame, is stored clean, and uses only Markdown that all front ends show."""

import ast
import itertools
import re

import nbformat
import pytest

from helpers.plotting import MAP
from notebooks import CHAPTERS, NOTEBOOKS, OPENER, REFRESHER, ROOT, exercises_of, is_of_a_file, read, title_of

LONGEST_CELL = 45   # lines of code a reader can hold
WIDEST_LINE = 100   # columns that fit on a page without scrolling
MYST = re.compile(r"^(:::+\s*\{|```\{)|\{[a-z:]+\}`", re.MULTILINE)
MAGIC = re.compile(r"^\s*[%!]", re.MULTILINE)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=title_of)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=title_of)


def text_of(notebook, kind="markdown"):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == kind)


def untidy(notebook):
    """What keeps a notebook from being stored: outputs, counts, metadata of one editor."""
    found = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.get("outputs") or cell.get("execution_count"):
            found.append(f"cell {number} is stored with its output: make tidy")
        if extra := set(cell.metadata) - {"tags", "description", "question", "thumbnail", "fold"}:
            found.append(f"cell {number} has metadata {sorted(extra)}: make tidy")
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


@each_notebook
def test_it_is_stored_clean_and_portable(path):
    notebook = read(path)
    nbformat.validate(notebook)
    problems = untidy(notebook) + unportable(notebook)
    assert not problems, "\n".join([path.name, *problems])


@each_notebook
def test_it_has_one_title_and_all_imports_in_one_cell(path):
    notebook = read(path)
    assert notebook.cells[0].source.startswith("# "), f"{path.name} opens with its title"
    assert len(re.findall(r"^# ", text_of(notebook), re.MULTILINE)) == 1, f"{path.name} has one title"
    imports = [
        number
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and not is_of_a_file(cell) and re.search(r"^(import|from) (?!helpers)", cell.source, re.MULTILINE)
    ]
    assert imports in ([], [2]), f"{path.name}: all imports but those of helpers stand in the second cell, not in {imports}"


def test_the_opener_shows_the_whole_machine_and_leads_to_every_chapter():
    notebook = read(OPENER)
    assert all(part in notebook.cells[1].source.splitlines()[-1] for part in MAP), "the import cell ends with the map, all of it lit"
    linked = re.findall(r"\]\((\w+\.ipynb)\)", text_of(notebook))
    missing = [path.name for path in (*CHAPTERS, REFRESHER) if path.name not in linked]
    assert not missing, f"{OPENER.name} has no link to {missing}"


def test_the_self_test_has_five_questions_and_each_leads_to_its_own_part_of_the_refresher():
    text = text_of(read(REFRESHER))
    questions, parts = text.split("## The refresher")
    asked = re.findall(r"^### (\d)\. .+\n\n\*\*Predict:\*\* ", questions, re.MULTILINE)
    assert [int(number) for number in asked] == [1, 2, 3, 4, 5]
    headings = [re.sub(r"[^a-z ]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^### (.+)$", parts, re.MULTILINE)]
    ways = [re.findall(r"\]\(#([\w-]+)\)", answer) for answer in re.split(r"^### \d\. ", questions, flags=re.MULTILINE)[1:]]
    assert all(ways) and [way for answer in ways for way in answer] == headings, "each question names the parts to read, and each part is named once"


@each_chapter
def test_it_has_the_frame(path):
    notebook = read(path)
    text = text_of(notebook)
    opening = notebook.cells[0].source
    assert "**What you will learn**" in opening and "**What you need:**" in opening, f"{path.name}: opening"
    assert 3 <= len(re.findall(r"^- how ", opening, re.MULTILINE)) <= 5, f"{path.name}: three to five 'how to' lines"
    wanted = ["What we built", "In practice", "Exercises", "Further reading"]
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[-4:] == wanted, f"{path.name} ends with {wanted}, got {headings[-4:]}"
    assert "show_map(" in notebook.cells[1].source, f"{path.name}: the import cell ends with the map"


def years_of_papers(text):
    """Pairs from "..., 2016: ..." behind a link to arXiv, or before one in code: the year that is told, the year in the address."""
    told = re.findall(r"arxiv\.org/abs/(\d\d)\d\d\.\d{4,5}\), (\d{4})\b", text) + [(short, year) for year, short in re.findall(r"\b(\d{4})[^\n]*https://arxiv\.org/abs/(\d\d)\d\d\.\d{4,5}$", text, re.MULTILINE)]
    return [(int(year), 2000 + int(short)) for short, year in told]


@each_notebook
def test_a_paper_s_year_is_that_of_its_address_or_soon_after(path):
    notebook = read(path)
    pairs = years_of_papers(text_of(notebook) + "\n" + text_of(notebook, "code"))
    assert all(0 <= told - posted <= 3 for told, posted in pairs), f"{path.name}: {pairs}"
    listed = text_of(notebook).partition("## Further reading")[2]
    assert len(years_of_papers(listed)) == listed.count("arxiv.org/abs/"), f"{path.name}: a link to a paper is followed by its year"


@each_chapter
def test_its_exercises_say_what_they_ask_of_a_reader(path):
    exercises = text_of(read(path)).split("## Exercises")[1].split("## Further reading")[0]
    told = re.findall(r"^### (\d)\. .+\n\n\*(?:Predict|Change|Complete|Build|Break) · (?:easy|medium|hard) · \d+ minutes\.\*", exercises, re.MULTILINE)
    n = len(exercises_of(path))
    assert 3 <= n <= 5, f"{path.name}: three to five exercises, got {n}"
    assert [int(number) for number in told] == list(range(1, n + 1)), f"{path.name}: every exercise has its number and says its kind, difficulty and minutes"
    assert exercises.count("<summary>Hint</summary>") == exercises.count("<summary>Answer</summary>") == n


@each_notebook
def test_each_term_is_bold_once(path):
    text = re.sub(r"^\*\*.*", "", text_of(read(path)), flags=re.MULTILINE)   # labels at a line's start are no terms
    terms = [term.lower() for term in re.findall(r"\*\*([^*\n]+?)\*\*", text) if not term.endswith((":", ".", "?")) and not term.startswith("Predict")]
    twice = {term for term in terms if terms.count(term) > 1}
    assert not twice, f"{path.name}: bold more than once: {twice}"


@each_notebook
def test_links_to_other_chapters_and_pages_resolve(path):
    planned = {title for title in re.findall(r"chapters/(\S+)", (ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))}
    assert path.stem in planned, f"{path.name} is not in book/_toc.yml"
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text_of(read(path))):
        assert (path.parent / target).exists(), f"{path.name} links to {target}, which is not there"


@each_notebook
def test_a_link_to_a_chapter_has_its_title_and_next_is_the_next_one(path):
    titles = {chapter.name: read(chapter).cells[0].source.splitlines()[0].removeprefix("# ") for chapter in NOTEBOOKS}
    links = re.findall(r"(Next:\*\* )?\[([^\]]+)\]\((\w+\.ipynb)\)", text_of(read(path)))
    wrong = [f"[{text}]({target})" for _, text, target in links if text != titles.get(target)]
    assert not wrong, f"{path.name}: links whose text is not the title of their chapter: {wrong}"
    in_order = [OPENER, *CHAPTERS]
    following = [chapter.name for before, chapter in itertools.pairwise(in_order) if before == path]
    assert [target for is_next, _, target in links if is_next] == following, f"{path.name}: its last line leads to the next chapter"


@each_notebook
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
