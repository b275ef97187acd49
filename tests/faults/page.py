"""Faults in the look of the pages: what is out of focus, what is printed, what fits, where links lead."""

from tests.faults import Fault

CSS, TESTS = "book/static/book.css", "tests/test_site.py::test_"
ONE = "[chapters/01_names_and_tokens.html]"
FOLDED = TESTS + "a_prediction_s_answer_is_folded_and_opens_by_keyboard_and_on_paper"
TERMS = "tests/test_glossary.py::test_terms_and_chapters_lead_to_each_other"
FAULTS = [
    Fault(CSS, "filter: blur(.3rem)", "filter: none", TESTS + "the_text_that_tells_an_answer_is_out_of_focus" + ONE, builds=True),
    Fault(CSS, "{ filter: none !important; }", "{ }", TESTS + "the_text_that_tells_an_answer_is_out_of_focus" + ONE, builds=True),
    Fault(CSS, "p, ul, ol, blockquote, details) { max-width: 44rem; }", "p, ul, ol, blockquote, details) { max-width: 64rem; }", TESTS + "lines_of_prose_are_short_enough_to_read" + ONE, builds=True),
    Fault(CSS, "border-radius: .4rem; font-size: .8rem; line-height: 1.55;", "border-radius: .4rem; font-size: 1.1rem; line-height: 1.55;", TESTS + "no_line_of_code_is_cut_off_on_a_desk", builds=True),
    Fault(CSS, "button.copybtn,", "button.copy,", TESTS + "chapter_prints_its_title_and_text_and_nothing_else" + ONE, builds=True),
    Fault(CSS, "padding-left: 2.6rem !important;", "padding-left: .6rem !important;", TESTS + "the_search_at_an_address_shows_the_text", builds=True),
    Fault(CSS, "--pst-color-text-muted: #a9b1bc;", "--pst-color-text-muted: #545b65;", TESTS + "page_is_accessible_and_fits_a_phone[chapters/01_names_and_tokens.html-dark]", builds=True),
    Fault("book/static/book.js", "? 0 : -1", "? 0 : 0", TESTS + "what_scrolls_says_so_and_the_keyboard_stops_there_and_only_there" + ONE, builds=True),
    Fault("book/static/book.js", ", div.math", "", TESTS + "a_long_formula_can_be_reached_on_a_phone", builds=True),
    Fault("book/static/search.js", '.replace(/\\w+/g, (word)', '.replace(/^$/g, (word)', TESTS + "the_search_finds_a_term_of_the_glossary_by_its_name", builds=True),
    Fault("book/ext/address.py", "root = root.replace", "root = root.slice(0, 1).replace", TESTS + "what_does_not_exist_is_answered_by_a_page_of_the_book_wherever_the_book_lies", builds=True),
    Fault("book/static/book.js", 'Listener("afterprint"', 'Listener("afterprinting"', FOLDED + ONE, builds=True),
    Fault("book/ext/page_cells.py", "    fold_predictions(notebook[\"cells\"])\n", "", FOLDED + ONE, builds=True),
    Fault("book/ext/glossary_links.py", "        linked.add(entry[1])\n    texts =", "    texts =", TERMS, builds=True),
    Fault("book/ext/glossary_links.py", "key=lambda entry: -len(entry[0])", "key=lambda entry: len(entry[0])", "tests/test_glossary.py::test_a_longer_term_is_not_linked_as_a_shorter_one", builds=True),
    Fault("book/ext/from_helpers.py", '"italian"', '"french"', "tests/test_live_writer.py -k landing", builds=True),
    Fault("book/static/book.js", 'key === "Tab"', 'key === "Tabs"', TESTS + "a_box_whose_text_grows_unseen_is_reached_by_tab_all_the_same", builds=True),
    Fault("book/ext/page_cells.py", "    fold_code(notebook[\"cells\"])\n", "", "tests/test_build.py::test_silent_checks_and_cells_with_a_line_are_folded"),
    Fault("book/ext/page_cells.py", "and not cell[\"outputs\"] and not", "and not", "tests/test_build.py::test_silent_checks_and_cells_with_a_line_are_folded"),
    Fault("helpers/live/shell.py", "(?![^>]*autocomplete)", "", "tests/test_live.py -k comes_back"),
    Fault("helpers/live/shell.py", "<(input|select)", "<(input)", "tests/test_live.py -k comes_back"),
    Fault("helpers/ladder.py", "the ladder has {recorded:.3f}", "the ladder has {loss:.3f}", "tests/test_checks.py -k parted"),
    Fault("book/ext/glossary_links.py", " or entry[0] in ALSO_EVERYDAY", "", "tests/test_glossary.py -k every_day", builds=True),
    Fault("book/ext/glossary_links.py", "reftitle=definition)", "reftitle=name)", "tests/test_glossary.py", builds=True),
]
