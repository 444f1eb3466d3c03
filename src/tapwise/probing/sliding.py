"""Every way to slide K taps over N samples for M outputs, searched axis by axis for those that make given numbers.

No convention is named here: a way is u·i = s·o + c + d·t with a rule for what lies outside. One output is looked at
first, with the windows of all axes together; then, for the windows that make it, a line of outputs along each axis; and
at the end everything.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from tapwise.geometry import AxisPlan
from tapwise.probing.prediction import places, resolve
from tapwise.probing.relation import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tapwise.probing.subject import Array

    Near = Callable[[Array, Array], Array]
    Extent = tuple[int, int, int]

#: Strides, spreads and dilations that are tried.
STEPS = (1, 2, 3, 4)
#: Usual ways, then others: how many dilations, and by how many samples an end is inside `valid` or beyond `full`.
EXTENTS = ((1, 0, 0), (2, 3, 2), (len(STEPS), 3, 2))
_LARGEST = 20_000_000  # products of taps and samples for the windows of one output of all axes
_LARGE = 1_000_000  # products of all outputs, beyond which not all are looked at here
_LINE = 24  # outputs of one line that are looked at
_FEW, _POINTS, _COMBINATIONS, _WHOLE = 64, 4, 400, 64


class Ways:
    """All ways along one axis: arrays of whole numbers with one item a way."""

    def __init__(self, n: int, k: int, m: int, extent: Extent) -> None:
        self.n, self.k, self.m = n, k, m
        self.u, self.s, self.c, self.d, self.rule, self.cost = _ways(n, k, m, *extent).T
        ends = (self.s * (m - 1), self.d * (k - 1))
        low = (self.c + np.minimum(ends[0], 0) + np.minimum(ends[1], 0)).min(initial=0)
        high = (self.c + np.maximum(ends[0], 0) + np.maximum(ends[1], 0)).max(initial=0)
        self._low, everywhere = int(low), np.arange(low, high + 1)
        standing = np.array([resolve(everywhere, n, rule, rule) for rule in RULES])
        self._standing = np.where(standing < 0, n, standing)  # sample n is a zero

    def __len__(self) -> int:
        return len(self.u)

    def sources(self, which: Array, outputs: Array) -> Array:
        """Return the sample that each output of each way reads through each tap, `n` for none."""
        u, s, c, d, rule = (a[which][:, None, None] for a in (self.u, self.s, self.c, self.d, self.rule))
        places, between = np.divmod(s * outputs[:, None] + c + d * np.arange(self.k), u)
        found: Array = np.where(between, self.n, self._standing[rule, places - self._low])
        return found

    def windows(self, output: int) -> tuple[Array, Array]:
        """Return the different windows of one output, and for every way which of them it is."""
        first = self.s * output + self.c
        last = first + self.d * (self.k - 1)
        inside = (np.minimum(first, last) >= 0) & (np.maximum(first, last) <= (self.n - 1) * self.u)
        keys = np.stack([self.u, first, self.d, np.where(inside, 0, self.rule)], axis=1)
        _, which, number = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        return self.sources(which, np.array([output]))[:, 0], number.reshape(-1)

    def least(self, number: Array) -> Array:
        """Return for each window the cost of the plainest way that has it."""
        least: Array = np.full(number.max() + 1, self.cost.max())
        np.minimum.at(least, number, self.cost)
        return least

    def plan(self, way: int) -> AxisPlan:
        """Return a way as a plan, without a boundary on a side that is never read."""
        side = RULES[self.rule[way]]
        u, s, c, d = (int(a[way]) for a in (self.u, self.s, self.c, self.d))
        plan = AxisPlan(self.n, self.k, self.m, u, s, c, d)
        low, high = plan.reach()
        return replace(plan, below=side if low < 0 else plan.below, above=side if high >= self.n else plan.above)


def reads(plan: AxisPlan) -> object:
    """Return what a plan reads, equal where two plans read the same; for large ones only where they are the same."""
    if plan.m * plan.k > _LARGE:
        return plan
    positions, met = places(plan)
    sides = [resolve(positions, plan.n, side, side) for side in (plan.below, plan.above)]
    return np.where(met, np.where(positions < 0, *sides), -1).tobytes()


def _ways(n: int, k: int, m: int, dilations: int, cropped: int, beyond: int) -> Array:
    """Return the columns u, s, c, d, rule, cost of windows that begin and end near the ends of the signal."""
    found = []
    for u, stride, dilation in itertools.product(STEPS, STEPS, STEPS[:dilations] if k > 1 else (1,)):
        if u > 1 and stride > 1:
            continue
        reach, length = dilation * (k - 1), (n - 1) * u + 1
        rules = np.arange(len(RULES) if u == 1 else 1)
        start, rule, sign, order = np.meshgrid(
            np.arange(-reach - beyond, cropped + 1), rules, (1, -1), (1, -1) if m > 1 else (1,), indexing="ij"
        )  # fmt: skip
        after = start + stride * (m - 1) + reach - (length - 1)  # what the last window reads behind the signal
        c = np.where(sign > 0, start, start + reach) + np.where(order > 0, 0, stride * (m - 1))
        kept = (-cropped - stride < after) & (after <= reach + beyond) & ((rule == 0) | (start < 0) | (after > 0))
        cost = 8 * (u + stride + dilation) + 4 * (order < 0) + 2 * (rule > 0) + np.abs(start + after)
        columns = (np.full_like(c, u), stride * order, c, dilation * sign, rule, cost)
        found.append(np.stack([column[kept] for column in columns], axis=1))
    return np.concatenate(found) if found else np.zeros((0, 6), np.int64)


def slid(padded: Array, h: Array, windows: Sequence[Array]) -> Array:
    """Return the sums of products for all combinations of the axes' windows, each a row of samples.

    `padded` is the signal with a zero behind the last sample of every axis.
    """
    used = [np.unique(w) for w in windows]
    rows = [np.searchsorted(u, w) for u, w in zip(used, windows, strict=True)]
    box = padded[np.ix_(*used)]
    y: Array = np.tensordot(box[rows[0]], h, axes=(1, 0))  # windows of axis 0, samples of the others, their taps
    for axis in range(1, h.ndim):
        # The axes are now: windows of the axes before this one, samples of the others, taps of the others.
        taps = (np.take(y, t, axis=h.ndim) for t in range(h.shape[axis]))
        y = functools.reduce(np.add, (np.take(tap, rows[axis][:, t], axis=axis) for t, tap in enumerate(taps)))
    return y


def search(x: Array, h: Array, y: Array, near: Near, extent: Extent) -> Iterator[tuple[list[AxisPlan], ...]]:
    """Yield for each explanation of `y`, along each axis, the plans that read the same there.

    `near(sums, y)` says of each number whether the sum of products may have become it. Small data are explained by
    many of the ways of a large extent, by chance.
    """
    axes = _axes(x.shape, h.shape, y.shape, extent)
    if not all(map(len, axes)):
        return
    padded = np.pad(x, [(0, 1)] * x.ndim)
    best = None
    for point in _points(y.shape):
        windows, numbers = zip(*(a.windows(o) for a, o in zip(axes, point, strict=True)), strict=True)
        fitting = np.argwhere(near(slid(padded, h, windows), y[point]))
        if best is None or len(fitting) < len(best[0]):
            best = fitting, point, windows, numbers
        if len(best[0]) <= _FEW:
            break
    assert best is not None  # noqa: S101 - there is an output
    fitting, point, windows, numbers = best
    costs = [a.least(number)[column] for a, number, column in zip(axes, numbers, fitting.T, strict=True)]
    checked = 0
    for combination in fitting[np.argsort(sum(costs), kind="stable")][:_COMBINATIONS]:
        left = []
        for axis, ways in enumerate(axes):
            which = np.flatnonzero(numbers[axis] == combination[axis])
            which = which[np.argsort(ways.cost[which], kind="stable")]
            lines = [w[[u]] for w, u in zip(windows, combination, strict=True)]
            found = _along(padded, h, y, near, (axis, ways, which), point, lines)
            left.append(found)
            if not found:
                break
        if len(left) < x.ndim or not left[-1]:
            continue
        for choice in itertools.product(*left):
            checked += 1
            if y.size * h.size > _LARGE or _makes(padded, h, y, near, axes, choice):
                yield tuple([a.plan(way) for way in group] for a, group in zip(axes, choice, strict=True))
            if checked == _WHOLE:
                return


def _axes(x: Sequence[int], h: Sequence[int], y: Sequence[int], extent: Extent) -> list[Ways]:
    """Return the ways along every axis, with as many dilations as can be searched."""
    for dilations in range(extent[0], 0, -1):
        axes = [Ways(*lengths, (dilations, *extent[1:])) for lengths in zip(x, h, y, strict=True)]
        if all(map(len, axes)) and prod(len(a.windows(a.m // 2)[0]) for a in axes) * max(h) <= _LARGEST:
            break
    return axes


def _points(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield outputs, the middle first."""
    yield tuple(m // 2 for m in shape)
    rng = np.random.default_rng(5)
    for _ in range(_POINTS - 1):
        yield tuple(int(rng.integers(m)) for m in shape)


def _makes(
    padded: Array, h: Array, y: Array, near: Near, axes: Sequence[Ways], choice: Sequence[list[int]]
) -> bool:  # fmt: skip
    tables = [a.sources(np.array(group[:1]), np.arange(a.m))[0] for a, group in zip(axes, choice, strict=True)]
    return bool(np.all(near(slid(padded, h, tables), y)))


def _along(
    padded: Array, h: Array, y: Array, near: Near, taken: tuple[int, Ways, Array], point: tuple[int, ...],
    lines: list[Array],
) -> list[list[int]]:  # fmt: skip
    """Return the ways that make a line of outputs along one axis, in groups that read the same everywhere."""
    axis, ways, which = taken
    ends = min(ways.m, _LINE) // 2 + 1
    outputs = np.unique(np.concatenate([np.arange(ends), ways.m // 2 + np.arange(2) - 1, ways.m - 1 - np.arange(ends)]))
    outputs = outputs[(outputs >= 0) & (outputs < ways.m)]
    windows = ways.sources(which, outputs)
    lines = [windows.reshape(-1, ways.k) if a == axis else line for a, line in enumerate(lines)]
    sums = slid(padded, h, lines).reshape(len(which), len(outputs))
    line = y[tuple(outputs if a == axis else o for a, o in enumerate(point))]
    groups: dict[object, list[int]] = {}
    for way in which[near(sums, line).all(axis=1)].tolist():
        groups.setdefault(reads(ways.plan(way)), []).append(way)
    return list(groups.values())
