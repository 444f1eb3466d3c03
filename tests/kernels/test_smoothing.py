from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import ndimage

from tapwise.kernels import box, gaussian

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDOFF = 2.0**-53


def tolerance(sigma: float, radius: int) -> float:
    """A relative bound for one tap of a sampled Gaussian, doubled because both sides of a comparison round.

    The exponent a rounds three times, which moves exp by 3 a; exp itself is good to 4 units (8 roundoffs) where NumPy
    vectorises it; the sum rounds at most once a tap, and the division once.
    """
    exponent = (radius / sigma) ** 2 / 2
    return 2 * (3 * exponent + 8 + (8 + 2 * radius + 1) + 1) * ROUNDOFF


def written_out(sigma: float, radius: int) -> NDArray[np.float64]:
    samples = [math.exp(-(i**2) / (2 * sigma**2)) for i in range(-radius, radius + 1)]
    return np.array([s / math.fsum(samples) for s in samples])


@pytest.mark.parametrize("sigma", [0.3, 0.5, 1, 1.7, 2.5, 10])
@pytest.mark.parametrize("radius", [0, 1, 4, 11])
def test_gaussian_is_its_formula(sigma: float, radius: int) -> None:
    kernel = gaussian(sigma, radius=radius)
    assert kernel.dtype == np.float64
    assert kernel.shape == (2 * radius + 1,)
    np.testing.assert_allclose(kernel, written_out(sigma, radius), rtol=tolerance(sigma, radius), atol=0)


@pytest.mark.parametrize("sigma", [0.1, 0.125, 0.3, 0.375, 0.624, 0.625, 1, 2.3, 7.9])
@pytest.mark.parametrize("truncate", [1, 2.5, 4.0])
def test_gaussian_is_scipys_impulse_response(sigma: float, truncate: float) -> None:
    kernel = gaussian(sigma, truncate=truncate)
    impulse = np.zeros(101)
    impulse[50] = 1
    radius = kernel.size // 2
    theirs = ndimage.gaussian_filter1d(impulse, sigma, truncate=truncate, mode="constant")
    assert np.count_nonzero(theirs) == kernel.size  # the same radius rule
    np.testing.assert_allclose(kernel, theirs[50 - radius : 51 + radius], rtol=tolerance(sigma, radius), atol=0)


def test_gaussian_of_two_axes_is_scipys_impulse_response() -> None:
    kernel = gaussian((1.5, 0.75), truncate=3)
    impulse = np.zeros((21, 15))
    impulse[10, 7] = 1
    theirs = ndimage.gaussian_filter(impulse, (1.5, 0.75), truncate=3, mode="constant")
    assert kernel.shape == (11, 5)
    np.testing.assert_allclose(kernel, theirs[5:16, 5:10], rtol=tolerance(1.5, 5) + tolerance(0.75, 2), atol=0)


@pytest.mark.parametrize(("sigma", "truncate", "size"), [(1, 4.0, 9), (0.124, 4.0, 1), (0.125, 4.0, 3), (2, 3.1, 13)])
def test_the_radius_is_rounded_half_up(sigma: float, truncate: float, size: int) -> None:
    assert gaussian(sigma, truncate=truncate).size == size


def test_gaussian_of_three_axes_is_the_product_of_its_lines() -> None:
    kernel = gaussian((0.5, 1, 2), radius=(1, 0, 3))
    a, b, c = gaussian(0.5, radius=1), gaussian(1, radius=0), gaussian(2, radius=3)
    assert kernel.shape == (3, 1, 7)
    for i, j, k in np.ndindex(3, 1, 7):
        assert kernel[i, j, k] == a[i] * b[j] * c[k]


@pytest.mark.parametrize(("sigma", "radius"), [(0.2, 1), (1, 4), (3, 5), (1e-320, 2), (1e300, 3), (50, 200)])
def test_gaussian_sums_to_one(sigma: float, radius: int) -> None:
    assert abs(math.fsum(gaussian(sigma, radius=radius)) - 1) <= (2 * radius + 2) * ROUNDOFF


def test_gaussian_at_the_ends_of_sigma() -> None:
    assert gaussian(1e-320, radius=2).tolist() == [0, 0, 1, 0, 0]
    assert gaussian(1e300, radius=1).tolist() == [1 / 3, 1 / 3, 1 / 3]


def test_gaussian_counts_its_axes() -> None:
    assert gaussian(1).ndim == 1
    assert gaussian((1,)).ndim == 1
    assert gaussian([1, 2, 3]).ndim == 3
    assert gaussian(1, ndim=4, radius=1).shape == (3, 3, 3, 3)
    assert np.array_equal(gaussian((1, 1)), gaussian(1, ndim=2))


def test_numbers_of_other_kinds_are_numbers() -> None:
    plain = gaussian((1.5, 1.5))
    assert np.array_equal(gaussian(Fraction(3, 2), ndim=2), plain)  # type: ignore[arg-type]
    assert np.array_equal(gaussian(np.float32(1.5), ndim=np.int8(2)), plain)  # type: ignore[arg-type]
    assert np.array_equal(gaussian(np.array([1.5, 1.5])), plain)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_box_is_the_mean_or_the_sum(size: int) -> None:
    mean, total = box(size), box(size, normalize=False)
    assert mean.tolist() == [1 / size] * size
    assert total.tolist() == [1] * size
    assert mean.dtype == np.float64
    assert total.dtype == np.int64


def test_box_has_one_size_for_all_axes_or_one_each() -> None:
    assert box((2, 3)).tolist() == [[1 / 6] * 3] * 2
    assert box(2, ndim=3, normalize=False).tolist() == [[[1, 1], [1, 1]], [[1, 1], [1, 1]]]
    assert box([5]).shape == (5,)
    assert box((1, 4, 2)).shape == (1, 4, 2)
