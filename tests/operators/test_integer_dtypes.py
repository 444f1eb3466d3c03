"""Promise 1 for every pair of integer dtypes: the mathematical sum, or an error exactly where it does not fit."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import EngineError, IntegerOverflow
from tests.engines.forced import ANY_WAY, forced
from tests.operators import exact

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
PAIRS = list(itertools.product(DTYPES, DTYPES))
Array = np.ndarray[Any, np.dtype[Any]]


def limits(dtype: str) -> tuple[int, int]:
    return (0, 1) if dtype == "bool" else (int(np.iinfo(dtype).min), int(np.iinfo(dtype).max))


def kept_in(x: str, h: str) -> str:
    """The documented dtype: int64, uint64 when both are unsigned and one is uint64."""
    unsigned = all(limits(t)[0] == 0 for t in (x, h))
    return "uint64" if unsigned and "uint64" in (x, h) else "int64"


def check(x: Array, h: Array, way: str) -> str:
    """Compare one full convolution; returns what came of it."""
    right, dtype = exact.integers(x, h), kept_in(str(x.dtype), str(h.dtype))
    least, most = limits(dtype)
    lost = [(k, v) for k, v in enumerate(right) if not least <= v <= most]
    with forced(way) as engine:
        try:
            y = tw.convolve(x, h, size="full", engine=engine)
        except EngineError:
            assert way == "fourier"
            return "refused"
        except IntegerOverflow as error:
            said = str(error)
        else:
            assert not lost
            assert y.dtype == dtype
            assert y.tolist() == right
            return "exact"
    assert said == (
        f"y[{lost[0][0]}]={lost[0][1]}: does not fit {dtype}, {least} to {most}; "
        "write dtype=object for integers of any size, or overflow='wrap' or overflow='saturate'"
    )
    return "overflow"


@ANY_WAY
@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_random_numbers_of_the_whole_range(a: str, b: str, way: str) -> None:
    rng = np.random.default_rng(DTYPES.index(a) * 9 + DTYPES.index(b))

    def drawn(dtype: str, count: int) -> Array:
        least, most = limits(dtype)
        return rng.integers(least, most, count, "uint8" if dtype == "bool" else dtype, endpoint=True).astype(dtype)

    came = check(drawn(a, 23), drawn(b, 9), way)
    assert came == "exact" or not {a, b} < {"bool", "int8", "int16", "uint8", "uint16"}


@ANY_WAY
@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_the_extremes(a: str, b: str, way: str) -> None:
    for p, q in itertools.product(limits(a), limits(b)):
        check(np.full(5, p, a), np.full(3, q, b), way)
        check(np.array([0, 0, p, 0, 1], a), np.array([1, q, 0], b), way)
        check(np.array([p], a), np.array([q], b), way)
        check(np.array([p], a), np.array([1], b), way)


@ANY_WAY
def test_signs_that_cancel_do_not_overflow(way: str) -> None:
    """The bound is beyond 2^63, the sum is not: Python's integers settle it."""
    big = 2**62
    assert check(np.array([big, -big, big]), np.array([3, 3]), way) in ("overflow", "refused")
    x, h = np.array([big, big]), np.array([1, 1])
    with forced(way) as engine:
        if way != "fourier":
            assert tw.correlate(x, np.array([3, -3]), engine=engine).tolist() == [0]
            assert tw.convolve(x, -h, engine=engine).tolist() == [-(2**63)]
            with pytest.raises(IntegerOverflow, match=r"^y\[0\]=9223372036854775808: "):
                tw.convolve(x, h, engine=engine)


@ANY_WAY
def test_one_more_than_a_double_holds(way: str) -> None:
    """faults.md 35: SciPy's ndimage takes all integers through double."""
    with forced(way) as engine:
        for value in (2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)):
            if way != "fourier":
                assert tw.convolve([value], [1], engine=engine).tolist() == [value]
        if way != "fourier":
            top = np.array([2**64 - 1], np.uint64)
            assert tw.convolve(top, np.array([1], np.uint8), engine=engine).tolist() == [2**64 - 1]


def test_a_result_of_mixed_signs_is_int64() -> None:
    """NumPy makes float64 of uint64 and int64, and rounds."""
    y = tw.convolve(np.array([2**62 + 1], np.uint64), np.array([1], np.int8))
    assert y.dtype == np.int64
    assert y.tolist() == [2**62 + 1]
    with pytest.raises(IntegerOverflow, match=r"^y\[0\]=9223372036854775808: does not fit int64, "):
        tw.convolve(np.array([2**63], np.uint64), np.array([1], np.int8))


def test_small_dtypes_are_not_summed_in_themselves() -> None:
    """faults.md 74: np.convolve gives 144, -56 and False."""
    assert tw.convolve(np.array([200], np.uint8), np.array([2], np.uint8)).tolist() == [400]
    assert tw.convolve(np.array([100], np.int8), np.array([2], np.int8)).tolist() == [200]
    assert tw.convolve(np.array([True, True]), np.array([True, True])).tolist() == [2]
