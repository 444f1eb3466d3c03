"""What is meant along one axis: measured, matched with plans, and measured again where explanations differ."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from tapwise.convention import Boundary
from tapwise.probing import rules
from tapwise.probing.measuring import Unreadable, measure
from tapwise.probing.prediction import Reading, table
from tapwise.probing.reception import Shapes
from tapwise.probing.relation import RULES, Steps, all_steps, boundaries, offsets, samples
from tapwise.probing.subject import Refused
from tapwise.probing.usual import rank

if TYPE_CHECKING:
    from tapwise.geometry import AxisPlan
    from tapwise.probing.measuring import Case
    from tapwise.probing.reception import Reception
    from tapwise.probing.relation import Array
    from tapwise.probing.scale import Scale
    from tapwise.probing.subject import Subject

#: Lengths that are measured first: every parity of both, remainders of strides, one tap.
LENGTHS = ((17, 3), (18, 4), (16, 5), (19, 3), (20, 2), (12, 3), (9, 5), (6, 1), (13, 4), (9, 7))
#: The same with kernels longer than the signal.
LONGER = ((3, 5), (2, 4), (4, 5), (3, 4), (2, 3), (1, 3))
_MORE = 24  # added to the samples where dilated taps span more than the first lengths
_ROUNDS = 12

Way = tuple[str, str]
#: What is said once for all axes: operands and direction, the most usual first.
WAYS: tuple[Way, ...] = (("as-given", "forward"), ("as-given", "transposed"), ("exchanged", "forward"))


@dataclass(slots=True)
class Finding:
    """What explains one axis.

    Attributes
    ----------
    readings : list of Reading
        Everything that explains all that was measured, the most usual first.
    cases : list of Case
        What was measured.
    longer : bool
        Whether kernels longer than the signal are explained too, where they are taken.
    considered : int
        How many conventions were compared with the measurements.
    failed : Unreadable or None
        An answer that was no sum of products.
    """

    readings: list[Reading] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    longer: bool = True
    considered: int = 0
    failed: Unreadable | None = None


class Prober:
    """Measures and matches one axis of one function."""

    def __init__(self, subject: Subject, reception: Reception, scale: Scale, axis: int) -> None:
        self.subject, self.reception, self.scale, self.axis = subject, reception, scale, axis
        self.taken: dict[tuple[int, int], Case | None] = {}
        self.finding = Finding()

    def find(self) -> Finding:
        """Return what explains the axis; no readings if nothing does."""
        found = self.finding
        try:
            cases = self._measured(LENGTHS)
            if len(cases) < 3:
                cases += self._measured([(n + _MORE, k) for n, k in LENGTHS])
            if len(cases) < 3:
                cases += self._measured([self.reception.first, (5, 3), (4, 3), (3, 3), (6, 5), (5, 5)])
            if not any(case.n > case.k for case in cases):
                cases += self._measured([(k, n) for n, k in LENGTHS[:5]])
            found.readings = self._by_refusals(self._all_ways(cases))
            if found.readings:
                self._longer()
                self._tell_apart()
        except Unreadable as failure:
            found.failed, found.readings = failure, []
        found.cases = [case for case in self.taken.values() if case is not None]
        return found

    def _case(self, n: int, k: int) -> Case | None:
        if (n, k) not in self.taken:
            self.taken[n, k] = None
            given, ndim = self.reception, self.reception.ndim
            ways = [given.cube(), given] if k > n else [given, given.cube()]
            ways += [replace(given, shapes=Shapes(ndim, 9, other)) for other in (2, 3)]
            for reception in ways if ndim > 1 else ways[:1]:
                try:
                    self.taken[n, k] = measure(self.subject, reception, self.scale, self.axis, n, k)
                    break
                except Refused:
                    continue
        return self.taken[n, k]

    def _measured(self, lengths: list[tuple[int, int]] | tuple[tuple[int, int], ...]) -> list[Case]:
        return [case for n, k in lengths if (case := self._case(n, k)) is not None]

    def _fit(self, cases: list[Case], ways: tuple[Way, ...] = WAYS) -> list[Reading]:
        """Return what explains all cases in the first of the ways in which anything does."""
        for operands, direction in ways:
            meant = [case.exchanged() for case in cases] if operands == "exchanged" else cases
            reads = [samples(case) for case in meant]
            known = [read for read in reads if read is not None]
            if len(known) < len(reads):
                continue
            for _, group in itertools.groupby(all_steps(), key=lambda usd: tuple(map(abs, usd))):
                fitting = [(steps, found) for steps in group if (found := _consistent(meant, known, steps))]
                readings = [
                    reading
                    for steps, found in fitting
                    for reading in (
                        self._forward(steps, found, meant, cases, operands)
                        if direction == "forward"
                        else self._transposed(steps, found, cases)
                    )
                ]
                if readings:
                    return sorted(readings, key=lambda r: rank(r.axis, r.operands, r.direction))
        return []

    def _all_ways(self, cases: list[Case]) -> list[Reading]:
        """Return what explains all cases, in the ways that come late as well where the first may mislead."""
        readings = self._fit(cases)
        if readings and readings[0].direction == "forward":
            if any(r.axis.spread > 1 for r in readings):
                readings = readings + self._fit(cases, WAYS[1:2])  # a transposed operator may look like it
            if any(r.operands == "longer-first" for r in readings) and not any(case.n > case.k for case in cases):
                readings = readings + self._fit(cases, WAYS[2:])
        return readings

    def answers_refused(self, reading: Reading) -> int:
        """Return for how many of the lengths that the function refused a reading has an answer."""
        return sum(reading.plan(n, k) is not None for (n, k), case in self.taken.items() if case is None)

    def _by_refusals(self, readings: list[Reading]) -> list[Reading]:
        """Return the readings that refuse what the function refuses first, then the most usual first."""
        return sorted(readings, key=lambda r: (self.answers_refused(r), rank(r.axis, r.operands, r.direction)))

    def under(self, way: Way) -> list[Reading]:
        """Return what explains the axis in one way, where the other axes ask for it."""
        found = self.finding
        same = [r for r in found.readings if (r.operands, r.direction) == way]
        if same or way == ("longer-first", "forward"):
            # Only `valid` tells which of two operands is the longer.
            free = [r for r in found.readings if r.operands == "as-given" and r.axis.size.rule != "valid"]
            return same or [replace(r, operands="longer-first") for r in free]
        readings = self._fit([case for case in found.cases if case.k <= case.n], (way,))
        return [r for r in readings if not found.longer or all(r.explains(case) for case in found.cases)]

    def _forward(
        self, steps: Steps, found: list[list[int] | None], meant: list[Case], cases: list[Case], operands: str
    ) -> list[Reading]:
        number = next((i for i, cs in enumerate(found) if cs), None)
        if number is None:
            return []
        readings = []
        for reading in rules.forward(steps, meant[number], found[number] or [], operands):
            self.finding.considered += 1
            if self._places(reading, found, cases):
                readings += self._with_boundaries(reading, cases, meant)
        return readings

    def _transposed(self, steps: Steps, found: list[list[int] | None], cases: list[Case]) -> list[Reading]:
        number = next((i for i, cs in enumerate(found) if cs), None)
        if number is None:
            return []
        readings = []
        for reading in rules.transposed(steps, cases[number], found[number] or []):
            self.finding.considered += 1
            if self._places(reading, found, cases) and all(reading.explains(case) for case in cases):
                readings.append(reading)
        return readings

    def _places(self, reading: Reading, found: list[list[int] | None], cases: list[Case]) -> bool:
        """Whether the outputs of a reading are as many, and stand where they were measured."""
        for case, at in zip(cases, found, strict=True):
            plan = reading.plan(case.n, case.k)
            if plan is None and not case.m:
                continue
            if plan is None or plan.m != case.m or (at is not None and plan.c not in at):
                return False
        return True

    def _with_boundaries(self, reading: Reading, cases: list[Case], meant: list[Case]) -> list[Reading]:
        """Return the reading with every pair of boundaries that explains all cases."""
        below: list[Boundary] | None = None
        above: list[Boundary] | None = None
        for case, turned in zip(cases, meant, strict=True):
            plan = reading.plan(case.n, case.k)
            if plan is None and not case.m:
                continue
            agree = None if plan is None else boundaries(turned, plan)
            if agree is None:
                return []
            below, above = _common(below, agree[0]), _common(above, agree[1])
        pairs = itertools.product(
            self._sides(reading, "below", below, above), self._sides(reading, "above", above, below)
        )
        whole = [replace(reading, axis=replace(reading.axis, below=b, above=a)) for b, a in pairs]
        return [r for r in whole if all(r.explains(case) for case in cases)]

    def _sides(
        self, reading: Reading, side: str, left: list[Boundary] | None, opposite: list[Boundary] | None
    ) -> list[Boundary]:
        """Return the boundaries that are left, only the first where any would do because that side is never read."""
        if left is not None and left != RULES:
            return left
        edge = replace(reading.axis, below=Boundary("edge")) if side == "below" else reading.axis
        edge = replace(reading.axis, above=Boundary("edge")) if side == "above" else edge
        constants = [rule for rule in opposite or [] if rule.rule == "constant"]
        return [*RULES, *constants] if separating(reading, replace(reading, axis=edge)) else RULES[:1]

    def _longer(self) -> None:
        """Keep what explains kernels longer than the signal as well, if anything does."""
        found = self.finding
        try:
            cases = self._measured(LONGER)
        except Unreadable:
            found.longer = False
            return
        refused = [lengths for lengths in LONGER if self.taken[lengths] is None]
        left = [r for r in found.readings if all(r.explains(case) for case in cases)]
        if not left and cases:
            found.longer = False
            return
        strict = [r for r in left if all(r.plan(n, k) is None for n, k in refused)]
        found.readings = strict or left

    def _tell_apart(self) -> None:
        """Measure where the explanations that are left differ, until none differ on what the function takes."""
        found = self.finding
        tried: set[tuple[int, int]] = set()
        for _ in range(_ROUNDS):
            lengths = self._difference(tried)
            if lengths is None:
                break
            tried.add(lengths)
            case = self._case(*lengths)
            if case is not None:
                left = [r for r in found.readings if r.explains(case)]
                if not left:
                    found.readings = []
                    return
                found.readings = left
        best = found.readings[0]
        found.readings = [best, *(r for r in found.readings[1:] if separating(best, r) is not None)]

    def _difference(self, tried: set[tuple[int, int]]) -> tuple[int, int] | None:
        best, *others = self.finding.readings
        skipped = tried | set(self.taken)
        for other in others:
            lengths = separating(best, other, skipped, longer=self.finding.longer)
            if lengths is not None:
                return lengths
        return None


def separating(
    one: Reading, other: Reading, but: set[tuple[int, int]] | frozenset[tuple[int, int]] = frozenset(), *,
    longer: bool = True,
) -> tuple[int, int] | None:  # fmt: skip
    """Return the smallest (samples, taps) for which two readings read differently, None if there are none."""
    for total in range(2, 22):
        for k in range(1, min(total, 9)):
            n = total - k
            if (n, k) in but or (k > n and not longer):
                continue
            first, second = one.plan(n, k), other.plan(n, k)
            if first == second:
                continue
            if first is None or second is None or not _same_table(first, second):
                return n, k
    return None


def _same_table(first: AxisPlan, second: AxisPlan) -> bool:
    if (first.m, first.n, first.k) != (second.m, second.n, second.k):
        return False
    if (first.below, first.above) != (second.below, second.above) and "constant" in {
        side.rule for plan in (first, second) for side in (plan.below, plan.above)
    }:
        return False
    return bool(np.array_equal(table(first), table(second)))


def _consistent(cases: list[Case], reads: list[Array], steps: Steps) -> list[list[int] | None]:
    """Return the offsets of each case; nothing if these steps do not fit one, or if nothing was read at all."""
    all_found: list[list[int] | None] = []
    for case, read in zip(cases, reads, strict=True):
        found = offsets(case, read, steps)
        if found is not None and not found:
            return []
        all_found.append(found)
    return all_found if any(all_found) else []


def _common(some: list[Boundary] | None, others: list[Boundary]) -> list[Boundary]:
    """Return the boundaries in both lists; where one list says that a side is not read, those of the other."""
    if some is None or some == RULES:
        return others
    return some if others == RULES else [side for side in some if side in others]
