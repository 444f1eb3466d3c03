"""GNU Octave's functions, written as MATLAB's: an even kernel's `same` sits on the upper middle tap in convolutions.

Arrays of one dtype; integers become doubles, except in `imfilter`, which gives the image's class, rounded and
saturated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, constant, each
from tapwise.convention.words import whole
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

SHAPES = {"full": "full", "same": "same", "valid": "valid"}
BOUNDARIES = {"symmetric": "symmetric", "replicate": "edge", "circular": "wrap"}
OPERATIONS = {"corr": "cross-correlation", "conv": "convolution"}
#: The tap of the kernel as given that sits on the output sample.
ANCHORS = {"convolution": "high", "cross-correlation": "low"}
FLOATS = {"result": "promote-float64"}


def _shaped(operator: str, options: Mapping[str, Any]) -> dict[str, Any]:
    size = chosen("shape", options["shape"], SHAPES)
    return {"operator": operator, "anchor": ANCHORS[operator], "size": size, **FLOATS}


def _imfilter(options: Mapping[str, Any]) -> dict[str, Any]:
    operator = chosen("operation", options["operation"], OPERATIONS)
    boundary, size = options["boundary"], options["size"]
    if size == "full":
        raise ArgumentError("size", size, "zeros follow the boundary there, and an even kernel is one sample off",
                            "take octave.filter2 with shape='full'")  # fmt: skip
    chosen("size", size, {"same": "same"})
    side = chosen("boundary", boundary, BOUNDARIES) if isinstance(boundary, str) else constant(boundary)
    return {
        "operator": operator, "anchor": ANCHORS[operator], "size": "same", "boundary": side, "accumulator": "float64",
        "result": "signal", "rounding": "nearest-away", "overflow": "saturate",
    }  # fmt: skip


def _filter(_: Mapping[str, Any]) -> dict[str, Any]:
    return {"operator": "convolution", "size": "same", "anchor": "first", **FLOATS}


def _xcorr(options: Mapping[str, Any]) -> dict[str, Any]:
    if options["maxlag"] is None:
        raise ArgumentError("maxlag", None, "the lags then reach as far as the longer operand both ways",
                            "write its length less 1")  # fmt: skip
    most = whole("maxlag", options["maxlag"], least=0)
    return {"operator": "cross-correlation", "size": f"lags({-most},{most})", "conjugate": "kernel", **FLOATS}


def _xcorr2(_: Mapping[str, Any]) -> dict[str, Any]:
    return {"operator": "cross-correlation", "size": "full", "conjugate": "kernel", **FLOATS}


_FULL, _SAME = {"shape": "full"}, {"shape": "same"}
_CONV, _FILTER2 = each("shape", ("same", "valid")), each("shape", ("full", "valid"))
_IMFILTER = {"boundary": 0, "size": "same", "operation": "corr"}
_UPPER = "“{}”: of an even kernel tap K/2 sits on the output sample, and numpy.convolve's is tap K/2 - 1."

ENTRIES = [
    Entry("octave.conv", "y(n) = Σ_t b(t) a(n - t + 1), counted from 1", 1, _FULL,
          lambda options: _shaped("convolution", options), cases=_CONV,
          note=_UPPER.format("Return the central part of the convolution")),
    Entry("octave.conv2", "y[o] = Σ_t B[t] A[o - t], both axes", 2, _FULL,
          lambda options: _shaped("convolution", options), cases=_CONV,
          note=_UPPER.format("Return the central part of the convolution")),
    Entry("octave.convn", "y[o] = Σ_t B[t] A[o - t], every axis", None, _FULL,
          lambda options: _shaped("convolution", options), cases=_CONV),
    Entry("octave.filter", "y(n) = Σ_k b(k+1) x(n-k), a = 1", 1, {}, _filter, arguments="h, 1, x"),
    Entry("octave.filter2", "y[o] = Σ_t B[t] X[o - (K-1)//2 + t], both axes", 2, _SAME,
          lambda options: _shaped("cross-correlation", options), cases=_FILTER2, arguments="h, x"),
    Entry("octave.imfilter", "J[o] = Σ_t F[t] I[o - (K-1)//2 + t], both axes", 2, _IMFILTER, _imfilter,
          cases=({"operation": "conv"}, *each("boundary", BOUNDARIES), {"boundary": 7})),
    Entry("octave.xcorr", "R_xy(k) = Σ_i x_{i+k} conj(y_i)", 1, {"maxlag": None}, _xcorr, cases=({"maxlag": 4},)),
    Entry("octave.xcorr2", "C(k) = Σ_i A_{i+k} conj(B_i), both axes", 2, {}, _xcorr2),
]  # fmt: skip
