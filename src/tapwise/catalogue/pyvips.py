"""libvips' convolutions, which are cross-correlations: outside stands the nearest sample.

Integers give float32, summed in double; `precision="integer"` keeps the image's format.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen
from tapwise.convention.words import number
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

PRECISIONS = {"float": "signal-float32", "integer": "signal"}


def _words(options: Mapping[str, Any]) -> dict[str, Any]:
    result = chosen("precision", options["precision"], PRECISIONS)
    scale = number("scale", options["scale"])
    if isinstance(scale, complex) or not scale:
        raise ArgumentError("scale", options["scale"], "sums are divided by it", "write a number other than 0")
    if result == "signal" and (scale != 1 or number("offset", options["offset"]) != 0):
        raise ArgumentError("precision", "integer", "sums are divided and shifted in integers there",
                            "write precision='float', or scale=1 and offset=0")  # fmt: skip
    return {
        "operator": "cross-correlation", "size": "same", "boundary": "edge", "accumulator": "float64",
        "gain": 1 / Fraction(scale), "offset": number("offset", options["offset"]), "result": result,
        "overflow": "saturate",
    }  # fmt: skip


_OPTIONS = {"precision": "float", "scale": 1.0, "offset": 0.0}
_FORMULA = "y[o] = Σ_t mask[t] in[o - K//2 + t] / scale + offset"
_CASES = ({"precision": "integer"}, {"scale": 4.0, "offset": 3.0})
_NOTE = "It is called “{}”, and the mask is not flipped, which the text of pyvips does not say."

ENTRIES = [
    Entry("pyvips.Image.conv", _FORMULA, 2, _OPTIONS, _words, cases=_CASES,
          note=_NOTE.format("Convolution operation")),
    Entry("pyvips.Image.convsep", f"{_FORMULA}, mask = taps tapsᵀ", 2, _OPTIONS, _words,
          note=_NOTE.format("Separable convolution operation")),
]  # fmt: skip
