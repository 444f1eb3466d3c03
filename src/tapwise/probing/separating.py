"""Where two explanations differ: the smallest lengths on which they do not read the same."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tapwise.probing.prediction import places

if TYPE_CHECKING:
    from tapwise.geometry import AxisPlan
    from tapwise.probing.prediction import Reading

_ALL_LENGTHS = [(total - k, k) for total in range(2, 22) for k in range(1, min(total, 9))]


def askable(own: int | None) -> list[tuple[int, int]]:
    """Return the lengths that are looked at, the smallest first; those with `own` taps where there is no other number.

    Each is (samples, taps).
    """
    return _ALL_LENGTHS if own is None else [(n, own) for n in range(1, 21)]


def separating(
    one: Reading, other: Reading, own: int | None = None, *, untouched: bool = False
) -> tuple[int, int] | None:
    """Return the smallest (samples, taps) for which two readings read differently, None if there are none."""
    return next((pair for pair in askable(own) if not alike_on(one, other, *pair, untouched=untouched)), None)


def alike_on(one: Reading, other: Reading, n: int, k: int, *, untouched: bool = False) -> bool:
    """Return whether two readings read the same for `n` samples and `k` taps.

    Where borders are `untouched`, outputs whose window leaves the signal read nothing.
    """
    first, second = one.plan(n, k), other.plan(n, k)
    if first == second and one.direction == other.direction:
        return True
    if first is None or second is None:
        return first is second
    if untouched:
        return _inside(first) == _inside(second)
    if not np.array_equal(one.reads(first), other.reads(second)):
        return False
    return _constants(one, first) == _constants(other, second)


def _constants(reading: Reading, plan: AxisPlan) -> list[tuple[int, int, object]]:
    """Return every (output, tap, constant) that is read."""
    if reading.direction == "transposed":
        return []
    positions, met = places(plan)
    read = []
    for side, where in ((plan.below, positions < 0), (plan.above, positions >= plan.n)):
        if side.rule == "constant":
            read += [(int(o), int(t), side.value) for o, t in np.argwhere(met & where)]
    return sorted(read, key=str)


@lru_cache(maxsize=1 << 12)
def _inside(plan: AxisPlan) -> tuple[int, list[tuple[int, list[int]]]]:
    """Return how many outputs there are, and what those read whose windows lie inside the signal."""
    positions, _ = places(plan)
    inside = ((positions >= 0) & (positions < plan.n)).all(axis=1)
    return plan.m, [(int(o), positions[o].tolist()) for o in np.flatnonzero(inside)]
