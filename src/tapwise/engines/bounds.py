"""How far a result may be from the exact one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tapwise.engines.choice import choose
from tapwise.engines.fold import fold
from tapwise.engines.fourier import Unfit, fourier, tile_bound
from tapwise.engines.partition import blocks
from tapwise.engines.sliding import sliding

if TYPE_CHECKING:
    from tapwise.engines.case import Array, Case
    from tapwise.engines.numbers import Numbers


def error_bound(case: Case, numbers: Numbers, x: Array, engine: str) -> Array:
    """Return, for every output, a bound on the distance between its sum of products and the exact one, in float64.

    For the sums of K products of `numpy` and `reference` it is γ_K·Σ|h||x| with γ_K = K·u/(1 - K·u), u half the
    distance from 1 to the next number of the work dtype (twice K for complex), and K times the smallest number for
    underflow; for a tile of `fourier`, its own. Storing in a narrower float adds one rounding.
    """
    shape = case.batch + case.plan.output_shape
    if case.integers or case.work == object:
        return np.zeros(shape)
    lead = len(case.batch)
    chosen = choose(case, engine).engine
    bound = np.empty(case.outputs)
    largest = tuple(max(step, 1) for step in (fourier if chosen == "fourier" else sliding).block(case))
    sums = replace(case, kernel=np.abs(case.kernel).astype(np.float64), work=np.dtype(np.float64))
    size = np.abs(x)
    magnitudes = np.empty(case.outputs)
    compute = sliding.worker(sums)
    for block in blocks(case.outputs, lead, largest):
        magnitudes[block.slices] = compute(size, block)
        bound[block.slices] = _direct(case, magnitudes[block.slices])
        if chosen == "fourier":
            with suppress(Unfit):  # such a tile is computed directly
                bound[block.slices] = tile_bound(case, x, block, cautious=engine == "auto")
    if any(case.plan.folds):
        bound, magnitudes = fold(case.plan, bound, lead), fold(case.plan, magnitudes, lead)
        times = 1 + max((len(f.pairs()) for f in case.plan.folds if f), default=0)
        bound = bound + times * _unit(case) * magnitudes
    if numbers.result.kind in "fc" and np.finfo(numbers.result).eps > np.finfo(case.work).eps:
        info = np.finfo(numbers.result)
        bound = bound + float(info.eps) * (magnitudes + bound) + float(info.smallest_subnormal)
    return bound


def _direct(case: Case, magnitudes: Array) -> Array:
    products = case.kernel.size * (2 if case.work.kind == "c" else 1) + 1
    unit = _unit(case)
    tiny = float(np.finfo(case.work).smallest_subnormal)
    return products * unit / (1 - products * unit) * magnitudes * (1 + 1e-6) + products * tiny


def _unit(case: Case) -> float:
    return float(np.finfo(case.work).eps) / 2
