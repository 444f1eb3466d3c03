"""What a convention would read: its plan for one pair of lengths, as the table that a measurement fills."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import AxisConvention, Boundary, Convention
from tapwise.errors import ArgumentError
from tapwise.geometry import AxisPlan, operator_plan, source

if TYPE_CHECKING:
    from tapwise.probing.measuring import Case

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One axis of a convention, with what is said once for all axes.

    Attributes
    ----------
    axis : AxisConvention
    operands, direction : str
        As in `Convention`.
    """

    axis: AxisConvention
    operands: str = "as-given"
    direction: str = "forward"

    def plan(self, n: int, k: int) -> AxisPlan | None:
        """Return the plan for `n` samples and `k` taps, None where the convention refuses them."""
        return _plan(self, k, n) if self.operands == "exchanged" else _plan(self, n, k)

    def explains(self, case: Case) -> bool:
        """Return whether this reads exactly what was measured."""
        meant = case.exchanged() if self.operands == "exchanged" else case
        plan = self.plan(case.n, case.k)
        if plan is None:
            return not case.m  # where no window fits, some raise and some return nothing
        if plan.m != case.m:
            return False
        positions, met = places(plan)
        below, above = met & (positions < 0), met & (positions >= plan.n)
        rows = ~case.kept
        if case.kept.any() and not np.array_equal((below | above).any(axis=1), case.kept):
            return False
        if not np.array_equal(table(plan)[rows], meant.reads[rows]):
            return False
        if self.operands == "exchanged":
            return True
        constants = np.where(below, _constant(plan.below), 0) + np.where(above, _constant(plan.above), 0)
        return all(
            np.allclose((constants @ code.of_taps(case.k))[rows], still[rows], rtol=1e-6, atol=0.3)
            for code, still in case.still
        )


@lru_cache(maxsize=1 << 14)
def _plan(reading: Reading, n: int, k: int) -> AxisPlan | None:
    try:
        plan, _ = operator_plan(_convention(reading), (n,), (k,))
    except ArgumentError:
        return None
    return None if plan.folds[0] is not None else plan.axes[0]


@lru_cache(maxsize=1 << 10)
def _convention(reading: Reading) -> Convention:
    return Convention((reading.axis,), reading.direction, reading.operands)


def places(plan: AxisPlan) -> tuple[Array, Array]:
    """Return the input position of every (output, tap), and whether there is one there, not a gap."""
    o, t = np.arange(plan.m)[:, None], np.arange(plan.k)[None, :]
    positions, between = np.divmod(plan.s * o + plan.c + plan.d * t, plan.u)
    return positions, between == 0


@lru_cache(maxsize=4096)
def table(plan: AxisPlan) -> Array:
    """Return whether output o reads sample i through tap t, as an array of outputs × taps × samples."""
    positions, met = places(plan)
    reads: Array = np.zeros((plan.m, plan.k, plan.n), bool)
    if not positions.size or not plan.n:
        return reads
    sources = resolve(positions, plan.n, plan.below, plan.above)
    o, t = np.nonzero(met & (sources >= 0))
    reads[o, t, sources[o, t]] = True
    return reads


def resolve(positions: Array, n: int, below: Boundary, above: Boundary) -> Array:
    """Return the sample that stands at each position, -1 for none."""
    low, high = int(positions.min(initial=0)), int(positions.max(initial=0))
    found = [source(i, n, below if i < 0 else above) for i in range(low, high + 1)]
    known = np.array([-1 if i is None else i for i in found])
    result: Array = known[positions - low]
    return result


def _constant(side: Boundary) -> float:
    return float(side.value.real) if side.rule == "constant" else 0.0
