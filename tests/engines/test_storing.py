"""How sums become results: rounded, and raised, wrapped or saturated, as Python's exact numbers say."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import floor, inf, nan, trunc
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import IntegerOverflow
from tests.engines.forced import ANY_WAY, forced

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
LIMITS = sorted({int(limit) for t in INTEGERS for limit in (np.iinfo(t).min, np.iinfo(t).max)})
ROUNDINGS = ["nearest-even", "nearest-away", "truncate", "floor"]


def rounded(rounding: str, value: Fraction) -> int:
    away = floor(abs(value) + Fraction(1, 2))
    return {
        "nearest-even": round(value),
        "nearest-away": away if value > 0 else -away,
        "truncate": trunc(value),
        "floor": floor(value),
    }[rounding]


def fitted(overflow: str, whole: int, dtype: str) -> int | None:
    """What is stored, None where that is an error."""
    least, most = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    if least <= whole <= most:
        return whole
    if overflow == "saturate":
        return least if whole < least else most
    return (whole - least) % (most - least + 1) + least if overflow == "wrap" else None


def stored(value: Any, dtype: str, **words: Any) -> int | None:
    x = value if isinstance(value, np.ndarray) else np.array([value])
    try:
        y = tw.apply(x, np.ones(1, x.dtype), operator="convolution", dtype=dtype, **words)
    except IntegerOverflow:
        return None
    assert y.dtype == dtype
    return int(y[0])


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_rounding(rounding: str) -> None:
    halves = [n + part for n in (-3, -2, -1, 0, 1, 2, 126) for part in (0.0, 0.25, 0.5, 0.75)]
    hard = [0.49999999999999994, -0.49999999999999994, 2.0**52 + 1, 2.0**52 - 0.5, 2.0**51 + 0.5, -(2.0**52) - 1, -0.0]
    for value in halves + hard:
        assert stored(value, "int64", rounding=rounding) == rounded(rounding, Fraction(value))
        exact = np.array([Fraction(value)], object)
        assert stored(exact, "int64", rounding=rounding) == rounded(rounding, Fraction(value))
        single = np.float32(value)
        assert stored(single, "int64", rounding=rounding) == rounded(rounding, Fraction(float(single)))


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("overflow", ["raise", "wrap", "saturate"])
def test_floats_at_the_limits_of_every_integer(kind: Any, overflow: str) -> None:
    values: set[Any] = {kind(0)}
    for limit, away in itertools.product(LIMITS, (-inf, 0, inf)):
        values.add(kind(limit) if not away else np.nextafter(kind(limit), kind(away)))
    values |= {kind(v) for v in (2.0**64, -(2.0**64), 2.0**64 + 2.0**42, 3e30, -3e30, 255.5, 254.5, -128.5, -0.5)}
    for value, dtype in itertools.product(values, INTEGERS):
        expected = fitted(overflow, rounded("nearest-even", Fraction(*value.as_integer_ratio())), dtype)
        assert stored(value, dtype, overflow=overflow) == expected, (value, dtype)


@ANY_WAY
@pytest.mark.parametrize("overflow", ["raise", "wrap", "saturate"])
def test_whole_numbers_at_the_limits_of_every_integer(way: str, overflow: str) -> None:
    with forced(way) as engine:
        for limit, step, dtype in itertools.product(LIMITS, (-1, 0, 1), INTEGERS):
            value = limit + step
            if way == "fourier" and abs(value) > 1 << 40:
                continue
            for kind in ("int64", "uint64", "object"):
                if kind != "object" and not np.iinfo(kind).min <= value <= np.iinfo(kind).max:
                    continue
                if kind == "object" and way == "fourier":
                    continue
                x = np.array([value], kind)
                assert stored(x, dtype, overflow=overflow, engine=engine) == fitted(overflow, value, dtype)


@pytest.mark.parametrize("dtype", ["int8", "uint64"])
def test_what_is_not_finite_is_no_integer(dtype: str) -> None:
    limits = f"does not fit {dtype}, {np.iinfo(dtype).min} to {np.iinfo(dtype).max}"
    for value, overflow in [(nan, "raise"), (nan, "wrap"), (nan, "saturate"), (inf, "raise"), (-inf, "wrap")]:
        for x in ([1.0, value], [Fraction(1), value]):
            with pytest.raises(IntegerOverflow) as caught:
                tw.apply(x, [1], operator="convolution", dtype=dtype, overflow=overflow)
            assert str(caught.value) == f"y[1]={value}: {limits}; write dtype=float"
    assert stored(inf, dtype, overflow="saturate") == np.iinfo(dtype).max
    assert stored(-inf, dtype, overflow="saturate") == np.iinfo(dtype).min


def test_gain_and_offset_are_exact_beside_whole_numbers() -> None:
    x = np.array([2**63], np.uint64)
    words: dict[str, Any] = {"operator": "convolution"}
    one = np.ones(1, np.uint64)
    assert tw.apply(x, [1], offset=-5, **words).tolist() == [2**63 - 5]
    assert tw.apply(x, one, offset=-5, **words).tolist() == [2**63 - 5]
    assert tw.apply(x, one, gain=-1, dtype="int64", **words).tolist() == [-(2**63)]
    assert tw.apply([3], [1], gain=2**53 + 1, offset=1, **words).tolist() == [3 * 2**53 + 4]
    assert tw.apply([3], [1], gain=2**70, overflow="wrap", **words).tolist() == [0]
    assert tw.apply([3], [1], gain=2**70, overflow="saturate", **words).tolist() == [2**63 - 1]
    assert tw.apply([3, 4], [1], gain=Fraction(1, 3), **words).tolist() == [1.0, 4 * (1 / 3)]
    assert tw.apply([3, 4], [1], gain=1j, **words).tolist() == [3j, 4j]
    assert tw.apply([3, 4], [1], gain=0.5, dtype="int8", **words).tolist() == [2, 2]
    exact = tw.apply(np.array([3, 4], object), [1], gain=Fraction(1, 3), offset=Fraction(1, 7), **words)
    assert exact.tolist() == [Fraction(8, 7), Fraction(31, 21)]


def test_truth_values_are_or() -> None:
    x, h = np.array([True, True, False]), np.array([True, True])
    for dtype in (bool, "bool"):
        y = tw.convolve(x, h, size="full", dtype=dtype)
        assert y.dtype == bool
        assert y.tolist() == [True, True, True, False]
    assert tw.apply(x, h, operator="convolution", size="full", result="promote").dtype == bool
    assert tw.convolve(x, h, size="full").tolist() == [1, 2, 1, 0]
