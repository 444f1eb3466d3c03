"""Inputs for which other libraries return wrong numbers without a word: right ones from every engine, or an error."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import IntegerOverflow
from tests import oracle
from tests.faults.everywhere import FAST, equal, everywhere
from tests.needs import absent


def test_integers_whose_transform_would_round() -> None:
    rng = np.random.default_rng(1)
    x, h = rng.integers(2**30, 2**31, 3000), rng.integers(2**20, 2**21, 700)
    expected = np.convolve(x, h[::-1], "valid")  # below 2^63, and so exact in int64
    for engine, y in everywhere(x, h, engines=FAST):
        assert y.dtype == np.int64, engine
        assert np.array_equal(y, expected), engine
    with pytest.raises(IntegerOverflow):
        tw.correlate(np.full(9, 2**62), [1, 1])


def test_floats_of_eighty_magnitudes() -> None:
    """The automatic choice never drowns small results in the noise of large ones."""
    x = np.logspace(0, 81, 20_000)
    h = np.ones(5000)
    y = tw.convolve(x, h)
    sums = tw.convolve(x, h, accuracy="elementwise")
    assert (abs(y - sums) <= 1e-10 * sums).all()


def test_beyond_four_gigabytes() -> None:
    """More elements than 32 bits count: the last outputs are not the first again. Only pages that are read exist."""
    try:
        x = np.zeros(2**32 + 2**20, np.uint8)
    except MemoryError:
        absent("this machine gives a process no more than a few gigabytes of addresses")
    x[-3:] = 5, 6, 7
    x[2**20 - 3 : 2**20] = 1  # where the last ones would be if positions were cut to 32 bits
    y = tw.correlate(x, [1, 10, 100], stride=len(x) - 3, engine="numpy")
    assert y.tolist() == [0, 765]
    rows = x[: 2**32].reshape(2**12, 2**20)
    rows[-1, -2:] = 3, 4
    for engine in ("direct", "numpy"):
        y = tw.correlate(rows, [[0, 1], [10, 100]], stride=(2**12 - 2, 1), engine=engine)
        assert (y[0, -1], y[1, -1], y[1, :-2].any()) == (1, 430, False), engine


ONES: dict[str, Any] = {
    "bool": True, "int8": -128, "int16": -(2**15), "int32": 2**24 + 1, "int64": 2**53 + 1, "uint8": 255,
    "uint16": 2**16 - 1, "uint32": 2**32 - 1, "uint64": 2**63 - 1, "float16": 1 + 2**-10, "float32": 1 + 2**-23,
    "float64": 1 + 2**-52, "longdouble": np.longdouble(1) + np.finfo(np.longdouble).eps,
    "complex64": 1 + 2**-23 - 1j, "complex128": 1 + (1 + 2**-52) * 1j,
}  # fmt: skip


@pytest.mark.parametrize("dtype", ONES)
def test_one_tap_of_one_gives_the_signal(dtype: str) -> None:
    """No digit is lost in any number type: nothing is narrowed, halved or kept in a shorter mantissa."""
    x = np.array([ONES[dtype]] * 7, dtype)
    for engine, y in everywhere(x, np.ones(1, dtype)):
        if engine != "fourier" or x.dtype.kind in "biu":
            assert y.tolist() == x.astype(int if dtype == "bool" else dtype).tolist(), engine
        assert y.dtype == ("uint64" if dtype == "uint64" else "int64" if x.dtype.kind in "biu" else dtype), engine


def test_small_integers_are_not_summed_in_themselves() -> None:
    for x, h, expected in (
        (np.full(9, 200, np.uint8), np.ones(9, np.uint8), 1800),
        (np.full(81, -128, np.int8), np.full(81, -128, np.int8), 81 * 2**14),
        (np.full(81, 127, np.int8), np.full(81, -128, np.int8), -81 * 127 * 128),
        (np.full(2, 200, np.uint8), np.ones(2, np.int8), 400),
        (np.array([True, True]), np.array([True, True]), 2),
        (np.array([2**40]), np.array([1], np.uint8), 2**40),
    ):
        for engine, y in everywhere(x, h):
            assert y.tolist() == [expected], engine
    with pytest.raises(IntegerOverflow, match=r"^y\[0\]=400: does not fit uint8, 0 to 255; write dtype='int64'"):
        tw.correlate(np.full(2, 200, np.uint8), [1, 1], dtype="uint8")
    assert tw.correlate(np.full(2, 200, np.uint8), [1, 1], dtype="uint8", overflow="saturate").tolist() == [255]
    with pytest.raises(IntegerOverflow):
        tw.correlate(np.array([2**62]), [2])


def test_weights_that_miss_one_by_a_rounding() -> None:
    """Integers asked for are rounded to, not cut to."""
    x = np.full(9, 10, np.int32)
    for engine, y in everywhere(x, np.full(3, (1 - 1e-11) / 3), dtype="int32"):
        assert y.tolist() == [10] * 7, engine
    for engine, y in everywhere(np.ones(9, bool), np.full(3, 1 / 3)):
        assert (abs(y - 1) < 1e-15).all(), engine


@pytest.mark.parametrize("k", [3, 11, 13, 31])
def test_bytes_and_whole_taps_are_exact_for_every_size_of_kernel(k: int) -> None:
    rng = np.random.default_rng(k)
    x, h = rng.integers(0, 256, (40, 45), dtype=np.uint8), rng.integers(-9, 10, (k, k))
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(int), (k, k))
    expected = np.einsum("abij,ij->ab", windows, h)
    for engine, y in everywhere(x, h.astype(np.float32), dtype="float32", engines=FAST):
        if engine != "fourier":  # sums below 2^24, exact in float32 in any order
            assert np.array_equal(y, expected), engine
    for engine, y in everywhere(x, h, engines=FAST):
        assert np.array_equal(y, expected), engine


@pytest.mark.parametrize(("radius", "sigma"), [(2, 9.0), (1, 0.2), (15, 0.3), (3, 1e-3)])
def test_smoothing_leaves_a_plain_image_plain(radius: int, sigma: float) -> None:
    row = tw.kernels.gaussian(sigma=sigma, radius=radius)
    for engine, y in everywhere(np.full((9, 10), 200, np.uint8), np.outer(row, row), size="same", boundary="edge"):
        assert (abs(y - 200) < 1e-9).all(), engine
    assert (
        tw.correlate(
            np.full((9, 10), 200, np.uint8), np.outer(row, row), size="same", boundary="edge", dtype="uint8"
        ).min()
        == 200
    )


def test_each_axis_has_its_own_steps() -> None:
    """Different numbers on every axis, and the dilated length where a size rule asks for a length."""
    x, h = np.arange(99).reshape(9, 11) % 7, np.arange(6).reshape(2, 3)
    for sizes in itertools.product(("valid", "same-upper", "full"), repeat=2):
        pairs = [
            oracle.axis(n, k, operator="cross-correlation", size=(size,), stride=stride, dilation=dilation)
            for n, k, size, stride, dilation in zip((9, 11), (2, 3), sizes, (3, 2), (2, 4), strict=True)
        ]
        sums = oracle.apply(dict(np.ndenumerate(x)), dict(np.ndenumerate(h)), pairs)
        expected = np.array(list(sums.values())).reshape([len(p) for p in pairs])
        for engine, y in everywhere(x, h, size=sizes, stride=(3, 2), dilation=(2, 4)):
            assert equal(y, expected), (engine, sizes)


@pytest.mark.parametrize("size", ["valid", "same", "full", "pads(2,1)"])
@pytest.mark.parametrize(("shape", "taps"), [((1, 300), (1, 40)), ((300, 1), (40, 1)), ((1, 300), (5, 40))])
def test_axes_of_one_sample(shape: tuple[int, int], taps: tuple[int, int], size: str) -> None:
    """The size is honoured by fast ways too."""
    if size in ("valid", "pads(2,1)") and taps[0] > shape[0]:
        size = "same"
    x, h = np.arange(300.0).reshape(shape) % 11, np.arange(float(np.prod(taps))).reshape(taps) % 5
    expected = tw.correlate(x, h, size=size, engine="reference")
    for engine, y in everywhere(x, h, size=size, engines=FAST):
        assert equal(y / 4096, expected / 4096), engine
