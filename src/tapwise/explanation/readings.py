"""The readings of "slide a kernel over it": both operators, and what is mistaken for them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import TapwiseError
from tapwise.operators import apply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.convention import Convention

Array = np.ndarray[Any, np.dtype[Any]]


def readings(x: Array, h: Array, convention: Convention) -> Iterator[tuple[str, Array]]:
    """Yield the readings that these shapes allow, by name, the two operators first."""
    ndim, results = h.ndim, {}

    def made(kernel: Array, operator: Any, anchor: Any) -> Array | None:
        try:
            return np.asarray(apply(x, kernel, convention.but(operator=operator, anchor=anchor)))
        except TapwiseError:
            return None

    for operator in ("convolution", "cross-correlation"):
        y = made(h, operator, mirrored(convention, operator))
        if y is not None:
            results[operator] = y
            yield operator, y
    for flips in itertools.product((True, False), repeat=ndim):
        if len(set(flips)) == 2:
            words = ["convolution" if flip else "cross-correlation" for flip in flips]
            flipped = ", ".join(str(a) for a, flip in enumerate(flips) if flip)
            y = made(h, words, [mirrored(convention, word) for word in words])
            if y is not None:
                yield f"flipping along axis {flipped} only", y
    for operator in ("convolution", "cross-correlation"):
        if ndim > 1 and len(set(h.shape)) == 1:
            y = made(h.T, operator, mirrored(convention, operator))
            if y is not None:
                yield f"{operator} with the kernel transposed", y
        if operator in results:
            y = results[operator]
            yield f"minus {operator}", -y
            yield f"{operator} read backwards", y[(slice(None, None, -1),) * ndim]
            if y.size > 1 and y.shape == x.shape:
                for axis in range(ndim):
                    yield f"{operator} moved by one sample along axis {axis}", _moved(y, axis)


def mirrored(convention: Convention, operator: str) -> Any:
    """Return the anchor that keeps the window in place when a convention's operator is changed to `operator`."""
    anchors = []
    for axis in convention.axes:
        anchor = axis.anchor
        if axis.operator != operator:
            opposite = {"first": "last", "last": "first", "low": "high", "high": "low"}[anchor.rule]
            anchors.append(f"{opposite}{-anchor.shift:+d} in {anchor.unit}")
        else:
            anchors.append(str(anchor))
    return anchors[0] if len(anchors) == 1 else tuple(anchors)


def _moved(y: Array, axis: int) -> Array:
    """Return y moved by one along an axis, as an even kernel's other anchor would, the new end empty."""
    moved = np.roll(y, 1, axis)
    moved[(slice(None),) * axis + (0,)] = 0
    return moved
