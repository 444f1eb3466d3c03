"""kornia's filters: a kernel of even length sits on its lower middle tap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue.entry import Entry, chosen
from tapwise.catalogue.numpy import PLAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

BORDERS = {"constant": "zero", "reflect": "reflect101", "replicate": "edge", "circular": "wrap"}
#: What it does, and the tap of the kernel as given that sits on the output sample.
BEHAVIOURS = {"corr": "cross-correlation", "conv": "convolution"}
ANCHORS = {"corr": "low", "conv": "high"}


def _words(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "operator": chosen("behaviour", options["behaviour"], BEHAVIOURS), "anchor": ANCHORS[options["behaviour"]],
        "boundary": chosen("border_type", options["border_type"], BORDERS),
        "size": chosen("padding", options.get("padding", "same"), {"same": "same", "valid": "valid"}), **PLAIN,
    }  # fmt: skip


_FORMULA = "y[o] = Σ_t kernel[t] x[o - (K-1)//2 + t], for 'conv' with the kernel flipped"

ENTRIES = [
    Entry("kornia.filters.filter2d", _FORMULA, 2, {"border_type": "reflect", "padding": "same", "behaviour": "corr"},
          _words),
    Entry("kornia.filters.filter3d", _FORMULA, 3, {"border_type": "replicate", "behaviour": "corr"}, _words),
]  # fmt: skip
