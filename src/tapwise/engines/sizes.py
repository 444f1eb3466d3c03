"""How large numbers are, without an array as large beside them: its memory's first use takes longer than the sums."""

from __future__ import annotations

from math import inf, prod, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tapwise.engines.case import Array

#: Squares that are added up in the values' own type; float64 takes their sums.
CHUNK = 1024


def sizes(values: Array, axes: int) -> tuple[np.floating[Any], float]:
    """Return the largest magnitude of a real or imaginary part, and the largest Euclidean norm over the last axes.

    The norm is rounded up. Whole numbers are taken as float64; what is not a number, or infinite, is what is returned.
    """
    floats = values.astype(np.float64) if values.dtype.kind in "biu" else values
    count = prod(values.shape[values.ndim - axes :])
    rows = np.ascontiguousarray(floats).reshape(-1, count).view(floats.real.dtype) if floats.size else np.zeros((1, 1))
    top = np.maximum(rows.max(), -rows.min())
    if not 0.0 < float(top) < inf:  # a long double may be beyond
        return top, float(top)
    unit = 1.0 if 1e-10 < top < 1e15 else float(top)  # so that no square overflows, or vanishes beside others
    norm, whole = 0.0, rows.shape[1] // CHUNK * CHUNK
    for row in rows if unit == 1.0 else rows / rows.dtype.type(unit):
        chunks, rest = row[:whole].reshape(-1, CHUNK), row[whole:]
        squares = np.einsum("ij,ij->i", chunks, chunks).sum(dtype=np.float64) + float(np.einsum("j,j->", rest, rest))
        norm = max(norm, sqrt(float(squares)))
    return top, unit * norm * (1 + CHUNK * float(np.finfo(np.float32).eps))


def spreads(values: Array, small: np.floating[Any]) -> bool:
    """Whether at least half of the real and imaginary parts that are not 0 are no larger than `small`."""
    parts = values.view(values.real.dtype)
    large = 2 * int(np.count_nonzero(parts > small) + np.count_nonzero(parts < -small))
    return large <= parts.size and large <= int(np.count_nonzero(parts != 0))
