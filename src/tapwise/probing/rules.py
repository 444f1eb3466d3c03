"""Conventions that could be meant: every size, anchor and operand rule for the steps that were measured."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tapwise.convention import Anchor, AxisConvention, Boundary, Size
from tapwise.probing.prediction import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.probing.measuring import Case
    from tapwise.probing.relation import Steps

_ZERO = Boundary("zero")
_SHIFTS = (0, 1, -1, 2, -2, 3, -3)


def forward(steps: Steps, case: Case, offsets: list[int]) -> Iterator[Reading]:
    """Yield the forward conventions with these steps, their pads and lags taken from one case and its offsets."""
    for axis in _axes(steps, case, offsets, padding=0):
        yield Reading(axis)
        if axis.size.rule == "valid":
            yield Reading(axis, "longer-first")


def transposed(steps: Steps, case: Case, offsets: list[int], length: int | None) -> Iterator[Reading]:
    """Yield the transposes of the conventions with these steps, for a case turned to the operator that is transposed.

    `length` is the one length that all answers had, if it was one.
    """
    _, s, d = steps
    most = max(abs(s), abs(d)) - 1
    for axis in _axes(steps, case, offsets, padding=most):
        if axis.size.rule not in ("longest", "lags"):  # without a length these have no transpose
            for padding in range(most + 1):
                yield Reading(_with(axis, output_padding=padding), direction="transposed")
    if length is not None:
        for axis in _axes(steps, case, offsets, padding=most):
            yield Reading(_with(axis, length=length), direction="transposed")


def _with(axis: AxisConvention, *, length: int | None = None, output_padding: int = 0) -> AxisConvention:
    return AxisConvention(
        axis.operator, axis.output, axis.size, axis.anchor, axis.below, axis.above, axis.stride, axis.dilation,
        axis.spread, length, output_padding,
    )  # fmt: skip


def _axes(steps: Steps, case: Case, offsets: list[int], padding: int) -> Iterator[AxisConvention]:
    u, s, d = steps
    operator = "convolution" if d < 0 else "cross-correlation"
    output = "reversed" if s < 0 else "forward"
    for size, anchor in _sizes(steps, case, offsets, operator, padding):
        yield AxisConvention(operator, output, size, anchor, _ZERO, _ZERO, abs(s), abs(d), u)


@lru_cache(maxsize=2)
def anchors(operator: str) -> list[Anchor]:
    """Return the anchors of the vocabulary, the default of `operator` first."""
    rules = ("low", "high", "first", "last") if operator == "convolution" else ("high", "low", "first", "last")
    return [Anchor(rule, shift, unit) for shift in _SHIFTS for rule in rules for unit in ("taps", "samples")]


def _sizes(steps: Steps, case: Case, offsets: list[int], operator: str, padding: int) -> Iterator[tuple[Size, Anchor]]:
    plain = anchors(operator)[0]
    yield Size("valid"), plain
    yield from ((Size("same"), anchor) for anchor in anchors(operator))
    yield Size("full"), plain
    yield from ((Size("longest"), anchor) for anchor in anchors(operator))
    yield Size("same-upper"), plain
    yield Size("same-lower"), plain
    windows = range((case.m - 1) * abs(steps[1]) + 1, max(case.m * abs(steps[1]), (case.m - 1) * abs(steps[1]) + 1
                                                         + padding) + 1)  # fmt: skip
    for size in dict.fromkeys(size for c in offsets for size in _numbered(steps, case, c, windows)):
        yield size, plain


def _numbered(steps: Steps, case: Case, c: int, windows: range) -> Iterator[Size]:
    """Yield the pads and lags that put the outputs where this case has them, for each number of windows.

    The stride leaves out the windows after the last output, so that there may have been more of them.
    """
    u, s, d = steps
    reach, length = abs(d) * (case.k - 1), (case.n - 1) * u + 1 if case.n else 0
    for count in windows:
        first = c if s > 0 else c - (count - 1)
        lo = reach - first if d < 0 else -first
        yield Size("pads", lo, count - length - lo + reach)
        lag = c if s > 0 else -c
        yield Size("lags", lag, lag + count - 1)
