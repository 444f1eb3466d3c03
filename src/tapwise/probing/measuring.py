"""One measurement: which (tap, sample) pairs every output along one axis reads, for N samples and K taps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.probing.coding import codes, digits
from tapwise.probing.scale import from_middle, untouched
from tapwise.probing.subject import Refused

if TYPE_CHECKING:
    from tapwise.probing.coding import Code
    from tapwise.probing.reception import Reception
    from tapwise.probing.scale import Scale
    from tapwise.probing.subject import Array, Subject

Place = tuple[int, ...]
#: Products that one answer may take.
_PRODUCTS = 300_000


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


class Unread(Exception):
    """Answers that do not move with what was coded, so that nothing was measured; for use inside the room."""


@dataclass(frozen=True, slots=True)
class Case:
    """What was measured along one axis for one pair of lengths.

    Attributes
    ----------
    n, k : int
        Samples and taps.
    reads : bool array, outputs × taps × samples
        Whether an output reads a sample through a tap.
    still : tuple of (code, array)
        For each kernel that was used, what the answers to a signal of zeros are above the offset, in units of products:
        the taps that read a constant, times that constant.
    kept : bool array, outputs
        Outputs that keep the signal's value.
    unreadable : bool array, outputs
        Outputs whose answers are no sums of the coded products.
    ignored : bool array, outputs
        Outputs that a convention need not explain.
    x, h, y : array
        The first call, or the first with an unreadable answer, for the record.
    """

    n: int
    k: int
    reads: Array
    still: tuple[tuple[Code, Array], ...]
    kept: Array
    unreadable: Array
    ignored: Array
    x: Array
    h: Array
    y: Array

    @property
    def m(self) -> int:
        """The number of outputs."""
        return int(self.reads.shape[0])

    @property
    def rows(self) -> Array:
        """The outputs that a convention must explain."""
        rows: Array = ~(self.kept | self.unreadable | self.ignored)
        return rows

    def without(self, first: int, last: int) -> Case:
        """Return the case without its first and its last outputs."""
        ignored = np.arange(self.m) < first
        ignored |= np.arange(self.m)[::-1] < last
        return replace(self, ignored=ignored, unreadable=self.unreadable & ~ignored)

    def turned(self) -> Case:
        """Return the case of the operator whose transpose was measured: samples and outputs trade places."""
        none = np.zeros(self.n, bool)
        return replace(self, n=self.m, reads=self.reads.transpose(2, 1, 0), still=(), kept=none, unreadable=none,
                       ignored=none)  # fmt: skip


@dataclass(slots=True)
class Measurer:
    """Measures one axis of a function; along the other axes there is one sample and one tap, which meet."""

    subject: Subject
    scale: Scale
    axis: int
    places: dict[tuple[Place, Place], tuple[Place, Place]] = field(default_factory=dict)

    def measure(self, reception: Reception, n: int, k: int) -> Case:
        """Return what every output reads, for `n` samples and `k` taps.

        Raises
        ------
        Refused
            If the function does not take these lengths.
        Unread
            If it does, and no answer moves.
        Unreadable
            If the shape of its answer depends on the values.
        """
        x_shape, h_shape = reception.shapes.of(self.axis, n, k)
        if h_shape[self.axis] != k:
            raise Refused("its kernel has another length")
        if prod(x_shape) * prod(h_shape) > _PRODUCTS:
            raise Refused("more products than are asked for")
        empty = np.zeros(x_shape, reception.signal), np.zeros(h_shape, reception.kernel)
        kept = untouched(self.subject, *empty) if self.scale.borders == "untouched" else None
        beside = tuple(v for a, v in enumerate(x_shape) if a != self.axis)
        taps = tuple(v for a, v in enumerate(h_shape) if a != self.axis)
        middle = tuple((v - 1) // 2 for v in beside), tuple((v - 1) // 2 for v in taps)
        place, tap = self.places.get((beside, taps), middle)
        sounding = _Sounding(self.subject, self.scale, self.axis, *empty, kept, tap)
        case = sounding.read(n, k, place)
        if case is None:
            place, case = sounding.search(n, k)
        self.places[beside, taps] = place, sounding.tap
        return case


@dataclass(slots=True)
class _Sounding:
    subject: Subject
    scale: Scale
    axis: int
    x: Array
    h: Array
    kept: Array | None
    #: Where the taps lie along the other axes.
    tap: Place

    def read(self, n: int, k: int, place: Place) -> Case | None:
        """Return the case, with the samples at `place` of the other axes; None if no answer moves with them."""
        rests: dict[tuple[int, ...], Array] = {}
        calls: list[_Call] = []
        at_once, room = self._room(k, rests)
        for code in codes(n, k, **room, most=at_once):
            call = self._call(code, place, rests)
            calls.append(call)
            if call.answers.shape != calls[0].answers.shape:
                raise Unreadable(call.x, call.h, call.y)
            if 0 in call.answers.shape[1:]:
                raise Refused("its answer is empty: the other axes are too short")
            if not call.answers.size:
                break  # no window fits along this axis
        mask = np.zeros(calls[0].answers.shape, bool) if self.kept is None else np.moveaxis(self.kept, self.axis, 0)
        moved = sum(((np.rint(call.answers.real) != 0) & ~mask).sum(axis=0) for call in calls)
        if mask.ndim > 1 and mask.size and not np.any(moved) and not mask.all():
            return None
        line = tuple(int(i) for i in np.unravel_index(int(np.argmax(moved)), mask.shape[1:]))
        along: tuple[Any, ...] = (slice(None), *line)
        return self._decode(n, k, calls, rests, along, mask[along])

    def search(self, n: int, k: int) -> tuple[Place, Case]:
        """Return a place along the other axes whose samples are read, and the case; a stride leaves out some.

        Raises
        ------
        Unread
            If there is none.
        """
        taps = tuple(v for a, v in enumerate(self.h.shape) if a != self.axis)
        for tap in dict.fromkeys((tuple((v - 1) // 2 for v in taps), (0,) * len(taps), tuple(v - 1 for v in taps))):
            self.tap = tap
            place = self._meeting() if taps else None
            case = None if place is None else self.read(n, k, place)
            if place is not None and case is not None:
                return place, case
        raise Unread

    def _meeting(self) -> Place | None:
        """Return a place along the other axes whose samples are read through the taps, None if there is none."""
        h, beside = self.h.copy(), [v for a, v in enumerate(self.x.shape) if a != self.axis]
        ones = np.ones(h.shape[self.axis], int)
        factor = self.scale.factor(ones)
        sample, h[self._line(h.shape, self.tap)] = (factor, ones) if self.scale.normalized else (1, factor * ones)
        still = self.subject.ask(self.x, h)
        where: tuple[Any, ...] = (slice(None),) * len(beside)
        for axis, n in enumerate((None, *beside)):
            narrowed = [where] if n is None else [(*where[: axis - 1], i, *where[axis:]) for i in from_middle(n)]
            for each in narrowed:
                x = self.x.copy()
                x[self._line(x.shape, each)] = sample
                moved = np.abs(_wide(self.subject.ask(x, h)) - _wide(still)) > 0.3 * abs(self._unit(ones))
                if (moved if self.kept is None else moved & ~self.kept).any():
                    where = each
                    break
            else:
                return None
        return where

    def _line(self, shape: tuple[int, ...], place: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the index of the line along the axis at a place of the others."""
        others = iter(place)
        return tuple(slice(None) if a == self.axis else next(others) for a in range(len(shape)))

    def _room(self, k: int, rests: dict[tuple[int, ...], Array]) -> tuple[int, dict[str, Any]]:
        """Return how many taps to code at once, and the digits there are for `codes`."""
        scale, signal, kernel = self.scale, self.x.dtype.name, self.h.dtype.name
        spare = (scale.factor(np.ones(1, int)) - 1).bit_length()
        answer, given, taps = (max(d - spare, 1) for d in (scale.digits, digits(signal), digits(kernel)))
        if scale.normalized:
            room: dict[str, Any] = {
                "answer": answer, "signal": given, "kernel": digits(kernel), "normalized": scale.whole,
            }  # fmt: skip
        else:
            room = {"answer": answer, "signal": digits(signal), "kernel": taps}
        if answer > 16 or not scale.whole:
            return k, room
        # Few digits: what a constant boundary adds must leave room for the products.
        first = next(codes(1, k, **room))  # the taps do not depend on the samples
        rest = self._rest(first.taps, self._kernel(first), rests)
        if (rest == self._offset()).all():
            return k, room
        most, unit = 0.0, abs(self._unit(first.of_taps(k)[:1] * 0 + 1))
        for t in range(k):
            code = next(code for code in codes(1, k, **room, most=1) if code.taps == (t,))
            rest = self._rest(code.taps, self._kernel(code), rests)
            most = max(most, float(np.abs(_wide(rest) - self._offset()).max(initial=0)) / unit)
        room["answer"] = max(int(np.log2(max((1 << answer) - most, 2))), 1)
        return 1, room

    def _offset(self) -> complex | float:
        offset = self.scale.offset
        return offset if isinstance(offset, complex) else float(offset)

    def _kernel(self, code: Code) -> Array:
        """Return a kernel whose taps lie along the axis, at one place of the others."""
        h = self.h.copy()
        taps = code.of_taps(h.shape[self.axis])
        h[self._line(h.shape, self.tap)] = taps if self.scale.normalized else taps * self.scale.factor(taps)
        return h

    def _unit(self, taps: Array) -> complex | float:
        """Return what a product of a coded tap and a coded sample adds to the answer; whole if answers are."""
        return self.scale.unit(taps) * self.scale.factor(taps)

    def _signal(self, code: Code, place: Place, taps: Array) -> Array:
        x = self.x.copy()
        factor = self.scale.factor(taps) if self.scale.normalized else 1
        x[self._line(x.shape, place)] = code.of_samples(x.shape[self.axis]) * factor
        return x

    def _rest(self, taps: tuple[int, ...], h: Array, rests: dict[tuple[int, ...], Array]) -> Array:
        """Return the answer to a signal of zeros."""
        if taps not in rests:
            rests[taps] = self.subject.ask(self.x, h)
        return rests[taps]

    def _call(self, code: Code, place: Place, rests: dict[tuple[int, ...], Array]) -> _Call:
        taps = code.of_taps(self.h.shape[self.axis])
        unit = self._unit(taps)
        x, h = self._signal(code, place, taps), self._kernel(code)
        rest, y = self._rest(code.taps, h, rests), self.subject.ask(x, h)
        if y.shape != rest.shape:
            raise Unreadable(x, h, y)
        rise = _wide(y) - _wide(rest)
        if y.dtype.kind == "u" and self.scale.whole:  # a negative constant wraps, and the products on it wrap back
            rise = np.where(rise < 0, rise + 2.0 ** (8 * y.dtype.itemsize), rise)
        answers = rise / unit
        return _Call(code, x, h, y, np.moveaxis(answers, self.axis, 0), unit)

    def _decode(
        self,
        n: int,
        k: int,
        calls: list[_Call],
        rests: dict[tuple[int, ...], Array],
        along: tuple[Any, ...],
        bare: Array,
    ) -> Case:
        reads = np.zeros((len(bare), k, n), bool)
        unreadable = np.zeros(len(bare), bool)
        shown = calls[0]
        for call in calls:
            answers = call.answers[along]
            whole = np.rint(answers.real)
            wrong = ~((np.abs(answers - whole) <= 0.3) & (whole >= 0) & (whole < 1 << call.code.digits)) & ~bare
            if wrong.any() and not unreadable.any():
                shown = call
            unreadable |= wrong
            for o in np.flatnonzero(~(bare | wrong)):
                for t, i in call.code.pairs(int(whole[o])):
                    reads[o, t, i] = True
        still = []
        for call in {call.code.taps: call for call in calls}.values():
            rest = _wide(np.moveaxis(rests[call.code.taps], self.axis, 0)[along])
            unit = self.scale.unit(call.code.of_taps(k)) if self.scale.normalized else call.unit
            still.append((call.code, np.where(bare, 0, (rest - self._offset()) / unit)))
        # Where the windows of all outputs leave the signal, it may do so along another axis.
        ignored = np.full(len(bare), bare.all() and self.x.ndim > 1)
        return Case(n, k, reads, tuple(still), bare & ~ignored, unreadable, ignored, shown.x, shown.h, shown.y)


@dataclass(frozen=True, slots=True)
class _Call:
    code: Code
    x: Array
    h: Array
    y: Array
    answers: Array
    unit: complex | float


def _wide(y: Array) -> Array:
    return y.astype(np.complex128 if y.dtype.kind == "c" else np.float64)
