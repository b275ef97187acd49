"""Faults in the checks of the exercises: a typical wrong answer is accepted, a right one in another form is not, a hint misleads."""

from tests.faults import Fault

NAMES, COUNTING, KNOB, NUDGE, ARRAYS, VERDICTS = (
    f"helpers/checks/{name}.py" for name in ("names_and_tokens", "guess_by_counting", "find_the_knob", "nudge_the_knobs", "whole_arrays", "verdicts")
)
OF_ALL, OF_NAMES, OF_COUNTING, OF_KNOB, OF_ARRAYS = (
    f"tests/test_checks{name}.py -k " for name in ("", "_names_and_tokens", "_guess_by_counting", "_find_the_knob", "_whole_arrays")
)
RUN = "tests/test_chapters_run.py::test_an_exercise_accepts_its_answer_and_no_typical_wrong_one"
FAULTS = [
    # what all share
    Fault(VERDICTS, "html.escape(repr(self))", "repr(self)", OF_ALL + "verdict"),
    Fault(VERDICTS, "if isinstance(x, str | bytes):", "if isinstance(x, bytes):", OF_ALL + "no_number"),
    Fault(VERDICTS, "return float(x.data if hasattr(x, \"parents\") else x)", "return float(x.data if hasattr(x, \"data\") else x)", OF_ALL + "any_form"),
    Fault(VERDICTS, "if result is None or result is Ellipsis:", "if result is Ellipsis:", OF_ALL + "never_raises"),
    Fault(VERDICTS, 'few = list("aelmn")', "few = letters = list(LETTERS)", RUN + "[names_and_tokens]"),
    # chapter 1
    Fault(NAMES, "return result_of(list, result)", "return result", OF_NAMES + "stream"),
    Fault(NAMES, 'FIRST_FIVE = ["an", "in", "ar", "en", "on"]', 'FIRST_FIVE = ["an", "ar", "in", "en", "on"]', OF_NAMES + "merged_tokens"),
    Fault(NAMES, "got = _list_from(names_in, list(stream), letters)", "got = _list_from(names_in, stream, letters)", OF_NAMES + "stream"),
    Fault(NAMES, "if n_in_stream != 19:", "if n_in_stream == 19.5:", RUN + "[names_and_tokens]"),
    # chapter 2
    Fault(COUNTING, "tolerance=0.006", "tolerance=0.06", OF_COUNTING + "loss"),
    Fault(COUNTING, "tolerance=0.006", "tolerance=0.0006", OF_COUNTING + "loss"),
    Fault(COUNTING, "!= sorted(of_letters.values())[:2]", "!= sorted(of_letters.values())[-2:]", OF_COUNTING + "counted_may_come"),
    Fault(COUNTING, "<= min(losses.values()) + 1e-9", "<= min(losses.values()) + 1e-1", OF_COUNTING + "however_near"),
    Fault(COUNTING, 'best_for(counts, validation_ids) for', 'best_for(counts, fit_ids[:300]) for', OF_COUNTING + "however_near"),
    # chapter 3
    Fault(KNOB, "not math.isclose(c_per_two, 5, rel_tol=1e-3)", "not math.isclose(c_per_two, 5, rel_tol=1e-1)", OF_KNOB + "near_miss"),
    Fault(KNOB, "for number in [0.3, -2.0, 0.0]:", "for number in [0.3]:", OF_KNOB + "near_miss"),
    Fault(KNOB, "for base, exponent in [(2.0, 3.0), (0.5, -1.5), (3.0, 0.0)]:", "for base, exponent in [(2.0, 3.0)]:", OF_KNOB + "near_miss"),
    Fault(KNOB, "if got != 1:", "if got < 1:", OF_KNOB + "near_miss"),
    Fault(KNOB, "call(result_of(to_the_power, x, x).backward)", "call(result_of(to_the_power, x, Value(2.0)).backward)", OF_KNOB + "another_form"),
    # chapter 4
    Fault(NUDGE, "np.allclose(got, [1 / 4, 1 / 4, 2 / 4], atol=0.005)", "np.allclose(got, [1 / 4, 1 / 4, 2 / 4], atol=0.05)", OF_ALL + "near_miss"),
    Fault(NUDGE, "answer = answer.ravel() ", "answer = answer ", OF_ALL + "another_form"),
    Fault(NUDGE, "if not math.isclose(number_of(unpulled), loss, rel_tol=1e-9):", "if not math.isclose(number_of(unpulled), loss, rel_tol=9):", OF_ALL + "near_miss"),
    Fault(NUDGE, "knobs[0].grad = 5.0 ", "knobs[0].grad = 0.0 ", OF_ALL + "near_miss"),
    # chapter 5
    Fault(ARRAYS, "for shapes in [((3,), (3, 1)), ((3,), ()), ((2, 3), (3,))]:", "for shapes in [((3,), ())]:", OF_ARRAYS + "near_miss"),
    Fault(ARRAYS, "call(loss.backward, np.full(loss.shape, 3.0))", "call(loss.backward, np.full(loss.shape, 1.0))", OF_ARRAYS + "another_form"),
    Fault(ARRAYS, "if to_shape[n_new:] != from_shape:", "if to_shape[:len(from_shape)] != from_shape:", OF_ARRAYS + "near_miss"),
    Fault(ARRAYS, 'if word != "and"]', "]", OF_ARRAYS + "another_form"),
]
