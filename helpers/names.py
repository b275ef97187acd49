"""The names: the shipped list with its origins, a reader's own list, and one fixed split.

Not taught in a chapter. helpers/data/README.md says where the shipped names come from.
"""

import csv
import functools
import hashlib
import unicodedata
from pathlib import Path

NAMES_FILE = Path(__file__).parent / "data" / "names.csv"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


INSIDE_A_NAME = "-'’ "   # what a name may have besides letters


def load_rows():
    """The shipped rows as they stand: a list of (name, origin). A name stands once for each of its origins."""
    with NAMES_FILE.open(encoding="utf-8", newline="") as file:
        return [(row["name"], row["origin"]) for row in csv.DictReader(file)]


def load_names(path=None, origin=None, letters=None):
    """The different names, in the order of the file.

    path: a text file with one name per line, in any alphabet (capitals become small letters, a letter and its accent
        one character); None for the shipped names
    origin: keep only the shipped names of this origin, such as "italian"
    letters: the characters that a name of that file may have; None for every letter, hyphen, apostrophe and space
    Raises ValueError for a file that cannot be read, is empty or not UTF-8, for other characters, for an unknown origin.
    """
    if path is not None:
        if origin is not None:
            raise ValueError("want a path or an origin, got both: only the shipped names have origins")
        return _names_in(Path(path), letters)
    if letters is not None:
        raise ValueError("want letters along with a path, got letters alone: the shipped names are a to z")
    rows, origins = load_rows(), load_origins()
    if origin is not None and origin not in origins:
        raise ValueError(f"want one of the origins {', '.join(origins)}, got {origin!r}")
    return list(dict.fromkeys(name for name, row_origin in rows if origin in (None, row_origin)))


def load_origins():
    """The origins of the shipped names, in alphabetical order."""
    return sorted({origin for _, origin in load_rows()})


def _may_stand_in_a_name(character):
    return character in INSIDE_A_NAME or unicodedata.category(character)[0] in "LM"   # letters, and marks on them


def _names_in(path, letters):
    try:
        lines = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig")).splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"want a text file in UTF-8, got {path} with byte {error.start} that is not") from None
    except OSError as error:
        raise ValueError(
            f"want a text file with one name per line, got {path.absolute()}: {error.strerror}. "
            "A file that is named without a folder belongs beside the notebook"
        ) from None
    names = list(dict.fromkeys(filter(None, (unicodedata.normalize("NFC", line.strip().replace("İ", "i").lower()) for line in lines))))
    if not names:
        raise ValueError(f"want a text file with one name per line, got {path} without a single name")
    known = _may_stand_in_a_name if letters is None else unicodedata.normalize("NFC", "".join(letters)).__contains__
    unknown = {}   # character -> the first name that has it
    for name in names:
        for character in name:
            if not known(character):
                unknown.setdefault(character, name)
    if unknown:
        wanted = "letters, hyphens, apostrophes and spaces" if letters is None else f"the characters {''.join(letters)!r}"
        got = ", ".join(f"{character!r} in {name!r}" for character, name in sorted(unknown.items()))
        raise ValueError(f"want only {wanted} in {path}, got {got}")
    return names


@functools.cache
def _our_names():
    return frozenset(load_names())


def is_our_list(names):
    """Whether these are the shipped names, all of them: the ones that the numbers in the chapters speak of."""
    return frozenset(names) == _our_names()


def example_name(wanted, names):
    """`wanted` if the letters of `names` can spell it, else the first of `names` that has about its length."""
    if set(wanted) <= set("".join(names)):
        return wanted
    return min(names, key=lambda name: abs(len(name) - len(wanted)))


def split_names(names, held_out=0.1, salt=""):
    """Split into (train, held-out). Each name decides for itself, so the same name never stands on both sides.

    held_out: about this fraction of the names is held out; of two different names or more, at least one on each side
    salt: another salt splits another way, which lets you split the training names once more
    The side follows from a SHA-256 fingerprint of salt and name: the same on every machine, for every list.
    """
    place_of = {}   # as if drawn evenly from 0 to 1
    for name in names:
        fingerprint = hashlib.sha256((salt + name).encode()).digest()
        place_of[name] = int.from_bytes(fingerprint[:8], "big") / 2**64
    held = {name for name, place in place_of.items() if place < held_out}
    if len(place_of) > 1 and not held:
        held = {min(place_of, key=place_of.get)}
    elif len(place_of) > 1 and len(held) == len(place_of):
        held.remove(max(place_of, key=place_of.get))
    return [name for name in names if name not in held], [name for name in names if name in held]
