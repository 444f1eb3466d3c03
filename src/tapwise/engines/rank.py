"""Kernels of rank one: taps that are products of factors, h[p, r, c] = planes[p]·rows[r]·columns[c].

The columns are the last axis, the rows the one before, the planes all others together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapwise.engines.case import Array

    Parts = tuple[Array, Array, Array]

#: Taps that differ by more than this part of themselves are no products of factors, whatever the type.
FURTHEST = 2.0**-20


@dataclass(frozen=True, slots=True)
class Factors:
    """What a kernel is the product of.

    Attributes
    ----------
    planes, rows, columns : ndarray
        The factors, in the number type of the kernel. For floats the first two add up, in magnitude, to at most a half
        unless they are one tap, which is 1; no sum on the way then exceeds the largest sample.
    apart : float
        No tap h differs from the product of its factors by more than `apart`·abs(h); 0 for whole numbers.
    """

    planes: Array
    rows: Array
    columns: Array
    apart: float


def factors(kernel: Array) -> Factors | None:
    """Return the factors of a real kernel whose taps are finite, None where there are none or every tap is zero.

    Whole numbers are factored exactly. A kernel of floats made as a product had each tap rounded once, so its factors
    are fitted, and `apart` says how well; beyond `FURTHEST` there are none.
    """
    return _factored(kernel.tobytes(), kernel.shape, kernel.dtype.str)


@lru_cache(maxsize=64)
def _factored(taps: bytes, shape: tuple[int, ...], dtype: str) -> Factors | None:
    kernel = np.frombuffer(taps, dtype).reshape((1, 1, *shape)[-max(len(shape), 3) :])
    kernel = kernel.reshape(prod(kernel.shape[:-2]), *kernel.shape[-2:])
    if not kernel.any():
        return None
    if kernel.dtype.kind == "i":
        whole = _divided(kernel)
        return None if whole is None else Factors(*whole, apart=0.0)
    parts = _dyadic(kernel)
    return _judged(kernel, parts if parts is not None else _fitted(kernel))


def _lines(kernel: Array) -> tuple[list[Array], list[int]]:
    """Return the lines of taps, along each axis, that cross in the largest, and its index."""
    pivot = [int(i) for i in np.unravel_index(np.abs(kernel).argmax(), kernel.shape)]
    z, r, c = pivot
    return [kernel[:, r, c], kernel[z, :, c], kernel[z, r, :]], pivot


def _divided(kernel: Array) -> Parts | None:
    """Return whole factors: lines through one tap without their common divisors, all of which the columns take."""
    lines, pivot = _lines(kernel)
    parts = [line // (line[0] if len(line) == 1 else np.gcd.reduce(line)) for line in lines]
    times, rest = divmod(int(kernel[tuple(pivot)]), prod(int(part[at]) for part, at in zip(parts, pivot, strict=True)))
    if rest or not np.array_equal(_product([part.astype(object) for part in parts]) * times, kernel):
        return None
    return parts[0], parts[1], parts[2] * times


def _dyadic(kernel: Array) -> Parts | None:
    """Return floats whose product is the kernel to the last bit, found as whole numbers of a common unit."""
    _, exponent = np.frexp(np.abs(kernel).max())
    units = np.ldexp(kernel.astype(np.float64), 62 - int(exponent))
    found = _divided(units.astype(np.int64)) if (units == np.rint(units)).all() else None
    if found is None:
        return None
    parts = [part.astype(np.float64) for part in found]
    return _balanced([*parts[:2], np.ldexp(parts[2], int(exponent) - 62)])


@np.errstate(all="ignore")
def _fitted(kernel: Array) -> Parts | None:
    """Return factors that fit every tap as well as its own rounding lets them, in a wider type."""
    wide = _wide(kernel)
    taps = kernel.astype(wide)
    lines, pivot = _lines(taps)
    parts = [lines[0] / taps[tuple(pivot)], lines[1] / taps[tuple(pivot)], lines[2]]
    if not (np.abs(_product(parts) - taps) <= 2.0**-10 * np.abs(taps)).all():
        return None
    # Each tap tells its factors from its neighbours': the mean over all of them is better than any of them.
    kept = np.ix_(*(part != 0 for part in parts))
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        parts[axis] = parts[axis].copy()
        parts[axis][parts[axis] != 0] *= (taps[kept] / _product(parts)[kept]).mean(axis=others)
        if axis < 2:  # what follows makes up for the rounding of what is settled
            parts = [*_balanced(parts)]
            parts[axis] = parts[axis].astype(kernel.dtype).astype(wide)
    return parts[0], parts[1], parts[2]


def _balanced(parts: Sequence[Array]) -> Parts:
    """Return the parts with the first two scaled as `Factors` says, the third by what that takes."""
    planes, rows, columns = parts
    for part in (planes, rows):
        columns = columns * _scale(part)
    return planes / _scale(planes), rows / _scale(rows), columns


def _scale(part: Array) -> Any:
    """Return the tap, if it is the only one, or a power of two of at least twice the sum of the magnitudes."""
    if len(part) == 1:
        return part[0]
    _, exponent = np.frexp(2 * np.abs(part).sum())
    return np.ldexp(part.dtype.type(1), exponent)


def _judged(kernel: Array, parts: Parts | None) -> Factors | None:
    """Return the parts as factors if these are near enough, and large enough to have all their digits."""
    if parts is None:
        return None
    with np.errstate(all="ignore"):
        parts = parts[0].astype(kernel.dtype), parts[1].astype(kernel.dtype), parts[2].astype(kernel.dtype)
    least = np.finfo(kernel.dtype).smallest_normal
    if any(((part != 0) & (np.abs(part) < least)).any() or not np.isfinite(part).all() for part in parts):
        return None
    wide = _wide(kernel)
    taps, made = kernel.astype(wide), _product([part.astype(wide) for part in parts])
    if (made[taps == 0] != 0).any():
        return None
    apart = float((np.abs(made - taps)[taps != 0] / np.abs(taps[taps != 0])).max())
    apart += 4 * float(np.finfo(wide).eps) if apart else 0.0
    return Factors(*parts, apart=apart) if apart <= FURTHEST else None


def _wide(kernel: Array) -> np.dtype[Any]:
    return np.dtype(np.float64 if kernel.dtype.itemsize == 4 else np.longdouble)


def _product(parts: Sequence[Array]) -> Array:
    product: Array = parts[0][:, None, None] * parts[1][:, None] * parts[2]
    return product
