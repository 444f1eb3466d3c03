"""Keras' operators, which are cross-correlations, on one channel; the transposed one is a convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each
from tapwise.catalogue.machine_learning import length_unsaid, one_less, strided
from tapwise.catalogue.numpy import PLAIN
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

PADDINGS = {"valid": "valid", "same": "same-upper"}


def _conv(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "operator": "cross-correlation", "size": chosen("padding", options["padding"], PADDINGS),
        "stride": options["strides"], "dilation": options["dilation_rate"], **PLAIN,
    }  # fmt: skip


def _conv_transpose(options: Mapping[str, Any]) -> dict[str, Any]:
    padding, strides, more = options["padding"], options["strides"], options["output_padding"]
    if padding == "same":
        if more is not None:
            raise ArgumentError("output_padding", more, "with padding='same' its meaning depends on the kernel",
                                "leave it out")  # fmt: skip
        more = one_less("strides", strides)
    elif more is None and strided(strides):
        raise length_unsaid(padding, "write output_padding")
    return {**_conv(options), "direction": "transposed", "output_padding": more or 0}


_OPTIONS = {"strides": 1, "padding": "valid", "dilation_rate": 1}
_STEPS = (*each("padding", ("same",)), {"strides": 2}, {"dilation_rate": 2})
_NAMED = "It is a cross-correlation, which “General {}” leaves open."
_FORWARD = "y[o] = Σ_t w[t] x[s·o + d·t - lo]"

ENTRIES = [
    Entry("keras.ops.conv", _FORWARD, None, _OPTIONS, _conv, cases=_STEPS,
          note=_NAMED.format("N-D convolution")),
    Entry("keras.ops.depthwise_conv", _FORWARD, None, _OPTIONS, _conv, cases=_STEPS,
          note=_NAMED.format("N-D depthwise convolution")),
    Entry("keras.ops.conv_transpose", "y[s·i + d·t - lo] receives w[t] x[i]", None,
          {"strides": 1, "padding": "valid", "output_padding": None, "dilation_rate": 1}, _conv_transpose,
          cases=each("padding", ("same",))),
]  # fmt: skip
