"""What a kernel is made of: lines along its axes, and whether a line is a Gaussian or a box."""

from __future__ import annotations

from functools import reduce
from math import log, prod, sqrt
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def factors(taps: Array) -> tuple[Array, ...] | None:
    """Return lines whose outer product is `taps`, exactly for whole numbers, or else up to rounding; None if none are.

    The line along an axis goes through the tap of largest magnitude. All but the first are divided by that tap, or for
    whole numbers by what their taps have in common, so that they stay whole.
    """
    peak = np.unravel_index(np.argmax(np.abs(taps)), taps.shape)
    if taps[peak] == 0:
        return None
    lines = [np.moveaxis(taps, axis, -1)[peak[:axis] + peak[axis + 1 :]] for axis in range(taps.ndim)]
    if taps.dtype.kind in "iu":
        lines = [line.astype(np.int64) // np.gcd.reduce(line.astype(np.int64)) for line in lines]
        lines[0] = lines[0] * (
            int(taps[peak]) // prod(int(line[place]) for line, place in zip(lines, peak, strict=True))
        )
        return tuple(lines) if np.array_equal(reduce(np.multiply.outer, lines), taps) else None
    wide = [line.astype(np.promote_types(line.dtype, np.float64)) for line in lines]
    wide = [line / (taps[peak] if axis else 1) for axis, line in enumerate(wide)]
    apart = float(np.abs(reduce(np.multiply.outer, wide) - taps).max())
    if apart > 2 * taps.ndim * float(np.finfo(taps.dtype).eps) * float(np.abs(taps[peak])):
        return None
    return tuple(np.ascontiguousarray(line.astype(taps.dtype)) for line in wide)


def is_box(taps: Array) -> bool:
    """Whether all taps are one number."""
    return bool((taps == taps.flat[0]).all())


def sigma_of(line: Array) -> float:
    """Return the standard deviation of the Gaussian that a line samples, up to rounding; 0 if it is none."""
    radius, odd = divmod(line.size, 2)
    if not odd or not radius or line.dtype.kind == "c":
        return 0.0
    middle, beside = float(line[radius]), float(line[radius - 1])
    if not 0 < beside < middle:
        return 0.0
    sigma = sqrt(-0.5 / log(beside / middle))
    nearest = round(sigma, 3)
    shape = np.exp(-0.5 * (np.arange(-radius, radius + 1) / nearest) ** 2)
    return nearest if np.allclose(line / middle, shape, rtol=0, atol=1e-6) else 0.0
