"""The sums over taps and channels: a matrix product a tap, from the channels it reads to the channels it feeds.

Signals are (batch, *spatial, channels), kernels (*taps, groups, inputs of a group, outputs of a group). Which outputs a
tap feeds, and what they read through it, is the engines' to say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from tapwise.engines import Case, Corner, settle, store
from tapwise.engines.fold import fold
from tapwise.engines.partition import blocks, trailing
from tapwise.engines.sliding import reads
from tapwise.geometry import AxisPlan, Plan
from tapwise.operators.problem import check_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.channels.layout import Index
    from tapwise.convention import Arithmetic
    from tapwise.engines import Array, Numbers
    from tapwise.engines.case import Block

#: Elements of a block, over all channels: what it reads, and its sums, stay in a core's cache.
BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class Target:
    """Where results go: an array whose axes, taken in `order`, are those of the sums; and how they are stored."""

    arithmetic: Arithmetic
    order: Index

    def empty(self, shape: Index, numbers: Numbers) -> Array:
        """Return an array for results, in the order of the sums; transposing it back gives the caller's."""
        own = tuple(shape[self.order.index(axis)] for axis in range(len(shape)))
        return np.empty(own, numbers.result).transpose(self.order)

    def stored(self, numbers: Numbers, sums: Array, first: Index) -> Array:
        """Return sums as results; errors call each by its index in the caller's array."""
        return store(self.arithmetic, numbers, sums, Corner(first, self.order))


def settled(plan: Plan, arithmetic: Arithmetic, x: Array, taps: Array, bias: Array | None) -> Numbers:
    """Return the number types of sums and results."""
    if bias is not None and bias.dtype.kind in "fcO":
        taps = taps.astype(np.result_type(taps, bias))
    numbers = settle(_beside(arithmetic, bias), x, taps, plan)
    if numbers.work == object:
        _check(plan, arithmetic, numbers, x, taps, bias)
    return numbers


@np.errstate(over="ignore", invalid="ignore")
def mixed(plan: Plan, target: Target, x: Array, taps: Array, bias: Array | None = None) -> Array:
    """Return the outputs of a plan: y[n, o, b] = bias[b] + Σ_t Σ_a taps[t, a, b]·x[n, i, a], (t, i) meeting o."""
    lead = x.ndim - len(plan.axes) - 1
    numbers = settled(plan, target.arithmetic, x, taps, bias)
    kernel = np.ascontiguousarray(taps, dtype=numbers.work)
    case = Case(plan, kernel, x.shape[:lead], x.dtype, numbers.work)
    channels = taps.shape[-3] * taps.shape[-1]
    added = None if bias is None else bias.astype(numbers.work)
    y = target.empty((*case.batch, *plan.output_shape, channels), numbers)
    folds = any(plan.folds)
    unfolded = np.empty((*case.outputs, channels), numbers.work) if folds else y
    for block in _blocks(case, x.shape[-1] + channels):
        sums = np.zeros(
            (*(_length(s, n) for s, n in zip(block.slices, case.outputs, strict=True)), channels), numbers.work
        )
        for tap, outputs, values in reads(case, x, block):
            sums[outputs] += _through(values, kernel[tap])
        if added is not None and not folds:
            sums += added
        first = (*(s.start for s in block.slices), 0)
        unfolded[block.slices] = sums if folds else target.stored(numbers, sums, first)
    if folds:
        folded = fold(plan, unfolded, lead)
        folded = folded if added is None else folded + added
        y[...] = target.stored(numbers, folded, (0,) * y.ndim)
    return y.transpose(np.argsort(target.order))


@np.errstate(over="ignore", invalid="ignore")
def paired(
    plan: Plan, arithmetic: Arithmetic, x: Array, y: Array, groups: int, *, conjugate: bool
) -> tuple[Array, Numbers]:
    """Return Σ_n Σ_o x[n, i, a]·y[n, o, b] for every tap, (*taps, groups, inputs, outputs), still to be stored.

    It is the plan's relation turned for the taps: (o, i) are the pairs that meet the tap.
    """
    lead = x.ndim - len(plan.axes) - 1
    split = y.reshape(*y.shape[:-1], groups, y.shape[-1] // groups)
    # As weights, the values of y are taps: one for each position, a matrix from the batch to the channels.
    as_taps = np.moveaxis(split if lead else split[None], 0, -2)
    numbers = settle(arithmetic, x, as_taps, plan)
    if numbers.work == object:
        check_kinds(plan, arithmetic, numbers, x, y, "x and gradient")
    shape = (*plan.kernel_shape, groups, x.shape[-1] // groups, y.shape[-1] // groups)
    sums = np.zeros(shape, numbers.work)
    case = Case(plan, sums, x.shape[:lead], x.dtype, numbers.work, conjugate_signal=conjugate)
    for block in _blocks(case, x.shape[-1] + y.shape[-1]):
        part = y[block.slices].astype(numbers.work, order="C")
        for tap, outputs, values in reads(case, x, block):
            sums[tap] += _between(values, part[outputs], groups)
    return sums, numbers


def totalled(target: Target, y: Array) -> Array:
    """Return the sum over all axes but the last."""
    lengths = y.shape[:-1]
    axes = tuple(AxisPlan(n=n, k=n, m=1, u=1, s=1, c=0, d=1) for n in lengths)
    ones = np.broadcast_to(np.True_, lengths)
    numbers = settle(target.arithmetic, ones, y[..., None, None, :], Plan(axes, (None,) * len(axes)))
    with np.errstate(over="ignore", invalid="ignore"):
        sums = y.sum(axis=tuple(range(len(lengths))), dtype=numbers.work)
    return target.stored(numbers, np.asarray(sums), (0,))


def _blocks(case: Case, channels: int) -> Iterator[Block]:
    """Yield blocks of outputs that, with all their channels, cache well."""
    stride = prod(abs(axis.s) for axis in case.plan.axes) / prod(axis.u for axis in case.plan.axes)
    limit = max(int(BLOCK / (max(channels, 1) * max(stride / 2, 1.0))), 1)
    return blocks(case.outputs, len(case.batch), tuple(max(n, 1) for n in trailing(case.outputs, limit)))


def _through(values: Array, matrices: Array) -> Array:
    """Return values (…, channels) after the matrix of each group."""
    groups, inputs, outputs = matrices.shape
    product: Array
    if groups == 1:
        product = values @ matrices[0]
        return product
    if inputs == outputs == 1:
        return values * matrices[:, 0, 0]
    split = values.reshape(*values.shape[:-1], groups, inputs).swapaxes(-2, -3)  # (…, groups, positions, inputs)
    product = np.matmul(split, matrices).swapaxes(-2, -3)
    return product.reshape(*product.shape[:-2], groups * outputs)


def _between(values: Array, sums: Array, groups: int) -> Array:
    """Return, for each group, the matrix Σ values·sums over all positions."""
    columns = [a.reshape(-1, groups, a.shape[-1] // groups).swapaxes(0, 1) for a in (values, sums)]
    matrices: Array = np.matmul(columns[0].swapaxes(-1, -2), columns[1])
    return matrices


def _beside(arithmetic: Arithmetic, bias: Array | None) -> Arithmetic:
    """Return the arithmetic with room for a bias of whole numbers: one that is as large and, if any is, negative."""
    if bias is None or not bias.size or bias.dtype.kind not in "biu":
        return arithmetic
    least, most = int(bias.min()), int(bias.max())
    return replace(arithmetic, offset=-max(-least, most) if least < 0 else most)


def _check(plan: Plan, arithmetic: Arithmetic, numbers: Numbers, x: Array, taps: Array, bias: Array | None) -> None:
    if bias is None:
        check_kinds(plan, arithmetic, numbers, x, taps)
    else:
        both = np.concatenate([taps.astype(object).ravel(), bias.astype(object).ravel()])
        check_kinds(plan, arithmetic, numbers, x, both, "x, h and bias")


def _length(part: slice, whole: int) -> int:
    return len(range(*part.indices(whole)))
