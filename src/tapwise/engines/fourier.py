"""The `fourier` engine: overlap-save tiles, with a bound on their error and guards for what they would spoil.

A tile of the signal and the kernel, laid out as the window reads it, are transformed, multiplied and transformed back;
only the outputs whose whole window lies in the tile are kept. An error of the transform spreads over its whole tile,
so tiles with a NaN or an infinity, and integer tiles whose bound is not below one half, are not computed here.

Most tiles are those of `tiles`, compiled. What they cannot do, and signals and kernels for which large transforms are
faster, goes through scipy.fft, here.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from math import ceil, inf, log2, prod, sqrt
from typing import TYPE_CHECKING

import numpy as np

from tapwise.engines import tiles
from tapwise.engines.inuse import current
from tapwise.engines.native import threads
from tapwise.engines.rates import shipped
from tapwise.engines.window import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.engines.case import Array, Block, Case
    from tapwise.geometry import AxisPlan

#: |error| <= C · eps · log2(n) · ‖x_tile‖ · ‖h‖ for transforms of n elements. Percival (2003, theorem 5.1) proves 6.4
#: in place of C for the radix-2 transform with correctly rounded roots; SciPy's mixes radices 2, 3 and 4 and splits
#: real spectra, for which as much again is allowed: a margin, tested against exact sums, not a proof.
C = 12.0
#: What the rates of this engine are for: compiled tiles in float32, and scipy's transforms.
UNITS = {
    "digit": "a binary digit of a compiled tile's length, for each of its elements",
    "row": "a row of a compiled tile",
    "spectrum": "an element of a kernel's spectrum for them",
    "large digit": "a binary digit of a transform's length, for each of its elements, both ways",
    "large tile": "a block of such tiles",
    "large call": "a call of them",
    "call": "a call of compiled tiles",
}
#: What is done to an element beside its transforms takes as long as so many digits of them.
REST = 24.0
#: How many times as fast as one thread all are, where the lengths of transforms are chosen.
USUAL = 2.0
#: Elements of a tile: beyond the first it leaves the cache, beyond the second it is not considered.
CACHED, LARGEST = 1 << 17, 1 << 26


#: Why tiles are left out.
REASONS = {
    tiles.Fate.NOT_FINITE: "x has a NaN or an infinity, which a transform would spread over its whole tile",
    tiles.Fate.SPREAD: "a spike in x would drown its neighbours",
    tiles.Fate.OUT_OF_RANGE: "the sums inside a transform of a tile may exceed the largest number",
}


class Unfit(Exception):
    """Outputs of a block that the transform would spoil, and why.

    Attributes
    ----------
    y : ndarray
        The block; its other outputs are right.
    boxes : list of Block
        Where these stand in the whole output.
    """

    def __init__(self, why: str, y: Array, boxes: list[Block]) -> None:
        super().__init__(why)
        self.y, self.boxes = y, boxes

    def mended(self, block: Block, compute: Callable[[Array, Block, Array | None], Array], x: Array) -> Array:
        """Return the block, with these outputs computed by another engine."""
        for box in self.boxes:
            self.y[tiles.within(box, block)] = compute(x, box, None)
        return self.y


class Fourier:
    """The engine for long kernels."""

    name = "fourier"
    stores = False
    units = UNITS

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
        """Return the work of the fastest tiling, of the kind that is faster."""
        speed = current().together()
        return tiles.features(case, speed) if _compiled(case) else _large(case, speed)

    def memory(self, case: Case) -> int:
        """Return the bytes of a tile, as it is read, transformed, multiplied and transformed back, and of the taps."""
        if _compiled(case):
            return tiles.memory(case)
        lengths = _lengths_of(case)
        most = max(CACHED // prod(lengths), 1)
        each = 32 if case.work.char in "gG" else 16
        return (4 * min(most, max(prod(case.batch), 1)) + 2) * prod(lengths) * each

    def block(self, case: Case) -> tuple[int, ...]:
        """Return tiles: whole along batch axes as far as the cache goes, or for a twentieth of a second."""
        if _compiled(case):
            return tiles.block(case)
        lengths = _lengths_of(case)
        kept = tuple(_kept(axis, n) for axis, n in zip(case.plan.axes, lengths, strict=True))
        room = max(CACHED // prod(lengths), 1)
        batch = []
        for n in reversed(case.batch):
            batch.append(max(min(n, room), 1))
            room = max(room // batch[-1], 1)
        return (*reversed(batch), *kept)

    def worker(self, case: Case, *, cautious: bool = False) -> Callable[[Array, Block, Array | None], Array]:
        """Return the function that computes a block; it raises `Unfit`, if cautious also for spiky tiles."""
        if _compiled(case):
            return Tiled(case, cautious=cautious)
        from scipy import fft

        lengths = _lengths_of(case)
        axes = tuple(range(-len(lengths), 0))
        taps = _wide(tiles.laid_out(case))
        real = not (np.iscomplexobj(taps) or case.work.kind == "c")
        forward, inverse = (fft.rfftn, fft.irfftn) if real else (fft.fftn, fft.ifftn)
        spectrum = np.conj(forward(np.conj(taps), lengths, axes=axes))

        def compute(x: Array, block: Block, out: Array | None) -> Array:
            tile = read_tile(case, x, block)
            why = _check(case, tile, cautious=cautious)
            if isinstance(why, str):
                raise Unfit(why, np.empty(_shape(block), case.work) if out is None else out, [block])
            transformed = forward(tile, lengths, axes=axes, workers=threads())
            transformed *= spectrum
            y = inverse(transformed, lengths, axes=axes, workers=threads(), overwrite_x=True)
            kept = tuple(_outputs(axis, *ends) for axis, ends in zip(case.plan.axes, block.bounds, strict=True))
            part: Array = y[(slice(None),) * len(block.batch) + kept]
            return np.rint(part).astype(np.int64) if case.integers else part

        return compute


def block_bound(case: Case, x: Array, block: Block, bound: Array, *, cautious: bool = False) -> None:
    """Fill in the bound on the error of every output of a block, but for those that are not transformed."""
    if _compiled(case):
        transformed = tiles.Tiles(case, cautious=cautious)
        bounds, unfit = transformed.bounds(x, block)
        for box, _ in unfit:
            bounds[tiles.within(box, block)] = bound[tiles.within(box, block)]
        bound[...] = bounds
    elif not isinstance(one := _check(case, read_tile(case, x, block), cautious=cautious), str):
        bound[...] = one


def _compiled(case: Case) -> bool:
    """Whether compiled tiles can do the case, and are not predicted to be slower than large transforms.

    Whole numbers go to them whenever they can: they part them as their bound asks. The shipped rates and two threads
    decide, whatever a machine's own are: they set the bits.
    """
    if tiles.refusal(case) or case.integers:
        return not tiles.refusal(case)
    rates = shipped()
    return rates.time("fourier", tiles.features(case, USUAL)) <= rates.time("fourier", _large(case, USUAL))


class Tiled:
    """The worker of compiled tiles."""

    def __init__(self, case: Case, *, cautious: bool) -> None:
        self.tiles = tiles.Tiles(case, cautious=cautious)

    def __call__(self, x: Array, block: Block, out: Array | None) -> Array:
        """Return the outputs of a block, or raise `Unfit`."""
        y, left = self.tiles.compute(x, block, out)
        if not left:
            return y
        why = REASONS[left[0][1]]
        if self.tiles.case.integers:
            why = "the error bound of a tile is not below 0.5, which exact integers need"
        raise Unfit(why, y, [box for box, _ in left])


def _shape(block: Block) -> tuple[int, ...]:
    return (*(s.stop - s.start for s in block.batch), *(b - a for a, b in block.bounds))


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


def _check(case: Case, tile: Array, *, cautious: bool) -> float | str:
    """Return the tile's error bound, or why it is unfit."""
    bound = _tile_bound(case, tile)
    if not case.integers and not np.isfinite(tile).all():
        return REASONS[tiles.Fate.NOT_FINITE]
    if not np.isfinite(bound):
        return REASONS[tiles.Fate.OUT_OF_RANGE]
    if case.integers and not bound < 0.5:
        return f"the error bound of a tile is {bound:.3g}, and exact integers need less than 0.5"
    if cautious and not case.integers:
        size = np.abs(tile)
        if size.max(initial=0.0) > 0:
            median = float(np.median(size[size > 0]))
            if not float(size.max()) < tiles.SPREAD * median:
                return REASONS[tiles.Fate.SPREAD]
    return bound


def _tile_bound(case: Case, tile: Array) -> float:
    """Return the bound on a tile's error, infinite if a sum inside its transform may overflow."""
    info, length = np.finfo(tile.dtype), prod(_lengths_of(case))
    digits = max(log2(length), 1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        norm, taps = _norm(tile, len(case.plan.axes)), _norm(_wide(case.kernel), case.kernel.ndim)
        if not length * norm * taps + length * (norm + taps) < info.max:
            return inf
        # What underflows in one array is multiplied by the other: by at most the sum of its magnitudes.
        underflow = max(float(info.smallest_subnormal), tiles.TINY) * (1.0 + sqrt(length) * (norm + taps))
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


def _lengths_of(case: Case) -> tuple[int, ...]:
    """Return the lengths of large transforms, one an axis, that should be fastest."""
    return _best(case.plan.axes, prod(case.batch), _slowness(case))


def _large(case: Case, speed: float) -> dict[str, float]:
    """Return the work of large transforms where all threads are `speed` times as fast as one."""
    return _work(case.plan.axes, prod(case.batch), _slowness(case), _lengths_of(case), speed)


def _slowness(case: Case) -> float:
    return (2.5 if case.work.kind == "c" else 1.0) * (8.0 if case.work.char in "gG" else 1.0)


@lru_cache(64)
def _best(axes: tuple[AxisPlan, ...], batch: int, slowness: float) -> tuple[int, ...]:
    best: tuple[int, ...] = ()
    least, rates = inf, shipped()
    for lengths in itertools.product(*(_lengths(axis) for axis in axes)):
        if prod(lengths) > LARGEST and best:
            continue
        time = rates.time("fourier", _work(axes, batch, slowness, lengths, USUAL))
        if time < least:
            best, least = lengths, time
    return best


def _work(
    axes: tuple[AxisPlan, ...], batch: int, slowness: float, lengths: tuple[int, ...], speed: float
) -> dict[str, float]:
    size = prod(lengths)
    tiles = batch * prod(ceil(axis.m / _kept(axis, n)) for axis, n in zip(axes, lengths, strict=True))
    digits = log2(size) * (1.0 if size <= CACHED else 1.7) / speed
    return {
        "large digit": tiles * size * slowness * (REST + digits), "large tile": tiles / max(CACHED // size, 1),
        "large call": 1.0,
    }  # fmt: skip


def _lengths(axis: AxisPlan) -> list[int]:
    """Return the transform lengths to consider: powers of two and three times them, up to one that holds all."""
    reach = abs(axis.d) * (axis.k - 1) + 1
    whole = reach + abs(axis.s) * max(axis.m - 1, 0)
    lengths = sorted({a << b for a in (1, 3) for b in range(whole.bit_length() + 1)})
    enough = next(n for n in lengths if n >= whole)
    return [n for n in lengths if reach <= n <= enough][-8:] or [enough]


fourier = Fourier()
