"""scikit-image's correlation with few taps; a window must be odd, except for `mode="valid"`.

Kernels are of the image's floating type, float64 for integers; two arrays of integers would give floats there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = {
    "reflect": "symmetric", "mirror": "reflect101", "nearest": "edge", "wrap": "wrap", "constant": "zero",
    "valid": "valid",
}  # fmt: skip


def _words(options: Mapping[str, Any]) -> dict[str, Any]:
    rule = chosen("mode", options["mode"], MODES)
    place = {"size": "valid"} if rule == "valid" else {"size": "same", "boundary": rule}
    return {"operator": "cross-correlation", **place, "result": "promote"}


ENTRIES = [
    Entry("skimage.filters.correlate_sparse", "y[o] = Σ_t kernel[t] image[o - (K-1)/2 + t]", None, {"mode": "reflect"},
          _words),
]  # fmt: skip
