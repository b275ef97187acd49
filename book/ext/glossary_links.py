"""Glossary and chapters, linked both ways, with a term's definition where the pointer rests.

In a chapter, the first use of each term of book/glossary.md leads to it: the bold one where the chapter defines the term.
In the glossary, each term leads back to the place where it is defined.
"""

import re

from docutils import nodes

GLOSSARY = "book/glossary"
PLAIN = (nodes.paragraph,)   # where terms are linked: sentences, also those of lists and tables
ALSO_EVERYDAY = {"block", "gain", "heap", "leaf", "leaves", "piece", "root", "share", "stack", "weight"}   # linked only where they are defined: elsewhere most mean no term
NOT_IN = (nodes.reference, nodes.literal, nodes.math, nodes.title, nodes.raw, nodes.caption)


def names_of(term):
    """The words by which text may call a term: "multi-layer perceptron (MLP)" and "float32, float64" have two each."""
    inside = re.findall(r"\(([^)]+)\)", term)
    return [name.strip() for name in re.sub(r"\([^)]*\)", "", term).split(",") + inside if name.strip()]


def entries(env):
    """The glossary's terms. -> list of (name in small letters, the id of its anchor, its definition)"""
    found = []
    for item in env.get_doctree(GLOSSARY).findall(nodes.definition_list_item):
        definition = next(item.findall(nodes.definition)).astext().replace("\n", " ")
        for term in item.findall(nodes.term):
            found += [(name.lower(), term["ids"][0], definition) for name in names_of(term.astext())]
    return found


def without_plural(text):
    return text[:-1] if text.endswith("s") and not text.endswith("ss") else text


def is_called(text, name):
    return without_plural(text.lower()) == without_plural(name)


def definitions(doctree, known):
    """The bold words of a chapter that are terms. -> list of (node, entry)"""
    found = []
    for strong in doctree.findall(nodes.strong):
        entry = next((entry for entry in known if is_called(strong.astext().strip(), entry[0])), None)
        if entry and entry[1] not in [other[1] for _, other in found]:
            found.append((strong, entry))
    return found


def link(app, docname, entry, text):
    """A link to a term of the glossary, with its definition as a title."""
    name, anchor, definition = entry
    address = app.builder.get_relative_uri(docname, GLOSSARY) + "#" + anchor
    return nodes.reference("", text, refuri=address, internal=True, classes=["book-term"], reftitle=definition)


def link_chapter(app, doctree, docname):
    known = entries(app.env)
    linked = set()
    for strong, entry in definitions(doctree, known):
        strong["ids"].append("defines-" + entry[1])
        reference = link(app, docname, entry, strong.astext())
        strong.children = []
        strong += reference
        linked.add(entry[1])
    texts = [text for text in doctree.findall(nodes.Text) if _is_sentence(text)]
    for entry in sorted(known, key=lambda entry: -len(entry[0])):   # longer names first: "hidden layer" before "layer"
        if entry[1] in linked or entry[0] in ALSO_EVERYDAY:
            continue
        pattern = re.compile(rf"(?<![\w-]){re.escape(entry[0])}s?(?![\w-])", re.IGNORECASE)
        for place, text in enumerate(texts):
            match = pattern.search(text)
            if match:
                left, right = nodes.Text(text[: match.start()]), nodes.Text(text[match.end() :])
                parts = [left, link(app, docname, entry, match[0]), right]
                text.parent.replace(text, [part for part in parts if part.astext()])
                texts[place : place + 1] = [part for part in (left, right) if part]
                linked.add(entry[1])
                break


def _is_sentence(node):
    inside = False
    while node.parent is not None:
        node = node.parent
        if isinstance(node, NOT_IN):
            return False
        inside = inside or isinstance(node, PLAIN)
    return inside


def link_glossary(app, doctree, docname):
    env = app.env
    known = entries(env)
    chapters = [name for name in env.toctree_includes.get(env.config.root_doc, []) if name.startswith("chapters/")]
    defined = {chapter: {entry[1] for _, entry in definitions(env.get_doctree(chapter), known)} for chapter in chapters}
    for item in doctree.findall(nodes.definition_list_item):
        anchors = [term["ids"][0] for term in item.findall(nodes.term)]
        for chapter in chapters:
            if defined[chapter].intersection(anchors):
                address = app.builder.get_relative_uri(docname, chapter) + "#defines-" + anchors[0]
                title = env.titles[chapter].astext()
                reference = nodes.reference("", title, refuri=address, internal=True)
                next(item.findall(nodes.definition)).append(nodes.paragraph("", "", nodes.Text("Defined in "), reference, nodes.Text(".")))
                break


def link_terms(app, doctree, docname):
    if app.builder.format != "html" or GLOSSARY not in app.env.found_docs:
        return
    if docname == GLOSSARY:
        link_glossary(app, doctree, docname)
    elif docname.startswith("chapters/"):
        link_chapter(app, doctree, docname)


def setup(app):
    app.connect("doctree-resolved", link_terms)
    return {"parallel_read_safe": True}
