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


MERGE_LOOP = """
from collections import Counter
def first_merges(names, n_merges):
    {pieces}
    made = []
    for _ in range(n_merges):
        counts = Counter()
        for parts in cut:
            {count}
        left, right = {best}
        made.append(left + right)
        for place, parts in enumerate(cut):
            joined, i = [], 0
            while i < len(parts):
                if parts[i : i + 2] == [left, right]:
                    joined.append(left + right)
                    i += 2
                else:
                    joined.append(parts[i])
                    i += 1
            {keep}
    return {result}
"""
SOUND_MERGE = {
    "pieces": "cut = [list(name) for name in names]",
    "count": "counts.update(zip(parts, parts[1:]))",
    "best": "counts.most_common(1)[0][0]",
    "keep": "cut[place] = joined",
    "result": "made",
}


def merges(**changes):
    return MERGE_LOOP.format(**(SOUND_MERGE | changes))


WRONG = {
    "count_the_tokens": [
        ("n_tokens, n_questions_asked, n_in_stream = '11', '10', '19'", "does not know: str and str"),
        ("n_tokens, n_questions_asked, n_in_stream = 9, 9, 19", "number of letters"),
        ("n_tokens, n_questions_asked, n_in_stream = 10, 9, 19", "one at its end"),
        ("n_tokens, n_questions_asked, n_in_stream = 11, 11, 19", "only a target"),
        ("n_tokens, n_questions_asked, n_in_stream = 11, 9, 19", "the end must be guessed"),
        ("n_tokens, n_questions_asked, n_in_stream = 12, 11, 19", "Count again"),
        ("n_tokens, n_questions_asked, n_in_stream = 11, 10, 21", "share one"),
        ("n_tokens, n_questions_asked, n_in_stream = 11, 10, 15", "number of letters"),
        ("n_tokens, n_questions_asked, n_in_stream = 11, 10, 17", "before the first name"),
        ("n_tokens, n_questions_asked, n_in_stream = 11, 10, 33", "not 33"),
    ],
    "let_the_accents_in": [
        ("more_letters, new_bos = letters, 26", "Still missing: é and -"),
        ("more_letters = letters_of(['zoé', 'anna-lena']); new_bos = len(more_letters)", "b is missing"),
        ("more_letters = letters + ['é', '-']; new_bos = 28", "sorted order"),
        ("more_letters = letters_of(names + ['zoé', 'anna-lena']); new_bos = 26", "now a letter's"),
        ("more_letters = letters_of(names + ['zoé', 'anna-lena']); new_bos = 27", "Ids start at 0"),
        ("more_letters = letters_of(names + ['zoé', 'anna-lena']); new_bos = 29", "after these 28 characters"),
    ],
    "cut_a_stream_into_names": [
        (a_loop(at_border="found.append(collected)"), "empty name"),
        (a_loop(at_end="found += [collected] if collected else []"), "not finished"),
        ("def names_in(stream, letters):\n    return [decode(stream, letters)]", "run together"),
        (a_loop(at_end="found = found[:-1]"), "is missing"),
        ("def names_in(stream, letters):\n    return ['bo']", "we want"),
        (a_loop(bos="26"), "only when there are 26 letters"),
        ("def names_in(stream, letters):\n    print(stream)", "gives back None"),
        ("def names_in(stream):\n    return []", "stopped with TypeError"),
        ("def names_in(stream, letters):\n    return 'emma'", "want a list, got 'emma'"),
        ("def names_in(stream, letters):\n    yield letters[99]", "stopped with IndexError"),
    ],
    "merge_pairs_into_tokens": [
        (merges(keep="pass"), "'na' is made twice"),
        (
            "from collections import Counter\ndef first_merges(names, n_merges):\n"
            "    counts = Counter(a + b for name in names for a, b in zip(name, name[1:]))\n"
            "    return [pair for pair, _ in counts.most_common(n_merges)]",
            "after each join, count anew",
        ),
        (merges(pieces='cut = [["."] + list(name) + ["."] for name in names]'), "BOS takes no part"),
        (merges(pieces="cut = [list(''.join(names))]"), "over the end of a name"),
        (merges(count="counts.update(set(zip(parts, parts[1:])))", best="max(counts, key=counts.get)"), "should give"),
        (merges(best="max(sorted(counts), key=counts.get)"), "meet first wins"),
        (merges(count="counts.update({p: ''.join(parts).count(''.join(p)) for p in zip(parts, parts[1:])})"), "the pair `aa` stands twice"),
        (merges(result="made[:-1]"), "as many tokens as merges"),
        (merges(result="'an'"), "want a list, got 'an'"),
        ("def first_merges(names, n_merges):\n    print(names)", "gives back None"),
    ],
}
