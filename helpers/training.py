"""From gradients to better parameters.

Built in chapters/04_nudge_the_knobs.ipynb. A parameter is anything with .data and .grad: a Value or a Tensor.
"""

import math


def zero_grad(parameters):
    """Forget the gradients of earlier steps: backward adds to what it finds."""
    for parameter in parameters:
        parameter.grad = parameter.data - parameter.data   # zeros, in its shape


def gradient_step(parameters, learning_rate):
    """Move every parameter a little against its gradient, which is downhill.

    Raises ValueError for a learning rate that is not above 0 and finite.
    """
    if not 0 < learning_rate < math.inf:
        raise ValueError(f"want a learning rate above 0 and finite, got {learning_rate}")
    for parameter in parameters:
        parameter.data = parameter.data - float(learning_rate) * parameter.grad
