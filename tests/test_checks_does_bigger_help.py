"""The checks of the chapter on budgets: right answers in other forms are accepted, answers that only look right are not."""

import re

import numpy as np
import pytest

from helpers.checks import does_bigger_help as check
from helpers.scaling import fit_power_law, operations


@pytest.mark.parametrize("knobs", [51_234_753_829, 51e9, 51.23e9, np.float64(175e9 * 300e9 / 20) ** 0.5, np.float32(5.12e10)])
def test_the_knobs_of_the_same_budget_in_any_number(knobs):
    assert check.same_budget(knobs).accepted


def test_the_verdict_tells_what_the_knobs_read_and_cost():
    told = re.fullmatch(r"(\d+) billion knobs, ([\d.]+) trillion tokens, and ([\d.]+e\+\d+) operations, as before\.", check.same_budget(51.2e9).sentence)
    knobs, tokens, cost = float(told[1]) * 1e9, float(told[2]) * 1e12, float(told[3])
    assert cost == pytest.approx(operations(175e9, 300e9), rel=0.01)
    assert operations(knobs, tokens) == pytest.approx(cost, rel=0.03) and tokens / knobs == pytest.approx(20, rel=0.03)


@pytest.mark.parametrize("knobs", [49e9, 54e9, "51e9", [51e9]])
def test_other_knobs_are_not_accepted(knobs):
    assert not check.same_budget(knobs).accepted


@pytest.mark.parametrize("factor", [8.2, 8.23, np.exp(-np.log(0.9) / 0.05), np.float32(8.225)])
def test_the_factor_in_any_number(factor):
    assert check.price_of_a_tenth(factor).accepted


@pytest.mark.parametrize("factor", [8.6, 7.8, 2.107, 1.2])
def test_other_factors_are_not_accepted(factor):
    assert not check.price_of_a_tenth(factor).accepted


def test_a_counting_table_as_a_loop_or_a_list():
    def by_loop(token_ids, vocab_size):
        counts, found = {}, []
        for token in list(token_ids):
            found.append(float(-np.log((counts.get(token, 0) + 1) / (sum(counts.values()) + vocab_size))))
            counts[token] = counts.get(token, 0) + 1
        return found

    assert check.counting_surprises(by_loop).accepted
    assert not check.counting_surprises(lambda ids, vocab_size: by_loop(ids, 3)).accepted


def test_leaving_out_by_another_fit():
    def by_polyfit(xs, ys):
        found = []
        for i in range(len(xs)):
            rest = [j for j in range(len(xs)) if j != i]
            line = np.polyfit(np.log(xs)[rest], np.log(ys)[rest], 1)
            found.append(ys[i] / np.exp(np.polyval(line, np.log(xs[i]))) - 1)
        return tuple(found)

    assert check.leave_one_out(by_polyfit).accepted
    assert not check.leave_one_out(lambda xs, ys: [ys[i] / fit_power_law(xs, ys).at(xs[i]) - 1 for i in range(len(xs))]).accepted
    assert not check.leave_one_out(lambda xs, ys: -np.array(by_polyfit(xs, ys))).accepted
    assert not check.leave_one_out(lambda xs, ys: np.array(by_polyfit(xs, ys)) + 1e-3).accepted
