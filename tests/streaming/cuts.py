"""Cutting a signal into blocks, and what a stream gives for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tapwise as tw

Array = np.ndarray[Any, np.dtype[Any]]


def cuttings(n: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Yield block lengths that add up to n: all at once, one by one, with empty blocks, at random."""
    yield [n]
    yield [1] * n or [0]
    yield [0, n, 0]
    for most in (3, 40):
        lengths: list[int] = []
        while sum(lengths) < n:
            lengths.append(min(int(rng.integers(0, most + 1)), n - sum(lengths)))
        yield lengths or [0]


def blocks(x: Array, lengths: list[int], place: int = 0) -> list[Array]:
    """Return the signal in blocks of these lengths along an axis."""
    return np.split(x, np.cumsum(lengths)[:-1], axis=place)


def streamed(s: tw.Stream, x: Array, lengths: list[int], place: int = 0) -> Array:
    """Return all outputs of a stream for a signal in blocks; each block is overwritten after it was given."""
    parts = []
    for block in blocks(x, lengths, place):
        lent = block.copy()
        parts.append(s.push(lent))
        lent.fill(77)
    return np.concatenate([*parts, s.finish()], axis=place)


def same_bits(a: Array, b: Array) -> bool:
    """Whether two arrays agree in dtype, shape and every bit."""
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
