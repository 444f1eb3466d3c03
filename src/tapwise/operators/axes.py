"""Which axes of the signal the kernel slides along; the others are batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention.words import whole
from tapwise.errors import ArgumentError, ShapeError, Shown

if TYPE_CHECKING:
    from tapwise.operators.arrays import Array


def resolve(axes: object, signal: tuple[int, ...], taps: int, names: tuple[str, str] = ("x", "h")) -> tuple[int, ...]:
    """Return the axes of a signal of shape `signal` along which a kernel with `taps` axes slides, none negative."""
    x, h = names
    ndim = len(signal)
    if axes is None:
        if taps == ndim:
            return tuple(range(ndim))
        shown = Shown(f"shape {signal}")
        if taps < ndim:
            first = ", ".join(str(a) for a in range(taps)) + ("," if taps == 1 else "")
            last = ", ".join(str(a) for a in range(-taps, 0)) + ("," if taps == 1 else "")
            raise ShapeError(
                x, shown, f"has {_axes(ndim)} and {h} has {taps}",
                f"name the axes to slide along, with the rest as batch: axes=({first}) for a colour image stored as "
                f"rows, columns, channels; axes=({last}) for channels first"
                if taps == 2 else f"name the axes to slide along, with the rest as batch: axes=({last}) for the last",
            )  # fmt: skip
        raise ShapeError(x, shown, f"has {_axes(ndim)} and {h} has {taps}", f"give {h} as many axes as {x}, or fewer")
    given: list[Any] = list(axes) if isinstance(axes, (tuple, list)) else [axes]
    resolved = []
    for item in given:
        axis = whole("axes", item)
        if not -ndim <= axis < ndim:
            raise ArgumentError(
                "axes", axes, f"{x} has {_axes(ndim)}", f"write {'0' if ndim == 1 else f'0 to {ndim - 1}'}"
            )
        resolved.append(axis % ndim)
    if len(set(resolved)) != len(resolved):
        raise ArgumentError("axes", axes, "names an axis twice", "name each axis once")
    if len(resolved) != taps:
        raise ArgumentError("axes", axes, f"{h} has {_axes(taps)}", f"name as many axes of {x}")
    return tuple(resolved)


def _axes(count: int) -> str:
    return "1 axis" if count == 1 else f"{count} axes"


def last(array: Array, axes: tuple[int, ...]) -> Array:
    """Return a view with `axes` moved to the end, in their order."""
    if axes == tuple(range(array.ndim - len(axes), array.ndim)):
        return array
    return np.moveaxis(array, axes, range(-len(axes), 0))


def back(array: Array, axes: tuple[int, ...]) -> Array:
    """Undo `last`."""
    return np.moveaxis(array, range(-len(axes), 0), axes) if axes else array
