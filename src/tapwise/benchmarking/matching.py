"""Which options make a function do a job, found by comparing windows with those of its catalogued meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.benchmarking.job import Window, extended, pads, windows
from tapwise.benchmarking.peer import Unfit
from tapwise.catalogue import entry, meaning
from tapwise.convention import Boundary
from tapwise.errors import TapwiseError
from tapwise.geometry import operator_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tapwise.benchmarking.job import Array, Job

#: numpy.pad's words for boundaries.
PADS = {"zero": "constant", "edge": "edge", "symmetric": "symmetric", "reflect101": "reflect", "wrap": "wrap"}


@dataclass(frozen=True, slots=True)
class Fit:
    """How a function does a job: its options, its kernel, what is done before and after.

    Attributes
    ----------
    options : mapping
        The function's own.
    taps : ndarray
        The kernel as the function is given it.
    pads : tuple of (int, int)
        How the signal is extended before, by `numpy.pad`; empty where it is not.
    mode : str
        In what mode.
    keep : tuple of slice
        What is kept of the answer; empty for all.
    """

    options: Mapping[str, Any]
    taps: Array
    pads: tuple[tuple[int, int], ...] = ()
    mode: str = "constant"
    keep: tuple[slice, ...] = ()

    def extended(self, x: Array) -> Array:
        """Return the signal as the function is given it."""
        return np.pad(x, self.pads, self.mode) if self.pads else x  # type: ignore[call-overload]


def fit(name: str, choices: Iterable[Mapping[str, Any]], job: Job) -> Fit:
    """Return the first way in which a function does a job: as it is, or on a signal that is extended first.

    Functions of two axes are given a signal of one axis as a row.

    Raises
    ------
    Unfit
        If there is none.
    """
    lead = max((entry(name).ndim or 0) - job.x.ndim, 0)
    if (entry(name).ndim or job.x.ndim) != job.x.ndim + lead:
        raise Unfit(f"it filters {entry(name).ndim} axes")
    alone = Window(1, 1, 1, 0, Boundary("zero"), Boundary("zero"))
    taps = job.taps[(None,) * lead]
    wanted, longer = (alone,) * lead + job.windows, (alone,) * lead + extended(job)
    margins = ((0, 0),) * lead + tuple(pads(job))
    rules = {side.rule for w in job.windows for side in (w.below, w.above)} - {"zero"} or {"zero"}
    if len(rules) > 1 or not rules <= PADS.keys():
        raise Unfit(f"there is no such padding: {', '.join(sorted(rules))}")
    reads_outside = any(any(pair) for pair in margins)
    mode = PADS[min(rules)]
    found = [(options, *offered) for options in choices if (offered := _offered(name, options, wanted, taps))]
    for options, own, given in found:
        if own == wanted:
            return Fit(options, given)
    before = margins if reads_outside else ()
    for options in choices:
        if (offered := _offered(name, options, longer, taps)) and (keep := _kept(offered[0], longer)) is not None:
            return Fit(options, offered[1], before, mode, keep)
    raise Unfit("no choice of its options means this")


def _offered(
    name: str, options: Mapping[str, Any], wanted: tuple[Window, ...], taps: Array
) -> tuple[tuple[Window, ...], Array] | None:
    """Return the windows of a function on signals of this shape, and the kernel that it needs."""
    try:
        convention, _ = meaning(name, options)
        plan = operator_plan(convention, [w.n for w in wanted], taps.shape)[0]
    except TapwiseError:
        return None
    if any(a.n != w.n or a.k != w.k for a, w in zip(plan.axes, wanted, strict=True)):
        return None  # the operands traded places
    given = np.flip(taps, tuple(axis for axis, a in enumerate(plan.axes) if a.flipped))
    if convention.arithmetic.conjugate == "kernel":
        given = given.conj()
    return windows(plan), np.ascontiguousarray(given)


def _kept(own: tuple[Window, ...], wanted: tuple[Window, ...]) -> tuple[slice, ...] | None:
    """Return where the wanted windows, which read nothing outside, stand among a function's own."""
    keep = []
    for mine, theirs in zip(wanted, own, strict=True):
        start = theirs.lo - mine.lo
        if start < 0 or start + mine.m > theirs.m:
            return None
        keep.append(slice(start, start + mine.m))
    whole = all(k == slice(0, w.m) for k, w in zip(keep, own, strict=True))
    return () if whole else tuple(keep)
