"""The glossary and the chapters speak of the same terms, and lead to each other."""

import itertools
import re
from collections import Counter
from html import unescape

import pytest

from ext.glossary_links import ALSO_EVERYDAY
from notebooks import NOTEBOOKS, ROOT, read, title_of

GLOSSARY = (ROOT / "book/glossary.md").read_text(encoding="utf-8")
ENTRIES = dict(re.findall(r"^(?! )(\S.*)\n  (\S.*)$", GLOSSARY.split("{glossary}")[1], re.MULTILINE))
NOT_TERMS = ("predict",)   # bold for another reason, as is what has more than three words


def names_of(term):
    """As book/ext/glossary_links.py reads them: "multi-layer perceptron (MLP)" has two."""
    inside = re.findall(r"\(([^)]+)\)", term)
    return [name.strip().lower() for name in re.sub(r"\([^)]*\)", "", term).split(",") + inside if name.strip()]


def without_plural(word):
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


TERMS = {without_plural(name): term for term in ENTRIES for name in names_of(term)}


def bold_in(path):
    """The words that a chapter sets in bold within a sentence: the terms that it defines."""
    text = "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    text = re.sub(r"^\*\*.*", "", text, flags=re.MULTILINE)   # labels at a line's start are no terms
    return [bold.lower() for bold in re.findall(r"\*\*([^*\n]+?)\*\*", text) if not bold.endswith((":", ".", "?")) and len(bold.split()) <= 3]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=title_of)
def test_every_term_that_a_chapter_defines_is_in_the_glossary(path):
    missing = [bold for bold in bold_in(path) if without_plural(bold) not in TERMS and not bold.startswith(NOT_TERMS)]
    assert not missing, f"{path.name} defines {missing}: put them into book/glossary.md, or do not set them in bold"


def test_a_term_is_defined_in_one_chapter_only():
    defined = Counter(TERMS[without_plural(bold)] for path in NOTEBOOKS for bold in set(bold_in(path)) if without_plural(bold) in TERMS)
    assert not {term for term, times in defined.items() if times > 1}, defined.most_common(5)


def test_the_glossary_is_in_order_and_its_definitions_are_short():
    terms = list(ENTRIES)
    misplaced = [f"{second!r} after {first!r}" for first, second in itertools.pairwise(terms) if second.lower() < first.lower()]
    assert not misplaced, f"want the terms in alphabetical order, got {misplaced}"
    assert all(len(definition.split()) <= 45 and definition.endswith(".") for definition in ENTRIES.values())


def test_a_longer_term_is_not_linked_as_a_shorter_one(built):
    """In "hidden layer", no link says "layer"."""
    names = {name for term in ENTRIES for name in names_of(term)}
    for path in NOTEBOOKS:
        chapter = (built / f"chapters/{path.stem}.html").read_text(encoding="utf-8")
        for before, name, after in re.findall(r'([\w-]*) ?<a class="book-term[^>]*>(?:<span[^>]*>)?([^<]+)(?:</span>)?</a> ?([\w-]*)', chapter):
            longer = {f"{before} {name}".strip().lower(), f"{name} {after}".strip().lower()} & names - {name.lower()}
            assert not longer, f"{path.name}: {longer} is linked as {name}"


def test_words_of_every_day_are_linked_only_where_they_are_defined(built):
    """ "Share", "gain", "root": elsewhere they mostly mean no term."""
    for path in NOTEBOOKS:
        chapter = (built / f"chapters/{path.stem}.html").read_text(encoding="utf-8")
        for defined, name in re.findall(r'(<strong[^>]*>)?<a class="book-term[^>]*>(?:<span[^>]*>)?([^<]+)', chapter):
            assert defined or without_plural(name.lower()) not in ALSO_EVERYDAY, f"{path.name}: {name}"


def test_terms_and_chapters_lead_to_each_other(built):
    page = (built / "book/glossary.html").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        chapter = (built / f"chapters/{path.stem}.html").read_text(encoding="utf-8")
        links = re.findall(r'<a class="book-term[^"]*" href="\.\./book/glossary\.html#([^"]+)" title="([^"]+)"', chapter)
        anchors = [anchor for anchor, _ in links]
        assert len(anchors) == len(set(anchors)), f"{path.name}: a term is linked twice"
        for bold in set(bold_in(path)):
            if without_plural(bold) in TERMS:
                term = names_of(TERMS[without_plural(bold)])[0]
                assert re.search(rf'href="\.\./chapters/{path.stem}\.html#defines-term-[^"]*"', page), f"no way back from {term}"
                assert any(definition for anchor, definition in links), f"{path.name}: {term} has no definition at hand"


def first_words(text):
    return re.findall(r"[a-z]+", re.sub(r"\]\([^)]*\)", "", text.lower()))[:4]


def test_a_linked_term_has_its_own_definition_at_hand_and_no_code_is_linked(built):
    definition_of = {name: first_words(ENTRIES[term]) for term in ENTRIES for name in names_of(term)}
    for path in NOTEBOOKS:
        chapter = (built / f"chapters/{path.stem}.html").read_text(encoding="utf-8")
        assert not re.search(r'<code[^>]*>(?:(?!</code>).)*class="book-term', chapter, re.DOTALL), f"{path.name}: a term is linked within code"
        links = re.findall(r'<a class="book-term[^>]*title="([^"]+)"[^>]*>(.*?)</a>', chapter, re.DOTALL)
        for title, text in links:
            word = " ".join(re.sub(r"<[^>]+>", "", text).lower().split())
            wanted = [words for name, words in definition_of.items() if without_plural(name) == without_plural(word)]
            assert first_words(unescape(title)) in wanted, f"{path.name}: {word} is said to be {title!r}"
