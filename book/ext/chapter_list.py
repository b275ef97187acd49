"""Directives of the landing page: `chapterlist`, an entry for each chapter, and `roads`, ways through some of them.

Nothing is said twice. A chapter's title, its times and its exercises are read from its cells, its number from its file's name, its
picture from what its cells showed. Its question is the first one that its opening asks, or the `question` in the metadata of the opening's
cell where that one would not be understood alone. Its picture is the one whose cell has `thumbnail` in its metadata, or the first.
"""

import html
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from docutils import nodes
from docutils.parsers.rst import Directive

from ext import execution

SVG, HREF = "http://www.w3.org/2000/svg", "{http://www.w3.org/1999/xlink}href"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
ET.register_namespace("", SVG)
ET.register_namespace("xlink", HREF[1:-5])


@dataclass(frozen=True)
class Chapter:
    """What the list says of a chapter.

    stem: its file's name without the ending; minutes, exercise_minutes: as its opening says; exercises: the ids of their headings
    picture: the chapter's picture as the page has it, an SVG; caption: the sentence below it there
    """

    stem: str
    title: str
    question: str
    minutes: int
    exercise_minutes: int
    exercises: tuple
    picture: str
    caption: str

    @property
    def slug(self):
        return self.stem[3:]

    @property
    def number(self):
        """ "7", or "" for an opener, whose file begins with 00."""
        return self.stem[:2].lstrip("0")

    @property
    def link(self):
        """The number and the title, which leads to the chapter, as HTML."""
        number = f'<span class="book-number">{self.number}</span> ' if self.number else ""
        return f'{number}<a href="../chapters/{self.stem}.html">{html.escape(self.title)}</a>'


# What a chapter says of itself ---------------------------------------------------------------------------------------


def question_of(opening):
    """The question that a chapter answers. opening: its first cell. Raises ValueError if it asks none."""
    if "question" in opening.metadata:
        return opening.metadata["question"]
    text = opening.source.partition("**What you will learn**")[0].partition("\n")[2]
    text = re.sub(r"^```.*?^```|^\|.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("*", "").replace("`", "")
    asked = re.search(r"(?:^|(?<=[.?!:] ))[^.?!:\n]*\?", text, re.MULTILINE)
    if not asked:
        raise ValueError("want an opening that asks a question, or has one in its cell's metadata, `question`, got none")
    return asked[0][0].upper() + asked[0][1:]


def times_of(opening):
    """The minutes that a chapter says it takes, and those of its exercises, 0 without any. Raises ValueError if it says none."""
    said = re.search(r"takes about (\d+) minutes(?:, the exercises another (\d+))?", opening.source)
    if not said:
        raise ValueError("want an opening that says 'takes about N minutes', got none")
    return int(said[1]), int(said[2] or 0)


def picture_of(cells):
    """The picture that stands for a chapter, and its caption. cells: as run. Raises ValueError if there is none."""
    found = []
    for cell, below in zip(cells, cells[1:], strict=False):
        shown = "".join(output.get("data", {}).get("text/html", "") for output in cell.get("outputs", []))
        picture = re.search(r'<div class="gpt-picture".*?(<svg .*</svg>)', shown, re.DOTALL)
        caption = re.match(r"\*Figure \d+\. (.*)\*", below.source)
        if picture and caption:
            found.append((not cell.metadata.get("thumbnail"), len(found), picture[1], caption[1].replace("`", "")))
    if not found:
        raise ValueError("want a picture with its caption below, to stand for the chapter in the list of chapters, got none")
    return min(found)[2:]


def chapter_of(stem, notebook):
    """What the list says of a run chapter. Raises ValueError if it lacks something."""
    opening = notebook.cells[0]
    exercises = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown").partition("## Exercises")[2]
    return Chapter(
        stem,
        opening.source.splitlines()[0].removeprefix("# "),
        question_of(opening),
        *times_of(opening),
        tuple(nodes.make_id(title) for title in re.findall(r"^### \d+\. (.+)$", exercises, re.MULTILINE)),
        *picture_of(notebook.cells),
    )


def all_chapters():
    """The numbered chapters, and the opener, in the order of the table of contents. -> list of Chapter"""
    found = []
    for file in execution.chapters():
        if re.match(r"\d\d_", file.stem):
            try:
                found.append(chapter_of(file.stem, execution.with_outputs(file)))
            except ValueError as error:
                raise ValueError(f"{file.name}: {error}") from None
    return found


# A picture made small ------------------------------------------------------------------------------------------------


def rounded(text):
    """The numbers of a path or a transform to a tenth, all else as it is, but on one line."""
    return NUMBER.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), " ".join(text.split()))


def is_seen(shape):
    """Whether a shape has ink to be seen: matplotlib also draws the empty ground of a figure, and squares fainter than a fiftieth."""
    style = shape.get("style", "")
    faint = re.search(r"fill-opacity: 0(?:\.0[01]\d*)?(?:;|$)", style)
    return not faint and ("fill: none" not in style or bool(re.search(r"stroke: (?!none)", style)))


def strip(element):
    """Take out, in place, what cannot be read in a small picture or is not seen: words, axes, legends, empty groups."""
    for child in list(element):
        kind = child.tag.rpartition("}")[2]
        strip(child)
        unread = kind in ("text", "style") or re.search(r"-(matplotlib\.axis|legend)_\d+$", child.get("id", ""))
        unseen = (kind in ("g", "defs") and not len(child)) or (kind == "path" and "id" not in child.attrib and not is_seen(child))
        if unread or unseen:
            element.remove(child)


def ink_of(picture):
    """The box that holds all shapes. -> left, top, width, height, within the picture"""
    left, top, width, height = map(float, picture.get("viewBox").split())
    defined = {shape for group in picture.iter(f"{{{SVG}}}defs") for shape in group.iter()}
    points = []
    for shape in picture.iter():
        if shape.tag == f"{{{SVG}}}path" and shape not in defined:
            numbers = [float(number) for number in NUMBER.findall(shape.get("d"))]
            points += zip(numbers[::2], numbers[1::2], strict=True)
        elif shape.tag == f"{{{SVG}}}use":
            points.append((float(shape.get("x", 0)), float(shape.get("y", 0))))
    xs = [min(max(x, left), left + width) for x, _ in points]
    ys = [min(max(y, top), top + height) for _, y in points]
    return min(xs) - 4, min(ys) - 4, max(xs) - min(xs) + 8, max(ys) - min(ys) + 8


def thumbnail(svg, caption):
    """A picture of a chapter, small: its shapes in its colours, without its words. -> SVG"""
    picture = ET.fromstring(svg)
    strip(picture)
    box = " ".join(f"{number:.0f}" for number in ink_of(picture))
    used = {use.get(HREF)[1:] for use in picture.iter(f"{{{SVG}}}use")} | set(re.findall(r"url\(#([^)]+)\)", svg))
    for element in picture.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
        for name in {"d", "transform", "x", "y"} & set(element.attrib):
            element.set(name, rounded(element.get(name)))
        if "style" in element.attrib:   # the page's own style sheet knows the colours
            element.set("style", re.sub(r"var\((--gpt-\w+), #\w+\)", r"var(\1)", element.get("style").replace("; ", ";").replace(": ", ":")))
    picture.attrib = {"viewBox": box, "role": "img", "aria-label": caption}
    return re.sub(r">\s+<", "><", ET.tostring(picture, encoding="unicode"))


# The page ------------------------------------------------------------------------------------------------------------


def spoken(minutes):
    """A time as one says it: 45 min, 2 h, 1 h 5 min"""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * (hours > 0) + [f"{rest} min"] * (rest > 0))


def time_line(chapters):
    """The sum of some chapters' times, as a line of HTML."""
    exercises = sum(chapter.exercise_minutes for chapter in chapters)
    more = f", exercises another {spoken(exercises)}" if exercises else ""
    return f'<p class="book-time">About {spoken(sum(chapter.minutes for chapter in chapters))}{more}</p>'


def entry(chapter):
    """A chapter's entry in the list, as HTML."""
    return (
        f'<li data-chapter="{chapter.slug}" data-exercises="{" ".join(chapter.exercises)}">'
        f'<div class="book-thumbnail">{thumbnail(chapter.picture, chapter.caption)}</div>'
        f'<div><p class="book-title">{chapter.link}</p><p>{html.escape(chapter.question)}</p>{time_line([chapter])}</div></li>'
    )


def road(block, chapters):
    """A card for one way through the book, as HTML.

    block: lines of text: its title, a sentence of any number of lines, the slugs of its chapters or `all`
    Raises ValueError for a slug that no chapter has.
    """
    title, *sentence, slugs = block.splitlines()
    slug_of = {chapter.slug: chapter for chapter in chapters}
    unknown = [slug for slug in slugs.split() if slug not in slug_of and slugs.strip() != "all"]
    if unknown or not sentence:
        raise ValueError(f"want a title, a sentence, and a line of {', '.join(slug_of)}, or all, got {block!r}")
    chosen = chapters if slugs.strip() == "all" else [slug_of[slug] for slug in slugs.split()]
    ways = "".join(f"<li>{chapter.link}</li>" for chapter in chosen)
    n_numbered = sum(bool(chapter.number) for chapter in chapters)
    names = f"<ul>{ways}</ul>" if len(chosen) < len(chapters) else f"<p>The opener, and all {n_numbered} chapters.</p>"
    return f"<li><h3>{html.escape(title)}</h3><p>{html.escape(' '.join(sentence))}</p>{names}{time_line(chosen)}</li>"


class ChapterList(Directive):
    """All chapters: number, title, question, times, and a small picture of each."""

    def run(self):
        try:
            entries = "".join(map(entry, all_chapters()))
        except ValueError as error:
            raise self.error(str(error)) from None
        return [nodes.raw("", f'<ul class="book-chapters" id="chapter-list" role="list">{entries}</ul>', format="html")]


class Roads(Directive):
    """Ways through the book, one for each paragraph of the directive's text, as `road` reads it; the times are added up here."""

    has_content = True

    def run(self):
        try:
            chapters = all_chapters()
            cards = "".join(road(block, chapters) for block in re.split(r"\n\s*\n", "\n".join(self.content).strip()))
        except ValueError as error:
            raise self.error(str(error)) from None
        return [nodes.raw("", f'<ul class="book-roads" role="list">{cards}</ul>', format="html")]


def setup(app):
    app.add_directive("chapterlist", ChapterList)
    app.add_directive("roads", Roads)
    return {"parallel_read_safe": True}
