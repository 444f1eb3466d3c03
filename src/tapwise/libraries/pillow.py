"""Pillow: an array becomes an image, and the kernel a filter with its size written as (width, height)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.errors import ArgumentTypeError
from tapwise.libraries.library import Array, Library, found


def _kernel(x: Array, h: Array, **options: Any) -> Array:
    if x.dtype not in (np.uint8, np.uint16):
        raise ArgumentTypeError("x", str(x.dtype), "Pillow filters images of 8 or 16 bits; of 32 bits it loses what is "
                                "negative", "convert it to uint8 or uint16")  # fmt: skip
    applied = found("PIL.ImageFilter.Kernel")(h.shape[::-1], h.ravel().tolist(), **options)
    return np.asarray(found("PIL.Image.fromarray")(np.ascontiguousarray(x)).filter(applied))


LIBRARY = Library({"PIL": "pillow"}, {"PIL.ImageFilter.Kernel": _kernel})
