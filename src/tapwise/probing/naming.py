"""The conventions that slide a kernel in a given way: sizes, anchors and pads that put the outputs where they are."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tapwise.convention import Anchor, AxisConvention, Convention, Size
from tapwise.errors import ArgumentError
from tapwise.geometry import operator_plan
from tapwise.probing.usual import rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapwise.geometry import AxisPlan

_ANCHORS = [Anchor(rule) for rule in ("low", "high", "first", "last")]
_SHIFTED = [Anchor(rule, shift) for shift in (1, -1) for rule in ("low", "high", "first", "last")]
_SHIFTED += [Anchor(rule, unit="samples") for rule in ("low", "high")]


def named(plans: Iterable[AxisPlan], direction: str) -> list[AxisConvention]:
    """Return the conventions of one axis with one of these plans in this direction, the most usual first.

    Shifted anchors and pads in numbers are named only where no plainer word says the same.
    """
    found = [axis for plan in plans for axis in _fitting(plan, direction)]
    return sorted(dict.fromkeys(found), key=lambda axis: rank(axis, direction=direction))


@lru_cache(maxsize=1 << 12)
def _fitting(plan: AxisPlan, direction: str) -> tuple[AxisConvention, ...]:
    tiers = _forward(plan) if direction == "forward" else _transposed(plan)
    fitting = ([axis for axis in tier if _slides(axis, direction, plan)] for tier in tiers)
    return tuple(next(filter(None, fitting), ()))


def _slides(axis: AxisConvention, direction: str, plan: AxisPlan) -> bool:
    try:
        found, _ = operator_plan(Convention((axis,), direction), (plan.n,), (plan.k,))
    except ArgumentError:
        return False
    one = found.axes[0]
    return found.folds == (None,) and (one.m, one.u, one.s, one.c, one.d) == (plan.m, plan.u, plan.s, plan.c, plan.d)


def _forward(plan: AxisPlan) -> Iterator[list[AxisConvention]]:
    operator = "convolution" if plan.d < 0 else "cross-correlation"
    output = "reversed" if plan.s < 0 else "forward"
    reach = abs(plan.d) * (plan.k - 1)
    length = (plan.n - 1) * plan.u + 1
    start = plan.c - reach if plan.d < 0 else plan.c  # where the window of the first output starts
    windows = range((plan.m - 1) * abs(plan.s) + 1, plan.m * abs(plan.s) + 1)  # before the stride leaves some out
    pads = [(-start if plan.s > 0 else count - 1 - start, count + reach) for count in windows]
    numbered = [Size("pads", lo, total - length - lo) for lo, total in pads]
    low, high = plan.reach()
    read = [side for side, outside in ((plan.below, low < 0), (plan.above, high >= plan.n)) if outside]
    sides = (read[0], read[-1]) if read else (plan.below, plan.above)
    for tier in _sizes(operator, numbered, longer=reach + 1 > length):
        yield [
            AxisConvention(operator, output, size, anchor, *sides, abs(plan.s), abs(plan.d), plan.u)
            for size, anchor in tier
        ]


def _transposed(plan: AxisPlan) -> Iterator[list[AxisConvention]]:
    if plan.s != 1 or plan.below.rule != "zero" or plan.above.rule != "zero":
        return
    operator = "convolution" if plan.d > 0 else "cross-correlation"
    lo = plan.c + plan.d * (plan.k - 1) if plan.d > 0 else plan.c
    numbered = [Size("pads", lo, hi) for hi in range(lo - 2, lo + 3)]
    for tier in _sizes(operator, numbered, longer=False):
        yield [
            AxisConvention(
                operator, "forward", size, anchor, plan.below, plan.above, plan.u, abs(plan.d), output_padding=padding
            )
            for size, anchor in tier
            for padding in range(max(plan.u, abs(plan.d)))
        ]


def _sizes(operator: str, numbered: list[Size], *, longer: bool) -> Iterator[list[tuple[Size, Anchor]]]:
    plain = Anchor("low" if operator == "convolution" else "high")
    words = [(Size(word), plain) for word in ("valid", "full", "same-upper", "same-lower")]
    words += [(Size(word), anchor) for word in ("same", *["longest"] * longer) for anchor in _ANCHORS]
    yield words
    yield [(Size("same"), anchor) for anchor in _SHIFTED]
    yield [(size, plain) for size in numbered]
