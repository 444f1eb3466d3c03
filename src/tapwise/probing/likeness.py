"""What may have become of the sums of products in data: nothing, a conjugate, a gain, or integers that did not fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tapwise.convention import Arithmetic
from tapwise.probing.numbers import predicted, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tapwise.convention import Convention
    from tapwise.probing.subject import Array

#: How far real numbers may be apart, in units of eps·log2(size)·‖x‖·‖h‖: room for a Fourier transform.
ROOM = 16.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """One account of the arithmetic.

    Attributes
    ----------
    x, h, y : array
        Signal, kernel and answer as numbers to search with.
    near : callable
        Of sums of products and answers: whether the one may have become the other.
    arithmetics : tuple of Arithmetic
        Those that it may have been, the most usual first.
    """

    x: Array
    h: Array
    y: Array
    near: Callable[[Array, Array], Array]
    arithmetics: tuple[Arithmetic, ...]


def likenesses(x: Array, h: Array, y: Array) -> Iterator[Likeness]:
    """Yield the accounts that these dtypes allow, the plainest first."""
    plain = Arithmetic()
    wide = np.complex128 if "c" in x.dtype.kind + h.dtype.kind + y.dtype.kind else np.float64
    signal, kernel, answer = (a.astype(wide) for a in (x, h, y))
    room = bound(x, h, y) * _size(signal, kernel)

    def close(sums: Array, found: Array) -> Array:
        return np.asarray(np.abs(sums - found) <= room)

    yield Likeness(signal, kernel, answer, close, (plain,))
    if h.dtype.kind == "c":
        yield Likeness(signal, kernel.conj(), answer, close, (replace(plain, conjugate="kernel"),))
    if x.dtype.kind == "c":
        yield Likeness(signal.conj(), kernel, answer, close, (replace(plain, conjugate="signal"),))
    if y.dtype.kind in "iu":
        yield from _integers(x, h, y, signal, kernel)
        return
    total = kernel.sum()
    if total not in (0, 1):
        yield Likeness(signal, kernel / total, answer, close, (replace(plain, normalize="sum"),))
    for gain in _gains(signal, kernel, answer):
        yield Likeness(signal, kernel * gain, answer, close, (replace(plain, gain=gain),))


def _integers(x: Array, h: Array, y: Array, signal: Array, kernel: Array) -> Iterator[Likeness]:
    limits, bits = np.iinfo(y.dtype), 8 * y.dtype.itemsize
    plain = Arithmetic(result=y.dtype.name)
    room = bound(x, h, y) * _size(signal, kernel)
    if x.dtype.kind in "iub" and h.dtype.kind in "iub":
        a, b, c = (each.astype(np.int64) for each in (x, h, y))

        def wrapped(sums: Array, found: Array) -> Array:
            return np.asarray((sums - found) << (64 - bits) == 0)

        with np.errstate(over="ignore"):
            yield Likeness(a, b, c, wrapped, (replace(plain, overflow="wrap"),))

    def stored(sums: Array, found: Array) -> Array:
        cut = np.abs(np.clip(sums.real, limits.min, limits.max) - found)
        apart = np.mod(sums.real - found, 2.0**bits)  # of what wrapped
        return np.asarray((cut <= 1 + room) | (apart <= 1 + room) | (apart >= 2.0**bits - 1 - room))

    exact = set(x.dtype.kind + h.dtype.kind) <= set("iub")
    if exact and y.dtype.itemsize == 8:
        return  # as wide as sums of integers are
    words = ("nearest-even", "truncate", "floor", "nearest-away")
    ways = [replace(plain, overflow=over, rounding=word) for over in ("saturate", "wrap") for word in words]
    yield Likeness(signal, kernel, y.astype(np.float64), stored, tuple(ways))
    total = kernel.sum()
    if total not in (0, 1):
        normalized = tuple(replace(way, normalize="sum") for way in ways)
        yield Likeness(signal, kernel / total, y.astype(np.float64), stored, normalized)


def _gains(x: Array, h: Array, y: Array) -> list[float]:
    """Return gains that are usual, and the one by which a result of size `full` would have been multiplied."""
    full = x.sum() * h.sum()
    gains = [-1.0, 0.5, 2.0, 1 / x.size, 1 / h.size]
    if full and np.isreal(ratio := y.sum() / full):
        gains.insert(0, float(ratio.real))
    return [gain for gain in dict.fromkeys(gains) if gain not in (0.0, 1.0) and np.isfinite(gain)]


def apart(x: Array, h: Array, y: Array, convention: Convention) -> float | None:
    """Return |y - apply(x, h)| / (‖x‖·‖h‖), None if that is more than rounding explains."""
    meant = predicted(x, h, convention)
    if meant is None or meant.shape != y.shape:
        return None
    if same(meant, y):
        return 0.0
    if not set(meant.dtype.kind + y.dtype.kind) & set("fc"):
        return None
    size = _size(x, h)
    with np.errstate(all="ignore"):
        gap = float(np.abs(y.astype(np.complex128) - meant.astype(np.complex128)).max()) / size if size else np.inf
    return gap if gap <= bound(x, h, y, meant) else None


def bound(x: Array, h: Array, *answers: Array) -> float:
    """Return how far from the sum of products, in units of ‖x‖·‖h‖, rounding may bring an answer."""
    kinds = [a.dtype for a in (*answers, x, h) if a.dtype.kind in "fc"]
    eps = max([float(np.finfo(kind).eps) for kind in kinds], default=float(np.finfo(float).eps))
    return float(ROOM * eps * np.log2(x.size + h.size + 2))


def _size(x: Array, h: Array) -> float:
    wide = [a.astype(np.complex128).ravel() for a in (x, h)]
    return float(np.linalg.norm(wide[0]) * np.linalg.norm(wide[1]))
