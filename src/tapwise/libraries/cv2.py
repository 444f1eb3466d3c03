"""OpenCV: arrays as they are; the separable filter gets a column and a row, whose products are the kernel."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np

from tapwise.errors import ArgumentError, ArgumentTypeError, Shown
from tapwise.libraries.library import Array, Library, found

_DEPTH = -1  # OpenCV has no default; this one keeps the signal's


def _filter2d(x: Array, h: Array, *, ddepth: int = _DEPTH, **options: Any) -> Array:
    return np.asarray(found("cv2.filter2D")(x, ddepth, h, **options))


def _sep_filter2d(x: Array, h: Array, *, ddepth: int = _DEPTH, **options: Any) -> Array:
    column, row = factors(h)
    return np.asarray(found("cv2.sepFilter2D")(x, ddepth, row, column, **options))


def factors(h: Array) -> tuple[Array, Array]:
    """Return a column and a row of which `h` is exactly the outer product.

    Raises
    ------
    ArgumentError
        If it is none.
    """
    if h.dtype.kind == "c":
        raise ArgumentTypeError("h", Shown(f"array of dtype {h.dtype}"), "must be real here", "give its parts apart")
    values = h.astype(float)
    if not values.any():
        return np.zeros(h.shape[0]), np.zeros(h.shape[1])
    i, j = np.argwhere(values)[0]
    taps = [Fraction(value) for value in values[:, j].tolist()]
    unit = Fraction(gcd(*(tap.numerator for tap in taps)), lcm(*(tap.denominator for tap in taps)))
    column = np.array([float(tap / unit) for tap in taps])  # whole numbers without a common factor: the row is exact
    row = values[i] / column[i]
    if not np.array_equal(np.outer(column, row), values):
        raise ArgumentError(
            "h", Shown(f"array of shape {h.shape}"), "is not the outer product of a column and a row",
            "take cv2.filter2D",
        )  # fmt: skip
    return column, row


LIBRARY = Library({"cv2": "opencv-python-headless"}, {"cv2.filter2D": _filter2d, "cv2.sepFilter2D": _sep_filter2d})
