"""Inputs whose answers name their taps: samples and taps coded as powers of two.

Tap t is 2^t and sample i is 2^(i·T), with T taps coded at a time, so that the product of tap t and sample i is the
binary digit i·T + t of the answer: its digits list the (tap, sample) pairs that it has read. As many samples are coded
in one call as the dtypes hold digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Digits of one answer that are used, so that the rounding of a Fourier transform stays below half of the last.
DIGITS = {
    "float64": 36, "float32": 17, "float16": 9, "complex128": 36, "complex64": 17, "object": 36,
    "longdouble": 36, "clongdouble": 36,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Code:
    """Which samples and which taps one call codes.

    Examples
    --------
    >>> code = Code(samples=(2, 3), taps=(0, 1, 2))
    >>> code.of_samples(5).tolist(), code.of_taps(3).tolist()
    ([0, 0, 1, 8, 0], [1, 2, 4])
    >>> code.pairs(0b100010)
    [(1, 2), (2, 3)]
    """

    samples: tuple[int, ...]
    taps: tuple[int, ...]

    def of_samples(self, n: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the coded samples of a signal of `n`."""
        x = np.zeros(n, np.int64)
        for place, i in enumerate(self.samples):
            x[i] = 1 << (place * len(self.taps))
        return x

    def of_taps(self, k: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the coded taps of a kernel of `k`."""
        h = np.zeros(k, np.int64)
        for place, t in enumerate(self.taps):
            h[t] = 1 << place
        return h

    def pairs(self, answer: int) -> list[tuple[int, int]]:
        """Return the (tap, sample) pairs that an answer names."""
        found = []
        for place, i in enumerate(self.samples):
            for low, t in enumerate(self.taps):
                if answer >> (place * len(self.taps) + low) & 1:
                    found.append((t, i))
        return found

    @property
    def digits(self) -> int:
        """The number of binary digits that an answer can have."""
        return len(self.samples) * len(self.taps)


def codes(
    n: int, k: int, *, answer: int, signal: int, kernel: int, normalized: bool = False, most: int | None = None
) -> Iterator[Code]:
    """Yield codes for all pairs of `n` samples and `k` taps, in as few calls as the digits allow.

    `answer`, `signal` and `kernel` are the digits there are for each; `most` is how many taps may be coded at once. For
    a normalised kernel the signal is multiplied by the kernel's sum, which takes as many digits as there are taps.
    """
    taps = max(min(most or k, k, answer, kernel, signal if normalized else k), 1)
    given = signal - (taps if normalized else 1)
    samples = max(min(answer // taps, given // taps + 1), 1)
    for t in range(0, k, taps):
        coded = tuple(range(t, min(t + taps, k)))
        for i in range(0, n, samples):
            yield Code(tuple(range(i, min(i + samples, n))), coded)


def digits(dtype: str) -> int:
    """Return how many binary digits of a whole number a dtype holds, and are used here."""
    if dtype in DIGITS:
        return DIGITS[dtype]
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return 1
    if kind.kind in "iu":
        return min(kind.itemsize * 8 - (kind.kind == "i"), 36)
    return 17


def name_of(dtype: np.dtype[Any]) -> str:
    """Return a dtype's name as conventions have it; NumPy's own name of its longest floats depends on the machine."""
    return {"g": "longdouble", "G": "clongdouble"}.get(dtype.char, dtype.name)
