from __future__ import annotations

import math

import numpy as np
import pytest
from skimage.filters import gabor_kernel

from tapwise.kernels import emboss, gabor, gaussian, motion, prewitt


def test_emboss_is_the_well_known_matrix() -> None:
    assert emboss().tolist() == [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    assert emboss("north-east").tolist() == [[0, -1, -2], [1, 1, -1], [2, 1, 0]]
    assert emboss("South_East").tolist() == [[2, 1, 0], [1, 1, -1], [0, -1, -2]]
    impulse = np.diag([0, 1, 0])
    assert np.array_equal(emboss("north") - impulse, prewitt(axis=0))
    assert np.array_equal(emboss("west") - impulse, prewitt(axis=1))
    assert np.array_equal(emboss("east") - impulse, -prewitt(axis=1))


def test_emboss_scales_its_relief_only() -> None:
    assert emboss("west", 3).tolist() == [[-3, 0, 3], [-3, 1, 3], [-3, 0, 3]]
    half = emboss("west", 0.5)
    assert half.tolist() == [[-0.5, 0, 0.5], [-0.5, 1, 0.5], [-0.5, 0, 0.5]]
    assert emboss("west", 3).dtype == np.int64
    assert half.dtype == np.float64
    assert not np.signbit(half[0, 1])
    assert np.array_equal(emboss("west", -2), emboss("east", 2))


def test_motion_along_a_row_is_a_mean() -> None:
    assert motion(1, 33).tolist() == [[1]]
    assert motion(5).tolist() == [[0.2] * 5]
    assert motion(4).tolist() == [[0.125, 0.25, 0.25, 0.25, 0.125]]
    assert motion(2.5).tolist() == [[0.75 / 2.5, 1 / 2.5, 0.75 / 2.5]]


@pytest.mark.parametrize("length", [1, 2, 3, 4.5, 9])
def test_motion_along_a_column_is_exactly_upright(length: float) -> None:
    assert np.array_equal(motion(length, 90), motion(length, 0).T)
    assert np.array_equal(motion(length, 180), motion(length, 0))
    assert np.array_equal(motion(length, -270), motion(length, 90))


@pytest.mark.parametrize("length", [1.5, 3, 7, 12])
@pytest.mark.parametrize("angle", [10, 30, 45, 60, 77])
def test_motion_weighs_taps_by_their_distance_from_the_segment(length: float, angle: float) -> None:
    kernel = motion(length, angle)
    rows, columns = (n // 2 for n in kernel.shape)
    half = (length - 1) / 2
    # MATLAB's rule for the size
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    epsilon = length * 2**-52
    assert (rows, columns) == (math.floor(half * sine + 1 - epsilon), math.floor(half * cosine + 1 - epsilon))
    steps = np.linspace(-half, half, 20001)  # the distance by search, not by projection
    weights = np.empty(kernel.shape)
    for i, j in np.ndindex(kernel.shape):
        x, y = j - columns, rows - i
        distance = np.sqrt((x - steps * cosine) ** 2 + (y - steps * sine) ** 2).min()
        weights[i, j] = max(0.0, 1 - distance)
    # the nearest step is at most half / 20000 away along the line
    np.testing.assert_allclose(kernel, weights / weights.sum(), rtol=0, atol=2 * half / 20000)
    assert abs(kernel.sum() - 1) < 1e-15 * kernel.size


def test_motion_leaves_no_tap_out() -> None:
    for length in (1.5, 4, 9.7):
        for angle in range(0, 180, 7):
            half = (length - 1) / 2
            x, y = half * math.cos(math.radians(angle)), half * math.sin(math.radians(angle))
            rows, columns = (n // 2 for n in motion(length, angle).shape)
            assert abs(x) + 1 <= columns + 1 + 1e-9  # the next column is at least 1 away from the end
            assert abs(y) + 1 <= rows + 1 + 1e-9


@pytest.mark.parametrize("angle", [0, 20, 45, 70, 133])
def test_ninety_degrees_more_is_a_quarter_turn_counter_clockwise(angle: float) -> None:
    # The same taps in another order; only their sum may round otherwise.
    np.testing.assert_allclose(motion(6, angle + 90), np.rot90(motion(6, angle)), rtol=1e-14, atol=0)
    for phase in (0, -90, 30):
        turned = gabor(4.3, angle + 90, phase=phase, aspect=0.6)
        np.testing.assert_allclose(turned, np.rot90(gabor(4.3, angle, phase=phase, aspect=0.6)), rtol=1e-14, atol=0)


def test_the_opposite_angle_mirrors_the_rows() -> None:
    np.testing.assert_allclose(motion(6, -25), np.flipud(motion(6, 25)), rtol=1e-14, atol=0)
    np.testing.assert_allclose(gabor(4, -25), np.flipud(gabor(4, 25)), rtol=1e-14, atol=0)


def test_forty_five_degrees_is_symmetric_about_its_diagonals() -> None:
    for kernel in (motion(7, 45), gabor(5, 45)):
        assert np.array_equal(kernel, kernel.T)
    np.testing.assert_allclose(motion(7, 135)[::-1], motion(7, 45), rtol=1e-14, atol=0)


@pytest.mark.parametrize(("wavelength", "angle", "bandwidth"), [(4, 0, 1), (5.5, 30, 1.5), (3, 100, 0.7), (8, -60, 1)])
@pytest.mark.parametrize("phase", [0, 25, 180])
def test_gabor_is_scikit_images_but_for_its_scale(
    wavelength: float, angle: float, bandwidth: float, phase: float
) -> None:
    theirs = gabor_kernel(1 / wavelength, -math.radians(angle), bandwidth, offset=math.radians(phase))
    radius = (theirs.shape[0] // 2, theirs.shape[1] // 2)
    real = gabor(wavelength, angle, phase=phase, bandwidth=bandwidth, radius=radius)
    imaginary = gabor(wavelength, angle, phase=phase - 90, bandwidth=bandwidth, radius=radius)
    scale = real.flat[np.abs(theirs.real).argmax()] / theirs.real.flat[np.abs(theirs.real).argmax()]
    assert abs(scale - 1) < 0.05  # the Gaussian's integral and the sum of its samples
    np.testing.assert_allclose(real, scale * theirs.real, rtol=0, atol=1e-13)
    np.testing.assert_allclose(imaginary, scale * theirs.imag, rtol=0, atol=1e-13)


def test_gabor_takes_different_widths_along_and_across() -> None:
    theirs = gabor_kernel(1 / 6, -math.radians(40), sigma_x=2.0, sigma_y=5.0)
    radius = (theirs.shape[0] // 2, theirs.shape[1] // 2)
    ours = gabor(6, 40, sigma=2.0, aspect=0.4, radius=radius)
    np.testing.assert_allclose(ours / ours.max(), theirs.real / theirs.real.max(), rtol=0, atol=1e-13)


def test_gabor_is_its_formula() -> None:
    wavelength, angle, phase, sigma, aspect = 5.0, math.radians(35), math.radians(20), 1.7, 0.8
    kernel = gabor(5, 35, phase=20, sigma=1.7, aspect=0.8, radius=(2, 3))
    envelope, wave = {}, {}
    for i in range(-2, 3):
        for j in range(-3, 4):
            u = j * math.cos(angle) - i * math.sin(angle)
            v = -j * math.sin(angle) - i * math.cos(angle)
            envelope[i, j] = math.exp(-(u**2 + aspect**2 * v**2) / (2 * sigma**2))
            wave[i, j] = math.cos(2 * math.pi * u / wavelength + phase)
    total = math.fsum(envelope.values())
    for i, j in envelope:
        assert abs(kernel[i + 2, j + 3] - wave[i, j] * envelope[i, j] / total) < 1e-15


def test_gabor_with_an_endless_wave_is_the_gaussian() -> None:
    np.testing.assert_allclose(gabor(1e300, sigma=1.5, truncate=4), gaussian((1.5, 1.5)), rtol=1e-13, atol=0)


def test_gabor_chooses_the_box_around_its_ellipse() -> None:
    assert gabor(4, sigma=1, aspect=0.5).shape == (13, 7)  # 6 rows and 3 columns to each side
    assert gabor(4, 90, sigma=1, aspect=0.5).shape == (7, 13)
    side = 2 * int(3 * math.sqrt((1 + 4) / 2) + 0.5) + 1
    assert gabor(4, 45, sigma=1, aspect=0.5).shape == (side, side)
    assert gabor(4, radius=2).shape == (5, 5)


def test_the_odd_gabor_does_not_see_a_constant() -> None:
    for phase in (90, -90):
        assert math.fsum(gabor(5, 20, phase=phase).ravel()) == 0


def test_the_bandwidth_is_measured_in_octaves() -> None:
    """The answers to the two waves half a band below and above are half the answer to the middle one."""
    i = np.arange(-40, 41)
    for octaves in (0.6, 1.0, 1.4):
        line = gabor(8, bandwidth=octaves, radius=(0, 40))[0]
        low, middle, high = (
            abs(np.sum(line * np.exp(2j * np.pi * frequency * i)))
            for frequency in (2 / 8 / (2**octaves + 1), 1 / 8, 2 / 8 * 2**octaves / (2**octaves + 1))
        )
        assert abs(low / middle - 0.5) < 0.02
        assert abs(high / middle - 0.5) < 0.02
