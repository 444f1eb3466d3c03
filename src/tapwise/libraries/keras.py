"""Keras: one sample in front of the spatial axes and one channel behind them, whatever its image_data_format."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.libraries.library import Array, Call, Library, found
from tapwise.libraries.tensorflow import refuse_faults


def _operator(name: str) -> Call:
    def call(x: Array, h: Array, **options: Any) -> Array:
        if not name.endswith("transpose"):
            given = {"strides": 1, "padding": "valid", "dilation_rate": 1, **options}
            refuse_faults(x, h, given["strides"], given["padding"], given["dilation_rate"])
        y = found(name)(x[None, ..., None], h[..., None, None], data_format="channels_last", **options)
        return np.asarray(y)[0, ..., 0]

    return call


_NAMES = ("keras.ops.conv", "keras.ops.depthwise_conv", "keras.ops.conv_transpose")

LIBRARY = Library({"keras": "keras", "tensorflow": "tensorflow-cpu"}, {name: _operator(name) for name in _NAMES})
