"""Astropy's convolutions, divided by the kernel's sum unless told otherwise; only `convolve_fft` takes even kernels.

A NaN in the array is filled in there and not here, and imaginary parts are dropped there. Where the kernel is the
longer one, `convolve_fft` with `boundary="wrap"` wraps around the kernel's length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, constant, each
from tapwise.errors import ArgumentError, ArgumentTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping

BOUNDARIES = {"fill": "fill", "wrap": "wrap", "extend": "edge"}
FFT_BOUNDARIES = {"fill": "fill", "wrap": "wrap"}
NAN_TREATMENTS = {"interpolate": "", "fill": ""}


def _words(options: Mapping[str, Any], boundaries: Mapping[str, str], result: str) -> dict[str, Any]:
    chosen("nan_treatment", options["nan_treatment"], NAN_TREATMENTS)
    if options["boundary"] is None:
        raise ArgumentError("boundary", None, "makes 0 of every output whose window leaves the array, which is no "
                            "boundary", "write 'fill', which reads zeros there")  # fmt: skip
    side = chosen("boundary", options["boundary"], boundaries)
    if not isinstance(options["normalize_kernel"], bool):
        raise ArgumentTypeError("normalize_kernel", options["normalize_kernel"], "must be True or False here",
                                "divide the kernel yourself and write False")  # fmt: skip
    return {
        "operator": "convolution", "size": "same", "anchor": "high",
        "boundary": constant(options["fill_value"]) if side == "fill" else side,
        "normalize": "sum" if options["normalize_kernel"] else "none", "accumulator": "float64", "result": result,
    }  # fmt: skip


_OPTIONS = {"boundary": "fill", "fill_value": 0.0, "nan_treatment": "interpolate", "normalize_kernel": True}
_FORMULA = "y[o] = Σ_t kernel[t] array[o + (K-1)/2 - t] / Σ_t kernel[t]"

ENTRIES = [
    Entry("astropy.convolution.convolve", _FORMULA, None, _OPTIONS,
          lambda options: _words(options, BOUNDARIES, "signal-float64"),
          cases=({"normalize_kernel": False}, *each("boundary", ("wrap", "extend")), {"fill_value": 7.0})),
    Entry("astropy.convolution.convolve_fft", _FORMULA, None, _OPTIONS,
          lambda options: _words(options, FFT_BOUNDARIES, "float64"),
          cases=({"normalize_kernel": False}, {"boundary": "wrap"}, {"fill_value": 7.0})),
]  # fmt: skip
