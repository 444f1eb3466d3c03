"""ONNX's two operators on one channel: Conv is a cross-correlation, ConvTranspose its transpose, a convolution.

`auto_pad` keeps to the operators' text: SAME gives ConvTranspose as many outputs as inputs times the stride.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each
from tapwise.catalogue.machine_learning import one_less
from tapwise.catalogue.machine_learning import pads as pairs
from tapwise.catalogue.numpy import PLAIN
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTO_PADS = {"NOTSET": "pads", "VALID": "valid", "SAME_UPPER": "same-upper", "SAME_LOWER": "same-lower"}


def _conv(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "operator": "cross-correlation", "size": _size(options), "stride": options["strides"],
        "dilation": options["dilations"], **PLAIN,
    }  # fmt: skip


def _conv_transpose(options: Mapping[str, Any]) -> dict[str, Any]:
    strides, size, more = options["strides"], _size(options), options["output_padding"]
    if options["output_shape"] is not None:
        raise ArgumentError("output_shape", options["output_shape"], "the pads then follow from it, from kernel and "
                            "input, which no size rule says", "write pads and output_padding")  # fmt: skip
    if size in ("same-upper", "same-lower"):
        if more != 0:
            raise ArgumentError("output_padding", more, f"auto_pad={options['auto_pad']!r} says the length already",
                                "leave out one of the two")  # fmt: skip
        more = one_less("strides", strides)
    return {**_conv(options), "direction": "transposed", "output_padding": more}


def _size(options: Mapping[str, Any]) -> Any:
    rule, pads = chosen("auto_pad", options["auto_pad"], AUTO_PADS), options["pads"]
    if pads is None:
        return "valid" if rule == "pads" else rule
    if rule != "pads":
        raise ArgumentError("pads", pads, f"auto_pad={options['auto_pad']!r} says them already", "leave out one")
    if len(pads) % 2:
        raise ArgumentError("pads", pads, "is an odd number of values", "write the starts of all axes, then the ends")
    lows, highs = pads[: len(pads) // 2], pads[len(pads) // 2 :]
    return pairs("pads", list(zip(lows, highs, strict=True)))


_CONV = {"auto_pad": "NOTSET", "dilations": 1, "pads": None, "strides": 1}
_TRANSPOSED = {**_CONV, "output_padding": 0, "output_shape": None}
_SAME = ("SAME_UPPER", "SAME_LOWER")

ENTRIES = [
    Entry("onnx.Conv", "y[o] = Σ_t w[t] x[s·o + d·t - p]", None, _CONV, _conv,
          cases=({"strides": 2}, *each("auto_pad", _SAME)),
          note="It is a cross-correlation, which “The convolution operator” leaves open."),
    Entry("onnx.ConvTranspose", "y[s·i + d·t - p] receives w[t] x[i]", None, _TRANSPOSED, _conv_transpose,
          cases=({"strides": 2}, *each("auto_pad", _SAME, strides=2))),
]  # fmt: skip
