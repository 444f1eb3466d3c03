"""What tells conventions apart: how each behaves on small inputs, and the smallest on which they differ."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import Arithmetic
from tapwise.probing.numbers import predicted, same
from tapwise.probing.prediction import Reading
from tapwise.probing.usual import computed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapwise.convention import AxisConvention, Convention
    from tapwise.probing.subject import Array

#: Samples and taps, the fewest first.
_SIZES = sorted(((n, k) for n in (2, 3, 4, 5, 6, 7, 8) for k in (1, 2, 3, 4, 5) if k <= n or n == 3), key=sum)
_MANY = 6


@dataclass(frozen=True, slots=True)
class Separator:
    """An input on which the first two explanations that differ give different answers.

    Attributes
    ----------
    x, h : nested lists
    first, second : nested lists
        What the two explanations make of it.
    """

    x: Any
    h: Any
    first: Any
    second: Any


@lru_cache(maxsize=1 << 12)
def behaviour(axis: AxisConvention, direction: str = "forward", operands: str = "as-given") -> object:
    """Return what a convention of one axis reads, for some small lengths; equal where two cannot be told apart."""
    return tuple(_reads(axis, direction, operands, n, k) for n, k in _SIZES)


def _reads(axis: AxisConvention, direction: str, operands: str, n: int, k: int) -> object:
    if operands == "exchanged":
        reads = Reading(axis, direction=direction).table(k, n)
        reads = None if reads is None else reads.transpose(0, 2, 1)
    else:
        reads = Reading(axis, operands, direction).table(n, k)
    return None if reads is None else (reads.shape, reads.tobytes())


def separator(conventions: Sequence[Convention], ndim: int) -> Separator | None:
    """Return the smallest input on which the first convention differs from the others, or else from most of them.

    Only the first of many are looked at.
    """
    if len(conventions) < 2:
        return None
    best: tuple[int, Separator] | None = None
    for x, h in _inputs(ndim):
        first, *others = (predicted(x, h, convention) for convention in conventions[:_MANY])
        if first is None:
            continue
        differing = [y for y in others if y is not None and not same(y, first)]
        if differing and (best is None or len(differing) > best[0]):
            best = len(differing), Separator(x.tolist(), h.tolist(), first.tolist(), differing[0].tolist())
        if best and best[0] == len(others):
            break
    return best[1] if best else None


def _inputs(ndim: int) -> Iterator[tuple[Array, Array]]:
    """Yield whole numbers without any symmetry, along one axis first."""
    for n, k in _SIZES:
        shapes = [(tuple(n if a == b else 1 for a in range(ndim)), tuple(k if a == b else 1 for a in range(ndim)))
                  for b in range(ndim)]  # fmt: skip
        for x, h in dict.fromkeys([*shapes, ((n,) * ndim, (k,) * ndim)]):
            i, t = np.arange(np.prod(x)), np.arange(np.prod(h))
            yield ((3 * i * i + 5 * i + 2) % 17 + i).reshape(x), ((t * t + 1) % 7 + 2 * t).reshape(h)


def differences(conventions: Sequence[Convention]) -> tuple[str, ...]:
    """Return in which of their fields conventions differ, and how; what becomes of the sums is left out."""
    plain = [convention.to_dict() | {"operator": _operator(convention)} for convention in conventions]
    arithmetic = {each.name for each in fields(Arithmetic)}
    told = []
    for name in plain[0]:
        if name in arithmetic:
            continue
        values = list(dict.fromkeys(_text(words[name]) for words in plain))
        if len(values) > 1:
            told.append(f"{name}: {' or '.join(values[:4])}{' or others' if len(values) > 4 else ''}")
    return tuple(told)


def _operator(convention: Convention) -> Any:
    """Return what is computed along the axes; one word where it is the same."""
    words = computed(convention)
    return words[0] if len(set(words)) == 1 else words


def _text(value: Any) -> str:
    return f"({', '.join(map(str, value))})" if isinstance(value, list) else str(value)
