"""The relation u·i = s·o + c + d·t, found in a measurement before any size rule or boundary is named."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import Boundary
from tapwise.probing.prediction import places, resolve
from tapwise.probing.scale import simplest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.convention.words import Number
    from tapwise.geometry import AxisPlan
    from tapwise.probing.measuring import Case

Array = np.ndarray[Any, np.dtype[Any]]
Steps = tuple[int, int, int]

RULES = [Boundary(rule) for rule in ("zero", "edge", "symmetric", "reflect101", "wrap")]
_LARGEST = 6
#: Which part of all reads must lie on the relation; the others are a boundary's.
_INSIDE = 0.2


@lru_cache(maxsize=1)
def all_steps() -> Array:
    """Return (u, s, d) with small whole numbers and every sign, a row each, the plainest first."""
    sizes = sorted(itertools.product(range(1, _LARGEST), repeat=3), key=lambda usd: (sum(usd), usd))
    return np.array([(u, s * a, d * b) for u, s, d in sizes for a in (1, -1) for b in (1, -1)])


def likely_steps(cases: list[Case], reads: list[Array]) -> Iterator[list[Steps]]:
    """Yield groups of steps, alike but for signs, that put enough of the reads on one relation, the plainest first."""
    _, read = max(zip(cases, reads, strict=True), key=lambda pair: (pair[0].n > pair[0].k, (pair[1] >= 0).sum()))
    o, t = np.nonzero(read >= 0)
    steps = all_steps()
    if o.size:
        offsets = np.sort(steps @ np.stack([read[o, t], -o, -t]), axis=1)
        need = max(int(_INSIDE * o.size), 1)
        same = offsets[:, need - 1 :] == offsets[:, : offsets.shape[1] - need + 1]
        steps = steps[same.any(axis=1)]
    for _, group in itertools.groupby(steps.tolist(), key=lambda usd: tuple(map(abs, usd))):
        yield [(u, s, d) for u, s, d in group]


def samples(case: Case) -> Array | None:
    """Return the sample that output o reads through tap t, -1 for none; None if it reads several."""
    count = case.reads.sum(axis=2)
    if count.max(initial=0) > 1:
        return None
    found: Array = np.where(count > 0, case.reads.argmax(axis=2) if case.n else 0, -1)
    return found


def offsets(case: Case, read: Array, steps: Steps) -> list[int] | None:
    """Return every c with which (u, s, d) explains all reads inside the signal, and some boundary the others.

    None stands for a case in which nothing was read, and anything fits.
    """
    u, s, d = steps
    o, t = np.nonzero(read >= 0)
    moved = s * np.arange(case.m)[:, None] + d * np.arange(case.k)[None, :]
    if not o.size:
        return None
    near, counts = np.unique(u * read[o, t] - moved[o, t], return_counts=True)
    found = []
    for c in near[np.argsort(-counts, kind="stable")][:4].tolist():
        positions, between = np.divmod(moved + c, u)
        if _sides(case, read, positions, between == 0) is not None:
            found.append(int(c))
    return found


def boundaries(case: Case, read: Array, plan: AxisPlan) -> tuple[list[Boundary], list[Boundary]] | None:
    """Return the rules of the two sides that agree with a measurement, for a plan whose inside does; None if none."""
    positions, met = places(plan)
    sides = _sides(case, read, positions, met)
    if sides is None:
        return None
    found = []
    for (where, rules), value in zip(sides, constants(case, [where for where, _ in sides]), strict=True):
        if value and where.any():
            found.append([Boundary("constant", value)] if rules[0] == RULES[0] else [])
        else:
            found.append(rules)
    return (found[0], found[1]) if all(found) else None


def _sides(case: Case, read: Array, positions: Array, met: Array) -> list[tuple[Array, list[Boundary]]] | None:
    """Return for each side what lies beyond it, and the rules that agree with it; None if the inside does not."""
    rows = case.rows[:, None]
    inside = met & (positions >= 0) & (positions < case.n)
    if (np.where(inside, positions, read) != read)[case.rows].any() or ((read >= 0) & ~met & rows).any():
        return None
    found = []
    for side in (met & (positions < 0), met & (positions >= case.n)):
        where = side & rows
        rules = RULES if not where.any() else [rule for rule in RULES if _agrees(read, positions, where, case.n, rule)]
        if not rules:
            return None
        found.append((side, rules))
    return found


def _agrees(read: Array, positions: Array, where: Array, n: int, rule: Boundary) -> bool:
    if not n:
        return rule.rule == "zero"
    return bool((resolve(positions[where], n, rule, rule) == read[where]).all())


def constants(case: Case, sides: list[Array]) -> list[Number | None]:
    """Return the constant that each side reads: 0 for none, None if that side is never read."""
    if not case.still or all((np.abs(still) < 0.3).all() for _, still in case.still):
        return [0, 0]
    weights = [np.stack([side @ code.of_taps(case.k) for side in sides], axis=1) for code, _ in case.still]
    weight, answer = np.concatenate(weights), np.concatenate([still for _, still in case.still])
    weight = np.where(np.concatenate([case.rows] * len(case.still))[:, None], weight, 0)
    read = np.asarray(weight.any(axis=0))
    if not read.any():
        return [None, None]
    if np.linalg.matrix_rank(weight) < read.sum():  # both sides are read together: take them for equal
        weight = weight.sum(axis=1, keepdims=True) * read
        best = np.repeat(np.linalg.lstsq(weight[:, :1].astype(answer.dtype), answer, rcond=None)[0], 2)
    else:
        best = np.linalg.lstsq(weight.astype(answer.dtype), answer, rcond=None)[0]
    values: list[Number | None] = []
    for number, value in enumerate(best.tolist()):
        values.append(_plain(value) if read[number] else None)
    return values


def _plain(value: complex) -> Number:
    """Return the short number that a fitted constant stands for."""
    return 0 if abs(value) < 1e-5 else simplest(value, 1e-7)
