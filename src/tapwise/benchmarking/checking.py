"""Whether an answer is the same: exactly for whole numbers, within the error of direct sums for floats."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.benchmarking.numbers import finished
from tapwise.operators import apply

if TYPE_CHECKING:
    from tapwise.benchmarking.job import Array, Job

SAME, APPROXIMATE, DTYPE, DIFFERENT = "same", "approximate", "other dtype", "different"
#: What is near enough to be called approximate: one step of an integer, or this part of the largest magnitude.
NEAR = 0.01


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is, and its largest difference from the expected one, absolute and in parts of the largest."""

    status: str
    difference: float = 0.0
    relative: float = 0.0

    @property
    def equal(self) -> bool:
        """Whether it is on equal footing."""
        return self.status == SAME


@dataclass(frozen=True, slots=True)
class Expected:
    """The right answer; and where it is rounded to integers, the sums before."""

    values: Array
    sums: Array | None = None


def expected(job: Job) -> Expected:
    """Return the answer by direct sums: whole numbers exactly, floats line by line in double where that goes."""
    if job.whole or (job.factors is None and job.result.kind not in "iu"):
        return Expected(job.solve(accuracy="elementwise"))
    words = {**job.words, "operator": "cross-correlation", "anchor": "high", "conjugate": "none", "overflow": "raise"}
    wide = np.complex128 if job.result.kind == "c" else np.float64
    sums = job.x.astype(wide)
    if job.factors is None:
        sums = apply(sums, job.taps.astype(wide), accuracy="elementwise", **words)
    else:
        for axis, line in enumerate(job.factors):
            sums = apply(sums, line.astype(wide), axes=axis, accuracy="elementwise", **words)
    values = finished(sums, job)
    return Expected(values, sums if job.result.kind in "iu" else None)


def judged(job: Job, right: Expected, given: Array) -> Verdict:
    """Compare an answer with the right one.

    Where sums that are no whole numbers are rounded to integers, two integers beside a sum are both right if it lies
    half-way between them, as near as sums in float32 tell.
    """
    ours = right.values
    if given.shape != ours.shape:
        return Verdict(DIFFERENT, float("inf"), float("inf"))
    wide = np.complex128 if "c" in (ours.dtype.kind, given.dtype.kind) else np.float64
    largest = float(np.abs(ours).max(initial=0))
    difference = 0.0
    if not np.array_equal(ours, given):
        apart = np.abs(given.astype(wide) - ours.astype(wide))
        if right.sums is not None:
            tie = np.abs(np.abs(right.sums - np.floor(right.sums)) - 0.5) <= sum_bound(job, np.dtype(np.float32))
            apart[tie & (apart == 1)] = 0
        difference = float(apart.max(initial=0))
        difference = difference if difference == difference else float("inf")
        if job.whole and not difference:
            difference = 1.0  # whole numbers beyond 2^53 that are one float
    relative = difference / largest if largest else float(difference > 0)
    if difference > max(allowed(job), NEAR * largest, float(ours.dtype.kind in "iu")):
        return Verdict(DIFFERENT, difference, relative)
    if given.dtype != ours.dtype:
        return Verdict(DTYPE, difference, relative)
    return Verdict(SAME if difference <= allowed(job) else APPROXIMATE, difference, relative)


def allowed(job: Job) -> float:
    """Return how far two right answers may be apart: 0 for whole numbers, else the bound on sums in their own type."""
    return sum_bound(job, job.result) if job.result.kind in "fc" else 0.0


def sum_bound(job: Job, dtype: np.dtype[Any]) -> float:
    """Return how far two sums of K products in this dtype, of unit roundoff u, may be apart: the smaller of two bounds.

    Twice γ·max|x|·Σ|h| with γ = k·u/(1 - k·u), k = K + 2 (2K + 2 for complex), holds for direct sums;
    12·u·log2(N)·‖x‖·‖h‖, with the norms of whole arrays, is kept by Fourier transforms, and by direct sums of as many
    numbers of either sign.
    """
    unit = float(np.finfo(dtype).eps) / 2
    x, h = np.abs(job.x).astype(np.float64), np.abs(job.h).astype(np.float64)
    roundings = job.h.size * (2 if dtype.kind == "c" else 1) + 2
    direct = 2 * roundings * unit / (1 - min(roundings * unit, 0.5)) * float(x.max() * h.sum())
    fourier = 12 * unit * log2(x.size + h.size) * float(np.sqrt((x * x).sum()) * np.sqrt((h * h).sum()))
    return min(direct, fourier)
