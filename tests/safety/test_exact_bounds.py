"""Direct sums against exact rational arithmetic: every error is within its bound, and the bound is not idle."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tests import oracle
from tests.needs import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

compiled()

Array = np.ndarray[Any, np.dtype[Any]]
Exact = dict[tuple[int, ...], tuple[Fraction, Fraction]]

DTYPES = ["float16", "float32", "float64", "complex64", "complex128"]
SHAPES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((60,), (33,)), ((7, 9), (3, 4)), ((4, 5, 6), (2, 3, 4))]


def limits(dtype: str) -> Any:
    return np.finfo(dtype)


def normal(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    return rng.standard_normal(shape)


def cancelling(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    """Large numbers of both signs, which leave little."""
    signs = np.where(np.indices(shape).sum(axis=0) % 2, -1.0, 1.0)
    return np.asarray(signs * (1 + float(limits(dtype).eps) * rng.integers(0, 8, shape)))


def subnormal(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    """Numbers whose products lie among the smallest there are."""
    root = float(limits(dtype).smallest_subnormal) ** 0.5 if dtype != "float16" else 2.0**-24
    return root * rng.integers(-9, 10, shape) * rng.random(shape)


def huge(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    """Numbers whose sums almost leave the range."""
    root = float(limits(dtype).max) ** 0.5 / 16
    return np.asarray(root * (1 - 2 * rng.random(shape)))


def mixed(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    most = 2 if dtype == "float16" else 9
    return rng.standard_normal(shape) * 10.0 ** rng.uniform(-most, most, shape)


def spiked(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    x = rng.standard_normal(shape)
    x.flat[x.size // 2] = 1e3 if dtype == "float16" else 1e15
    return x


KINDS = [normal, cancelling, subnormal, huge, mixed, spiked]


def drawn(kind: Callable[..., Array], shape: tuple[int, ...], dtype: str, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    values = kind(rng, shape, dtype)
    if np.dtype(dtype).kind == "c":
        values = values + 1j * kind(rng, shape, dtype)
    return values.astype(dtype)


def exact(values: Array) -> dict[tuple[int, ...], Any]:
    return {place: Pair(Fraction(float(v.real)), Fraction(float(v.imag))) for place, v in np.ndenumerate(values)}


class Pair:
    """An exact complex number."""

    def __init__(self, real: Fraction, imaginary: Fraction) -> None:
        self.real, self.imag = real, imaginary

    def __add__(self, other: Pair) -> Pair:
        return Pair(self.real + other.real, self.imag + other.imag)

    def __mul__(self, other: Pair) -> Pair:
        a, b, c, d = self.real, self.imag, other.real, other.imag
        return Pair(a * c - b * d, a * d + b * c)


def worst(y: Array, x: Array, h: Array, bound: Array, size: str) -> float:
    """The largest error as a part of its bound; errors and bounds of 0 go together."""
    pairs = [oracle.axis(n, k, operator="convolution", size=(size,)) for n, k in zip(x.shape, h.shape, strict=True)]
    right = oracle.apply(exact(x), exact(h), pairs, zero=Pair(Fraction(0), Fraction(0)))
    assert y.shape == bound.shape == tuple(len(p) for p in pairs)
    largest = Fraction(0)
    for place, value in right.items():
        real, imaginary = (Fraction(float(v)) for v in (y[place].real, y[place].imag))
        error = (real - value.real) ** 2 + (imaginary - value.imag) ** 2
        most = Fraction(float(bound[place])) ** 2
        assert most or not error
        largest = max(largest, error / most if most else Fraction(0))
    return sqrt(largest)


def measured(x: Array, h: Array, size: str, change: float = 0.0) -> float:
    """That part for the direct engine, whose results may first be changed by so many bounds."""
    y = tw.convolve(x, h, size=size, engine="direct")
    assert y.dtype == x.dtype
    bound = tw.error_bound(x, h, operator="convolution", size=size, engine="direct")
    assert np.isfinite(y).all()
    assert np.isfinite(bound).all()
    wide = y.astype(np.result_type(y, np.float64))
    return worst(wide + change * bound, x, h, bound, size)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_error_is_within_its_bound(dtype: str, kind: Callable[..., Array]) -> None:
    for seed, (shape, taps) in enumerate(SHAPES):
        x, h = drawn(kind, shape, dtype, seed), drawn(kind if kind is not spiked else normal, taps, dtype, seed + 9)
        for size in ("full", "valid"):
            assert measured(x, h, size) <= 1, (dtype, kind, shape, size)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("k", [5, 50, 500])
def test_the_bound_is_almost_reached(k: int, dtype: str) -> None:
    """After a 1, numbers just below half of its last place: every one is rounded away, in the same direction.

    K - 1 errors of u(1 - 1/8) each, of K + 2 that are allowed for.
    """
    info = np.finfo(dtype)
    h = np.full(k, float(info.eps) / 2 * 0.875)
    parts = []
    for first in (0, k - 1):  # the 1 comes first in the order of summing, whichever way that goes
        taps = h.copy()
        taps[first] = 1
        parts.append(measured(np.ones(k, dtype), taps.astype(dtype), "valid"))
    assert 0.8 * (k - 1) / (k + 2) < max(parts) <= 1


def test_a_result_that_is_off_by_its_bound_is_caught() -> None:
    for dtype in DTYPES:
        x, h = drawn(normal, (7, 9), dtype, 1), drawn(normal, (3, 4), dtype, 2)
        assert 1 / 50 < measured(x, h, "full") < 1 or dtype == "float16"
        assert measured(x, h, "full", change=1.5) > 1


@pytest.mark.parametrize("engine", ["direct", "numpy", "reference"])
@pytest.mark.parametrize("k", [1, 2])
def test_operands_that_are_converted_round_too(engine: str, k: int) -> None:
    """Doubles summed in float32: K roundings of products and sums do not account for the error, K + 2 do."""
    unit = Fraction(1, 1 << 24)
    h = np.full(k, 1 + 11 * 2.0**-24 * 0.999)  # just below half-way between two singles
    x = 1 + np.random.default_rng(k).random(3000) * 0.02
    words: dict[str, Any] = {"operator": "cross-correlation", "accumulator": "float32", "result": "float64"}
    y = tw.apply(x, h, engine=engine, **words)
    bound = tw.error_bound(x, h, engine=engine, **words)
    tap, samples = Fraction(float(h[0])), [Fraction(float(v)) for v in x]
    largest = Fraction(0)
    for o, (value, most) in enumerate(zip(y, bound, strict=True)):
        right = sum(samples[o : o + k], Fraction(0)) * tap  # which is also the sum of magnitudes
        error = abs(Fraction(float(value)) - right)
        assert error <= Fraction(float(most))
        largest = max(largest, error / right / unit)
    assert k < largest <= Fraction((k + 2) * unit, 1 - (k + 2) * unit) / unit
    promise = tw.choose(x, h, engine=engine, **words).error
    assert promise == "elementwise: γ·(|x| ⋆ |h|), γ for K + 2 roundings"
