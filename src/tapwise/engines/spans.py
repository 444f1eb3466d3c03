"""What a transform has to hold along one axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapwise.geometry import AxisPlan


@dataclass(frozen=True, slots=True)
class Span:
    """What goes through a transform: positions from `low` to before `high`, counted in the spread signal.

    Zeros of a boundary are left out where one transform holds all outputs of the axis: `skipped` of them stand before
    `low`. Its ends meet, so what lies beyond either end of the signal is the same zeros.
    """

    low: int
    high: int
    skipped: int = 0

    @classmethod
    def of(cls, axis: AxisPlan, start: int, stop: int) -> Span:
        """Return what outputs from `start` to before `stop` read."""
        low = min(axis.s * start, axis.s * (stop - 1)) + axis.c + min(axis.d * (axis.k - 1), 0)
        high = low + abs(axis.s) * (stop - start - 1) + reach(axis)
        if (start, stop) != (0, axis.m):
            return cls(low, high)
        skipped = min(max(-low, 0), reach(axis) - 1) if axis.below.rule == "zero" else 0
        end = (axis.n - 1) * axis.u + 1 if axis.above.rule == "zero" else high
        return cls(low + skipped, max(min(high, end), low + skipped + 1), skipped)


def reach(axis: AxisPlan) -> int:
    """Return the length of the dilated kernel."""
    return abs(axis.d) * (axis.k - 1) + 1


def whole(axis: AxisPlan) -> int:
    """Return the least length of a transform that holds all outputs.

    The samples and the kernel wrap around in it. No output that is kept may stand where their sums meet others: neither
    beyond the end, nor so near to the beginning that the last sums come round to it.
    """
    span, rest = Span.of(axis, 0, max(axis.m, 1)), reach(axis) - 1
    outputs = abs(axis.s) * max(axis.m - 1, 0) + 1
    return max(rest + 1, rest - span.skipped + outputs, span.high - span.low + span.skipped)


def held(axis: AxisPlan, length: int) -> int:
    """Return how many outputs a transform of `length` gives."""
    return max(axis.m, 1) if length >= whole(axis) else (length - reach(axis)) // abs(axis.s) + 1
