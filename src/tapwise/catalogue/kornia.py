"""kornia's filters: a kernel of even length sits on its lower middle tap; integers become float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

BORDERS = {"constant": "zero", "reflect": "reflect101", "replicate": "edge", "circular": "wrap"}
#: What it does, and the tap of the kernel as given that sits on the output sample.
BEHAVIOURS = {"corr": "cross-correlation", "conv": "convolution"}
ANCHORS = {"corr": "low", "conv": "high"}


def _words(options: Mapping[str, Any]) -> dict[str, Any]:
    behaviour = options.get("behaviour", "corr")
    if options["normalized"] is not False:
        raise ArgumentError("normalized", options["normalized"], "divides by the sum of the taps' magnitudes, which no "
                            "word says", "divide the kernel yourself and leave it out")  # fmt: skip
    return {
        "operator": chosen("behaviour", behaviour, BEHAVIOURS), "anchor": ANCHORS[behaviour],
        "boundary": chosen("border_type", options["border_type"], BORDERS),
        "size": chosen("padding", options.get("padding", "same"), {"same": "same", "valid": "valid"}),
        "result": "signal-float32",
    }  # fmt: skip


_CASES = ({"behaviour": "conv"}, *each("border_type", ("constant", "circular")))
_FORMULA = "y[o] = Σ_t kernel[t] x[o - (K-1)//2 + t], for 'conv' with the kernel flipped"

ENTRIES = [
    Entry("kornia.filters.filter2d", _FORMULA, 2,
          {"border_type": "reflect", "normalized": False, "padding": "same", "behaviour": "corr"}, _words,
          cases=(*_CASES, {"padding": "valid"}, {"border_type": "replicate"})),
    Entry("kornia.filters.filter2d_separable", f"{_FORMULA}, kernel = kernel_y kernel_xᵀ", 2,
          {"border_type": "reflect", "normalized": False, "padding": "same"}, _words,
          cases=(*each("border_type", ("constant", "circular", "replicate")), {"padding": "valid"}),
          arguments="x, row, column"),
    Entry("kornia.filters.filter3d", _FORMULA, 3,
          {"border_type": "replicate", "normalized": False, "behaviour": "corr"}, _words,
          cases=(*_CASES, {"border_type": "reflect"})),
]  # fmt: skip
