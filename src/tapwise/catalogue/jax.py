"""JAX's convolutions on one channel, both operands of one dtype and `jax_enable_x64` on.

`lax` has machine learning's names: its convolutions are cross-correlations, and so is its transposed one unless
`transpose_kernel` is set. `numpy` and `scipy` have the names of mathematics; they make floats of integers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each
from tapwise.catalogue.machine_learning import PADDINGS, length_unsaid, one_less, pads, strided
from tapwise.catalogue.numpy import PLAIN
from tapwise.catalogue.numpy import SIZES as NUMPY_SIZES
from tapwise.catalogue.scipy_signal import SIZES
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping


def _numpy(operator: str, options: Mapping[str, Any]) -> dict[str, Any]:
    return _said(operator, chosen("mode", options["mode"], NUMPY_SIZES))


def _scipy(operator: str, options: Mapping[str, Any]) -> dict[str, Any]:
    return _said(operator, chosen("mode", options["mode"], SIZES))


def _said(operator: str, size: str) -> dict[str, Any]:
    conjugate = "kernel" if operator == "cross-correlation" else "none"
    return {"operator": operator, "size": size, "operands": "longer-first", "conjugate": conjugate,
            "result": "promote-jax"}  # fmt: skip


def _2d(operator: str, options: Mapping[str, Any]) -> dict[str, Any]:
    return {**_scipy(operator, options), "anchor": "low"}


def _conv(options: Mapping[str, Any]) -> dict[str, Any]:
    spread = options.get("lhs_dilation") or 1
    if isinstance(options["padding"], str) and strided(spread):
        raise ArgumentError("padding", options["padding"], "JAX refuses it with lhs_dilation", "write pairs of numbers")
    return {
        "operator": "cross-correlation", "size": _size(options["padding"]), "stride": options["window_strides"],
        "spread": spread, "dilation": options.get("rhs_dilation") or 1, **PLAIN,
    }  # fmt: skip


def _conv_transpose(options: Mapping[str, Any]) -> dict[str, Any]:
    strides, padding, turned = options["strides"], options["padding"], options["transpose_kernel"]
    steps = {"dilation": options["rhs_dilation"] or 1, **PLAIN}
    if not isinstance(padding, str):
        operator = "convolution" if turned else "cross-correlation"
        return {"operator": operator, "size": _size(padding), "spread": strides, **steps}
    size = chosen("padding", padding, PADDINGS)
    if size == "valid" and strided(strides):
        raise length_unsaid(padding, "write pairs of numbers")
    operator = "cross-correlation" if turned else "convolution"
    return {"operator": operator, "direction": "transposed", "size": size, "stride": strides,
            "output_padding": one_less("strides", strides), **steps}  # fmt: skip


def _size(padding: Any) -> Any:
    if isinstance(padding, str):
        return chosen("padding", padding, {**PADDINGS, "SAME_LOWER": "same-lower"})
    return pads("padding", padding)


_CONVOLUTION, _CORRELATION = "(x * h)[n] = Σ_m x[m] h[n-m]", "z[k] = Σ_l x[l] · conj(y[l-k])"
_LAX = "y[o] = Σ_t rhs[t] z[s·o + d·t - lo], z[u·i] = lhs[i] and 0 between"
_STRIDED = {"window_strides": 1, "padding": "VALID"}
_GENERAL = {**_STRIDED, "lhs_dilation": None, "rhs_dilation": None}
_TRANSPOSED = {"strides": 1, "padding": "VALID", "rhs_dilation": None, "transpose_kernel": False}
_FULL = {"mode": "full"}
_MODES, _SIZES = each("mode", ("same", "valid")), each("mode", ("full", "same"))
_STEPS = ({"window_strides": 2}, *each("padding", ("SAME", "SAME_LOWER")), {"padding": "SAME", "window_strides": 2})
_DILATED = ({"lhs_dilation": 2, "padding": ((1, 1),)}, {"rhs_dilation": 2})
_NAMED = "It is a cross-correlation, which its text does not say: “{}”."

ENTRIES = [
    Entry("jax.numpy.convolve", _CONVOLUTION, 1, _FULL, lambda o: _numpy("convolution", o), cases=_MODES),
    Entry("jax.numpy.correlate", _CORRELATION, 1, {"mode": "valid"}, lambda o: _numpy("cross-correlation", o),
          cases=_SIZES),
    Entry("jax.scipy.signal.convolve", _CONVOLUTION, None, _FULL, lambda o: _scipy("convolution", o), cases=_MODES),
    Entry("jax.scipy.signal.correlate", _CORRELATION, None, _FULL, lambda o: _scipy("cross-correlation", o),
          cases=_MODES),
    Entry("jax.scipy.signal.fftconvolve", _CONVOLUTION, None, _FULL, lambda o: _scipy("convolution", o), cases=_MODES),
    Entry("jax.scipy.signal.convolve2d", _CONVOLUTION, 2, _FULL, lambda o: _2d("convolution", o), cases=_MODES),
    Entry("jax.scipy.signal.correlate2d", _CORRELATION, 2, _FULL, lambda o: _2d("cross-correlation", o), cases=_MODES),
    Entry("jax.lax.conv", _LAX, None, _STRIDED, _conv, cases=_STEPS),
    Entry("jax.lax.conv_with_general_padding", _LAX, None, _GENERAL, _conv, cases=(*_STEPS, *_DILATED)),
    Entry("jax.lax.conv_general_dilated", _LAX, None, _GENERAL, _conv, cases=(*_STEPS, *_DILATED),
          note=_NAMED.format("General n-dimensional convolution operator")),
    Entry("jax.lax.conv_transpose", "y[o] = Σ_t rhs[t] z[o + d·t - lo], z[s·i] = lhs[i] and 0 between", None,
          _TRANSPOSED, _conv_transpose, cases=({"strides": 2, "padding": "SAME"}, {"transpose_kernel": True}),
          note="The transpose of jax.lax.conv is a convolution, and this, unless transpose_kernel is set, a "
          "cross-correlation."),
]  # fmt: skip
