"""From what a function takes to the convention that explains it: scale, axes, arithmetic, verification."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import Arithmetic, Convention
from tapwise.convention.words import counted
from tapwise.probing.axis import Finding, Prober
from tapwise.probing.numbers import Arithmetician
from tapwise.probing.refusal import Counterexample, NotAnOperator
from tapwise.probing.scale import measure_scale
from tapwise.probing.separating import separating
from tapwise.probing.subject import Refused
from tapwise.probing.usual import rank
from tapwise.probing.verdict import Evidence
from tapwise.probing.verifying import Trial, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapwise.probing.measuring import Case
    from tapwise.probing.prediction import Reading
    from tapwise.probing.reception import Reception
    from tapwise.probing.scale import Scale
    from tapwise.probing.subject import Subject


@dataclass(slots=True)
class Attempt:
    """What became of explaining a function as an operator.

    Attributes
    ----------
    subject : Subject
    scale : Scale or None
    probers : list of Prober
        One an axis, with what was measured.
    convention : Convention or None
        What explains it.
    trial : Trial or None
        The verification.
    notes : list of str
        What could not be told.
    refusal : NotAnOperator or None
        Why nothing explains it.
    surplus : int
        Lengths that the function refuses, and the convention does not.
    """

    subject: Subject
    scale: Scale | None = None
    probers: list[Prober] = field(default_factory=list)
    convention: Convention | None = None
    trial: Trial | None = None
    notes: list[str] = field(default_factory=list)
    refusal: NotAnOperator | None = None
    surplus: int = 0

    @property
    def longer(self) -> bool:
        """Whether kernels longer than the signal are explained too, where they are taken."""
        return all(prober.finding.longer for prober in self.probers)

    @property
    def doubtful(self) -> bool:
        """Whether another attempt, with exchanged operands, may explain more."""
        if self.convention is None or not self.longer or self.one_sided:
            return True
        return self.surplus > 0 and self.convention.operands == "longer-first"  # were only longer ones taken?

    @property
    def one_sided(self) -> bool:
        """Whether no kernel was taken that is shorter than the signal."""
        return not any(case.n > case.k for each in self.findings for case in each.cases)

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Return a key that sorts attempts: those that explain more, and answer less of what is refused, come first."""
        return self.convention is None, not self.longer, self.surplus

    @property
    def findings(self) -> list[Finding]:
        """What was found along each axis."""
        return [prober.finding for prober in self.probers]


def attempt(
    subject: Subject, reception: Reception, seed: int, known: Sequence[tuple[tuple[int, int], ...]] = ()
) -> Attempt:
    """Return the convention that explains a function and reproduces it on random inputs, or why there is none.

    `known` are lengths that it is known to take, for each axis.
    """
    try:
        scale = measure_scale(subject, reception)
    except Refused as refused:
        return Attempt(subject, refusal=_too_few(refused))
    except NotAnOperator as refusal:
        return Attempt(subject, refusal=refusal)
    made = _explained(subject, reception, scale, seed, known)
    if made.convention is None and scale.borders == "untouched":  # an edge under a normalised kernel looks like it
        again = _explained(subject, reception, replace(scale, borders="computed"), seed, known)
        made = made if again.convention is None else again
    return made


def _too_few(refused: Refused) -> NotAnOperator:
    return NotAnOperator("answers", f"it takes too few of the inputs that were tried ({refused})")


def _explained(
    subject: Subject, reception: Reception, scale: Scale, seed: int, known: Sequence[tuple[tuple[int, int], ...]]
) -> Attempt:
    """Return the attempt with a known scale."""
    made = Attempt(subject, scale)
    try:
        lengths = [*known, *[()] * reception.ndim]
        made.probers = [Prober(subject, reception, scale, axis, lengths[axis]) for axis in range(reception.ndim)]
        for prober in made.probers:
            prober.find()
        readings, made.notes = _agree(made.probers)
    except Refused as refused:
        made.refusal = _too_few(refused)
        return made
    except NotAnOperator as refusal:
        made.refusal = refusal
        return made
    arithmetic = Arithmetic(
        normalize="sum" if scale.normalized else "none", gain=scale.gain, offset=scale.offset, borders=scale.borders
    )
    convention = Convention(tuple(r.axis for r in readings), readings[0].direction, readings[0].operands, arithmetic)
    numbers = Arithmetician(subject, reception, convention, seed).find()
    kernels = [sorted({case.k for case in finding.cases}) for finding in made.findings]
    trial = verify(subject, numbers.convention, reception, kernels, longer=made.longer, seed=seed + 1)
    if trial.failed is not None:
        rule = f"the nearest convention, {numbers.convention!r}, does not reproduce it{_apart(trial.failed)}"
        made.refusal = NotAnOperator("vocabulary", rule, "", trial.failed)
        return made
    made.convention, made.trial = numbers.convention, trial
    made.surplus = sum(prober.answers_refused(r) for prober, r in zip(made.probers, readings, strict=True))
    made.notes += numbers.undetermined
    if trial.ties:
        made.notes.append(
            "whole results where the sum is within 0.0001 of where the rounding turns, which may be one apart"
        )
    if not made.longer:
        made.notes.append(
            "kernels longer than the signal, for which no convention of the vocabulary explains its answers"
        )
    return made


def _apart(failed: Counterexample) -> str:
    """Return in words where an answer is not what a convention makes of the input."""
    if failed.expected is None:
        return ", and would refuse an input that it takes"
    y, meant = np.asarray(failed.answers[0]), np.asarray(failed.expected)
    if failed.where is None:
        return f": an answer has shape {y.shape}, not {meant.shape}" if y.shape != meant.shape else ""
    place = ", ".join(map(str, failed.where))
    whole = all((np.asarray(part) == np.rint(part)).all() for part in failed.inputs[0])
    numbers = "whole numbers" if whole else "numbers that are not whole"
    return f": on {numbers} y[{place}] is {y[failed.where]:.6g}, not {meant[failed.where]:.6g}"


def evidence(made: Attempt, *, exchanged: bool) -> tuple[Evidence, ...]:
    """Return what was measured, as the function was called."""
    found = [_evidence(axis, case) for axis, each in enumerate(made.findings) for case in each.cases]
    if not exchanged:
        return tuple(found)
    return tuple(
        replace(
            item, samples=item.taps, taps=item.samples, x=item.h, h=item.x,
            pairs=tuple(tuple(pair[::-1] for pair in pairs) for pairs in item.pairs),
        )
        for item in found
    )  # fmt: skip


def _evidence(axis: int, case: Case) -> Evidence:
    pairs = tuple(
        tuple((int(t), int(i)) for t, i in zip(*np.nonzero(case.reads[o]), strict=True)) for o in range(case.m)
    )
    return Evidence(axis, case.n, case.k, case.x.tolist(), case.h.tolist(), case.y.tolist(), pairs)


def _agree(probers: list[Prober]) -> tuple[list[Reading], list[str]]:
    """Return the most usual readings that agree in what is said once for all axes, and what else could be meant."""
    for axis, prober in enumerate(probers):
        if not prober.finding.readings and not prober.finding.cases:
            raise _unexplained(axis, prober.finding)
    ways = {(r.operands, r.direction) for prober in probers for r in prober.finding.readings}
    choices = [explained for way in ways if all(explained := [prober.under(way) for prober in probers])]
    if not choices:
        for axis, prober in enumerate(probers):
            if not prober.finding.readings:
                raise _unexplained(axis, prober.finding)
        rule = "its axes differ in which operand is the signal, or in direction, which no convention says"
        raise NotAnOperator("vocabulary", rule)
    explained = min(choices, key=lambda found: _order(probers, found))
    chosen = [readings[0] for readings in explained]
    notes = []
    for axis, (prober, readings, best) in enumerate(zip(probers, explained, chosen, strict=True)):
        where = f"along axis {axis} " if len(probers) > 1 else ""
        apart = [(r, separating(best, r, untouched=prober.untouched)) for r in readings if r != best]
        others = [(r, lengths) for r, lengths in apart if lengths is not None]
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
            "vocabulary", f"along axis {axis} its answers are no sums of products of samples and taps", "",
            Counterexample(((x.tolist(), h.tolist()),), (y.tolist(),)),
        )  # fmt: skip
    if not finding.cases:
        return NotAnOperator("answers", f"it takes too few of the inputs that were tried along axis {axis}")
    case = finding.cases[0]
    return NotAnOperator(
        "vocabulary", f"none of {len(finding.considered)} conventions reads what it reads along axis {axis}; "
        f"{_evidence(axis, case)}", "",
        Counterexample(((case.x.tolist(), case.h.tolist()),), (case.y.tolist(),)),
    )  # fmt: skip
