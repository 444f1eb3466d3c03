"""Which way a kernel answers, measured with two loops written out here: the definitions, nothing of the package."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tapwise import kernels

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tapwise.kernels._taps import Kernel

    Array = NDArray[Any]
    Case = Callable[..., Kernel]


def correlate(x: Array, h: Array) -> Array:
    """y[o] = sum over t of h[t] x[o + t], wherever h lies inside x."""
    shape = [n - k + 1 for n, k in zip(x.shape, h.shape, strict=True)]
    y = np.zeros(shape)
    for o, t in product(np.ndindex(*shape), np.ndindex(*h.shape)):
        y[o] += h[t] * x[tuple(a + b for a, b in zip(o, t, strict=True))]
    return y


def convolve(x: Array, h: Array) -> Array:
    """y[o] = sum over t of h[t] x[o + K - 1 - t], wherever h lies inside x."""
    shape = [n - k + 1 for n, k in zip(x.shape, h.shape, strict=True)]
    y = np.zeros(shape)
    for o, t in product(np.ndindex(*shape), np.ndindex(*h.shape)):
        y[o] += h[t] * x[tuple(a + k - 1 - b for a, k, b in zip(o, h.shape, t, strict=True))]
    return y


OPERATORS = {"cross-correlation": correlate, "convolution": convolve}


def ramp(shape: tuple[int, ...], slopes: tuple[float, ...]) -> Array:
    """x[i] = sum over axes of slope * i."""
    return np.tensordot(np.array(slopes, dtype=np.float64), np.indices(shape), axes=1)


def test_the_two_loops_differ() -> None:
    x, h = np.array([2.0, 1, 3, 5, 4]), np.array([1.0, 2, 0])
    assert correlate(x, h).tolist() == [4, 7, 13]
    assert convolve(x, h).tolist() == [5, 11, 14]


SYMMETRIC: list[Case] = [
    lambda **o: kernels.gaussian((0.8, 1.7), **o),
    lambda **o: kernels.gaussian(1.3, radius=(2, 0, 1), ndim=3, **o),
    lambda **o: kernels.box((2, 3), **o),
    lambda **o: kernels.box(4, normalize=False, **o),
    lambda **o: kernels.gaussian_derivative((0.8, 1.7), axis=0, order=2, **o),
    lambda **o: kernels.gaussian_derivative(1.1, order=0, ndim=2, **o),
    lambda **o: kernels.laplacian(**o),
    lambda **o: kernels.laplacian(3, diagonal=True, **o),
    lambda **o: kernels.log((1.4, 0.9), **o),
    lambda **o: kernels.sharpen(0.3, **o),
    lambda **o: kernels.unsharp((1.0, 0.6), 1.7, **o),
    lambda **o: kernels.motion(6.3, 25, **o),
    lambda **o: kernels.gabor(4.4, 25, aspect=0.7, **o),
    lambda **o: kernels.gabor(4.4, 25, phase=180, **o),
]
ANTISYMMETRIC: list[Case] = [
    lambda **o: kernels.sobel(**o),
    lambda **o: kernels.prewitt(axis=0, ndim=3, **o),
    lambda **o: kernels.scharr(axis=1, normalize=True, **o),
    lambda **o: kernels.gaussian_derivative((0.8, 1.7), **o),
    lambda **o: kernels.gabor(4.4, 25, phase=-90, aspect=0.7, **o),
    lambda **o: kernels.gabor(4.4, 25, phase=90, **o),
]
NEITHER: list[Case] = [
    lambda **o: kernels.emboss("north-east", **o),
    lambda **o: kernels.emboss("south", 0.4, **o),
    lambda **o: kernels.gabor(4.4, 25, phase=30, **o),
]


@pytest.mark.parametrize("kernel", SYMMETRIC)
def test_point_symmetric_kernels_are_the_same_for_both_operators_bit_for_bit(kernel: Case) -> None:
    h, flipped = kernel(), kernel(operator="convolution")
    assert h.tobytes() == flipped.tobytes()
    assert h.tobytes() == np.flip(h).tobytes()


@pytest.mark.parametrize("kernel", ANTISYMMETRIC)
def test_antisymmetric_kernels_change_sign(kernel: Case) -> None:
    h = kernel()
    assert np.array_equal(kernel(operator="convolution"), -h)
    assert np.abs(h).max() > 0


@pytest.mark.parametrize("kernel", SYMMETRIC + ANTISYMMETRIC + NEITHER)
def test_the_convolution_kernel_is_the_flipped_one(kernel: Case) -> None:
    assert np.array_equal(kernel(operator="convolution"), np.flip(kernel(operator="cross-correlation")))
    assert np.array_equal(kernel(), kernel(operator="cross-correlation"))


@pytest.mark.parametrize("kernel", NEITHER)
def test_the_others_are_neither(kernel: Case) -> None:
    h = kernel()
    assert not np.array_equal(np.flip(h), h)
    assert not np.array_equal(np.flip(h), -h)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("kernel", SYMMETRIC + ANTISYMMETRIC + NEITHER)
def test_kernels_are_fresh_contiguous_and_writable(kernel: Case, operator: str) -> None:
    h = kernel(operator=operator)
    assert h.flags.c_contiguous
    assert h.dtype in (np.int64, np.float64)
    before = h.copy()
    h[...] = 77
    assert np.array_equal(kernel(operator=operator), before)


SLOPES = (3, -5, 7)  # one for each axis, so that no axis can be taken for another


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize(("ndim", "axis"), [(n, a) for n in (1, 2, 3) for a in range(-n, n)])
@pytest.mark.parametrize(("name", "smoothing"), [("sobel", 4), ("prewitt", 3), ("scharr", 16)])
def test_differences_answer_a_ramp_by_its_slope(name: str, smoothing: int, ndim: int, axis: int, operator: str) -> None:
    x = ramp((3, 4, 5)[:ndim], SLOPES[:ndim])
    whole = kernels.by_name(f"{name}:axis={axis}", ndim, operator=operator)
    assert whole.dtype == np.int64
    answer = OPERATORS[operator](x, whole)
    assert (answer == 2 * smoothing ** (ndim - 1) * SLOPES[axis % ndim]).all()
    normal = kernels.by_name(f"{name}:axis={axis},normalize=true", ndim, operator=operator)
    # each of the 3**ndim products and sums of numbers up to 2 * 5 * max|x| / 6 rounds once
    assert np.allclose(OPERATORS[operator](x, normal), SLOPES[axis % ndim], rtol=0, atol=27 * 60 * 2**-53)


@pytest.mark.parametrize("name", ["sobel", "prewitt", "scharr"])
def test_the_other_operators_kernel_gives_the_opposite_sign(name: str) -> None:
    x = ramp((4, 5), (3, 5))
    assert (convolve(x, kernels.by_name(name)) < 0).all()
    assert (correlate(x, kernels.by_name(name, operator="convolution")) < 0).all()


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("axis", [0, 1])
def test_the_derivative_of_a_gaussian_answers_a_ramp_by_its_slope(axis: int, operator: str) -> None:
    h = kernels.gaussian_derivative((0.6, 1.1), axis, radius=(2, 3), operator=operator)
    answer = OPERATORS[operator](ramp((6, 8), (3, -5)), h)
    assert np.allclose(answer, (3, -5)[axis], rtol=0, atol=1e-13)  # 35 products below 10, 35 sums: under 700 * 2**-53


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_second_derivatives_are_positive_in_a_valley(operator: str) -> None:
    i, j = np.indices((7, 8))
    x = 0.5 * 3 * i**2 - 0.5 * 11 * j**2 + 2 * i  # second derivatives 3 and -11
    apply = OPERATORS[operator]
    assert (apply(x, kernels.laplacian(operator=operator)) == 3 - 11).all()
    assert (apply(x, kernels.laplacian(diagonal=True, operator=operator)) == 3 * (3 - 11)).all()
    assert np.allclose(apply(x, kernels.log(0.7, radius=2, operator=operator)), 3 - 11, rtol=0, atol=1e-12)
    for axis, second in enumerate((3, -11)):
        h = kernels.gaussian_derivative(0.7, axis, order=2, radius=2, ndim=2, operator=operator)
        assert np.allclose(apply(x, h), second, rtol=0, atol=1e-12)


TOWARDS = {
    "north": (-1, 0), "north-east": (-1, 1), "east": (0, 1), "south-east": (1, 1),
    "south": (1, 0), "south-west": (1, -1), "west": (0, -1), "north-west": (-1, -1),
}  # fmt: skip


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("direction", TOWARDS)
def test_embossed_slopes_are_bright_where_they_face_the_light(direction: str, operator: str) -> None:
    down, right = TOWARDS[direction]
    h = kernels.emboss(direction, operator=operator)
    for slopes in ((2.0, 0.0), (0.0, 5.0), (2.0, 5.0)):
        x = ramp((4, 5), slopes)
        gain = OPERATORS[operator](x, h) - x[1:-1, 1:-1]
        assert (gain == -6 * (down * slopes[0] + right * slopes[1])).all()  # growing away from the light: brighter


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("angle", [0, 30, 90, 120, 180, 270, -45])
def test_the_odd_gabor_answers_an_edge_positively_where_the_image_grows_towards_the_angle(
    angle: float, operator: str
) -> None:
    h = kernels.gabor(6, angle, phase=-90, operator=operator)
    i, j = np.indices(h.shape) - np.array([n // 2 for n in h.shape]).reshape(2, 1, 1)
    up = j * np.cos(np.radians(angle)) - i * np.sin(np.radians(angle))  # counter-clockwise, with row 0 on top
    edge = np.sign(np.round(up, 9))
    assert OPERATORS[operator](edge, h).item() > 0.2
    assert OPERATORS[operator](-edge, h).item() < -0.2


@pytest.mark.parametrize("operator", OPERATORS)
def test_motion_rises_to_the_right(operator: str) -> None:
    h = kernels.motion(5, 45, operator=operator)
    assert h[0, -1] == h[-1, 0] > 0 == h[0, 0] == h[-1, -1]  # lower left to upper right
