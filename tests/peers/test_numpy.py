"""numpy.convolve and numpy.correlate: every mode, every pair of small lengths, every kind of number."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

import tapwise as tw
from tests.peers.same import FLOATS, INTEGERS, same, whole_numbers

MODES = ["full", "same", "valid"]
DTYPES = ["bool", *INTEGERS, "float16", *FLOATS, "longdouble", "clongdouble"]


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_equal_for_all_small_lengths(name: str, mode: str, dtype: str) -> None:
    rng = np.random.default_rng(1)
    for n, k in itertools.product(range(1, 9), range(1, 9)):
        x, h = whole_numbers(rng, n, dtype), whole_numbers(rng, k, dtype)
        same(tw.apply(x, h, like=f"np.{name}", mode=mode), getattr(np, name)(x, h, mode), n, k)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_equal_for_every_pair_of_dtypes(name: str) -> None:
    rng = np.random.default_rng(2)
    for one, other in itertools.product(["bool", *INTEGERS, "float32", *FLOATS], repeat=2):
        for n, k, mode in [(6, 4, "same"), (3, 5, "full"), (2, 7, "valid")]:
            x, h = whole_numbers(rng, n, one), whole_numbers(rng, k, other)
            same(tw.apply(x, h, like=f"numpy.{name}", mode=mode), getattr(np, name)(x, h, mode), one, other, mode)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers_wrap_as_numpy_lets_them(name: str, dtype: str) -> None:
    limits = np.iinfo(dtype)
    rng = np.random.default_rng(3)
    for n, k, mode in itertools.product([5, 9], [2, 3, 12], MODES):
        x, h = (rng.integers(limits.min, limits.max, size, dtype=dtype, endpoint=True) for size in (n, k))
        same(tw.apply(x, h, like=f"np.{name}", mode=mode), getattr(np, name)(x, h, mode), n, k, mode)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_exact_numbers_stay_exact(name: str) -> None:
    x = np.array([Fraction(1, 3), 2, 10**30, Fraction(-5, 7)], dtype=object)
    h = np.array([Fraction(1, 2), 10**20, -3], dtype=object)
    for mode in MODES:
        same(tw.apply(x, h, like=f"np.{name}", mode=mode), getattr(np, name)(x, h, mode))


def test_the_defaults_are_numpys_own() -> None:
    x, h = [2, 1, 3, 5, 4], [1, 2, 0]
    same(tw.apply(x, h, like="numpy.convolve"), np.convolve(x, h))
    same(tw.apply(x, h, like="numpy.correlate"), np.correlate(x, h))


def test_our_own_operators_have_the_anchors_of_numpy() -> None:
    rng = np.random.default_rng(4)
    for n, k in itertools.product(range(1, 8), range(1, 8)):
        x, h = whole_numbers(rng, n, "complex128"), whole_numbers(rng, k, "complex128")
        same(tw.convolve(x, h, size="full"), np.convolve(x, h, "full"))
        same(tw.correlate(x, h, size="full"), np.correlate(x, h, "full"))
        same(tw.convolve(x, h, size="longest"), np.convolve(x, h, "same"))
        same(tw.correlate(x, h, size="longest"), np.correlate(x, h, "same"))
        if n >= k:
            same(tw.convolve(x, h), np.convolve(x, h, "valid"))
            same(tw.correlate(x, h), np.correlate(x, h, "valid"))
