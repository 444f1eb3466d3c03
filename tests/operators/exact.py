"""The right numbers by Python's own: integers and fractions of any size, one sum at a time."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def integers(x: Any, h: Any) -> list[int]:
    """The full convolution of two sequences of integers."""
    signal, kernel = [int(v) for v in np.asarray(x).tolist()], [int(v) for v in np.asarray(h).tolist()]
    y = [0] * (len(signal) + len(kernel) - 1)
    for i, sample in enumerate(signal):
        for t, tap in enumerate(kernel):
            y[i + t] += sample * tap
    return y


def constant(n: int, a: int, b: int) -> list[int]:
    """The full convolution of n times a with n times b, by its closed form."""
    return [min(k + 1, 2 * n - 1 - k) * a * b for k in range(2 * n - 1)]


def fraction(value: Any) -> Fraction:
    """A finite float of any precision as the fraction it is."""
    return Fraction(*value.as_integer_ratio())
