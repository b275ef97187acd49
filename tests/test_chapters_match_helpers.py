"""What a chapter builds and what `helpers` keeps under that name are one definition, comments included."""

import ast
import difflib
import io
import re
import tokenize

import pytest

from notebooks import CHAPTERS, ROOT, is_of_a_file, read


def docstring_of(module):
    return ast.get_docstring(ast.parse((ROOT / "helpers" / f"{module}.py").read_text(encoding="utf-8"))) or ""


MODULES = sorted(path.stem for path in (ROOT / "helpers").glob("*.py") if path.stem != "__init__")
TAUGHT = [module for module in MODULES if "Built in" in docstring_of(module)]


def comments_in(source):
    """Every comment of a piece of code, in order."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def definitions(source):
    """Top-level functions and classes of `source`: name -> its code without layout, then its comments, a line each."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, kinds):
            own = "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno])
            found[node.name] = "\n".join([ast.unparse(node), *comments_in(own)])
    return found


def constants(source):
    """Top-level names in capitals that `source` sets: name -> the code of its value."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign):
            found |= {target.id: ast.unparse(node.value) for target in node.targets if isinstance(target, ast.Name) and target.id.isupper()}
    return found


def shown_in(chapter, of_a_file=True):
    """The definitions a reader has in the kernel after the chapter's last cell; of_a_file: with those of one_page.py."""
    shown = {}
    for cell in read(chapter).cells:
        if cell.cell_type == "code" and (of_a_file or not is_of_a_file(cell)):
            shown |= definitions(cell.source)   # a later cell wins, as it does in the kernel
    return shown


def kept_in(module):
    return definitions((ROOT / "helpers" / f"{module}.py").read_text(encoding="utf-8"))


def difference(shown, kept, chapter, module):
    """A diff of two definitions of one name, empty where they agree."""
    return "\n".join(difflib.unified_diff(shown.splitlines(), kept.splitlines(), chapter, module, lineterm="", n=1))


def builder_of(module):
    """The chapters that the module's docstring names after "Built in"."""
    text = docstring_of(module)
    return [path for path in CHAPTERS if path.name in text[text.index("Built in") :]]


@pytest.mark.parametrize("module", TAUGHT)
def test_a_helper_is_what_its_chapter_builds(module):
    chapters = builder_of(module)
    assert chapters, f"helpers/{module}.py names no chapter after 'Built in'"
    shown = {}
    for chapter in chapters:
        shown |= {name: (chapter.name, code) for name, code in shown_in(chapter).items()}
    parted = []
    for name, code in kept_in(module).items():
        if name not in shown:
            parted.append(f"helpers/{module}.py keeps {name}, which none of {[path.name for path in chapters]} shows")
            continue
        chapter, built = shown[name]
        if built != code:
            parted.append(difference(built, code, f"{chapter}: {name}", f"helpers/{module}.py: {name}"))
    assert not parted, "\n\n".join(parted)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_gives_no_other_meaning_to_a_helper_s_name(path):
    """A chapter that defines a name which helpers keep defines the same thing as one of them; only one_page.py has its own."""
    kept = [(module, name, code) for module in TAUGHT for name, code in kept_in(module).items()]
    parted = []
    for name, built in shown_in(path, of_a_file=False).items():
        namesakes = [(module, code) for module, kept_name, code in kept if kept_name == name]
        if namesakes and built not in [code for _, code in namesakes]:
            module, code = namesakes[0]
            parted.append(difference(built, code, f"{path.name}: {name}", f"helpers/{module}.py: {name}"))
    assert not parted, "\n\n".join(parted)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_constant_has_the_same_value_in_a_chapter_and_in_its_helpers(path):
    """VOWELS in a chapter and in the module of its checks, for example."""
    shown = {}
    for cell in read(path).cells:
        if cell.cell_type == "code":
            shown |= constants(cell.source)
    parted = []
    for file in sorted((ROOT / "helpers").rglob("*.py")):
        for name, value in constants(file.read_text(encoding="utf-8")).items():
            if name in shown and shown[name] != value and file.stem in (*TAUGHT, path.stem[3:]):
                parted.append(f"{name} is {shown[name]} in {path.name}, {value} in {file.relative_to(ROOT)}")
    assert not parted, "\n".join(parted)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_what_comes_from_earlier_chapters_was_built_there(path):
    """Each row of the table names definitions, and links to a chapter that shows them."""
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    wrong = []
    for names, file in re.findall(r"^\| (`.*?) \|.*\]\((\w+\.ipynb)\) \|$", text, re.MULTILINE):
        built = shown_in(path.parent / file)
        for name in re.findall(r"`(?:\w+\.)?(\w+)`", names):
            if name not in built:
                wrong.append(f"{path.name} says that {file} builds {name}, which it does not")
    assert not wrong, "\n".join(wrong)


def test_a_comment_is_part_of_a_definition():
    plain = "def f(x):\n    return x   # -log p\n"
    assert definitions(plain) == definitions(plain.replace("    return", "\n    return"))
    assert definitions(plain) != definitions(plain.replace("# -log p", "# -log of the share"))


def test_a_slip_of_one_character_shows_as_a_diff():
    kept = kept_in("tokenizer")["encode"]
    slipped = kept.replace("[bos]", "[box]", 1)
    assert slipped != kept
    shown = difference(slipped, kept, "chapter", "helper")
    assert "-    token_ids = [box]" in shown and "+    token_ids = [bos]" in shown


@pytest.mark.parametrize("module", MODULES)
def test_every_helper_says_which_chapter_builds_it_or_that_none_does(module):
    text = docstring_of(module)
    assert "Built in chapters/" in text or "Not taught in a chapter." in text, f"helpers/{module}.py"
