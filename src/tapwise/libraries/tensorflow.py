"""TensorFlow: one sample in front of the spatial axes and one channel behind them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.libraries.library import Array, Call, Library, each, found


def _beside(values: Any, ndim: int) -> list[Any]:
    """Return one value for each of sample, spatial axes and channel."""
    return [1, *each(values, ndim), 1]


def _conv(name: str, *wide: str) -> Call:
    """Return the call of a function; its `wide` options name the sample and the channel too."""

    def call(x: Array, h: Array, **options: Any) -> Array:
        steps = {"stride" if name.endswith("conv1d") else "strides": 1, "padding": "VALID", **options}
        given = {
            option: _beside(value, x.ndim) if option in wide else value
            for option, value in steps.items()
            if value is not None
        }
        if not isinstance(given["padding"], str):
            given["padding"] = [(0, 0), *given["padding"], (0, 0)]
        return np.asarray(found(name)(x[None, ..., None], h[..., None, None], **given))[0, ..., 0]

    return call


def _transposed(name: str) -> Call:
    def call(x: Array, h: Array, *, output_shape: Any, strides: Any = 1, **options: Any) -> Array:
        given = {option: value for option, value in options.items() if value is not None}
        y = found(name)(
            x[None, ..., None], h[..., None, None], _beside(output_shape, x.ndim), each(strides, x.ndim), **given
        )
        return np.asarray(y)[0, ..., 0]

    return call


LIBRARY = Library(
    {"tensorflow": "tensorflow-cpu"},
    {
        "tensorflow.nn.conv1d": _conv("tensorflow.nn.conv1d"),
        "tensorflow.nn.conv2d": _conv("tensorflow.nn.conv2d", "strides", "dilations"),
        "tensorflow.nn.conv3d": _conv("tensorflow.nn.conv3d", "strides", "dilations"),
        "tensorflow.nn.convolution": _conv("tensorflow.nn.convolution"),
        "tensorflow.nn.depthwise_conv2d": _conv("tensorflow.nn.depthwise_conv2d", "strides"),
        **{name: _transposed(name) for name in (f"tensorflow.nn.conv{ndim}d_transpose" for ndim in (1, 2, 3))},
    },
)
