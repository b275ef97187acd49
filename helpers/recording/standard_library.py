"""Pack the text of Part V: `python -m helpers.recording.standard_library` gathers the top-level modules of the running
Python's standard library in `helpers/data/standard_library.xz`, and their licence beside it.

The shipped file was made with CPython 3.11.7. It is JSON, from a file's name to its text, in the order of the names.
"""

import json
import lzma
import os
import sys
from pathlib import Path

from helpers.checkpoints import write_whole
from helpers.text import TEXT_FILE

VERSION = (3, 11, 7)
LICENCE_FILE = TEXT_FILE.with_name("standard_library-LICENSE.txt")
BUILT_HERE = "_sysconfigdata"   # a module that each build of Python writes about its own machine: no part of the source


def gather(folder):
    """The modules that stand in a folder: a dict from name to text, sorted by name."""
    paths = sorted(path for path in Path(folder).glob("*.py") if not path.name.startswith(BUILT_HERE))
    return {path.name: path.read_bytes().decode("utf-8") for path in paths}


def main():
    """Read the folder of the running Python's library, and write both files."""
    if sys.version_info[:3] != VERSION:
        raise SystemExit(f"want Python {'.'.join(map(str, VERSION))}, got {sys.version.split()[0]}")
    library = Path(os.__file__).parent
    packed = json.dumps(gather(library), ensure_ascii=False).encode("utf-8")
    compressed, licence = lzma.compress(packed, preset=9 | lzma.PRESET_EXTREME), (library / "LICENSE.txt").read_bytes()
    write_whole(TEXT_FILE, lambda file: file.write(compressed))
    write_whole(LICENCE_FILE, lambda file: file.write(licence))


if __name__ == "__main__":
    main()
