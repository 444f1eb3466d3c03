"""ImageMagick's `-morphology Convolve` and `Correlate` on grey images of 8 or 16 bits, rounded and saturated.

A kernel of even length sits on its lower middle tap in both, unless its origin is written, as (x, y).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each
from tapwise.convention.words import whole

if TYPE_CHECKING:
    from collections.abc import Mapping

VIRTUAL_PIXELS = {"edge": "edge", "mirror": "symmetric", "tile": "wrap", "black": "zero"}


def _words(operator: str, options: Mapping[str, Any]) -> dict[str, Any]:
    anchor: Any = "low"
    if options["origin"] is not None:
        across, down = (whole("origin", value, least=0) for value in options["origin"])
        anchor = [down, across]
    return {
        "operator": operator, "size": "same", "anchor": anchor, "accumulator": "float64",
        "boundary": chosen("virtual_pixel", options["virtual_pixel"], VIRTUAL_PIXELS),
        "result": "signal", "rounding": "nearest-away", "overflow": "saturate",
    }  # fmt: skip


_OPTIONS = {"virtual_pixel": "edge", "origin": None}
_CASES = each("virtual_pixel", ("mirror", "tile", "black"))

ENTRIES = [
    Entry("imagemagick.Convolve", "y[o] = Σ_t kernel[t] x[o + (K-1)//2 - t]", 2, _OPTIONS,
          lambda options: _words("convolution", options), cases=_CASES),
    Entry("imagemagick.Correlate", "y[o] = Σ_t kernel[t] x[o - (K-1)//2 + t]", 2, _OPTIONS,
          lambda options: _words("cross-correlation", options), cases=_CASES),
]  # fmt: skip
