"""How usual a convention is: the order in which equal explanations are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.convention.convention import OPERATORS

if TYPE_CHECKING:
    from tapwise.convention import AxisConvention, Boundary, Convention

SIZES = ("valid", "same", "full", "longest", "same-upper", "same-lower", "pads", "lags")
_ANCHORS = {"convolution": ("low", "high", "first", "last"), "cross-correlation": ("high", "low", "first", "last")}
_BOUNDARIES = ("zero", "symmetric", "reflect101", "edge", "wrap", "constant")
_OPERANDS = ("as-given", "longer-first", "exchanged")


def rank(axis: AxisConvention, operands: str = "as-given", direction: str = "forward") -> tuple[Any, ...]:
    """Return a key that sorts conventions of one axis, the most usual first."""
    # What spreads the signal is a transposed operator as well: the usual one of the two has a cross-correlation's name.
    spreads = direction != "forward" or axis.spread > 1
    return (
        spreads + (spreads and axis.operator == "convolution"),
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


def computed(convention: Convention) -> list[str]:
    """Return what is computed along each axis; a transposed cross-correlation is the convolution that it computes."""
    turned = convention.direction == "transposed"
    return [OPERATORS[axis.flipped == turned] for axis in convention.axes]


def _sides(below: Boundary, above: Boundary) -> tuple[bool, int]:
    return below != above, _BOUNDARIES.index(below.rule) + _BOUNDARIES.index(above.rule)
