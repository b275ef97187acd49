"""The text is what its card says, and its three parts share no file."""

import hashlib
import json
import os
import re
import sys
from pathlib import Path

import pytest

from helpers.recording import standard_library
from helpers.text import TEXT_FILE, count_bytes, is_our_text, load_texts, split_texts
from notebooks import CHAPTERS, read, title_of


def test_the_shipped_text_is_the_one_that_the_numbers_speak_of():
    texts = load_texts()
    packed = json.dumps(texts, ensure_ascii=False).encode("utf-8")
    assert hashlib.sha256(packed).hexdigest() == "f252c5a687e7fc8aa46069382e3fd4114a4613ce6ee4f47c38d8c55c4f7e2e62"
    assert len(texts) == 167 and list(texts) == sorted(texts)
    assert count_bytes(texts) == sum(map(len, (text.encode() for text in texts.values()))) == 4_661_545
    assert is_our_text(texts) and not is_our_text({**texts, "abc.py": "x = 1\n"})
    assert TEXT_FILE.stat().st_size < 1_000_000


def test_a_change_of_what_was_loaded_changes_nothing_for_the_next_one():
    load_texts().clear()
    assert len(load_texts()) == 167


def test_nothing_in_it_speaks_of_the_machine_that_packed_it():
    someone_s_folder = re.compile(r"/(?:root|home/\w+|Users/\w+)/|\b[A-Z]:\\Users\\|pyenv")
    assert not [name for name, text in load_texts().items() if someone_s_folder.search(text)]


def test_the_licence_stands_beside_it():
    licence = standard_library.LICENCE_FILE.read_text(encoding="utf-8")
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in licence
    card = (TEXT_FILE.parent / "README.md").read_text(encoding="utf-8")
    assert "standard_library.xz" in card and standard_library.LICENCE_FILE.name in card
    assert f"{len(load_texts())} files, {count_bytes(load_texts()):,} bytes" in card
    (chapter,) = (path for path in CHAPTERS if title_of(path) == "cut_text")
    texts = [card, standard_library.__doc__, *(cell.source for cell in read(chapter).cells if "own standard library" in cell.source)]
    told = [re.findall(r"(?:version|CPython) (\d+\.\d+\.\d+)", text) for text in texts]
    assert len(told) == 3 and all(told) and {each for found in told for each in found} == {".".join(map(str, standard_library.VERSION))}


def test_the_script_gathers_it_again():
    if sys.version_info[:3] != standard_library.VERSION:
        pytest.skip("These are the files of CPython 3.11.7; this is another one.")
    assert standard_library.gather(Path(os.__file__).parent) == load_texts()


def test_a_file_of_text_is_written_whole_or_not_at_all(tmp_path):
    file = tmp_path / "text.xz"
    file.write_bytes(b"old")
    standard_library.write_whole(file, lambda opened: opened.write(b"new"))
    assert file.read_bytes() == b"new" and list(tmp_path.iterdir()) == [file]
    with pytest.raises(ZeroDivisionError):
        standard_library.write_whole(file, lambda opened: opened.write(b"n") and 1 / 0)   # the disk is full
    assert file.read_bytes() == b"new" and list(tmp_path.iterdir()) == [file]


def test_the_script_leaves_out_what_a_build_wrote(tmp_path):
    for name in ["b.py", "a.py", "_sysconfigdata__linux.py", "c.txt"]:
        (tmp_path / name).write_text(name)
    assert standard_library.gather(tmp_path) == {"a.py": "a.py", "b.py": "b.py"}


@pytest.mark.parametrize("n_files", [3, 4, 10, 11, 12, 23, 167])
def test_each_file_stands_in_one_part_and_no_part_is_empty(n_files):
    texts = {f"{i:03}": str(i) for i in range(n_files)}
    parts = split_texts(texts)
    assert all(parts)
    together = [name for part in parts for name in part]
    assert sorted(together) == list(texts) and len(set(together)) == n_files
    assert all(part[name] == texts[name] for part in parts for name in part)


def test_every_tenth_file_is_held_out_and_every_tenth_of_the_rest_chooses():
    train, validation, held_out = split_texts({f"{i:03}": "" for i in range(167)})
    assert list(held_out) == [f"{i:03}" for i in range(0, 167, 10)]
    assert list(validation)[:3] == ["001", "012", "023"]
    assert [len(part) for part in (train, validation, held_out)] == [135, 15, 17]


def test_a_readers_folder_in_any_alphabet(tmp_path):
    for name, text in {"c": "Добрый\rдень", "a": "\ufeffgood\r\nday", "b": "こんにちは"}.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
    (tmp_path / "more").mkdir()
    (tmp_path / "folder.txt").mkdir()   # its name alone makes no text of it
    (tmp_path / "more/d.txt").write_text("d")
    texts = load_texts(tmp_path)
    assert texts == {"a.txt": "good\nday", "b.txt": "こんにちは", "c.txt": "Добрый\nдень"} and list(texts) == sorted(texts)
    assert list(load_texts(tmp_path, "**/*.txt"))[-1] == "more/d.txt"
    assert not is_our_text(texts)


def test_what_cannot_be_read_is_said(tmp_path):
    with pytest.raises(ValueError, match="which is none"):
        load_texts(tmp_path / "nowhere")
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(ValueError, match="at least three files .*, got 1"):
        load_texts(tmp_path)
    (tmp_path / "b.txt").write_bytes(b"b\xff")
    with pytest.raises(ValueError, match="byte 1 that is not"):
        load_texts(tmp_path)
    (tmp_path / "b.txt").write_text(" \n")
    with pytest.raises(ValueError, match="without"):
        load_texts(tmp_path)
