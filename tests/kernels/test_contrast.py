from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageFilter
from skimage import filters

from tapwise.kernels import gaussian, laplacian, sharpen, unsharp


def test_sharpen_is_the_image_minus_its_laplacian() -> None:
    assert sharpen().tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    assert sharpen(diagonal=True).tolist() == [[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]]
    assert sharpen(3, 1).tolist() == [-3, 7, -3]
    assert sharpen(-2, 1).tolist() == [2, -3, 2]
    assert sharpen(0, 3)[1, 1, 1] == np.abs(sharpen(0, 3)).sum() == 1


@pytest.mark.parametrize(
    ("amount", "dtype"), [(2, np.int64), (np.int8(2), np.int64), (2.0, np.float64), (0.5, np.float64)]
)
def test_whole_amounts_give_whole_taps(amount: float, dtype: type) -> None:
    kernel = sharpen(amount)
    assert kernel.dtype == dtype
    assert kernel.tolist() == [[0, -amount, 0], [-amount, 1 + 4 * amount, -amount], [0, -amount, 0]]
    assert not np.signbit(kernel[0, 0])


def test_the_largest_amount_is_exact() -> None:
    kernel = sharpen(2**32, 4, diagonal=True)
    assert int(kernel[1, 1, 1, 1]) == 1 + 80 * 2**32
    assert int(kernel.sum()) == 1


def test_pillows_sharpen_is_an_eighth() -> None:
    size, scale, offset, taps = ImageFilter.SHARPEN.filterargs
    assert offset == 0
    assert np.array_equal(np.reshape(taps, size) / scale, sharpen(1 / 8, diagonal=True))


@pytest.mark.parametrize("amount", [1.0, 0.3, 2, -1, 0])
def test_unsharp_is_an_impulse_and_a_gaussian(amount: float) -> None:
    kernel = unsharp((1, 0.6), amount, radius=(2, 1))
    smooth = gaussian((1, 0.6), radius=(2, 1))
    impulse = np.zeros((5, 3))
    impulse[2, 1] = 1
    expected = impulse + amount * (impulse - smooth)
    assert kernel.dtype == np.float64
    np.testing.assert_allclose(kernel, expected, rtol=0, atol=8 * 2**-53)
    assert abs(kernel.sum() - 1) < 16 * 2**-52


def test_unsharp_of_nothing_changes_nothing() -> None:
    kernel = unsharp(1, 0, ndim=1)
    assert kernel.tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert not np.signbit(kernel).any()


def test_unsharp_is_scikit_images_mask() -> None:
    kernel = unsharp(1.5, 0.7)
    radius = kernel.shape[0] // 2
    x = np.zeros((2 * radius + 1,) * 2)
    x[radius, radius] = 1
    theirs = filters.unsharp_mask(x, radius=1.5, amount=0.7, preserve_range=True)
    np.testing.assert_allclose(kernel, theirs, rtol=0, atol=1e-14)


def test_unsharp_counts_its_axes() -> None:
    assert unsharp(1).shape == (9, 9)
    assert unsharp(1, ndim=3, radius=1).shape == (3, 3, 3)
    assert unsharp((1, 2, 3), radius=0).tolist() == [[[1]]]


def test_sharpening_takes_the_laplacian_away() -> None:
    assert np.array_equal(laplacian(3) + sharpen(1, 3), sharpen(0, 3))
