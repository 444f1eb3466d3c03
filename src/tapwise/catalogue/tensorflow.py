"""TensorFlow's convolutions, which are cross-correlations, on one channel; the transposed ones are convolutions.

Strides, dilations, explicit paddings and output shapes are written here for the spatial axes alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each
from tapwise.catalogue.machine_learning import PADDINGS, pads, strided
from tapwise.catalogue.numpy import PLAIN
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping


def _conv(options: Mapping[str, Any]) -> dict[str, Any]:
    padding = options["padding"]
    return {
        "operator": "cross-correlation", "stride": options["stride" if "stride" in options else "strides"] or 1,
        "size": chosen("padding", padding, PADDINGS) if isinstance(padding, str) else pads("padding", padding),
        "dilation": options["dilations"] or 1, **PLAIN,
    }  # fmt: skip


def _depthwise(options: Mapping[str, Any]) -> dict[str, Any]:
    if strided(options["dilations"] or 1) and strided(options["strides"]):
        raise ArgumentError("dilations", options["dilations"], "TensorFlow's text asks for strides of 1 with it",
                            "leave out one of the two")  # fmt: skip
    return _conv(options)


def _conv_transpose(options: Mapping[str, Any]) -> dict[str, Any]:
    if options["output_shape"] is None:
        raise ArgumentError("output_shape", None, "TensorFlow asks for it", "write the lengths of the spatial axes")
    return {**_conv(options), "direction": "transposed", "length": options["output_shape"]}


_OPTIONS = {"strides": 1, "padding": "VALID", "dilations": None}
_TRANSPOSED = {"output_shape": None, "strides": 1, "padding": "SAME", "dilations": None}
_PADDED = each("padding", ("SAME",))
_NAMED = "It is a cross-correlation, which “{}” leaves open."
_FORWARD = "y[o] = Σ_t w[t] x[s·o + d·t - lo]"
_BACKWARD = "y[s·i + d·t - lo] receives w[t] x[i]"

ENTRIES = [
    Entry("tensorflow.nn.conv1d", _FORWARD, 1, {"stride": 1, "padding": "VALID", "dilations": None}, _conv,
          cases=(*_PADDED, {"stride": 2}),
          note=_NAMED.format("Computes a 1-D convolution given 3-D input and filter tensors")),
    Entry("tensorflow.nn.conv2d", _FORWARD, 2, _OPTIONS, _conv, cases=(*_PADDED, {"strides": 2})),
    Entry("tensorflow.nn.conv3d", _FORWARD, 3, _OPTIONS, _conv, cases=_PADDED),
    Entry("tensorflow.nn.convolution", _FORWARD, None, {"strides": None, "padding": "VALID", "dilations": None}, _conv,
          None, _PADDED),
    Entry("tensorflow.nn.depthwise_conv2d", _FORWARD, 2, _OPTIONS, _depthwise, cases=_PADDED),
    *[Entry(f"tensorflow.nn.conv{ndim}d_transpose", _BACKWARD, ndim, _TRANSPOSED, _conv_transpose,
            cases=each("padding", ("VALID",)))
      for ndim in (1, 2, 3)],
]  # fmt: skip
