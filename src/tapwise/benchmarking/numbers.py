"""Number types: what a function computes in, and how its sums become the dtype that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tapwise.benchmarking.job import Array, Job


def working(job: Job) -> np.dtype[Any]:
    """Return the dtype that a function has to be given where its result is of the dtype of its arguments.

    For whole numbers it is the result's where no sum can leave it, int64 otherwise.
    """
    if job.result.kind not in "iu":
        return job.result
    if not job.whole:
        return np.dtype(np.float32 if job.result.itemsize <= 2 else np.float64)
    most = int(np.abs(job.h.astype(np.int64)).sum()) * max(abs(int(job.x.min())), abs(int(job.x.max())))
    low = min(int(job.x.min()), int(job.h.min()))
    info = np.iinfo(job.result)
    return job.result if most <= info.max and low >= info.min else np.dtype(np.int64)


def finished(y: Any, job: Job) -> Any:
    """Return an answer of NumPy or JAX in the result's dtype: rounded and saturated where it has to be."""
    if y.dtype == job.result:
        return y
    if job.result.kind in "iu":
        if y.dtype.kind == "f":
            y = y.round()
        if job.narrow:
            y = y.clip(np.iinfo(job.result).min, np.iinfo(job.result).max)
    elif y.dtype.kind == "c" and job.result.kind != "c":
        y = y.real
    return y.astype(job.result)


def cast(x: Array, dtype: np.dtype[Any]) -> Array:
    """Return an array of this dtype, itself where it is."""
    return x if x.dtype == dtype else x.astype(dtype)
