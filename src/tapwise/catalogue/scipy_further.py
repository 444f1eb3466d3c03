"""SciPy's other ways to one convolution: by transforms, with rate changes, as a filter of finite length.

Integers give floats in all but the last, which takes none, and what went through a transform is only near. `lfilter` is
here with the denominator 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each
from tapwise.catalogue.numpy import PLAIN
from tapwise.catalogue.scipy_signal import SIZES
from tapwise.convention.words import whole

if TYPE_CHECKING:
    from collections.abc import Mapping


def _by_transform(options: Mapping[str, Any]) -> dict[str, Any]:
    size = chosen("mode", options["mode"], SIZES)
    return {"operator": "convolution", "size": size, "operands": "longer-first", "result": "promote-float64"}


def _upfirdn(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "operator": "convolution", "size": "full", "spread": whole("up", options["up"], least=1),
        "stride": whole("down", options["down"], least=1), "result": "promote-float32",
    }  # fmt: skip


def _lfilter(_: Mapping[str, Any]) -> dict[str, Any]:
    return {"operator": "convolution", "size": "same", "anchor": "first", **PLAIN}


def _axis(options: Mapping[str, Any]) -> Any:
    return options["axis"]


_MODES = each("mode", ("same", "valid"))
_FORMULA = "(x * h)[n] = Σ_m x[m] h[n-m]"

ENTRIES = [
    Entry("scipy.signal.fftconvolve", _FORMULA, None, {"mode": "full"}, _by_transform, cases=_MODES),
    Entry("scipy.signal.oaconvolve", _FORMULA, None, {"mode": "full"}, _by_transform, cases=_MODES),
    Entry("scipy.signal.upfirdn", "y[n] = Σ_t h[t] z[down·n - t], z[up·m] = x[m] and 0 between", 1,
          {"up": 1, "down": 1, "axis": -1}, _upfirdn, _axis, cases=({"up": 2}, {"down": 3}), arguments="h, x"),
    Entry("scipy.signal.lfilter", "y[n] = Σ_t b[t] x[n-t], a = 1", 1, {"axis": -1}, _lfilter, _axis,
          arguments="h, 1, x"),
]  # fmt: skip
