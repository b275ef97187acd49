"""The checks of the chapter on writing take right answers in other forms, and no near miss."""

import re

import numpy as np
import pytest

from helpers.checks import let_it_write as check
from helpers.sampling import softmax
from notebooks import CHAPTERS, read, title_of

TEXT = "\n".join(cell.source for path in CHAPTERS if title_of(path) == "let_it_write" for cell in read(path).cells)


@pytest.mark.parametrize("answer", [16 / 17, 0.94, 0.941, np.float64(0.9412)])
def test_half_the_temperature_takes_rounded_answers(answer):
    assert check.half_the_temperature(answer).accepted


def test_the_numbers_of_the_text_give_the_answers_that_the_checks_want():
    """Read from the exercises as they stand in the chapter."""
    first, second, temperature = map(float, re.search(r"the probability `([\d.]+)`, the second `([\d.]+)`\. .* at temperature `([\d.]+)`\?", TEXT).groups())
    powers = np.array([first, second]) ** (1 / temperature)
    assert first + second == 1 and check.half_the_temperature(powers[0] / powers.sum()).accepted
    layers, heads, channels, context = map(int, re.search(r"smallest GPT-2 has `(\d+)` layers, `(\d+)` heads, `(\d+)` .* context of `(\d+)`", TEXT).groups())
    assert check.cache_of_gpt2(2 * layers * heads * (channels // heads) * context).accepted


@pytest.mark.parametrize("answer", [0.92, 0.96, 0.889, 0.64, 1, True])
def test_half_the_temperature_takes_no_other_number(answer):
    assert not check.half_the_temperature(answer).accepted


@pytest.mark.parametrize("answer", [18_874_368, 18874368.0, np.int64(18_874_368)])
def test_the_size_of_the_cache_is_taken_as_any_number(answer):
    assert check.cache_of_gpt2(answer).accepted


@pytest.mark.parametrize("answer", [18_874_367, 18.9e6, 2 * 12 * 1023 * 768])
def test_the_size_of_the_cache_is_exact(answer):
    assert not check.cache_of_gpt2(answer).accepted


def by_probability(logits, p):
    said = softmax(logits)
    return np.where(said >= p * said.max(axis=-1, keepdims=True), logits, -np.inf)


def by_loops(logits, p):
    logits = np.array(logits)
    for place in np.ndindex(logits.shape[:-1]):
        row = logits[place]
        row[row < row.max() + np.log(p)] = -np.inf
    return logits


def test_min_p_asks_with_more_than_one_p():
    assert not check.min_p(lambda logits, p: by_probability(logits, 0.4)).accepted


@pytest.mark.parametrize("answer", [by_probability, by_loops])
def test_min_p_may_be_written_in_several_ways(answer):
    assert check.min_p(answer).accepted, check.min_p(answer)


def test_draft_and_judge_takes_the_same_row_in_another_form():
    assert check.draft_and_judge(lambda target, draft: [max(t - d, 0) / sum(np.maximum(target - draft, 0)) for t, d in zip(target, draft, strict=True)]).accepted
    assert check.draft_and_judge(lambda target, draft: (target - np.minimum(target, draft)) / (1 - np.minimum(target, draft).sum())).accepted


def test_draft_and_judge_takes_no_row_that_only_sums_to_one():
    assert not check.draft_and_judge(lambda target, draft: np.full(len(target), 1 / len(target))).accepted
    assert not check.draft_and_judge(lambda target, draft: np.maximum(target - 0.9 * draft, 0) / np.maximum(target - 0.9 * draft, 0).sum()).accepted


def test_draft_and_judge_lets_an_answer_work_in_place():
    def in_place(target, draft):
        target -= draft
        target[target < 0] = 0
        target /= target.sum()
        return target

    assert check.draft_and_judge(in_place).accepted


def all_on_the_one_that_lacks_most(target, draft):
    return np.eye(len(target))[np.argmax(target - draft)]


def by_ratio(target, draft):
    with np.errstate(divide="ignore", invalid="ignore"):
        missing = draft * np.maximum(target / draft - 1, 0)
    return missing / missing.sum()


@pytest.mark.parametrize("answer", [all_on_the_one_that_lacks_most, by_ratio])
def test_draft_and_judge_takes_no_row_that_fits_two_tokens_or_drafts_of_all_tokens_only(answer):
    assert not check.draft_and_judge(answer).accepted
