"""Boundaries as arithmetic: which sample stands at a position outside the signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapwise.convention import Boundary

#: Rules that read no sample of the signal.
SAMPLELESS = ("zero", "constant")


def source(i: int, n: int, boundary: Boundary) -> int | None:
    """Return the index of the sample that stands at position `i` of an axis of `n` samples, or None if none does.

    The extension goes on without end: a mirror is mirrored again, so positions far outside are as defined as near ones.

    Examples
    --------
    >>> from tapwise.convention import Boundary
    >>> [source(i, 3, Boundary("reflect101")) for i in range(-5, 8)]
    [1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1]
    """
    if 0 <= i < n:
        return i
    if boundary.rule in SAMPLELESS:
        return None
    if boundary.rule == "edge":
        return 0 if i < 0 else n - 1
    if boundary.rule == "wrap":
        return i % n
    if boundary.rule == "symmetric":
        j = i % (2 * n)
        return min(j, 2 * n - 1 - j)
    period = max(2 * (n - 1), 1)  # reflect101: the outermost sample is not repeated; a lone sample mirrors onto itself
    j = i % period
    return min(j, period - j) if n > 1 else 0
