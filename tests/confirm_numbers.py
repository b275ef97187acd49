"""Confirm the numbers of the prose that no cell can bear out beyond doubt: make numbers.

A number is certain if the chapter's cells show it, beside its words if it is small, and show none of its neighbours there.
The others, and those in formulas, are written to tests/numbers/, a line each, once a person has compared them with the cells: this command prints
what is new, so read that. A number that no cell shows at all is not written: such a line needs a reason, by hand, after "  # ", and stays as long as its words do.
"""

from notebooks import NOTEBOOKS, ROOT, executed, title_of
from prose import RECORDS, facts_of, judged, recorded


def confirm(slug, texts, facts):
    known = recorded(slug)
    verdicts = judged(texts, facts, known)
    kept = {found.phrase: known.get(found.phrase, "") for found, verdict in verdicts if verdict in ("confirmed", "unconfirmed") or known.get(found.phrase)}
    for phrase in [phrase for phrase in kept if phrase not in known]:
        print(f"{slug}: confirmed  {phrase}")
    for phrase in [phrase for phrase in known if phrase not in kept]:
        print(f"{slug}: taken out  {phrase}")
    for found, verdict in verdicts:
        if verdict == "unsupported":
            print(f"{slug}: NO CELL SHOWS  {found.phrase}")
    lines = [f"{phrase}  # {reason}" if reason else phrase for phrase, reason in kept.items()]
    RECORDS.mkdir(exist_ok=True)
    if lines:
        (RECORDS / f"{slug}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        (RECORDS / f"{slug}.txt").unlink(missing_ok=True)


def main():
    everything = []
    for path in NOTEBOOKS:
        cells = executed(path).cells
        facts = [fact for cell in cells if cell.cell_type == "code" for fact in facts_of(cell)]
        confirm(title_of(path), [cell.source for cell in cells if cell.cell_type == "markdown"], facts)
        everything += facts
    for page in [ROOT / "README.md", *sorted((ROOT / "book").glob("*.md"))]:
        confirm(page.stem, [page.read_text(encoding="utf-8")], everything)


if __name__ == "__main__":
    main()
