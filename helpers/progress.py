"""A progress bar for loops that keep a reader waiting.

Not taught in a chapter.
"""

import sys

from tqdm import tqdm


def progress(first, last, unit="step"):
    """`range(first, last)` with a bar on standard output: in a notebook, a terminal or a log.

    What is done within a second shows no bar, and a bar that is full disappears.
    """
    return tqdm(
        range(first, last),
        initial=first,
        total=last,
        unit=f" {unit}",
        file=sys.stdout,
        delay=1,
        leave=False,
        mininterval=0.5,
        ncols=78,
    )
