"""SimpleITK's two convolutions: a kernel of even length sits on its upper middle tap, and sums are in double.

Both arrays are of one dtype. What is no whole number is cut off where integers are stored, except that the one by
transforms rounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, coded, each
from tapwise.errors import ArgumentTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: ZERO_PAD, ZERO_FLUX_NEUMANN_PAD, PERIODIC_PAD
BOUNDARIES = {0: "zero", 1: "edge", 2: "wrap"}
#: SAME, VALID
REGIONS = {0: "same", 1: "valid"}


def _words(options: Mapping[str, Any]) -> dict[str, Any]:
    normalize = options["normalize"]
    if not isinstance(normalize, bool):
        raise ArgumentTypeError("normalize", normalize, "must be True or False", "write True or False")
    return {
        "operator": "convolution", "size": coded("outputRegionMode", options["outputRegionMode"], REGIONS),
        "boundary": coded("boundaryCondition", options["boundaryCondition"], BOUNDARIES), "anchor": "high",
        "normalize": "sum" if normalize else "none", "accumulator": "float64", "result": "signal",
        "rounding": "truncate", "overflow": "wrap",
    }  # fmt: skip


_OPTIONS = {"normalize": False, "boundaryCondition": 1, "outputRegionMode": 0}
_CASES = (*each("boundaryCondition", (0, 2)), {"outputRegionMode": 1})
_FORMULA = "y[o] = Σ_t kernel[t] image[o + K//2 - t]"

ENTRIES = [
    Entry("SimpleITK.Convolution", _FORMULA, None, _OPTIONS, _words, cases=_CASES),
    Entry("SimpleITK.FFTConvolution", _FORMULA, None, _OPTIONS, _words,
          cases=_CASES),
]  # fmt: skip
