"""What the libraries of machine learning have in common: paddings in words, and what they mean when transposed."""

from __future__ import annotations

from typing import Any

from tapwise.convention.words import whole
from tapwise.errors import ArgumentError

#: SAME is split evenly, the odd sample at the end.
PADDINGS = {"VALID": "valid", "SAME": "same-upper"}


def one_less(name: str, strides: Any) -> Any:
    """Return the output padding with which a transposed SAME gives the input's length times the stride."""
    if isinstance(strides, (tuple, list)):
        return [whole(name, stride, least=1) - 1 for stride in strides]
    return whole(name, strides, least=1) - 1


def strided(strides: Any) -> bool:
    """Whether a stride is more than 1 along some axis."""
    return any(stride != 1 for stride in strides) if isinstance(strides, (tuple, list)) else strides != 1


def pads(name: str, value: Any) -> list[str]:
    """Return the size rules of pairs of numbers, one pair an axis."""
    return [f"pads({whole(name, low)},{whole(name, high)})" for low, high in value]


def length_unsaid(padding: Any, remedy: str) -> ArgumentError:
    """Return the refusal of a transposed VALID with a stride, whose length is (n - 1)·s + max(K, s)."""
    return ArgumentError("padding", padding, "with a stride the output is longer if the kernel is shorter than the "
                         "stride", remedy)  # fmt: skip
