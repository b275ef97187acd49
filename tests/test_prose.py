"""What a chapter says in words and numbers is what its cells show; a prediction is asked before it is answered."""

import re

import pytest

from notebooks import CHAPTERS, ROOT, executed, read, title_of
from prose import (
    agrees,
    facts_of,
    facts_of_text,
    is_borne_out,
    judged,
    judged_chapter,
    number_of,
    numbers_in_prose,
    reading_minutes,
    recorded,
    words_in,
)

each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=title_of)
WORDS = {   # most words of Markdown, and most with what the cells print
    "names_and_tokens": (3200, 4000),
    "guess_by_counting": (4200, 5500),
    "find_the_knob": (4200, 5500),
    "nudge_the_knobs": (4300, 6000),
    "whole_arrays": (3600, 5500),
    "look_back": (4700, 6200),
    "train_it": (5400, 7600),
    "every_letter_a_place": (4300, 5800),
}


HELP = {
    "unsupported": "no cell shows this: correct it, or print it beside its words; where no cell can, a line with a reason in tests/numbers/",
    "unconfirmed": "its neighbours are shown as well, so a slip would pass: check it against the cells, then make numbers",
}


def to_mend(verdicts):
    return [f"{found.written}   in: {found.piece}\n    {HELP[verdict]}" for found, verdict in verdicts if verdict in HELP]


@each_chapter
def test_every_number_in_the_prose_is_shown_by_a_cell_or_was_confirmed(path):
    open_ones = to_mend(judged_chapter(executed(path).cells, recorded(title_of(path))))
    assert not open_ones, "\n".join([path.name, *open_ones])


PAGES = {page.stem: page for page in [ROOT / "README.md", *sorted((ROOT / "book").glob("*.md"))]}


@pytest.mark.parametrize("page", PAGES)
def test_the_numbers_of_the_other_pages_are_shown_by_a_chapter(page):
    facts = [fact for path in CHAPTERS for cell in executed(path).cells if cell.cell_type == "code" for fact in facts_of(cell)]
    open_ones = to_mend(judged([PAGES[page].read_text(encoding="utf-8")], facts, recorded(page)))
    assert not open_ones, "\n".join([PAGES[page].name, *open_ones])


@pytest.mark.parametrize("slug", [title_of(path) for path in CHAPTERS] + list(PAGES))
def test_no_confirmed_number_is_left_over(slug):
    texts = [PAGES[slug].read_text(encoding="utf-8")] if slug in PAGES else [
        cell.source for path in CHAPTERS if title_of(path) == slug for cell in read(path).cells if cell.cell_type == "markdown"
    ]
    here = {found.phrase for text in texts for found in numbers_in_prose(text)}
    gone = [phrase for phrase in recorded(slug) if phrase not in here]
    assert not gone, "\n".join([f"tests/numbers/{slug}.txt has lines that are no longer in the text: make numbers", *gone])


FACTS = facts_of_text("76 of 676 pairs never occur\nloss 2.1551\nspare 23.4%\n0.066 of all")


@pytest.mark.parametrize(
    "written, words, borne_out",
    [
        ("76", {"pair"}, True),
        ("76", {"name"}, False),      # the right number, beside other words
        ("77", {"pair"}, False),
        ("2.155", set(), True),       # rounded as written
        ("2.156", set(), False),
        ("2.15512", set(), False),    # more digits than the cell shows
        ("676", set(), True),
        ("23%", set(), True),
        ("24%", set(), False),
        ("7 %", set(), True),
    ],
)
def test_a_number_is_borne_out_by_what_is_shown_and_nothing_else(written, words, borne_out):
    assert is_borne_out(number_of(written), words, FACTS) == borne_out


IN_ORDER = [   # what stands between two numbers that belong together, and whether the first must be the larger one
    (r"[Ff]rom {n}\b[^.\d]*?\bdown to {n}", True),
    (r"[Ff]rom {n}\b[^.\d]*?\bup to {n}", False),
    (r"\b{n} of (?:the |these |all )?{n}", False),
]


def out_of_order(text):
    """Phrases such as "3 of 2" and "from 1 down to 2"."""
    found = []
    for pattern, falls in IN_ORDER:
        for match in re.finditer(pattern.format(n=r"(\d[\d,]*(?:\.\d+)?)"), text):
            first, second = (float(number.replace(",", "")) for number in match.groups())
            if first < second if falls else first > second:
                found.append(match[0])
    return found


@each_chapter
def test_two_numbers_in_one_phrase_stand_in_the_right_order(path):
    wrong = [phrase for cell in read(path).cells if cell.cell_type == "markdown" for phrase in out_of_order(cell.source)]
    assert not wrong, f"{path.name}: {wrong}"


def test_numbers_out_of_order_are_found():
    assert out_of_order("From 2.3 without it, down to 2.155; 388 of 1,000; 26 of the 60") == []
    assert len(out_of_order("From 2.155 without it, down to 2.3; 1,000 of 388")) == 2


def test_the_questions_of_the_opening_are_those_of_the_name():
    """Chapter 1 begins with a table: what the machine has read, and what it must guess."""
    opening = read(CHAPTERS[0]).cells[0].source
    rows = re.findall(r"^\| `(\S+)` \| `(\S)` \|$", opening, re.MULTILINE)
    name = rows[-1][0] + "."
    assert rows == [(name[:t], name[t]) for t in range(1, len(name))]


@each_chapter
def test_a_prediction_is_marked_so_that_the_page_folds_its_answer(path):
    plain = [
        found[0] for cell in read(path).cells if cell.cell_type == "markdown"
        for found in re.finditer(r"(?<!\*\*)\b(?:Predict:|Predict (?:what|which|the|before)\b).{0,40}", cell.source)
    ]
    assert not plain, f"{path.name}: write **Predict:** in bold, or the page shows the answer at once: {plain}"


def predictions(cells):
    """Each Markdown cell that says **Predict**, with the code cells that answer it: those up to the next Markdown."""
    for index, cell in enumerate(cells):
        if cell.cell_type == "markdown" and "**Predict" in cell.source:
            answers = []
            for below in cells[index + 1 :]:
                if below.cell_type == "markdown":
                    break
                answers.append(below)
            yield index, cell, answers


@each_chapter
def test_a_prediction_is_not_answered_before_or_in_the_cell_that_it_is_about(path):
    cells = executed(path).cells
    told = []
    for index, cell, answers in predictions(cells):
        asked = cell.source[cell.source.index("**Predict") :][:70].replace("\n", " ")
        if not answers:
            told.append(f"{asked}: no cell below it answers")
        for answer in answers:
            if re.search(r"^\s*assert\b", answer.source, re.MULTILINE):
                told.append(f"{asked}: an assert in the cell gives the answer away")
            if "description" in answer.metadata:
                told.append(f"{asked}: the cell's description gives the answer away")
        above = [fact for each in cells[:index] if each.cell_type == "code" for fact in facts_of(each)]
        prose_above = "\n\n".join(each.source for each in cells[: index + 1] if each.cell_type == "markdown")
        for answer in answers:
            for number, _ in facts_of(answer):
                if number.is_small or number.digits == 15 or any(agrees(fact, number) for fact, _ in above):
                    continue   # nothing new, or too common to be recognised
                told += [
                    f"{asked}: its answer {found.written} stands above: {found.piece}"
                    for found in numbers_in_prose(prose_above)
                    if not found.number.is_small and agrees(number, found.number)
                ]
    assert not told, f"{path.name}\n" + "\n".join(told)


@each_chapter
def test_the_time_it_states_is_that_of_the_rule(path):
    opening = read(path).cells[0].source
    stated = re.search(r"The chapter takes about (\d+) minutes, the exercises another (\d+)\.", opening)
    chapter, exercises = reading_minutes(read(path))
    assert stated, f"{path.name}: The chapter takes about {chapter} minutes, the exercises another {exercises}."
    assert [int(stated[1]), int(stated[2])] == [chapter, exercises], f"{path.name}: it takes {chapter} and {exercises} minutes by the rule"


@each_chapter
def test_it_is_no_longer_than_a_reader_can_take(path):
    markdown, shown = words_in(executed(path))
    most, most_with_outputs = WORDS.get(title_of(path), (4300, 6000))
    assert markdown <= most and markdown + shown <= most_with_outputs, f"{path.name}: {markdown} words, {markdown + shown} with outputs"


PICTURE = re.compile(r"\b(show_(?!map\b|ladder\b)\w+|Picture|draw_\w+)\(")


@each_chapter
def test_every_picture_has_a_numbered_caption_below_it(path):
    cells = executed(path).cells
    number, wrong = 0, []
    for cell, below in zip(cells, cells[1:], strict=False):
        if cell.cell_type != "code" or not any('class="gpt-picture"' in o.get("data", {}).get("text/html", "") for o in cell.outputs):
            continue
        number += 1
        if below.cell_type != "markdown" or not re.match(rf"\*Figure {number}\. [^*]+\.\*(\n\n|$)", below.source):
            wrong.append(f"figure {number} ({cell.source.splitlines()[-1][:60]}): want *Figure {number}. ... .* as the next paragraph, got {below.source[:60]!r}")
    assert not wrong, f"{path.name}\n" + "\n".join(wrong)
