"""The landing page's list of chapters and its roads say what the chapters say, and a reader's place is kept in the browser and nowhere else."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from conftest import required, settled
from ext import chapter_list
from helpers import plotting
from helpers.palette import PALETTE
from helpers.plotting import show_bars, show_dots, show_heatmap, show_lines
from notebooks import CHAPTERS as NUMBERED
from notebooks import OPENER, REFRESHER, ROOT, read, title_of

KEY = "how-gpt-works: place"
LIST = "book/index.html"
CHAPTERS = [OPENER, *NUMBERED]   # all that the list shows
BY_SLUG = {title_of(path): path for path in CHAPTERS}
WITH_EXERCISES = next(path for path in CHAPTERS if "## Exercises" in [line for cell in read(path).cells for line in cell.source.splitlines()])
PAGE, SLUG = f"chapters/{WITH_EXERCISES.stem}.html", title_of(WITH_EXERCISES)


def opening(text, **metadata):
    return new_markdown_cell(f"# A title\n\n{text}", metadata=metadata)


def picture_cell(svg, **metadata):
    return new_code_cell("show()", outputs=[new_output("display_data", data={"text/html": f'<div class="gpt-picture">{svg}</div>'})], metadata=metadata)


# What a chapter says of itself ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, question",
    [
        ("We begin. How far can we get? And then?", "How far can we get?"),
        ("So it asks: **which knob is it, and why?**", "Which knob is it, and why?"),
        ("What does [the table](02_a.ipynb) of `a?`\n\nA second one?", "What does the table of a?"),
        ("```python\nwhy = 1   # why?\n```\n\n| who? | when? |\n| --- | --- |\n\nIs it so?", "Is it so?"),
    ],
)
def test_the_question_is_the_first_that_the_opening_asks(text, question):
    below = "\n\n**What you will learn**\n\n- how to ask: who?"
    assert chapter_list.question_of(opening(text + below)) == question
    assert chapter_list.question_of(opening(text + below, question="Another one?")) == "Another one?"


@pytest.mark.parametrize("text", ["We begin.\n\n**What you will learn**\n\n- how to ask: who?", ""])
def test_an_opening_without_a_question_is_refused(text):
    with pytest.raises(ValueError, match="want an opening that asks a question"):
        chapter_list.question_of(opening(text))


def test_times_are_those_of_the_opening():
    assert chapter_list.times_of(opening("The chapter takes about 40 minutes, the exercises another 47.")) == (40, 47)
    assert chapter_list.times_of(opening("It takes about 15 minutes.")) == (15, 0)
    with pytest.raises(ValueError, match="takes about N minutes"):
        chapter_list.times_of(opening("It takes long."))


@pytest.mark.parametrize("minutes, words", [(45, "45 min"), (60, "1 h"), (61, "1 h 1 min"), (125, "2 h 5 min"), (1200, "20 h")])
def test_times_are_said_in_hours_and_minutes(minutes, words):
    assert chapter_list.spoken(minutes) == words


def test_the_picture_is_the_marked_one_or_the_first_that_has_a_caption():
    plain, first, second = (picture_cell(f"<svg id='{name}'></svg>") for name in ("plain", "first", "second"))
    captions = [new_markdown_cell(text) for text in ("No caption.", "*Figure 1. The `first`.*", "*Figure 2. The second.*\n\nMore.")]
    cells = [plain, captions[0], first, captions[1], second, captions[2]]
    assert chapter_list.picture_of(cells) == ("<svg id='first'></svg>", "The first.")
    second.metadata["thumbnail"] = True
    assert chapter_list.picture_of(cells) == ("<svg id='second'></svg>", "The second.")
    with pytest.raises(ValueError, match="want a picture with its caption below"):
        chapter_list.picture_of(cells[:2])


# A picture made small ------------------------------------------------------------------------------------------------


def test_a_thumbnail_keeps_the_bars_and_drops_the_words():
    large = show_bars(["a", "b", "c"], [1, 4, 2], x="letter", y="names").svg
    small = chapter_list.thumbnail(large, 'Bars, 1 < 4 & "more".')
    assert small.count("fill:var(--gpt-token)") == 3 == large.count("fill: var(--gpt-token")
    assert 'aria-label="Bars, 1 &lt; 4 &amp; &quot;more&quot;."' in small and small.count("aria-label") == 1
    assert "text" not in small and len(small) < len(large) / 4
    bars = [[float(number) for number in re.findall(r"[\d.]+", path)] for path in re.findall(r'd="([^"]+)"[^>]*fill:var', small)]
    heights = [max(bar[1::2]) - min(bar[1::2]) for bar in bars]
    assert heights[1] == pytest.approx(4 * heights[0], rel=0.01) and heights[2] == pytest.approx(2 * heights[0], rel=0.01)
    left, top, width, height = map(float, re.search('viewBox="([^"]+)"', small)[1].split())
    assert min(bars[0][::2]) - 15 < left < min(bars[0][::2]) and max(bars[2][::2]) < left + width < max(bars[2][::2]) + 15
    assert top < min(bars[1][1::2]) and height >= heights[1]


def test_a_thumbnail_leaves_out_numbers_and_squares_too_faint_to_be_seen():
    squares = [[1, 0.5], [0.015, 0]]
    small = chapter_list.thumbnail(show_heatmap(squares, ["a", "b"], ["c", "d"], numbers=True).svg, "A map.")
    assert "<text" not in small
    strengths = [float(number) for number in re.findall(r"fill-opacity:([\d.]+)", small)]
    assert 0.5 * plotting.NUMBERED in strengths and min(strengths) >= 0.02


def test_what_the_shapes_of_a_thumbnail_refer_to_is_in_it():
    """The area to which lines are cut off, and the dot that stands in many places."""
    small = chapter_list.thumbnail(show_lines({"a": ([1, 2, 3], [1, 3, 2])}, x="x", y="y").svg, "Lines.")
    dots = chapter_list.thumbnail(show_dots([1, 2, 3], [4, 6, 5], x="x", y="y").svg, "Dots.")
    for picture, reference in ((small, r"url\(#([^)]+)\)"), (dots, r'href="#([^"]+)"')):
        named = set(re.findall(reference, picture))
        assert named and named <= set(re.findall(r'\bid="([^"]+)"', picture))


def test_dots_without_axes_are_in_the_box_of_a_thumbnail():
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">'
        '<defs><path id="dot" d="M 0 0 L 1 1" style="stroke: red"/></defs><path d="M 10 10 L 12 12" style="stroke: red"/>'
        '<use xlink:href="#dot" x="70" y="40"/></svg>'
    )
    left, top, width, height = map(float, re.search('viewBox="([^"]+)"', chapter_list.thumbnail(drawn, "A dot."))[1].split())
    assert 0 < left < 10 and 0 < top < 10 and 70 < left + width < 80 and 40 < top + height < 50


# The list and the roads on the page ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def landing(built):
    """The landing page's list: slug -> the text of its entry's HTML."""
    page = (built / LIST).read_text(encoding="utf-8")
    entries = re.findall(r'<li data-chapter="(\w+)"(.*?)</div></li>', page, re.DOTALL)
    return dict(entries)


def minutes_in(line):
    """ "About 1 h 5 min, exercises another 30 min" -> [65, 30]"""
    return [60 * int(hours or 0) + int(rest or 0) for hours, rest in re.findall(r"(?=\d)(?:(\d+) h ?)?(?:(\d+) min)?", line)]


def said_by(path):
    """The minutes of the chapter's own sentence, and of its exercises."""
    return [int(number) for number in re.findall(r"takes about (\d+) minutes(?:, the exercises another (\d+))?", read(path).cells[0].source)[0] if number]


def test_the_list_has_all_chapters_in_order_with_their_own_words(landing):
    assert list(landing) == list(BY_SLUG)
    for slug, path in BY_SLUG.items():
        notebook, item = read(path), landing[slug]
        first = notebook.cells[0]
        number = path.stem[:2].lstrip("0")
        title = first.source.splitlines()[0].removeprefix("# ")
        assert f'<a href="../chapters/{path.stem}.html">{title}</a>' in unescape(item), slug
        assert re.findall(r'class="book-number">(\d+)<', item) == [number] * bool(number), slug
        question = unescape(re.search(r"</p><p>(.*?)</p>", item)[1])
        assert question.endswith("?") and question[0].isupper(), question
        words = re.sub(r"[*`]|\]\([^)]*\)|\[", "", first.source).lower()
        assert question == first.metadata.get("question") or question.lower() in words, f"{slug} does not ask {question!r}"
        assert minutes_in(re.search(r'class="book-time">(.*?)</p>', item)[1]) == said_by(path), slug


def test_a_chapter_has_one_picture_in_the_list_its_own_and_no_other_s(landing):
    shapes = {}
    for slug, path in BY_SLUG.items():
        cells = read(path).cells
        pictures = re.findall(r"<svg.*?</svg>", landing[slug], re.DOTALL)
        assert len(pictures) == 1 and len(pictures[0]) < 60_000, f"{slug}: {[len(picture) for picture in pictures]}"
        caption = unescape(re.search(r'aria-label="([^"]+)"', pictures[0])[1])
        below = [before for before, cell in zip(cells, cells[1:], strict=False) if re.match(rf"\*Figure \d+\. {re.escape(caption)}\*", cell.source.replace("`", ""))]
        marked = [cell for cell in cells if cell.metadata.get("thumbnail")]
        assert len(below) == 1 and marked in ([], below), f"{slug}: {caption}"
        assert "<text" not in pictures[0] and "<path" in pictures[0]
        colours = set(re.findall(r"(?:fill|stroke):([^;\"]+)", pictures[0])) - {"none", "currentColor"}
        assert colours <= {f"var(--gpt-{role})" for role in PALETTE}, f"{slug}: colours that do not follow the page: {colours}"
        shapes[slug] = tuple(re.findall(r' d="([^"]+)"', pictures[0]))
    assert len(set(shapes.values())) == len(shapes), "two chapters have the same picture"


def test_the_exercises_of_the_list_are_those_of_the_pages(landing, built):
    for slug, path in BY_SLUG.items():
        page = (built / f"chapters/{path.stem}.html").read_text(encoding="utf-8")
        on_page = re.findall(r'<section id="([^"]+)">\s*<h3', page.partition('<section id="exercises">')[2])
        listed = re.search(r'data-exercises="([^"]*)"', landing[slug])[1].split()
        assert listed == on_page, slug


def test_the_times_of_a_road_are_those_of_its_chapters_added_up(built):
    page = (built / LIST).read_text(encoding="utf-8").partition('class="book-roads"')[2].partition("</main>")[0]
    roads = re.findall(r"<li><h3>(.*?)</h3>(.*?)<p class=\"book-time\">(.*?)</p></li>", page, re.DOTALL)
    assert len(roads) == 3
    by_stem = {path.stem: path for path in CHAPTERS}
    for title, body, line in roads:
        stems = re.findall(r'href="\.\./chapters/(\w+)\.html"', body) or list(by_stem)
        read_, exercises = zip(*(said_by(by_stem[stem]) + [0] * (2 - len(said_by(by_stem[stem]))) for stem in stems), strict=True)
        assert minutes_in(line) == [total for total in (sum(read_), sum(exercises)) if total], title
    assert f"The opener, and all {len(CHAPTERS) - 1} chapters" in roads[-1][1]


def test_the_landing_page_counts_its_roads_and_the_questions_of_the_self_test():
    text = (ROOT / "book/index.md").read_text(encoding="utf-8")
    words = dict(zip(["two", "three", "four", "five", "six", "seven"], range(2, 8), strict=True))
    roads = re.search(r"```{roads}\n(.*?)\n```", text, re.DOTALL)[1].split("\n\n")
    assert words[re.search(r"^## (\w+) roads$", text, re.MULTILINE)[1].lower()] == len(roads)
    questions = re.findall(r"^### \d+\. ", "\n".join(cell.source for cell in read(REFRESHER).cells), re.MULTILINE)
    for said in (text, *(cell.source for path in (OPENER, REFRESHER) for cell in read(path).cells)):
        assert {words[word.lower()] for word in re.findall(r"(\w+) small questions", said)} <= {len(questions)}


def test_a_road_with_an_unknown_chapter_is_refused():
    chapter, other = (chapter_list.Chapter(stem, "A title", "Which?", *times, (), "", "") for stem, *times in (("01_names", 40, 20), ("02_other", 35, 0)))
    assert "About 1 h 15 min, exercises another 20 min" in chapter_list.road("An evening\nA sentence.\nnames other", [chapter, other])
    assert "About 35 min<" in chapter_list.road("An evening\nA sentence.\nother", [chapter, other])
    assert "<p>A sentence over two lines.</p>" in chapter_list.road("An evening\nA sentence\nover two lines.\nnames", [chapter])
    for block in ("An evening\nA sentence.\nnames letters", "An evening\nnames"):
        with pytest.raises(ValueError, match="want a title, a sentence, and a line of names, or all"):
            chapter_list.road(block, [chapter])


def test_words_of_a_chapter_cannot_break_the_page():
    chapter = chapter_list.Chapter("01_odd", "a < b", "Is a < b & c?", 5, 0, (), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1L2 2" style="stroke: red"/></svg>', "One < two.")
    shown = chapter_list.entry(chapter)
    assert ">a &lt; b</a>" in shown and "<p>Is a &lt; b &amp; c?</p>" in shown and 'aria-label="One &lt; two."' in shown
    card = chapter_list.road("Bits & pieces\nIf a < b.\nodd", [chapter, chapter])
    assert "<h3>Bits &amp; pieces</h3><p>If a &lt; b.</p>" in card


def test_a_chapter_that_cannot_be_listed_is_named(monkeypatch):
    monkeypatch.setattr(chapter_list.execution, "chapters", lambda: [Path("chapters/07_odd.ipynb")])
    monkeypatch.setattr(chapter_list.execution, "with_outputs", lambda file: new_notebook(cells=[opening("No question.")]))
    with pytest.raises(ValueError, match="07_odd.ipynb: want an opening that asks a question"):
        chapter_list.all_chapters()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_list_can_be_seen_without_scripts(open_page, width):
    page = open_page(LIST, java_script_enabled=False, viewport={"width": width, "height": 800})
    assert page.locator("#chapter-list > li a:visible").count() == len(CHAPTERS)
    assert page.locator(".book-place").count() == 0
    for picture in page.locator(".book-thumbnail svg").all():
        box = picture.bounding_box()
        assert box["width"] >= 80 and box["height"] >= 60


# A reader's place ----------------------------------------------------------------------------------------------------


def kept(page):
    text = page.evaluate("key => localStorage.getItem(key)", KEY)
    return None if text is None else json.loads(text)


def solved(page, number=0):
    return page.get_by_role("checkbox", name=re.compile(r"^Solved \d")).nth(number)


def done(page):
    return page.get_by_role("checkbox", name="I am done with this chapter")


def go(page, path, site):
    settled(page, site + path)


def marks(page, selector):
    return [" ".join(text.split()) for text in page.locator(f"{selector} .book-mark").all_text_contents()]


def listed(page, slug):
    return marks(page, f'[data-chapter="{slug}"]')


def test_a_place_is_marked_by_keyboard_kept_over_a_reload_and_shown_in_list_menu_and_roads(open_page, site):
    page = open_page(PAGE)
    exercises = [heading.removesuffix("#") for heading in page.locator("#exercises h3").all_inner_texts()]
    assert solved(page, 1).evaluate("box => box.labels[0].textContent") == f"Solved {exercises[1]}"
    solved(page, 1).focus()
    page.keyboard.press("Space")
    done(page).focus()
    page.keyboard.press("Space")
    ids = page.locator("#exercises > section").evaluate_all("sections => sections.map(section => section.id)")
    assert kept(page) == [f"{SLUG}#{ids[1]}", SLUG], "chapter and exercise are known by names without numbers"
    settled(page)
    assert [solved(page, n).is_checked() for n in range(2)] == [False, True] and done(page).is_checked()
    assert marks(page, "nav.bd-links li.current") == ["✓ done, 1 solved"]
    go(page, LIST, site)
    assert listed(page, SLUG) == [f"✓ done, 1 of {len(ids)} exercises solved"]
    assert marks(page, f'nav.bd-links a[href$="{PAGE}"]') == ["✓ done, 1 solved"]
    assert set(marks(page, f'.book-roads li:has(> a[href$="{PAGE}"])')) == {"✓ done, 1 solved"}
    assert page.locator("#chapter-list .book-mark").count() == 1
    assert page.get_by_role("status").filter(has_text="Marked").inner_text() == "Marked as done or solved: 1 chapter and 1 exercise."
    go(page, PAGE, site)
    done(page).uncheck()
    assert kept(page) == [f"{SLUG}#{ids[1]}"] and marks(page, "nav.bd-links li.current") == ["1 solved"]


def test_one_button_forgets_all_and_says_what(open_page, site):
    page = open_page(PAGE)
    page.evaluate("localStorage.setItem('another', 'stays')")
    assert kept(page) is None
    for box in (solved(page, 0), solved(page, 1), done(page)):
        box.check()
    go(page, LIST, site)
    button = page.get_by_role("button", name="Forget all of it")
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator(".book-forget [role=status]").inner_text() == "Forgotten: 1 chapter and 2 exercises."
    assert page.evaluate("document.activeElement.getAttribute('role')") == "status", "the keyboard is not lost with the button"
    assert not button.is_visible() and page.locator(".book-mark").count() == 0
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('how-gpt-works'))") == []
    assert page.evaluate("localStorage.getItem('another')") == "stays"
    go(page, PAGE, site)
    assert not done(page).is_checked()


def test_reading_to_the_end_marks_nothing(open_page):
    page = open_page(PAGE)
    page.keyboard.press("End")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    settled(page)
    assert kept(page) is None


def test_another_tab_shows_what_was_marked_here(open_page, site):
    page = open_page(LIST)
    other = page.context.new_page()
    go(other, PAGE, site)
    done(other).check()
    page.locator("#chapter-list .book-mark").wait_for()
    done(other).uncheck()
    page.locator("#chapter-list .book-mark").wait_for(state="detached")
    assert page.locator(".book-forget [role=status]").inner_text().startswith("At a chapter's end")


DENIED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('denied', 'SecurityError'); }});"


def without_storage(browser, address, script):
    """A page in a browser that answers for its storage by a script. -> page, the errors that it reports"""
    context = browser.new_context()
    context.add_init_script(script)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: "place.js" in (error.stack or "") and errors.append(str(error)))
    settled(page, address)
    return page, errors


def test_where_a_browser_keeps_nothing_there_is_nothing_to_mark_and_no_error(browser, site):
    page, errors = without_storage(browser, site + PAGE, DENIED)
    assert page.locator(".book-place").count() == 0 and not errors
    settled(page, site + LIST)
    assert page.locator(".book-place").inner_text() == "This browser lets pages keep nothing, so what you have read and solved cannot be shown here."
    assert page.locator("#chapter-list > li").count() == len(CHAPTERS) and not errors
    page.context.close()


def test_where_there_is_no_room_the_box_shows_that_nothing_was_kept(browser, site):
    full = f"const set = Storage.prototype.setItem; Storage.prototype.setItem = function (key, text) {{ if (key === {KEY!r}) throw new DOMException('full', 'QuotaExceededError'); set.call(this, key, text); }};"
    page, errors = without_storage(browser, site + PAGE, full)
    done(page).click()
    assert not done(page).is_checked() and not errors
    page.context.close()


@pytest.mark.parametrize("text", ["{", "5", "null", '{"done": 1}', "[1, null]"])
def test_what_cannot_be_read_counts_as_nothing(browser, site, text):
    page, errors = without_storage(browser, site + LIST, f"localStorage.setItem({KEY!r}, {text!r})")
    assert page.locator(".book-mark").count() == 0 and page.locator(".book-forget button").is_hidden() and not errors
    page.context.close()


def test_a_place_is_kept_by_a_book_that_is_opened_from_the_disk(open_page, built):
    page = open_page((built / PAGE).as_uri())
    done(page).check()
    settled(page)
    assert done(page).is_checked()
    settled(page, (built / LIST).as_uri())
    page.get_by_text("✓ done").first.wait_for()   # from the disk, each page has a process of its own, which may hear of it a moment later
    assert listed(page, SLUG) == ["✓ done"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_place_is_accessible_fits_a_phone_and_is_not_printed(open_page, site, scheme):
    axe = (Path(required("axe_playwright_python").__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page = open_page(PAGE, color_scheme=scheme)
    solved(page).check()
    done(page).check()
    for path in (PAGE, LIST):
        go(page, path, site)
        page.evaluate(axe)
        found = page.evaluate("axe.run('.book-place, .book-mark, #chapter-list, .book-roads'.split(', ').filter(s => document.querySelector(s)).join(', '), {preload: false})")
        assert not [(finding["id"], finding["nodes"][0]["html"][:200]) for finding in found["violations"]]
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.set_viewport_size({"width": 1280, "height": 800})
        assert page.locator(".book-place:visible").count() > 0 and page.locator(".book-mark:visible").count() > 0
        page.emulate_media(media="print")
        assert page.locator(".book-place:visible, .book-mark:visible").count() == 0
        page.emulate_media(media="screen")
