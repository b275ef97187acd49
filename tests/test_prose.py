"""What a chapter says in words and numbers is what its cells show; a prediction is asked before it is answered."""

import math
import re

import numpy as np
import pytest

import confirm_numbers
import prose
from helpers.sampling import keep_top_p
from notebooks import CHAPTERS, NOTEBOOKS, OPENER, REFRESHER, ROOT, executed, read, title_of
from prose import (
    agrees,
    facts_of,
    facts_of_text,
    is_borne_out,
    is_certain,
    judged,
    judged_chapter,
    number_of,
    numbers_in_prose,
    reading_minutes,
    recorded,
    shown_text,
    without_number,
    words_in,
)

each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=title_of)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=title_of)
WORDS = {   # most words of Markdown, and most with what the cells print
    "names_and_tokens": (3200, 4000),
    "guess_by_counting": (4200, 5500),
    "find_the_knob": (4200, 5500),
    "nudge_the_knobs": (4300, 6000),
    "whole_arrays": (3600, 5500),
    "look_back": (4700, 6200),
    "obey": (4600, 6000),
    "every_letter_a_place": (4400, 5800),
    "look_inside": (4800, 6400),
    "let_it_write": (4300, 6400),
}


SLIPS = {   # the worst first: what is wrong with a number, and how many of such are shown
    "unsupported": ("no cell shows: correct it, or print it beside its words; where no cell can, a line with a reason in tests/numbers/", 20),
    "changed": ("was another number when it was confirmed: check it against the cells, then make numbers", 20),
    "unconfirmed": ("stands in a formula, or beside words where its neighbours are shown, too, so a slip would pass: check it, then make numbers, which names them all", 3),
}


def to_mend(verdicts, known):
    """A report on the numbers that are not borne out, likely slips first. -> text, "" if there are none"""
    before = {without_number(phrase) for phrase in known}
    kinds = {kind: [] for kind in SLIPS}
    for found, verdict in verdicts:
        if verdict == "unconfirmed" and without_number(found.phrase) in before:
            verdict = "changed"
        if verdict in kinds:
            kinds[verdict].append(f"  {found.written}   in: {found.piece}")
    report = []
    for kind, (what, most) in SLIPS.items():
        if kinds[kind]:
            more = len(kinds[kind]) - most
            report += [f"A number that {what}", *kinds[kind][:most], *([f"  and {more} more like these"] if more > 0 else [])]
    return "\n".join(report)


@each_notebook
def test_every_number_in_the_prose_is_shown_by_a_cell_or_was_confirmed(path):
    known = recorded(title_of(path))
    if report := to_mend(judged_chapter(executed(path).cells, known), known):
        pytest.fail(f"{path.name}\n{report}", pytrace=False)


PAGES = {page.stem: page for page in [ROOT / "README.md", *sorted((ROOT / "book").glob("*.md"))]}


@pytest.mark.parametrize("page", PAGES)
def test_the_numbers_of_the_other_pages_are_shown_by_a_chapter(page):
    facts = [fact for path in NOTEBOOKS for cell in executed(path).cells if cell.cell_type == "code" for fact in facts_of(cell)]
    known = recorded(page)
    if report := to_mend(judged([PAGES[page].read_text(encoding="utf-8")], facts, known), known):
        pytest.fail(f"{PAGES[page].name}\n{report}", pytrace=False)


def test_a_slip_is_named_first_and_of_the_rest_a_few():
    text = "The loss ends at 2.999. We draw 7 names. " + "".join(f"In all {n} pairs are left over. " for n in range(1, 6))
    facts = facts_of_text("".join(f"draw {n} names, {n} pairs\n" for n in range(1, 10)))
    known = {"2.999. We draw [6] names. In all": ""}
    told = to_mend(judged([text], facts, known), known).splitlines()
    assert [line.split("   in:")[0] for line in told if line.startswith("  ")] == ["  2.999", "  7", "  1", "  2", "  3", "  and 2 more like these"]
    assert [line.split()[4] for line in told if line.startswith("A number that")] == ["cell", "another", "in"]
    assert to_mend(judged(["The loss ends well."], facts, known), known) == ""


def test_make_numbers_keeps_a_line_with_a_reason_and_says_what_it_takes_out(tmp_path, monkeypatch, capsys):
    for module in (prose, confirm_numbers):
        monkeypatch.setattr(module, "RECORDS", tmp_path)
    text = "The lines of code fit in 94 columns."
    (found,) = numbers_in_prose(text)
    (tmp_path / "page.txt").write_text(f"{found.phrase}  # held elsewhere\nare left [3] of them\n")
    confirm_numbers.confirm("page", [text], facts_of_text("lines of code fit in 94 columns"))
    assert (tmp_path / "page.txt").read_text() == f"{found.phrase}  # held elsewhere\n"
    assert capsys.readouterr().out == "page: taken out  are left [3] of them\n"


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("a probability of 1/27, every 300th name", ["1", "27", "300"]),
        ("$n + 1$ and $p = 1 / x^2$ and $27^3$", ["1", "1", "2", "27", "3"]),
        ("as in Figure 2, and exercise 3 asks", ["2", "3"]),
        ("*Figure 2. The loss.*\n\n### 3. Build\n\n1. Line up\n\n`x + 1` in GPT-2, [text](a/4.html)", []),
    ],
)
def test_every_number_that_says_something_is_found(text, numbers):
    assert [found.written for found in numbers_in_prose(text)] == numbers


@pytest.mark.parametrize("slug", [title_of(path) for path in NOTEBOOKS] + list(PAGES))
def test_no_confirmed_number_is_left_over(slug):
    texts = [PAGES[slug].read_text(encoding="utf-8")] if slug in PAGES else [
        cell.source for path in NOTEBOOKS if title_of(path) == slug for cell in read(path).cells if cell.cell_type == "markdown"
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


def test_a_time_that_happens_to_be_near_leaves_a_number_certain():
    number, facts = number_of("200"), facts_of_text("200 steps")
    assert is_certain(number, set(), facts + facts_of_text("201 ms", by_the_clock=True))
    assert not is_certain(number, set(), facts + facts_of_text("201 ms"))


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


@each_notebook
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


SUM = re.compile(r"(?<![\w.·+] )(?<![\w.·+])(\d[\d.]*(?: ?[·+] ?\d[\d.]*)+) = ([\d,.]*\d)")


def wrong_sums(text):
    """Sums and products such as 1·2 + 3·4 = 15, in the text or in inline code."""
    found = []
    for left, right in SUM.findall(text):
        value = sum(math.prod(map(float, term.split("·"))) for term in left.split("+"))
        if not math.isclose(value, float(right.replace(",", "")), rel_tol=1e-3):
            found.append(f"{left} = {right}")
    return found


@each_notebook
def test_the_sums_in_the_text_are_right(path):
    assert not [each for cell in read(path).cells if cell.cell_type == "markdown" for each in wrong_sums(cell.source)]


def test_a_wrong_sum_is_found():
    assert wrong_sums("`1·1 + 2·0 + 3·2 = 7`, 27 · 27 · 27 = 19,683, and 0.5 + 0.25 = 0.75.") == []
    assert wrong_sums("`1·1 + 2·0 + 3·2 = 8`; 2 + 2 = 5") == ["1·1 + 2·0 + 3·2 = 8", "2 + 2 = 5"]


def test_the_rules_of_the_refresher_s_table_are_slopes():
    """Each function, nudged, against what stands beside it."""
    def value(written, x):
        for old, new in (("−", "-"), ("²", "**2"), ("eˣ", "exp(x)"), ("ln x", "log(x)")):
            written = written.replace(old, new)
        return eval(re.sub(r"(\d)x", r"\1*x", written.partition(",")[0]), {"x": x, "exp": math.exp, "log": math.log})

    table, = (part for cell in read(REFRESHER).cells for part in cell.source.split("\n\n") if part.startswith("| function | its slope"))
    rows = [[text.strip() for text in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert len(rows) == 5
    for function, slope in rows:
        for x in (0.5, 3.0):
            nudged = (value(function, x + 1e-6) - value(function, x - 1e-6)) / 2e-6
            assert value(slope, x) == pytest.approx(nudged, abs=1e-6), f"{function} has the slope {nudged:.3f} at {x}, not {slope}"


def cells_of(slug):
    path, = (path for path in NOTEBOOKS if title_of(path) == slug)
    return executed(path).cells


def told_by(slug, pattern):
    """What a sentence of a chapter says, and what the code cell above it shows and is. -> groups, text, source"""
    cells = cells_of(slug)
    (groups, above), = (
        (match.groups(), [cell for cell in cells[:index] if cell.cell_type == "code"])
        for index, cell in enumerate(cells) if cell.cell_type == "markdown" and (match := re.search(pattern, cell.source, re.DOTALL))
    )
    return groups, shown_text(above[-1]) if above else "", "\n".join(cell.source for cell in above)


def by_chance(source, n):
    """The order in which a cell's own seed deals n things."""
    seed, = re.findall(rf"default_rng\((\d+)\)\.permutation\({n}\)", source)
    return np.random.default_rng(int(seed)).permutation(n).tolist()


def test_which_writer_wrote_which_line_is_told_as_it_is():
    lines, _, source = told_by("let_it_write", r"The (\w+) line was right\. In the (\w+) the place is stuck at 0.*? The (\w+) is one place too far")
    tables = re.findall(r'"([^"]+)": ', source[source.index("tables = {") : source.index("readers = ")])
    assert tables == ["right", "stuck at 0", "one too far"]
    order = by_chance(source, 3)
    assert [["first", "second", "third"].index(line) for line in lines] == [order.index(number) for number in range(3)]


def test_which_map_is_of_the_shuffled_model_is_told_as_it_is():
    (shuffled, other), _, source = told_by("look_inside", r"(\w) is the shuffled one\. It looks nearly as decided as (\w)")
    assert "models = [params, shuffled(params, 0)]" in source
    assert dict(zip(by_chance(source, 2), "AB")) == {0: other, 1: shuffled}


def test_the_origins_that_surprise_least_and_most_are_those_of_the_picture():
    named, shown, _ = told_by("look_inside", r"(\w+) and (\w+) names surprise it least, (\w+) and (\w+) ones most")
    lowest, highest = (re.findall(r"(\w+) \(\d", part)[:2] for part in re.search(r"GPT: lowest (.*?); highest (.*?)\.\s", shown).groups())
    assert [name.lower() for name in named] == lowest + highest


def test_the_names_of_the_opening_are_those_that_are_written_for_their_origins():
    (*origins, first, second), *_ = told_by("let_it_write", r"Asked for (\w+), then for (\w+) names, it writes:\n\n`(.+?)`\n\n`(.+?)`")
    lines = {" ".join(line.split()) for cell in cells_of("let_it_write") if cell.cell_type == "code" for line in shown_text(cell).splitlines()}
    assert {f"{origin.lower()} {names}" for origin, names in zip(origins, (first, second), strict=True)} <= lines


def test_the_temperatures_that_the_opener_asks_for_are_those_that_it_shows():
    cells = cells_of(title_of(OPENER))
    (text, answer), = ((cell.source, answers[0].source) for _, cell, answers in predictions(cells) if "at a temperature of" in cell.source)
    asked = re.findall(r"`([\d.]+)`", text)
    used = re.search(r"for temperature in \[(.*)\]", answer)[1].split(", ")
    assert sorted(map(float, asked)) == sorted(map(float, used))


def numbers_in_code(text):
    return [float(number) for number in re.findall(r"`([\d.]+)`", text)]


def test_the_darts_and_the_cut_by_pencil_come_out_as_told():
    """Numbers that stand in sentences as inline code, against the chapter's functions."""
    (stretches, ends, dart, before), *_ = told_by("let_it_write", r"one stretch after the other: (.*?) end at (.*?)\. Throw a dart .*? At (.*?) it hits the second stretch, since (\w+) stretch")
    assert np.cumsum(numbers_in_code(stretches)) == pytest.approx(numbers_in_code(ends))
    dart, = numbers_in_code(dart)
    assert before == "one" and np.searchsorted(numbers_in_code(ends), dart, side="right") == 1
    (row, p, so_far), *_ = told_by("let_it_write", r"By pencil, with probabilities (.*?) and \$p = ([\d.]+)\$: (before the first.*?), which is enough\. Two stay\.")
    row, p = numbers_in_code(row), float(p)
    assert np.isfinite(keep_top_p(np.log(row), p)).sum() == 2 and sum(row) == pytest.approx(1)
    assert numbers_in_code(so_far) == pytest.approx(np.cumsum(row)[:2]) and numbers_in_code(so_far)[0] < p <= numbers_in_code(so_far)[1]


@each_notebook
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


@each_notebook
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
            for number, *_ in facts_of(answer):
                if number.is_small or number.digits == 15 or any(agrees(fact.number, number) for fact in above):
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


@pytest.mark.parametrize("path", [OPENER, REFRESHER], ids=title_of)
def test_the_time_of_opener_and_refresher_is_that_of_the_rule(path):
    stated = re.findall(r"takes about (\d+) minutes\.", read(path).cells[0].source)
    assert [int(minutes) for minutes in stated] == [reading_minutes(read(path))[0]], path.name


@each_notebook
def test_it_is_no_longer_than_a_reader_can_take(path):
    markdown, shown = words_in(executed(path))
    most, most_with_outputs = WORDS.get(title_of(path), (4300, 6000))
    assert markdown <= most and markdown + shown <= most_with_outputs, f"{path.name}: {markdown} words, {markdown + shown} with outputs"


PICTURE = re.compile(r"\b(show_(?!map\b|ladder\b)\w+|Picture|draw_\w+)\(")


@each_notebook
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
