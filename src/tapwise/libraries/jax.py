"""JAX: 64 bits during the call only; for `lax`, one sample and one channel in front of the spatial axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.libraries.library import Array, Call, Library, each, found

_LAYOUTS = {1: ("NCH", "OIH", "NCH"), 2: ("NCHW", "OIHW", "NCHW"), 3: ("NCDHW", "OIDHW", "NCDHW")}


def _plain(name: str) -> Call:
    def call(x: Array, h: Array, **options: Any) -> Array:
        with found("jax.enable_x64")(True):
            return np.asarray(found(name)(x, h, **options))

    return call


def _lax(name: str, strides: str, *, layout: bool = False) -> Call:
    """Return the call of a function that has no defaults for its strides and padding."""

    def call(x: Array, h: Array, **options: Any) -> Array:
        given: dict[str, Any] = {strides: 1, "padding": "VALID", **options}
        for option in (strides, "lhs_dilation", "rhs_dilation"):
            if given.get(option) is not None:
                given[option] = each(given[option], x.ndim)
        if name == "jax.lax.conv_with_general_padding":
            given = {"lhs_dilation": None, "rhs_dilation": None, **given}
        if layout:
            given["dimension_numbers"] = _LAYOUTS[x.ndim]
        with found("jax.enable_x64")(True):
            return np.asarray(found(name)(x[None, None], h[None, None], **given)[0, 0])

    return call


_PLAIN = (
    "jax.numpy.convolve", "jax.numpy.correlate", "jax.scipy.signal.convolve", "jax.scipy.signal.correlate",
    "jax.scipy.signal.fftconvolve", "jax.scipy.signal.convolve2d", "jax.scipy.signal.correlate2d",
)  # fmt: skip

LIBRARY = Library(
    {"jax": "jax"},
    {
        **{name: _plain(name) for name in _PLAIN},
        "jax.lax.conv": _lax("jax.lax.conv", "window_strides"),
        "jax.lax.conv_with_general_padding": _lax("jax.lax.conv_with_general_padding", "window_strides"),
        "jax.lax.conv_general_dilated": _lax("jax.lax.conv_general_dilated", "window_strides"),
        "jax.lax.conv_transpose": _lax("jax.lax.conv_transpose", "strides", layout=True),
    },
)
