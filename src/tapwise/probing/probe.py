"""The probe: from a function to the convention it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import Arithmetic, Convention
from tapwise.convention.words import counted, whole
from tapwise.errors import ArgumentTypeError, Shown
from tapwise.probing.axis import Finding, Prober, separating
from tapwise.probing.laws import check_repeats, diagnose
from tapwise.probing.numbers import Arithmetician
from tapwise.probing.reception import receive
from tapwise.probing.refusal import Counterexample, NotAnOperator
from tapwise.probing.scale import measure_scale
from tapwise.probing.subject import Subject
from tapwise.probing.usual import rank
from tapwise.probing.verdict import Evidence, Verdict
from tapwise.probing.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.probing.measuring import Case
    from tapwise.probing.prediction import Reading
    from tapwise.probing.subject import Array


def probe(f: Callable[[Array, Array], Any], *, ndim: int | None = None, seed: int = 0) -> Verdict:
    """Find out which convention a function of a signal and a kernel follows.

    Samples and taps are coded as powers of two, so that the binary digits of every answer list the (tap, sample) pairs
    it has read. What was read is matched with the plans of all conventions; where several are left, more is measured
    where they differ. The verdict is compared with the function on random inputs of other sizes.

    Parameters
    ----------
    f : callable
        Called as ``f(x, h)`` with two NumPy arrays with as many axes, always copies. It returns an array with as many
        axes, or what `numpy.asarray` makes one of. What it refuses by raising is written down.
    ndim : int, optional
        The number of axes; by default the fewest that it takes, of 1 to 3.
    seed : int, optional
        Of the random inputs that the verdict is tested on.

    Returns
    -------
    Verdict
        With the convention, such that ``tapwise.apply(x, h, verdict.convention)`` reproduces `f`.

    Raises
    ------
    NotAnOperator
        With the law that `f` breaks and a counterexample.
    ArgumentTypeError
        If `f` cannot be called.

    Examples
    --------
    >>> import numpy as np
    >>> verdict = probe(lambda x, h: np.correlate(x, h, "same"))
    >>> verdict.operator
    'cross-correlation'
    >>> verdict.convention
    Convention.of(operator='cross-correlation', size='longest', conjugate='kernel', result='promote', overflow='wrap')
    >>> print(verdict.evidence[7])
    axis 0, 6 samples, 1 taps: y[0] reads h[0]·x[0]; y[1] reads h[0]·x[1]; y[2] reads h[0]·x[2]; y[3] reads h[0]·x[3];
    y[4] reads h[0]·x[4]; y[5] reads h[0]·x[5]
    """
    _check_callable(f)
    axes = None if ndim is None else whole("ndim", ndim, least=1)
    subject = Subject(f)
    reception = receive(subject, axes)
    check_repeats(subject, reception)
    try:
        scale = measure_scale(subject, reception)
        probers = [Prober(subject, reception, scale, axis) for axis in range(reception.ndim)]
        findings = [prober.find() for prober in probers]
        readings, others = _agree(probers)
    except NotAnOperator as failure:
        raise diagnose(subject, reception) or failure from None
    except _Unexplained as failure:
        raise diagnose(subject, reception, normalized=scale.normalized) or failure.refusal from None
    arithmetic = Arithmetic(
        normalize="sum" if scale.normalized else "none", gain=scale.gain, offset=scale.offset, borders=scale.borders
    )
    first = readings[0]
    convention = Convention(tuple(r.axis for r in readings), first.direction, first.operands, arithmetic)
    found = Arithmetician(subject, reception, convention, seed).find()
    longer = all(finding.longer for finding in findings)
    kernels = [sorted({case.k for case in finding.cases}) for finding in findings]
    trial = verify(subject, found.convention, reception, kernels, longer=longer, seed=seed + 1)
    if trial.failed:
        raise diagnose(subject, reception, normalized=scale.normalized) or NotAnOperator(
            "vocabulary", f"the nearest convention, {found.convention!r}, does not reproduce it", "",
            trial.failed,
        )  # fmt: skip
    notes = [*others, *found.undetermined]
    if trial.ties:
        notes.append("whole results where the sum is within 0.0001 of where the rounding turns, which may be one apart")
    if not longer:
        notes.append("kernels longer than the signal, for which no convention of the vocabulary explains its answers")
    return Verdict(
        found.convention, reception.ndim, trial.exact, trial.bound, subject.calls,
        tuple(_evidence(axis, case) for axis, finding in enumerate(findings) for case in finding.cases),
        sum(finding.considered - len(finding.readings) for finding in findings), trial.inputs,
        tuple(notes), tuple(str(refusal) for refusal in subject.refusals.values()),
    )  # fmt: skip


def _check_callable(f: object) -> None:
    if not callable(f):
        kind = Shown(f"object of type {type(f).__name__}")
        raise ArgumentTypeError("f", kind, "must be callable", "give a function of a signal and a kernel")


class _Unexplained(Exception):
    """No convention explains an axis."""

    def __init__(self, refusal: NotAnOperator) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))


def _agree(probers: list[Prober]) -> tuple[list[Reading], list[str]]:
    """Return the most usual readings that agree in what is said once for all axes, and what else could be meant."""
    for axis, prober in enumerate(probers):
        if not prober.finding.readings:
            raise _Unexplained(_unexplained(axis, prober.finding))
    ways = {(r.operands, r.direction) for prober in probers for r in prober.finding.readings}
    choices = [explained for way in ways if all(explained := [prober.under(way) for prober in probers])]
    if not choices:
        rule = "its axes differ in which operand is the signal, or in direction, which no convention says"
        raise _Unexplained(NotAnOperator("vocabulary", rule))
    explained = min(choices, key=lambda found: _order(probers, found))
    chosen = [readings[0] for readings in explained]
    notes = []
    for axis, (prober, best) in enumerate(zip(probers, chosen, strict=True)):
        where = f"along axis {axis} " if len(probers) > 1 else ""
        others = [(r, at) for r in prober.finding.readings if r != best and (at := separating(best, r))]
        if others:
            other, (n, k) = others[0]
            many = f"{counted(len(others), 'more convention')}, such as " if len(others) > 1 else ""
            told = f"{counted(n, 'sample')} and {counted(k, 'tap')} would tell"
            notes.append(f"{where}{many}{_difference(best, other)}: the same on all inputs that it takes; {told}")
    return chosen, notes


def _order(probers: list[Prober], found: list[list[Reading]]) -> tuple[int, list[tuple[Any, ...]]]:
    """Return a key: conventions that refuse what the function refuses come first, then the most usual."""
    first = [readings[0] for readings in found]
    refused = sum(prober.answers_refused(reading) for prober, reading in zip(probers, first, strict=True))
    return refused, [rank(r.axis, r.operands, r.direction) for r in first]


def _difference(best: Reading, other: Reading) -> str:
    one, two = (Convention((r.axis,), r.direction, r.operands).to_dict() for r in (best, other))
    names = [name for name in one if one[name] != two[name]]
    return (
        f"{', '.join(f'{name}={one[name]}' for name in names)} or {', '.join(f'{name}={two[name]}' for name in names)}"
    )


def _unexplained(axis: int, finding: Finding) -> NotAnOperator:
    if finding.failed is not None:
        x, h, y = finding.failed.x, finding.failed.h, finding.failed.y
        return NotAnOperator(
            "linear in x", f"along axis {axis} its answers are no sums of products of samples and taps", "",
            Counterexample(((x.tolist(), h.tolist()),), (y.tolist(),)),
        )  # fmt: skip
    if not finding.cases:
        return NotAnOperator("answers", f"it takes too few of the inputs that were tried along axis {axis}")
    case = finding.cases[0]
    return NotAnOperator(
        "vocabulary", f"none of {finding.considered} conventions reads what it reads along axis {axis}; "
        f"{_evidence(axis, case)}", "",
        Counterexample(((case.x.tolist(), case.h.tolist()),), (case.y.tolist(),)),
    )  # fmt: skip


def _evidence(axis: int, case: Case) -> Evidence:
    pairs = tuple(
        tuple((int(t), int(i)) for t, i in zip(*np.nonzero(case.reads[o]), strict=True)) for o in range(case.m)
    )
    return Evidence(axis, case.n, case.k, case.x.tolist(), case.h.tolist(), case.y.tolist(), pairs)
