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
        in_samples = axis.anchor.unit == "samples"
        at = _anchor(axis, reach + 1 if in_samples else k, "h", index) * (1 if in_samples else axis.dilation)
        low = reach - at if axis.flipped else at
        return low, reach - low
    if rule == "longest":
        # The signal is the shorter one: the anchor rule picks one of its samples, and the kernel is walked along it.
        if not n:
            return 0, reach
        in_samples = axis.anchor.unit == "samples"
        first = _anchor(axis, length if in_samples else n, "x", index) * (1 if in_samples else axis.spread)
        low = reach - first
        return low, 2 * reach + 1 - length - low
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


def outputs(axis: AxisConvention, n: int, k: int, index: int) -> int:
    """Return how many outputs `n` samples give."""
    windows = spread_length(n, axis.spread) + sum(extent(axis, n, k, index)) - axis.dilation * (k - 1)
    return -(-max(windows, 0) // axis.stride)


def _anchor(axis: AxisConvention, count: int, name: str, index: int) -> int:
    """Return the index that the anchor picks among `count` taps or samples of the operand `name`."""
    at = axis.anchor.of(count)
    if not 0 <= at < count:
        things = "samples" if name == "x" else axis.anchor.unit
        raise ShapeError(
            "anchor", str(axis.anchor), f"is {at} where {name} has {things} 0 to {count - 1} along axis {index}",
            "write an anchor among them, or place the window with size='pads(lo,hi)'",
        )  # fmt: skip
    return at


def shortest_input(axis: AxisConvention, m: int, k: int, index: int) -> int:
    """Return the shortest signal that gives `m` outputs, if any does; below 0 where the pads alone give more."""
    if axis.size.rule in ("longest", "lags"):
        raise ShapeError(
            "length", Shown(""), f"size={str(axis.size)!r} gives as many outputs for several lengths along "
            f"axis {index}", "write the length of the transposed output",
        )  # fmt: skip
    if not m:
        return 0
    reach = axis.dilation * (k - 1)
    low, high = (0, reach) if axis.size.rule in ("same", "same-upper", "same-lower") else extent(axis, 1, k, index)
    length = (m - 1) * axis.stride + 1 - low - high + reach
    if length <= 0:
        return 1 if axis.size.rule == "full" else length  # no window touches a signal without samples
    return -(-(length - 1) // axis.spread) + 1
