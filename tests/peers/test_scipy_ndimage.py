"""scipy.ndimage's four: every mode, origin, constant and dtype, with wrapping and truncation as they are there."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

import tapwise as tw
from tests.peers.same import FLOATS, INTEGERS, lengths, same, whole_numbers

MODES = ["reflect", "grid-mirror", "mirror", "nearest", "wrap", "grid-wrap", "constant", "grid-constant"]


def origins(rng: np.random.Generator, k: tuple[int, ...]) -> list[int]:
    """Random origins in SciPy's range."""
    return [int(rng.integers(-(m // 2), (m - 1) // 2 + 1)) for m in k]


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_equal_for_every_mode_and_origin(name: str, mode: str, ndim: int) -> None:
    rng = np.random.default_rng(ndim)
    for dtype, _ in itertools.product(["int16", "int64", *FLOATS], range(60 // 4**ndim + 2)):
        n, k = lengths(rng, ndim, 1, 6), lengths(rng, ndim, 1, 5)
        x, h = whole_numbers(rng, n, dtype), whole_numbers(rng, k, dtype)
        options: dict[str, Any] = {"mode": mode, "cval": 3.0, "origin": origins(rng, k)}
        theirs = getattr(ndimage, name)(x, h, **options)
        same(tw.apply(x, h, like=f"ndimage.{name}", **options), theirs, n, k, dtype, options)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_equal_for_every_origin_of_every_kernel_length(name: str) -> None:
    x = np.arange(1, 8) ** 2
    for k in range(1, 13):
        h = np.arange(1, k + 1)
        for origin in range(-(k // 2), (k - 1) // 2 + 1):
            theirs = getattr(ndimage, name)(x, h, mode="mirror", origin=origin)
            same(tw.apply(x, h, like=f"ndimage.{name}", mode="mirror", origin=origin), theirs, k, origin)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("origin", [-3, 2])
def test_both_refuse_an_origin_beside_the_kernel(name: str, origin: int) -> None:
    x, h = np.arange(6), np.ones(4, int)
    with pytest.raises(ValueError, match="Invalid origin"):
        getattr(ndimage, name)(x, h, origin=origin)
    with pytest.raises(ValueError, match="anchor='high"):
        tw.apply(x, h, like=f"ndimage.{name}", origin=origin)


@pytest.mark.parametrize("name", ["convolve1d", "correlate1d"])
@pytest.mark.parametrize("mode", MODES)
def test_equal_along_every_axis(name: str, mode: str) -> None:
    rng = np.random.default_rng(4)
    for axis, k, dtype in itertools.product([0, 1, 2, -1, -2], [1, 2, 3, 4, 9], ["uint8", "int64", "float32"]):
        x, h = whole_numbers(rng, (3, 4, 5), dtype), whole_numbers(rng, k)
        options: dict[str, Any] = {"axis": axis, "mode": mode, "cval": -2, "origin": origins(rng, (k,))[0]}
        theirs = getattr(ndimage, name)(x, h, **options)
        same(tw.apply(x, h, like=f"ndimage.{name}", **options), theirs, k, dtype, options)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_equal_along_some_axes(name: str) -> None:
    rng = np.random.default_rng(5)
    x, h = whole_numbers(rng, (3, 4, 5)), whole_numbers(rng, (2, 3))
    for axes in [(0, 1), (0, 2), (1, 2), (-3, -1)]:
        theirs = getattr(ndimage, name)(x, h, axes=axes, origin=(0, -1))
        same(tw.apply(x, h, like=f"ndimage.{name}", axes=axes, origin=(0, -1)), theirs, axes)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("dtype", [*INTEGERS, *FLOATS])
@pytest.mark.parametrize("output", [None, *INTEGERS, *FLOATS, float, np.float32, np.dtype("int16")])
def test_every_output_dtype(name: str, dtype: str, output: Any) -> None:
    if (np.dtype(output or dtype).kind == "c") != dtype.startswith("complex"):
        output = None  # SciPy refuses to change between real and complex
    rng = np.random.default_rng(6)
    x, h = whole_numbers(rng, (4, 5), dtype), whole_numbers(rng, (3, 2))
    h = abs(h) if np.dtype(output or dtype).kind == "u" else h
    theirs = getattr(ndimage, name)(x, h, output=output)
    same(tw.apply(x, h, like=f"ndimage.{name}", output=output), theirs)


def test_complex_kernels() -> None:
    rng = np.random.default_rng(7)
    for dtype, other in itertools.product(["uint8", "int64", *FLOATS], ["complex64", "complex128"]):
        x, h = whole_numbers(rng, (4, 5), dtype), whole_numbers(rng, (2, 3), other)
        for name in ("convolve", "correlate"):
            options: dict[str, Any] = {"mode": "constant", "cval": 2 - 1j if dtype.startswith("complex") else 2}
            same(tw.apply(x, h, like=f"ndimage.{name}", **options), getattr(ndimage, name)(x, h, **options), dtype)


def test_uint8_wraps_around() -> None:
    x, h = np.full((3, 3), 200, np.uint8), np.ones((3, 3))
    assert (ndimage.convolve(x, h) == 8).all()
    same(tw.apply(x, h, like="ndimage.convolve"), ndimage.convolve(x, h))


def test_a_negative_sum_becomes_a_large_unsigned_integer() -> None:
    x, h = np.array([1, 2, 3], np.uint8), [-1]
    assert ndimage.correlate(x, h).tolist() == [255, 254, 253]
    same(tw.apply(x, h, like="ndimage.correlate"), ndimage.correlate(x, h))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_fractions_are_cut_off_towards_zero(dtype: str) -> None:
    rng = np.random.default_rng(8)
    for _ in range(20):
        x, h = whole_numbers(rng, 9, dtype), whole_numbers(rng, 4) / 8
        same(tw.apply(x, h, like="ndimage.convolve"), ndimage.convolve(x, h))
        same(tw.apply(x, h, like="ndimage.correlate", mode="constant", cval=0.5),
             ndimage.correlate(x, h, mode="constant", cval=0.5))  # fmt: skip


def test_sums_go_through_double_there_and_not_here() -> None:
    x = np.array([2**53 + 1])
    assert ndimage.convolve(x, [1]).tolist() == [2**53]
    same(tw.apply(x, [1], like="ndimage.convolve"), ndimage.convolve(x, [1]))
    assert tw.convolve(x, [1]).tolist() == [2**53 + 1]


def test_a_mode_for_each_axis_is_ours_alone() -> None:
    x, h = np.arange(12).reshape(3, 4), np.arange(1, 7).reshape(2, 3)
    with pytest.raises(RuntimeError, match="A sequence of modes is not supported"):
        ndimage.convolve(x, h, mode=["wrap", "mirror"])
    ours = tw.apply(x, h, like="ndimage.convolve", mode=["wrap", "mirror"], origin=[0, 1])
    padded = np.pad(np.pad(x, ((4, 4), (0, 0)), mode="wrap"), ((0, 0), (4, 4)), mode="reflect")
    same(ours, ndimage.convolve(padded, h, mode="constant", origin=(0, 1))[4:-4, 4:-4])


def test_the_defaults_are_scipys_own() -> None:
    x = np.arange(12).reshape(3, 4) ** 2
    for name in ("convolve", "correlate"):
        same(tw.apply(x, [[1, 2], [0, -1]], like=f"scipy.ndimage.{name}"), getattr(ndimage, name)(x, [[1, 2], [0, -1]]))
        one = f"{name}1d"
        same(tw.apply(x, [1, 2], like=f"scipy.ndimage.{one}"), getattr(ndimage, one)(x, [1, 2]))
