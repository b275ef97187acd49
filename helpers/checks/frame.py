"""What every exercise check shares.

Not taught in a chapter. A check never raises: whatever the answer is, the reader gets a sentence.
"""

import functools
import html


class Verdict:
    """What a check found: whether the answer is accepted, and the sentence that says why."""

    def __init__(self, accepted, sentence):
        self.accepted, self.sentence = accepted, sentence

    def __repr__(self):
        return ("Right. " if self.accepted else "Not yet. ") + self.sentence

    def _repr_html_(self):
        return f'<p class="gpt-verdict">{html.escape(repr(self))}</p>'   # wraps on a phone, as plain output would not


class Unanswered(Exception):
    """Raised inside a check when the reader's function still gives None or ..."""


def right(sentence):
    """The answer is accepted -> Verdict"""
    return Verdict(True, sentence)


def wrong(sentence):
    """The answer is not accepted -> Verdict"""
    return Verdict(False, sentence)


def result_of(function, *arguments):
    """What the reader's function gives for these arguments; Unanswered while it still gives None or ..."""
    result = function(*arguments)
    if result is None or result is Ellipsis:
        raise Unanswered
    return result


def exercise(judge):
    """Turn `judge(*answers) -> Verdict` into a check that never raises."""

    @functools.wraps(judge)
    def check(*answers):
        if any(answer is None or answer is Ellipsis for answer in answers):
            return wrong("Nothing to check so far: put your answer into the cell above and run it.")
        try:
            return judge(*answers)
        except Unanswered:
            return wrong("Nothing to check so far: your function gives back None. Write it, and do not forget `return`.")
        except Exception as error:
            return wrong(f"Your answer stopped with {type(error).__name__}: {error}")

    return check
