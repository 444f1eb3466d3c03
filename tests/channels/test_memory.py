"""Beside its result a call allocates a fixed scratch, never an array as large as the signal."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tapwise import Layer

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1 << 20
X = np.zeros((2, 16, 256, 1024), np.float32)  # 32 MiB


def extra(call: Callable[[], Any]) -> int:
    """The most bytes allocated at once during the call, less those of its result."""
    tracemalloc.start()
    try:
        result = call()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return int(peak - result.nbytes)


def test_the_twin_is_seen() -> None:
    assert extra(lambda: X.transpose(0, 2, 3, 1).copy()[:1, :1]) >= 31 * MIB


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("boundary", ["zero", "wrap"])
def test_no_copy_of_a_large_signal(layout: str, boundary: str) -> None:
    x = X.transpose(["NCHW".index(c) for c in layout])
    layer = Layer.of(
        operator="convolution", layout=layout, kernel_layout="OIHW", size="same", boundary=boundary, stride=4
    )  # fmt: skip
    h = np.ones((2, 16, 2, 3), np.float32)
    assert extra(lambda: layer.forward(x, h)) < 8 * MIB
    y = layer.forward(x, h)
    assert extra(lambda: layer.kernel_gradient(y, x, shape=h.shape)) < 8 * MIB
    assert extra(lambda: layer.bias_gradient(x)) < 8 * MIB
    if boundary == "zero":  # a fold holds the extended gradient before it is folded
        assert extra(lambda: layer.input_gradient(y, h, shape=x.shape)) < 8 * MIB
