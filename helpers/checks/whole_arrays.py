"""Exercise checks of chapters/05_whole_arrays.ipynb."""

import operator

import numpy as np

from helpers.checks.verdicts import call, exercise, result_of, right, wrong
from helpers.nudging import nudge_gradient
from helpers.tensor import Tensor


def tensor_class(function):
    """The Tensor that the reader's function knows: that of the chapter's own cell, or the one of helpers."""
    return getattr(function, "__globals__", {}).get("Tensor", Tensor)


def gradients_of(function, *arrays):
    """The Tensor that the reader's function gives, a gradient to start with, and the inputs, which it has reached."""
    tensors = [tensor_class(function)(array) for array in arrays]
    out = result_of(function, *tensors)
    weights = np.random.default_rng(1).normal(size=out.shape)
    call(out.backward, weights)
    return out, weights, tensors


def nudged(function, weights, arrays, place):
    """The same gradient by nudging."""

    def weighted_sum(numbers):
        moved = [*arrays[:place], numbers, *arrays[place + 1 :]]
        return (result_of(function, *map(tensor_class(function), moved)).data * weights).sum()

    return nudge_gradient(weighted_sum, arrays[place])


def is_one_operation(out, tensors):
    """Whether `out` comes from the inputs themselves, with nothing in between."""
    return all(any(parent is tensor for tensor in tensors) for parent, _ in out.parents)


def is_array(answer):
    """Whether it is an array or a Tensor, where a shape was asked for."""
    return isinstance(answer, np.ndarray) or hasattr(answer, "parents")


def as_shape(answer):
    """A shape as a tuple of ints; a single number stands for one axis."""
    sizes = answer if isinstance(answer, list | tuple) else [answer]
    return tuple(map(operator.index, sizes))


@exercise
def what_shape_comes_out(shapes):
    want = [(4, 3), (2, 4, 3), (2, 3), (2, 4, 4), (3,)]
    hints = [
        "For `a + b`: a's size 1 stands over b's 3, so it is repeated 3 times; b is repeated 4 times.",
        "For `c * b`: b lines up with the last axis of c and is repeated along the others.",
        "For `sum_over(c, axis=1)`: axis 1 is the one of size 4, and a summed axis disappears.",
        "For `c @ transpose(c)`: two stacks of 4 x 3 times 3 x 4. The inner size disappears, the stacks stay.",
        "For the gradient of b: a gradient has the shape of its array.",
    ]
    if is_array(shapes) or any(map(is_array, shapes)):
        return wrong("There is an array among these. Give its shape instead: a tuple of whole numbers, such as (2, 3).")
    got = [as_shape(shape) for shape in shapes]
    if len(got) != len(want):
        return wrong(f"Five shapes are asked for, as a list of tuples. You give {len(got)}.")
    for shape, wanted, hint in zip(got, want, hints, strict=True):
        if shape != wanted:
            return wrong(f"{hint} Not {shape}.")
    return right("All five. Whoever reads shapes well finds most mistakes before running anything.")


@exercise
def where_does_it_fail(from_shape, to_shape):
    if is_array(from_shape) or is_array(to_shape):
        return wrong("This is an array. Give its shape instead: a tuple of whole numbers, such as (2, 3).")
    from_shape, to_shape = as_shape(from_shape), as_shape(to_shape)
    try:
        fits = np.broadcast_shapes(from_shape, to_shape) == to_shape
    except ValueError:
        fits = False
    if not fits:
        return wrong(f"{from_shape} does not broadcast to {to_shape}: line them up at the right.")
    n_new = len(to_shape) - len(from_shape)
    if to_shape[n_new:] != from_shape:
        return right(f"It gives {to_shape[n_new:]} for an array of shape {from_shape}: a stretched axis must be summed as well.")
    if n_new == 0:
        return wrong(f"{from_shape} to {to_shape}: nothing is repeated here, so nothing needs a sum.")
    return wrong(f"{from_shape} to {to_shape} comes out right: only axes in front are repeated, and those it does sum.")


@exercise
def build_the_sigmoid(sigmoid):
    numbers = np.array([[-2.0, 0.0, 0.5], [1.0, 3.0, -0.3]])
    out = result_of(sigmoid, tensor_class(sigmoid)(numbers))
    if not isinstance(out, tensor_class(sigmoid)):
        return wrong(f"We want a Tensor back, and your function gives {type(out).__name__}.")
    want = 1 / (1 + np.exp(-numbers))
    if out.shape == numbers.shape and np.allclose(out.data, 1 / (1 + np.exp(numbers))):
        return wrong("That is the sigmoid of -x: mind the sign in the exponent.")
    if out.shape != numbers.shape or not np.allclose(out.data, want):
        return wrong(f"At x = 1 the sigmoid is {want[1, 0]:.4f}; your entries are {np.ravel(out.data)[:4].round(4).tolist()} ...")
    out, weights, (x,) = gradients_of(sigmoid, numbers)
    grad = x.grad
    if grad is None:
        return wrong("The numbers are right, but no gradient reaches x: name it as a parent.")
    if grad.shape == numbers.shape and np.allclose(grad, nudged(sigmoid, weights, [numbers], 0), atol=1e-6):
        if not is_one_operation(out, [x]):
            return wrong("Right in number and slope, but made of several operations. Make one Tensor, with x as its only parent.")
        return right("It agrees with nudging. One operation, and as many entries as you like.")
    if np.allclose(grad, want * (1 - want)):
        return wrong("That is the slope alone. The gradient that comes back must be multiplied in, or all before is forgotten.")
    if np.allclose(grad, weights * want):
        return wrong("That is the way back of exp. The sigmoid's slope has two factors.")
    return wrong("The numbers are right, but the gradient does not agree with nudging. Is the slope out * (1 - out)?")


@exercise
def divide_each_row_by_its_sum(to_shares):
    square = np.array([[1.0, 3.0], [6.0, 2.0]])
    oblong = np.array([[1.0, 1.0, 2.0], [5.0, 3.0, 2.0]])
    for counts in (square, oblong):
        out = result_of(to_shares, tensor_class(to_shares)(counts))
        if not isinstance(out, tensor_class(to_shares)):
            return wrong("We want a Tensor back, so that gradients can flow.")
        if out.shape == counts.shape and np.allclose(out.data, counts / counts.sum(axis=0)):
            return wrong("Now each column sums to 1. Which axis runs along a row?")
        if out.shape == counts.shape and np.allclose(out.data, counts / counts.sum()):
            return wrong("Now the whole table sums to 1. Each row should.")
        if out.shape != counts.shape or not np.allclose(out.data, counts / counts.sum(axis=1, keepdims=True)):
            rows = out.data.sum(axis=-1).round(3).tolist()
            return wrong(f"The rows of your result sum to {rows}: the sums still line up with the columns.")
    out, weights, (x,) = gradients_of(to_shares, oblong)
    if x.grad is None or not np.allclose(x.grad, nudged(to_shares, weights, [oblong], 0), atol=1e-6):
        return wrong("The shares are right, but the gradient is not: use operations on Tensors all the way, not on .data.")
    return right("keepdims leaves an axis of size 1, and the sums line up with their rows.")


@exercise
def the_larger_of_two(maximum):
    a = np.array([[0.5, 2.0, -1.0], [3.0, 0.1, 0.7]])
    b = np.array([[1.0, 0.0, 0.2], [-1.0, 0.3, 2.0]])
    for arrays in [(a, b), (a, b[0]), (a[:, :1], b[0])]:
        shapes = f"{arrays[0].shape} and {arrays[1].shape}"
        out = result_of(maximum, *map(tensor_class(maximum), arrays))
        if not isinstance(out, tensor_class(maximum)):
            return wrong(f"We want a Tensor back, and your function gives {type(out).__name__}.")
        want = np.maximum(*arrays)
        if out.shape != want.shape or not np.allclose(out.data, want):
            return wrong(f"For shapes {shapes} the entries are not the larger ones. np.maximum gives them.")
        out, weights, tensors = gradients_of(maximum, *arrays)
        for place, (name, array, tensor) in enumerate(zip("ab", arrays, tensors, strict=True)):
            grad = tensor.grad
            if grad is None:
                return wrong(f"No gradient reaches {name}: name both as parents.")
            if grad.shape != array.shape:
                return wrong(
                    f"For shapes {shapes} the gradient of {name} has shape {grad.shape}, not its own: unbroadcast it."
                )
            if np.allclose(grad, nudged(maximum, weights, list(arrays), place), atol=1e-6):
                continue
            if np.allclose(grad, weights):
                return wrong("Both get the whole gradient. But only the larger one moves the result.")
            return wrong(f"For shapes {shapes} the gradient of {name} does not agree with nudging. Who moves the result, and where?")
        if not is_one_operation(out, tensors):
            return wrong("Right in number and slope, but made of several operations. Make one Tensor, with a and b as its parents.")
    return right("It agrees with nudging, broadcasting included. With b = 0 it is relu.")
