"""Large transforms, by scipy.fft: of what is there of the signal, and back to what is kept.

One axis is transformed after the other, the last one first, and back in the opposite order. So rows of zeros beside the
samples are not transformed, and rows of outputs that are not kept are not transformed back. Nor are the zeros of a
boundary stored: where one transform holds all outputs of an axis its ends meet, and what wraps around falls on outputs
that are not kept. float32 data are transformed in float32, and what is unfit for that in float64.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from math import ceil, inf, log2, prod, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.engines.native import threads
from tapwise.engines.rates import shipped
from tapwise.engines.sizes import sizes, spreads
from tapwise.engines.spans import Span, held, reach, whole
from tapwise.engines.tiles import SINGLE_SPREAD, SPREAD, TINY, Fate, laid_out
from tapwise.engines.window import read

if TYPE_CHECKING:
    from tapwise.engines.case import Array, Block, Case
    from tapwise.geometry import AxisPlan

#: |error| <= C · eps · log2(n) · ‖x‖ · ‖h‖ for transforms of n elements. Percival (2003, theorem 5.1) proves 6.4 in
#: place of C for the radix-2 transform with correctly rounded roots; SciPy's mixes radices up to 5 and splits real
#: spectra, for which as much again is allowed: a margin, tested against exact sums, not a proof.
C = 12.0
#: How many times as fast as one thread all are, where the lengths of transforms are chosen.
USUAL = 2.0
#: Elements of a transform: those of more than the first are not computed several at once, of more than the second not
#: considered.
CACHED, LARGEST = 1 << 17, 1 << 26
#: SciPy's vectors and threads lie across rows: a single one takes so many times as long as one of many; and again,
#: if it has more bytes than a core's cache.
ALONE, NEAR, UNCACHED = 2.0, 1 << 20, 1.7


class Large:
    """A case's kernel, transformed, for any number of signals."""

    def __init__(self, case: Case, *, cautious: bool) -> None:
        self.case, self.lengths = case, lengths_of(case)
        self.taps = np.flip(laid_out(case))  # what transforms multiply to is a convolution
        self.norm = sizes(self.taps, self.taps.ndim)[1]
        careful = SPREAD if cautious and not case.integers else 0.0
        self.spreads = {letter: SINGLE_SPREAD if letter == "f" else careful for letter in _letters(case)}
        self.spectra: dict[str, Array] = {}

    def compute(self, x: Array, block: Block, out: Array | None) -> tuple[Array, list[tuple[Block, Fate]]]:
        """Return the outputs of a block, and the block if it is left out."""
        spans = _spans(self.case, block)
        part = _read(self.case, x, block, spans)
        letter, fate, _ = self._judged(part)
        if fate:
            return np.empty(_shape(block), self.case.work) if out is None else out, [(block, fate)]
        y = self._transformed(part, letter)
        del part
        y *= self._spectrum(letter)
        return self._back(y, block, spans), []

    def bounds(self, x: Array, block: Block) -> tuple[Array, list[tuple[Block, Fate]]]:
        """Return the bound on the error of every output of a block, and the block if it is left out."""
        _, fate, bound = self._judged(_read(self.case, x, block, _spans(self.case, block)))
        return np.full(_shape(block), bound), [(block, fate)] if fate else []

    def _judged(self, part: Array) -> tuple[str, Fate, float]:
        """Return the number type to transform in, or why there is none, and the bound on the error."""
        top, norm = sizes(part, len(self.lengths))
        if not np.isfinite(top):
            return "", Fate.NOT_FINITE, inf
        fate = Fate.OUT_OF_RANGE
        for letter, spread in self.spreads.items():
            bound = self._bound(letter, norm)
            if not bound < (0.5 if self.case.integers else inf):
                continue
            if spread and top and spreads(part, top / part.real.dtype.type(spread)):
                fate = Fate.SPREAD
                continue
            return letter, Fate.DONE, bound
        return "", fate, inf

    def _bound(self, letter: str, norm: float) -> float:
        """Return the bound on an error; infinite where a sum may overflow, or float32 would lose what is small."""
        info, length = np.finfo(letter), prod(self.lengths)
        if not np.longdouble(length * norm * self.norm + length * (norm + self.norm)) < info.max:
            return inf
        # What underflows in one array is multiplied by the other: by at most the sum of its magnitudes.
        underflow = max(float(info.smallest_subnormal), TINY) * (1.0 + sqrt(length) * (norm + self.norm))
        rounding = float(info.eps) * norm * self.norm
        if letter == "f" and underflow > rounding:
            return inf
        return C * max(log2(length), 1.0) * (rounding + underflow)

    def _spectrum(self, letter: str) -> Array:
        """Return the kernel's, made when first asked for, by whichever thread asks."""
        found = self.spectra.get(letter)
        return found if found is not None else self.spectra.setdefault(letter, self._transformed(self.taps, letter))

    def _transformed(self, values: Array, letter: str) -> Array:
        from scipy import fft

        real = _real(self.case)
        values = values.astype(np.dtype(letter) if real else np.result_type(letter, np.complex64), copy=False)
        y: Array = (fft.rfft if real else fft.fft)(values, self.lengths[-1], axis=-1, workers=threads())
        for axis in range(-2, -len(self.lengths) - 1, -1):
            y = fft.fft(y, self.lengths[axis], axis=axis, workers=threads(), overwrite_x=True)
        return y

    def _back(self, y: Array, block: Block, spans: list[Span]) -> Array:
        """Return the outputs that a product of spectra, which is used up, holds."""
        from scipy import fft

        for place, (axis, span, (start, stop)) in enumerate(zip(self.case.plan.axes, spans, block.bounds, strict=True)):
            at, left = place - len(spans), -1 - (place - len(spans))
            if left or not _real(self.case):
                y = fft.ifft(y, axis=at, workers=threads(), overwrite_x=True)
            else:
                y = fft.irfft(y, self.lengths[-1], axis=-1, workers=threads(), overwrite_x=True)
            first, outputs = reach(axis) - 1 - span.skipped, abs(axis.s) * (stop - start - 1) + 1
            rows: Any = (..., slice(first, first + outputs, abs(axis.s)), *[slice(None)] * left)
            y = y[rows]
            y = np.flip(y, at) if axis.s < 0 else y
        return np.rint(y).astype(np.int64) if self.case.integers else y


def features(case: Case, speed: float) -> dict[str, float]:
    """Return the work of all transforms where all threads are `speed` times as fast as one."""
    return _work(case.plan.axes, prod(case.batch), _weight(case), lengths_of(case), speed)


def memory(case: Case) -> int:
    """Return the bytes of the kernel's spectra, and of a block as it is read, transformed and transformed back."""
    *rows, last = lengths_of(case)
    spectrum = prod(rows) * (last // 2 + 1 if _real(case) else last)
    sizes = [2 * np.dtype(letter).itemsize * spectrum for letter in _letters(case)]
    together = prod(map(min, block(case), case.batch))
    return sum(sizes) + 3 * together * sizes[-1]


def block(case: Case) -> tuple[int, ...]:
    """Return the outputs of one transform, along batch axes of as many as stay in the cache together."""
    lengths = lengths_of(case)
    room = max(CACHED // prod(lengths), 1)
    batch = []
    for n in reversed(case.batch):
        batch.append(max(min(n, room), 1))
        room = max(room // batch[-1], 1)
    return (*reversed(batch), *(held(axis, n) for axis, n in zip(case.plan.axes, lengths, strict=True)))


def lengths_of(case: Case) -> tuple[int, ...]:
    """Return the lengths of transforms, one an axis, that should be fastest."""
    return _best(case.plan.axes, prod(case.batch), _weight(case))


@lru_cache(64)
def _best(axes: tuple[AxisPlan, ...], batch: int, weight: float) -> tuple[int, ...]:
    best: tuple[int, ...] = ()
    least, rates = inf, shipped()
    for lengths in itertools.product(*(_lengths(axis) for axis in axes)):
        if prod(lengths) > LARGEST and best:
            continue
        time = rates.time("fourier", _work(axes, batch, weight, lengths, USUAL))
        if time < least:
            best, least = lengths, time
    return best


def _lengths(axis: AxisPlan) -> list[int]:
    """Return the lengths to consider: one that holds all outputs, and powers of two, or three times them, below it."""
    least, enough = reach(axis), whole(axis)
    shorter = sorted(n for a in (1, 3) for b in range(enough.bit_length()) if least <= (n := a << b) < enough)
    return [*shorter[:9], _smooth(enough)]


def _smooth(least: int) -> int:
    """Return the first number from `least` on that has no prime factor above 5."""
    most = least.bit_length()
    odd = (3**b * 5**c for b in range(most) for c in range(most - b))  # powers of two among them: b = c = 0
    return min(int(n << (-(-least // n) - 1).bit_length()) for n in odd)


@lru_cache(256)
def _work(
    axes: tuple[AxisPlan, ...], batch: int, weight: float, lengths: tuple[int, ...], speed: float
) -> dict[str, float]:
    outputs = [min(held(axis, n), max(axis.m, 1)) for axis, n in zip(axes, lengths, strict=True)]
    spans = [Span.of(axis, 0, count) for axis, count in zip(axes, outputs, strict=True)]
    tiles = batch * prod(ceil(axis.m / count) for axis, count in zip(axes, outputs, strict=True))
    digits = tiles * (_digits([span.high - span.low for span in spans], lengths) + _digits(outputs, lengths))
    digits += _digits([reach(axis) for axis in axes], lengths)
    size, together = prod(lengths), max(min(CACHED // prod(lengths), batch), 1)
    alone = ALONE * (UNCACHED if 4 * weight * size > NEAR else 1.0)
    digits *= alone if len(axes) == together == 1 else 1.0 / speed
    return {
        "large digit": weight * digits, "large element": weight * tiles * size,
        "large tile": tiles / together, "large call": 1.0,
    }  # fmt: skip


def _digits(rows: list[int], lengths: tuple[int, ...]) -> float:
    """Return the binary digits of the transforms of so many rows along every axis, for each of their elements."""
    return sum(prod(rows[:axis]) * prod(lengths[axis:]) * log2(n) for axis, n in enumerate(lengths))


def _weight(case: Case) -> float:
    """Return what an element counts for, in real float32 elements."""
    return (1.0 if _real(case) else 2.0) * {"f": 1.0, "d": 2.0, "g": 16.0}[_letters(case)[0]]


def _letters(case: Case) -> str:
    """Return the number types to transform in, one after the other."""
    return "g" if case.work.char in "gG" else "fd" if case.work.char in "fF" else "d"


def _real(case: Case) -> bool:
    return case.work.kind != "c"


def _shape(block: Block) -> tuple[int, ...]:
    return (*(s.stop - s.start for s in block.batch), *(b - a for a, b in block.bounds))


def _spans(case: Case, block: Block) -> list[Span]:
    return [Span.of(axis, *ends) for axis, ends in zip(case.plan.axes, block.bounds, strict=True)]


def _read(case: Case, x: Array, block: Block, spans: list[Span]) -> Array:
    """Return the samples that go through the transforms, spread where the plan spreads them; integers as floats."""
    axes = case.plan.axes
    ranges = tuple(
        (-(-span.low // axis.u), (span.high - 1) // axis.u + 1) for axis, span in zip(axes, spans, strict=True)
    )
    part = read(case, x, block.batch, ranges)
    part = part.astype(np.float64, copy=False) if case.integers else part
    if all(axis.u == 1 for axis in axes):
        return part
    lead = len(block.batch)
    spread = np.zeros((*part.shape[:lead], *(span.high - span.low for span in spans)), part.dtype)
    places = tuple(
        slice(first * axis.u - span.low, None, axis.u)
        for axis, (first, _), span in zip(axes, ranges, spans, strict=True)
    )
    spread[(slice(None),) * lead + places] = part
    return spread
