"""Text to token ids and back.

Built in chapters/01_names_and_tokens.ipynb and chapters/11_let_it_write.ipynb (`encode_from`).
"""


def letters_of(names):
    """Every different character of `names`, sorted: its place there is its token id."""
    return sorted(set("".join(names)))


def encode(name, letters):
    """The token ids of `name`, between two BOS tokens.

    letters: the known characters; BOS is the id after the last one
    Gives a list of len(name) + 2 ints.
    Raises ValueError for a character that is not in `letters`.
    """
    bos = len(letters)
    token_ids = [bos]
    for character in name:
        if character not in letters:
            known = "".join(letters)
            raise ValueError(f"want letters from {known!r}, got {character!r} in {name!r}")
        token_ids.append(letters.index(character))
    return token_ids + [bos]


def decode(token_ids, letters):
    """The text that `token_ids` stand for. BOS stands for no letter and leaves no trace.

    Raises ValueError for an id that is neither a letter's nor BOS.
    """
    bos = len(letters)
    characters = []
    for token_id in token_ids:
        if not 0 <= token_id <= bos:
            raise ValueError(f"want token ids from 0 to {bos}, got {token_id}")
        if token_id != bos:
            characters.append(letters[token_id])
    return "".join(characters)


def encode_from(name, origin, letters, origins):
    """The token ids of `name`, with its origin's token in the place of the first BOS.

    origins: those that are known; their ids follow BOS, in this order
    Raises ValueError for an origin that is not in `origins`.
    """
    if origin not in origins:
        raise ValueError(f"want one of {', '.join(origins)}, got {origin!r}")
    return [len(letters) + 1 + origins.index(origin)] + encode(name, letters)[1:]
