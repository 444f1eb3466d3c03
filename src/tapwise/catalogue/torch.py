"""PyTorch's convolutions, which are cross-correlations, on one channel; the transposed ones are convolutions.

PyTorch's functions sum over channels around this; here a signal and a kernel are the spatial arrays of one channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each, per_axis
from tapwise.catalogue.numpy import PLAIN
from tapwise.convention.words import whole
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

PADDING_MODES = {"zeros": "zero", "reflect": "reflect101", "replicate": "edge", "circular": "wrap"}


def _conv(options: Mapping[str, Any], ndim: int) -> dict[str, Any]:
    padding, steps = options["padding"], _steps(options, ndim)
    words: dict[str, Any] = {"operator": "cross-correlation", **steps, **PLAIN}
    words["boundary"] = chosen("padding_mode", options.get("padding_mode", "zeros"), PADDING_MODES)
    if padding == "same":
        if any(step != 1 for step in steps["stride"]):
            raise ArgumentError("padding", padding, "PyTorch refuses it with a stride", "write the padding as numbers")
        return {**words, "size": "same", "anchor": "low in samples"}
    if padding == "valid":
        return {**words, "size": "valid"}
    return {**words, "size": _pads(padding, ndim)}


def _conv_transpose(options: Mapping[str, Any], ndim: int) -> dict[str, Any]:
    return {
        "operator": "cross-correlation", "direction": "transposed", **_steps(options, ndim),
        "output_padding": per_axis("output_padding", options["output_padding"], ndim),
        "size": _pads(options["padding"], ndim), **PLAIN,
    }  # fmt: skip


def _steps(options: Mapping[str, Any], ndim: int) -> dict[str, list[Any]]:
    return {name: per_axis(name, options[name], ndim) for name in ("stride", "dilation")}


def _pads(padding: Any, ndim: int) -> list[str]:
    if isinstance(padding, str):
        raise ArgumentError("padding", padding, "is not a word of this option", "write 'same', 'valid' or numbers")
    return [f"pads({whole('padding', p, least=0)},{p})" for p in per_axis("padding", padding, ndim)]


_CONV = {"stride": 1, "padding": 0, "dilation": 1}
_TRANSPOSED = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
_STEPS = ({"stride": 2}, {"dilation": 2}, {"padding": 1})
_NAMED = "It is a cross-correlation, which “Applies a {}D convolution over” leaves open."
_FORWARD = "y[o] = Σ_t w[t] x[s·o + d·t - p]"
_BACKWARD = "y[s·i + d·t - p] receives w[t] x[i]"


def _entries(ndim: int) -> list[Entry]:
    def conv(options: Mapping[str, Any]) -> dict[str, Any]:
        return _conv(options, ndim)

    def transposed(options: Mapping[str, Any]) -> dict[str, Any]:
        return _conv_transpose(options, ndim)

    return [
        Entry(f"torch.nn.functional.conv{ndim}d", _FORWARD, ndim, _CONV, conv,
              cases=(*_STEPS, {"padding": "same"}), note=_NAMED.format(ndim)),
        Entry(f"torch.nn.functional.conv_transpose{ndim}d", _BACKWARD, ndim, _TRANSPOSED, transposed, cases=_STEPS),
        Entry(f"torch.nn.Conv{ndim}d", _FORWARD, ndim, {**_CONV, "padding_mode": "zeros"}, conv,
              cases=(*_STEPS, {"padding": "same"}, *each("padding_mode", list(PADDING_MODES)[1:], padding=2))),
        Entry(f"torch.nn.ConvTranspose{ndim}d", _BACKWARD, ndim, _TRANSPOSED, transposed, cases=_STEPS),
    ]  # fmt: skip


ENTRIES = [entry for ndim in (1, 2, 3) for entry in _entries(ndim)]
