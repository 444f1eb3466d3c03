"""Reading: the part of a signal that a block of outputs needs, extended as the boundary says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tapwise.engines.case import Array, Bounds, Case
    from tapwise.geometry import AxisPlan


def needed(axis: AxisPlan, start: int, stop: int, *, zeros: bool = False) -> tuple[int, int]:
    """Return the range [first, end) of input positions that outputs [start, stop) read.

    Positions answered by a zero boundary are left out, since nothing is read there, unless `zeros` asks for them.
    """
    low, high = axis.reach(start, stop)
    first, end = low, high + 1
    if not zeros:
        first = max(first, 0) if axis.below.rule == "zero" else first
        end = min(end, axis.n) if axis.above.rule == "zero" else end
    return (first, end) if end > first else (0, 0)


def read(case: Case, x: Array, batch: tuple[slice, ...], ranges: Bounds) -> Array:
    """Return x[batch] at the input positions of `ranges` (one a filtered axis), in the work dtype, C-contiguous.

    Outside the signal stand the samples or constants of the boundary. Where several axes are outside at once a zero
    beats a constant, and the last axis' constant beats the others.
    """
    part = x[batch]
    outside: list[tuple[int, AxisPlan, int, int]] = []
    for number, (axis, (first, end)) in enumerate(zip(case.plan.axes, ranges, strict=True), start=len(batch)):
        if first >= 0 and end <= axis.n:
            part = part[(slice(None),) * number + (slice(first, end),)]
        else:
            outside.append((number, axis, first, end))
    # The axis of which least is read comes first: that much of the others is copied.
    for number, axis, first, end in sorted(outside, key=lambda read: (read[3] - read[2]) / max(read[1].n, 1)):
        part = _extended(part, number, axis, first, end)
    fills = [
        (number, start - first, stop - first, side.value)
        for number, axis, first, end in outside
        for side, start, stop in ((axis.below, first, min(0, end)), (axis.above, max(axis.n, first), end))
        if side.rule in ("zero", "constant") and stop > start
    ]
    if not fills:
        read_part = np.ascontiguousarray(part, dtype=case.work)
    else:
        read_part = np.array(part, dtype=case.work, order="C")
        for number, start, stop, value in sorted(fills, key=lambda fill: fill[3] == 0):
            read_part[(slice(None),) * number + (slice(start, stop),)] = value
    return read_part.conj() if case.conjugate_signal else read_part


def _extended(part: Array, number: int, axis: AxisPlan, first: int, end: int) -> Array:
    """Return positions [first, end) along an axis that `part` holds as it is, some sample where none stands there."""
    lead = (slice(None),) * number
    if not axis.n:
        return np.zeros((*part.shape[:number], end - first, *part.shape[number + 1 :]), part.dtype)
    below = np.array([axis.source(i) or 0 for i in range(first, min(0, end))], np.intp)
    above = np.array([axis.source(i) or 0 for i in range(max(axis.n, first), end)], np.intp)
    within = slice(max(first, 0), max(min(end, axis.n), 0))
    return np.concatenate([part[(*lead, taken)] for taken in (below, within, above)], axis=number)
