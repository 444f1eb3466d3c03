"""How usual a convention is: the order in which equal explanations are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tapwise.convention import AxisConvention, Boundary

SIZES = ("valid", "same", "full", "longest", "same-upper", "same-lower", "pads", "lags")
_ANCHORS = {"convolution": ("low", "high", "first", "last"), "cross-correlation": ("high", "low", "first", "last")}
_BOUNDARIES = ("zero", "symmetric", "reflect101", "edge", "wrap", "constant")
_OPERANDS = ("as-given", "longer-first", "exchanged")


def rank(axis: AxisConvention, operands: str = "as-given", direction: str = "forward") -> tuple[Any, ...]:
    """Return a key that sorts conventions of one axis, the most usual first."""
    return (
        direction != "forward",
        _OPERANDS.index(operands),
        axis.output != "forward",
        axis.spread + axis.stride + axis.dilation,
        SIZES.index(axis.size.rule),
        abs(axis.anchor.shift),
        _ANCHORS[axis.operator].index(axis.anchor.rule),
        axis.anchor.unit == "samples",
        (abs(axis.size.first - axis.size.last), abs(axis.size.first) + abs(axis.size.last)),
        _sides(axis.below, axis.above),
        axis.operator == "convolution",
    )


def _sides(below: Boundary, above: Boundary) -> tuple[bool, int]:
    return below != above, _BOUNDARIES.index(below.rule) + _BOUNDARIES.index(above.rule)
