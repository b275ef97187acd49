"""What every exercise check shares.

Not taught in a chapter. A check never raises: whatever the answer is, the reader gets a sentence.
"""

import functools
import html
import re

from helpers.names import LETTERS


class Verdict:
    """What a check found: whether the answer is accepted, and the sentence that says why."""

    def __init__(self, accepted, sentence):
        self.accepted, self.sentence = accepted, sentence

    def __repr__(self):
        return ("Right. " if self.accepted else "Not yet. ") + self.sentence

    def _repr_html_(self):
        text = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(repr(self)))
        return f'<p class="gpt-verdict">{text}</p>'   # wraps on a phone, as plain output would not


class UnknownForm(TypeError):
    """Raised inside a check when an answer is not the kind of thing that was asked for."""


class Unanswered(Exception):
    """Raised inside a check when the reader's function still gives None or ..."""


class Stopped(Exception):
    """Raised inside a check when the reader's function stops with an error of its own, and says with which."""


class NotAmong(Exception):
    """Raised inside a check when an answer's words are not those to choose from: a sentence that says which are."""


def right(sentence):
    """The answer is accepted -> Verdict"""
    return Verdict(True, sentence)


def wrong(sentence):
    """The answer is not accepted -> Verdict"""
    return Verdict(False, sentence)


def number_of(x):
    """The plain number of an answer, which may be a Value, or a number of Python or of numpy -> float

    Raises UnknownForm for anything else, such as a text, even if it reads like a number.
    """
    try:
        if isinstance(x, str | bytes):
            raise TypeError
        return float(x.data if hasattr(x, "parents") else x)   # numpy's numbers have a .data too, but it is no number
    except (TypeError, ValueError):
        raise UnknownForm(f"want a number, got {x!r}") from None


def three_of(answer, known):
    """The three texts of an answer for A, B and C, one text or a list, in small letters -> list of str

    Raises NotAmong unless they are three, all of them `known`.
    """
    texts = re.split(r"[,;\n]", answer) if isinstance(answer, str) else answer
    texts = [" ".join(str(text).lower().split()) for text in texts]
    if len(texts) != 3:
        raise NotAmong(f"Three texts are asked for, for A, B and C. You give {len(texts)}.")
    for text in texts:
        if text not in known:
            raise NotAmong(f"The faults are called {', '.join(known)}. There is no {text!r} among them.")
    return texts


def call(function, *arguments):
    """Call the reader's function, which may give nothing back; Stopped if it raises an error."""
    if not callable(function):
        raise UnknownForm(f"want a function, got {function!r}")
    try:
        return function(*arguments)
    except Exception as error:
        raise Stopped(f"{type(error).__name__}: {error}") from error


def result_of(function, *arguments):
    """What the reader's function gives for these arguments; Unanswered while it still gives None or ..."""
    result = call(function, *arguments)
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
        except NotAmong as sentence:
            return wrong(str(sentence))
        except Stopped as stopped:
            return wrong(f"Your function stopped with {stopped}")
        except UnknownForm as error:
            types = [type(answer).__name__ for answer in answers if not callable(answer)]
            form = " and ".join(types) or "what your function gives"
            return wrong(f"This answer has a form that the check does not know: {form} ({error}).")
        except Exception as error:   # an odd answer, or a fault of ours: do not blame the reader
            return wrong(
                f"The check stumbled over this answer ({type(error).__name__}: {error}). Either it has a form that the check does not know, "
                "or the check has a fault. Compare with the answer below."
            )

    return check


def with_two_vocabularies(judge):
    """Turn `judge(answer, letters)` into `judge(answer)`: first with a to z, then with few letters, where BOS is not 26."""

    @functools.wraps(judge)
    def judge_both(answer):
        verdict = judge(answer, list(LETTERS))
        if not verdict.accepted:
            return verdict
        few = list("aelmn")
        try:
            also_with_few = judge(answer, few).accepted
        except (Stopped, Unanswered):
            also_with_few = False
        if also_with_few:
            return verdict
        return wrong(f"Right for a to z, but not with the letters {few}. Go by `letters`: 26 stands for BOS only when there are 26 letters.")

    return judge_both
