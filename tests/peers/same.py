"""Equality with a peer: the same shape, the same dtype, the same numbers; no tolerance."""

from __future__ import annotations

from typing import Any

import numpy as np

#: Number types in which sums of a few products of small whole numbers are exact.
INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
FLOATS = ["float32", "float64", "complex64", "complex128"]


def same(ours: Any, theirs: Any, *about: object) -> None:
    """Assert that two results are equal in every respect."""
    a, b = np.asarray(ours), np.asarray(theirs)
    assert a.shape == b.shape, about
    assert a.dtype == b.dtype, about
    assert np.array_equal(a, b), (*about, a, b)


def whole_numbers(rng: np.random.Generator, shape: Any, dtype: str = "int64") -> Any:
    """Return small random whole numbers: complex for a complex dtype, none negative for an unsigned one."""
    kind = np.dtype(dtype).kind
    if kind == "b":
        return rng.integers(0, 2, shape).astype(dtype)
    real = rng.integers(0 if kind == "u" else -9, 10, shape)
    return (real + 1j * rng.integers(-9, 10, shape)).astype(dtype) if kind == "c" else real.astype(dtype)


def lengths(rng: np.random.Generator, ndim: int, least: int, most: int) -> tuple[int, ...]:
    """Return random lengths."""
    return tuple(int(n) for n in rng.integers(least, most + 1, ndim))
