"""Whether an answer is the same: exactly for whole numbers, within the error of direct sums for floats."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

import numpy as np

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


def judged(job: Job, expected: Array, given: Array) -> Verdict:
    """Compare an answer with the expected one."""
    if given.shape != expected.shape:
        return Verdict(DIFFERENT, float("inf"), float("inf"))
    wide = np.complex128 if expected.dtype.kind == "c" or given.dtype.kind == "c" else np.float64
    difference = largest = 0.0
    for ours, theirs in zip(expected.reshape(1, -1) if expected.ndim < 2 else expected,
                            given.reshape(1, -1) if given.ndim < 2 else given, strict=True):  # fmt: skip
        if ours.dtype == theirs.dtype and np.array_equal(ours, theirs):
            largest = max(largest, float(np.abs(ours).max(initial=0)))
            continue
        apart = np.abs(theirs.astype(wide) - ours.astype(wide))
        # two different integers beyond 2^53 may be one float: they are one apart at least
        worst = max(float(apart.max(initial=0)), float(ours.dtype.kind in "iu" and not np.array_equal(ours, theirs)))
        difference = max(difference, worst) if worst == worst else float("inf")
        largest = max(largest, float(np.abs(ours.astype(wide)).max(initial=0)))
    relative = difference / largest if largest else float(difference > 0)
    if difference > max(allowed(job), NEAR * largest, float(expected.dtype.kind in "iu")):
        return Verdict(DIFFERENT, difference, relative)
    if given.dtype != expected.dtype:
        return Verdict(DTYPE, difference, relative)
    return Verdict(SAME if difference <= allowed(job) else APPROXIMATE, difference, relative)


def allowed(job: Job) -> float:
    """Return how far two right answers may be apart: 0 for whole numbers.

    For sums of K products in the result's type, with unit roundoff u, the smaller of two: twice γ·max|x|·Σ|h| with
    γ = k·u/(1 - k·u), k = K + 2 (2K + 2 for complex), which bounds direct sums; and 12·u·log2(N)·‖x‖·‖h‖ with the norms
    of whole arrays, which a Fourier transform keeps, and direct sums of as many numbers of either sign.
    """
    if job.result.kind not in "fc":
        return 0.0
    unit = float(np.finfo(job.result).eps) / 2
    x, h = np.abs(job.x).astype(np.float64), np.abs(job.h).astype(np.float64)
    roundings = job.h.size * (2 if job.result.kind == "c" else 1) + 2
    direct = 2 * roundings * unit / (1 - min(roundings * unit, 0.5)) * float(x.max() * h.sum())
    fourier = 12 * unit * log2(x.size + h.size) * float(np.sqrt((x * x).sum()) * np.sqrt((h * h).sum()))
    return min(direct, fourier)
