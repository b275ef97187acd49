"""The checks of the chapter on GPT-2 take right answers in other forms, and what they say of the sizes is so."""

import json
import mmap
import re

import numpy as np
import pytest

from helpers.checks import real_gpt as check
from helpers.gpt2 import gpt2, load_gpt2
from helpers.recording.small_gpt2 import FOLDER
from notebooks import ROOT, read

CHAPTER = ROOT / "chapters/18_real_gpt.ipynb"


@pytest.mark.parametrize("answer", [640, 640.0, np.int64(640)])
def test_a_width_may_be_any_kind_of_number(answer):
    assert check.as_wide_as_allowed(answer).accepted


def test_640_is_the_widest():
    assert check._knobs(640) <= 100_000_000 < check._knobs(704)


@pytest.mark.parametrize("width", [0, -64, 1e9, 64])
def test_an_odd_width_gets_a_sentence(width):
    verdict = check.as_wide_as_allowed(width)
    assert not verdict.accepted and "stumbled" not in verdict.sentence


def header_of(file):
    n_header = int.from_bytes(file.read(8), "little")
    return json.loads(file.read(n_header)), 8 + n_header


def by_fromfile(path, name):
    with open(path, "rb") as file:
        header, start = header_of(file)
    if name not in header:
        raise ValueError(name)
    about = header[name]
    return np.fromfile(path, {"F32": "f4", "F16": "f2"}[about["dtype"]], int(np.prod(about["shape"])), offset=start + about["data_offsets"][0]).reshape(about["shape"]).tolist()


def by_a_map(path, name):
    with open(path, "rb") as file:
        header, start = header_of(file)
        about = header[name] if name in header else None
        if about is None:
            raise ValueError(name)
        first, last = about["data_offsets"]
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            return np.frombuffer(mapped[start + first : start + last], {"F32": "f4", "F16": "f2"}[about["dtype"]]).reshape(about["shape"])


@pytest.mark.parametrize("one_array", [by_fromfile, by_a_map])
def test_one_array_may_be_read_in_other_ways(one_array):
    assert check.one_array_and_no_more(one_array).accepted


@pytest.mark.parametrize("order", [["value", "query", "key"], ("Value", "Query ", "Key"), np.array(["value", "query", "key"])])
def test_an_order_may_be_a_list_a_tuple_or_an_array(order):
    assert check.in_which_order(order).accepted


def test_the_strange_knobs_stand_in_the_order_that_is_accepted():
    params, config = load_gpt2(FOLDER, np.float64)
    strange = check.strange_knobs(params)
    back = [check.ORDER.index(name) for name in ("query", "key", "value")]
    for name, tensor in strange.items():
        if "qkv" in name:
            parts = np.split(tensor.data, 3)
            assert not np.array_equal(tensor.data, params[name].data)
            tensor.data = np.concatenate([parts[place] for place in back])
    assert np.array_equal(gpt2(strange, [[1, 2, 3]], config).data, gpt2(params, [[1, 2, 3]], config).data)


def test_a_cache_may_be_told_in_floats():
    assert check.a_cache_for_many(10_066_329_600.0, np.float64(2_013_265_920)).accepted


def test_a_width_that_is_no_multiple_is_told_so_and_what_is_said_of_the_tables_is_so():
    assert "a multiple of 64" in check.as_wide_as_allowed(608).sentence and "a multiple of 64" in check.as_wide_as_allowed(0).sentence
    share = {"third": 1 / 3, "half": 1 / 2, "quarter": 1 / 4, "fifth": 1 / 5}
    (said,) = [word for word in share if f"a {word} of them in the tables" in check.as_wide_as_allowed(640).sentence]
    assert abs((50_257 + 1_024) * 640 / check._knobs(640) - share[said]) < 0.05


def test_the_cache_that_is_checked_is_the_one_of_the_exercise():
    text = next(cell.source for cell in read(CHAPTER).cells if "### 4. A cache for many" in cell.source).partition("### 4.")[2].partition("<details>")[0]
    layers, heads, width, texts, tokens, group = (int(number) for number in re.findall(r"`(\d+)`", text))
    assert "keeps keys and values in float16" in text and width % heads == 0
    now = 2 * layers * texts * tokens * width * 2
    assert check.a_cache_for_many(now, now * (heads // group) // heads).accepted
