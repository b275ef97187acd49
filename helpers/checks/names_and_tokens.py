"""Exercise checks of chapters/01_names_and_tokens.ipynb."""

from helpers.checks.verdicts import exercise, number_of, result_of, right, with_two_vocabularies, wrong
from helpers.names import load_names
from helpers.tokenizer import decode, encode, letters_of


@exercise
def count_the_tokens(n_tokens, n_questions):
    n_tokens, n_questions = number_of(n_tokens), number_of(n_questions)
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
    return right("11 tokens, and each but the last asks what comes next: 10 questions.")


@exercise
def let_the_accents_in(letters, bos):
    letters, bos = list(letters), number_of(bos)
    if len(letters) <= 4 or "q" not in letters:
        return wrong("These letters no longer spell all of our names. Give `letters_of` the old names and the new ones.")
    missing = [character for character in "é-" if character not in letters]
    if missing:
        return wrong(f"{' and '.join(missing)} still not in the vocabulary.")
    if letters != letters_of(load_names() + ["zoé", "anna-lena"]):
        return wrong("Every character is there, but not once each in sorted order, as `letters_of` gives them.")
    if bos == 26:
        return wrong("The vocabulary is right. But id 26 is now a letter's: BOS is the id after the last one.")
    if bos == len(letters) - 1:
        return wrong("The vocabulary is right. Ids start at 0, so the last letter has this one. BOS comes after it.")
    if bos != len(letters):
        return wrong(f"The vocabulary is right. BOS is the first id after its {len(letters)} characters, so not {bos:g}.")
    return right("28 characters, so BOS moved to 28. And the hyphen moved every letter: vocabulary and model belong together.")


@exercise
@with_two_vocabularies
def write_down_every_question(questions, letters):
    for name in ["al", "emma", "lena"]:
        token_ids = encode(name, letters)
        want = [(token_ids[:step], token_ids[step]) for step in range(1, len(token_ids))]
        got = [(list(read), target) for read, target in result_of(questions, name, letters)]
        if got == want:
            continue
        if got == want[:-1]:
            return wrong(f"For {name!r} the last question is missing: is the name over?")
        if got == want[1:]:
            return wrong(f"For {name!r} the first question is missing: what does a name begin with?")
        if got == [(read + [target], target) for read, target in want]:
            return wrong("The target is part of what was read. A machine that has read the answer learns nothing.")
        if got == [(read[-1:], target) for read, target in want]:
            return wrong("Right targets, but only the last id was read each time. Give all ids so far.")
        return wrong(f"For {name!r} we want {want}, and your function gives {got}.")
    return right("Every name of n letters asks n + 1 questions, and the text itself holds the answers.")


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
        got = list(result_of(names_in, stream, letters))
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
