"""Whole numbers in pieces: so few binary digits at a time that a transform's error stays below one half."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import log2, sqrt
from typing import TYPE_CHECKING

import numpy as np

from tapwise.engines.sizes import sizes

if TYPE_CHECKING:
    from tapwise.engines.case import Array, Case


@dataclass(frozen=True, slots=True)
class Digits:
    """Which binary digits of the samples meet which piece of the kernel, and where their sums are added.

    `count` digits above the first `shift`, and all that are higher if `top`, after adding `bias`; all of them where
    `count` is 0. The sums are multiplied by two to the power of `add`, or stored as they are if it is -1.
    """

    count: int = 0
    shift: int = 0
    top: bool = False
    bias: int = 0
    add: int = -1
    kernel: int = 0


WHOLE = Digits()


@dataclass(frozen=True, slots=True)
class Limbs:
    """Into how many pieces, of how many binary digits, the samples and the taps are parted."""

    samples: int
    sample_digits: int
    taps: int
    tap_digits: int

    def kernel(self, taps: Array) -> list[Array]:
        """Return the pieces of the kernel, as floats: balanced around 0, but for the highest."""
        if self.taps == 1:
            return [taps]
        whole = taps.astype(np.int64) if taps.dtype != np.uint64 else taps.view(np.int64)
        whole = whole + np.int64(_wrapped(_bias(self.taps, self.tap_digits)))
        mask, middle = (1 << self.tap_digits) - 1, 1 << (self.tap_digits - 1)
        low = [((whole >> (self.tap_digits * k)) & mask) - middle for k in range(self.taps - 1)]
        return [*low, whole >> (self.tap_digits * (self.taps - 1))]

    def pairs(self) -> list[Digits]:
        """Return what meets; what would be added above 64 digits is left out."""
        if self.samples == self.taps == 1:
            return [WHOLE]
        made = []
        for k in range(self.taps):
            for i in range(self.samples):
                add = k * self.tap_digits + i * self.sample_digits
                if add < 64 and self.samples == 1:
                    made.append(Digits(add=add, kernel=k))
                elif add < 64:
                    bias = _wrapped(_bias(self.samples, self.sample_digits))
                    top = i == self.samples - 1
                    made.append(Digits(self.sample_digits, i * self.sample_digits, top, bias, add, k))
        return made


def limbs(case: Case, elements: int, c: float) -> Limbs:
    """Return the fewest pieces whose bound is below one half for any samples of the case.

    The bound is c · eps · log2(n) · ‖x‖ · ‖h‖ for a tile of n elements.
    """
    heights = np.abs(case.kernel.astype(float))
    largest, total = int(heights.max()), float(heights.sum())
    constants = [int(abs(complex(side.value))) for axis in case.plan.axes for side in (axis.below, axis.above)]
    sample = min(1 << (8 * case.signal.itemsize), int(min(case.bound, 1 << 512) / max(total, 1.0) * (1 + 1e-9)) + 1)
    x_digits = min(max(sample, *constants).bit_length() + 1, 64)
    h_digits = min(largest.bit_length() + 1, 64)
    limit = 0.4999 / (c * log2(elements) * float(np.finfo(float).eps))

    def fits(parted: Limbs) -> bool:
        x_norm = sqrt(2 * elements) * 2.0 ** (parted.sample_digits - (parted.samples == 1))
        taps = sqrt(case.kernel.size) * 2.0 ** (parted.tap_digits - 1)
        return x_norm * (sizes(case.kernel, case.kernel.ndim)[1] if parted.taps == 1 else taps) < limit

    choices = [
        Limbs(a, -(-x_digits // a), b, -(-h_digits // b)) for a, b in itertools.product(range(1, 7), range(1, 7))
    ]
    return min((c for c in choices if fits(c)), key=lambda c: len(c.pairs()), default=choices[-1])


def _bias(pieces: int, digits: int) -> int:
    return sum(1 << (digits * k + digits - 1) for k in range(pieces - 1))


def _wrapped(value: int) -> int:
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)
