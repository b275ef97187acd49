"""Power laws: exact points give back their law, scattered ones its errors, as numpy's own fit has them."""

import numpy as np
import pytest

from helpers.scaling import fit_power_law, operations

XS = np.array([1e3, 3e3, 1e4, 1e5, 1e6])


def test_points_on_a_law_give_it_back():
    law = fit_power_law(XS, 5 * XS**-0.07)
    assert law.factor == pytest.approx(5) and law.exponent == pytest.approx(-0.07)
    assert law.error == pytest.approx(0, abs=1e-8) and np.allclose(law.misses, 0)
    assert law.at(1e9) == pytest.approx(5 * 1e9**-0.07) and law.at(XS).shape == XS.shape


def test_scattered_points_give_the_line_and_the_error_of_numpy():
    noise = np.random.default_rng(0).normal(0, 0.02, 5)
    ys = 5 * XS**-0.07 * np.exp(noise)
    law = fit_power_law(XS, ys)
    (slope, height), covariance = np.polyfit(np.log(XS), np.log(ys), 1, cov=True)
    assert law.exponent == pytest.approx(slope) and law.factor == pytest.approx(np.exp(height))
    assert law.error == pytest.approx(np.sqrt(covariance[0, 0]))
    np.testing.assert_allclose(law.at(XS) * (1 + law.misses), ys)


def test_the_error_is_how_far_exponents_scatter():
    rng = np.random.default_rng(1)
    laws = [fit_power_law(XS, XS**-0.1 * np.exp(rng.normal(0, 0.05, 5))) for _ in range(2000)]
    spread = np.std([law.exponent for law in laws])
    assert np.sqrt(np.mean([law.error**2 for law in laws])) == pytest.approx(spread, rel=0.1)


@pytest.mark.parametrize(("xs", "ys", "message"), [
    ([1, 2], [1, 2], "want three points or more"), ([1, 2, 3], [1, 2], "want three points or more"),
    ([1, 2, 0], [1, 2, 3], "all numbers above 0"), ([1, 2, 3], [1, -2, 3], "all numbers above 0"), ([2, 2, 2], [1, 2, 3], "want different xs"),
])
def test_what_has_no_line_is_refused(xs, ys, message):
    with pytest.raises(ValueError, match=message):
        fit_power_law(xs, ys)


def test_operations_are_six_for_each_knob_and_token():
    assert operations(4192, 1000) == 25_152_000
