"""The shipped names are what the data card says, a split never leaks, and a bad file is named."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.names import NAMES_FILE, example_name, is_our_list, load_names, load_rows, split_names


def test_the_data_card_tells_the_truth():
    card = (NAMES_FILE.parent / "README.md").read_text(encoding="utf-8")
    rows, names = load_rows(), load_names()
    assert f"{len(rows):,} rows" in card and f"{len(names):,} different given names" in card
    assert f"{len({origin for _, origin in rows})} origins" in card
    assert {min(map(len, names)), max(map(len, names))} == {2, 14}
    assert set("".join(names)) == set("abcdefghijklmnopqrstuvwxyz")


def test_names_are_different_and_an_origin_gives_some_of_them():
    names = load_names()
    assert len(names) == len(set(names))
    italian = load_names(origin="italian")
    assert 0 < len(italian) < len(names) and set(italian) <= set(names)
    assert italian == [name for name, origin in load_rows() if origin == "italian"]


def test_the_split_is_the_same_for_every_list_and_leaks_no_name():
    names = load_names()
    train, held_out = split_names(names)
    assert not set(train) & set(held_out) and sorted(train + held_out) == sorted(names)
    assert 0.09 < len(held_out) / len(names) < 0.11
    few_train, few_held_out = split_names(names[::-7])
    assert set(few_train) <= set(train) and set(few_held_out) <= set(held_out)


def test_the_fingerprint_of_salt_and_name_decides():
    """Written out once more, since every number of the book hangs on it."""
    names = load_names()[::500]

    def place_of(text):
        return int(hashlib.sha256(text.encode()).hexdigest()[:16], 16) / 16**16

    assert split_names(names, 0.3)[1] == [name for name in names if place_of(name) < 0.3]
    assert split_names(names, 0.3, salt="tune")[1] == [name for name in names if place_of("tune" + name) < 0.3]


@given(st.lists(st.text()), st.text())
def test_a_name_that_stands_twice_stays_on_one_side(names, salt):
    train, held_out = split_names(names + names, salt=salt)
    assert not set(train) & set(held_out)
    assert len(train) + len(held_out) == 2 * len(names)


def test_another_salt_splits_another_way():
    names = load_names()
    assert split_names(names)[1] != split_names(names, salt="tune")[1]


def test_a_reader_s_file_is_read(tmp_path):
    path = tmp_path / "names.txt"
    path.write_bytes("\ufeffEmma\r\n\r\n  ava \nEMMA\n".encode())
    assert load_names(path) == ["emma", "ava"]
    path.write_text("zoé\n", encoding="utf-8")
    assert load_names(path) == load_names(path, letters="ozé") == ["zoé"]
    with pytest.raises(ValueError, match="got 'o' in 'zoé', 'é' in 'zoé'"):   # all of them at once
        load_names(path, letters="z")


def test_a_letter_and_its_accent_are_one_character(tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("zoe\u0301\nZO\u00c9\n\u0130pek\nanna-lena o'neil\nΆννα\n", encoding="utf-8")
    assert load_names(path)[::2] == ["zo\u00e9", "anna-lena o'neil"]
    assert load_names(path)[1] == "ipek"   # the small letter of a capital with a dot has two
    assert load_names(path, letters="zoe\u0301i\u0307pekanna-lena o'neilάννα")[0] == "zo\u00e9"


def test_marks_on_letters_and_the_printed_apostrophe_stand_in_names(tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("\u0938\u0940\u0924\u093e\no’neil\n", encoding="utf-8")   # Sita in Devanagari: two of its characters are marks
    assert load_names(path) == ["\u0938\u0940\u0924\u093e", "o’neil"]


def test_even_two_names_split_into_two_sides():
    for names in (["emma", "ava"], ["ava", "mia", "emma"], load_names()[:5]):
        train, held_out = split_names(names)
        assert train and held_out and sorted(train + held_out) == sorted(names)
    train, held_out = split_names(["emma", "ava"], held_out=0.999)
    assert len(train) == len(held_out) == 1
    names = load_names()[:5]
    one, some = split_names(names, held_out=1e-9)[1], split_names(names, held_out=0.9)[1]
    assert len(one) == 1 and set(one) <= set(some)   # more held out is the same and more


def test_the_book_knows_its_own_names_and_an_example_that_others_can_spell():
    names = load_names()
    assert is_our_list(names) and is_our_list(names[::-1]) and not is_our_list(names[1:]) and not is_our_list(["zoé"])
    assert not is_our_list([*names, "zoé"])
    assert example_name("emma", names) == "emma" and example_name("emma", ["μαρία", "άννα"]) == "άννα"
    assert example_name("emma", ["άη", "μαρία"]) == "μαρία" and example_name("emma", ["mae"]) == "emma"


BAD_FILES = {
    "empty": (b"", "without a single name"),
    "only blank lines": (b"\n  \n", "without a single name"),
    "not UTF-8": ("zoé".encode("latin-1"), "byte 2"),
    "digits and signs": (b"emma\nzoe2\nava,anna\n4ever\n", "got ',' in 'ava,anna', '2' in 'zoe2', '4' in '4ever'"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_named_with_what_is_wrong(case, tmp_path):
    content, words = BAD_FILES[case]
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        load_names(path)
    assert str(path) in str(caught.value)


def test_a_directory_or_a_missing_file_is_named(tmp_path):
    for path in [tmp_path, tmp_path / "none.txt"]:
        with pytest.raises(ValueError, match="want a text file") as caught:
            load_names(path)
        assert str(path) in str(caught.value)


def test_an_unknown_origin_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="italian.*got 'klingon'"):
        load_names(origin="klingon")
    with pytest.raises(ValueError, match="got both"):
        load_names("names.txt", origin="italian")
    with pytest.raises(ValueError, match="got letters alone"):
        load_names(letters="abc")
