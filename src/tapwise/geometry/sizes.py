"""From a size rule and two lengths to the window's place: how far it starts before the signal and ends after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapwise.errors import ShapeError, Shown

if TYPE_CHECKING:
    from tapwise.convention import AxisConvention


def spread_length(n: int, u: int) -> int:
    """Return the length of `n` samples with u-1 gaps between neighbours."""
    return (n - 1) * u + 1 if n else 0


def extent(axis: AxisConvention, n: int, k: int, index: int) -> tuple[int, int]:
    """Return (lo, hi): by how much the window's range exceeds the (spread) signal of `n` samples at its two ends.

    The windows then number n' + lo + hi - D, where n' is the spread length and D = d·(k-1) the reach of the taps.
    """
    length, reach = spread_length(n, axis.spread), axis.dilation * (k - 1)
    rule = axis.size.rule
    if rule == "valid":
        return 0, 0
    if rule == "pads":
        return axis.size.first, axis.size.last
    if rule == "full":
        return (reach, reach) if n else (0, reach)
    if rule == "same" or (rule == "longest" and length > reach):
        low = _anchored(axis, k, index)
        return low, reach - low
    if rule == "longest":
        # The signal is the shorter one: the anchor rule picks one of its samples, and the kernel is walked along it.
        first = axis.anchor.of(length) if axis.anchor.unit == "samples" else axis.spread * axis.anchor.of(n)
        low = reach - first
        return (low, 2 * reach + 1 - length - low) if n else (0, reach)
    if rule == "lags":
        first, last = axis.size.first, axis.size.last
        if axis.output == "reversed":
            first, last = -last, -first
        low = reach - first if axis.flipped else -first
        return low, last - first + 1 - length - low + reach
    outputs = -(-length // axis.stride)  # same-upper, same-lower
    total = max((outputs - 1) * axis.stride + reach + 1 - length, 0)
    low = total // 2 if rule == "same-upper" else total - total // 2
    return low, total - low


def _anchored(axis: AxisConvention, k: int, index: int) -> int:
    reach = axis.dilation * (k - 1)
    count = reach + 1 if axis.anchor.unit == "samples" else k
    at = axis.anchor.of(count)
    if not 0 <= at < count:
        raise ShapeError(
            "anchor", str(axis.anchor), f"is {at} where the kernel has {axis.anchor.unit} 0 to {count - 1} along axis "
            f"{index}", "write an anchor on the kernel, or place the window with size='pads(lo,hi)'",
        )  # fmt: skip
    if axis.anchor.unit == "taps":
        at *= axis.dilation
    return reach - at if axis.flipped else at


def shortest_input(axis: AxisConvention, m: int, k: int, index: int) -> int:
    """Return the shortest signal that gives `m` outputs, for the size rules that have one."""
    if axis.size.rule in ("longest", "lags"):
        raise ShapeError(
            "length", Shown("not given"), f"size={str(axis.size)!r} gives as many outputs for several lengths along "
            f"axis {index}", "write the length of the transposed output",
        )  # fmt: skip
    if not m:
        return 0
    reach = axis.dilation * (k - 1)
    low, high = (0, reach) if axis.size.rule in ("same", "same-upper", "same-lower") else extent(axis, 1, k, index)
    length = (m - 1) * axis.stride + 1 - low - high + reach
    return max(-(-(length - 1) // axis.spread) + 1, 0)
