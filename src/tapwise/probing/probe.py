"""The probe: from a function to the convention it follows."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tapwise.convention.words import whole
from tapwise.probing.exchange import Exchanged
from tapwise.probing.explaining import explain
from tapwise.probing.kinds import take
from tapwise.probing.laws import check_repeats, diagnose_either
from tapwise.probing.reception import receive
from tapwise.probing.refusal import NotAnOperator
from tapwise.probing.solving import Attempt, attempt, evidence
from tapwise.probing.subject import Refused
from tapwise.probing.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.probing.reception import Reception
    from tapwise.probing.subject import Array, Subject

#: Calls that are expected for an axis.
_CALLS = 60


def probe(
    f: Callable[[Array, Array], Any] | str | Any, *, ndim: int | None = None, seed: int = 0,
    progress: Callable[[int, int], None] | None = None, **options: Any,
) -> Verdict:  # fmt: skip
    """Find out which convention a function of a signal and a kernel follows.

    Samples and taps are coded as powers of two, so that the binary digits of every answer list the (tap, sample) pairs
    it has read. What was read is matched with the plans of all conventions; where several are left, more is measured
    where they differ. The verdict is compared with the function on random inputs of other sizes.

    Parameters
    ----------
    f : callable, str, or layer
        A callable is called as ``f(x, h)`` with two NumPy arrays with as many axes, always copies. It returns an array
        with as many axes, or what `numpy.asarray` makes one of. What it refuses by raising is written down. If it takes
        none, arrays with batch and channels beside those axes are tried, in any usual order.
        A function of a known library, itself or its name (`tapwise.libraries.names()`), gets its library's kind of
        arrays. A PyTorch module or a Keras layer is called with other kernels than its own, of the same shape; nothing
        in it is written.
    ndim : int, optional
        The number of axes; by default the fewest that it takes, of 1 to 3.
    seed : int, optional
        Of the random inputs that the verdict is tested on.
    progress : callable, optional
        Called as ``progress(done, expected)`` after each call of the function; how many calls there will be is an
        estimate. What it raises stops the probe.
    **options
        Of the function, such as ``mode="same"``.

    Returns
    -------
    Verdict
        With the convention, such that ``tapwise.apply(x, h, verdict.convention)`` reproduces `f`.

    Raises
    ------
    NotAnOperator
        With the law that `f` breaks and a counterexample.
    ArgumentError, ArgumentTypeError
        If `f` cannot be called, is not known by that name, or is a layer whose kernel cannot be told.

    Examples
    --------
    >>> import numpy as np
    >>> verdict = probe(np.correlate, mode="same")          # the same: probe("numpy.correlate", mode="same")
    >>> verdict.operator
    'cross-correlation'
    >>> verdict.convention
    Convention.of(operator='cross-correlation', size='longest', conjugate='kernel', result='promote', overflow='wrap')
    >>> print(next(item for item in verdict.evidence if (item.samples, item.taps) == (3, 5)))
    axis 0, 3 samples, 5 taps: y[0] reads h[3]·x[0], h[4]·x[1]; y[1] reads h[2]·x[0], h[3]·x[1], h[4]·x[2]; y[2] reads
    h[1]·x[0], h[2]·x[1], h[3]·x[2]; y[3] reads h[0]·x[0], h[1]·x[1], h[2]·x[2]; y[4] reads h[0]·x[1], h[1]·x[2]
    """
    taken = take(f, None if ndim is None else whole("ndim", ndim, least=1), options)
    subject, reception = taken.subject, taken.reception
    if progress is not None:
        subject.f = _watched(subject.f, progress, reception.ndim)
    try:
        check_repeats(subject, reception)
    except Refused as refusal:
        rule = f"it does not take again what it took before ({refusal})"
        raise NotAnOperator("deterministic", rule, "fix its state") from None
    made = attempt(subject, reception, seed)
    exchanged = False
    if made.doubtful and subject.kernel is None:
        if made.convention is None:
            _check_laws(subject, reception, made)
        other = _exchanged(subject, reception, seed, made)
        subject.calls += other.subject.calls
        exchanged = other.rank < made.rank or (made.one_sided and other.convention is not None)
        made = other if exchanged else made
    if made.convention is None or made.trial is None:
        raise explain(subject, reception, made)
    convention, trial = made.convention, made.trial
    if exchanged:
        convention = replace(convention, operands="exchanged")
    return Verdict(
        convention, reception.ndim, trial.exact, trial.bound, subject.calls, evidence(made, exchanged=exchanged),
        sum(len(each.considered.difference(each.readings)) for each in made.findings), trial.inputs,
        tuple(made.notes), tuple(str(refusal) for refusal in subject.refusals.values()), taken.channels(),
    )  # fmt: skip


def _check_laws(subject: Subject, reception: Reception, made: Attempt) -> None:
    """Raise if a law is broken that holds whichever operand is the signal: then it is not searched for."""
    if made.scale is not None and made.scale.normalized:
        return  # a constant boundary of the second operand looks like it
    broken = diagnose_either(subject, reception)
    if broken is not None:
        raise broken


def _exchanged(subject: Subject, reception: Reception, seed: int, first: Attempt) -> Attempt:
    """Return the attempt to explain the function with its second argument as the signal."""
    other = Exchanged.of(subject)
    other.calls = 0
    try:
        received = receive(other, reception.ndim)
    except NotAnOperator as refusal:
        return Attempt(other, refusal=refusal)
    known = [tuple((case.k, case.n) for case in each.cases) for each in first.findings]
    made = attempt(other, received, seed, known)
    if made.convention is not None and made.convention.operands != "as-given":
        made.convention = None  # the longer of two that are exchanged: no convention says so
    return made


def _watched(
    f: Callable[[Array, Array], Any], progress: Callable[[int, int], None], ndim: int
) -> Callable[[Array, Array], Any]:
    """Return a function that tells after each call how many were made, of how many that are expected."""
    made = itertools.count(1)

    def call(x: Array, h: Array) -> Any:
        y = f(x, h)
        done = next(made)
        progress(done, max(_CALLS * ndim, done + _CALLS // 2))
        return y

    return call
