"""SciPy: arrays as they are, except where the filter comes before the signal."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.libraries.library import Array, Library, found, plainly


def _upfirdn(x: Array, h: Array, **options: Any) -> Array:
    return np.asarray(found("scipy.signal.upfirdn")(h, x, **options))


def _lfilter(x: Array, h: Array, **options: Any) -> Array:
    return np.asarray(found("scipy.signal.lfilter")(h, np.ones(1, h.dtype), x, **options))


LIBRARY = Library(
    {"scipy": "scipy"},
    {
        **plainly(*[f"scipy.signal.{f}" for f in ("convolve", "correlate", "convolve2d", "correlate2d")]),
        **plainly(*[f"scipy.ndimage.{f}" for f in ("convolve", "correlate", "convolve1d", "correlate1d")]),
        **plainly("scipy.signal.fftconvolve", "scipy.signal.oaconvolve"),
        "scipy.signal.upfirdn": _upfirdn,
        "scipy.signal.lfilter": _lfilter,
    },
)
