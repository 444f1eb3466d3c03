"""PyTorch's gradients of its convolutions: tensors with one sample and one channel, sizes of the spatial axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.libraries.library import Array, Call, Library, each, found
from tapwise.libraries.torch import channel


def _input(name: str) -> Call:
    def call(x: Array, h: Array, *, input_size: Any, **options: Any) -> Array:
        return np.asarray(found(name)((1, 1, *each(input_size, x.ndim)), channel(h), channel(x), **options)[0, 0])

    return call


def _weight(name: str) -> Call:
    def call(x: Array, h: Array, *, weight_size: Any, **options: Any) -> Array:
        return np.asarray(found(name)(channel(x), (1, 1, *each(weight_size, x.ndim)), channel(h), **options)[0, 0])

    return call


LIBRARY = Library(
    {"torch": "torch"},
    {
        f"torch.nn.grad.conv{ndim}d_{what}": make(f"torch.nn.grad.conv{ndim}d_{what}")
        for ndim in (1, 2, 3)
        for what, make in (("input", _input), ("weight", _weight))
    },
)
