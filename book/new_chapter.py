"""Write a new chapter that passes every test, to be filled with something worth reading: make chapter SLUG=... TITLE="..."

It writes chapters/NN_slug.ipynb, helpers/checks/slug.py and tests/wrong_answers/slug.py, adds the chapter to book/_toc.yml,
and links the chapter before it and the opener to it. README says what each part is for.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]

OPENING = """# {title}

What is the one question of this chapter? Ask it here, and show what the reader will have at the end.

**What you will learn**

- how to say in one line what the reader can do afterwards
- how to say it again for the next thing
- how to stop at five

**What you need:** [{before_title}]({before}). The chapter takes about 5 minutes, the exercises another 6."""

IMPORTS = """from helpers.checks import {slug} as check
from helpers.names import load_names
from helpers.plotting import show_bars, show_map
from helpers.tokenizer import encode, letters_of

show_map("data")"""

EARLIER = """From earlier chapters:

| name | what it does | built in |
| --- | --- | --- |
| `encode`, `letters_of` | letters to token ids | [Turn names into numbers](01_names_and_tokens.ipynb) |"""

SECTION = """## How does a section begin?

With a question. Then a tiny example, then the code. **Predict:** has the first name more tokens than the last one?"""

NAMES = """names = load_names()
letters = letters_of(names)
lengths = [len(encode(name, letters)) for name in (names[0], names[-1])]
print("tokens of the first and of the last name:", *lengths)"""

PICTURE = """show_bars(["first", "last"], lengths, x="name", y="tokens")"""

AFTER = """*Figure 1. How many tokens the first and the last name of the list have.*

Say what we see, and nothing that the cells do not show. Down to here the page folds the answer."""

ENDING = """## What we built

Name the definitions that `helpers` keeps from here on, and use them once.

## In practice

What real systems do otherwise, and why.

## Exercises

Each has a cell to fill in and a check that answers in a sentence."""

EXERCISE = """### {number}. Exercise {word}

*Predict · easy · 2 minutes.* How much is {word} and {word}?

<details><summary>Hint</summary>

Count on your fingers.

</details>"""

ANSWER = """<details><summary>Answer</summary>

```python
answer_{word} = {sum}
```

</details>"""

CHECKS = '''"""Checks of the exercises of chapters/{file}."""

from helpers.checks.verdicts import exercise, number_of, right, wrong


def adds_up(answer, number):
    if number_of(answer) == number + number:
        return right("That is the sum.")
    return wrong("Add the two numbers.")

'''
CHECK = '''
@exercise
def exercise_{word}(answer):
    return adds_up(answer, {number})

'''
WRONG = '''"""Typical wrong answers to the exercises of chapters/{file}: code, and words of the verdict that it must get."""

WRONG = {{
    "exercise_one": [("answer_one = 1", "Add the two numbers")],
    "exercise_two": [("answer_two = 2", "Add the two numbers")],
    "exercise_three": [("answer_three = 3", "Add the two numbers")],
}}
'''
READING = """## Further reading

- An author, [a title](https://example.org/): one reason to follow it."""


def write_notebook(file, slug, title, before, before_title):
    markdown, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [
        markdown(OPENING.format(title=title, before=before, before_title=before_title)),
        code(IMPORTS.format(slug=slug)),
        markdown(EARLIER),
        markdown(SECTION),
        code(NAMES),
        code(PICTURE),
        markdown(AFTER),
        markdown(ENDING),
    ]
    for number, word in enumerate(("one", "two", "three"), start=1):
        cells.append(markdown(EXERCISE.format(number=number, word=word)))
        cells.append(code(f"answer_{word} = None\n\ncheck.exercise_{word}(answer_{word})"))
        cells.append(markdown(ANSWER.format(word=word, sum=2 * number)))
    cells.append(markdown(READING))
    for number, cell in enumerate(cells):
        cell["id"] = f"{slug[:8]}-{number}".replace("_", "-")
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), file)


def link_from(before, file, title):
    """Let the chapter before end with the way to this one."""
    notebook = nbformat.read(before, as_version=4)
    last = notebook.cells[-1]
    last.source = re.sub(r"\n\n\*\*Next:\*\* .*$", "", last.source) + f"\n\n**Next:** [{title}]({file})."
    nbformat.write(notebook, before)


def link_from_opener(opener, before, file, title):
    """Let the opener, which leads to every chapter, name this one after the one before. -> whether it named that one"""
    notebook = nbformat.read(opener, as_version=4)
    for cell in reversed(notebook.cells):
        link = rf"\({re.escape(before)}\)[^.]*\."
        cell.source, found = re.subn(link, lambda match: f"{match[0]} Then comes [{title}]({file}).", cell.source, count=1)
        if found:
            nbformat.write(notebook, opener)
            return True
    return False


def main():
    parser = argparse.ArgumentParser(description="Write a new chapter that passes every test.")
    parser.add_argument("slug", help="small letters and underscores, such as let_it_write")
    parser.add_argument("title", help="with a verb, such as 'Let it write'")
    arguments = parser.parse_args()
    slug, title = arguments.slug, arguments.title.strip()
    if not re.fullmatch(r"[a-z][a-z_]+", slug) or not title:
        sys.exit(f"want a slug of small letters and underscores and a title, got {slug!r} and {title!r}")
    chapters = sorted((ROOT / "chapters").glob("[0-9][0-9]_*.ipynb"))
    if slug in [chapter.stem[3:] for chapter in chapters]:
        sys.exit(f"want a new slug, got {slug!r}, which is a chapter already")
    before = chapters[-1]
    file = f"{int(before.name[:2]) + 1:02}_{slug}.ipynb"
    before_title = nbformat.read(before, as_version=4).cells[0].source.splitlines()[0].removeprefix("# ")
    write_notebook(ROOT / "chapters" / file, slug, title, before.name, before_title)
    link_from(before, file, title)
    opener = chapters[0]
    is_linked = link_from_opener(opener, before.name, file, title)
    checks = CHECKS.format(file=file) + "".join(CHECK.format(word=word, number=number) for number, word in enumerate(("one", "two", "three"), 1))
    (ROOT / f"helpers/checks/{slug}.py").write_text(checks.rstrip() + "\n", encoding="utf-8")
    (ROOT / f"tests/wrong_answers/{slug}.py").write_text(WRONG.format(file=file), encoding="utf-8")
    toc = ROOT / "book/_toc.yml"
    line = f"      - file: chapters/{before.stem}\n"
    toc.write_text(toc.read_text(encoding="utf-8").replace(line, f"{line}      - file: chapters/{file.removesuffix('.ipynb')}\n"), encoding="utf-8")
    print(f"Wrote chapters/{file}, helpers/checks/{slug}.py and tests/wrong_answers/{slug}.py, and added the chapter to book/_toc.yml.")
    print(f"chapters/{before.name} ends with a link to it" + (f", and chapters/{opener.name} has one: read how both fit." if is_linked else "."))
    print(f"Next: make check CHAPTER={slug}")


if __name__ == "__main__":
    main()
