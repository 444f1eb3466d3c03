"""Pillow's kernel filter: the rows of the kernel are flipped, its columns are not, and borders keep their values.

Kernels are 3 x 3 or 5 x 5, images of 8 or 16 unsigned bits. The taps are divided by the scale, or else by their sum, in
float32: where a quotient is no float32, a result may be one beside the exact one. Sums are rounded half away from zero
and saturated.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry
from tapwise.convention.words import number
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping


def _words(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "operator": ["convolution", "cross-correlation"], "size": "same", "borders": "untouched",
        "offset": number("offset", options["offset"]), **_scaled(options["scale"]),
        "result": "signal", "rounding": "nearest-away", "overflow": "saturate",
    }  # fmt: skip


def _scaled(scale: Any) -> dict[str, Any]:
    if scale is None:
        return {"normalize": "sum"}
    value = number("scale", scale)
    if isinstance(value, complex) or not value:
        raise ArgumentError("scale", scale, "the taps are divided by it", "write a number other than 0")
    return {"gain": 1 / Fraction(value)}


ENTRIES = [
    Entry("PIL.ImageFilter.Kernel", "y[i, j] = offset + Σ kernel[a, b] / scale · x[i + 1 - a, j - 1 + b], 3 x 3", 2,
          {"scale": None, "offset": 0}, _words, cases=({"scale": 1}, {"scale": 2, "offset": 3}),
          arguments="(width, height), taps of h",
          note="“The kernel will be flipped vertically before being applied”, and not horizontally: what is called a "
               "“convolution kernel” convolves along the first axis and correlates along the second."),
]  # fmt: skip
