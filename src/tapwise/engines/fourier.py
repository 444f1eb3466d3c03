"""The `fourier` engine: overlap-save tiles on scipy.fft, with a bound on its error and guards for what it would spoil.

A tile of the signal and the kernel, laid out as the window reads it, are transformed, multiplied and transformed back;
only the outputs whose whole window lies in the tile are kept. An error of the transform spreads over its whole tile,
so tiles with a NaN or an infinity, and integer tiles whose bound is not below one half, are not computed here.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from math import ceil, inf, log2, prod, sqrt
from typing import TYPE_CHECKING

import numpy as np

from tapwise.engines.rates import current
from tapwise.engines.window import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.engines.case import Array, Block, Case
    from tapwise.engines.rates import Rates
    from tapwise.geometry import AxisPlan

#: |error| <= C · eps · log2(n) · ‖x_tile‖ · ‖h‖ for transforms of n elements. Percival (2003, theorem 5.1) proves 6.4
#: in place of C for the radix-2 transform with correctly rounded roots; SciPy's mixes radices 2, 3 and 4 and splits
#: real spectra, for which as much again is allowed: a margin, tested against exact sums, not a proof.
C = 12.0
#: The smallest float64 above 0, for numbers that are smaller still.
TINY = 5e-324
#: What the rates of this engine are for.
UNITS = {
    "digit": "a binary digit of the length, for an element of a tile: both transforms",
    "element": "an element of a tile: all the rest",
    "tile": "a block of tiles",
    "call": "a call",
}
#: Elements of a tile: beyond the first it leaves the cache, beyond the second it is not considered.
CACHED, LARGEST = 1 << 17, 1 << 26
#: A tile whose largest magnitude is this many times its median is left to a direct engine unless `fourier` is named.
SPREAD = 2.0**20


class Unfit(Exception):
    """A tile that the transform would spoil, and why."""


class Fourier:
    """The engine for long kernels."""

    name = "fourier"
    units = UNITS
    stores = False

    def refusal(self, case: Case) -> str:
        """Refuse number types without a transform, and kernels that are not finite."""
        if not case.integers and case.work.char not in "fdgFDG":
            return f"there is no transform for dtype {case.work}"
        if case.accuracy == "elementwise":
            return "accuracy='elementwise' is asked for, and a transform's error is relative to its whole tile"
        if not case.kernel.size:
            return "the kernel has no taps"
        span = prod(abs(axis.d) * (axis.k - 1) + 1 for axis in case.plan.axes)
        if span > LARGEST:
            return f"the dilated kernel spans {span} samples, more than {LARGEST}"
        if not np.isfinite(_wide(case.kernel)).all():
            return "h has a NaN or an infinity, which a transform would spread over every output"
        return ""

    def nanoseconds(self, case: Case) -> float:
        """Predict from its work."""
        return current().time(self.name, self.features(case))

    def features(self, case: Case) -> dict[str, float]:
        """Return the work of the fastest tiling."""
        return _tiling(case)[1]

    def memory(self, case: Case) -> int:
        """Return the bytes of a tile, as it is read, transformed, multiplied and transformed back, and of the taps."""
        lengths = _tiling(case)[0]
        tiles = max(CACHED // prod(lengths), 1)
        each = 32 if case.work.char in "gG" else 16
        return (4 * min(tiles, max(prod(case.batch), 1)) + 2) * prod(lengths) * each

    def block(self, case: Case) -> tuple[int, ...]:
        """Return tiles: whole along batch axes as far as the cache goes."""
        lengths = _tiling(case)[0]
        kept = tuple(_kept(axis, n) for axis, n in zip(case.plan.axes, lengths, strict=True))
        room = max(CACHED // prod(lengths), 1)
        batch = []
        for n in reversed(case.batch):
            batch.append(max(min(n, room), 1))
            room = max(room // batch[-1], 1)
        return (*reversed(batch), *kept)

    def worker(self, case: Case, *, cautious: bool = False) -> Callable[[Array, Block, Array | None], Array]:
        """Return the function that computes a tile; it raises `Unfit`, if cautious also for spiky tiles."""
        from scipy import fft

        lengths = _tiling(case)[0]
        axes = tuple(range(-len(lengths), 0))
        taps = _laid_out(case)
        real = not (np.iscomplexobj(taps) or case.work.kind == "c")
        forward, inverse = (fft.rfftn, fft.irfftn) if real else (fft.fftn, fft.ifftn)
        spectrum = np.conj(forward(np.conj(taps), lengths, axes=axes))

        def compute(x: Array, block: Block, _: Array | None) -> Array:
            tile = read_tile(case, x, block)
            _check(case, tile, cautious=cautious)
            y = inverse(forward(tile, lengths, axes=axes) * spectrum, lengths, axes=axes)
            kept = tuple(_outputs(axis, *ends) for axis, ends in zip(case.plan.axes, block.bounds, strict=True))
            part: Array = y[(slice(None),) * len(block.batch) + kept]
            return np.rint(part).astype(np.int64) if case.integers else part

        return compute


def tile_bound(case: Case, x: Array, block: Block, *, cautious: bool = False) -> float:
    """Return the bound on the error of every output of the block's tile; raise `Unfit` where `worker` would."""
    return _check(case, read_tile(case, x, block), cautious=cautious)


def read_tile(case: Case, x: Array, block: Block) -> Array:
    """Return the part of the signal that the block's outputs read, spread where the plan spreads it, in wide floats."""
    ranges, spans = [], []
    for axis, (start, stop) in zip(case.plan.axes, block.bounds, strict=True):
        low = min(_first(axis, start), _first(axis, stop - 1))
        high = low + abs(axis.s) * (stop - start - 1) + abs(axis.d) * (axis.k - 1)
        ranges.append((-(-low // axis.u), high // axis.u + 1))
        spans.append((low, high))
    part = _wide(read(case, x, block.batch, tuple(ranges)))
    if all(axis.u == 1 for axis in case.plan.axes):
        return part
    tile = np.zeros((*part.shape[: len(block.batch)], *(high - low + 1 for low, high in spans)), part.dtype)
    places = tuple(
        slice(first * axis.u - low, None, axis.u)
        for axis, (first, _), (low, _) in zip(case.plan.axes, ranges, spans, strict=True)
    )
    tile[(slice(None),) * len(block.batch) + places] = part
    return tile


def _check(case: Case, tile: Array, *, cautious: bool) -> float:
    """Return the tile's error bound, or raise `Unfit`."""
    bound = _tile_bound(case, tile)
    if not case.integers and not np.isfinite(tile).all():
        msg = "x has a NaN or an infinity, which a transform would spread over its whole tile"
        raise Unfit(msg)
    if not np.isfinite(bound):
        msg = "the sums inside a transform of a tile may exceed the largest number"
        raise Unfit(msg)
    if case.integers and not bound < 0.5:
        msg = f"the error bound of a tile is {bound:.3g}, and exact integers need less than 0.5"
        raise Unfit(msg)
    if cautious and not case.integers:
        size = np.abs(tile)
        if size.max(initial=0.0) > 0:
            median = float(np.median(size[size > 0]))
            if not float(size.max()) < SPREAD * median:
                msg = "a spike in x would drown its neighbours"
                raise Unfit(msg)
    return bound


def _tile_bound(case: Case, tile: Array) -> float:
    """Return the bound on a tile's error, infinite if a sum inside its transform may overflow."""
    info, length = np.finfo(tile.dtype), prod(_tiling(case)[0])
    digits = max(log2(length), 1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        norm, taps = _norm(tile, len(case.plan.axes)), _norm(_wide(case.kernel), case.kernel.ndim)
        if not length * norm * taps + length * (norm + taps) < info.max:
            return inf
        # What underflows in one array is multiplied by the other: by at most the sum of its magnitudes.
        underflow = max(float(info.smallest_subnormal), TINY) * (1.0 + sqrt(length) * (norm + taps))
        return C * digits * (float(info.eps) * norm * taps + underflow)


def _norm(values: Array, axes: int) -> float:
    """Return the largest Euclidean norm over the last axes; scaled, so that no square overflows or vanishes."""
    size = np.abs(values)
    top = float(size.max(initial=0.0))
    if not 0.0 < top < inf:
        return top
    squares = (size / top) ** 2
    return top * float(np.sqrt(squares.sum(axis=tuple(range(-axes, 0)))).max(initial=0.0))


def _wide(values: Array) -> Array:
    """Return the values in the precision of the transform: double, or longdouble where the data are."""
    if values.dtype.char in "gG":
        return values
    return values.astype(np.complex128 if values.dtype.kind == "c" else np.float64, copy=False)


def _laid_out(case: Case) -> Array:
    """Return the kernel as the window reads it: flipped where the taps run against the input, dilated by zeros."""
    taps = _wide(case.kernel)
    flips = tuple(slice(None, None, -1) if axis.flipped else slice(None) for axis in case.plan.axes)
    wide = np.zeros(tuple(abs(axis.d) * (axis.k - 1) + 1 for axis in case.plan.axes), taps.dtype)
    wide[tuple(slice(None, None, abs(axis.d)) for axis in case.plan.axes)] = taps[flips]
    return wide


def _first(axis: AxisPlan, o: int) -> int:
    """Return the lowest position that output `o` reads, counted in the spread signal."""
    return axis.s * o + axis.c + min(axis.d * (axis.k - 1), 0)


def _outputs(axis: AxisPlan, start: int, stop: int) -> slice:
    """Return where in a tile's result the outputs [start, stop) stand."""
    reach = abs(axis.s) * (stop - start - 1)
    if axis.s > 0:
        return slice(0, reach + 1, axis.s)
    return slice(reach, None, axis.s)


def _kept(axis: AxisPlan, length: int) -> int:
    """Return how many outputs of this axis a transform of `length` gives."""
    return (length - abs(axis.d) * (axis.k - 1) - 1) // abs(axis.s) + 1


def _tiling(case: Case) -> tuple[tuple[int, ...], dict[str, float]]:
    """Return the transform's lengths, one an axis, and the work of all tiles."""
    slowness = (2.5 if case.work.kind == "c" else 1.0) * (8.0 if case.work.char in "gG" else 1.0)
    return _best(case.plan.axes, prod(case.batch), slowness, current())


@lru_cache(64)
def _best(
    axes: tuple[AxisPlan, ...], batch: int, slowness: float, rates: Rates
) -> tuple[tuple[int, ...], dict[str, float]]:
    best: tuple[float, tuple[int, ...], dict[str, float]] = (inf, (), {})
    for lengths in itertools.product(*(_lengths(axis) for axis in axes)):
        size = prod(lengths)
        if size > LARGEST and best[1]:
            continue
        tiles = batch * prod(ceil(axis.m / _kept(axis, n)) for axis, n in zip(axes, lengths, strict=True))
        elements = tiles * size * slowness
        work = {
            "digit": elements * log2(size) * (1.0 if size <= CACHED else 1.7),
            "element": elements,
            "tile": tiles / max(CACHED // size, 1),
            "call": 1.0,
        }
        time = rates.time("fourier", work)
        if time < best[0]:
            best = time, lengths, work
    return best[1:]


def _lengths(axis: AxisPlan) -> list[int]:
    """Return the transform lengths to consider: powers of two and three times them, up to one that holds all."""
    reach = abs(axis.d) * (axis.k - 1) + 1
    whole = reach + abs(axis.s) * max(axis.m - 1, 0)
    lengths = sorted({a << b for a in (1, 3) for b in range(whole.bit_length() + 1)})
    enough = next(n for n in lengths if n >= whole)
    return [n for n in lengths if reach <= n <= enough][-8:] or [enough]


fourier = Fourier()
