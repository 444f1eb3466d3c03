"""Overlap-save tiles in compiled code: their lengths, the kernel's spectra, and the bound on what they round.

Tiles of real samples go through one transform two by two. Each tile is judged as it is read: one that is not finite,
whose samples spread too far, or whose error bound is too large, is left alone and told of. float32 data are transformed
in float32, and what is unfit for that in float64; whole numbers in float64, in as many pieces of their binary digits as
the bound asks for.
"""

from __future__ import annotations

import itertools
from cmath import isfinite
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from math import ceil, inf, isqrt, log2, prod, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.engines.case import Block
from tapwise.engines.digits import WHOLE, limbs
from tapwise.engines.direct import axis_numbers, batch_numbers
from tapwise.engines.native import native, threads
from tapwise.engines.numbers import EXACT_IN_DOUBLE
from tapwise.engines.partition import trailing
from tapwise.engines.sizes import sizes
from tapwise.engines.spans import Span, held, reach, whole

if TYPE_CHECKING:
    from tapwise.engines.case import Array, Case
    from tapwise.geometry import AxisPlan

#: |error| <= C · eps · log2(n) · ‖x‖ · ‖h‖ for a tile of n elements, x what goes through its transform. A pass of radix
#: 2 rounds a sum (u = eps/2) and a product with a rounded root (√5·u + u/√2) each binary digit of n; those of radix 4
#: and 8 round less. As in Percival (2003, theorem 5.1), three transforms and one product make
#: (3 · 3.95 · log2(n) + √5) · u, below 6.4 · eps · log2(n) for n >= 8. A folded tile is turned three times, by
#: products of (√5 + 1/√2) · u each, and its transforms are of n/2 elements: that is less.
C = 6.4
#: Largest elements of a tile, and of one of its axes.
LARGEST, LONGEST = 1 << 21, 1 << 21
#: Elements transformed in one block: about a twentieth of a second, after which Ctrl-C is heard.
BLOCK = 1 << 26
#: Outputs below which one thread is faster than two (native/overlap.cpp).
ALONE = 1 << 14
#: What is done beside the transforms, counted in binary digits of them: reading, judging and writing an element; a row
#: of a tile; an element of a kernel's spectrum. Tiles of more than so many bytes leave a core's cache, and take so many
#: times as long; fewer times, if one has the caches and the memory for itself. The lengths of tiles follow from these
#: alone, so the bits of results depend on no machine's rates.
REST, ROW, SPECTRUM = 5.0, 200.0, 37.0
CACHED, UNCACHED, BY_ITSELF = 2 << 20, 2.5, 1.6
#: A tile whose largest magnitude is this many times the median of those that are not 0 is unfit for float32; and for
#: float64, unless `fourier` is named.
SINGLE_SPREAD, SPREAD = 2.0**8, 2.0**20
#: The smallest float64 above 0, for numbers that are smaller still.
TINY = 5e-324


class Fate(IntEnum):
    """What became of a tile."""

    DONE, NOT_FINITE, SPREAD, OUT_OF_RANGE = range(4)


def refusal(case: Case) -> str:
    """Return why compiled tiles cannot do the case, "" if they can."""
    if native is None:
        return "tapwise was installed without a C++ compiler"
    if not (case.integers or case.work.char in "fdFD") or case.signal.char not in "?bBhHiIlLqQefdFD":
        return f"it has no transform of {case.signal} in {case.work}"
    sides = [side.value for axis in case.plan.axes for side in (axis.below, axis.above)]
    if case.integers and any(abs(complex(value)) > EXACT_IN_DOUBLE for value in sides):
        return "a constant of the boundary is too large"
    if not all(isfinite(value) for value in sides):
        return "a constant of the boundary is not finite"
    if case.signal.kind != "c" and any(isinstance(value, complex) for value in sides):
        return "a constant of the boundary is complex and the signal is not"
    if len(case.plan.axes) > 3 or len(case.outputs) > 16 or any(axis.u != 1 for axis in case.plan.axes):
        return "it has no spread signals, and no more than three filtered axes"
    if any(max(abs(a.s), abs(a.c), abs(a.d), a.n) > 1 << 40 for a in case.plan.axes):
        return "outputs lie too far apart"
    if not prod(case.outputs) or not prod(axis.n for axis in case.plan.axes):
        return "there is nothing to transform"
    if not case.kernel.size or not tiling(case).lengths:
        return "the kernel is longer than a tile"
    return ""


@dataclass(frozen=True, slots=True)
class Tiling:
    """The lengths of a transform, the outputs that a tile keeps, and how many tiles; no lengths if none will do.

    A tile leaves out the zeros that a boundary puts before its samples: `skipped`, none where it is empty. One that has
    no neighbour to share a transform with is `folded`: half of it goes through the imaginary parts.
    """

    lengths: tuple[int, ...] = ()
    kept: tuple[int, ...] = ()
    tiles: int = 1
    skipped: tuple[int, ...] = ()
    folded: bool = False

    @property
    def elements(self) -> int:
        """The elements of a tile."""
        return prod(self.lengths)

    @property
    def transform(self) -> tuple[int, ...]:
        """The lengths of what is transformed: half as many along the first axis of a folded tile."""
        first, *others = self.lengths
        return (first // 2 if self.folded else first, *others)


def tiling(case: Case) -> Tiling:
    """Return the lengths of the transform that should be fastest."""
    return _best(case.plan.axes, prod(case.batch), case.work.kind == "c", _single(case))


def features(case: Case, speed: float) -> dict[str, float]:
    """Return the work of all tiles where all threads are `speed` times as fast as one.

    Whole numbers in pieces are transformed once for every two that meet.
    """
    chosen, complex_ = tiling(case), case.work.kind == "c"
    size = _weight(chosen.elements, complex_, _single(case), folded=chosen.folded)
    several = chosen.tiles * chosen.elements > ALONE and not chosen.folded
    together = ceil(speed) if several else 1  # threads, which end together
    rounds = ceil(chosen.tiles / together) if complex_ or chosen.folded else 2 * ceil(chosen.tiles / (2 * together))
    elements = rounds * size * together / (speed if together > 1 else 1.0)
    elements *= len(limbs(case, chosen.elements, C).pairs()) if case.integers else 1
    return {
        "digit": elements * (REST + log2(chosen.elements)), "row": elements / chosen.lengths[-1],
        "spectrum": size, "call": 1.0,
    }  # fmt: skip


def block(case: Case) -> tuple[int, ...]:
    """Return the largest block: whole tiles, as many as a twentieth of a second allows."""
    chosen, lead = tiling(case), len(case.batch)
    counts = tuple(ceil(axis.m / kept) for axis, kept in zip(case.plan.axes, chosen.kept, strict=True))
    most = trailing((*case.batch, *counts), max(BLOCK // chosen.elements, 1))
    return (*most[:lead], *(count * kept for count, kept in zip(most[lead:], chosen.kept, strict=True)))


def memory(case: Case) -> int:
    """Return the bytes beside input and output: what is kept, and a tile for each thread."""
    chosen = tiling(case)
    return kept(case) + threads() * (16 * chosen.elements + 32 * chosen.lengths[-1] + 640)


def kept(case: Case) -> int:
    """Return the bytes of twiddles and spectra, in all number types."""
    chosen, widths = tiling(case), [4, 8] if _single(case) else [8]
    spectra = limbs(case, chosen.elements, C).taps if case.integers else 1
    return sum(2 * width * (chosen.elements * (spectra + 1) + sum(chosen.lengths)) for width in widths)


class Tiles:
    """A case's kernel for any number of signals, transformed when it is first needed.

    Attributes
    ----------
    compiled : OverlapSave
        The compiled tiles, stage after stage, each in a number type of its own.
    whole : bool
        Whether sums are complete at once, and not added up from pieces of their digits.
    """

    def __init__(self, case: Case, *, cautious: bool) -> None:
        self.case = case
        self.tiling = tiling(case)
        taps, pairs = laid_out(case), [WHOLE]
        spreads = {"f": SINGLE_SPREAD, "d": SPREAD if cautious and not case.integers else 0.0}
        pieces = [taps]
        if case.integers:
            parted = limbs(case, self.tiling.elements, C)
            pieces, pairs = parted.kernel(taps), parted.pairs()
        norms = [sizes(piece, piece.ndim)[1] for piece in pieces]
        letters = "fd" if _single(case) and 1e-30 < norms[0] < 1e30 else "d"
        wide = [np.ascontiguousarray(piece, np.complex128) for piece in pieces]
        self.whole = pairs == [WHOLE]
        self._norm, self._infos = norms[0], [np.finfo(letter) for letter in letters]
        stages = [
            (letter, spreads[letter], [
                (wide[d.kernel], *self._limits(info, norms[d.kernel]), (d.count, d.shift, d.top, d.bias, d.add))
                for d in pairs
            ]) for letter, info in zip(letters, self._infos, strict=True)
        ]  # fmt: skip
        numbers = [batch_numbers(n) for n in case.batch] + [axis_numbers(axis) for axis in case.plan.axes]
        self.compiled = native.overlap_save(
            case.signal.char, not case.signal.isnative, numbers, len(case.batch), list(range(len(numbers))),
            case.conjugate_signal, case.work.kind == "c", case.integers, self.tiling.kept, self.tiling.transform,
            self.tiling.skipped or (0,) * len(self.tiling.lengths), self.tiling.folded, stages,
        )  # fmt: skip

    def compute(self, x: Array, block: Block, out: Array | None) -> tuple[Array, list[tuple[Block, Fate]]]:
        """Return the outputs of a block, written into `out` if there is one, and the boxes of those left out."""
        y = np.empty(_shape(block), self.case.work) if out is None else out
        sums = y if self.whole else np.zeros(y.shape, np.int64)
        left = [(box, fate) for box, _, _, fate in self._fill(x, block, sums, survey=False)]
        if not self.whole:  # a box may be told of for every two pieces that meet
            y[...] = sums.view(y.dtype) if y.dtype == np.uint64 else sums
            left = list({str(box): (box, fate) for box, fate in left}.values())
        return y, left

    def bounds(self, x: Array, block: Block) -> tuple[Array, list[tuple[Block, Fate]]]:
        """Return the bound on the error of every output of a block, and the boxes of those it does not compute."""
        bound = np.empty(_shape(block))
        left: list[tuple[Block, Fate]] = []
        y = np.broadcast_to(np.zeros((), self.case.work), bound.shape)
        for box, stage, size, fate in self._fill(x, block, y, survey=True):
            if fate == Fate.DONE:
                bound[within(box, block)] = self._bound(stage, size)
            else:
                left.append((box, fate))
        return bound, left

    def _fill(self, x: Array, block: Block, y: Array, *, survey: bool) -> list[tuple[Block, int, float, Fate]]:
        """Fill y but for the boxes that are told of, with the stage, the norm, and why; see native/overlap.h."""
        part, lead = np.require(x[block.batch], requirements="A"), len(block.batch)
        ends = [(s.start, s.stop) for s in block.batch] + [*block.bounds]
        told = self.compiled.fill(part, y, y.dtype.char, ends, survey)
        return [
            (Block(tuple(slice(*ends) for ends in box[:lead]), tuple(box[lead:])), stage, size, Fate(fate))
            for box, stage, size, fate in told
        ]

    def _bound(self, stage: int, size: float) -> float:
        length, info = self.tiling.elements, self._infos[stage]
        # What underflows in one array is multiplied by the other: by at most the sum of its magnitudes.
        underflow = max(float(info.smallest_subnormal), TINY) * (1.0 + sqrt(length) * (size + self._norm))
        return C * log2(length) * (float(info.eps) * size * self._norm + underflow)

    def _limits(self, info: Any, taps: float) -> tuple[float, float]:
        """Return between which norms a tile may be transformed: sums stay finite, and whole numbers can be told."""
        length, eps = self.tiling.elements, float(info.eps)
        if self.case.integers:
            return 0.0, 0.4999 / max(C * log2(length) * eps * taps, TINY)
        most = (float(info.max) / length - taps) / (taps + 1.0) / 2.0
        least = 2.0 * float(info.smallest_subnormal) * (1.0 / taps + sqrt(length)) / eps if eps > 1e-10 else 0.0
        return least, most


def laid_out(case: Case) -> Array:
    """Return the kernel as the window reads it: flipped where the taps run against the input, dilated by zeros."""
    flips = tuple(slice(None, None, -1) if axis.flipped else slice(None) for axis in case.plan.axes)
    wide = np.zeros(tuple(reach(axis) for axis in case.plan.axes), case.kernel.dtype)
    wide[tuple(slice(None, None, abs(axis.d)) for axis in case.plan.axes)] = case.kernel[flips]
    return wide


def within(box: Block, block: Block) -> tuple[slice, ...]:
    """Return the box as slices of the block's outputs."""
    batch = [
        slice(inner.start - outer.start, inner.stop - outer.start)
        for inner, outer in zip(box.batch, block.batch, strict=True)
    ]
    bounds = [slice(a - first, b - first) for (a, b), (first, _) in zip(box.bounds, block.bounds, strict=True)]
    return (*batch, *bounds)


def _shape(block: Block) -> tuple[int, ...]:
    return (*(s.stop - s.start for s in block.batch), *(b - a for a, b in block.bounds))


def _single(case: Case) -> bool:
    return not case.integers and case.work.char in "fF"


def _weight(elements: int, complex_: bool, single: bool, *, folded: bool) -> float:
    """Return what a tile counts for in real float32 elements: more beyond a core's cache."""
    leaves = elements * (8 if single else 16) > CACHED
    slower = (BY_ITSELF if folded else UNCACHED) if leaves else 1.0
    return elements * (2.0 if complex_ else 1.0) * (1.0 if single else 2.0) * slower


@lru_cache(64)
def _best(axes: tuple[AxisPlan, ...], batch: int, complex_: bool, single: bool) -> Tiling:
    best, least_cost = Tiling(), inf
    least = native.least_elements("f" if single else "d")
    for lengths in itertools.product(*(_lengths(axis) for axis in axes)):
        lengths = (*lengths[:-1], max(lengths[-1], isqrt(least), least // prod(lengths[:-1])))
        size = prod(lengths)
        if size > LARGEST or max(lengths) > LONGEST:
            continue
        outputs = tuple(held(axis, n) for axis, n in zip(axes, lengths, strict=True))
        tiles = batch * prod(ceil(axis.m / k) for axis, k in zip(axes, outputs, strict=True))
        folded = tiles == 1 and not complex_ and size >= 2 * least and lengths[0] > 1
        rounds = 2 * ceil(tiles / 2) if complex_ or folded else 4 * ceil(tiles / 4)  # as where two threads end together
        each = _weight(size, complex_, single, folded=folded) * (REST + log2(size) + ROW / lengths[-1])
        if (cost := size * SPECTRUM + rounds * each) < least_cost:
            skipped = tuple(Span.of(axis, 0, k).skipped for axis, k in zip(axes, outputs, strict=True))
            best, least_cost = Tiling(lengths, outputs, tiles, skipped, folded), cost
    return best


def _lengths(axis: AxisPlan) -> list[int]:
    """Return the powers of two to consider: from what holds one output to what holds all."""
    return [1 << b for b in range((reach(axis) - 1).bit_length(), (whole(axis) - 1).bit_length() + 1)]
