"""The frame of the exercise checks, right answers in other forms than the chapters', and the ladder's own check."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.checks import find_the_knob, nudge_the_knobs
from helpers.checks.verdicts import UnknownForm, exercise, number_of, result_of, right, wrong
from helpers.ladder import RUNGS, check_rung, show_ladder
from helpers.names import load_names, load_rows, split_names
from helpers.scalar import Value, cross_entropy, softmax
from helpers.tensor import Tensor
from helpers.training import gradient_step, zero_grad
from notebooks import CHAPTERS, read


@exercise
def double(answer):
    return right("Yes.") if number_of(result_of(answer, 2)) == 4 else wrong("Twice, please.")


ANSWERS = {
    "a right one": (lambda x: 2 * x, "Right. Yes."),
    "a wrong one": (lambda x: x, "Not yet. Twice, please."),
    "none yet": (None, "Nothing to check so far"),
    "a stub": (lambda x: None, "do not forget `return`"),
    "one that stops": (lambda x: 1 / 0, "Not yet. Your function stopped with ZeroDivisionError: division by zero"),
    "no function": (4, "Not yet. This answer has a form that the check does not know: int (want a function, got 4)."),
    "a text": (lambda x: "4", "does not know: what your function gives (want a number, got '4')."),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_a_check_answers_in_a_sentence_and_never_raises(case):
    answer, words = ANSWERS[case]
    assert words in repr(double(answer))
    assert double(answer).accepted == (case == "a right one")


def test_a_verdict_shows_what_the_reader_wrote_and_not_its_tags():
    shown = wrong("We want `a < b`, and get <b>.")._repr_html_()
    assert "<code>a &lt; b</code>" in shown and "&lt;b&gt;" in shown


FORMS = [2.5, np.float64(2.5), np.float32(2.5), np.array(2.5), Fraction(5, 2), Value(2.5), Tensor(2.5)]


@pytest.mark.parametrize("number", FORMS, ids=type)
def test_a_number_may_come_in_any_form(number):
    assert number_of(number) == 2.5 and type(number_of(number)) is float


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.sampled_from([float, np.float64, np.float32, np.array, Fraction, Value, Tensor]))
def test_any_number_in_any_form_is_that_number(number, form):
    assert number_of(form(number)) == number


@pytest.mark.parametrize("no_number", ["2.5", b"2", "two", [2.5], np.ones(2)], ids=repr)
def test_what_is_no_number_is_not_taken_for_one(no_number):
    with pytest.raises(UnknownForm):
        number_of(no_number)


def test_a_fault_in_a_check_does_not_blame_the_reader():
    @exercise
    def faulty(answer):
        return right(no_such_name)   # noqa: F821

    verdict = faulty(4)
    assert not verdict.accepted and "the check has a fault" in repr(verdict) and "NameError" in repr(verdict)


GOES_ON, OVER = [90, 80, 50, 20, 5, 0], [0, 10, 30, 30, 15, 5]   # a small list of names


def pulled_by_row_sums(table, pair_weights, strength):
    knobs = [knob for row in table for knob in row]
    penalty = sum([knob**2 for knob in knobs]) * strength
    asked = [w * cross_entropy(row, i) for row, weights in zip(table, pair_weights, strict=True) for i, w in enumerate(weights) if w]
    return penalty + sum(asked)


def walk_to_a_numpy_number(knobs, loss_of, learning_rate, n_steps):
    for _ in range(n_steps):
        loss = loss_of(knobs)
        for knob in knobs:
            knob.grad = 0.0
        loss.backward()
        for knob in knobs:
            knob.data -= learning_rate * knob.grad
    return np.float64(loss_of(knobs).data)


OTHER_RIGHT_ANSWERS = {
    "an array of probabilities": (nudge_the_knobs.read_a_softmax, np.array([0.25, 0.25, 0.5])),
    "a tuple of probabilities": (nudge_the_knobs.read_a_softmax, (0.25, 0.25, 0.5)),
    "a generator of probabilities": (nudge_the_knobs.read_a_softmax, (x / 4 for x in (1, 1, 2))),
    "a column of probabilities": (nudge_the_knobs.read_a_softmax, np.array([[0.25], [0.25], [0.5]])),
    "Values as probabilities": (nudge_the_knobs.read_a_softmax, softmax([0, 0, math.log(2)])),
    "probabilities with two digits": (nudge_the_knobs.read_a_softmax, [0.25, Fraction(1, 4), np.float32(0.5)]),
    "a numpy and a Value for learning rates": (
        lambda rates: nudge_the_knobs.sweep_the_learning_rate(*rates, GOES_ON, OVER), (np.float64(2), Value(0.5)),
    ),
    "a penalty in another order": (nudge_the_knobs.pull_towards_the_blind_guess, pulled_by_row_sums),
    "a walk to a numpy number": (nudge_the_knobs.repair_a_walk, walk_to_a_numpy_number),
    "a Value for a number": (lambda answer: find_the_knob.be_the_machine(answer, 5), Value(10)),
}


@pytest.mark.parametrize("case", OTHER_RIGHT_ANSWERS)
def test_a_right_answer_in_another_form_is_accepted(case):
    check, answer = OTHER_RIGHT_ANSWERS[case]
    verdict = check(answer)
    assert verdict.accepted, verdict


def walk_that_keeps_the_old_gradients(knobs, loss_of, learning_rate, n_steps):
    for step in range(n_steps):
        loss = loss_of(knobs)
        if step:
            zero_grad(knobs)
        loss.backward()
        gradient_step(knobs, learning_rate)
    return loss_of(knobs).data


NEAR_MISSES = {
    "probabilities a little off": (nudge_the_knobs.read_a_softmax, [0.24, 0.24, 0.52]),
    "a walk that keeps what was there before it": (nudge_the_knobs.repair_a_walk, walk_that_keeps_the_old_gradients),
    "a penalty even at strength 0": (
        nudge_the_knobs.pull_towards_the_blind_guess, lambda table, weights, strength: pulled_by_row_sums(table, weights, 0.3),
    ),
}


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_a_near_miss_is_not_accepted(case):
    check, answer = NEAR_MISSES[case]
    assert not check(answer).accepted


def test_the_ladder_is_shown_from_worst_to_best_and_gives_no_later_rung_away():
    assert len({rung.name for rung in RUNGS}) == len(RUNGS)
    losses = [rung.loss for rung in show_ladder().rungs]
    assert losses == sorted(losses, reverse=True)
    for place, rung in enumerate(RUNGS):
        assert set(show_ladder(up_to=rung.name).rungs) == set(RUNGS[: place + 1])
    chapters = [rung.chapter for rung in RUNGS]
    assert chapters == sorted(chapters, key=chapters.index)   # reading order: a chapter's rungs stand together


def test_each_rung_names_a_chapter_and_the_names_that_it_saw():
    titles = {read(path).cells[0].source.splitlines()[0].removeprefix("# ") for path in CHAPTERS}
    learned = set(split_names(load_names())[0])
    n_train, n_rows = len(learned), sum(name in learned for name, _ in load_rows())
    saw = {"nothing", "1,000 names", "2,000 names", f"{n_train:,} names", f"{n_rows:,} rows of a name and its origin"}
    for rung in RUNGS:
        assert rung.chapter in titles, f"{rung.name}: no chapter is called {rung.chapter!r}"
        assert rung.saw in saw, f"{rung.name} saw {rung.saw}"


def test_a_rung_that_has_parted_from_its_run_is_named():
    with pytest.raises(AssertionError, match="blind guess: the ladder says 3.2958, this run says 3.3000"):
        check_rung("blind guess", 3.3, load_names())
    with pytest.raises(AssertionError):
        check_rung("blind guess", float("nan"), load_names())
    assert check_rung("bigram", 2.5942, load_names()) == "bigram: 2.594 nats per token, as on the ladder"
    near = check_rung("MLP on five letters", 2.2914, load_names())
    assert near == "MLP on five letters: 2.291 nats per token, on this machine; the ladder has 2.285"
    assert check_rung("blind guess", 3.3, ["own"]) == "blind guess: 3.300 nats per token, on your own names"
    with pytest.raises(ValueError, match="got 'soup'"):
        check_rung("soup", 3.3, load_names())
    with pytest.raises(ValueError, match="got 'soup'"):
        show_ladder(up_to="soup")
