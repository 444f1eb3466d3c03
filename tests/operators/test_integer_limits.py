"""Promise 1 on the data that broke SciPy: constants just below and above 2^52, 2^53, 2^62, 2^63, and INT_MIN."""

from __future__ import annotations

from math import isqrt
from typing import Any

import numpy as np
import pytest
from scipy import signal

import tapwise as tw
from tapwise.errors import EngineError, IntegerOverflow
from tests.engines.forced import ANY_WAY, forced
from tests.operators import exact

LIMITS = [2**52 - 1, 2**53, 2**62, 2**63]


@ANY_WAY
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 16, 33, 64])
def test_constants_around_a_limit(n: int, limit: int, way: str) -> None:
    for a in (isqrt(limit // n) - 1, isqrt(limit // n), isqrt(limit // n) + 1):
        for b in (a, -a):
            right = exact.constant(n, a, b)
            with forced(way) as engine:
                try:
                    y = tw.convolve(np.full(n, a), np.full(n, b), size="full", engine=engine)
                except IntegerOverflow:
                    assert not all(-(2**63) <= v < 2**63 for v in right)
                    continue
                except EngineError:
                    assert way == "fourier"
                    continue
            assert y.tolist() == right


@pytest.mark.parametrize("engine", ["auto", "numpy"])
@pytest.mark.parametrize("limit", LIMITS[:3])
def test_long_constants_around_a_limit(limit: int, engine: str) -> None:
    n = 4096
    for a in (isqrt(limit // n), isqrt(limit // n) + 1):
        assert tw.convolve(np.full(n, a), np.full(n, a), size="full", engine=engine).tolist() == exact.constant(n, a, a)


@pytest.mark.parametrize("n", [4096, 65536])
def test_scipy_is_wrong_here_and_ours_is_right(n: int) -> None:
    """faults.md 27: its guard leaves no room for the rounding of the transform."""
    a = 2**20 - 1 if n == 4096 else 2**18 - 1
    x, right = np.full(n, a), np.array(exact.constant(n, a, a))
    ours = tw.convolve(x, x, size="full", dtype="int64")
    assert ours.dtype == np.int64
    assert np.array_equal(ours, right)
    theirs = signal.convolve(x, x)
    assert theirs.dtype == np.int64
    assert not np.array_equal(theirs, right)


def test_transforms_of_integers_are_exact_up_to_where_they_refuse() -> None:
    """Constants have the largest sums, so the largest errors against the bound."""
    came = []
    for bits in range(1, 24):
        x = np.full(3000, 2**bits - 1)
        try:
            y = tw.convolve(x, x, size="full", engine="fourier")
        except EngineError:
            came.append(False)
        else:
            assert np.array_equal(y, exact.constant(3000, 2**bits - 1, 2**bits - 1))
            came.append(True)
    assert came == sorted(came, reverse=True)
    assert sum(came) >= 12


@ANY_WAY
@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64"])
def test_the_most_negative_integer(dtype: str, way: str) -> None:
    """faults.md 28: abs(INT_MIN) is negative in its own dtype, and slips through a guard that takes it."""
    least = int(np.iinfo(dtype).min)
    lone = np.zeros(40, dtype)
    lone[17] = least
    signals = [np.full(40, least, dtype), lone, np.array([least, -1, 1, least], dtype)]
    large = 2**62 // abs(least) if dtype != "int64" else 1
    kernels: list[Any] = [
        np.array([1], dtype),
        np.array([large - 1, -large, 3]),
        np.full(7, 2**39),
        np.array([least], dtype),
    ]
    for x in signals:
        for h in kernels:
            right = exact.integers(x, h)
            with forced(way) as engine:
                try:
                    assert tw.convolve(x, h, size="full", engine=engine).tolist() == right
                except IntegerOverflow:
                    assert not all(-(2**63) <= v < 2**63 for v in right)
                except EngineError:
                    assert way == "fourier"


def test_the_case_that_slipped_through_scipys_guard() -> None:
    x, h = np.full(5000, -128, np.int8), np.full(5000, 2**39)
    right = np.array(exact.constant(5000, -128, 2**39))
    assert np.array_equal(tw.convolve(x, h, size="full"), right)
    assert not np.array_equal(signal.convolve(x, h), right)


def test_folded_sums_are_exact_too() -> None:
    """A gradient adds up what a boundary read again: more products than the kernel has taps."""
    for value in (2**50 + 1, 2**57 + 1):
        words: dict[str, Any] = {"operator": "convolution", "size": "pads(10,10)", "boundary": "edge"}
        dy = [value] * 22
        got = tw.input_gradient(dy, [1, 1, 1], shape=(4,), **words)
        assert got.dtype == np.int64
        assert got.tolist() == tw.input_gradient(np.array(dy, object), [1, 1, 1], shape=(4,), **words).tolist()
        assert sum(got.tolist()) == 3 * 22 * value
    with pytest.raises(IntegerOverflow, match=r"^y\[0\]="):
        tw.input_gradient([2**60] * 22, [1, 1, 1], shape=(4,), **words)
