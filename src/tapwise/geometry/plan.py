"""Plans: a convention met with shapes, and the three turns of the relation it sets up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tapwise.convention import Boundary
from tapwise.convention.words import counted
from tapwise.errors import ShapeError, Shown
from tapwise.geometry.axis import AxisPlan
from tapwise.geometry.extension import SAMPLELESS, source
from tapwise.geometry.sizes import extent, outputs, shortest_input, spread_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapwise.convention import AxisConvention, Convention

_ZERO = Boundary("zero")


@dataclass(frozen=True, slots=True)
class Fold:
    """Adds what arrived outside a signal of `n` samples to the samples that stood there: a boundary, transposed."""

    lead: int
    n: int
    trail: int
    below: Boundary
    above: Boundary

    def pairs(self) -> list[tuple[int, int]]:
        """Return (index in the extended array, index of the sample it is added to) for all that lies outside."""
        outside = [(e, e - self.lead, self.below) for e in range(self.lead)]
        end = self.lead + self.n
        outside += [(e, e - self.lead, self.above) for e in range(end, end + self.trail)]
        return [(e, j) for e, i, side in outside if (j := source(i, self.n, side)) is not None]


@dataclass(frozen=True, slots=True)
class Plan:
    """The index integers of one operator on arrays of known shape, axis by axis."""

    axes: tuple[AxisPlan, ...]
    folds: tuple[Fold | None, ...]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The lengths of the input."""
        return tuple([axis.n for axis in self.axes])

    @property
    def kernel_shape(self) -> tuple[int, ...]:
        """The lengths of the kernel."""
        return tuple([axis.k for axis in self.axes])

    @property
    def unfolded_shape(self) -> tuple[int, ...]:
        """The lengths of the output before it is folded."""
        return tuple([axis.m for axis in self.axes])

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The lengths of the output."""
        return tuple([fold.n if fold else axis.m for axis, fold in zip(self.axes, self.folds, strict=True)])


def forward(convention: Convention, inputs: Sequence[int], kernel: Sequence[int]) -> Plan:
    """Return the forward plan of `convention` for a signal and a kernel of these lengths, whatever its direction.

    Raises
    ------
    ShapeError
        Where the lengths leave no window, or the anchor is not on the kernel.
    """
    ndim = len(inputs)
    meant = [convention.axis(index, ndim) for index in range(ndim)]
    longer = convention.operands == "longer-first" and _kernel_is_longer(meant, inputs, kernel)
    axes = tuple(_axis(a, n, k, i, longer) for i, (a, n, k) in enumerate(zip(meant, inputs, kernel, strict=True)))
    return Plan(axes, (None,) * ndim)


def transposed_lengths(convention: Convention, outputs: Sequence[int], kernel: Sequence[int]) -> tuple[int, ...]:
    """Return the lengths of the signal from which `convention`, forward, makes `outputs`: its transpose's result."""
    ndim = len(outputs)
    return tuple(
        _transposed_length(convention.axis(index, ndim), m, k, index)
        for index, (m, k) in enumerate(zip(outputs, kernel, strict=True))
    )


def input_turn(plan: Plan) -> Plan:
    """Return the forward plan's relation solved for the input: what each input receives from the outputs it feeds.

    (u, s, c, d) becomes (s, u, -c, -d), or (|s|, -u, c, d) where s < 0: the sign of the taps turns, so the input
    gradient of a cross-correlation is a convolution and the other way round. Samples that the boundary reads again
    receive through a fold.
    """
    axes, folds = [], []
    for a in plan.axes:
        low, high = a.reach()
        lead = max(-low, 0) if a.below.rule not in SAMPLELESS else 0
        trail = max(high - a.n + 1, 0) if a.above.rule not in SAMPLELESS else 0
        m, c = a.n + lead + trail, -a.c - a.u * lead
        turned = (a.s, a.u, c, -a.d) if a.s > 0 else (-a.s, -a.u, -c, a.d)
        axes.append(AxisPlan(a.m, a.k, m, *turned))
        folds.append(Fold(lead, a.n, trail, a.below, a.above) if lead or trail else None)
    return Plan(tuple(axes), tuple(folds))


def kernel_turn(plan: Plan) -> Plan:
    """Return the forward plan's relation solved for the kernel: stride and dilation trade places.

    The outputs' gradient takes the kernel's place. It is a correlation; for a convolution it comes out backwards.
    """
    axes = tuple(replace(a, k=a.m, m=a.k, s=a.d, d=a.s) for a in plan.axes)
    return Plan(axes, (None,) * len(axes))


def linear(plan: Plan) -> Plan:
    """Return the plan without the constants of its boundaries: its linear part."""

    def still(side: Boundary) -> Boundary:
        return _ZERO if side.rule == "constant" else side

    axes = tuple(replace(a, below=still(a.below), above=still(a.above)) for a in plan.axes)
    return Plan(axes, plan.folds)


def _axis(meant: AxisConvention, n: int, k: int, index: int, longer: bool) -> AxisPlan:
    _check_taps(k, index)
    length, reach = spread_length(n, meant.spread), meant.dilation * (k - 1)
    lo, hi = extent(meant, n, k, index)
    below, above = meant.below, meant.above
    if longer and meant.size.rule == "valid":
        # The kernel is the signal now: the windows are those that hold all of x, and nothing beside it is read.
        lo = hi = reach + 1 - length
        below = above = _ZERO
    windows = length + lo + hi - reach
    if windows < 1:
        if meant.size.rule in ("valid", "pads"):
            raise _no_window(meant, n, k, index)
        windows = 0
    step, offset, tap_step = meant.stride, -lo, meant.dilation
    if meant.flipped:
        offset, tap_step = reach - lo, -meant.dilation
    if meant.output == "reversed":
        step, offset = -meant.stride, offset + max(windows - 1, 0)
    m = -(-windows // meant.stride)
    axis = AxisPlan(n, k, m, meant.spread, step, offset, tap_step, below, above)
    if not n and m and axis.reads_samples_outside():
        raise ShapeError(
            "boundary", meant.boundary, f"there is no sample along axis {index} to extend",
            "write boundary='zero', or give a signal with samples",
        )  # fmt: skip
    low, high = axis.reach()
    # One spelling: a side that is never read has no boundary, so that plans which meet the same pairs are equal.
    below_read, above_read = low < 0 or below.rule == "zero", high >= n or above.rule == "zero"
    if below_read and above_read:
        return axis
    return replace(axis, below=below if below_read else _ZERO, above=above if above_read else _ZERO)


def _check_taps(k: int, index: int) -> None:
    if k < 1:
        raise ShapeError("h", Shown(f"{k} taps along axis {index}"), "a kernel needs a tap", "give it one or more")


def _no_window(meant: AxisConvention, n: int, k: int, index: int) -> ShapeError:
    span = meant.dilation * (k - 1) + 1
    taps = counted(k, "tap") + (f" that span {span} samples" if span != k else "")
    signal = counted(n, "sample") + (f" spread to {spread_length(n, meant.spread)}" if meant.spread > 1 else "")
    return ShapeError(
        "size", str(meant.size), f"no window fits along axis {index}: h has {taps}, x has {signal}",
        "write size='full' or size='same'" if meant.size.rule == "valid" else "write larger pads",
    )  # fmt: skip


def _kernel_is_longer(meant: Sequence[AxisConvention], inputs: Sequence[int], kernel: Sequence[int]) -> bool:
    """Whether the kernel is the longer operand; one of the two must be at least as long along every axis."""
    lengths = [spread_length(n, a.spread) for a, n in zip(meant, inputs, strict=True)]
    spans = [a.dilation * (k - 1) + 1 for a, k in zip(meant, kernel, strict=True)]
    if all(n >= k for n, k in zip(lengths, spans, strict=True)):
        return False
    if all(n <= k for n, k in zip(lengths, spans, strict=True)) or all(a.size.rule != "valid" for a in meant):
        return True
    raise ShapeError(
        "h", Shown(f"shape {tuple(kernel)}"), f"with operands='longer-first' and size='valid' neither x, of shape "
        f"{tuple(inputs)}, nor h is the longer along every axis", "write size='full' or size='same'",
    )  # fmt: skip


def _transposed_length(meant: AxisConvention, m: int, k: int, index: int) -> int:
    _check_taps(k, index)
    if meant.length is not None:
        n = meant.length
        made = outputs(meant, n, k, index)
        if made != m:
            raise ShapeError(
                "length", n, f"{counted(n, 'sample')} would give {counted(made, 'output')} along axis {index}, and x "
                f"has {m}", "write a length that gives as many, or leave it out",
            )  # fmt: skip
        return n
    if meant.output_padding and meant.output_padding >= max(meant.stride, meant.dilation):
        raise ShapeError(
            "output_padding", meant.output_padding, f"must be below the stride {meant.stride} or the dilation "
            f"{meant.dilation} along axis {index}", "write a smaller one, or length=",
        )  # fmt: skip
    shortest = shortest_input(meant, m, k, index)
    n = shortest + meant.output_padding
    if n < 0:
        raise ShapeError(
            "size", str(meant.size), f"leaves a length of {n} along axis {index}, for {counted(k, 'tap')} and "
            f"{counted(m, 'sample')} of x", "write smaller pads, or a larger output_padding=",
        )  # fmt: skip
    exact = n if meant.output_padding < meant.stride else shortest  # beyond the stride more outputs would be made
    if exact >= 0 and outputs(meant, exact, k, index) != m:
        raise ShapeError(
            "x", Shown(f"{counted(m, 'sample')} along axis {index}"), f"no signal gives as many outputs with "
            f"size={str(meant.size)!r} and {counted(k, 'tap')}", "the transpose takes what the forward operator makes",
        )  # fmt: skip
    return n


def operator_plan(convention: Convention, inputs: Sequence[int], kernel: Sequence[int]) -> tuple[Plan, Plan]:
    """Return (the plan that `convention` computes for an input of these lengths, the forward plan it is a turn of)."""
    if convention.direction == "forward":
        plan = forward(convention, inputs, kernel)
        return plan, plan
    lengths = transposed_lengths(convention, inputs, kernel)
    base = forward(convention, lengths, kernel)
    # With output padding beyond the stride the forward pass would make more outputs than x has: take as many.
    base = Plan(tuple(replace(a, m=m) for a, m in zip(base.axes, inputs, strict=True)), base.folds)
    return input_turn(base), base
