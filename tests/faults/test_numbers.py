"""NaN, infinities, precision, and arrays of other kinds: what has spread, vanished or been dropped elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import ArgumentTypeError, IntegerOverflow
from tests.faults.everywhere import FAST, Array, equal, everywhere


def touched(n: int, at: int, k: int) -> list[int]:
    """The valid outputs whose windows hold sample `at`."""
    return [o for o in range(n - k + 1) if o <= at < o + k]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("n", "k", "at"), [(100, 3, 50), (100, 13, 0), (20_000, 700, 9000)])
def test_what_is_not_finite_stays_in_its_windows(n: int, k: int, at: int, bad: float) -> None:
    x = np.random.default_rng(1).standard_normal(n)
    x[at] = bad
    engines = FAST if k < 700 else ("direct", "numpy", "fourier")
    for engine, y in everywhere(x, np.ones(k), engines=tuple(e for e in engines if e != "fourier")):
        assert np.flatnonzero(~np.isfinite(y)).tolist() == touched(n, at, k), engine


@pytest.mark.parametrize("shape", [(64, 64), (1, 300), (300, 1)])
@pytest.mark.parametrize("k", [3, 13])
def test_a_nan_in_an_image(k: int, shape: tuple[int, int]) -> None:
    x = np.ones(shape, np.float32)
    place = tuple(n // 2 for n in shape)
    x[place] = np.nan
    h = np.ones(tuple(min(n, k) for n in shape), np.float32)
    expected = int(np.prod(h.shape))
    for engine, y in everywhere(x, h, engines=tuple(e for e in FAST if e != "fourier"), size="same"):
        assert np.isnan(y).sum() == expected, engine


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e17])
def test_a_moving_average_forgets_what_has_left_its_window(bad: float) -> None:
    """No running sum carries it along."""
    x = np.ones(4000)
    x[7] = bad
    for k in (3, 64):
        y = tw.correlate(x, np.full(k, 1 / k))
        image = tw.correlate(np.tile(x, (40, 1)), np.full((k, k), 1 / k**2), size="same", boundary="edge")
        for result in (y[8:], image[:, 8 + k :]):
            assert (abs(result - 1) < 1e-12).all()


def test_a_tap_that_is_not_finite_is_not_multiplied_with_what_is_not_there() -> None:
    """A zero boundary is skipped; a constant is read."""
    for engine, y in everywhere([1.0, 2, 3], [np.nan, 1.0], engines=("numpy", "reference", "direct"), size="full"):
        assert np.isnan(y).tolist() == [False, True, True, True], engine
        assert y[0] == 1, engine
    y = tw.correlate([1.0, 2, 3], [np.inf, 1.0], size="full")
    assert y.tolist() == [1, np.inf, np.inf, np.inf]
    padded = tw.correlate([1.0, 2], [np.nan, 1.0], size="full", boundary="constant(5)")
    assert np.isnan(padded).all()


def test_infinities_follow_one_rule() -> None:
    x = np.array([1.0, np.inf, 2.0, -np.inf, 3.0])
    for engine, y in everywhere(x, [1.0, 1.0], engines=("numpy", "reference", "direct")):
        assert y.tolist() == [np.inf, np.inf, -np.inf, -np.inf], engine
    for engine, y in everywhere(x, [1.0, 1.0, 1.0], engines=("numpy", "reference", "direct")):
        assert np.isnan(y).tolist() == [False, True, False], engine


def test_half_precision_is_summed_in_single() -> None:
    ones = np.ones(70_000, np.float16)
    for engine, y in everywhere(ones, ones, dtype="float32", engines=FAST):
        most = 0.91 if engine == "fourier" else 0.0  # 6.4 · eps · log2(2^17) · |x| · |h| in float32
        assert abs(float(y[0]) - 70_000) <= most, engine
    assert tw.correlate(np.ones(5000, np.float16), np.ones(5000, np.float16)).tolist() == [5000]
    assert tw.correlate(ones, ones).tolist() == [np.inf]


def test_what_no_integer_can_be() -> None:
    for bad in (np.nan, np.inf, 1e300):
        with pytest.raises(IntegerOverflow, match=r"^y\[0\]="):
            tw.correlate([bad], [1.0], dtype="uint8")
    for x in (np.ones(3, "M8[s]"), np.ones(3, "m8[s]"), np.array(["a"]), np.array([b"a"]), np.zeros(2, "i4,i4")):
        with pytest.raises(ArgumentTypeError, match=r"^x="):
            tw.correlate(x, [1])


def laid_out(x: Array) -> dict[str, Array]:
    """The same values in memory of every kind."""
    room = np.zeros(x.nbytes + 1, np.uint8)
    askew = room[1:].view(x.dtype).reshape(x.shape)
    askew[...] = x
    locked = x.copy()
    locked.flags.writeable = False
    return {
        "misaligned": askew, "byteswapped": x.astype(x.dtype.newbyteorder()),
        "reversed": x[::-1, ::-1].copy()[::-1, ::-1], "columns first": np.asfortranarray(x), "locked": locked,
        "every other": np.repeat(x, 2, axis=1)[:, ::2],
    }  # fmt: skip


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble", "complex128", "int16", "int64"])
def test_every_layout_is_read_right(dtype: str) -> None:
    x = (np.arange(35).reshape(5, 7) % 9).astype(dtype)
    h = np.arange(6).reshape(2, 3).astype(dtype)
    expected = tw.correlate(x, h, engine="reference")
    for kind, view in laid_out(x).items():
        for engine, y in everywhere(view, h):
            assert equal(y / 1, expected / 1), (engine, kind)


@pytest.mark.parametrize("size", ["full", "same", "pads(2,2)", "same-upper", "longest"])
def test_one_rule_for_what_is_empty(size: str) -> None:
    """The shape is that of the formula in every engine, and never of another number of axes."""
    for shape, taps in (((0,), (3,)), ((0, 3), (2, 2)), ((3, 0), (1, 2)), ((2, 0, 4), (1, 1, 1))):
        x, h = np.zeros(shape), np.ones(taps)
        expected = tw.correlate(x, h, size=size, engine="reference").shape
        assert len(expected) == len(shape)
        for engine, y in everywhere(x, h, size=size):
            assert y.shape == expected, (engine, shape)
            assert not y.any(), (engine, shape)


def test_a_transform_is_no_larger_than_its_axes_ask() -> None:
    """An axis of one sample is not made as long as the others."""
    x, h = np.ones((1, 1, 300_000)), np.ones((1, 1, 3000))
    choice: Any = tw.choose(x, h, operator="convolution")
    assert choice.milliseconds["fourier"] < 1000
    y = tw.convolve(x, h, engine="fourier")
    assert y.shape == (1, 1, 297_001)
    assert (abs(y - 3000) < 1e-6).all()
