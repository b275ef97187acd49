"""Faults in the list of chapters, in the roads, and in what a browser keeps of a reader's place."""

from tests.faults import Fault

LIST, PLACE, CSS, TESTS = "book/ext/chapter_list.py", "book/static/place.js", "book/static/book.css", "tests/test_front.py::test_"
SHOWN, FORGETS = TESTS + "a_place_is_marked_by_keyboard_kept_over_a_reload_and_shown_in_list_menu_and_roads", TESTS + "one_button_forgets_all_and_says_what"
FAINT = TESTS + "a_thumbnail_leaves_out_numbers_and_squares_too_faint_to_be_seen"
SMALL = TESTS + "a_thumbnail_keeps_the_bars_and_drops_the_words"
FAULTS = [
    Fault(LIST, '.partition("**What you will learn**")[0]', "", TESTS + "an_opening_without_a_question_is_refused"),
    Fault(LIST, 'if "question" in opening.metadata:', "if False:", TESTS + "the_question_is_the_first_that_the_opening_asks"),
    Fault(LIST, '^```.*?^```|', "", TESTS + "the_question_is_the_first_that_the_opening_asks"),
    Fault(LIST, "int(said[1]), int(said[2] or 0)", "int(said[2] or 0), int(said[1])", TESTS + "times_are_those_of_the_opening"),
    Fault(LIST, "divmod(minutes, 60)", "divmod(minutes, 100)", TESTS + "times_are_said_in_hours_and_minutes"),
    Fault(LIST, "(not cell.metadata.get(\"thumbnail\"), len(found)", "(len(found), len(found)", TESTS + "the_picture_is_the_marked_one_or_the_first_that_has_a_caption"),
    Fault(LIST, 'kind in ("text", "style") or', 'kind == "style" or', FAINT),
    Fault(LIST, "matplotlib\\.axis|legend", "legend", SMALL),
    Fault(LIST, 'unseen = (kind in ("g", "defs") and not len(child)) or (', 'unseen = (kind in ("g", "defs") and not len(child)) and (', SMALL),
    Fault(LIST, "not faint and", "", FAINT),
    Fault(LIST, 'sum(chapter.minutes for chapter in chapters)', "max(chapter.minutes for chapter in chapters)", TESTS + "a_road_with_an_unknown_chapter_is_refused"),
    Fault(LIST, "if unknown or not sentence:", "if unknown:", TESTS + "a_road_with_an_unknown_chapter_is_refused"),
    Fault(LIST, "nodes.make_id(title)", "nodes.make_id(title)[:9]", TESTS + "the_exercises_of_the_list_are_those_of_the_pages", builds=True),
    Fault("chapters/01_names_and_tokens.ipynb", "The chapter takes about 40 minutes", "The chapter takes some 40 minutes", TESTS + "the_list", builds=True),
    Fault(PLACE, "/\\/chapters\\/\\d\\d_(\\w+)", "/\\/chapters\\/(\\w+)", SHOWN, builds=True),
    Fault(PLACE, "localStorage.setItem(KEY, JSON", "sessionStorage.setItem(KEY, JSON", SHOWN, builds=True),
    Fault(PLACE, "${here.length} of", "${solved.length + 1} of", SHOWN, builds=True),
    Fault(PLACE, 'localStorage.removeItem(KEY);', 'localStorage.setItem(KEY, "[]");', FORGETS, builds=True),
    Fault(PLACE, "      text.focus();\n", "", FORGETS, builds=True),
    Fault(PLACE, "catch { keeps = false; }", "catch { }", TESTS + "where_a_browser_keeps_nothing_there_is_nothing_to_mark_and_no_error", builds=True),
    Fault(PLACE, "Array.isArray(kept) ? kept.filter((mark) => typeof mark === \"string\") : []", "kept", TESTS + "what_cannot_be_read_counts_as_nothing", builds=True),
    Fault(PLACE, 'addEventListener("storage", show);', "", TESTS + "another_tab_shows_what_was_marked_here", builds=True),
    Fault(CSS, ", .book-place, .book-mark {", " {", TESTS + "a_place_is_accessible_fits_a_phone_and_is_not_printed", builds=True),
    Fault(LIST, ' | set(re.findall(r"url\\(#([^)]+)\\)", svg))', "", TESTS + "what_the_shapes_of_a_thumbnail_refer_to_is_in_it"),
    Fault(LIST, 'elif shape.tag == f"{{{SVG}}}use":', 'elif shape.tag == "use":', TESTS + "dots_without_axes_are_in_the_box_of_a_thumbnail"),
    Fault(LIST, "<p>{html.escape(chapter.question)}</p>", "<p>{chapter.question}</p>", TESTS + "words_of_a_chapter_cannot_break_the_page"),
    Fault(LIST, "<h3>{html.escape(title)}</h3>", "<h3>{title}</h3>", TESTS + "words_of_a_chapter_cannot_break_the_page"),
    Fault(LIST, 'raise ValueError(f"{file.name}: {error}") from None', "raise", TESTS + "a_chapter_that_cannot_be_listed_is_named"),
    Fault(LIST, "max(xs) - min(xs) + 8, max(ys)", "max(xs) - min(xs), max(ys)", SMALL),
    Fault("book/index.md", "Five small questions tell you", "Four small questions tell you", TESTS + "the_landing_page_counts_its_roads_and_the_questions_of_the_self_test"),
    Fault("book/index.md", "## Three roads", "## Four roads", TESTS + "the_landing_page_counts_its_roads_and_the_questions_of_the_self_test"),
]
