"""Cutting the outputs into blocks."""

from __future__ import annotations

import itertools
from math import prod
from typing import TYPE_CHECKING

from tapwise.engines.case import Block

if TYPE_CHECKING:
    from collections.abc import Iterator


def blocks(shape: tuple[int, ...], batch: int, largest: tuple[int, ...]) -> Iterator[Block]:
    """Yield blocks that cover `shape`, whose first `batch` axes are batch, none longer along an axis than `largest`."""
    cuts = [[(a, min(a + step, n)) for a in range(0, n, step)] for n, step in zip(shape, largest, strict=True)]
    for box in itertools.product(*cuts):
        yield Block(tuple(slice(*bounds) for bounds in box[:batch]), box[batch:])


def count(shape: tuple[int, ...], largest: tuple[int, ...]) -> int:
    """Return how many blocks that makes."""
    return prod([-(-n // step) for n, step in zip(shape, largest, strict=True)])


def trailing(shape: tuple[int, ...], limit: int) -> tuple[int, ...]:
    """Return a block of at most about `limit` elements that is whole along as many of the last axes as it can be."""
    largest = []
    for n in reversed(shape):
        step = max(min(n, limit), 1)
        largest.append(step)
        limit = max(limit // step, 1)
    return tuple(reversed(largest))
