"""Exercise checks of chapters/01_names_and_tokens.ipynb."""

from collections.abc import Iterable

from helpers.checks.verdicts import UnknownForm, exercise, number_of, result_of, right, with_two_vocabularies, wrong
from helpers.names import load_names, split_names
from helpers.tokenizer import decode, encode


def _list_from(function, *arguments):
    """What the reader's function gives, as a list, whatever holds the items; a text is no list of texts."""
    result = result_of(function, *arguments)
    if isinstance(result, str | bytes) or not isinstance(result, Iterable):
        raise UnknownForm(f"want a list, got {result!r}")
    return result_of(list, result)   # the code of a generator runs only here


@exercise
def count_the_tokens(n_tokens, n_questions, n_in_stream):
    n_tokens, n_questions, n_in_stream = number_of(n_tokens), number_of(n_questions), number_of(n_in_stream)
    if n_tokens == 9:
        return wrong("9 is the number of letters. A name has a BOS at each end as well.")
    if n_tokens == 10:
        return wrong("10 tokens would be one BOS. A name has one at its start and one at its end.")
    if n_tokens != 11:
        return wrong(f"Count again: how many letters has alexander, and what stands at its ends? Not {n_tokens:g} tokens.")
    if n_questions == 11:
        return wrong("The tokens are right. But the last of the 11 tokens is only a target: nothing comes after it.")
    if n_questions == 9:
        return wrong("The tokens are right. But it is one question more than letters: the end must be guessed, too.")
    if n_questions != 10:
        return wrong(f"The tokens are right. Each of them but the last asks one question, so not {n_questions:g}.")
    if n_in_stream == 21:
        return wrong("The first two are right. But 21 ids would be two borders between neighbours. In the stream they share one.")
    if n_in_stream == 15:
        return wrong("The first two are right. But 15 is the number of letters. The borders are ids, too.")
    if n_in_stream in (16, 17, 18):
        return wrong("The first two are right. The stream has a border before the first name, after the last, and between neighbours.")
    if n_in_stream != 19:
        return wrong(f"The first two are right. Count letters and borders of the stream separately, then add: not {n_in_stream:g}.")
    return right("11 tokens, of which each but the last asks a question: 10. And 15 letters with 4 borders make 19 ids.")


@exercise
def let_the_accents_in(more_letters, bos, letters):
    more_letters, bos = list(more_letters), number_of(bos)
    missing = sorted(set(letters) - set(more_letters))
    if missing:
        return wrong(f"{missing[0]} is missing, so some of the old names cannot be written. Give `letters_of` the old names and the new ones.")
    missing = [character for character in "zoéanna-lena" if character not in more_letters]
    if missing:
        return wrong(f"Still missing: {' and '.join(dict.fromkeys(missing))}.")
    want = sorted({*letters, *"zoéanna-lena"})
    if more_letters != want:
        return wrong("Every character is there, but not once each in sorted order, as `letters_of` gives them.")
    if bos == len(letters) != len(want):
        return wrong(f"The letters are right. But id {bos:g} is now a letter's: BOS is the id after the last one.")
    if bos == len(want) - 1:
        return wrong("The letters are right. Ids start at 0, so the last letter has this one. BOS comes after it.")
    if bos != len(want):
        return wrong(f"The letters are right. BOS is the first id after these {len(want)} characters, so not {bos:g}.")
    return right(f"{len(want)} characters, so BOS is {len(want)}. And the hyphen moved every letter behind it: a model belongs to its vocabulary.")


@exercise
@with_two_vocabularies
def cut_a_stream_into_names(names_in, letters):
    bos = len(letters)
    emma, ana = encode("emma", letters)[1:-1], encode("ana", letters)[1:-1]
    cases = [
        ([bos, *emma, bos, *ana, bos], ["emma", "ana"]),
        ([bos, bos, *ana, bos], ["ana"]),
        ([bos, *emma, bos, letters.index("m")], ["emma"]),
        ([bos, *emma, bos, bos, bos, *ana, bos, *emma], ["emma", "ana"]),
        ([bos], []),
    ]
    for stream, want in cases:
        got = _list_from(names_in, list(stream), letters)
        if got == want:
            continue
        if "" in got:
            return wrong(f"For {stream} there is an empty name in {got}: two borders in a row hold nothing between them.")
        if got == ["".join(want)] and len(want) > 1:
            return wrong("All names run together into one: start a new name at each BOS.")
        if got[: len(want)] == want and len(got) == len(want) + 1:
            return wrong(f"For {stream} you count {got[-1]!r}, but no border has come after it: it is not finished.")
        if got == want[:-1]:
            return wrong(f"For {stream} the last finished name, {want[-1]!r}, is missing.")
        return wrong(f"For {stream}, which reads {decode(stream, letters)!r}, we want {want}, and you give {got}.")
    return right("A border ends a name, and what has no border after it is not a name yet.")


MERGES = [   # names, the tokens that they give, and what a slip gives instead: its first token that differs -> the hint
    (["xa", "yb", "za", "yc"], ["xa"], {}),
    (["xy", "ab"], ["xy"], {"ab": "Both pairs occur once. On a tie, the pair that you meet first wins."}),
    (["anna", "hanna", "nana"], ["na", "an", "anna"], {"nn": "These were the most frequent pairs before any was joined: after each join, count anew."}),
    (
        ["aaab", "aaab", "dab"], ["aa", "ab", "aaab"],
        {
            "ab": "Count as `zip` does: in `aaab`, the pair `aa` stands twice.",
            "aaa": "Join from left to right: `aaab` becomes `aa`, `a`, `b`.",
        },
    ),
]
FIRST_FIVE = ["an", "in", "ar", "en", "on"]   # of our names to learn from


@exercise
def merge_pairs_into_tokens(first_merges):
    for names, want, hints in MERGES:
        n_merges = len(want)
        got = [token if isinstance(token, str) else "".join(token) for token in _list_from(first_merges, list(names), n_merges)]
        if got == want:
            continue
        asked = f"`first_merges({names}, {n_merges})`"
        if len(got) != n_merges:
            return wrong(f"{asked} should give as many tokens as merges, and gives {got}.")
        strange = [token for token in got if not any(token in name for name in names)]
        if strange:
            return wrong(f"{asked}: {strange[0]!r} stands in no name. A pair never reaches over the end of a name, and BOS takes no part.")
        slip = next(token for token, wanted in zip(got, want, strict=True) if token != wanted)
        hint = hints.get(slip, "")
        if len(set(got)) < len(got):
            hint = f"{slip!r} is made twice: go on with the names in which it is joined."
        return wrong(f"{asked} should give {want}, and gives {got}. {hint}".strip())
    got = ["".join(token) for token in _list_from(first_merges, split_names(load_names())[0], 5)]
    if got != FIRST_FIVE:
        return wrong(f"Right for a few short names. But the first five for our names to learn from are {FIRST_FIVE}, and you give {got}.")
    return right(f"And the first five for our names to learn from are {', '.join(FIRST_FIVE)}.")
