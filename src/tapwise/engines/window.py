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
    axes = list(zip(case.plan.axes, ranges, strict=True))
    inside = [slice(a, b) if a >= 0 and b <= axis.n else slice(None) for axis, (a, b) in axes]
    part = x[batch][(slice(None),) * len(batch) + tuple(inside)]
    fills: list[tuple[int, int, int, object]] = []
    for number, (axis, (first, end)) in enumerate(axes, start=len(batch)):
        if first >= 0 and end <= axis.n:
            continue
        if axis.n:
            below = [axis.source(i) or 0 for i in range(first, min(0, end))]
            above = [axis.source(i) or 0 for i in range(max(axis.n, first), end)]
            within = np.arange(max(first, 0), max(min(end, axis.n), max(first, 0)))
            part = np.take(part, np.concatenate((below, within, above)).astype(np.intp), axis=number)
        else:
            part = np.zeros((*part.shape[:number], end - first, *part.shape[number + 1 :]), case.work)
        sides = ((axis.below, first, min(0, end)), (axis.above, max(axis.n, first), end))
        fills += [
            (number, start - first, stop - first, side.value)
            for side, start, stop in sides
            if side.rule in ("zero", "constant") and stop > start
        ]
    if not fills:
        read_part = np.ascontiguousarray(part, dtype=case.work)
    else:
        read_part = np.array(part, dtype=case.work, order="C")
        for number, start, stop, value in sorted(fills, key=lambda fill: fill[3] == 0):
            read_part[(slice(None),) * number + (slice(start, stop),)] = value
    return read_part.conj() if case.conjugate_signal else read_part
