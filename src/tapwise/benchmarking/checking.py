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
    """The right answer.

    Attributes
    ----------
    values : ndarray
        What is expected.
    allowed : float
        How far another right answer may be from it.
    ties : ndarray of bool, or None
        Where a sum that is rounded lies half-way between two integers, as near as sums in float32 tell: both are right.
    """

    values: Array
    allowed: float = 0.0
    ties: Array | None = None


def expected(job: Job) -> Expected:
    """Return the answer by direct sums: whole numbers exactly, floats line by line in double where that goes."""
    floats = job.result.kind in "fc"
    allowed = sum_bound(job, job.result) if floats else 0.0
    if job.whole or (job.factors is None and floats):
        return Expected(job.solve(accuracy="elementwise"), allowed)
    words = {**job.words, "operator": "cross-correlation", "anchor": "high", "conjugate": "none", "overflow": "raise"}
    wide = np.complex128 if job.result.kind == "c" else np.float64
    sums = job.x.astype(wide)
    if job.factors is None:
        sums = apply(sums, job.taps.astype(wide), accuracy="elementwise", **words)
    else:
        for axis, line in enumerate(job.factors):
            sums = apply(sums, line.astype(wide), axes=axis, accuracy="elementwise", **words)
    near = sum_bound(job, np.dtype(np.float32))
    return Expected(finished(sums, job), allowed, None if floats else np.abs(sums % 1 - 0.5) <= near)


def judged(right: Expected, given: Array) -> Verdict:
    """Compare an answer with the right one."""
    ours, whole = right.values, right.values.dtype.kind in "iu"
    if given.shape != ours.shape:
        return Verdict(DIFFERENT, float("inf"), float("inf"))
    ends = np.abs(ours) if ours.dtype.kind == "c" else np.array([ours.min(initial=0), ours.max(initial=0)], float)
    largest = float(np.abs(ends).max(initial=0))
    difference = 0.0
    if not np.array_equal(ours, given):
        wide = np.complex128 if "c" in (ours.dtype.kind, given.dtype.kind) else np.float64
        apart = np.abs(np.subtract(given, ours, dtype=wide))
        if right.ties is not None:
            apart[right.ties & (apart == 1)] = 0
        difference = float(apart.max(initial=0))
        difference = difference if difference == difference else float("inf")
        if whole and right.ties is None and not difference:
            difference = 1.0  # whole numbers beyond 2^53 that are one float
    relative = difference / largest if largest else float(difference > 0)
    if difference > max(right.allowed, NEAR * largest, float(whole)):
        return Verdict(DIFFERENT, difference, relative)
    if given.dtype != ours.dtype:
        return Verdict(DTYPE, difference, relative)
    return Verdict(SAME if difference <= right.allowed else APPROXIMATE, difference, relative)


def sum_bound(job: Job, dtype: np.dtype[Any]) -> float:
    """Return how far two sums of K products in this dtype, of unit roundoff u, may be apart: the smaller of two bounds.

    Twice γ·max|x|·Σ|h| with γ = k·u/(1 - k·u), k = K + 2 (2K + 2 for complex), holds for direct sums;
    12·u·log2(N)·‖x‖·‖h‖, with the norms of whole arrays, is kept by Fourier transforms, and by direct sums of as many
    numbers of either sign.
    """
    unit = float(np.finfo(dtype).eps) / 2
    x, h = np.abs(job.x if job.x.dtype.kind == "c" else job.x.astype(np.float64)), np.abs(job.h).astype(np.float64)
    roundings = job.h.size * (2 if dtype.kind == "c" else 1) + 2
    direct = 2 * roundings * unit / (1 - min(roundings * unit, 0.5)) * float(x.max() * h.sum())
    fourier = 12 * unit * log2(x.size + h.size) * float(np.linalg.norm(x.ravel()) * np.linalg.norm(h.ravel()))
    return min(direct, fourier)
