"""How far a layer's outputs may be from the exact ones."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from tapwise.channels.sums import Target, mixed, settled
from tapwise.convention import Arithmetic
from tapwise.engines.bounds import magnitude_plan, sum_bound
from tapwise.engines.numbers import gathered

if TYPE_CHECKING:
    from tapwise.engines import Array
    from tapwise.geometry import Plan


def bounded(plan: Plan, target: Target, x: Array, taps: Array, bias: Array | None) -> Array:
    """Return, for every output, a bound on its distance from the exact sum: the same sums of magnitudes, times γ."""
    numbers = settled(plan, target.arithmetic, x, taps, bias)
    plain, positive = Target(Arithmetic(), target.order), magnitude_plan(plan)
    sums = mixed(positive, plain, _size(x), _size(taps), None if bias is None else _size(bias))
    products = prod(plan.kernel_shape) * taps.shape[-2] * gathered(plan) + (bias is not None)
    return sum_bound(numbers, products, sums)


def _size(values: Array) -> Array:
    size: Array = np.abs(values if values.dtype.kind in "fc" else values.astype(np.float64)).astype(np.float64)
    return size
