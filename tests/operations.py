"""What tests of `Tensor`'s operations share: gradients against nudging, and float types."""

import numpy as np

from helpers.nudging import nudge_gradient
from helpers.tensor import Tensor


def assert_gradients_agree_with_nudging(operation, arrays):
    """Of a random weighted sum of all that the operation gives, for each of its arrays."""
    tensors = [Tensor(array) for array in arrays]
    out = operation(*tensors)
    weights = np.random.default_rng(99).normal(size=out.shape)
    out.backward(weights)
    for place, array in enumerate(arrays):
        def weighted_sum(numbers, place=place):
            return (operation(*map(Tensor, arrays[:place] + [numbers] + arrays[place + 1 :])).data * weights).sum()

        assert tensors[place].grad.shape == np.shape(array)
        np.testing.assert_allclose(tensors[place].grad, nudge_gradient(weighted_sum, array), rtol=1e-9, atol=1e-7)


def assert_float_type_is_kept(operation, arrays):
    """float32 in, float32 out, and back. arrays: of any float type"""
    tensors = [Tensor(np.asarray(array, np.float32)) for array in arrays]
    out = operation(*tensors)
    out.backward(np.ones(out.shape))
    assert out.data.dtype == np.float32
    assert all(tensor.grad.dtype == np.float32 for tensor in tensors)
