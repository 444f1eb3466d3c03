"""scipy.signal.convolve and correlate, in one to three dimensions."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import signal

import tapwise as tw
from tests.peers.same import FLOATS, INTEGERS, lengths, same, whole_numbers

MODES = ["full", "same", "valid"]


def pairs(ndim: int, mode: str, dtype: str, count: int) -> list[tuple[Any, Any]]:
    """Random operands of every relation of lengths that the mode allows."""
    rng = np.random.default_rng(ndim)
    found: list[tuple[Any, Any]] = []
    while len(found) < count:
        n, k = lengths(rng, ndim, 1, 7), lengths(rng, ndim, 1, 7)
        larger = [a >= b for a, b in zip(n, k, strict=True)]
        smaller = [a <= b for a, b in zip(n, k, strict=True)]
        if mode != "valid" or all(larger) or all(smaller):
            found.append((whole_numbers(rng, n, dtype), whole_numbers(rng, k, dtype)))
    return found


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", MODES)
def test_equal_for_all_small_lengths_in_one_dimension(name: str, mode: str) -> None:
    rng = np.random.default_rng(1)
    kinds = ["int64", *FLOATS] if mode == "same" else ["bool", "int64", *FLOATS]  # SciPy has no `same` for booleans
    for n, k, dtype in itertools.product(range(1, 8), range(1, 8), kinds):
        x, h = whole_numbers(rng, n, dtype), whole_numbers(rng, k, dtype)
        theirs = getattr(signal, name)(x, h, mode, method="direct")
        same(tw.apply(x, h, like=f"signal.{name}", mode=mode), theirs, n, k, dtype)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ndim", [2, 3])
@pytest.mark.parametrize("dtype", ["int16", "int64", "float64", "complex128"])
def test_equal_in_more_dimensions(name: str, mode: str, ndim: int, dtype: str) -> None:
    for x, h in pairs(ndim, mode, dtype, 20 if ndim == 2 else 8):
        theirs = getattr(signal, name)(x, h, mode, method="direct")
        same(tw.apply(x, h, like=f"scipy.signal.{name}", mode=mode), theirs, x.shape, h.shape)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("dtype", INTEGERS)
def test_every_integer_dtype(name: str, dtype: str) -> None:
    rng = np.random.default_rng(5)
    x, h = whole_numbers(rng, (5, 4), dtype), whole_numbers(rng, (2, 3), dtype)
    same(tw.apply(x, h, like=f"signal.{name}"), getattr(signal, name)(x, h, method="direct"))


@pytest.mark.parametrize("method", ["auto", "direct", "fft"])
def test_the_method_is_no_matter_of_meaning(method: str) -> None:
    x, h = np.arange(20), np.array([3, -1, 2])
    same(tw.apply(x, h, like="signal.convolve", method=method), signal.convolve(x, h, method=method))


def test_the_defaults_are_scipys_own() -> None:
    x, h = [[2, 1, 3], [5, 4, 7]], [[1, 2], [0, -1]]
    same(tw.apply(x, h, like="scipy.signal.convolve"), signal.convolve(x, h))
    same(tw.apply(x, h, like="scipy.signal.correlate"), signal.correlate(x, h))


@pytest.mark.parametrize("mode", ["full", "valid"])
def test_the_labels_are_scipys_lags(mode: str) -> None:
    for n, k in itertools.product(range(1, 8), range(1, 8)):
        ours = tw.lags(n, k, like="signal.correlate", mode=mode)
        assert np.array_equal(ours, signal.correlation_lags(n, k, mode)), (n, k)
