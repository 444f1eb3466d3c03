"""The `numpy` engine: slices of the signal, tap by tap, and products with a band matrix where those are faster.

Tap by tap, each tap multiplies one strided slice of the signal and is added to one strided slice of the outputs, in
the order of the input positions: the definition, a block of outputs at a time. Along the last axis many taps can be
taken in one matrix product: windows of the signal, times a matrix whose diagonals hold the taps.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from math import gcd, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.engines.inuse import current
from tapwise.engines.partition import trailing
from tapwise.engines.rates import shipped
from tapwise.engines.window import needed, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tapwise.engines.case import Array, Block, Case
    from tapwise.geometry import AxisPlan

#: Elements of a block: its sums and products stay in a core's cache.
BLOCK = 1 << 16
#: Positions read for a block, beyond which taps that lie far apart are read one by one.
FAR = 1 << 22
#: Bytes that all band matrices of a kernel may take together.
BANDS = 16 << 20
#: What the rates of this engine are for; sums and products in float32, which others take times `_slowness`.
UNITS = {
    "call": "a call",
    "tap": "one tap of one output",
    "tap start": "one tap of one block",
    "product": "one product of a matrix product",
    "sum": "one sum of its result",
    "gather": "one sample of a window copied out",
    "bands": "one element of a band matrix",
    "block": "one block of matrix products",
    "store": "one whole number stored",
}


class Sliding:
    """The engine for every case on NumPy alone."""

    name = "numpy"
    units = UNITS
    stores = False

    def refusal(self, case: Case) -> str:
        """Refuse nothing."""
        return ""

    def nanoseconds(self, case: Case) -> float:
        """Predict from its work."""
        return current().time(self.name, self.features(case))

    def features(self, case: Case) -> dict[str, float]:
        """Return the work of the way that is taken: by the shipped rates, so that no machine's own change a bit."""
        rates = shipped("numpy")
        return min(_ways(case), key=lambda work: rates.time(self.name, work))

    def memory(self, case: Case) -> int:
        """Return the bytes of what a block reads, its sums and the products of a tap, or the matrices instead."""
        lengths = tuple(map(min, self.block(case), case.outputs))
        outputs, lead = prod(lengths), len(case.batch)
        spans = [needed(axis, 0, n) for axis, n in zip(case.plan.axes, lengths[lead:], strict=True)]
        read_samples = prod(lengths[:lead]) * prod(end - first for first, end in spans)
        elements = read_samples + 3 * outputs
        if self.by_bands(case):
            height, width = _band_height(case.plan.axes[-1]), _band_width(case.plan.axes[-1])
            elements += outputs * height // width + prod(case.kernel.shape[:-1]) * height * width
        return elements * case.work.itemsize

    def block(self, case: Case) -> tuple[int, ...]:
        """Return blocks of a size that caches well; with band matrices, whole bands."""
        if not self.by_bands(case):
            stride = prod(abs(axis.s) for axis in case.plan.axes) / prod(axis.u for axis in case.plan.axes)
            return trailing(case.outputs, max(int(BLOCK / max(stride / 4, 1.0)), 1))
        step = _band_width(case.plan.axes[-1])
        last = max(-(-case.outputs[-1] // step), 1) * step
        return trailing((*case.outputs[:-1], min(last, BLOCK // 2 // step * step)), 4 * BLOCK)

    def by_bands(self, case: Case) -> bool:
        """Whether the last axis goes by matrix products."""
        return "product" in self.features(case)

    def worker(self, case: Case) -> Callable[[Array, Block, Array | None], Array]:
        """Return the function that computes a block."""
        if not self.by_bands(case) or not np.isfinite(case.kernel).all():
            return lambda x, block, _: _by_taps(case, x, block)
        bands = _bands(case)

        def compute(x: Array, block: Block, _: Array | None) -> Array:
            y = _by_bands(case, bands, x, block)
            return _by_taps(case, x, block) if y is None else y

        return compute


def reads(case: Case, x: Array, block: Block) -> Iterator[tuple[tuple[int, ...], tuple[slice, ...], Array]]:
    """Yield each tap, in window order, with the outputs of a block that it feeds and what they read through it.

    Axes of `x` after the filtered ones, such as channels, are read whole.
    """
    lead = (slice(None),) * len(block.batch)
    far = _far_apart(case, block)
    for window in itertools.product(*(_windows(axis, far=far) for axis in case.plan.axes)):
        ranges = tuple(needed(axis, *bounds) for (axis, _), bounds in zip(window, block.bounds, strict=True))
        part = read(case, x, block.batch, ranges)
        runs = [_runs(axis, r, b) for (axis, _), r, b in zip(window, ranges, block.bounds, strict=True)]
        for choice in itertools.product(*runs):
            tap = tuple(first + t for (_, first), (t, _, _) in zip(window, choice, strict=True))
            yield tap, lead + tuple(o for _, o, _ in choice), part[lead + tuple(i for _, _, i in choice)]


def _by_taps(case: Case, x: Array, block: Block) -> Array:
    lead = len(block.batch)
    y = np.zeros(x[block.batch].shape[:lead] + tuple(b - a for a, b in block.bounds), case.work)
    for tap, outputs, values in reads(case, x, block):
        y[outputs] += case.kernel[tap] * values
    return y


def _far_apart(case: Case, block: Block) -> bool:
    """Whether the taps are dilated so far that what lies between them is not worth reading with them."""
    ranges = [needed(axis, *bounds) for axis, bounds in zip(case.plan.axes, block.bounds, strict=True)]
    span = prod(end - first for first, end in ranges)
    return span > max(FAR, 4 * case.kernel.size * prod(b - a for a, b in block.bounds))


def _windows(axis: AxisPlan, *, far: bool) -> list[tuple[AxisPlan, int]]:
    """Return the axis, or where taps lie far apart an axis for each of them, with the number of its first tap."""
    if not far:
        return [(axis, 0)]
    return [(replace(axis, k=1, c=axis.c + axis.d * t), t) for t in axis.window()]


def _runs(axis: AxisPlan, read_range: tuple[int, int], bounds: tuple[int, int]) -> list[tuple[int, slice, slice]]:
    """Return, for each tap that is read, in window order: the tap, its outputs in the block, its inputs in the part."""
    first, end = read_range
    runs = []
    for t in axis.window():
        run = axis.meetings(t, first, end, *bounds)
        if run.count:
            start, step, count = run.output - bounds[0], run.output_step, run.count
            runs.append((t, slice(start, start + step * (count - 1) + 1, step), run.inputs(first)))
    return runs


def _by_bands(case: Case, bands: Array, x: Array, block: Block) -> Array | None:
    """Return a block by matrix products, None if the signal is not finite there.

    A band matrix multiplies what lies beside its diagonals by zero, which a NaN or an infinity would survive.
    """
    *axes, last = case.plan.axes
    *bounds, (start, stop) = block.bounds
    width = bands.shape[-1]
    strips = -(-(stop - start) // width)
    low, high = last.reach(0, width)
    shift = last.s * width // last.u
    home = last.s * start // last.u
    first = home + low + min(0, shift * (strips - 1))
    end = home + high + max(0, shift * (strips - 1)) + 1
    ranges = tuple(needed(a, *b) for a, b in zip(axes, bounds, strict=True))
    part = read(case, x, block.batch, (*ranges, (first, end)))
    if not (case.integers or np.isfinite(part).all()):
        return None
    view = np.lib.stride_tricks.sliding_window_view(part, high - low + 1, axis=-1)
    windows = np.ascontiguousarray(view[..., home + low - first :: shift, :][..., :strips, :])
    lead = (slice(None),) * len(block.batch)
    y = np.zeros((*part.shape[: len(lead)], *(b - a for a, b in bounds), strips, width), case.work)
    runs = [_runs(a, r, b) for a, r, b in zip(axes, ranges, bounds, strict=True)]
    for choice in itertools.product(*runs):
        tap = tuple(t for t, _, _ in choice)
        y[lead + tuple(o for _, o, _ in choice)] += windows[lead + tuple(i for _, _, i in choice)] @ bands[tap]
    return y.reshape(*y.shape[:-2], strips * width)[..., : stop - start]


def _bands(case: Case) -> Array:
    """Return the matrices, one for each tap of the leading axes: the last axis' operator for one strip of outputs."""
    axis = case.plan.axes[-1]
    width = _band_width(axis)
    low, high = axis.reach(0, width)
    o, t = np.divmod(np.arange(width * axis.k), axis.k)
    position = axis.s * o + axis.d * t + (axis.c - low * axis.u)
    meet = position % axis.u == 0
    bands = np.zeros((*case.kernel.shape[:-1], high - low + 1, width), case.work)
    bands[..., position[meet] // axis.u, o[meet]] = case.kernel[..., t[meet]]
    return bands


def _band_width(axis: AxisPlan) -> int:
    """Return the outputs of a strip: enough to reuse the signal, and a whole number of input steps."""
    step = axis.u // gcd(axis.s, axis.u)
    return step * -(-(32 if axis.k <= 16 else 64) // step)


def _band_height(axis: AxisPlan) -> int:
    low, high = axis.reach(0, _band_width(axis))
    return high - low + 1


def _ways(case: Case) -> list[dict[str, float]]:
    """Return the work tap by tap; and by matrix products, where their matrices are not too large."""
    outputs, taps, rows = prod(case.outputs), case.kernel.size, prod(case.kernel.shape[:-1])
    slowness = _slowness(case.work)
    ways = [
        {
            "tap": outputs * taps * slowness,
            "tap start": taps * max(outputs / BLOCK, 1.0),
        }
    ]
    width, height = _band_width(case.plan.axes[-1]), _band_height(case.plan.axes[-1])
    if case.work.char in "fdFD" and rows * height * width * case.work.itemsize <= BANDS:
        ways.append(
            {
                "product": outputs * slowness * rows * height,
                "sum": outputs * slowness * rows,
                "gather": outputs * slowness * height / width,
                "bands": float(rows * height * width),
                "block": max(outputs / (4 * BLOCK), 1.0) * rows,
            }
        )
    return [{"call": 1.0, "store": float(outputs if case.integers else 0), **way} for way in ways]


def _slowness(work: np.dtype[Any]) -> float:
    """Return how much slower arithmetic in `work` is than in float32."""
    slowness = {"f": 1.0, "d": 2.0, "F": 4.0, "D": 8.0, "O": 60.0}
    return slowness.get(work.char, 3.0)


sliding = Sliding()
