"""One step of learning, for single numbers and for arrays alike."""

import math

import numpy as np
import pytest

from helpers.scalar import Value
from helpers.tensor import Tensor
from helpers.training import gradient_step, zero_grad


def test_a_step_goes_against_the_gradient_by_learning_rate_times_gradient():
    parameters = [Value(3), Value(-1)]
    (parameters[0] * parameters[0] + 4 * parameters[1]).backward()
    gradient_step(parameters, 0.1)
    assert [p.data for p in parameters] == pytest.approx([3 - 0.1 * 6, -1 - 0.1 * 4])


@pytest.mark.parametrize("learning_rate", [0.25, np.float64(0.25)])
def test_a_step_moves_arrays_and_keeps_their_kind(learning_rate):
    parameter = Tensor(np.ones((2, 3), dtype=np.float32))
    (parameter * 2).backward(np.ones((2, 3)))
    gradient_step([parameter], learning_rate)
    assert parameter.data.dtype == np.float32
    assert np.array_equal(parameter.data, np.full((2, 3), 0.5))


def test_a_step_leaves_arrays_that_others_hold_alone():
    given = np.ones(2)
    parameter = Tensor(given)
    earlier = parameter * parameter
    earlier.backward(np.ones(2))
    saved = parameter.data
    gradient_step([parameter], 0.1)
    assert np.array_equal(given, [1, 1]) and np.array_equal(saved, [1, 1])
    zero_grad([parameter])
    earlier.backward(np.ones(2))   # the graph was made before the step, and still stands for the numbers of then
    assert np.array_equal(parameter.grad, [2, 2])


def test_after_zero_grad_the_same_backward_gives_the_same_gradient():
    x = Value(3)
    loss = x * x
    loss.backward()
    zero_grad([x])
    assert x.grad == 0
    loss.backward()
    assert x.grad == 6


def test_small_steps_reach_the_bottom_of_a_bowl():
    x, y = Value(5), Value(-4)
    for _ in range(100):
        loss = (x - 1) ** 2 + (y + 2) ** 2
        zero_grad([x, y])
        loss.backward()
        gradient_step([x, y], 0.1)
    assert (x.data, y.data) == pytest.approx((1, -2))


@pytest.mark.parametrize("learning_rate", [0, -0.1, math.inf, math.nan])
def test_a_learning_rate_that_cannot_work_is_refused(learning_rate):
    x = Value(3)
    with pytest.raises(ValueError, match="want a learning rate above 0 and finite, got"):
        gradient_step([x], learning_rate)
    assert x.data == 3
