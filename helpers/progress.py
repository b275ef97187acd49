"""A progress bar for loops that keep a reader waiting.

Not taught in a chapter.
"""

import sys

from tqdm import tqdm


def progress(first, last, unit="step"):
    """`range(first, last)` with a bar on standard output: in a notebook, a terminal or a log."""
    return tqdm(
        range(first, last), initial=first, total=last, unit=f" {unit}", file=sys.stdout, mininterval=0.5, ncols=78
    )
