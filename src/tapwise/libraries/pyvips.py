"""libvips, by pyvips: arrays become images and masks; a mask carries its scale and its offset."""

from __future__ import annotations

from math import isqrt
from typing import Any

import numpy as np

from tapwise.errors import ArgumentError, ArgumentTypeError, Shown
from tapwise.libraries.cv2 import factors
from tapwise.libraries.library import Array, Library, found


def _conv(x: Array, h: Array, *, scale: float = 1, offset: float = 0, **options: Any) -> Array:
    return _filtered("conv", x, h, scale, offset, options)


def _convsep(x: Array, h: Array, *, scale: float = 1, offset: float = 0, **options: Any) -> Array:
    return _filtered("convsep", x, root(h)[None], scale, offset, options)


def _filtered(name: str, x: Array, h: Array, scale: float, offset: float, options: dict[str, Any]) -> Array:
    if x.dtype.kind == "c":
        raise ArgumentTypeError("x", str(x.dtype), "libvips filters complex images wrongly", "filter both parts apart")
    image = found("pyvips.Image").new_from_array
    mask = image(h.tolist(), scale, offset)
    y = getattr(image(np.ascontiguousarray(x)), name)(mask, **options)
    return np.asarray(y.numpy()).reshape(y.height, y.width)


def root(h: Array) -> Array:
    """Return the taps whose products with each other are exactly `h`.

    Raises
    ------
    ArgumentError
        If there are none.
    """
    column, row = factors(h)
    if h.shape[0] == h.shape[1]:
        first = next((k for k, tap in enumerate(column) if tap), 0)
        times = row[first] / column[first] if column[first] else 0.0
        taps = column * (isqrt(int(times)) if times >= 0 else 0)
        if np.array_equal(np.outer(taps, taps), h):
            return taps
    raise ArgumentError("h", Shown(f"array of shape {h.shape}"), "is not the outer product of whole taps with "
                        "themselves", "take pyvips.Image.conv")  # fmt: skip


LIBRARY = Library({"pyvips": "pyvips[binary]"}, {"pyvips.Image.conv": _conv, "pyvips.Image.convsep": _convsep})
