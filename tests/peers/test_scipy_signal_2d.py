"""scipy.signal.convolve2d and correlate2d: every mode, boundary and fill value."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import signal

import tapwise as tw
from tests.peers.same import same, whole_numbers

SHAPES = [((6, 7), (3, 2)), ((5, 4), (4, 3)), ((4, 6), (4, 6)), ((7, 3), (1, 3)), ((2, 3), (5, 4)), ((1, 1), (3, 2)),
          ((3, 5), (6, 2)), ((2, 2), (7, 8))]  # fmt: skip
EXACT = ["int8", "uint8", "int16", "int32", "int64", "float32", "float64", "complex64", "complex128"]


def conjugated_by_scipy(name: str, mode: str, dtype: str, n: tuple[int, ...], k: tuple[int, ...]) -> bool:
    """SciPy's known fault, which test_faults.py describes: the operands are exchanged, and complex."""
    exchanged = mode == "valid" and any(a < b for a, b in zip(n, k, strict=True))
    return name == "correlate2d" and exchanged and dtype.startswith("complex")


def cases(mode: str) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    if mode != "valid":
        return list(SHAPES)
    return [
        (n, k) for n, k in SHAPES if (n[0] >= k[0] and n[1] >= k[1]) or (n[0] <= k[0] and n[1] <= k[1])
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["convolve2d", "correlate2d"])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("boundary", ["fill", "wrap", "symm"])
def test_equal(name: str, mode: str, boundary: str) -> None:
    rng = np.random.default_rng(1)
    for (n, k), dtype in itertools.product(cases(mode), EXACT):
        x, h = whole_numbers(rng, n, dtype), whole_numbers(rng, k, dtype)
        options: dict[str, Any] = {"mode": mode, "boundary": boundary, "fillvalue": int(rng.integers(0, 5))}
        theirs = getattr(signal, name)(x, h, **options)
        if conjugated_by_scipy(name, mode, dtype, n, k):
            theirs = theirs.conj()
        same(tw.apply(x, h, like=f"signal.{name}", **options), theirs, n, k, dtype, options)


@pytest.mark.parametrize("name", ["convolve2d", "correlate2d"])
def test_fill_values_of_every_kind(name: str) -> None:
    rng = np.random.default_rng(2)
    for n, k in SHAPES:
        x, h = whole_numbers(rng, n, "complex128"), whole_numbers(rng, k, "complex128")
        for value in (0, 3, -2.5, 1 + 2j, np.float64(0.5), np.complex128(-1j)):
            theirs = getattr(signal, name)(x, h, "same", "fill", value)
            same(tw.apply(x, h, like=f"signal.{name}", mode="same", fillvalue=value), theirs, n, k, value)


def test_the_defaults_are_scipys_own() -> None:
    x, h = [[2, 1, 3], [5, 4, 7]], [[1, 2], [0, -1]]
    same(tw.apply(x, h, like="scipy.signal.convolve2d"), signal.convolve2d(x, h))
    same(tw.apply(x, h, like="scipy.signal.correlate2d"), signal.correlate2d(x, h))


def test_even_kernels_sit_on_the_low_tap_in_both() -> None:
    x, h = np.eye(5, dtype=int), np.arange(1, 9).reshape(2, 4)
    same(signal.convolve2d(x, h, "same"), tw.convolve(x, h, size="same", anchor="low"))
    same(signal.correlate2d(x, h, "same"), tw.correlate(x, h, size="same", anchor="low"))
