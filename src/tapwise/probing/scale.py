"""What one sample through one tap becomes: gain, offset, the kernel's normalisation, how many digits come through."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.probing.coding import digits, name_of
from tapwise.probing.refusal import Counterexample, NotAnOperator
from tapwise.probing.subject import Refused

if TYPE_CHECKING:
    from tapwise.convention.words import Number
    from tapwise.probing.reception import Reception
    from tapwise.probing.subject import Array, Subject

#: The size of a sample that shows whether it is read: prime, so that it wraps to 0 in no dtype.
_SHOWN = 97
#: Digits of the samples that the line is drawn through, where answers are whole and rounded.
_STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 20, 24, 28, 31, 36)
_LARGEST_DENOMINATOR = 1000


@dataclass(frozen=True, slots=True)
class Scale:
    """How sums of products become answers: gain·Σ h x + offset, with h divided by its sum where it is normalised.

    Attributes
    ----------
    gain, offset : number
        Of the answer.
    normalized : bool
        Whether the kernel is divided by its sum.
    borders : {"computed", "untouched"}
        Whether outputs whose window leaves the signal keep the signal's value.
    result : str
        The dtype of the answers.
    digits : int
        How many binary digits of a sum of products come through unchanged.
    """

    gain: Number
    offset: Number
    normalized: bool
    borders: str
    result: str
    digits: int

    @property
    def whole(self) -> bool:
        """Whether answers are whole numbers, and so rounded."""
        return np.dtype(self.result).kind in "iu"

    def unit(self, taps: Array) -> complex | float:
        """Return what a product of 1 adds to the answer."""
        gain = self.gain if isinstance(self.gain, complex) else float(self.gain)
        return gain / int(taps.sum()) if self.normalized else gain

    def factor(self, taps: Array) -> int:
        """Return what coded samples are multiplied by, so that whole answers are whole multiples of the unit."""
        if not self.whole or isinstance(self.gain, complex):
            return 1
        gain = Fraction(self.gain).limit_denominator(_LARGEST_DENOMINATOR)
        return (gain / int(taps.sum()) if self.normalized else gain).denominator


def measure_scale(subject: Subject, reception: Reception) -> Scale:
    """Return the scale, from one sample through a kernel of one tap.

    Raises
    ------
    NotAnOperator
        If no answer depends on the signal, or one sample's answer is no multiple of it.
    """
    x_shape, h_shape = reception.shapes.of(0, *reception.first)
    x, h = np.zeros(x_shape, reception.signal), np.zeros(h_shape, reception.kernel)
    kept = untouched(subject, x, h)
    kept &= not kept.all()  # what adds the signal everywhere leaves no border untouched
    place, tap = _responding(subject, x, h, kept)
    x[place], h[tap] = 1, 1
    dtype = subject.ask(x, h).dtype
    line = _Line(subject, x, h, kept)
    gain, offset, reach = line.of_whole(dtype) if dtype.kind in "iu" else line.of_floats(dtype)
    if not gain or not np.isfinite(complex(gain)) or not np.isfinite(complex(offset)):
        raise NotAnOperator("linear in x", "its answer to one sample is no multiple of it")
    size = max(1 << (reach - 1), 1)
    try:
        once, twice, still = line.at(size), line.at(size, 2), line.at(0, 2)
        normalized = abs(twice - still - (once - offset)) < 0.25 * abs(once - offset)
    except Refused:
        normalized = False
    return Scale(
        gain, offset, normalized and reach > 1, "untouched" if kept.any() else "computed", name_of(dtype), reach,
    )  # fmt: skip


def untouched(subject: Subject, x: Array, h: Array) -> Array:
    """Return which outputs keep the signal's value whatever the kernel is, for arrays of these shapes and dtypes."""
    ramp = (np.arange(x.size) * 37 % 97 + 1).reshape(x.shape).astype(x.dtype)  # no two near each other are equal
    try:
        moved, still = subject.ask(ramp, h * 0), subject.ask(ramp * 0, h * 0)
        if moved.shape == still.shape and np.isfinite(moved).all():
            kept: Array = moved != still
            if moved.shape != x.shape or not np.array_equal(moved[kept], ramp[kept]):
                return np.zeros(moved.shape, bool)
            return kept
    except Refused:
        pass
    # No kernel of zeros: outputs that show the signal through the first tap, the last, and all of them.
    mask: Array = np.ones(x.shape, bool)
    for taps in (slice(0, 1), slice(-1, None), slice(None)):
        one = np.zeros_like(h)
        one.reshape(-1)[taps] = 1
        y = subject.ask(ramp, one)
        if y.shape != x.shape or h.size == 1:
            return np.zeros(y.shape, bool)
        mask = mask & (y == ramp)
    return mask


def _responding(subject: Subject, x: Array, h: Array, kept: Array) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return a sample and a tap through which it is read; a stride or a spread may leave out some pairs."""
    middle = tuple((k - 1) // 2 for k in h.shape)
    where: tuple[Any, ...] = (slice(None),) * x.ndim
    for tap in sorted(np.ndindex(h.shape), key=lambda t: sum(abs(a - b) for a, b in zip(t, middle, strict=True))):
        if not _responds(subject, x, h, where, tap, kept):
            continue
        for axis, n in enumerate(x.shape):  # narrow the slab, axis by axis
            for i in from_middle(n):
                narrow = (*where[:axis], i, *where[axis + 1 :])
                if _responds(subject, x, h, narrow, tap, kept):
                    where = narrow
                    break
            else:
                break
        else:
            return where, tap
    ones: Array = np.ones_like(x)
    taps = h.copy()
    taps[middle] = 1
    raise NotAnOperator(
        "linear in x", "its answer does not depend on x", "",
        Counterexample(((ones.tolist(), taps.tolist()),), (subject.ask(ones, taps).tolist(),)),
    )  # fmt: skip


def from_middle(n: int) -> list[int]:
    """Return the indices of `n` samples, the middle ones first."""
    return sorted(range(n), key=lambda i: abs(2 * i - n + 1))


def _responds(subject: Subject, x: Array, h: Array, where: tuple[Any, ...], tap: tuple[int, ...], kept: Array) -> bool:
    """Whether an answer that is computed moves with the samples at `where` through one tap."""
    signal, taps = x.copy(), h.copy()
    taps[tap] = 1
    still = subject.ask(signal, taps)
    for size in (_SHOWN, 1):
        signal[where] = size
        try:
            moved = subject.ask(signal, taps)
        except Refused:
            continue  # more than it can hold
        if moved.shape != still.shape:
            return False
        noise = 8 * float(np.finfo(moved.dtype).eps) * size if moved.dtype.kind in "fc" else 0  # a transform's
        changed = moved != still if not noise else np.abs(moved - still) > noise
        return bool((changed & ~(kept if kept.shape == moved.shape else False)).any())
    return False


class _Line:
    """Answers at the one output that reads one sample through one tap, for samples of several sizes."""

    def __init__(self, subject: Subject, x: Array, h: Array, kept: Array) -> None:
        self.subject, self.x, self.h = subject, x, h
        self.seen: dict[tuple[int, int], Array] = {}
        self.place: tuple[int, ...] | None = None
        still = self._answer(0)
        for size in (_SHOWN, 1):
            try:
                rise = np.abs(self._answer(size) - still)
            except Refused:
                continue
            rise = np.where(kept, 0, rise) if kept.shape == rise.shape else rise
            self.place = tuple(int(i) for i in np.unravel_index(int(rise.argmax()), rise.shape))
            break

    def _answer(self, size: int, tap: int = 1) -> Array:
        if (size, tap) not in self.seen:
            x, h = (a * np.array(v, a.dtype) for a, v in ((self.x, size), (self.h, tap)))
            y = self.subject.ask(x, h)
            self.seen[size, tap] = y.astype(np.complex128 if y.dtype.kind == "c" else np.float64)
        return self.seen[size, tap]

    def at(self, size: int, tap: int = 1) -> complex | float:
        """Return the answer to a sample of this size."""
        return self._answer(size, tap)[self.place].item()  # type: ignore[no-any-return]

    def of_floats(self, dtype: np.dtype[Any]) -> tuple[Number, Number, int]:
        """Return gain, offset and digits, where answers are not rounded to whole numbers."""
        offset = self.at(0)
        gain = self.at(1) - offset
        eps = float(np.finfo(dtype).eps) if dtype.kind in "fc" else 1e-15
        most = min(digits(name_of(dtype)), digits(name_of(self.x.dtype)))
        for reach in (most, *(step for step in (30, 24, 17, 9, 8, 7) if step < most)):
            size = (1 << reach) - 1
            try:
                if abs(self.at(size) - offset - gain * size) > 0.3 * abs(gain):
                    continue
                fine = (self.at(1 << (reach - 1)) - offset) / (1 << (reach - 1))  # less of the offset's rounding
            except Refused:
                continue
            return simplest(fine, eps), simplest(offset, eps, abs(gain)), reach
        return simplest(gain, eps), simplest(offset, eps, abs(gain)), 1

    def of_whole(self, dtype: np.dtype[Any]) -> tuple[Number, Number, int]:
        """Return gain, offset and digits, where answers are whole: rounded, and cut off or wrapped beyond a range."""
        most = min(digits(name_of(dtype)), digits(name_of(self.x.dtype)))
        offset = float(self.at(0).real)
        points = []
        for reach in (most, 1):
            try:
                points.append(float(self.at((1 << reach) - 1).real) - offset)
            except Refused:
                break
        if len(points) == 2 and points[1] and points[0] == points[1] * ((1 << most) - 1):
            return int(points[1]), int(offset), most
        rises: list[tuple[int, float]] = []
        for reach in (step for step in _STEPS if step <= most):
            try:
                rises.append(((1 << reach) - 1, float(self.at((1 << reach) - 1).real) - offset))
            except Refused:
                break
        for count in range(len(rises), 0, -1):
            gain = _fraction(rises[:count])
            if gain:
                return gain, int(offset), rises[count - 1][0].bit_length()
        for count in range(len(rises), 0, -1):
            size, rise = rises[count - 1]
            if rise and all(abs(r - rise / size * v) < 2 for v, r in rises[:count]):
                return rise / size, int(offset), size.bit_length()
        return 0, int(offset), 1


def _fraction(points: list[tuple[int, float]]) -> Number:
    """Return the gain with the smallest denominator whose line passes all points, each rounded to a whole number.

    It is 0 if there is none.
    """
    size, rise = points[-1]
    for below in range(1, _LARGEST_DENOMINATOR):
        above = round(rise / size * below)
        if above and all(abs(r - v * above / below) < 1 for v, r in points):
            return above if below == 1 else above / below
    return 0


def simplest(value: complex, eps: float = 1e-15, beside: float = 0.0) -> Number:
    """Return a number that a measurement stands for: a whole number, a short fraction, or itself; 0 if it is noise."""
    if isinstance(value, complex):
        if abs(value.imag) > 32 * eps * abs(value):
            size = abs(value)
            return complex(*(float(simplest(part, eps, size).real) for part in (value.real, value.imag)))
        value = value.real
    if not np.isfinite(value):
        return value
    if abs(value) <= 32 * eps * beside:
        return 0
    if abs(value - round(value)) <= 32 * eps * abs(value):
        return round(value)
    short = Fraction(value).limit_denominator(64)
    return float(short) if abs(float(short) - value) <= 32 * eps * abs(value) else value
