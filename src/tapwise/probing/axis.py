"""What is meant along one axis: measured, matched with plans, and measured again where explanations differ."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tapwise.convention import Boundary
from tapwise.probing import rules
from tapwise.probing.measuring import Measurer, Unread, Unreadable
from tapwise.probing.relation import RULES, Steps, boundaries, likely_steps, offsets, samples
from tapwise.probing.separating import alike_on, askable, separating
from tapwise.probing.subject import Refused
from tapwise.probing.usual import rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tapwise.probing.measuring import Case
    from tapwise.probing.prediction import Reading
    from tapwise.probing.reception import Reception
    from tapwise.probing.relation import Array
    from tapwise.probing.scale import Scale
    from tapwise.probing.subject import Subject

#: Lengths that are measured first: both parities of both, one tap, room for strides and dilations.
LENGTHS = ((12, 3), (9, 4), (7, 5), (17, 2), (6, 1), (11, 3))
#: The same with kernels longer than the signal.
LONGER = ((3, 5), (2, 4), (4, 5), (1, 3))
#: For functions that take few lengths.
_OTHERS = ((5, 3), (4, 3), (3, 3), (6, 5), (5, 5), (9, 7))
#: Added to the samples where dilated taps span more than the first lengths, by the number of axes.
_MORE = {1: 24, 2: 16, 3: 8}
_TRIES = 40

Way = tuple[str, str]
Lengths = tuple[int, int]
#: What is said once for all axes, operands and direction: the most usual first.
FORWARD, TRANSPOSED = ("as-given", "forward"), ("as-given", "transposed")


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
    considered : set of Reading
        What was compared with the measurements.
    failed : Unreadable or None
        An answer that was no sum of products.
    """

    readings: list[Reading] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    longer: bool = True
    considered: set[Reading] = field(default_factory=set)
    failed: Unreadable | None = None


class Prober:
    """Measures and matches one axis of one function; `known` are lengths that it is known to take."""

    def __init__(
        self, subject: Subject, reception: Reception, scale: Scale, axis: int, known: tuple[Lengths, ...] = ()
    ) -> None:
        self.known, self.untouched = known, scale.borders == "untouched"
        self.measurer = Measurer(subject, scale, axis)
        self.reception = reception
        own = reception.shapes.own
        #: The only number of taps that the function takes, if there is but one.
        self.only: int | None = None if own is None else own[axis]
        self.taken: dict[tuple[int, int], Case | None] = {}
        self.unread: set[tuple[int, int]] = set()
        self.finding = Finding()

    @property
    def refused(self) -> list[tuple[int, int]]:
        """Lengths that the function did not take."""
        return [lengths for lengths, case in self.taken.items() if case is None and lengths not in self.unread]

    def find(self) -> Finding:
        """Return what explains the axis; no readings if nothing does."""
        found = self.finding
        try:
            cases = self._first()
            found.readings = self._by_refusals(self._all_ways(cases))
            if found.readings:
                self._longer()
                self._tell_apart()
        except Unreadable as failure:
            found.failed, found.readings = failure, []
        found.cases = [case for case in self.taken.values() if case is not None]
        unreadable = next((case for case in found.cases if case.unreadable.any()), None)
        if unreadable is not None and not found.readings:
            found.failed = found.failed or Unreadable(unreadable.x, unreadable.h, unreadable.y)
        return found

    def _first(self) -> list[Case]:
        cases = self._measured(LENGTHS)
        if len(cases) < 3:
            cases += self._measured(self.known)
        if len(cases) < 3:
            more = _MORE[min(self.reception.ndim, 3)]
            cases += self._measured([(n + more, k) for n, k in LENGTHS])
        if len(cases) < 3:
            cases += self._measured([self.reception.first, *_OTHERS])
        if not any(case.n > case.k for case in cases):
            cases += self._measured([(k, n) for n, k in LENGTHS])
        numbers = {case.k for case in cases}
        if len(numbers) == 1:  # one number of taps: see that there is no other
            cases += self._measured([(max(case.n for case in cases), k) for k in range(1, 9)])
        if len(cases) < 2:  # one length of each, found by chance: try those beside it
            n, k = self.reception.first
            cases += self._measured([(n + a, k + b) for a, b in itertools.product(range(-2, 5), range(-2, 3))])
        numbers = {case.k for case in cases}
        self.only = numbers.pop() if len(numbers) == 1 else None
        return cases

    def _case(self, n: int, k: int) -> Case | None:
        if n > 0 and k > 0 and (n, k) not in self.taken:
            self.taken[n, k] = None
            given, ndim = self.reception, self.reception.ndim
            shapes = ((9, None), (None, None), (None, 1), (9, 2), (9, 3))
            ways = [given, *(given.beside(*lengths) for lengths in shapes)]
            ways = [given.cube(), *ways] if k > n else ways
            for reception in ways if ndim > 1 else ways[:1]:
                try:
                    self.taken[n, k] = case = self.measurer.measure(reception, n, k)
                    if not case.ignored.all():
                        break
                except Refused:
                    continue
                except Unread:
                    if (n, k) in self.unread:
                        break
                    self.unread.add((n, k))
        return self.taken.get((n, k))

    def _measured(self, lengths: Iterable[Lengths]) -> list[Case]:
        lengths = lengths if self.only is None else dict.fromkeys((n, self.only) for n, _ in lengths)
        new = [pair for pair in lengths if pair not in self.taken]
        return [case for n, k in new if (case := self._case(n, k)) is not None]

    def fit(self, cases: list[Case], way: Way) -> list[Reading]:
        """Return what explains all cases in one way, the most usual first."""
        turned = [case.turned() for case in cases] if way == TRANSPOSED else cases
        reads = [samples(case) for case in turned]
        known = [read for read in reads if read is not None]
        if len(known) < len(reads) or any(case.unreadable.any() for case in cases) or not cases:
            return []
        for group in likely_steps(turned, known):
            readings: list[Reading] = []
            for steps in group:
                found = _consistent(turned, known, steps)
                number = next((i for i, cs in enumerate(found) if cs), None)
                if number is not None:
                    readings += self._matching(steps, turned, cases, known, found, number, way)
            if readings:
                return sorted(readings, key=lambda r: rank(r.axis, r.operands, r.direction))
        return []

    def _matching(
        self, steps: Steps, turned: list[Case], cases: list[Case], reads: list[Array], found: list[list[int] | None],
        number: int, way: Way,
    ) -> list[Reading]:  # fmt: skip
        case, offset = turned[number], found[number] or []
        if way == TRANSPOSED:
            lengths = {other.m for other in cases}
            length = lengths.pop() if len(lengths) == 1 else None
            tries = [rules.transposed(steps, case, offset, each) for each in dict.fromkeys((None, length))]
        else:
            tries = [rules.forward(steps, case, offset)]
        for candidates in tries:
            readings: list[Reading] = []
            wrong: set[object] = set()
            for reading in candidates:
                self.finding.considered.add(reading)
                axis = reading.axis
                counted = axis.size, axis.length, axis.output_padding, reading.operands  # the anchor moves no count
                if counted in wrong:
                    continue
                if _fits(reading, turned, cases, found):
                    readings += self._with_boundaries(reading, turned, cases, reads)
                elif not _as_many(reading, turned, cases):
                    wrong.add(counted)
            if readings:
                return readings
        return []

    def _all_ways(self, cases: list[Case]) -> list[Reading]:
        """Return what explains all cases, in the way that comes late as well where the first may mislead."""
        readings = self.fit(cases, FORWARD)
        if not readings or any(r.axis.spread > 1 for r in readings):  # a transposed operator may look like it
            readings = readings + self.fit(cases, TRANSPOSED)
        return readings

    def answers_refused(self, reading: Reading) -> int:
        """Return for how many of the lengths that the function refused a reading has an answer."""
        return sum(reading.plan(n, k) is not None for n, k in self.refused)

    def _by_refusals(self, readings: list[Reading]) -> list[Reading]:
        """Return the readings that refuse what the function refuses first, then the most usual first."""
        return sorted(readings, key=lambda r: (self.answers_refused(r), rank(r.axis, r.operands, r.direction)))

    def under(self, way: Way) -> list[Reading]:
        """Return what explains the axis in one way, where the other axes ask for it."""
        found = self.finding
        same = [r for r in found.readings if (r.operands, r.direction) == way]
        if same and way[0] == "as-given":
            return same
        if way[0] == "longer-first":
            # Only `valid` tells which of two operands is the longer.
            free = [r for r in found.readings if (r.operands, r.direction) == FORWARD and r.axis.size.rule != "valid"]
            return self._by_refusals(same + [replace(r, operands="longer-first") for r in free])
        readings = self.fit([case for case in found.cases if case.k <= case.n], way)
        readings = [r for r in readings if (r.operands, r.direction) == way]
        return [r for r in readings if not found.longer or all(r.explains(case) for case in found.cases)]

    def _with_boundaries(
        self, reading: Reading, turned: list[Case], cases: list[Case], reads: list[Array]
    ) -> list[Reading]:
        """Return the reading with every pair of boundaries that explains all cases."""
        below: list[Boundary] | None = None
        above: list[Boundary] | None = None
        for case, meant, read in zip(cases, turned, reads, strict=True):
            plan = reading.plan(case.n, case.k)
            if plan is None and not case.m:
                continue
            agree = None if plan is None else boundaries(meant, read, plan)
            if agree is None:
                return []
            below, above = _common(below, agree[0]), _common(above, agree[1])
        pairs = itertools.product(
            self._sides(reading, "below", below, above), self._sides(reading, "above", above, below)
        )
        whole = [replace(reading, axis=replace(reading.axis, below=b, above=a)) for b, a in pairs]
        self.finding.considered.update(whole)
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
        return (
            [*RULES, *constants]
            if separating(reading, replace(reading, axis=edge), self.only, untouched=self.untouched)
            else RULES[:1]
        )

    def _longer(self) -> None:
        """Keep what explains kernels longer than the signal as well, if anything does."""
        found = self.finding
        try:
            cases = self._measured(LONGER)
        except Unreadable:
            found.longer = False
            return
        left = [r for r in found.readings if all(r.explains(case) for case in cases)]
        if left:
            found.readings = self._by_refusals(left)
        else:
            again = self._again()
            found.longer, found.readings = bool(again), again or found.readings

    def _again(self) -> list[Reading]:
        """Return what explains all that was measured so far: a side that was never read before may read anything."""
        return self._by_refusals(self._all_ways([case for case in self.taken.values() if case is not None]))

    def _tell_apart(self) -> None:
        """Measure where the explanations that are left differ, until none differ on what the function takes."""
        found = self.finding
        alike: set[Lengths] = set()
        for _ in range(_TRIES):
            lengths = self._difference(alike)
            if lengths is None:
                break
            case = self._case(*lengths)
            if case is not None:
                found.readings = [r for r in found.readings if r.explains(case)] or self._again()
                if not found.readings:
                    return
            alike.add(lengths)

    def _difference(self, alike: set[Lengths]) -> Lengths | None:
        """Return the smallest lengths on which not all explanations agree; those on which all do become `alike`."""
        without = self._hopeless(0), self._hopeless(1)
        # Nothing is told by lengths that are refused anyway; those with as many taps as are taken come first.
        longer = self.finding.longer and not all(pair in self.refused for pair in LONGER)
        accepted = {k for (_, k), case in self.taken.items() if case is not None}
        first, *others = self.finding.readings
        for n, k in sorted(askable(self.only), key=lambda pair: pair[1] not in accepted):
            if (n, k) in alike or (n, k) in self.taken or n in without[0] or k in without[1] or (k > n and not longer):
                continue
            if any(not alike_on(first, other, n, k, untouched=self.untouched) for other in others):
                return n, k
            alike.add((n, k))
        return None

    def _hopeless(self, place: int) -> set[int]:
        """Return the numbers of samples (place 0) or taps (1) that are refused twice with what is taken otherwise."""
        taken = [lengths for lengths, case in self.taken.items() if case is not None]
        beside, largest = {lengths[1 - place] for lengths in taken}, max(n for n, _ in taken)
        refused = Counter(lengths[place] for lengths in self.refused if lengths[1 - place] in beside)
        return {
            length
            for length, count in refused.items()
            if (count > 1 or (place and (largest, length) in self.refused))
            and not any(each[place] == length for each in taken)
        }


def _as_many(reading: Reading, turned: list[Case], cases: list[Case]) -> bool:
    """Whether a reading has as many outputs as were measured, where it has some."""
    plans = ((reading.plan(case.n, case.k), meant) for case, meant in zip(cases, turned, strict=True))
    return all((plan.m, plan.n) == (meant.m, meant.n) for plan, meant in plans if plan is not None)


def _fits(reading: Reading, turned: list[Case], cases: list[Case], found: list[list[int] | None]) -> bool:
    """Whether the outputs of a reading are as many, and stand where they were measured."""
    for case, meant, at in zip(cases, turned, found, strict=True):
        plan = reading.plan(case.n, case.k)
        if plan is None and not case.m:
            continue
        if plan is None or (plan.m, plan.n) != (meant.m, meant.n) or (at is not None and plan.c not in at):
            return False
    return True


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
