"""One pair: a tap, the position that it reads, and what stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.explanation.terms import Index, Term

if TYPE_CHECKING:
    from tapwise.geometry import AxisPlan


def term_of(
    axes: tuple[AxisPlan, ...], tap: Index, positions: list[int | None], x: Any, weight: Any, *, conjugate: bool
) -> Term:
    """Return the term of a tap and the position that it reads along each axis, None where it falls between samples."""
    weight = plain(weight)
    if None in positions:
        return Term(tap, None, None, "between", weight, None, None)
    position = tuple(i for i in positions if i is not None)
    sides = [side for axis, i in zip(axes, position, strict=True) if (side := axis.side(i))]
    if any(side.rule == "zero" for side in sides):
        return Term(tap, position, None, "outside", weight, None, None)
    constants = [side.value for side in sides if side.rule == "constant"]
    sample = None
    if constants:
        status, value = "constant", constants[-1]
    else:
        sample = tuple(axis.source(i) or 0 for axis, i in zip(axes, position, strict=True))
        status, value = "boundary" if sides else "sample", plain(x[sample])
    value = value.conjugate() if conjugate else value
    return Term(tap, position, sample, status, weight, value, weight * value)


def plain(value: Any) -> Any:
    """Return a NumPy scalar as the plain Python number it is; booleans as 0 and 1."""
    value = value.item() if isinstance(value, np.generic) and value.dtype.char not in "gG" else value
    return int(value) if isinstance(value, bool) else value
