"""mahotas: arrays as they are; the function of one axis asks for the axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.libraries.library import Array, Library, found, plainly


def _convolve1d(x: Array, h: Array, *, axis: int = -1, **options: Any) -> Array:
    return np.asarray(found("mahotas.convolve1d")(x, h, axis, **options))


LIBRARY = Library({"mahotas": "mahotas"}, {**plainly("mahotas.convolve"), "mahotas.convolve1d": _convolve1d})
