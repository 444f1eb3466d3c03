"""scipy.signal's four: `same` has the first operand's size, and the 2-D pair sits on the lower middle tap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, constant, each
from tapwise.catalogue.numpy import PLAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZES = {"full": "full", "same": "same", "valid": "valid"}
METHODS = {"auto": "", "direct": "", "fft": ""}
BOUNDARIES = {"fill": "fill", "wrap": "wrap", "symm": "symmetric"}


def _nd(operator: str, conjugate: str, options: Mapping[str, Any]) -> dict[str, Any]:
    chosen("method", options["method"], METHODS)  # how it is computed; what is meant is the same
    size = chosen("mode", options["mode"], SIZES)
    return {"operator": operator, "size": size, "operands": "longer-first", "conjugate": conjugate, **PLAIN}


def _2d(operator: str, conjugate: str, options: Mapping[str, Any]) -> dict[str, Any]:
    size = chosen("mode", options["mode"], SIZES)
    side = chosen("boundary", options["boundary"], BOUNDARIES)
    boundary = constant(options["fillvalue"]) if side == "fill" else side
    return {
        "operator": operator, "size": size, "operands": "longer-first", "conjugate": conjugate, "anchor": "low",
        "boundary": boundary, **PLAIN,
    }  # fmt: skip


_ND = {"mode": "full", "method": "auto"}
_2D = {"mode": "full", "boundary": "fill", "fillvalue": 0}
_MODES = each("mode", ("same", "valid"))
_CASES = (*_MODES, *each("boundary", ("wrap", "symm"), mode="same"), {"mode": "same", "fillvalue": 7})

ENTRIES = [
    Entry("scipy.signal.convolve", "(x * h)[n] = Σ_m x[m] h[n-m]", None, _ND,
          lambda options: _nd("convolution", "none", options), cases=_MODES),
    Entry("scipy.signal.correlate", "z[k] = Σ_l x[l] · conj(y[l-k+N-1])", None, _ND,
          lambda options: _nd("cross-correlation", "kernel", options), cases=_MODES),
    Entry("scipy.signal.convolve2d", "(x * h)[n] = Σ_m x[m] h[n-m], both axes", 2, _2D,
          lambda options: _2d("convolution", "none", options), cases=_CASES),
    Entry("scipy.signal.correlate2d", "z[k] = Σ_l x[l] · conj(y[l-k]), both axes", 2, _2D,
          lambda options: _2d("cross-correlation", "kernel", options), cases=_CASES,
          note="Of an even kernel, same has tap K/2 - 1 on the output sample, where scipy.signal.correlate has "
               "tap K/2; its text does not say so. For complex arrays, valid, and the longer one second, it returns "
               "the conjugate of what scipy.signal.correlate returns."),
]  # fmt: skip
