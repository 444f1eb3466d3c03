"""PyTorch's gradients of its convolutions as functions: of the input a convolution, of the weight a correlation.

The gradient of the output is the signal of the first and the kernel of the second; stride and dilation trade places in
the second. Sizes are written for the spatial axes alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, per_axis
from tapwise.catalogue.numpy import PLAIN
from tapwise.convention.words import whole
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping


def _input(options: Mapping[str, Any], ndim: int) -> dict[str, Any]:
    steps = {name: per_axis(name, options[name], ndim) for name in ("stride", "dilation")}
    return {
        "operator": "cross-correlation", "direction": "transposed",
        "size": [f"pads({p},{p})" for p in _pads(options, ndim)], "length": _lengths("input_size", options, ndim),
        **steps, **PLAIN,
    }  # fmt: skip


def _weight(options: Mapping[str, Any], ndim: int) -> dict[str, Any]:
    dilations = [whole("dilation", d, least=1) for d in per_axis("dilation", options["dilation"], ndim)]
    ends = zip(_pads(options, ndim), dilations, _lengths("weight_size", options, ndim), strict=True)
    return {
        "operator": "cross-correlation", "size": [f"lags({-p},{d * (k - 1) - p})" for p, d, k in ends],
        "stride": dilations, "dilation": per_axis("stride", options["stride"], ndim), **PLAIN,
    }  # fmt: skip


def _pads(options: Mapping[str, Any], ndim: int) -> list[int]:
    return [whole("padding", p, least=0) for p in per_axis("padding", options["padding"], ndim)]


def _lengths(name: str, options: Mapping[str, Any], ndim: int) -> list[int]:
    if options[name] is None:
        raise ArgumentError(name, None, "PyTorch asks for it", "write the lengths of the spatial axes")
    return [whole(name, length, least=1) for length in per_axis(name, options[name], ndim)]


_STEPS = {"stride": 1, "padding": 0, "dilation": 1}


def _entries(ndim: int) -> list[Entry]:
    def of_input(options: Mapping[str, Any]) -> dict[str, Any]:
        return _input(options, ndim)

    def of_weight(options: Mapping[str, Any]) -> dict[str, Any]:
        return _weight(options, ndim)

    return [
        Entry(f"torch.nn.grad.conv{ndim}d_input", "dx[s·o + d·t - p] receives w[t] dy[o]", ndim,
              {"input_size": None, **_STEPS}, of_input, arguments="input_size, h, x"),
        Entry(f"torch.nn.grad.conv{ndim}d_weight", "dw[t] = Σ_o dy[o] x[s·o + d·t - p]", ndim,
              {"weight_size": None, **_STEPS}, of_weight, arguments="x, weight_size, h"),
    ]  # fmt: skip


ENTRIES = [entry for ndim in (1, 2, 3) for entry in _entries(ndim)]
