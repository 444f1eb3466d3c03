from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import ndimage

from tapwise.kernels import gaussian, gaussian_derivative

SIGMAS = [0.05, 0.3, 0.5, 1, 1.7, 4, 1e300]
RADII = [1, 2, 5, 12]


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("radius", RADII)
def test_order_one_differentiates_lines_exactly(sigma: float, radius: int) -> None:
    h = gaussian_derivative(sigma, radius=radius)
    n = h.size
    assert math.fsum(h) == 0  # in pairs
    slope = math.fsum(i * tap for i, tap in zip(range(-radius, radius + 1), h, strict=True))
    assert abs(slope - 1) <= (n + 4) * 2**-53


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("radius", RADII)
def test_order_two_differentiates_parabolas_exactly(sigma: float, radius: int) -> None:
    h = gaussian_derivative(sigma, radius=radius, order=2)
    i = np.arange(-radius, radius + 1)
    roundoff = (h.size + 8) * 2.0**-53
    assert abs(math.fsum(h)) <= roundoff * np.abs(h).sum()
    assert math.fsum(i * h) == 0
    assert abs(math.fsum(i**2 * h / 2) - 1) <= roundoff * np.abs(i**2 * h / 2).sum()


@pytest.mark.parametrize("sigma", [0.4, 0.8, 1, 2.3, 5])
@pytest.mark.parametrize("radius", [1, 3, 8])
def test_every_tap_is_the_formulas(sigma: float, radius: int) -> None:
    positions = range(-radius, radius + 1)
    g = [Fraction(tap) for tap in gaussian(sigma, radius=radius)]  # these floats taken as exact
    m = sum(i**2 * tap for i, tap in zip(positions, g, strict=True))
    scale = sum((i**2 - m) ** 2 * tap for i, tap in zip(positions, g, strict=True))
    first = [i * tap / m for i, tap in zip(positions, g, strict=True)]
    second = [2 * (i**2 - m) * tap / scale for i, tap in zip(positions, g, strict=True)]
    # Each weight rounds its exponent three times and is one exp; there are 2 * radius + 1 of them in a sum.
    roundoff = (6 * (radius / sigma) ** 2 + 40 + 4 * (2 * radius + 1)) * 2.0**-53
    h1, h2 = gaussian_derivative(sigma, radius=radius), gaussian_derivative(sigma, radius=radius, order=2)
    np.testing.assert_allclose(h1, [float(tap) for tap in first], rtol=roundoff, atol=0)
    reach = [float(2 * (i**2 + m) * tap / scale) for i, tap in zip(positions, g, strict=True)]
    error = np.abs(h2 - [float(tap) for tap in second])
    assert (error <= roundoff * (np.array(reach) + 2 * np.abs(h2).max())).all()


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("sigma", [0.7, 1, 2])
def test_the_taps_are_those_of_a_weighted_polynomial_fit(order: int, sigma: float) -> None:
    radius = 4
    i = np.arange(-radius, radius + 1)
    weights = np.sqrt(gaussian(sigma, radius=radius))  # polyfit squares them
    fitted = [math.factorial(order) * np.polyfit(i, impulse, order, w=weights)[0] for impulse in np.eye(i.size)]
    np.testing.assert_allclose(gaussian_derivative(sigma, radius=radius, order=order), fitted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("sigma", [1.2, 2, 3.5])
def test_it_agrees_with_scipy_where_the_cut_is_far_out(order: int, sigma: float) -> None:
    h = gaussian_derivative(sigma, order=order, truncate=8)
    x = np.zeros(121)
    x[60] = 1
    radius = h.size // 2
    theirs = ndimage.gaussian_filter1d(x, sigma, order=order, truncate=8)[60 - radius : 61 + radius][::-1]
    # By Poisson's sum, m differs from sigma**2 by the factor 1 - 8 pi**2 sigma**2 exp(-2 pi**2 sigma**2): 5e-11 at 1.2.
    np.testing.assert_allclose(h, theirs, rtol=0, atol=1e-9)


def test_scipys_narrow_kernel_misses_the_slope() -> None:
    x = np.arange(21.0)
    assert abs(ndimage.gaussian_filter1d(x, 0.4, order=1)[10] - 1) > 0.1
    h = gaussian_derivative(0.4)
    assert abs(float(h @ x[10 - h.size // 2 : 11 + h.size // 2]) - 1) < 1e-14


def test_order_nought_is_the_gaussian() -> None:
    assert np.array_equal(gaussian_derivative((1, 2), axis=0, order=0), gaussian((1, 2)))
    assert gaussian_derivative(0.01, order=0).tolist() == [1]


@pytest.mark.parametrize("order", [1, 2])
def test_more_axes_are_the_product_with_gaussians(order: int) -> None:
    line, other = gaussian_derivative(1.5, order=order, radius=3), gaussian(0.6, radius=2)
    assert np.array_equal(gaussian_derivative((1.5, 0.6), 0, order, radius=(3, 2)), np.multiply.outer(line, other))
    assert np.array_equal(gaussian_derivative((0.6, 1.5), -1, order, radius=(2, 3)), np.multiply.outer(other, line))


def test_a_tiny_sigma_gives_the_plain_differences() -> None:
    assert gaussian_derivative(1e-300).tolist() == [-0.5, 0, 0.5]
    assert gaussian_derivative(1e-300, order=2).tolist() == [1, -2, 1]
    assert gaussian_derivative((1e-300, 0.01), axis=0).shape == (3, 1)


def test_a_radius_of_nought_is_enough_across_the_derivative() -> None:
    assert gaussian_derivative(1, axis=1, radius=(0, 1), ndim=2).shape == (1, 3)
