from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import ndimage
from skimage import filters

from tapwise.kernels import prewitt, scharr, sobel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.kernels._taps import Kernel

WEIGHTS = {sobel: (1, 2, 1), prewitt: (1, 1, 1), scharr: (3, 10, 3)}


@pytest.mark.parametrize("function", WEIGHTS)
@pytest.mark.parametrize(("ndim", "axis"), [(n, a) for n in (1, 2, 3, 4) for a in range(n)])
def test_every_tap_is_the_formulas(function: Callable[..., Kernel], ndim: int, axis: int) -> None:
    kernel = function(axis, ndim)
    assert kernel.dtype == np.int64
    assert kernel.shape == (3,) * ndim
    for place in np.ndindex(*kernel.shape):
        expected = place[axis] - 1
        for k, i in enumerate(place):
            expected *= 1 if k == axis else WEIGHTS[function][i]
        assert kernel[place] == expected


@pytest.mark.parametrize("function", WEIGHTS)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_the_normalised_kernel_is_the_whole_one_divided_once(function: Callable[..., Kernel], ndim: int) -> None:
    divisor = 2 * sum(WEIGHTS[function]) ** (ndim - 1)
    normal = function(0, ndim, normalize=True)
    assert normal.dtype == np.float64
    assert normal.tolist() == (function(0, ndim) / divisor).tolist()


def test_the_last_axis_is_the_default() -> None:
    for function in WEIGHTS:
        assert np.array_equal(function(), function(1, 2))
        assert np.array_equal(function(-2), function(0))


def test_one_axis_gives_the_central_difference() -> None:
    for function in WEIGHTS:
        assert function(ndim=1).tolist() == [-1, 0, 1]
        assert function(ndim=1, normalize=True).tolist() == [-0.5, 0, 0.5]


def test_the_largest_kernel_is_exact() -> None:
    kernel = scharr(axis=3, ndim=16)
    centre = [1] * 16
    centre[3] = 2
    assert int(kernel[tuple(centre)]) == 10**15


X = np.random.default_rng(7).integers(-99, 99, size=(9, 11)).astype(np.float64)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    ("ours", "theirs"), [(sobel, ndimage.sobel), (prewitt, ndimage.prewitt)], ids=["sobel", "prewitt"]
)
def test_scipys_answer_is_ours(ours: Callable[..., Kernel], theirs: Callable[..., Kernel], axis: int) -> None:
    assert np.array_equal(theirs(X, axis), ndimage.correlate(X, ours(axis)))
    assert np.array_equal(theirs(X, axis), ndimage.convolve(X, ours(axis, operator="convolution")))


@pytest.mark.parametrize(
    ("ours", "theirs", "factor"),
    [
        (sobel, (filters.sobel_h, filters.sobel_v), 4),
        (prewitt, (filters.prewitt_h, filters.prewitt_v), 3),
        (scharr, (filters.scharr_h, filters.scharr_v), 16),
    ],
    ids=["sobel", "prewitt", "scharr"],
)
def test_scikit_images_answer_is_ours_divided_by_one_smoothing(
    ours: Callable[..., Kernel], theirs: tuple[Callable[..., Kernel], ...], factor: int
) -> None:
    for axis in (0, 1):
        expected = ndimage.correlate(X, ours(axis)) / factor
        # nine products of numbers below 99 * 10 / 16 a tap
        np.testing.assert_allclose(theirs[axis](X), expected, rtol=0, atol=9 * 99 * 2**-52)
