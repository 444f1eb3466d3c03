"""A convention that holds for some lengths only, or an operator whose lengths no convention says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapwise.convention import Convention
from tapwise.convention.words import counted
from tapwise.probing.axis import FORWARD, TRANSPOSED
from tapwise.probing.refusal import Counterexample, NotAnOperator
from tapwise.probing.usual import computed

if TYPE_CHECKING:
    from tapwise.probing.axis import Prober
    from tapwise.probing.measuring import Case
    from tapwise.probing.prediction import Reading
    from tapwise.probing.solving import Attempt

#: Measurements that a convention must explain to be named, and the most taps that it may leave out.
_ENOUGH, _SHORT = 3, 3


def partial(made: Attempt) -> NotAnOperator | None:
    """Return what can be said of the first axis that no convention explains, None if nothing."""
    for axis, prober in enumerate(made.probers):
        if not prober.finding.readings and prober.finding.cases:
            return _but_short_kernels(axis, prober) or _one_by_one(axis, prober)
    return None


def _but_short_kernels(axis: int, prober: Prober) -> NotAnOperator | None:
    """Return the convention that explains all kernels but the shortest."""
    cases = prober.finding.cases
    for most in range(1, _SHORT):
        short, kept = ([case for case in cases if (case.k <= most) == few] for few in (True, False))
        if not short or len(kept) < _ENOUGH:
            continue
        readings = prober.fit(kept, FORWARD) or prober.fit(kept, TRANSPOSED)
        if readings:
            best = readings[0]
            case = next(case for case in short if not best.explains(case))
            rule = (
                f"along axis {axis} it is {computed(_convention(best))[0]}, {_convention(best)!r}, but not for kernels "
                f"of {counted(case.k, 'tap')}: {_given(case)}"
            )
            return _refusal(rule, case)
    return None


def _one_by_one(axis: int, prober: Prober) -> NotAnOperator | None:
    """Return the operator of all measurements, each of which some convention explains by itself."""
    telling = [case for case in prober.finding.cases if case.k > 1 and case.m > 1 and case.reads.any()]
    found = {word for case in telling for r in prober.fit([case], FORWARD)[:1] for word in computed(_convention(r))}
    if len(found) != 1 or len(telling) < _ENOUGH:
        return None
    case = telling[0]
    rule = (
        f"along axis {axis} it is {found.pop()} inside, but no size and anchor of the vocabulary say where its outputs "
        f"start and end for all lengths; {_given(case)}"
    )
    return _refusal(rule, case)


def _given(case: Case) -> str:
    return f"{counted(case.n, 'sample')} and {counted(case.k, 'tap')} give {counted(case.m, 'output')}"


def _convention(reading: Reading) -> Convention:
    return Convention((reading.axis,), reading.direction, reading.operands)


def _refusal(rule: str, case: Case) -> NotAnOperator:
    example = Counterexample(((case.x.tolist(), case.h.tolist()),), (case.y.tolist(),))
    return NotAnOperator("vocabulary", rule, "", example)
