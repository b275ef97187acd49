"""Right answers to the exercises on arrays, in other forms and by other formulas than the chapter's, are accepted."""

import numpy as np
import pytest

from helpers.checks import whole_arrays as check
from helpers.tensor import Tensor, cross_entropy, gather_rows, tanh

FIVE = [(4, 3), (2, 4, 3), (2, 3, 5), (4, 6), (3,)]


def squared_error_of_dot(guesses, targets):
    targets = np.asarray(targets)
    if targets.shape != guesses.shape:
        raise ValueError("shapes differ")
    difference = (guesses.data - targets).ravel()
    slopes = (2 / difference.size * difference).reshape(guesses.shape)
    return Tensor([difference @ difference / difference.size], [(guesses, lambda grad: grad * slopes)])


def squared_error_in_two_steps(guesses, targets):
    if guesses.shape != targets.shape:
        raise ValueError("shapes differ")
    difference = guesses - targets
    squares = difference * difference
    n = squares.data.size
    return Tensor(squares.data.mean(), [(squares, lambda grad: np.full(squares.shape, grad / n))])


def by_the_engine(two_back, one_back, output, before, targets):
    tensors = [Tensor(array) for array in (two_back, one_back, output)]
    hidden = tanh(gather_rows(tensors[0], before[:, 0]) + gather_rows(tensors[1], before[:, 1]))
    cross_entropy(hidden @ tensors[2], targets).backward()
    return [tensor.grad for tensor in tensors]


def by_loops(two_back, one_back, output, before, targets):
    to_two_back, to_one_back, to_output = (np.zeros(array.shape) for array in (two_back, one_back, output))
    for (i, j), target in zip(before, targets, strict=True):
        hidden = np.tanh(two_back[i] + one_back[j])
        powers = np.exp(hidden @ output)
        to_logits = (powers / powers.sum() - np.eye(len(powers))[target]) / len(targets)
        to_output += np.outer(hidden, to_logits)
        to_sum = output @ to_logits * (1 + hidden) * (1 - hidden)
        to_two_back[i] += to_sum
        to_one_back[j] += to_sum
    yield from (to_two_back, to_one_back, to_output)


def as_lists(*arguments):
    return [gradient.tolist() for gradient in by_loops(*arguments)]


def rows_of():
    """Stands for the chapter's function of that name."""


RIGHT = {
    "shapes as a tuple of lists": (check.what_shape_comes_out, (tuple(map(list, FIVE)),)),
    "shapes from a generator": (check.what_shape_comes_out, ((shape for shape in FIVE),)),
    "numpy's integers, and a single number for one axis": (
        check.what_shape_comes_out, ([[np.int64(4), 3], (2, 4, 3), [2, 3, 5], np.array([4, 6]), 3],),
    ),
    "shapes as lists": (check.where_does_it_fail, ([1, 3], [4, 3])),
    "shapes as arrays of sizes": (check.where_does_it_fail, (np.array([4, 1]), np.array([2, 4, 3]))),
    "a single size": (check.where_does_it_fail, (1, 3)),
    "names as a set": (check.who_gets_caught, ({"surprise", "quotient", "rows_of"},)),
    "names in a text": (check.who_gets_caught, ("rows_of, surprise and quotient",)),
    "names from a generator": (check.who_gets_caught, ((name for name in ["surprise", "quotient", "rows_of"]),)),
    "a function for its name": (check.who_gets_caught, ([rows_of, "surprise", "quotient"],)),
    "a loss in an array of one, with slopes made beforehand": (check.build_the_squared_error, (squared_error_of_dot,)),
    "a loss in several steps": (check.build_the_squared_error, (squared_error_in_two_steps,)),
    "the engine itself": (check.the_whole_way_back, (by_the_engine,)),
    "question by question, from a generator": (check.the_whole_way_back, (by_loops,)),
    "gradients as lists": (check.the_whole_way_back, (as_lists,)),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_in_another_form_is_accepted(case):
    judge, answers = RIGHT[case]
    verdict = judge(*answers)
    assert verdict.accepted, verdict


def squared_error_that_compares_sizes(guesses, targets):
    difference = guesses.data - targets
    if np.size(targets) != guesses.data.size:
        raise ValueError("sizes differ")
    return Tensor((difference**2).mean(), [(guesses, lambda grad: grad * 2 * difference / difference.size)])


def by_hand_with_the_last_share_only(two_back, one_back, output, before, targets):
    *_, to_output = by_loops(two_back, one_back, output, before, targets)
    tables = np.zeros(two_back.shape), np.zeros(one_back.shape)
    for place in range(len(targets)):
        shares = by_loops(two_back, one_back, output, before[place : place + 1], targets[place : place + 1])
        for table, share, row in zip(tables, shares, before[place], strict=False):
            table[row] = share[row] / len(targets)
    return [*tables, to_output]


NEAR_MISSES = {
    "a column for a row": (check.build_the_squared_error, (squared_error_that_compares_sizes,)),
    "one share for each row": (check.the_whole_way_back, (by_hand_with_the_last_share_only,)),
    "only new axes in front": (check.where_does_it_fail, ((3,), (4, 3))),
}


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_a_near_miss_is_not_accepted(case):
    judge, answers = NEAR_MISSES[case]
    verdict = judge(*answers)
    assert not verdict.accepted, verdict


def test_a_missing_gradient_is_told_apart_from_a_wrong_one():
    def one_is_missing(*arguments):
        return [*by_the_engine(*arguments)[:2], None]

    assert "still missing" in repr(check.the_whole_way_back(one_is_missing))
