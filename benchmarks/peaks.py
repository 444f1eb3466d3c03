"""What the machine can do: multiply-adds by the best matrix product there is, and copying by NumPy."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

SIDE, BYTES = 1536, 64 << 20


def peaks(threads: int, seconds: float = 1.0) -> dict[str, float]:
    """Return float32 operations and copied bytes (read and written) a second, the best of many calls.

    A matrix product comes near the peak of multiply-adds and never above it. Bytes are copied by as many threads as
    there are, each its part, from and to memory.
    """
    a = np.random.default_rng(0).standard_normal((SIDE, SIDE)).astype(np.float32)
    one, two, out = torch.from_numpy(a), torch.from_numpy(a.T.copy()), torch.empty(SIDE, SIDE)
    product = min(_best(lambda: torch.mm(one, two, out=out), seconds), _best(lambda: a @ a, seconds))
    source = torch.arange(BYTES // 4, dtype=torch.float32)
    target = torch.empty_like(source)
    given, taken = source.numpy(), target.numpy()
    copy = _best(lambda: target.copy_(source), seconds)
    if threads == 1:
        copy = min(copy, _best(lambda: np.copyto(taken, given), seconds))
    return {"fma": 2 * SIDE**3 / product, "copy": 2 * BYTES / copy}


def _best(call: Callable[[], object], seconds: float) -> float:
    best, end = float("inf"), perf_counter() + seconds
    while perf_counter() < end:
        start = perf_counter()
        call()
        best = min(best, perf_counter() - start)
    return best
