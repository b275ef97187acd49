"""What more knobs, more text and more seconds buy: operations, and power laws with their errors.

Built in chapters/16_does_bigger_help.ipynb.
"""

import math
from dataclasses import dataclass

import numpy as np


def operations(n_knobs, n_tokens):
    """The multiplications and additions of training, about: 6 for each knob and token.

    Source: Kaplan and others 2020, section 2.1, https://arxiv.org/abs/2001.08361
    """
    return 6 * n_knobs * n_tokens


@dataclass(frozen=True)
class PowerLaw:
    """y = factor * x ** exponent, as fitted to points.

    error: how far the exponent may be off, one standard error
    misses: how far each point lies from the law, as a part of it: 0.01 for 1 percent above
    """

    factor: float
    exponent: float
    error: float
    misses: np.ndarray

    def at(self, x):
        """What the law says for these x. (...) -> (...)"""
        return self.factor * np.asarray(x, dtype=float) ** self.exponent


def fit_power_law(xs, ys):
    """The straight line through the logarithms, by least squares. (n,), (n,) -> PowerLaw

    Raises ValueError for fewer than three points, equal xs, or numbers that are not above 0.
    """
    xs, ys = np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)
    if xs.ndim != 1 or xs.shape != ys.shape or len(xs) < 3:
        raise ValueError(f"want three points or more, got {xs.shape} and {ys.shape}")
    if not (xs.min() > 0 and ys.min() > 0 and xs.max() > xs.min()):
        raise ValueError(f"want different xs, and all numbers above 0, got {xs} and {ys}")
    across, up = np.log(xs), np.log(ys)
    centred = across - across.mean()
    slope = (centred @ up) / (centred @ centred)
    missed = up - up.mean() - slope * centred              # in logarithms
    variance = missed @ missed / (len(xs) - 2)             # two numbers were fitted
    return PowerLaw(
        factor=math.exp(up.mean() - slope * across.mean()),
        exponent=float(slope),
        error=math.sqrt(variance / (centred @ centred)),
        misses=np.exp(missed) - 1,
    )
