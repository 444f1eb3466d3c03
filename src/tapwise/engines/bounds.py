"""How far a result may be from the exact one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.engines.choice import choose
from tapwise.engines.fold import fold
from tapwise.engines.fourier import block_bound, fourier
from tapwise.engines.partition import blocks
from tapwise.engines.separable import separable
from tapwise.engines.sliding import sliding
from tapwise.engines.tiles import TINY

if TYPE_CHECKING:
    from tapwise.convention import Boundary
    from tapwise.engines.case import Array, Case
    from tapwise.engines.numbers import DType, Numbers
    from tapwise.geometry import Plan


@np.errstate(over="ignore", invalid="ignore")
def error_bound(case: Case, numbers: Numbers, x: Array, engine: str, taken: str = "") -> Array:
    """Return, for every output, a bound on the distance between its sum of products and the exact one, in float64.

    `taken` is the engine that stands for "auto", where it is not the one that is chosen from predictions.
    For the sums of K products of `direct`, `numpy` and `reference` it is γ·Σ|h||x|, γ = k·u/(1 - k·u) with k = K + 2
    roundings (of both operands, which may be converted, and of a product and K - 1 sums: as many where multiply-adds
    round once; about twice as many for complex), u half the distance from 1 to the next number of the work dtype, and k
    times its smallest number for underflow. For `separable` K counts the taps of
    all factors, and what the taps differ from their product is added; for a tile of `fourier` it is its own.
    Storing adds one rounding where the result is narrower, and 1 where it is an integer. Infinite where sums may be.
    """
    shape = case.batch + case.plan.output_shape
    if case.integers or case.work.kind not in "fc":
        return np.zeros(shape)
    lead = len(case.batch)
    chosen = taken or choose(case, engine).engine
    bound = np.empty(case.outputs)
    largest = tuple(max(step, 1) for step in (fourier if chosen == "fourier" else sliding).block(case))
    taps = np.abs(case.kernel).astype(np.float64)
    sums = replace(case, plan=magnitude_plan(case.plan), kernel=taps, work=np.dtype(np.float64), conjugate_signal=False)
    size = np.abs(x if x.dtype.kind in "fc" else x.astype(np.float64))
    magnitudes = np.empty(case.outputs)
    products, enlarges = float(case.kernel.size), 1.0
    if chosen == "separable":
        products, enlarges = separable.roundings(case), separable.enlarges(case)
    compute = sliding.worker(sums)
    for block in blocks(case.outputs, lead, largest):
        magnitudes[block.slices] = compute(size, block, None)
        bound[block.slices] = _direct(case.work, products, magnitudes[block.slices], enlarges)
        if chosen == "fourier":
            block_bound(case, x, block, bound[block.slices], cautious=engine == "auto")
    if any(case.plan.folds):
        bound, magnitudes = fold(case.plan, bound, lead), fold(case.plan, magnitudes, lead)
        times = 1 + sum(len(f.pairs()) for f in case.plan.folds if f)
        bound = bound + times * _unit(case.work) * (magnitudes + bound)
    return _stored(bound, magnitudes, case.work, numbers.result, transformed=chosen == "fourier")


def sum_bound(numbers: Numbers, products: int, magnitudes: Array) -> Array:
    """Return the bound on direct sums of at most so many products, in any order, whose magnitudes add up to these."""
    if numbers.integers or numbers.work.kind not in "fc":
        return np.zeros(magnitudes.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        bound = _direct(numbers.work, products, magnitudes)
        return _stored(bound, magnitudes, numbers.work, numbers.result, transformed=False)


def _direct(work: DType, products: float, magnitudes: Array, enlarges: float = 1.0) -> Array:
    roundings = products * (2 if work.kind == "c" else 1) + 2
    unit, tiny = _unit(work), max(float(np.finfo(work).smallest_subnormal), TINY)
    return roundings * unit / (1 - roundings * unit) * magnitudes * (1 + 1e-6) + roundings * tiny * enlarges


def _stored(bound: Array, magnitudes: Array, work: DType, result: DType, *, transformed: bool) -> Array:
    """Return the bound after sums have become results; transforms work in double or wider."""
    largest = float(np.finfo(work).max)
    if result.kind in "iu":
        bound = bound + 1.0
    elif result.kind in "fc":
        info = np.finfo(result)
        largest = min(largest, float(info.max))
        precision = max(np.finfo(work).bits, 64) if transformed else np.finfo(work).bits
        if info.bits < precision:
            bound = bound + float(info.eps) * (magnitudes + bound) + float(info.smallest_subnormal)
    return np.where(magnitudes + bound < largest, bound, np.inf)


def magnitude_plan(plan: Plan) -> Plan:
    """Return the plan with the magnitudes of its boundaries' constants."""

    def positive(side: Boundary) -> Boundary:
        value: Any = side.value
        return replace(side, value=abs(value))

    return replace(plan, axes=tuple(replace(a, below=positive(a.below), above=positive(a.above)) for a in plan.axes))


def _unit(work: DType) -> float:
    return float(np.finfo(work).eps) / 2
