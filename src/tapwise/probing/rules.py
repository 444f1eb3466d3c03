"""Conventions that could be meant: every size, anchor and operand rule for the steps that were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapwise.convention import Anchor, AxisConvention, Boundary, Size
from tapwise.probing.prediction import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.probing.measuring import Case
    from tapwise.probing.relation import Steps

_ZERO = Boundary("zero")
_SHIFTS = (0, 1, -1, 2, -2, 3, -3)


def forward(steps: Steps, case: Case, offsets: list[int], operands: str) -> Iterator[Reading]:
    """Yield the forward conventions with these steps, their pads and lags taken from one case and its offsets."""
    u, s, d = steps
    operator = "convolution" if d < 0 else "cross-correlation"
    output = "reversed" if s < 0 else "forward"
    for size, anchor in _sizes(steps, case, offsets, operator):
        axis = AxisConvention(
            operator, output, size, anchor, _ZERO, _ZERO, stride=abs(s), dilation=abs(d), spread=u
        )  # fmt: skip
        yield Reading(axis, operands)
        if size.rule == "valid" and operands == "as-given":
            yield Reading(axis, "longer-first")


def transposed(steps: Steps, case: Case, offsets: list[int]) -> Iterator[Reading]:
    """Yield the transposed conventions with these steps: their stride spreads the input, and the taps' sign turns."""
    u, s, d = steps
    if s < 0:
        return
    operator = "convolution" if d > 0 else "cross-correlation"
    reach = abs(d) * (case.k - 1) if d > 0 else 0
    sizes = [(Size("valid"), _default(operator)), (Size("full"), _default(operator))]
    sizes += [(Size("same"), anchor) for anchor in anchors(operator)]
    sizes += [(Size(word), _default(operator)) for word in ("same-upper", "same-lower")]
    for lo in dict.fromkeys(c + reach for c in offsets):
        sizes += [(Size("pads", lo, hi), _default(operator)) for hi in sorted(range(-4, 9), key=lambda v: abs(v - lo))]
    for size, anchor in sizes:
        for more in range(max(u, abs(d))):
            axis = AxisConvention(
                operator, "forward", size, anchor, _ZERO, _ZERO, stride=u, dilation=abs(d), spread=s,
                output_padding=more,
            )  # fmt: skip
            yield Reading(axis, "as-given", "transposed")


def anchors(operator: str) -> list[Anchor]:
    """Return the anchors of the vocabulary, the default of `operator` first."""
    rules = ("low", "high", "first", "last") if operator == "convolution" else ("high", "low", "first", "last")
    return [Anchor(rule, shift, unit) for shift in _SHIFTS for rule in rules for unit in ("taps", "samples")]


def _sizes(steps: Steps, case: Case, offsets: list[int], operator: str) -> Iterator[tuple[Size, Anchor]]:
    plain = _default(operator)
    yield Size("valid"), plain
    yield from ((Size("same"), anchor) for anchor in anchors(operator))
    yield Size("full"), plain
    yield from ((Size("longest"), anchor) for anchor in anchors(operator))
    yield Size("same-upper"), plain
    yield Size("same-lower"), plain
    for size in dict.fromkeys(size for c in offsets for size in (*_pads(steps, case, c), *_lags(steps, case, c))):
        yield size, plain


def _pads(steps: Steps, case: Case, c: int) -> Iterator[Size]:
    """Yield the pads that put the first and the last output where this case has them."""
    u, s, d = steps
    reach, length = abs(d) * (case.k - 1), (case.n - 1) * u + 1 if case.n else 0
    for windows in _windows(case, s):
        first = c if s > 0 else c - (windows - 1)
        lo = reach - first if d < 0 else -first
        yield Size("pads", lo, windows - length - lo + reach)


def _lags(steps: Steps, case: Case, c: int) -> Iterator[Size]:
    _, s, _ = steps
    for windows in _windows(case, s):
        first = c if s > 0 else -c
        yield Size("lags", first, first + windows - 1)


def _windows(case: Case, s: int) -> range:
    """Return how many windows there may be before the stride leaves some out."""
    return range((case.m - 1) * abs(s) + 1, case.m * abs(s) + 1)


def _default(operator: str) -> Anchor:
    return Anchor("low" if operator == "convolution" else "high")
