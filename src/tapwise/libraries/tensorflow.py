"""TensorFlow: one sample in front of the spatial axes and one channel behind them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.errors import ArgumentError
from tapwise.libraries.library import Array, Call, Library, each, found


def _beside(values: Any, ndim: int) -> list[Any]:
    """Return one value for each of sample, spatial axes and channel."""
    return [1, *each(values, ndim), 1]


def _conv(name: str, *wide: str) -> Call:
    """Return the call of a function; its `wide` options name the sample and the channel too."""

    def call(x: Array, h: Array, **options: Any) -> Array:
        steps = {"stride" if name.endswith("conv1d") else "strides": 1, "padding": "VALID", **options}
        strides = steps.get("stride", steps.get("strides")) or 1
        refuse_faults(x, h, strides, steps["padding"], steps.get("dilations") or 1)
        given = {
            option: _beside(value, x.ndim) if option in wide else value
            for option, value in steps.items()
            if value is not None
        }
        if not isinstance(given["padding"], str):
            given["padding"] = [(0, 0), *given["padding"], (0, 0)]
        return np.asarray(found(name)(x[None, ..., None], h[..., None, None], **given))[0, ..., 0]

    return call


def refuse_faults(x: Array, h: Array, strides: Any, padding: Any, dilations: Any) -> None:
    """Refuse what TensorFlow 2.21 answers wrongly instead of not at all.

    In float32 (by oneDNN) it returns memory that nobody wrote where no window fits, and in three dimensions wrong sums
    for strides of 1 along the second axis and more along the third. In float64 and three dimensions SAME starts at
    another sample where a stride is longer than the kernel.
    """
    single, same = x.dtype == np.float32, padding in ("SAME", "same")
    steps = each(strides, x.ndim)
    spans = [d * (k - 1) + 1 for d, k in zip(each(dilations, x.ndim), h.shape, strict=True)]
    pads = [sum(pair) for pair in padding] if not isinstance(padding, str) else [0] * x.ndim
    if single and not same and any(n + more < span for n, more, span in zip(x.shape, pads, spans, strict=True)):
        raise ArgumentError("padding", padding, "no window fits, and TensorFlow answers with memory that nobody wrote",
                            "give a longer signal, or 64 bits")  # fmt: skip
    if single and x.ndim == 3 and steps[1] == 1 and steps[2] > 1:
        raise ArgumentError("strides", strides, "TensorFlow's sums in float32 are wrong for strides (any, 1, more "
                            "than 1)", "give 64 bits")  # fmt: skip
    if not single and same and x.ndim == 3 and any(s > k for s, k in zip(steps, h.shape, strict=True)):
        raise ArgumentError("strides", strides, "longer than the kernel, and TensorFlow's SAME starts at another "
                            "sample", "give float32, or pad the signal and write padding='VALID'")  # fmt: skip


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
