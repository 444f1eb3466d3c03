"""PyTorch: tensors with one sample and one channel."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.libraries.library import Array, Call, Library, found


def channel(array: Array) -> Any:
    """Return an array as a tensor of one sample and one channel."""
    return found("torch.from_numpy")(np.array(array))[None, None]


def _functional(name: str) -> Call:
    def call(x: Array, h: Array, **options: Any) -> Array:
        return np.asarray(found(name)(channel(x), channel(h), **options)[0, 0])

    return call


def _module(name: str) -> Call:
    def call(x: Array, h: Array, **options: Any) -> Array:
        module = found(name)(1, 1, h.shape, bias=False, **options)
        module.weight.data = channel(h)
        return np.asarray(module(channel(x)).detach()[0, 0])

    return call


_DIMENSIONS = (1, 2, 3)

LIBRARY = Library(
    {"torch": "torch"},
    {
        name: make(name)
        for make, names in (
            (_functional, ("torch.nn.functional.conv{}d", "torch.nn.functional.conv_transpose{}d")),
            (_module, ("torch.nn.Conv{}d", "torch.nn.ConvTranspose{}d")),
        )
        for name in (pattern.format(ndim) for pattern in names for ndim in _DIMENSIONS)
    },
)
