"""scipy.ndimage's four: sums in double, stored in the input's dtype, the upper middle tap moved by `origin`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, constant, each
from tapwise.convention.arithmetic import DTYPES
from tapwise.convention.words import one_of, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = {
    "reflect": "symmetric", "grid-mirror": "symmetric", "mirror": "reflect101", "nearest": "edge", "wrap": "wrap",
    "grid-wrap": "wrap", "constant": "constant", "grid-constant": "constant",
}  # fmt: skip


def _words(operator: str, conjugate: str, options: Mapping[str, Any]) -> dict[str, Any]:
    modes = options["mode"] if isinstance(options["mode"], (tuple, list)) else [options["mode"]]
    rules = [chosen("mode", mode, MODES) for mode in modes]
    boundaries = [constant(options["cval"]) if rule == "constant" else rule for rule in rules]
    origins = options["origin"] if isinstance(options["origin"], (tuple, list)) else [options["origin"]]
    anchors = [f"high{whole('origin', origin):+d}" for origin in origins]
    return {
        "operator": operator, "size": "same", "conjugate": conjugate,
        "boundary": boundaries[0] if len(boundaries) == 1 else boundaries,
        "anchor": anchors[0] if len(anchors) == 1 else anchors,
        "accumulator": "float64", "result": _result(options["output"]), "rounding": "truncate", "overflow": "wrap",
    }  # fmt: skip


def _result(output: Any) -> str:
    """Return the word for what `output` names: a dtype, a type, or the name of one."""
    if output is None:
        return "signal"
    name = getattr(output, "__name__", None) or getattr(output, "name", output)
    return one_of("output", name, DTYPES, _DTYPE_ALIASES)


def _axes(options: Mapping[str, Any]) -> Any:
    return options["axes"]


def convolution(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the convolutions mean by these options."""
    return _words("convolution", "none", options)


def correlation(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the correlations mean by these options."""
    return _words("cross-correlation", "kernel", options)


_DTYPE_ALIASES = {
    "int": "int64", "uint": "uint64", "float": "float64", "complex": "complex128", "float128": "longdouble",
    "complex256": "clongdouble",
}  # fmt: skip
_OPTIONS = {"output": None, "mode": "reflect", "cval": 0.0, "origin": 0}
_ND = {**_OPTIONS, "axes": None}
_1D = {**_OPTIONS, "axis": -1}
CASES = (*each("mode", ("mirror", "nearest", "wrap")), {"mode": "constant", "cval": 7.0}, {"origin": 1})

ENTRIES = [
    Entry("scipy.ndimage.convolve", "C_i = Σ_j I_{i+k-j} W_j", None, _ND, convolution, _axes, cases=CASES),
    Entry("scipy.ndimage.correlate", "C_i = Σ_j I_{i-k+j} W_j", None, _ND, correlation, _axes, cases=CASES),
    Entry("scipy.ndimage.convolve1d", "C_i = Σ_j I_{i+k-j} W_j along one axis", 1, _1D, convolution,
          lambda options: options["axis"], cases=CASES),
    Entry("scipy.ndimage.correlate1d", "C_i = Σ_j I_{i-k+j} W_j along one axis", 1, _1D, correlation,
          lambda options: options["axis"], cases=CASES),
]  # fmt: skip
