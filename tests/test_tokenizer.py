"""The tokenizer loses nothing, and says so when it would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tokenizer import decode, encode, letters_of

LETTERS = list("abcdefghijklmnopqrstuvwxyz")
names = st.text(alphabet=LETTERS, max_size=20)


@given(names)
def test_decode_undoes_encode(name):
    assert decode(encode(name, LETTERS), LETTERS) == name


@given(names)
def test_bos_stands_at_both_ends_and_nowhere_else(name):
    token_ids = encode(name, LETTERS)
    assert len(token_ids) == len(name) + 2
    assert token_ids[0] == token_ids[-1] == 26
    assert all(0 <= token_id < 26 for token_id in token_ids[1:-1])


@given(st.lists(st.text(min_size=1), min_size=1))
def test_the_letters_of_names_spell_these_names(texts):
    letters = letters_of(texts)
    assert letters == sorted(set(letters))
    for text in texts:
        assert decode(encode(text, letters), letters) == text


@given(names, st.text(min_size=1), names)
def test_an_unknown_character_is_named(before, middle, after):
    unknown = [character for character in middle if character not in LETTERS]
    if unknown:
        with pytest.raises(ValueError) as caught:
            encode(before + middle + after, LETTERS)
        assert repr(unknown[0]) in str(caught.value)


@given(st.integers().filter(lambda token_id: not 0 <= token_id <= 26))
def test_an_id_outside_the_vocabulary_is_named(token_id):
    with pytest.raises(ValueError, match=f"from 0 to 26, got {token_id}"):
        decode([26, token_id, 26], LETTERS)


def test_ids_are_those_of_the_book():
    assert encode("emma", LETTERS) == [26, 4, 12, 12, 0, 26]
