"""Faults in the chapters: numbers of the prose, captions, links, times, predictions given away, exercises, drawings of single chapters."""

from tests.faults import Fault

ONE, TWO, THREE, FOUR, FIVE = (
    f"chapters/0{number}_{slug}.ipynb"
    for number, slug in enumerate(("names_and_tokens", "guess_by_counting", "find_the_knob", "nudge_the_knobs", "whole_arrays"), 1)
)
SUMS, SPLIT, MLP, BOXES = ("helpers/drawings/" + name for name in ("guess_by_counting.py", "names_and_tokens.py", "nudge_the_knobs.py", "whole_arrays.py"))
PROSE, LAYOUT, MATCH, RUN, OF_DRAWINGS = (
    f"tests/test_{name}" for name in ("prose.py::test_", "chapters_layout.py::test_", "chapters_match_helpers.py::test_", "chapters_run.py::test_", "drawings_")
)
NUMBERS = PROSE + "every_number_in_the_prose_is_shown_by_a_cell_or_was_confirmed"
FAULTS = [
    # numbers of the prose
    Fault(ONE, "the 37,211 names, this cell", "the 37,221 names, this cell", NUMBERS + "[names_and_tokens]"),
    Fault(TWO, "1.728 against 2.155", "1.782 against 2.155", NUMBERS + "[guess_by_counting]"),
    Fault(TWO, "Here a quarter are.", "Here 27% are.", NUMBERS + "[guess_by_counting]"),
    Fault(THREE, "Here 74 of 315 do", "Here 74 of 351 do", NUMBERS + "[find_the_knob]"),
    Fault(FOUR, "33 steps on all names get as low", "34 steps on all names get as low", NUMBERS + "[nudge_the_knobs]"),
    Fault("book/ladder.md", "3,605 names", "3,650 names", PROSE + "the_numbers_of_the_other_pages_are_shown_by_a_chapter[ladder]"),
    Fault(ONE, "a probability of 1/27", "a probability of 1/72", NUMBERS + "[names_and_tokens]"),
    Fault(TWO, "In Figure 1 the colour", "In Figure 2 the colour", NUMBERS + "[guess_by_counting]"),
    Fault(THREE, "Here is every 100th name", "Here is every 10th name", NUMBERS + "[find_the_knob]"),
    Fault(THREE, "the slope of $1/u$ is $-1/u^2$", "the slope of $1/u$ is $-1/u^3$", NUMBERS + "[find_the_knob]"),
    # numbers that say something together
    Fault(
        TWO, "From 2.310, the best n-gram without back-off, down to 2.155", "From 2.155, the best n-gram without back-off, down to 2.310",
        PROSE + "two_numbers_in_one_phrase_stand_in_the_right_order[guess_by_counting]",
    ),
    Fault(FOUR, "Only 388 of 254,256", "Only 254,256 of 388", PROSE + "two_numbers_in_one_phrase_stand_in_the_right_order[nudge_the_knobs]"),
    Fault(ONE, "| `.em` | `m` |", "| `.em` | `a` |", PROSE + "the_questions_of_the_opening_are_those_of_the_name"),
    # predictions, captions, times
    Fault(
        TWO, "And on which test rows, all of them or only those that leaked?", "One of them gains 0.068.",
        PROSE + "a_prediction_is_not_answered_before_or_in_the_cell_that_it_is_about[guess_by_counting]",
    ),
    Fault(
        THREE, "**Predict:** what is `a.grad` in the end?", "Predict: what is `a.grad` in the end?",
        PROSE + "a_prediction_is_marked_so_that_the_page_folds_its_answer[find_the_knob]",
    ),
    Fault(FOUR, "*Figure 4. How far", "*Figure 5. How far", PROSE + "every_picture_has_a_numbered_caption_below_it[nudge_the_knobs]"),
    Fault(THREE, "The chapter takes about ", "The chapter takes about 1", PROSE + "the_time_it_states_is_that_of_the_rule[find_the_knob]"),
    # links
    Fault(
        THREE, "**Next:** [Nudge the knobs](04_nudge_the_knobs.ipynb)", "**Next:** [Nudge the knobs](05_whole_arrays.ipynb)",
        LAYOUT + "a_link_to_a_chapter_has_its_title_and_next_is_the_next_one[find_the_knob]",
    ),
    Fault(
        THREE, "**Next:** [Nudge the knobs](04_nudge_the_knobs.ipynb)", "**Next:** [Do a whole array at once](05_whole_arrays.ipynb)",
        LAYOUT + "a_link_to_a_chapter_has_its_title_and_next_is_the_next_one[find_the_knob]",
    ),
    Fault(
        FOUR, "| counted tables for longer contexts | [Guess the next letter by counting](02_guess_by_counting.ipynb)",
        "| counted tables for longer contexts | [Turn names into numbers](01_names_and_tokens.ipynb)", MATCH + "what_comes_from_earlier_chapters_was_built_there",
    ),
    # definitions, exercises, other names
    Fault("helpers/counting.py", "# votes for what the shorter ones said", "# votes for the shorter ones", MATCH + "a_helper_is_what_its_chapter_builds[counting]"),
    Fault(FIVE, "*Predict · easy ·", "*Guess · easy ·", LAYOUT + "its_exercises_say_what_they_ask_of_a_reader[whole_arrays]"),
    Fault(FIVE, "### 2. Where does it fail?", "### 3. Where does it fail?", LAYOUT + "its_exercises_say_what_they_ask_of_a_reader[whole_arrays]"),
    Fault(ONE, 'if ours:\n    assert last["a"]', 'if letters:\n    assert last["a"]', RUN + "it_runs_on_a_reader_s_own_names[names_and_tokens-Greek]"),
    # drawings
    Fault(SUMS, "of_rows, of_columns = table.sum(axis=1), table.sum(axis=0)", "of_columns, of_rows = table.sum(axis=1), table.sum(axis=0)", OF_DRAWINGS + "guess_by_counting.py"),
    Fault(SUMS, "left=token_id + own,", "left=token_id,", OF_DRAWINGS + "guess_by_counting.py"),
    Fault(SUMS, 'f"{mixture[token_id]:.3f}"', 'f"{lent[token_id]:.3f}"', OF_DRAWINGS + "guess_by_counting.py"),
    Fault(SPLIT, "more = len(origins) - N_SHOWN", "more = len(origins) - N_SHOWN + 1", OF_DRAWINGS + "names_and_tokens.py"),
    Fault(SPLIT, 'side = "held out" if name in held_out', 'side = "held out" if name in train', OF_DRAWINGS + "names_and_tokens.py"),
    Fault(MLP, "= {3 * vocab_size * n_hidden:,} knobs", "= {2 * vocab_size * n_hidden:,} knobs", OF_DRAWINGS + "nudge_the_knobs.py"),
    Fault(MLP, 'hidden numbers", n_hidden, "data"', 'hidden numbers", vocab_size, "data"', OF_DRAWINGS + "nudge_the_knobs.py"),
    Fault(MLP, "axes.text(-3.1, bottom + 0.5, token,", "axes.text(-3.1, bottom + 0.5, one_back,", OF_DRAWINGS + "nudge_the_knobs.py"),
    Fault(BOXES, '(("A.T", (K, M)), ("G", (M, N))', '(("G", (M, N)), ("A.T", (K, M))', OF_DRAWINGS + "whole_arrays.py"),
    Fault(BOXES, "places + shift, numbers,", "places - shift, numbers,", OF_DRAWINGS + "whole_arrays.py"),
]
