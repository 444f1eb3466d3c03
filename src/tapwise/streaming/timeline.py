"""The streamed axis: which outputs are settled after so many samples, and which samples may still be read.

An output is settled when no sample that is still to come can change it, and it will exist however soon the signal ends.
Whole numbers only; nothing here knows an array.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tapwise.errors import ArgumentError
from tapwise.geometry import operator_plan
from tapwise.geometry.extension import SAMPLELESS
from tapwise.geometry.sizes import extent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapwise.convention import AxisConvention, Convention


@dataclass(frozen=True, slots=True)
class Timeline:
    """Output o reads the positions s·o + bottom to s·o + top of the signal, spread by u.

    Attributes
    ----------
    u, s : int
        The steps between samples and between outputs.
    bottom, top : int
        The lowest and the highest position that output 0 reads.
    beyond : int
        By how much the last window may exceed the signal (negative: by how much it must stay within).
    start : int
        The samples without which no output is settled: those that a mirror at the beginning shows.
    trail : int
        The last samples that the boundary at the end may read again.
    long : int
        A length with which every size rule has its usual place.
    """

    u: int
    s: int
    bottom: int
    top: int
    beyond: int
    start: int
    trail: int
    long: int

    def needed(self, o: int) -> int:
        """Return how many samples settle output `o`, and those before it."""
        position = self.s * o + self.top
        return max(position // self.u, -((self.beyond - position) // self.u), self.start - 1, 0) + 1

    def settled(self, received: int) -> int:
        """Return how many outputs `received` samples settle."""
        if received < max(self.start, 1):
            return 0
        return max((self.u * (received - 1) - self.top + min(self.u - 1, self.beyond)) // self.s + 1, 0)

    def lowest(self, o: int) -> int:
        """Return the first sample that output `o`, or a later one that is settled by then, reads."""
        return max(-(-(self.s * o + self.bottom) // self.u), 0)

    def oldest(self, o: int, received: int) -> int:
        """Return the first of `received` samples that output `o` or a later one may come to read."""
        return max(min(self.lowest(o), received - self.trail), 0)

    def latency(self, tile: int = 1) -> int:
        """Return the largest number of samples after sample s·o/u with which output o is settled, and its tile."""
        return max(self.needed(tile * (j + 1) - 1) - 1 - self.s * tile * j // self.u for j in range(self.u))


def timeline(meant: Convention, kernel: Sequence[int], index: int) -> Timeline:
    """Return the timeline of axis `index` of a convention for a kernel of these lengths.

    Raises
    ------
    ArgumentError
        Where an output depends on the signal's length, or on its end.
    """
    axis = meant.axis(index, len(kernel))
    _check(meant, axis)
    k = kernel[index]
    reach = axis.dilation * (k - 1)
    long = 2 * reach + abs(axis.size.first) + abs(axis.size.last) + 2
    beyond = extent(axis, long, k, index)[1]
    placed = operator_plan(replace(meant, axes=(axis,)), [long], [k])[0].axes[0]
    ends = placed.c, placed.c + placed.d * (k - 1)
    if placed.below.rule == "wrap" or (axis.above.rule == "wrap" and beyond > 0):
        raise ArgumentError("boundary", axis.boundary, "what stands at one end of the signal is read at the other, and "
                            "a stream does not know its end", "write boundary='zero' or 'reflect101'")  # fmt: skip
    first = -(-min(ends) // placed.u)
    return Timeline(
        u=placed.u, s=placed.s, bottom=min(ends), top=max(ends), beyond=beyond,
        start=max(_start(axis, first), -(-reach // placed.u) + 1 if axis.size.rule == "longest" else 0),
        trail=0 if beyond <= 0 or axis.above.rule in SAMPLELESS else beyond // placed.u + 1,
        long=long,
    )  # fmt: skip


def _start(axis: AxisConvention, first: int) -> int:
    """Return how many samples the boundary below shows, when position `first` is the lowest that is read."""
    if first >= 0 or axis.below.rule in SAMPLELESS:
        return 0
    return {"edge": 1, "symmetric": -first, "reflect101": 1 - first}[axis.below.rule]


def _check(meant: Convention, axis: AxisConvention) -> None:
    if meant.direction == "transposed":
        raise ArgumentError("direction", "transposed", "a stream goes forward", "write spread= for the stride, "
                            "size='full', and the other operator: the same sums")  # fmt: skip
    if meant.operands == "exchanged":
        raise ArgumentError("operands", "exchanged", "the stream would be the kernel", "write operands='as-given'")
    if meant.arithmetic.borders == "untouched":
        raise ArgumentError("borders", "untouched", "a stream keeps no signal", "write borders='computed'")
    if axis.output == "reversed":
        raise ArgumentError("output", "reversed", "the first output would be that at the signal's end",
                            "write output='forward'")  # fmt: skip
    size = str(axis.size)
    if axis.size.rule == "lags":
        raise ArgumentError("size", size, "gives as many outputs however long the signal is",
                            "write size='pads(lo,hi)'")  # fmt: skip
    if axis.size.rule in ("same-upper", "same-lower") and axis.stride > 1:
        raise ArgumentError("size", size, f"with stride={axis.stride} the first window's place depends on the length "
                            "of the signal", "write size='pads(lo,hi)'")  # fmt: skip
