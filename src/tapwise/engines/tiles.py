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
from tapwise.engines.digits import WHOLE, Digits, limbs
from tapwise.engines.direct import RULES
from tapwise.engines.native import native, threads
from tapwise.engines.numbers import EXACT_IN_DOUBLE
from tapwise.engines.partition import trailing
from tapwise.engines.sizes import sizes
from tapwise.engines.spans import Span, held, reach, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

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
#: Elements below which one thread is faster than two.
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
#: Unfit tiles beyond which the whole block goes to the next number type.
MANY = 32
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
    """Return the bytes beside input and output: twiddles and spectra, and a tile for each thread."""
    chosen = tiling(case)
    sizes = [4, 8] if not case.integers and case.work.char in "fF" else [8]
    spectra = limbs(case, chosen.elements, C).taps if case.integers else 1
    kernels = sum(2 * size * (chosen.elements * (spectra + 1) + sum(chosen.lengths)) for size in sizes)
    return kernels + threads() * (2 * sizes[-1] * chosen.elements + 32 * chosen.lengths[-1] + 640)


class Tiles:
    """A case's kernel, transformed, for any number of signals."""

    def __init__(self, case: Case, *, cautious: bool) -> None:
        self.case = case
        self.tiling = tiling(case)
        self.taps = laid_out(case)
        self.norm = sizes(self.taps, self.taps.ndim)[1]
        self.letters = "fd" if _single(case) and 1e-30 < self.norm < 1e30 else "d"
        self.spreads = {"f": SINGLE_SPREAD, "d": SPREAD if cautious and not case.integers else 0.0}
        self.made: dict[str, _Stage] = {}

    @property
    def stages(self) -> Iterator[_Stage]:
        """One after the other, made when first asked for, by whichever thread asks."""
        for letter in self.letters:
            yield self.made.get(letter) or self.made.setdefault(letter, self._stage(letter))

    def _stage(self, letter: str) -> _Stage:
        if not self.case.integers:
            return _Stage(self.case, self.tiling, letter, [(self.taps, self.norm)], [WHOLE], self.spreads[letter])
        parted = limbs(self.case, self.tiling.elements, C)
        pieces = [(taps, sizes(taps, taps.ndim)[1]) for taps in parted.kernel(self.taps)]
        return _Stage(self.case, self.tiling, letter, pieces, parted.pairs(), 0.0)

    def compute(self, x: Array, block: Block, out: Array | None) -> tuple[Array, list[tuple[Block, Fate]]]:
        """Return the outputs of a block, written into `out` if there is one, and the boxes of those left out."""
        y = np.empty(_shape(block), self.case.work) if out is None else out
        left = [(block, Fate.DONE)]
        for stage in self.stages:
            if len(left) > MANY:  # at once is faster than one by one
                left = [(block, Fate.DONE)]
            left = [unfit for box, _ in left for unfit in stage.apply(x, box, y[within(box, block)])]
            if not left:
                break
        return y, left

    def bounds(self, x: Array, block: Block) -> tuple[Array, list[tuple[Block, Fate]]]:
        """Return the bound on the error of every output of a block, and the boxes of those it does not compute."""
        bound, left = np.empty(_shape(block)), [(block, Fate.DONE)]
        for stage in self.stages:
            if len(left) > MANY:
                left = [(block, Fate.DONE)]
            left = [unfit for box, _ in left for unfit in stage.survey(x, box, bound[within(box, block)])]
            if not left:
                break
        return bound, left


class _Stage:
    """The spectra of a kernel, or of the pieces of its digits, in one number type, and what is fit for it."""

    def __init__(
        self, case: Case, tiling: Tiling, letter: str, kernels: list[tuple[Array, float]], digits: list[Digits],
        spread: float,
    ) -> None:  # fmt: skip
        self.case, self.tiling, self.digits, self.spread = case, tiling, digits, spread
        self.info = np.finfo(letter)
        self.norms = [norm for _, norm in kernels]
        self.transformed = [_transformed(letter, tiling, taps) for taps, _ in kernels]

    def apply(self, x: Array, box: Block, y: Array) -> list[tuple[Block, Fate]]:
        """Fill y but for the boxes that are returned."""
        if self.digits == [WHOLE]:
            return _unfit(self._run(x, box, y, WHOLE, whole=self.case.integers))
        sums = np.zeros(y.shape, np.int64)
        left = {}
        for digits in self.digits:
            left.update(dict(_unfit(self._run(x, box, sums, digits, whole=True))))
        y[...] = sums.view(y.dtype) if y.dtype == np.uint64 else sums
        return list(left.items())

    def survey(self, x: Array, box: Block, bound: Array) -> list[tuple[Block, Fate]]:
        """Fill in the error bounds but for the boxes that are returned."""
        y = np.broadcast_to(np.zeros((), self.case.work), _shape(box))
        told = self._run(x, box, y, WHOLE, whole=False, survey=True)
        for tile, size, fate in told:
            if fate == Fate.DONE:
                bound[within(tile, box)] = self._bound(size)
        return _unfit(told)

    def _bound(self, norm: float) -> float:
        length, taps = self.tiling.elements, self.norms[0]
        # What underflows in one array is multiplied by the other: by at most the sum of its magnitudes.
        underflow = max(float(self.info.smallest_subnormal), TINY) * (1.0 + sqrt(length) * (norm + taps))
        return C * log2(length) * (float(self.info.eps) * norm * taps + underflow)

    def _limits(self, taps: float) -> tuple[float, float]:
        """Return between which norms a tile may be transformed: sums stay finite, and whole numbers can be told."""
        length, eps = self.tiling.elements, float(self.info.eps)
        if self.case.integers:
            return 0.0, 0.4999 / max(C * log2(length) * eps * taps, TINY)
        most = (float(self.info.max) / length - taps) / (taps + 1.0) / 2.0
        least = 2.0 * float(self.info.smallest_subnormal) * (1.0 / taps + sqrt(length)) / eps if eps > 1e-10 else 0.0
        return least, most

    def _run(
        self, x: Array, box: Block, y: Array, digits: Digits, *, whole: bool, survey: bool = False
    ) -> list[tuple[Block, float, Fate]]:
        part, axes = np.require(x[box.batch], requirements="A"), self.case.plan.axes
        numbers = [(n, 1, n, 1, 0, 1, 0, 0, 0.0, 0.0, 0.0, 0.0) for n in y.shape[: len(box.batch)]]
        numbers += [_numbers(axis, *ends) for axis, ends in zip(axes, box.bounds, strict=True)]
        told = self.transformed[digits.kernel].apply(
            part.ctypes.data, part.dtype.char, not part.dtype.isnative, part.strides, y.ctypes.data, y.dtype.char,
            y.strides, numbers, self.case.conjugate_signal, self.tiling.kept,
            (*self._limits(self.norms[digits.kernel]), self.spread), whole,
            (digits.count, digits.shift, digits.top, digits.bias, digits.add), survey, y.size > ALONE,
        )  # fmt: skip
        boxes = _tiles(box, axes, self.tiling.kept)
        if not survey and all(not fate for _, fate in told):
            return []
        return [(tile, norm, Fate(fate)) for tile, (norm, fate) in zip(boxes, told, strict=True)]


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


def _transformed(letter: str, tiling: Tiling, taps: Array) -> Any:
    pairs = np.ascontiguousarray(taps, np.complex128)
    first, *others = tiling.lengths
    lengths = (first // 2 if tiling.folded else first, *others)
    skipped = tiling.skipped or (0,) * len(lengths)
    return native.Transformed(letter, lengths, pairs.ctypes.data, pairs.shape, skipped, tiling.folded)


def _numbers(axis: AxisPlan, start: int, stop: int) -> tuple[Any, ...]:
    below, above = complex(axis.below.value), complex(axis.above.value)
    rules = (RULES[axis.below.rule], RULES[axis.above.rule])
    place = (axis.n, axis.k, stop - start, axis.s, axis.c + axis.s * start, axis.d)
    return (*place, *rules, below.real, below.imag, above.real, above.imag)


def _tiles(box: Block, axes: tuple[AxisPlan, ...], kept: tuple[int, ...]) -> Iterator[Block]:
    """Yield the tiles of a box in their order: batch elements one by one, reversed outputs from their end."""
    cuts = []
    for (start, stop), axis, step in zip(box.bounds, axes, kept, strict=True):
        if axis.s > 0:
            cuts.append([(a, min(a + step, stop)) for a in range(start, stop, step)])
        else:
            cuts.append([(max(b - step, start), b) for b in range(stop, start, -step)])
    batches = [[slice(b, b + 1) for b in range(s.start, s.stop)] for s in box.batch]
    for batch in itertools.product(*batches):
        for bounds in itertools.product(*cuts):
            yield Block(batch, bounds)


def _unfit(told: list[tuple[Block, float, Fate]]) -> list[tuple[Block, Fate]]:
    return [(box, fate) for box, _, fate in told if fate != Fate.DONE]


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
