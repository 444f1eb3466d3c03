"""Promise 4: no operator changes its inputs; read-only ones are enough, and what is behind a view stays too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tests.engines.forced import ANY_WAY, forced

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, np.dtype[Any]]
WORDS: dict[str, Any] = {"operator": "convolution", "size": "same", "boundary": "edge", "axes": (1,)}

CALLS: dict[str, Callable[[Array, Array, str], Any]] = {
    "convolve": lambda x, h, e: tw.convolve(x, h, size="same", boundary="wrap", axes=1, engine=e),
    "correlate": lambda x, h, e: tw.correlate(x, h, size="full", axes=1, engine=e),
    "apply": lambda x, h, e: tw.apply(x, h, like="scipy.ndimage.convolve1d", engine=e),
    "gain": lambda x, h, e: tw.apply(x, h, gain=3, offset=1, engine=e, **WORDS),
    "normalize": lambda x, h, e: tw.apply(x, h, normalize="sum", engine=e, **WORDS),
    "conjugate": lambda x, h, e: tw.apply(x * 1j, h * 1j, conjugate="signal", engine=e, **WORDS),
    "untouched": lambda x, h, e: tw.apply(x, h, borders="untouched", engine=e, **WORDS),
    "transposed": lambda x, h, e: tw.transposed(x, h, size="same", boundary="symmetric", axes=1, engine=e),
    "input_gradient": lambda x, h, e: tw.input_gradient(x, h, shape=x.shape, engine=e, **WORDS),
    "kernel_gradient": lambda x, h, e: tw.kernel_gradient(x, x, shape=h.shape, engine=e, **WORDS),
    "choose": lambda x, h, e: tw.choose(x, h, engine=e, **WORDS),
    "error_bound": lambda x, h, e: tw.error_bound(x, h, engine=e, **WORDS),
    "matrix": lambda x, h, e: tw.matrix(h, 5, operator="convolution"),
}


@pytest.mark.parametrize("dtype", ["int64", "float64", "float32", "uint8"])
@pytest.mark.parametrize("name", CALLS)
@ANY_WAY
def test_read_only_inputs_are_enough(way: str, name: str, dtype: str) -> None:
    x, h = np.arange(24).reshape(4, 6).astype(dtype), np.array([1, 2, 3], dtype)
    before = x.tobytes(), h.tobytes()
    for array in (x, h):
        array.flags.writeable = False
    with forced(way, small=True) as engine:
        CALLS[name](x, h, engine)
    assert (x.tobytes(), h.tobytes()) == before


@ANY_WAY
def test_a_result_is_not_a_view_of_an_input(way: str) -> None:
    x = np.arange(6.0)
    with forced(way) as engine:
        for h in ([1.0], np.ones(1)):
            y = tw.convolve(x, h, engine=engine)
            assert not np.shares_memory(x, y)
            assert y.flags.writeable
            y[:] = 7
    assert x.tolist() == [0, 1, 2, 3, 4, 5]


def test_what_stands_around_a_view_is_left_alone() -> None:
    around = np.full((9, 9), 99.0)
    x, out = around[2:7:2, 1:8], np.full((7, 9), 55.0)
    x[...] = 1
    before = around.copy()
    tw.convolve(x, np.ones((2, 2)), out=out[1:3, 2:8])
    assert np.array_equal(around, before)
    assert (out == 55).sum() == 63 - 12
    assert (out[1:3, 2:8] == 4).all()
