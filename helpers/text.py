"""Real text: the shipped files, a reader's own folder, and one fixed split into three parts.

Not taught in a chapter. helpers/data/README.md says where the shipped files come from.
"""

import functools
import json
import lzma
from pathlib import Path

TEXT_FILE = Path(__file__).parent / "data" / "standard_library.xz"


@functools.cache
def _shipped():
    return json.loads(lzma.decompress(TEXT_FILE.read_bytes()))


def load_texts(folder=None, pattern="*.txt"):
    """Texts by the name of their file: a dict, sorted by name.

    folder: a folder with at least three text files in UTF-8, in any alphabet; None for the shipped ones, which are
        the modules of Python's standard library
    pattern: which files of that folder, such as "*.md"; "**/*.txt" looks into folders inside it, too
    Raises ValueError for a folder that cannot be read or has fewer than three such files, for a file that is empty or not UTF-8.
    """
    if folder is None:
        return dict(_shipped())
    folder, texts = Path(folder), {}
    if not folder.is_dir():
        raise ValueError(f"want a folder with text files, got {folder.absolute()}, which is none")
    for path in folder.glob(pattern):
        if path.is_file():
            try:
                text = path.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise ValueError(f"want text files in UTF-8, got {path} with byte {error.start} that is not") from None
            if not text.strip():
                raise ValueError(f"want text files with text in them, got {path} without")
            texts[path.relative_to(folder).as_posix()] = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(texts) < 3:
        raise ValueError(f"want at least three files {pattern}, one for each part of the split, got {len(texts)} in {folder.absolute()}")
    return dict(sorted(texts.items()))


def is_our_text(texts):
    """Whether these are the shipped files, all of them: the ones that the numbers in the chapters speak of."""
    return texts == _shipped()


def split_texts(texts):
    """Split into (train, validation, held-out), three dicts. A file stands on one side only.

    texts: as `load_texts` gives them. Every tenth file is held out, from the first on; of the rest, every tenth is
    for choosing settings; all others are for training.
    """
    names = list(texts)
    held_out = names[::10]
    rest = [name for name in names if name not in held_out]
    validation = rest[::10]
    train = [name for name in rest if name not in validation]
    return tuple({name: texts[name] for name in part} for part in (train, validation, held_out))


def count_bytes(texts):
    """How many bytes these texts are in UTF-8. -> int

    texts: a dict as `load_texts` gives it
    """
    return sum(len(text.encode("utf-8")) for text in texts.values())
