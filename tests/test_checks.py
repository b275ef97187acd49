"""The frame of the exercise checks, and the ladder's own check."""

import pytest

from helpers.checks.frame import exercise, result_of, right, wrong
from helpers.ladder import RUNGS, check_rung, show_ladder


@exercise
def double(answer):
    return right("Yes.") if result_of(answer, 2) == 4 else wrong("Twice, please.")


ANSWERS = {
    "a right one": (lambda x: 2 * x, "Right. Yes."),
    "a wrong one": (lambda x: x, "Not yet. Twice, please."),
    "none yet": (None, "Nothing to check so far"),
    "a stub": (lambda x: None, "do not forget `return`"),
    "one that stops": (lambda x: 1 / 0, "ZeroDivisionError"),
    "no function": (4, "TypeError"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_a_check_answers_in_a_sentence_and_never_raises(case):
    answer, words = ANSWERS[case]
    assert words in repr(double(answer))
    assert double(answer).accepted == (case == "a right one")


def test_the_ladder_is_shown_from_worst_to_best_and_gives_no_later_rung_away():
    assert len({rung.name for rung in RUNGS}) == len(RUNGS)
    losses = [rung.loss for rung in show_ladder().rungs]
    assert losses == sorted(losses, reverse=True)
    for place, rung in enumerate(RUNGS):
        assert set(show_ladder(up_to=rung.name).rungs) == set(RUNGS[: place + 1])
    chapters = [rung.chapter for rung in RUNGS]
    assert chapters == sorted(chapters, key=chapters.index)   # reading order: a chapter's rungs stand together


def test_a_rung_that_has_parted_from_its_run_is_named():
    with pytest.raises(AssertionError, match="blind guess: the ladder says 3.2958, this run says 3.3000"):
        check_rung("blind guess", 3.3)
    with pytest.raises(AssertionError):
        check_rung("blind guess", float("nan"))
    with pytest.raises(ValueError, match="got 'soup'"):
        check_rung("soup", 3.3)
    with pytest.raises(ValueError, match="got 'soup'"):
        show_ladder(up_to="soup")
