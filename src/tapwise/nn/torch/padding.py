"""The padding of a layer: PyTorch's words, or a pair (below, above) for each axis."""

from __future__ import annotations

from typing import Any

from tapwise.convention.words import whole
from tapwise.errors import ArgumentError, ArgumentTypeError

Pairs = tuple[tuple[int, int], ...]


def read(padding: Any, ndim: int) -> tuple[Any, Pairs | None]:
    """Return the padding as PyTorch takes it, and the pairs where the two sides of an axis differ."""
    if isinstance(padding, str) or not isinstance(padding, (tuple, list)):
        return padding, None
    if not any(isinstance(item, (tuple, list)) for item in padding):
        return tuple(padding), None
    if len(padding) != ndim:
        rule = f"has {len(padding)} entries for {ndim} axes"
        raise ArgumentError("padding", padding, rule, "write one pair (below, above) for each axis")
    pairs = tuple(_pair(padding, item) for item in padding)
    if all(below == above for below, above in pairs):
        return tuple(below for below, _ in pairs), None
    return 0, pairs


def _pair(padding: Any, item: Any) -> tuple[int, int]:
    sides = item if isinstance(item, (tuple, list)) else (item, item)
    if len(sides) != 2:
        raise ArgumentTypeError("padding", padding, "holds an entry that is not a pair", "write (below, above)")
    below, above = (whole("padding", side, least=0) for side in sides)
    return below, above


def outwards(pairs: Pairs) -> list[int]:
    """Return the pairs as `torch.nn.functional.pad` takes them: the last axis first."""
    return [side for pair in reversed(pairs) for side in pair]
