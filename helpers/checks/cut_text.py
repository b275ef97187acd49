"""Checks of the exercises of chapters/15_cut_text.ipynb."""

from helpers.bpe import encode_text, train_merges, vocabulary_of
from helpers.checks.verdicts import UnknownForm, call, exercise, number_of, result_of, right, wrong
from helpers.names import split_names

SPELLED = "banana bandana, naïve 🙂 banana"


@exercise
def in_which_order(tokens):
    if isinstance(tokens, str):
        tokens = tokens.replace("|", " ").split()
    tokens = [token.decode(errors="replace") if isinstance(token, bytes) else str(token) for token in tokens]
    if "".join(tokens) != "there":
        return wrong(f"Joined, the tokens must be `there` again, and yours are `{''.join(tokens)}`.")
    if tokens == ["t", "her", "e"]:
        return right("The merge found first goes first, and takes the h away from the t.")
    if tokens == ["th", "er", "e"]:
        return wrong("`th` was found last. When its turn comes, is there still a `t` beside an `h`?")
    if tokens == ["t", "h", "er", "e"]:
        return wrong("You stopped after one merge. Which pairs are there now?")
    if tokens == ["there"] or "the" in tokens:
        return wrong("No merge makes that token. Only three pairs are in the list.")
    return wrong("Begin with single letters, and do the merges in their order: first `e` with `r`, wherever they stand side by side.")


@exercise
def spell_a_token(spell):
    merges = train_merges([SPELLED], 40)
    vocabulary = vocabulary_of(merges)
    for token_id in (64, 0, 190, 256, len(vocabulary) - 1, *range(len(vocabulary))):
        got, want = result_of(spell, token_id, list(merges)), vocabulary[token_id]
        if isinstance(got, str):
            return wrong("You give text back, but a token can be a part of a letter, which is no text. Give bytes.")
        if isinstance(got, list | tuple | bytearray):
            got = bytes(got)
        if not isinstance(got, bytes):
            raise UnknownForm(f"want bytes, got {got!r}")
        if got == want:
            continue
        if token_id < 256:
            if got == bytes([token_id]):
                return wrong(f"The id of a byte is its place in `byte_order()`, not its value: {token_id} stands for {want!r}.")
            return wrong(f"Token {token_id} is a single byte, {want!r}, but yours is {got!r}.")
        first, second = merges[token_id - 256]
        if got == vocabulary[second] + vocabulary[first]:
            return wrong("The two halves have changed places.")
        return wrong(f"Token {token_id} is made of {first} and {second}: {want!r}, but yours is {got!r}. The two may be made of others, too.")
    return right("A merge is a small tree of merges, with bytes at its leaves.")


def _codes(text):
    return [ord(character) for character in text]


def _text(token_ids):
    return "".join(map(chr, token_ids))


FEW = list("Bacdenopsv ")   # an alphabet without ï, t and w


@exercise
def does_it_come_back(lost):
    texts = ["ada", "Bo", "two  spaces", "naïve", "", "Bo"]
    kinds = {
        "one that loses nothing": (_codes, _text, []),
        "one that makes small letters": (lambda text: _codes(text.lower()), _text, ["Bo", "Bo"]),
        "one that makes one space of two": (lambda text: _codes(" ".join(text.split())), _text, ["two  spaces"]),
        "one that stops at ï when it cuts": (lambda text: list(text.encode("ascii")), _text, ["naïve"]),
        "one that stops when it joins": (_codes, lambda ids: bytes(ids).decode("utf-8"), ["naïve"]),
        "one that has no id for t and for ï": (lambda text: [FEW.index(character) for character in text], lambda ids: "".join(FEW[i] for i in ids), ["two  spaces", "naïve"]),
    }
    for kind, (cut, join, want) in kinds.items():
        got = call(lost, cut, join, list(texts))
        if got is None or got is Ellipsis:
            got = result_of(lambda got=got: got)
        if isinstance(got, bool | int | str):
            raise UnknownForm(f"want a list of texts, got {got!r}")
        got = list(got)
        if got == want:
            continue
        if want and got == [text for text in texts if text not in want]:
            return wrong("Those are the texts that do come back. Give the others.")
        if got == list(dict.fromkeys(want)):
            return wrong("A text that stands twice in the list and is lost twice must stand twice in yours.")
        return wrong(f"With a tokenizer, {kind}, we want {want} of {texts}, and got {got}.")
    return right("Run it on every new tokenizer, with strange texts: it is the cheapest test there is.")


@exercise
def tokens_of_names(tokens_per_name, names):
    answer = number_of(tokens_per_name)
    training, held_out = split_names(names)
    merges = train_merges(training, 100)

    def mean(some, merges):   # a line break is a piece of its own, so all names are cut at once
        return (len(encode_text("\n".join(some), merges)) + 1) / len(some) - 1

    want = mean(held_out, merges)
    if abs(answer - want) < 0.006:
        return right("A hundred merges, and a name has two thirds as many tokens as letters." if want < 0.65 * mean(held_out, []) else "That is the mean.")
    if abs(answer - want * len(held_out)) < 0.5:
        return wrong("That is the sum. Divide by the number of held-out names.")
    if abs(answer - mean(held_out, [])) < 0.006:
        return wrong("Those are bytes. Find the merges first, with `train_merges`, and give them to `encode_text`.")
    if abs(answer - want - 2) < 0.006:
        return wrong("You counted a start and an end, too. Leave them out.")
    if abs(answer - mean(training, merges)) < 0.006:
        return wrong("Those are the training names, on which the merges were found. Cut the held-out ones.")
    return wrong("Find `100` merges in `training_names`, cut each of `held_out_names`, and take the mean of the lengths.")


@exercise
def who_pays(dearest, times_as_many, sentences, merges):
    needs = {language: len(encode_text(text, merges)) for language, text in sentences.items()}
    want = max(needs, key=needs.get)
    ratio = number_of(times_as_many)
    if not isinstance(dearest, str):
        raise UnknownForm(f"want the name of a language, got {dearest!r}")
    if dearest.strip().capitalize() != want:
        return wrong(f"Not {dearest}. Count: `len(encode_text(text, merges))` for each sentence.")
    if abs(ratio - needs[want] / needs["English"]) < 0.05:
        return right("The same question, and a context that is full so many times sooner.")
    if abs(ratio - needs[want]) < 0.05:
        return wrong("That is how many tokens it needs. Divide by those of the English sentence.")
    per_letter = (needs[want] / len(sentences[want])) / (needs["English"] / len(sentences["English"]))
    if abs(ratio - per_letter) < 0.05:
        return wrong("That is per letter. We ask for the whole sentence.")
    return wrong("The language is right. Divide its number of tokens by that of the English sentence.")
