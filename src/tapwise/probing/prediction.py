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
        As in `Convention`; exchanged operands are probed by exchanging them, see `exchange`.
    """

    axis: AxisConvention
    operands: str = "as-given"
    direction: str = "forward"

    def plan(self, n: int, k: int) -> AxisPlan | None:
        """Return the forward plan for `n` samples and `k` taps, None where the convention refuses them.

        Of a transposed operator it is the plan that is transposed: the `n` samples are its outputs.
        """
        return _plan(self, n, k)

    def meant(self, case: Case) -> Case:
        """Return the case that the plan is compared with."""
        return case.turned() if self.direction == "transposed" else case

    def table(self, n: int, k: int) -> Array | None:
        """Return whether output o reads sample i through tap t, as an array of outputs × taps × samples."""
        plan = self.plan(n, k)
        return None if plan is None else self.reads(plan)

    def reads(self, plan: AxisPlan) -> Array:
        """Return the same for its plan."""
        return table(plan).transpose(2, 1, 0) if self.direction == "transposed" else table(plan)

    def explains(self, case: Case) -> bool:
        """Return whether this reads exactly what was measured."""
        plan = self.plan(case.n, case.k)
        if plan is None:
            return not case.m  # where no window fits, some raise and some return nothing
        meant = self.meant(case)
        if (plan.m, plan.n) != (meant.m, meant.n) or case.unreadable.any():
            return False
        return bool(self.rows(case, plan).all())

    def rows(self, case: Case, plan: AxisPlan) -> Array:
        """Return for each output of a case, whose sizes are the plan's, whether this explains it."""
        agree: Array = (np.equal(self.reads(plan), case.reads).all(axis=(1, 2)) & ~case.unreadable) | case.ignored
        if self.direction == "transposed":
            for _, still in case.still:
                agree &= (np.abs(still) < 0.3) | case.ignored
            return agree
        positions, met = places(plan)
        below, above = met & (positions < 0), met & (positions >= plan.n)
        if case.kept.any():
            agree = np.where(case.kept | (below | above).any(axis=1), case.kept & (below | above).any(axis=1), agree)
        constants = np.where(below, _constant(plan.below), 0) + np.where(above, _constant(plan.above), 0)
        for code, still in case.still:
            there = constants @ code.of_taps(case.k)
            agree &= case.kept | case.ignored | (np.abs(there - still) <= 0.3 + 1e-6 * np.abs(still))
        return agree


@lru_cache(maxsize=1 << 14)
def _plan(reading: Reading, n: int, k: int) -> AxisPlan | None:
    try:
        _, plan = operator_plan(_convention(reading), (n,), (k,))
    except ArgumentError:
        return None
    return plan.axes[0]


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
    """Return whether output o of a plan reads sample i through tap t, as an array of outputs × taps × samples."""
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
    known = np.array([_standing(i, n, below if i < 0 else above) for i in range(low, high + 1)])
    result: Array = known[positions - low]
    return result


@lru_cache(maxsize=1 << 14)
def _standing(i: int, n: int, side: Boundary) -> int:
    found = source(i, n, side)
    return -1 if found is None else found


def _constant(side: Boundary) -> complex | float:
    value = side.value if side.rule == "constant" else 0
    return value if isinstance(value, complex) else float(value)
