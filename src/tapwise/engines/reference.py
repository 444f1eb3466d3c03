"""The definition, output by output and tap by tap: y[o] = Σ h[t]·x[i] over all t, with u·i = s·o + c + d·t.

Products are summed in the order of the input positions they read. Any convention, any kind of number; slow, and meant
to be read.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.engines.case import Array, Block, Case
    from tapwise.geometry import AxisPlan


class Reference:
    """The engine that everything else is compared with."""

    name = "reference"
    stores = False

    def refusal(self, case: Case) -> str:
        """Refuse nothing."""
        return ""

    def nanoseconds(self, case: Case) -> float:
        """Predict about a microsecond for each tap looked at."""
        return 1000.0 * float(np.prod([1.0, *case.outputs, *case.kernel.shape]))

    def memory(self, case: Case) -> int:
        """Return the bytes of a block of sums."""
        return 256 * case.work.itemsize

    def block(self, case: Case) -> tuple[int, ...]:
        """Take small blocks, so that a long call can be stopped."""
        return (1,) * (len(case.outputs) - 1) + (256,)

    def worker(self, case: Case) -> Callable[[Array, Block, Array | None], Array]:
        """Return the definition as a function of a block."""
        axes = case.plan.axes

        def compute(x: Array, block: Block, _: Array | None) -> Array:
            rows = x[block.batch]
            y = np.empty(rows.shape[: len(block.batch)] + tuple(b - a for a, b in block.bounds), case.work)
            for batch in np.ndindex(rows.shape[: len(block.batch)]):
                for o in itertools.product(*(range(*b) for b in block.bounds)):
                    place = batch + tuple(p - a for p, (a, _) in zip(o, block.bounds, strict=True))
                    y[place] = _sum(case, axes, rows[batch], o)
            return y

        return compute


def _sum(case: Case, axes: tuple[AxisPlan, ...], x: Array, output: tuple[int, ...]) -> Any:
    total = case.work.type(0) if case.work != object else 0
    for tap in itertools.product(*(axis.window() for axis in axes)):
        value = _value(case, axes, x, output, tap)
        if value is not None:
            total = total + case.kernel[tap] * value
    return total


def _value(case: Case, axes: tuple[AxisPlan, ...], x: Array, output: tuple[int, ...], tap: tuple[int, ...]) -> Any:
    """Return what stands where `output` reads through `tap`; None where nothing is read."""
    constant, index = None, []
    for axis, o, t in zip(axes, output, tap, strict=True):
        i = axis.input(o, t)
        if i is None:
            return None
        side, sample = axis.side(i), axis.source(i)
        if sample is None and side is not None:
            if side.rule == "zero":
                return None
            constant = side.value
        index.append(sample or 0)
    value = np.asarray(x[tuple(index)] if constant is None else constant).astype(case.work)[()]
    return value.conjugate() if case.conjugate_signal else value


reference = Reference()
