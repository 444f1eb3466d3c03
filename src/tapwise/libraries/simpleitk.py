"""SimpleITK: arrays become images; ITK counts axes from the last one, and so do its images of NumPy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.errors import ArgumentError
from tapwise.libraries.library import Array, Call, Library, found

_PERIODIC = 2


def _filter(name: str) -> Call:
    def call(x: Array, h: Array, **options: Any) -> Array:
        if name == "SimpleITK.Convolution" and options.get("boundaryCondition") == _PERIODIC:
            _check_reach(x, h)
        image, kernel = (found("SimpleITK.GetImageFromArray")(np.ascontiguousarray(array)) for array in (x, h))
        return np.asarray(found("SimpleITK.GetArrayFromImage")(found(name)(image, kernel, **options)))

    return call


def _check_reach(x: Array, h: Array) -> None:
    """Refuse what is answered with memory that nobody wrote: periods are counted once."""
    for axis, (n, k) in enumerate(zip(x.shape, h.shape, strict=True)):
        if k // 2 > n:
            raise ArgumentError(
                "boundaryCondition", _PERIODIC, f"SimpleITK reads beside the image where a kernel of {k} reaches "
                f"beyond {n} samples, along axis {axis}", "give it a larger image",
            )  # fmt: skip


_NAMES = ("SimpleITK.Convolution", "SimpleITK.FFTConvolution")

LIBRARY = Library({"SimpleITK": "SimpleITK"}, {name: _filter(name) for name in _NAMES})
