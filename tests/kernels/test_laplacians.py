from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import ndimage
from skimage import filters

from tapwise.kernels import gaussian, laplacian, log


@pytest.mark.parametrize("ndim", [1, 2, 3, 4])
@pytest.mark.parametrize("diagonal", [False, True])
def test_every_tap_is_the_formulas(ndim: int, diagonal: bool) -> None:
    kernel = laplacian(ndim, diagonal)
    assert kernel.dtype == np.int64
    neighbours = 0
    for place in np.ndindex(*kernel.shape):
        off = sum(i != 1 for i in place)
        if off:
            assert kernel[place] == (off == 1 or diagonal)
            neighbours += int(kernel[place])
    assert kernel[(1,) * ndim] == -neighbours == -(3**ndim - 1 if diagonal else 2 * ndim)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_a_parabola_is_answered_by_its_second_derivative(ndim: int) -> None:
    i = np.indices((3,) * ndim) - 1
    for axis in range(ndim):
        assert (laplacian(ndim) * i[axis] ** 2).sum() == 2
        assert (laplacian(ndim, diagonal=True) * i[axis] ** 2).sum() == 2 * 3 ** (ndim - 1)


def test_scipy_has_the_same_taps_and_scikit_image_the_opposite_sign() -> None:
    x = np.random.default_rng(3).integers(-9, 9, size=(6, 7)).astype(np.float64)
    ours = ndimage.correlate(x, laplacian())
    assert np.array_equal(ndimage.laplace(x), ours)
    assert np.array_equal(filters.laplace(x), -ours)


@pytest.mark.parametrize("sigma", [0.05, 0.4, 1, 2.5, (0.5, 2), (1, 1.5, 0.3)])
@pytest.mark.parametrize("radius", [None, 1, 4])
def test_log_sums_to_nought_and_answers_parabolas_by_one(sigma: float | tuple[float, ...], radius: int | None) -> None:
    kernel = log(sigma, radius=radius)
    roundoff = (kernel.size + 16) * 2.0**-53
    assert abs(math.fsum(kernel.ravel())) <= roundoff * np.abs(kernel).sum()
    for i, n in zip(np.indices(kernel.shape), kernel.shape, strict=True):
        parabola = kernel * (i - n // 2) ** 2 / 2
        assert abs(math.fsum(parabola.ravel()) - 1) <= roundoff * np.abs(parabola).sum()


@pytest.mark.parametrize(("sigma", "radius"), [(0.5, 1), (1, 3), (1.4, 5), (3, 4)])
def test_log_is_a_function_of_the_distance(sigma: float, radius: int) -> None:
    g = gaussian(sigma, radius=radius)
    n = np.arange(-radius, radius + 1)
    m = float((n**2 * g).sum())
    i, j = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    shape = (i**2 + j**2 - 2 * m) * np.multiply.outer(g, g)
    scale = 2 / float(((n**2 - m) ** 2 * g).sum())
    kernel = log(sigma, radius=radius)
    np.testing.assert_allclose(kernel, scale * shape, rtol=0, atol=1e-14 * float(np.abs(kernel).max()))


@pytest.mark.parametrize("sigma", [1.5, 2, 3])
def test_log_agrees_with_scipy_and_the_formula_where_the_cut_is_far_out(sigma: float) -> None:
    kernel = log(sigma, truncate=8)
    radius = kernel.shape[0] // 2
    x = np.zeros((2 * radius + 1,) * 2)
    x[radius, radius] = 1
    theirs = ndimage.gaussian_laplace(x, sigma, truncate=8, mode="constant")
    np.testing.assert_allclose(kernel, theirs, rtol=0, atol=1e-12)
    squares = np.add.outer(np.arange(-radius, radius + 1) ** 2, np.arange(-radius, radius + 1) ** 2)
    formula = (squares - 2 * sigma**2) / (2 * np.pi * sigma**6) * np.exp(-squares / (2 * sigma**2))
    np.testing.assert_allclose(kernel, formula, rtol=0, atol=1e-12)


def test_log_of_a_tiny_sigma_is_the_laplacian() -> None:
    for ndim in (1, 2, 3):
        assert np.array_equal(log(1e-300, ndim=ndim), laplacian(ndim))


def test_log_counts_its_axes() -> None:
    assert log(1).shape == (9, 9)
    assert log(1, ndim=1).shape == (9,)
    assert log((1, 2, 0.1)).shape == (9, 17, 3)
    assert log(1)[4, 4] < 0
