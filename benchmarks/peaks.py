"""What the machine can do, by calls that are timed in the same rounds as the cells whose share of it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from tapwise.benchmarking import switch
from tapwise.engines import threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.benchmarking import Job

#: Of a matrix product: from here on its speed does not grow.
SIDE = 768


@dataclass(frozen=True, slots=True)
class Peak:
    """A call that does nothing but arithmetic, or nothing but copy.

    Attributes
    ----------
    work : int
        Its floating-point operations, or the bytes that it reads and writes.
    run : callable
        The call; where its result goes is there before.
    """

    work: int
    run: Callable[[], object]


def peaks(binds: str | None, job: Job) -> dict[str, Peak]:
    """Return what a job's share is formed of; the faster one counts.

    Parameters
    ----------
    binds : {"arithmetic", "memory"} or None
        What its time is bound by: matrix products in float32, which come near the peak of multiply-adds and never above
        it; or copies of the signal. Nothing for None.
    """
    switch("torch", threads())
    if binds == "arithmetic":
        one, two, out = np.random.default_rng(0).standard_normal((3, SIDE, SIDE)).astype(np.float32)
        first, second, to = map(torch.from_numpy, (one, two, out))
        work = 2 * SIDE**3
        return {
            "torch.mm": Peak(work, lambda: torch.mm(first, second, out=to)),
            "numpy.matmul": Peak(work, lambda: np.matmul(one, two, out=out)),
        }
    if binds == "memory":
        target = np.zeros_like(job.x)
        source, taken = torch.from_numpy(job.x), torch.from_numpy(target)
        work = 2 * job.x.nbytes
        return {
            "torch.Tensor.copy_": Peak(work, lambda: taken.copy_(source)),
            "numpy.copyto": Peak(work, lambda: np.copyto(target, job.x)),
        }
    return {}
