"""The relation u·i = s·o + c + d·t, found in a measurement before any size rule or boundary is named."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import Boundary
from tapwise.probing.prediction import resolve

if TYPE_CHECKING:
    from tapwise.geometry import AxisPlan
    from tapwise.probing.measuring import Case

Array = np.ndarray[Any, np.dtype[Any]]
Steps = tuple[int, int, int]

RULES = [Boundary(rule) for rule in ("zero", "edge", "symmetric", "reflect101", "wrap")]
_LARGEST = 6


def all_steps() -> list[Steps]:
    """Return (u, s, d) with small whole numbers and every sign, the plainest first."""
    sizes = sorted(itertools.product(range(1, _LARGEST), repeat=3), key=lambda usd: (sum(usd), usd))
    return [(u, s * a, d * b) for u, s, d in sizes for a in (1, -1) for b in (1, -1)]


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
    rows = ~case.kept
    moved = s * np.arange(case.m)[:, None] + d * np.arange(case.k)[None, :]
    if not o.size:
        return None
    near, counts = np.unique(u * read[o, t] - moved[o, t], return_counts=True)
    found = []
    for c in near[np.argsort(-counts, kind="stable")][:4].tolist():
        positions, between = np.divmod(moved + c, u)
        met = between == 0
        inside = met & (positions >= 0) & (positions < case.n)
        if not (np.where(inside, positions, read) == read)[rows].all() or (read[~met] >= 0).any():
            continue
        if all(
            any(_agrees(read, positions, side & rows[:, None], case.n, rule) for rule in RULES)
            for side in (met & (positions < 0), met & (positions >= case.n))
        ):
            found.append(int(c))
    return found


def boundaries(case: Case, plan: AxisPlan) -> tuple[list[Boundary], list[Boundary]] | None:
    """Return the rules of the two sides that agree with a measurement, for a plan whose inside does; None if none."""
    read = samples(case)
    if read is None:
        return None
    o, t = np.arange(plan.m)[:, None], np.arange(plan.k)[None, :]
    positions, between = np.divmod(plan.s * o + plan.c + plan.d * t, plan.u)
    met, rows = between == 0, ~case.kept[:, None]
    inside = met & (positions >= 0) & (positions < case.n) & rows
    if not (positions[inside] == read[inside]).all() or (read[~met & rows] >= 0).any():
        return None
    sides = (met & (positions < 0), met & (positions >= case.n))
    constants = _constants(case, sides)
    found = []
    for side, value in zip(sides, constants, strict=True):
        if value:
            agrees = _agrees(read, positions, side & rows, case.n, RULES[0])
            rules = [Boundary("constant", value)] if agrees else []
        else:
            rules = [rule for rule in RULES if _agrees(read, positions, side & rows, case.n, rule)]
        found.append(rules)
    return (found[0], found[1]) if all(found) else None


def _agrees(read: Array, positions: Array, where: Array, n: int, rule: Boundary) -> bool:
    if not where.any():
        return True
    if not n:
        return rule.rule == "zero"
    return bool((resolve(positions[where], n, rule, rule) == read[where]).all())


def _constants(case: Case, sides: tuple[Array, Array]) -> list[float | None]:
    """Return the constant that each side reads: 0 for none, None if that side is never read."""
    if not case.still:  # an exchanged case: a constant would be read through samples, and was not measured
        return [None, None]
    weights, answers = [], []
    for code, still in case.still:
        taps = code.of_taps(case.k)
        weights.append(np.stack([side @ taps for side in sides], axis=1))
        answers.append(still)
    weight, answer = np.concatenate(weights).astype(float), np.concatenate(answers)
    weight[np.concatenate([case.kept] * len(case.still))] = 0
    if not weight.any():
        return [None, None]
    read = weight.any(axis=0)
    if np.linalg.matrix_rank(weight) < read.sum():  # both sides are read together: take them for equal
        weight = weight.sum(axis=1, keepdims=True) * read
        best = np.repeat(np.linalg.lstsq(weight[:, :1], answer, rcond=None)[0], 2)
    else:
        best = np.linalg.lstsq(weight, answer, rcond=None)[0]
    values: list[float | None] = []
    for number, value in enumerate(best.tolist()):
        if not weight[:, number].any():
            values.append(None)
        else:
            values.append(_plain(value))
    return values


def _plain(value: float) -> float:
    if abs(value) < 1e-5:
        return 0
    near = round(value)
    if abs(value - near) < 1e-5 * max(1, abs(value)):
        return near
    eighth = round(value * 840) / 840  # halves, thirds, fifths, sevenths, eighths
    return eighth if abs(value - eighth) < 1e-5 * abs(value) else value
