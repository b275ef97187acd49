"""Typical wrong answers to the exercises of chapters/01_names_and_tokens.ipynb."""

STREAM_LOOP = """
def names_in(stream, letters):
    found, collected = [], ""
    for token_id in stream:
        if token_id == {bos}:
            {at_border}
            collected = ""
        else:
            collected += letters[token_id]
    {at_end}
    return found
"""
SOUND = {"bos": "len(letters)", "at_border": "found += [collected] if collected else []", "at_end": "pass"}


def a_loop(**changes):
    return STREAM_LOOP.format(**(SOUND | changes))


WRONG = {
    "count_the_tokens": [
        ("n_tokens, n_questions_asked = '11', '10'", "does not know: str and str"),
        ("n_tokens, n_questions_asked = 9, 9", "number of letters"),
        ("n_tokens, n_questions_asked = 10, 9", "one at its end"),
        ("n_tokens, n_questions_asked = 11, 11", "only a target"),
        ("n_tokens, n_questions_asked = 11, 9", "the end must be guessed"),
        ("n_tokens, n_questions_asked = 12, 11", "Count again"),
    ],
    "let_the_accents_in": [
        ("more_letters, new_bos = letters, 26", "still not in the vocabulary"),
        ("more_letters = letters_of(['zoé', 'anna-lena']); new_bos = len(more_letters)", "no longer spell"),
        ("more_letters = letters + ['é', '-']; new_bos = 28", "sorted order"),
        ("more_letters = letters_of(names + ['zoé', 'anna-lena']); new_bos = 26", "now a letter's"),
        ("more_letters = letters_of(names + ['zoé', 'anna-lena']); new_bos = 27", "Ids start at 0"),
    ],
    "write_down_every_question": [
        (
            "def questions(name, letters):\n    ids = encode(name, letters)\n"
            "    return [(ids[:step], ids[step]) for step in range(1, len(ids) - 1)]",
            "last question is missing",
        ),
        (
            "def questions(name, letters):\n    ids = encode(name, letters)\n"
            "    return [(ids[:step], ids[step]) for step in range(2, len(ids))]",
            "first question is missing",
        ),
        (
            "def questions(name, letters):\n    ids = encode(name, letters)\n"
            "    return [(ids[:step + 1], ids[step]) for step in range(1, len(ids))]",
            "has read the answer",
        ),
        (
            "def questions(name, letters):\n    ids = encode(name, letters)\n"
            "    return [([this], following) for this, following in zip(ids, ids[1:])]",
            "only the last id",
        ),
        ("def questions(name, letters):\n    return [([0], 0)]", "and your function gives"),
        ("def questions(name, letters):\n    print(name)", "gives back None"),
        ("def questions(name):\n    return []", "stopped with TypeError"),
        (
            "def questions(name, letters):\n    ids = [26] + [letters.index(character) for character in name] + [26]\n"
            "    return [(ids[:step], ids[step]) for step in range(1, len(ids))]",
            "only when there are 26 letters",
        ),
    ],
    "cut_a_stream_into_names": [
        (a_loop(at_border="found.append(collected)"), "empty name"),
        (a_loop(at_end="found += [collected] if collected else []"), "not finished"),
        ("def names_in(stream, letters):\n    return [decode(stream, letters)]", "run together"),
        (a_loop(at_end="found = found[:-1]"), "is missing"),
        ("def names_in(stream, letters):\n    return ['bo']", "we want"),
        (a_loop(bos="26"), "only when there are 26 letters"),
    ],
}
