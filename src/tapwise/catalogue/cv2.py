"""OpenCV's linear filters: cross-correlations in two dimensions, each sum rounded to even and saturated.

An anchor is written (x, y), the last axis first, and -1 is the middle. Sums of small whole numbers are exact, except
where `filter2D` takes a Fourier transform: from 50 taps on (130 for 8 bits to 8 or 16 signed bits, and for float32),
where its text says from 11 x 11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, coded, each
from tapwise.convention.words import whole

if TYPE_CHECKING:
    from collections.abc import Mapping

#: cv2.BORDER_CONSTANT (of zeros), _REPLICATE, _REFLECT, _REFLECT_101. BORDER_WRAP is refused there too.
BORDERS = {0: "zero", 1: "edge", 2: "symmetric", 4: "reflect101"}
#: cv2.CV_8U and so on; -1 is the depth of the signal.
DEPTHS = {-1: "signal", 0: "uint8", 2: "uint16", 3: "int16", 5: "float32", 6: "float64"}


def _words(options: Mapping[str, Any]) -> dict[str, Any]:
    across, down = (whole("anchor", value, least=-1) for value in options["anchor"])
    return {
        "operator": "cross-correlation", "size": "same",
        "anchor": ["high" if tap == -1 else tap for tap in (down, across)],
        "boundary": coded("borderType", options["borderType"], BORDERS),
        "offset": options["delta"], "result": coded("ddepth", options["ddepth"], DEPTHS), "overflow": "saturate",
    }  # fmt: skip


_OPTIONS = {"ddepth": -1, "anchor": (-1, -1), "delta": 0, "borderType": 4}
_CASES = (*each("borderType", (0, 1, 2)), {"anchor": (0, 1)}, {"ddepth": 5}, {"delta": 3})
_FORMULA = "dst(x, y) = Σ kernel(x', y') · src(x + x' - anchor.x, y + y' - anchor.y)"

ENTRIES = [
    Entry("cv2.filter2D", _FORMULA, 2, _OPTIONS, _words, cases=_CASES, arguments="x, ddepth, h",
          note="A Fourier transform is taken, and sums are near, from 50 taps on, not from “~`11 x 11`” on."),
    Entry("cv2.sepFilter2D", f"{_FORMULA}, kernel = kernelY kernelXᵀ", 2, _OPTIONS, _words, cases=_CASES,
          arguments="x, ddepth, row, column",
          note="The kernels are not flipped; its text says neither that nor that they are."),
]  # fmt: skip
