"""The numbers of a text, and whether a chapter's cells bear them out: what tests/test_prose.py measures with."""

import re
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import NamedTuple

RECORDS = Path(__file__).parent / "numbers"

NUMBER = re.compile(r"(?<![\w.,])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:\s?%)?(?=(?:st|nd|rd|th)\b|(?!\w|\.\d))")
SMALL = 100   # a whole number below this is found somewhere by luck, so it must be shown beside a word that it has in the prose
LITERAL = re.compile(r"(?<![\w.])-?\d[\d_]*(?:\.\d+)?(?:e-?\d+)?")   # as code writes them
BESIDE = 6    # so many words before and after
COMMON = set("a an and are as at be but by each for from has have in is it its no not of on one or that the their them then there they this to too was we were what which with you".split())


@dataclass(frozen=True)
class Number:
    """A number as written: its value, how many digits stand behind the point, whether it is in per cent."""

    value: float
    digits: int
    is_percent: bool

    @property
    def is_small(self):
        return self.digits == 0 and not self.is_percent and abs(self.value) < SMALL


def number_of(text):
    plain = text.replace(",", "").replace("_", "").replace("−", "-")
    is_percent = plain.endswith("%")
    plain = plain.rstrip("% \u00a0")
    digits = 15 if "e" in plain else len(plain.partition(".")[2])
    return Number(float(plain), digits, is_percent)


def words_of(text):
    """The words and names of a text, in the singular and in small letters, without those that stand everywhere. -> set"""
    found = re.findall(r"[^\W\d_]+", text.lower())
    return {word.removesuffix("s") if len(word) > 3 else word for word in found} - COMMON


def prose_of(markdown):
    """The sentences and formulas of Markdown, without blocks of code, addresses, HTML, and the numbers that count headings or belong to a name.

    Further reading is left out: its numbers are years and sections of other people's texts.
    """
    text = re.sub(r"^## Further reading.*", " ", markdown, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^(```|~~~).*?^\1", " ", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^(?: {4}|\t).*$", " ", text, flags=re.MULTILINE)
    text = re.sub(r"\]\([^)]*\)", "] ", text)
    text = re.sub(r"<[^>]+>", " ", text)
    text = re.sub(r"^#+ \d+\.", " ", text, flags=re.MULTILINE)
    text = re.sub(r"^\s*\d+\. ", " ", text, flags=re.MULTILINE)
    text = re.sub(r"^\*Figure \d+|\bGPT-\d\b", " ", text, flags=re.MULTILINE)
    text = re.sub(r"^\*(?:Predict|Change|Complete|Build|Break) · .*?\*", " ", text, flags=re.MULTILINE)
    text = re.sub(r"[Tt]he (?:chapter|opener|page) takes about .*?\.", " ", text)
    return text.replace("{,}", ",").replace("\\,", " ")


def place_of(text, start):
    """Where a number stands: in inline "code", in a "formula" with a name in it such as $n + 1$, not $27^3$, or in the "text"."""
    for span in re.finditer(r"``.*?``|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", text, re.DOTALL):
        if span.start() <= start < span.end():
            if span[0].startswith("`"):
                return "code"
            return "formula" if re.search(r"(?<!\\)\b[a-zA-Z]\b", re.sub(r"\\[a-z]+", "", span[0])) else "text"
    return "text"


@dataclass(frozen=True)
class Found:
    """A number in the prose: where, as written, the words beside it, the phrase that it is known by, a longer piece of the text."""

    place: str
    number: Number
    written: str
    words: frozenset
    phrase: str
    piece: str


def numbers_in_prose(markdown):
    """Each number of the prose, in order; inline code is left out. -> list of Found"""
    text = prose_of(markdown)
    found = []
    for match in NUMBER.finditer(text):
        place = place_of(text, match.start())
        if place != "code":
            before, after = text[: match.start()].split()[-BESIDE:], text[match.end() :].split()[:BESIDE]
            phrase = " ".join([*before[-3:], f"[{match[0]}]", *after[:3]])
            piece = " ".join(text[max(0, match.start() - 60) : match.end() + 60].split())
            words = words_of(" ".join(before + after))
            found.append(Found(place, number_of(match[0]), match[0], frozenset(words), phrase, piece))
    return found


def shown_text(cell):
    """What a code cell shows, as text: printed lines, values, descriptions of pictures, words of tables and figures."""
    texts = []
    for output in cell.get("outputs", []):
        if "text" in output:
            texts.append(output["text"])
        page = output.get("data", {}).get("text/html", "")
        if page:
            texts += [unescape(label) for label in re.findall(r'aria-(?:label|valuetext)="([^"]*)"', page)]
            page = re.sub(r"<(script|style|svg).*?</\1>", " ", page, flags=re.DOTALL)
            page = re.sub(r"</(?:tr|p|li|div|figcaption)>", "\n", page)
            texts.append(unescape(re.sub(r"<[^>]+>", " ", page)))
        else:
            texts.append(output.get("data", {}).get("text/plain", ""))
    return "\n".join(texts)


class Fact(NamedTuple):
    """A number that is shown, the words beside it, and whether another run of the same code may show another number."""

    number: Number
    words: set
    by_the_clock: bool = False


def facts_of_text(text, head=frozenset(), pattern=NUMBER, by_the_clock=False):
    """The numbers that a text states, each with the words on its line and those of `head`. -> list of Fact"""
    return [
        Fact(number_of(number), words_of(line) | head, by_the_clock) for line in text.splitlines() for number in pattern.findall(line)
    ]


def facts_of(cell):
    """What a code cell shows, with the words on the same line and on its output's first one, and what its code sets."""
    shown = shown_text(cell)
    by_the_clock = "timing" in cell["metadata"].get("tags", [])
    return facts_of_text(shown, words_of(shown.partition("\n")[0]), by_the_clock=by_the_clock) + facts_of_text(cell["source"], pattern=LITERAL)


def own_facts(markdown):
    """The numbers in the code of a Markdown cell: what an exercise gives to its reader, and the code of its answer."""
    blocks = re.findall(r"^```(?:python)?\n(.*?)^```", markdown, re.DOTALL | re.MULTILINE)
    blocks += re.findall(r"(?:^ {4}.*\n)+", markdown, re.MULTILINE)
    facts = facts_of_text("\n".join(blocks), pattern=LITERAL)
    for line in markdown.splitlines():
        facts += [Fact(number_of(number), words_of(line)) for span in re.findall(r"`([^`]+)`", line) for number in LITERAL.findall(span)]
    return facts


def agrees(shown, number):
    """Whether what a cell shows is the prose's number: the same, or the same once rounded as in the prose."""
    value, other = abs(number.value), abs(shown.value)
    if number.is_percent and not shown.is_percent:
        other, enough = 100 * other, shown.digits >= 2
    else:
        enough = shown.is_percent == number.is_percent and shown.digits >= number.digits
    if number.digits == 0 and not number.is_percent:
        return enough and (other == value or (value >= SMALL and shown.digits > 0 and round(other) == value))
    return enough and abs(value - other) <= 0.5 * 10.0**-number.digits + 1e-9


def is_borne_out(number, words, facts):
    """Whether a fact is this number; a small whole number must share a word with the fact, too."""
    return any(agrees(fact.number, number) and (not number.is_small or words & fact.words) for fact in facts)


def is_certain(number, words, facts):
    """Whether the facts bear out this number and none of its neighbours, one more or less in the last digit.

    A neighbour that is a time would be another number tomorrow, so it says nothing.
    """
    step = 10.0**-number.digits
    near = [replace(number, value=number.value + sign * step) for sign in (1, -1)]
    steady = [fact for fact in facts if not fact.by_the_clock]
    return is_borne_out(number, words, facts) and not any(is_borne_out(other, words, steady) for other in near)


def recorded(slug):
    """The phrases whose numbers a person has confirmed, tests/numbers/<slug>.txt. -> dict: phrase -> reason, "" for none"""
    file = RECORDS / f"{slug}.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {phrase.rstrip(): reason.strip() for phrase, _, reason in (line.partition("  # ") for line in lines) if phrase.strip()}


def without_number(phrase):
    """A phrase by which a number is known, whatever the number."""
    return re.sub(r"\[[-−\d., %\u00a0]+\]", "[]", phrase)


def judged(texts, facts, known):
    """What the facts say of each number of some Markdown texts. -> list of (Found, verdict)

    verdict: "certain"; "confirmed" by a person; "unconfirmed": shown, but other numbers are shown beside the same words, too,
    so that a slip would pass, or it stands in a formula; "unsupported": no fact bears it out, and no reason is recorded
    """
    verdicts = []
    for text in texts:
        here = facts + own_facts(text)
        for found in numbers_in_prose(text):
            if is_certain(found.number, found.words, here):
                verdict = "certain"
            elif known.get(found.phrase):
                verdict = "confirmed"
            elif found.place == "text" and not is_borne_out(found.number, found.words, here):
                verdict = "unsupported"
            else:
                verdict = "confirmed" if found.phrase in known else "unconfirmed"
            verdicts.append((found, verdict))
    return verdicts


def judged_chapter(cells, known):
    """As `judged`, for the Markdown of a run chapter and what its code cells show."""
    facts = [fact for cell in cells if cell["cell_type"] == "code" for fact in facts_of(cell)]
    return judged([cell["source"] for cell in cells if cell["cell_type"] == "markdown"], facts, known)


def reading_minutes(notebook):
    """The times that a chapter states: its own at 120 words and 9 lines of code a minute, and the sum of its exercises'."""
    words = lines = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            words += len(cell.source.partition("## Exercises")[0].split())
            if "## Exercises" in cell.source:
                break
        else:
            lines += sum(bool(line.strip()) for line in cell.source.splitlines())
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    exercises = re.findall(r"^\*(?:Predict|Change|Complete|Build|Break) · .*?(\d+) minutes", text, re.MULTILINE)
    return 5 * max(1, round((words / 120 + lines / 9) / 5)), sum(map(int, exercises))


def words_in(notebook):
    """How many words of Markdown a run chapter has, and how many words its cells show. -> two ints"""
    markdown = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    shown = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            text = output.get("text") or re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", data.get("text/html", ""), flags=re.DOTALL)
            shown += len((text if text.strip() else data.get("text/plain", "")).split())
    return markdown, shown
