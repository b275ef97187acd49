"""The merges are those of the slow way and of the field's libraries, and nothing gets lost between text and ids."""

import functools
import json
import re
import sys
import unicodedata
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import required
from helpers.bpe import (
    byte_order,
    decode_tokens,
    encode_text,
    merge_pair,
    merge_piece,
    read_merges,
    split_pieces,
    train_merges,
    vocabulary_of,
)
from helpers.text import load_texts, split_texts
from notebooks import CHAPTERS, read, title_of

GPT2_PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
MANY = ["", " ", "\n\n  x", "it's  we're\tthere\n", "a_b __init__", "x²+½ Ⅻ", "Привет, мир", "お元気ですか？", "a👩‍🚀b", "e\u0301", "\x00\x1c\x85\u2028"]


@functools.cache
def training_texts():
    return list(split_texts(load_texts())[0].values())


@functools.cache
def our_merges():
    return train_merges(training_texts(), 768)


def merges_the_slow_way(texts, n_merges):
    """Count all pairs again for each merge."""
    id_of = {byte: token_id for token_id, byte in enumerate(byte_order())}
    pieces = [[id_of[byte] for byte in piece.encode()] for text in texts for piece in split_pieces(text)]
    merges = []
    for i in range(n_merges):
        counts = Counter(pair for piece in pieces for pair in pairwise(piece))
        if not counts:
            break
        merges.append(min(counts, key=lambda pair: (-counts[pair], pair)))
        pieces = [merge_pair(piece, merges[-1], 256 + i) for piece in pieces]
    return merges


@given(st.text())
def test_the_pieces_joined_are_the_text(text):
    assert "".join(split_pieces(text)) == text


def test_pieces_by_hand():
    assert split_pieces("We're 12 here, it_is  so.\n\n    x") == ["We", "'re", " 12", " here", ",", " it", "_", "is", " ", " so", ".", "\n\n   ", " x"]


def test_every_ending_of_gpt2_is_a_piece_of_its_own():
    endings = re.findall(r"\w+", GPT2_PATTERN[: GPT2_PATTERN.index(")")].replace("[sdmt]", "s|d|m|t"))
    assert endings == ["s", "d", "m", "t", "ll", "ve", "re"]
    for ending in endings:
        assert split_pieces(f"we'{ending} go") == ["we", f"'{ending}", " go"]


def test_each_byte_has_one_id_and_the_printable_ones_come_first():
    order = byte_order()
    assert sorted(order) == list(range(256))
    assert bytes(order[:94]).decode() == "".join(map(chr, range(ord("!"), ord("~") + 1)))
    assert order[188:190] == [0, 1] and order[-1] == 173


def test_merging_goes_from_left_to_right():
    assert merge_pair([1, 1, 1, 2], (1, 1), 9) == [9, 1, 2]
    assert merge_pair([2, 1, 2, 1], (2, 1), 9) == [9, 9]
    assert merge_pair([3], (3, 3), 9) == [3] and merge_pair([], (3, 3), 9) == []


@pytest.mark.parametrize("texts, n_merges", [
    (["aaaa aaaa aaa", "aa"], 10), (["banana bandana"], 20), (MANY, 60), (["ab ba ab ba"], 4), (["x"], 5),
])
def test_counting_on_gives_the_merges_of_counting_again(texts, n_merges):
    assert train_merges(texts, n_merges) == merges_the_slow_way(texts, n_merges)


@given(st.lists(st.text(alphabet="ab é\n", min_size=1), min_size=1), st.integers(0, 12))
def test_it_does_so_for_any_text(texts, n_merges):
    assert train_merges(texts, n_merges) == merges_the_slow_way(texts, n_merges)


def test_it_does_so_for_a_shipped_file():
    text = load_texts()["heapq.py"]
    assert train_merges([text], 150) == merges_the_slow_way([text], 150)


def test_of_equals_the_smallest_ids_come_first():
    a, b, c = (byte_order().index(ord(letter)) for letter in "abc")
    assert train_merges(["cb", "ab"], 2) == [(a, b), (c, b)]
    assert train_merges(["cb", "ab", "cb"], 2) == [(c, b), (a, b)]


def test_fewer_merges_stand_at_the_front_of_more():
    assert train_merges(training_texts()[:20], 50) == train_merges(training_texts()[:20], 100)[:50]


def test_it_stops_when_no_pair_is_left():
    assert vocabulary_of(train_merges(["abab"], 100))[256:] == [b"ab", b"abab"]


def test_what_it_cannot_do_is_said():
    with pytest.raises(ValueError, match="0 merges or more, got -1"):
        train_merges(["a"], -1)
    with pytest.raises(ValueError, match="not empty"):
        train_merges([""], 3)
    with pytest.raises(ValueError, match="from 0 to 255, got 256"):
        decode_tokens([256], vocabulary_of([]))
    with pytest.raises(ValueError, match="got -1"):
        decode_tokens([-1], vocabulary_of([]))


@given(st.text())
def test_nothing_gets_lost(text):
    merges = our_merges()
    assert decode_tokens(encode_text(text, merges), vocabulary_of(merges)) == text.encode()


def test_what_was_kept_changes_nothing():
    merges, known = our_merges(), {}
    for text in training_texts()[:5]:
        assert encode_text(text, merges, known) == encode_text(text, merges)
    assert known[" self"] == encode_text(" self", merges)


def test_merges_that_were_kept_as_json_cut_alike():
    merges = our_merges()
    assert encode_text("import heapq", json.loads(json.dumps(merges))) == encode_text("import heapq", merges)


def test_the_cuts_in_the_chapter_s_text_are_those_of_its_merges():
    path = next(path for path in CHAPTERS if title_of(path) == "cut_text")
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    (line,) = re.findall(r"^`(\S+\|\S+)`$", text, re.MULTILINE)
    tokens = encode_text(line.replace("|", "").replace("␣", " "), our_merges())
    assert [vocabulary_of(our_merges())[token].decode() for token in tokens] == line.replace("␣", " ").split("|")
    (ids,) = re.findall(r"in the tokens (\d+), (\d+) and (\d+) stands nowhere", text)
    with_r = [token for token in encode_text(" strawberry", our_merges()) if b"r" in vocabulary_of(our_merges())[token]]
    assert list(map(int, ids)) == with_r


def test_the_earliest_merge_goes_first():
    """Not the longest token, nor from left to right: (b, c) was found before (a, b)."""
    assert merge_piece([0, 1, 2], {(1, 2): 0, (0, 1): 1}) == [0, 256]


def test_every_merge_is_that_of_the_library():
    tokenizers = required("tokenizers")
    theirs = tokenizers.Tokenizer(tokenizers.models.BPE())
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=256 + 768, initial_alphabet=alphabet, show_progress=False)
    theirs.train_from_iterator(training_texts(), trainer)
    names = sorted(theirs.get_vocab(), key=theirs.get_vocab().get)
    place = {name: token_id for token_id, name in enumerate(names)}
    said = json.loads(theirs.to_str())["model"]["merges"]
    assert [(place[first], place[second]) for first, second in said] == our_merges()
    for text in [*MANY[:9], load_texts()["heapq.py"]]:
        assert theirs.encode(text).ids == encode_text(text, our_merges())


def test_the_ids_of_every_file_are_those_of_tiktoken():
    tiktoken = required("tiktoken")
    merges, known = our_merges(), {}
    ranks = {token: token_id for token_id, token in enumerate(vocabulary_of(merges))}
    theirs = tiktoken.Encoding("ours", pat_str=GPT2_PATTERN, mergeable_ranks=ranks, special_tokens={})
    for name, text in load_texts().items():
        assert encode_text(text, merges, known) == theirs.encode(text), name
    for text in ["Привет, мир", "お元気ですか？", "a👩‍🚀b", "it's we're", "e\u0301"]:
        assert encode_text(text, merges, known) == theirs.encode(text)


def test_where_the_pattern_parts_from_gpt2():
    """It is one character's kind that `re` sees otherwise: numbers that are no digits count as letters, four controls as white space."""
    regex = pytest.importorskip("regex", reason="There is no regex: python -m pip install regex")
    theirs = regex.compile(GPT2_PATTERN)
    parted = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000
              and unicodedata.category(chr(code)) != "Cn"
              and split_pieces(f"a{chr(code)}1{chr(code)}.") != theirs.findall(f"a{chr(code)}1{chr(code)}.")]
    kinds = Counter(unicodedata.category(character) for character in parted)
    assert set(kinds) <= {"No", "Nl", "Cc", "Cn"}, kinds
    assert [character for character in parted if unicodedata.category(character) == "Cc"] == list("\x1c\x1d\x1e\x1f")
    assert {"²", "½", "Ⅻ"} <= set(parted) and "5" not in parted and "٣" not in parted


def test_ties_fall_otherwise_if_bytes_are_numbered_by_their_value(monkeypatch):
    """So the order of the ids is no matter of taste: by plain values, some merges stand elsewhere than the library's."""
    def as_bytes(merges):
        vocabulary = vocabulary_of(merges)
        return [(vocabulary[first], vocabulary[second]) for first, second in merges]

    ours = as_bytes(our_merges())
    monkeypatch.setattr("helpers.bpe.byte_order", lambda: list(range(256)))
    others = as_bytes(train_merges(training_texts(), 768))
    assert set(ours) == set(others) and sum(a == b for a, b in zip(ours, others, strict=True)) == 748


def test_merges_in_gpt2_s_form_are_read_as_they_were_written(tmp_path):
    """Written by what GPT-2's own code says of its stand-in characters, with our merges."""
    stand_in = {byte: chr(byte) for byte in [*range(33, 127), *range(161, 173), *range(174, 256)]}
    for byte in range(256):
        if byte not in stand_in:
            stand_in[byte] = chr(256 + len(stand_in) - 188)
    vocabulary = vocabulary_of(our_merges())
    lines = [" ".join("".join(stand_in[byte] for byte in vocabulary[token_id]) for token_id in pair) for pair in our_merges()]
    file = tmp_path / "merges.txt"
    file.write_text("#version: 0.2\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert "Ġ t" in lines and read_merges(file) == our_merges()
    file.write_text("# #\na b\nab ##\n\n", encoding="utf-8")   # without its version, with an empty line
    assert vocabulary_of(read_merges(file))[256:] == [b"##", b"ab", b"ab##"]
    file.write_text("a b\nab c d\n", encoding="utf-8")
    with pytest.raises(ValueError, match="got 'ab c d'"):
        read_merges(file)
