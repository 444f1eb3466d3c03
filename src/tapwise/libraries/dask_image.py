"""dask-image: the signal as a Dask array, in as many chunks as Dask makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.libraries.library import Array, Call, Library, found


def _filter(name: str) -> Call:
    def call(x: Array, h: Array, **options: Any) -> Array:
        return np.asarray(found(name)(found("dask.array.from_array")(x), h, **options))

    return call


_NAMES = ("dask_image.ndfilters.convolve", "dask_image.ndfilters.correlate")

LIBRARY = Library({"dask_image": "dask-image", "dask": "dask"}, {name: _filter(name) for name in _NAMES})
