"""Small faults, planted one at a time, that the tests must catch: make faults runs tests/faults/__main__.py.

Each module of this folder has a list FAULTS. A fault that no test catches is a hole in the tests.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One small change that must not go unnoticed.

    where: a file, or several for a definition that stands in a chapter and in its helper; in a notebook, `old` stands in one cell
    old, new: the text that is replaced, and by what; it stands once in each file
    tests: the pytest arguments of the tests that could notice, as one string
    builds: the site is built after planting, before the tests look at it
    """

    where: str | tuple[str, ...]
    old: str
    new: str
    tests: str
    builds: bool = False

    @property
    def files(self):
        return (self.where,) if isinstance(self.where, str) else self.where
