"""scikit-image's correlation with few taps; a window must be odd, except for `mode="valid"`.

The kernel and the result are of the image's floating type, float64 for integers (and for longdouble; float16 gives
float32 there, float16 here).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = {
    "reflect": "symmetric", "mirror": "reflect101", "nearest": "edge", "wrap": "wrap", "constant": "zero",
    "valid": "valid",
}  # fmt: skip


def _words(options: Mapping[str, Any]) -> dict[str, Any]:
    rule = chosen("mode", options["mode"], MODES)
    place = {"size": "valid"} if rule == "valid" else {"size": "same", "boundary": rule}
    return {"operator": "cross-correlation", **place, "accumulator": "float64", "result": "signal-float64"}


ENTRIES = [
    Entry("skimage.filters.correlate_sparse", "y[o] = Σ_t kernel[t] image[o - (K-1)/2 + t]", None, {"mode": "reflect"},
          _words, cases=each("mode", list(MODES)[1:]),
          note="“Compute valid cross-correlation” holds for mode='valid'; otherwise the result has the image's size."),
]  # fmt: skip
