"""Promise 4: `out=` may overlap the inputs in any way, and is left alone when a result does not fit."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import ArgumentError, ArgumentTypeError, IntegerOverflow
from tests.engines.forced import ANY_WAY, forced

if TYPE_CHECKING:
    from collections.abc import Callable

DTYPE = pytest.mark.parametrize("dtype", ["int64", "float64", "complex64"])


@DTYPE
@ANY_WAY
def test_out_over_the_signal_in_every_shifted_way(way: str, dtype: str) -> None:
    """faults.md 38."""
    h = np.array([1, 2, -3]).astype(dtype)
    with forced(way, small=True) as engine:
        for shift, step in product(range(-6, 7), (1, -1)):
            memory = np.arange(1, 25).astype(dtype)
            x = memory[8:16][::step]
            out = memory[8 + shift : 16 + shift]
            right = tw.convolve(x.copy(), h, size="same", engine=engine)
            kept = memory.copy()
            assert tw.convolve(x, h, size="same", out=out, engine=engine) is out
            assert np.array_equal(out, right)
            kept[8 + shift : 16 + shift] = right
            assert np.array_equal(memory, kept)


@DTYPE
@ANY_WAY
def test_out_over_the_kernel(way: str, dtype: str) -> None:
    with forced(way, small=True) as engine:
        for shift in range(8):
            memory = np.arange(1, 13).astype(dtype)
            h, out = memory[4:8], memory[shift : shift + 4]
            x = np.array([5, -1, 2, 7]).astype(dtype)
            right = tw.correlate(x, h.copy(), size="same", engine=engine)
            tw.correlate(x, h, size="same", out=out, engine=engine)
            assert np.array_equal(out, right)


@DTYPE
def test_out_of_other_layouts_over_a_plane(dtype: str) -> None:
    h = np.array([[1, 2], [3, -4]]).astype(dtype)
    views: list[Any] = [
        lambda a: a, lambda a: a.T, lambda a: a[::-1], lambda a: a[:, ::-1], lambda a: a[::-1, ::-1].T
    ]  # fmt: skip
    for first, second in product(views, views):
        memory = np.arange(36).reshape(6, 6).astype(dtype)
        x, out = first(memory), second(memory)
        right = tw.convolve(x.copy(), h, size="same", boundary="wrap")
        tw.convolve(x, h, size="same", boundary="wrap", out=out)
        assert np.array_equal(out, right)


@pytest.mark.parametrize("dtype", ["int64", "float32"])
def test_gradients_into_out(dtype: str) -> None:
    words: dict[str, Any] = {"operator": "convolution", "size": "same", "boundary": "edge", "axes": 1}
    memory = np.arange(1, 41).astype(dtype)
    x, dy, h = memory[:20].reshape(4, 5), memory[10:30].reshape(4, 5), np.array([1, -2, 3]).astype(dtype)
    dx, dh = tw.input_gradient(dy, h, shape=(4, 5), **words), tw.kernel_gradient(dy, x, shape=(3,), **words)
    assert dx.dtype == dh.dtype == dtype
    for out in (np.empty((4, 5), dtype), memory[5:25].reshape(4, 5)):
        given = dy.copy() if out.base is None else dy
        assert tw.input_gradient(given, h, shape=(4, 5), out=out, **words) is out
        assert np.array_equal(out, dx)
    memory[:] = np.arange(1, 41)
    for out in (np.empty(3, dtype), memory[8:11], memory[8:17:3]):
        memory[:] = np.arange(1, 41)
        assert tw.kernel_gradient(dy, x, shape=(3,), out=out, **words) is out
        assert np.array_equal(out, dh)
    narrow = np.empty(3, "float32")
    assert tw.kernel_gradient(dy.copy(), x.copy(), shape=(3,), out=narrow, **words).dtype == np.float32


@ANY_WAY
def test_out_is_left_alone_when_a_result_does_not_fit(way: str) -> None:
    x = np.ones(30, np.int64)
    x[29] = 255  # the last block
    with forced(way, small=True) as engine:
        for signal, out in [(x, np.full(29, 77, np.uint8)), (x.astype(float), np.full(29, 77, np.uint8))]:
            with pytest.raises(IntegerOverflow, match=r"^y\[28\]=256: does not fit uint8, "):
                tw.convolve(signal, [1, 1], out=out, engine=engine)
            assert (out == 77).all()
        if way != "fourier":
            large = np.full(29, 77)
            with pytest.raises(IntegerOverflow):
                tw.convolve(x * 2**55, [1, 1], out=large, engine=engine)
            assert (large == 77).all()


def test_out_decides_the_dtype() -> None:
    for dtype in ("float32", "uint8", "int64", "complex64", "float16", "longdouble", "object"):
        out = np.empty(4, dtype)
        assert tw.convolve([2, 1, 3, 5, 4], [1, 1], out=out) is out
        assert out.tolist() == [3, 4, 8, 9]


REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    (np.empty(5), {}, "out=shape (5,): the result has shape (4,); give one of its shape"),
    (np.empty((4, 1)), {}, "out=shape (4, 1): the result has shape (4,); give one of its shape"),
    (np.empty(4, ">f8"), {}, "out=dtype >f8: the result is float64; give one of dtype float64"),
    ([0, 0, 0, 0], {}, "out=object of type list: must be a NumPy array; write out=np.empty(shape, dtype)"),
    (np.empty(4), {"dtype": "int8"}, "dtype='int8': out has the dtype float64; leave out one of the two"),
    (np.empty(4, "M8[s]"), {}, "dtype='datetime64[s]': holds no numbers; write float, 'uint8' or the like"),
    (np.broadcast_to(0.0, 4), {}, "out=read-only array: cannot be written; give a writable one"),
]


@pytest.mark.parametrize(("out", "more", "message"), REFUSED, ids=range(len(REFUSED)))
def test_an_out_that_cannot_be_is_refused(out: Any, more: dict[str, Any], message: str) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: tw.convolve([2, 1, 3, 5, 4], [1, 1], out=out, **more),
        lambda: tw.kernel_gradient([1, 2], [2, 1, 3, 5, 4], shape=4, operator="convolution", out=out, **more),
    ]
    for call in calls:
        with pytest.raises((ArgumentError, ArgumentTypeError)) as caught:
            call()
        assert str(caught.value) == message
