"""dask-image's two: scipy.ndimage's on Dask arrays, without `output` and `axes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue import scipy_ndimage
from tapwise.catalogue.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OPTIONS = {"mode": "reflect", "cval": 0.0, "origin": 0}


def _entry(name: str, of: Callable[[Mapping[str, Any]], dict[str, Any]], formula: str) -> Entry:
    def words(options: Mapping[str, Any]) -> dict[str, Any]:
        return of({**options, "output": None})

    return Entry(f"dask_image.ndfilters.{name}", formula, None, _OPTIONS, words, cases=scipy_ndimage.CASES)


ENTRIES = [
    _entry("convolve", scipy_ndimage.convolution, "C_i = Σ_j I_{i+k-j} W_j"),
    _entry("correlate", scipy_ndimage.correlation, "C_i = Σ_j I_{i-k+j} W_j"),
]
