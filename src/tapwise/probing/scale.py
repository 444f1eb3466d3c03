"""Gain, offset and the kernel's normalisation: what one sample through one tap becomes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from tapwise.probing.refusal import Counterexample, NotAnOperator
from tapwise.probing.subject import Refused

if TYPE_CHECKING:
    from tapwise.probing.reception import Reception
    from tapwise.probing.subject import Array, Subject


@dataclass(frozen=True, slots=True)
class Scale:
    """How sums of products become answers: gain·Σ h x + offset, with h divided by its sum where it is normalised.

    Attributes
    ----------
    gain, offset : int or float
        Of the answer.
    normalized : bool
        Whether the kernel is divided by its sum.
    borders : {"computed", "untouched"}
        Whether outputs whose window leaves the signal keep the signal's value.
    result : str
        The dtype of the answers.
    zeros : bool
        Whether a kernel of zeros is taken and gives finite answers.
    """

    gain: float
    offset: float
    normalized: bool
    borders: str
    result: str
    zeros: bool

    def unit(self, taps: Array) -> Fraction:
        """Return what a product of 1 adds to the answer."""
        unit = Fraction(self.gain) if isinstance(self.gain, int) else Fraction(self.gain).limit_denominator(10**6)
        return unit / int(taps.sum()) if self.normalized else unit


def measure_scale(subject: Subject, reception: Reception) -> Scale:
    """Return the scale, from one sample through a kernel of one tap.

    Raises
    ------
    NotAnOperator
        If no answer depends on the signal.
    """
    x, h = reception.shapes.of(0, *reception.first)
    ones: Array = np.ones(x, reception.signal)
    signal, taps = np.zeros_like(ones), np.zeros(h, reception.kernel)
    # One sample, as long as it stands, along the first axis; a stride or a spread may leave out some pairs.
    places = sorted(range(x[0]), key=lambda i: abs(2 * i - x[0] + 1))
    middle = int(np.ravel_multi_index([(k - 1) // 2 for k in h], h))
    for tap, i in itertools.product(sorted(range(taps.size), key=lambda t: abs(t - middle)), places):
        signal[...], taps[...] = 0, 0
        signal[i], taps.reshape(-1)[tap] = 1, 1
        low, high = (_float(subject.ask(signal * v, taps)) for v in (0, 32))
        if low.shape == high.shape and (rise := np.abs(high - low)).max(initial=0) > 0:
            break
    else:
        raise NotAnOperator(
            "linear in x", "its answer does not depend on x", "",
            Counterexample(((ones.tolist(), taps.tolist()),), (subject.ask(ones, taps).tolist(),)),
        )  # fmt: skip
    zeros, mask = untouched(subject, ones * 32, taps)
    inner = np.where(mask, 0, rise)
    place = np.unravel_index(int(inner.argmax()), inner.shape)
    result = subject.ask(signal, taps).dtype
    gain, offset = _line(subject, signal, taps, place, result.kind in "iu")
    try:
        doubled = float((_float(subject.ask(signal * 32, taps * 2)) - _float(subject.ask(signal * 0, taps * 2)))[place])
    except Refused:
        doubled = 64 * gain
    if not gain or not np.isfinite(gain) or not np.isfinite(offset):
        raise NotAnOperator("linear in x", "its answer to one sample is no multiple of it")
    normalized = abs(doubled - 32 * gain) < 0.25 * abs(32 * gain)
    return Scale(gain, offset, normalized, "untouched" if mask.any() else "computed", result.name, zeros)


def untouched(subject: Subject, x: Array, taps: Array) -> tuple[bool, Array]:
    """Return whether a kernel of zeros is taken, and which outputs keep the signal's value whatever the kernel is."""
    try:
        moved, still = _float(subject.ask(x, taps * 0)), _float(subject.ask(x * 0, taps * 0))
        if np.isfinite(moved).all():
            return True, moved != still
    except Refused:
        pass
    # No kernel of zeros: outputs that show the signal through each of two taps, one at a time.
    ramp = (np.arange(x.size) % 97 + 1).reshape(x.shape).astype(x.dtype)
    mask: Array = np.ones(x.shape, bool)
    for tap in (0, taps.size - 1):
        one = np.zeros_like(taps)
        one.reshape(-1)[tap] = 1
        y = _float(subject.ask(ramp, one))
        if y.shape != x.shape or taps.size == 1:
            return False, np.zeros(y.shape, bool)
        mask = mask & (y == _float(ramp))
    return False, mask


def _line(subject: Subject, signal: Array, taps: Array, place: tuple[np.intp, ...], whole: bool) -> tuple[float, float]:
    """Return the gain and the offset of y = gain·v + offset at one output, for signals of size v."""

    def at(v: int) -> float:
        return float(_float(subject.ask(signal * v, taps))[place])

    offset, gain = at(0), (at(32) - at(0)) / 32
    if whole and gain:
        # Whole answers are rounded, and may be cut off at both ends: take the widest range that is still a line.
        span = 32
        while span < 96 and abs(at(span + 32) - offset - gain * (span + 32)) <= 2:
            span += 32
        gain = (at(span) - offset) / span
        gain = float(Fraction(gain).limit_denominator(max(span // 4, 1)))
        if offset == 0 and abs(at(8) - gain * 8) > 1:  # an offset below 0 was cut off
            offset = float(round(at(span) - gain * span))
    return simplest(gain), simplest(offset)


def simplest(value: float) -> float:
    """Return a whole number as an int, and a float next to a short decimal or fraction as that."""
    if abs(value - round(value)) <= 1e-6 * max(1.0, abs(value)):
        return round(value)
    short = Fraction(value).limit_denominator(1000)
    return float(short) if abs(float(short) - value) <= 1e-6 * abs(value) else value


def _float(y: Array) -> Array:
    if y.dtype.kind == "c":
        return np.asarray(y.real, dtype=np.float64)
    return y.astype(np.float64)
