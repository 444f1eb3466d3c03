"""kornia: tensors with one sample and one channel, the kernel with one sample."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.libraries.cv2 import factors
from tapwise.libraries.library import Array, Call, Library, found


def _filter(name: str) -> Call:
    def call(x: Array, h: Array, **options: Any) -> Array:
        image, kernel = (found("torch.from_numpy")(np.array(array))[None] for array in (x, h))
        return np.asarray(found(name)(image[None], kernel, **options)[0, 0])

    return call


def _separable(x: Array, h: Array, **options: Any) -> Array:
    column, row = factors(h)
    image, *kernels = (found("torch.from_numpy")(np.array(array, x.dtype))[None] for array in (x, row, column))
    return np.asarray(found("kornia.filters.filter2d_separable")(image[None], *kernels, **options)[0, 0])


_NAMES = ("kornia.filters.filter2d", "kornia.filters.filter3d")

LIBRARY = Library(
    {"kornia": "kornia", "torch": "torch"},
    {**{name: _filter(name) for name in _NAMES}, "kornia.filters.filter2d_separable": _separable},
)
