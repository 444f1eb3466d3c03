"""One measurement: which (tap, sample) pairs every output along one axis reads, for N samples and K taps."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.probing.coding import codes
from tapwise.probing.scale import untouched
from tapwise.probing.subject import Refused

if TYPE_CHECKING:
    from tapwise.probing.coding import Code
    from tapwise.probing.reception import Reception
    from tapwise.probing.scale import Scale
    from tapwise.probing.subject import Array, Subject


class Unreadable(Exception):
    """An answer that is no sum of the coded products; for use inside the room.

    Attributes
    ----------
    x, h, y : array
        The call.
    """

    def __init__(self, x: Array, h: Array, y: Array) -> None:
        self.x, self.h, self.y = x, h, y
        super().__init__("not a sum of products")


@dataclass(frozen=True, slots=True)
class Case:
    """What was measured along one axis for one pair of lengths.

    Attributes
    ----------
    n, k : int
        Samples and taps.
    reads : bool array, outputs × taps × samples
        Whether an output reads a sample through a tap.
    still : tuple of (code, float array)
        For each kernel that was used, what the answers to a signal of zeros are above the offset, in units of products:
        the taps that read a constant, times that constant.
    kept : bool array, outputs
        Outputs that keep the signal's value.
    x, h, y : array
        The first call, for the record.
    """

    n: int
    k: int
    reads: Array
    still: tuple[tuple[Code, Array], ...]
    kept: Array
    x: Array
    h: Array
    y: Array

    @property
    def m(self) -> int:
        """The number of outputs."""
        return int(self.reads.shape[0])

    def exchanged(self) -> Case:
        """Return the case with signal and kernel taken for each other."""
        return Case(self.k, self.n, self.reads.transpose(0, 2, 1), (), self.kept, self.x, self.h, self.y)


def measure(subject: Subject, reception: Reception, scale: Scale, axis: int, n: int, k: int) -> Case:
    """Return what every output along `axis` reads, for `n` samples and `k` taps.

    Raises
    ------
    Refused
        If the function does not take these lengths.
    Unreadable
        If an answer is no sum of the coded products.
    """
    shapes = reception.shapes.of(axis, n, k)
    whole = np.dtype(scale.result).kind in "iu"
    calls: list[_Call] = []
    kept: Array | None = None
    rests: dict[tuple[int, ...], Array] = {}
    for code in codes(
        n, k, signal=reception.signal, kernel=reception.kernel, result=scale.result, spare=_spare(scale),
        normalized=scale.normalized and whole,
    ):  # fmt: skip
        taps = _kernel(shapes[1], axis, code.of_taps(k), reception.kernel)
        unit = scale.unit(np.asarray(code.of_taps(k)))
        factor = unit.denominator if whole else 1  # so that whole answers are whole multiples
        x = _signal(shapes[0], axis, code.of_samples(n) * factor, reception.signal)
        if kept is None and scale.borders == "untouched":
            kept = np.moveaxis(untouched(subject, np.ones_like(x), taps)[1], axis, 0)
        if code.taps not in rests:
            rests[code.taps] = subject.ask(x * 0, taps)
        y = subject.ask(x, taps)
        answers = _numbers(x, taps, y, rests[code.taps], unit * factor)
        calls.append(_Call(code, x, taps, y, np.moveaxis(answers, axis, 0), float(unit)))
    shape = calls[0].answers.shape
    if any(call.answers.shape != shape for call in calls):
        raise Unreadable(calls[-1].x, calls[-1].h, calls[-1].y)
    mask = np.zeros(shape, bool) if kept is None else kept
    seen = sum(((call.answers != 0) & ~mask).sum(axis=0) for call in calls)
    if len(shape) > 1 and not np.any(seen):
        raise Refused("no line of answers reads a sample")
    # The line that reads most: where no other axis reads outside the signal.
    line = tuple(int(place) for place in np.unravel_index(int(np.argmax(seen)), shape[1:]))
    along: tuple[Any, ...] = (slice(None), *line)
    bare = mask[along]
    reads = np.zeros((shape[0], k, n), bool)
    for call in calls:
        for o in np.flatnonzero(~bare):
            answer = int(call.answers[(o, *line)])
            if not 0 <= answer < 1 << call.code.digits:
                raise Unreadable(call.x, call.h, call.y)
            for t, i in call.code.pairs(answer):
                reads[o, t, i] = True
    still = []
    for call in {call.code.taps: call for call in calls}.values():
        rest = _real(np.moveaxis(rests[call.code.taps], axis, 0)[along])
        still.append((call.code, np.where(bare, 0, (rest - scale.offset) / call.unit)))
    return Case(n, k, reads, tuple(still), bare, calls[0].x, calls[0].h, calls[0].y)


@dataclass(frozen=True, slots=True)
class _Call:
    code: Code
    x: Array
    h: Array
    y: Array
    answers: Array
    unit: float


def _spare(scale: Scale) -> tuple[int, int]:
    """Return the digits of the signal and of the answer that the gain and the offset need."""
    result = np.dtype(scale.result)
    unit = abs(scale.unit(np.ones(1)))
    offset = bool(scale.offset) and result.kind in "iu" and result.itemsize == 1
    return (unit.denominator - 1).bit_length() * (result.kind in "iu"), (unit.numerator - 1).bit_length() + offset


def _real(y: Array) -> Array:
    return (y.real if y.dtype.kind == "c" else y).astype(np.float64)


def _numbers(x: Array, h: Array, y: Array, rest: Array, unit: Fraction) -> Array:
    """Return the answers above those to a signal of zeros, in units of products: whole numbers, or it is no sum."""
    if y.shape != rest.shape:
        raise Unreadable(x, h, y)
    if y.dtype.kind == "c" and np.abs(y.imag).max(initial=0) > 0.25:
        raise Unreadable(x, h, y)
    over, under = _real(y), _real(rest)
    if not (np.isfinite(over).all() and np.isfinite(under).all()):
        raise Unreadable(x, h, y)
    found = (over - under) / float(unit)
    whole = np.rint(found)
    if np.abs(found - whole).max(initial=0) > 0.3:
        raise Unreadable(x, h, y)
    numbers: Array = whole.astype(np.int64)
    return numbers


def _signal(shape: tuple[int, ...], axis: int, samples: Array, dtype: str) -> Array:
    """Return a signal that varies along `axis` only."""
    column = samples.reshape([-1 if a == axis else 1 for a in range(len(shape))])
    return np.ascontiguousarray(np.broadcast_to(column, shape)).astype(dtype)


def _kernel(shape: tuple[int, ...], axis: int, taps: Array, dtype: str) -> Array:
    """Return a kernel whose taps lie along `axis`, in the middle of the others."""
    h: Array = np.zeros(shape, dtype)
    h[tuple(slice(None) if a == axis else (k - 1) // 2 for a, k in enumerate(shape))] = taps
    return h
