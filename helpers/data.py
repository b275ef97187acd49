"""The names: the shipped list with its origins, a reader's own list, and one fixed split.

Not taught in a chapter. helpers/data/README.md says where the shipped names come from.
"""

import csv
import hashlib
from pathlib import Path

NAMES_FILE = Path(__file__).parent / "data" / "names.csv"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def load_rows():
    """The shipped rows as they stand: a list of (name, origin). A name stands once for each of its origins."""
    with NAMES_FILE.open(encoding="utf-8", newline="") as file:
        return [(row["name"], row["origin"]) for row in csv.DictReader(file)]


def load_names(path=None, origin=None, letters=LETTERS):
    """The different names, in the order of the file.

    path: a text file with one name per line (capitals become small letters); None for the shipped names
    origin: keep only the shipped names of this origin, such as "italian"
    letters: the characters a name of that file may have
    Raises ValueError for a file that cannot be read, is empty or not UTF-8, for other characters, for an unknown origin.
    """
    if path is not None:
        if origin is not None:
            raise ValueError("want a path or an origin, got both: only the shipped names have origins")
        return _names_in(Path(path), letters)
    if letters != LETTERS:
        raise ValueError("want letters along with a path, got letters alone: the shipped names are a to z")
    rows = load_rows()
    origins = sorted({row_origin for _, row_origin in rows})
    if origin is not None and origin not in origins:
        raise ValueError(f"want one of the origins {', '.join(origins)}, got {origin!r}")
    return list(dict.fromkeys(name for name, row_origin in rows if origin in (None, row_origin)))


def _names_in(path, letters):
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"want a text file in UTF-8, got {path} with byte {error.start} that is not") from None
    except OSError as error:
        raise ValueError(f"want a text file with one name per line, got {path}: {error.strerror}") from None
    names = []
    for number, line in enumerate(lines, start=1):
        name = line.strip().lower()
        for character in name:
            if character not in letters:
                raise ValueError(
                    f"want only the characters {letters!r}, got {character!r} in {name!r}, line {number} of {path} "
                    "(to allow it, add it to `letters`)"
                )
        if name:
            names.append(name)
    if not names:
        raise ValueError(f"want a text file with one name per line, got {path} without a single name")
    return list(dict.fromkeys(names))


def split_names(names, held_out=0.1, salt=""):
    """Split into (train, held-out). Each name decides for itself, so the same name never stands on both sides.

    held_out: about this share of the names is held out
    salt: another salt splits another way, which lets you split the training names once more
    The side follows from a SHA-256 fingerprint of salt and name: the same on every machine, for every list.
    """
    train, held = [], []
    for name in names:
        fingerprint = hashlib.sha256((salt + name).encode()).digest()
        share = int.from_bytes(fingerprint[:8], "big") / 2**64   # as if drawn evenly from 0 to 1
        (held if share < held_out else train).append(name)
    return train, held
