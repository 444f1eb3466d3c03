"""Promise 2: every output's error, measured with exact fractions, is within `tw.error_bound`, which is not loose."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import EngineError
from tests.engines.forced import WAYS, forced
from tests.operators.exact import fraction

Array = np.ndarray[Any, np.dtype[Any]]
Exact = list[tuple[Fraction, Fraction]]

DTYPES = ["float16", "float32", "float64", "longdouble", "complex64", "complex128", "clongdouble"]
KINDS = ["normal", "wide", "spike", "subnormal", "large", "tiny", "alike"]


def drawn(kind: str, dtype: str, count: int, seed: int) -> Array:
    """Data that try an engine: of all magnitudes, with a spike, near both ends of the dtype's range, or all alike."""
    rng = np.random.default_rng(seed)
    info = np.finfo(dtype)
    base = rng.standard_normal(count) if kind != "alike" else np.full(count, 1 / 3)
    if np.dtype(dtype).kind == "c":
        base = base + 1j * (rng.standard_normal(count) if kind != "alike" else 1 / 7)
    x = base.astype(np.result_type(dtype, np.float32) if dtype == "float16" else dtype)
    if kind == "wide":
        x = x * 10.0 ** rng.uniform(-8, 8, count) if dtype != "float16" else x * 10.0 ** rng.uniform(-2, 1, count)
    if kind == "spike":
        x[count // 3] = 1e12 if dtype != "float16" else 1e3
    if kind == "subnormal":
        x = x * 8 * info.smallest_subnormal
    if kind == "large":
        x = x * np.sqrt(info.max) / 64
    if kind == "tiny":
        x = x * np.sqrt(info.smallest_normal) * (1e-3 if dtype != "float16" else 1)
    return x.astype(dtype)


def parts(values: Array) -> Exact:
    return [(fraction(v.real), fraction(v.imag)) for v in values]


def convolved(x: Exact, h: Exact) -> Exact:
    """The exact full convolution."""
    y = [(Fraction(0), Fraction(0))] * (len(x) + len(h) - 1)
    for i, (a, b) in enumerate(x):
        for t, (c, d) in enumerate(h):
            real, imag = y[i + t]
            y[i + t] = (real + a * c - b * d, imag + a * d + b * c)
    return y


def ratio(y: Array, right: Exact, bound: Array) -> float:
    """The largest error as a part of its bound; every one must be within it, exactly."""
    worst = Fraction(0)
    for value, (real, imag), most in zip(parts(y), right, bound.tolist(), strict=True):
        square = (value[0] - real) ** 2 + (value[1] - imag) ** 2
        assert most >= 0
        if most < float("inf"):
            assert square <= Fraction(most) ** 2, (value, real, imag, most)
            worst = max(worst, square / Fraction(most) ** 2 if most else Fraction(0))
    return sqrt(worst)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("way", [*WAYS, "auto"])
def test_every_error_is_within_its_bound(way: str, dtype: str, kind: str) -> None:
    if (way, kind) == ("fourier", "large") and "long" in dtype:
        with pytest.raises(EngineError, match="the sums inside a transform of a tile may exceed the largest number"):
            tw.convolve(drawn(kind, dtype, 9, 1), drawn(kind, dtype, 2, 2), engine=way)
        return
    for n, k in [(20, 1), (30, 5), (4, 9)]:
        x, h = drawn(kind, dtype, n, 1), drawn(kind if kind != "spike" else "normal", dtype, k, 2)
        with forced(way, small=way == "bands") as engine:
            y = tw.convolve(x, h, size="full", engine=engine)
            bound = tw.error_bound(x, h, operator="convolution", size="full", engine=engine)
        assert y.dtype == dtype
        assert bound.dtype == np.float64
        beyond = kind == "large" and "long" in dtype  # a float64 cannot say how far
        assert np.isfinite(bound).all() != beyond
        ratio(y, convolved(parts(x), parts(h)), bound)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("kind", ["normal", "wide", "alike"])
@pytest.mark.parametrize("way", ["taps", "bands", "fourier"])
def test_long_sums_are_within_a_bound_that_is_not_loose(way: str, dtype: str, kind: str) -> None:
    """γ_K allows every rounding to point the same way, which random ones do not."""
    x, h = drawn(kind, dtype, 200, 3), drawn(kind, dtype, 80, 4)
    with forced(way) as engine:
        y = tw.convolve(x, h, size="full", engine=engine)
        bound = tw.error_bound(x, h, operator="convolution", size="full", engine=engine)
    assert ratio(y, convolved(parts(x), parts(h)), bound) > (1e-4 if kind != "wide" else 1e-9)


def test_a_narrower_result_has_one_rounding_more() -> None:
    x, h = drawn("normal", "float64", 60, 5), drawn("normal", "float64", 5, 6)
    right = convolved(parts(x), parts(h))
    for dtype in ("float16", "float32", "float64", "longdouble", "complex64"):
        for engine in ("reference", "numpy", "fourier"):
            words: dict[str, Any] = {"size": "full", "dtype": dtype, "engine": engine}
            bound = tw.error_bound(x, h, operator="convolution", **words)
            assert ratio(tw.convolve(x, h, **words), right, bound) > 1e-4


def test_operands_that_are_rounded_before_they_are_multiplied() -> None:
    """int64 beyond 2^53 in float64, float64 in float32, and constants."""
    big = np.array([2**53 + 1, -(2**62) - 1, 2**60 + 3])
    words: list[tuple[Any, Any, dict[str, Any]]] = [
        (big, big[:1], {"dtype": "float64"}),
        (big, big, {"dtype": "float32"}),
        (big, np.array([1 / 3]), {}),
        (drawn("normal", "float64", 9, 1), drawn("normal", "float64", 1, 2), {"accumulator": "float32"}),
        (np.array([-128, 127, 3], np.int8), np.array([0.1, 0.7]), {}),
        (np.array([-(2**63), 5]), np.array([0.1, 0.7]), {}),
        (np.array([True, True, False]), np.array([0.1, 0.7]), {}),
    ]
    for x, h, more in words:
        bound = tw.error_bound(x, h, operator="convolution", size="full", **more)
        right = convolved(*(parts(a) if a.dtype.kind == "f" else [(Fraction(int(v)), Fraction(0)) for v in a]
                            for a in (x, h)))  # fmt: skip
        ratio(tw.convolve(x, h, size="full", **more), right, bound)


def test_an_integer_result_of_floats_is_within_one() -> None:
    x = np.array([0.5, 1.5, -2.5, 7.25])
    for rounding in ("nearest-even", "nearest-away", "truncate", "floor"):
        words: dict[str, Any] = {"operator": "convolution", "dtype": "int8", "rounding": rounding}
        y, bound = tw.apply(x, [1.0], **words), tw.error_bound(x, [1.0], **words)
        assert (abs(y - x) <= bound).all()
        assert bound.max() < 1.01


def test_constants_of_either_sign_are_counted() -> None:
    for value in ("-7", "0.1", "1e9", "-2j"):
        words: dict[str, Any] = {"size": "full", "boundary": f"constant({value})"}
        x, h = drawn("normal", "float64", 9, 1), drawn("normal", "float64", 4, 2)
        around = np.full(3, complex(value))
        right = convolved(parts(np.concatenate([around, x, around])), parts(h))[3:-3]
        ratio(tw.convolve(x, h, **words), right, tw.error_bound(x, h, operator="convolution", **words))
    assert tw.error_bound([7.0], [1.0, 1.0], operator="convolution", size="full", boundary="constant(-7)")[0] > 1e-15


@pytest.mark.parametrize("engine", ["numpy", "fourier"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_folded_sums(engine: str, dtype: str) -> None:
    """A transposed operator adds up what a boundary read again."""
    x, h = drawn("normal", dtype, 30, 1), drawn("normal", dtype, 5, 2)
    words: dict[str, Any] = {"operator": "convolution", "size": "pads(9,9)", "boundary": "edge"}
    exactly = tw.transposed(*(np.array([fraction(v) for v in a], object) for a in (x, h)), **words)
    y = tw.transposed(x, h, engine=engine, **words)
    bound = tw.error_bound(x, h, direction="transposed", engine=engine, **words)
    assert y.shape == bound.shape == (16,)
    ratio(y, [(value, Fraction(0)) for value in exactly], bound)


def test_the_bound_is_infinite_where_the_result_may_be() -> None:
    bound = tw.error_bound([1e300, 1.0, np.nan, np.inf], [1e300], operator="convolution")
    assert np.isinf(bound).tolist() == [True, False, True, True]
    small = np.array([60000, 60000, 1], np.float16)
    y = tw.convolve(small, small[2:] + small[2:])
    bound = tw.error_bound(small, small[2:] + small[2:], operator="convolution")
    assert np.isinf(y).tolist() == np.isinf(bound).tolist() == [True, True, False]


def test_whole_numbers_have_no_error() -> None:
    for x in ([1, 2, 3], np.array([2**62, 3, -(2**63)]), np.array([True, False, True]), [2**70, Fraction(1, 3), 1]):
        for words in ({}, {"dtype": "uint8"}, {"dtype": object}):
            bound = tw.error_bound(x, [1, 1], operator="convolution", **words)
            assert bound.tolist() == [0.0, 0.0]
