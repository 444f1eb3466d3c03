"""One axis of a plan: the equation with its whole numbers and its three ranges."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING

from tapwise.convention import Boundary
from tapwise.geometry.extension import SAMPLELESS, source

if TYPE_CHECKING:
    from collections.abc import Iterator


_ZERO = Boundary("zero")


@dataclass(frozen=True, slots=True)
class Run:
    """Outputs that one tap feeds, and the inputs they read through it: two arithmetic progressions of equal length."""

    output: int
    output_step: int
    input: int
    input_step: int
    count: int

    @property
    def outputs(self) -> slice:
        """The outputs, as a slice."""
        return _slice(self.output, self.output_step, self.count)

    def inputs(self, origin: int = 0) -> slice:
        """Return the inputs as a slice of an array whose element 0 is input `origin`."""
        return _slice(self.input - origin, self.input_step, self.count)


@dataclass(frozen=True, slots=True)
class AxisPlan:
    """Output o, tap t and input i meet when u·i = s·o + c + d·t, with 0 <= o < m, 0 <= t < k.

    Inputs 0 <= i < n are samples; others are answered by the boundary of their side. d > 0 is cross-correlation, d < 0
    convolution; s < 0 gives the outputs in reversed order; u > 1 spreads the input.

    Examples
    --------
    >>> axis = AxisPlan(n=5, k=2, m=4, u=1, s=1, c=1, d=-1)     # np.convolve(x, h, "valid")
    >>> [(t, axis.input(0, t)) for t in axis.window()]
    [(1, 0), (0, 1)]
    >>> axis.run(0)
    Run(output=0, output_step=1, input=1, input_step=1, count=4)
    >>> axis.fed(2)
    [(1, 0), (2, 1)]
    """

    n: int
    k: int
    m: int
    u: int
    s: int
    c: int
    d: int
    below: Boundary = _ZERO
    above: Boundary = _ZERO

    @property
    def flipped(self) -> bool:
        """Whether the taps run against the input: convolution."""
        return self.d < 0

    def window(self) -> range:
        """Return the taps in the order of the input positions they read, the order in which products are summed."""
        return range(self.k) if self.d > 0 else range(self.k - 1, -1, -1)

    def input(self, o: int, t: int) -> int | None:
        """Return the input position that output `o` reads through tap `t`, None if it falls between two inputs."""
        i, between = divmod(self.s * o + self.c + self.d * t, self.u)
        return None if between else i

    def side(self, i: int) -> Boundary | None:
        """Return the boundary that answers for position `i`, None for a sample."""
        return self.below if i < 0 else self.above if i >= self.n else None

    def source(self, i: int) -> int | None:
        """Return the sample that stands at position `i`, None where the boundary reads no sample."""
        boundary = self.side(i)
        return i if boundary is None else source(i, self.n, boundary)

    def fed(self, i: int) -> list[tuple[int, int]]:
        """Return the (output, tap) pairs at which input `i` is read as itself, in the order of the outputs."""
        pairs = []
        for t in range(self.k):
            o, between = divmod(self.u * i - self.c - self.d * t, self.s)
            if not between and 0 <= o < self.m:
                pairs.append((o, t))
        return sorted(pairs)

    def run(self, t: int, start: int = 0, stop: int | None = None) -> Run:
        """Return the outputs in [start, stop) for which tap `t` meets a sample, with those samples."""
        return self.meetings(t, 0, self.n, start, self.m if stop is None else stop)

    def meetings(self, t: int, first: int, end: int, start: int, stop: int) -> Run:
        """Return the outputs in [start, stop) that read an input position in [first, end) through tap `t`."""
        b = self.c + self.d * t
        common = gcd(self.s, self.u)
        step, input_step = self.u // common, self.s // common
        if b % common or end <= first:
            return Run(start, step, first, input_step, 0)
        # s·o + b >= u·first and s·o + b <= u·(end-1), whichever way s points
        near, far = self.u * first - b, self.u * (end - 1) - b
        low, high = (-(-near // self.s), far // self.s) if self.s > 0 else (-(far // -self.s), -near // -self.s)
        phase = (-b // common) * pow(input_step, -1, step) % step
        low, high = max(low, start), min(high, stop - 1)
        o = low + (phase - low) % step
        count = max((high - o) // step + 1, 0)
        return Run(o, step, (self.s * o + b) // self.u, input_step, count)

    def reach(self, start: int = 0, stop: int | None = None) -> tuple[int, int]:
        """Return the lowest and the highest input position that outputs [start, stop) may read (low > high: none)."""
        last = (self.m if stop is None else stop) - 1
        if last < start or not self.k:
            return 0, -1
        ends = [self.s * o + self.c + self.d * t for o in (start, last) for t in (0, self.k - 1)]
        return -(-min(ends) // self.u), max(ends) // self.u

    def pairs(self) -> Iterator[tuple[int, int, int]]:
        """Yield every (output, tap, input position) that meets, inside the signal or not, in the order of summing."""
        for o in range(self.m):
            for t in self.window():
                if (i := self.input(o, t)) is not None:
                    yield o, t, i

    def reads_samples_outside(self) -> bool:
        """Whether some output reads a sample of the signal from a position outside it."""
        low, high = self.reach()
        return (low < 0 and self.below.rule not in SAMPLELESS) or (
            high >= self.n and self.above.rule not in SAMPLELESS
        )  # fmt: skip


def _slice(start: int, step: int, count: int) -> slice:
    if not count:
        return slice(0, 0)
    end = start + step * (count - 1)
    if step > 0:
        return slice(start, end + 1, step)
    return slice(start, end - 1 if end else None, step)
