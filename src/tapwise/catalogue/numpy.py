"""NumPy's two, in one dimension: integers wrap, and the longer operand is the signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen, each

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZES = {"full": "full", "same": "longest", "valid": "valid"}
PLAIN = {"result": "promote", "overflow": "wrap"}


def _convolve(options: Mapping[str, Any]) -> dict[str, Any]:
    size = chosen("mode", options["mode"], SIZES)
    return {"operator": "convolution", "size": size, "operands": "longer-first", **PLAIN}


def _correlate(options: Mapping[str, Any]) -> dict[str, Any]:
    size = chosen("mode", options["mode"], SIZES)
    return {"operator": "cross-correlation", "size": size, "operands": "longer-first", "conjugate": "kernel", **PLAIN}


ENTRIES = [
    Entry("numpy.convolve", "(a * v)_n = Σ_m a_m v_{n-m}", 1, {"mode": "full"}, _convolve,
          cases=each("mode", ("same", "valid"))),
    Entry("numpy.correlate", "c_k = Σ_n a_{n+k} · conj(v_n)", 1, {"mode": "valid"}, _correlate,
          cases=each("mode", ("full", "same"))),
]  # fmt: skip
