"""What a plan costs, counted exactly."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapwise.geometry.axis import AxisPlan
    from tapwise.geometry.plan import Plan


@dataclass(frozen=True, slots=True)
class Cost:
    """Exact counts for one operator without batch: products formed, sums taken, samples touched.

    Attributes
    ----------
    multiplications : int
        Products of a tap with a sample or a boundary's value; a zero boundary forms none.
    additions : int
        Sums of two products: per output one less than its products.
    inputs, taps, outputs : int
        Elements of the three arrays.
    """

    multiplications: int
    additions: int
    inputs: int
    taps: int
    outputs: int

    def bytes(self, itemsize: int, batch: int = 1) -> int:
        """Return the bytes of `batch` inputs and outputs and one kernel, each moved once."""
        return itemsize * (batch * (self.inputs + self.outputs) + self.taps)


def cost(plan: Plan) -> Cost:
    """Return the exact cost of a plan.

    Examples
    --------
    >>> from tapwise.convention import Convention
    >>> from tapwise.geometry.plan import forward
    >>> cost(forward(Convention.of(operator="convolution", size="full"), [5], [3]))
    Cost(multiplications=15, additions=8, inputs=5, taps=3, outputs=7)
    """
    products = prod(_products(axis) for axis in plan.axes)
    fed = prod(_fed_outputs(axis) for axis in plan.axes)
    return Cost(products, products - fed, prod(plan.input_shape), prod(plan.kernel_shape), prod(plan.output_shape))


def _products(axis: AxisPlan) -> int:
    """Count the (output, tap) pairs that read a value along this axis."""
    return sum(axis.meetings(t, *_read(axis), 0, axis.m).count for t in range(axis.k))


def _fed_outputs(axis: AxisPlan) -> int:
    """Count the outputs that read at least one value along this axis: the union of the taps' runs."""
    runs = [axis.meetings(t, *_read(axis), 0, axis.m) for t in range(axis.k)]
    spans = sorted(
        (run.output % run.output_step, run.output // run.output_step, run.output // run.output_step + run.count)
        for run in runs
        if run.count
    )
    fed, phase, end = 0, -1, 0
    for span_phase, first, stop in spans:
        if span_phase != phase:
            phase, end = span_phase, 0
        fed += max(stop - max(first, end), 0)
        end = max(end, stop)
    return fed


def _read(axis: AxisPlan) -> tuple[int, int]:
    """Return the range of input positions at which something is read."""
    low, high = axis.reach()
    first = 0 if axis.below.rule == "zero" else min(low, 0)
    return first, axis.n if axis.above.rule == "zero" else max(high + 1, axis.n)
