"""Gradients by nudging: change one number a little and see how much the result changes.

Not taught in a chapter. Chapters nudge by hand; this is the slow and simple judge over every faster way.
"""

import numpy as np


def nudge_gradient(function, numbers, step=1e-6):
    """How much `function(numbers)` grows per unit of each number, by nudging one at a time up and down.

    function: takes what `numbers` is (a list of numbers, or an array of any shape) and returns one plain number
    -> the gradient, in the shape of `numbers`: a list for a list, a float64 array for an array
    Raises ValueError if the function returns anything but one number, or for a step that is not above 0.
    """
    if not step > 0:
        raise ValueError(f"want a step above 0, got {step}")
    like_given = np.copy if isinstance(numbers, np.ndarray) else np.ndarray.tolist
    point = np.array(numbers, dtype=float)
    gradient = np.zeros(point.shape)
    for place in np.ndindex(point.shape):
        up, down = point.copy(), point.copy()
        up[place] += step
        down[place] -= step
        rise = _one_number(function(like_given(up))) - _one_number(function(like_given(down)))
        gradient[place] = rise / (up[place] - down[place])
    return like_given(gradient)


def _one_number(result):
    try:
        return float(result)
    except TypeError:
        raise ValueError(f"want one plain number from the function, got {result!r}") from None
