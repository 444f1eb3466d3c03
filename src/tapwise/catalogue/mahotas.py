"""mahotas' two, which are cross-correlations, with sums in double, stored in the array's dtype.

Weights are converted to the array's dtype before anything else: with an array of integers, write whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = {
    "reflect": "symmetric", "mirror": "reflect101", "nearest": "edge", "wrap": "wrap", "constant": "zero",
    "ignore": "zero",
}  # fmt: skip


def _words(options: Mapping[str, Any]) -> dict[str, Any]:
    if options["cval"] != 0:
        raise ArgumentError("cval", options["cval"], "mahotas has no other than 0 yet", "leave it out")
    return {
        "operator": "cross-correlation", "size": "same", "boundary": chosen("mode", options["mode"], MODES),
        "accumulator": "float64", "result": "signal", "rounding": "truncate", "overflow": "wrap",
    }  # fmt: skip


_OPTIONS = {"mode": "reflect", "cval": 0.0}
_CASES = each("mode", ("mirror", "nearest", "wrap", "constant", "ignore"))
_FORMULA = "y[o] = Σ_t weights[t] f[o - K//2 + t]"
_NOTE = "It is named a convolution, “{}”, and the weights are not flipped, which its text does not say."

ENTRIES = [
    Entry("mahotas.convolve", _FORMULA, None, _OPTIONS, _words, cases=_CASES,
          note=_NOTE.format("Convolution of `f` and `weights`")),
    Entry("mahotas.convolve1d", f"{_FORMULA} along one axis", 1, {**_OPTIONS, "axis": -1}, _words,
          lambda options: options["axis"], cases=_CASES,
          note=_NOTE.format("Convolution of `f` and `weights` along axis `axis`")),
]  # fmt: skip
