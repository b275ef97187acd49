"""Right answers to the exercises on embeddings, in other forms and by other formulas than the chapter's, are accepted."""

import numpy as np
import pytest

from helpers.checks import every_letter_a_place as check
from helpers.tensor import Tensor, gather_rows


def nearest_by_pairs(rows, i, n):
    far = [(((row - rows[i]) ** 2).sum(), j) for j, row in enumerate(rows) if j != i]
    yield from (j for _, j in sorted(far)[:n])


def nearest_as_array(rows, i, n):
    return np.argsort(((rows - rows[i]) ** 2).sum(axis=1))[1 : n + 1]


def gradient_by_the_engine(ids, grad, vocab_size):
    table = Tensor(np.zeros((vocab_size, grad.shape[1])))
    sum(gather_rows(table, ids[:, place]) for place in range(ids.shape[1])).backward(grad)
    return table.grad


def gradient_by_loops(ids, grad, vocab_size):
    out = np.zeros((vocab_size, grad.shape[1]))
    for row, share in zip(ids, grad, strict=True):
        for token_id in row:
            out[token_id] += share
    return out.tolist()


RIGHT = {
    "four numbers as a tuple": (check.how_many_knobs, ((4740, 2500, 330, 10),)),
    "four numbers of numpy": (check.how_many_knobs, (np.array([4740.0, 2500, 330, 10]),)),
    "four numbers from a generator": (check.how_many_knobs, ((n for n in (4740, 2500, 330, 10)),)),
    "one row": (check.too_short_a_table, ((1, 24),)),
    "one row as a list": (check.too_short_a_table, ([1, 24],)),
    "a row without its axis": (check.too_short_a_table, ((24,),)),
    "a plain size": (check.too_short_a_table, (24,)),
    "a row for each question": (check.too_short_a_table, ((3, 1, 24),)),
    "nearest from a generator": (check.who_is_near, (nearest_by_pairs,)),
    "nearest as an array": (check.who_is_near, (nearest_as_array,)),
    "the gradient by the engine": (check.the_way_back_of_a_sum, (gradient_by_the_engine,)),
    "the gradient by loops, as lists": (check.the_way_back_of_a_sum, (gradient_by_loops,)),
    "two of numpy's truths": (check.shuffle_each_name, (np.True_, np.True_)),
    "in words": (check.shuffle_each_name, ("True", "yes")),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_in_another_form_is_accepted(case):
    judge, answers = RIGHT[case]
    verdict = judge(*answers)
    assert verdict.accepted, f"{case}: {verdict}"


@pytest.mark.parametrize("fewer", [(1, 6), (6,), (24, 1)])
def test_a_shape_that_does_not_fit_is_told_so(fewer):
    assert "fails" in repr(check.too_short_a_table(fewer))
