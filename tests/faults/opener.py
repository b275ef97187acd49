"""Faults in the opener, the refresher with its self-test, and the landing page."""

from tests.faults import Fault

OPENER, REFRESHER, LANDING, CONTENTS = "chapters/00_see_it_run.ipynb", "chapters/refresher.ipynb", "book/index.md", "book/_toc.yml"
PROSE, LAYOUT, RUN, MATCH, SITE = (
    f"tests/test_{name}.py::test_" for name in ("prose", "chapters_layout", "chapters_run", "chapters_match_helpers", "site")
)
TITLES = LAYOUT + "a_link_to_a_chapter_has_its_title_and_next_is_the_next_one"
SELF_TEST = LAYOUT + "the_self_test_has_five_questions_and_each_leads_to_its_own_part_of_the_refresher"
WHOLE = LAYOUT + "the_opener_shows_the_whole_machine_and_leads_to_every_chapter"
NUMBERS = PROSE + "every_number_in_the_prose_is_shown_by_a_cell_or_was_confirmed"
TIMES = PROSE + "the_time_of_opener_and_refresher_is_that_of_the_rule"
FAULTS = [
    # the frame of the opener
    Fault(OPENER, '"gradients", "update", "sample")', '"gradients", "update")', WHOLE),
    Fault(OPENER, "[Give every letter a place](06_every_letter_a_place.ipynb)", "*Give every letter a place*", WHOLE),
    Fault(OPENER, "[Refresh what you need](refresher.ipynb)", "*Refresh what you need*", WHOLE),
    Fault(OPENER, "[Refresh what you need](refresher.ipynb)", "[Refresh it](refresher.ipynb)", TITLES + "[see_it_run]"),
    Fault(OPENER, "**Next:** [Turn names into numbers](01_names_and_tokens.ipynb)", "**Next:** [Guess the next letter by counting](02_guess_by_counting.ipynb)", TITLES + "[see_it_run]"),
    Fault(OPENER, "The opener takes about 15 minutes.", "The opener takes about 10 minutes.", TIMES + "[see_it_run]"),
    Fault(OPENER, "*Figure 2. How likely", "*Figure 3. How likely", PROSE + "every_picture_has_a_numbered_caption_below_it[see_it_run]"),
    Fault(OPENER, "**Predict:** which letters", "Predict: which letters", PROSE + "a_prediction_is_marked_so_that_the_page_folds_its_answer[see_it_run]"),
    # what it shows
    Fault(OPENER, "params = untrained()\nsettings", "settings", RUN + "a_cell_shows_the_same_when_it_runs_again[see_it_run]"),
    Fault(OPENER, "if ours:   # names of your own have no origins", "if True:", RUN + "it_runs_on_a_reader_s_own_names[see_it_run-Greek]"),
    Fault(OPENER, "context_length=max(16, max(map(len, names)) + 1)", "context_length=8", RUN + "a_cell_shows_the_same_when_it_runs_again[see_it_run]"),
    Fault(OPENER, "learning_rate=0.01, warmup=50", "learning_rate=0.0001, warmup=50", RUN + "a_cell_shows_the_same_when_it_runs_again[see_it_run]"),
    # the refresher
    Fault(REFRESHER, "takes about 20 minutes.", "takes about 25 minutes.", TIMES + "[refresher]"),
    Fault(REFRESHER, "Read [Slopes](#slopes).", "Read [Slopes](#arrays).", SELF_TEST),
    Fault(REFRESHER, "Read [Slopes](#slopes).", "Read on.", SELF_TEST),
    Fault(REFRESHER, "### 4. How steep?", "### 5. How steep?", SELF_TEST),
    Fault(REFRESHER, "A slope of 6 says: move x", "A slope of 7 says: move x", NUMBERS + "[refresher]"),
    Fault(REFRESHER, "about 2.718, must", "about 2.781, must", NUMBERS + "[refresher]"),
    Fault(REFRESHER, '"1/x": (lambda x: 1 / x, lambda x: -1 / x**2)', '"1/x": (lambda x: 1 / x, lambda x: 1 / x**2)', RUN + "a_cell_shows_the_same_when_it_runs_again[refresher]"),
    # the site
    Fault(CONTENTS, "      - file: chapters/refresher\n", "", LAYOUT + "links_to_other_chapters_and_pages_resolve[refresher]"),
    Fault(CONTENTS, "      - file: chapters/00_see_it_run\n", "", LAYOUT + "links_to_other_chapters_and_pages_resolve[see_it_run]"),
    Fault(LANDING, "[looked back](../chapters/07_look_back.ipynb)", "[looked back](../chapters/07_look_ahead.ipynb)", SITE + "every_link_and_anchor_leads_somewhere", builds=True),
    # told in words and in inline code
    Fault(REFRESHER, "`1·1 + 2·0 + 3·2 = 7`", "`1·1 + 2·0 + 3·2 = 8`", PROSE + "the_sums_in_the_text_are_right[refresher]"),
    Fault(REFRESHER, "| ln x | 1/x |", "| ln x | −1/x |", PROSE + "the_rules_of_the_refresher_s_table_are_slopes"),
    Fault(REFRESHER, "| eˣ | eˣ, itself |", "| eˣ | x, itself |", PROSE + "the_rules_of_the_refresher_s_table_are_slopes"),
    Fault(OPENER, "what will the names look like at a temperature of `0.3`", "what will the names look like at a temperature of `0.5`", PROSE + "the_temperatures_that_the_opener_asks_for_are_those_that_it_shows"),
]
