"""Any memory layout gives the bits of a plain copy: order, strides, alignment, byte order, memory maps, empty axes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tests.engines.forced import ANY_WAY, forced

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, np.dtype[Any]]


def misaligned(a: Array) -> Array:
    memory = np.zeros(a.nbytes + 1, np.uint8)
    view = memory[1:].view(a.dtype).reshape(a.shape)
    view[...] = a
    assert a.dtype.itemsize == 1 or not view.flags.aligned
    return view


def field(a: Array) -> Array:
    """One field of records of an odd number of bytes."""
    records = np.zeros(a.shape, [("before", "u1"), ("it", a.dtype), ("after", "u2")])
    records["it"] = a
    return records["it"]


LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "Fortran": np.asfortranarray,
    "reversed": lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
    "every third": lambda a: np.repeat(np.repeat(a, 3, 0), 2, 1)[::3, ::2],
    "transposed": lambda a: a.T.copy().T,
    "misaligned": misaligned,
    "field": field,
    "bytes swapped": lambda a: a.astype(a.dtype.newbyteorder("S")),
    "bytes swapped and reversed": lambda a: a[::-1].astype(a.dtype.newbyteorder("S"))[::-1],
    "read-only": lambda a: np.frombuffer(a.tobytes(), a.dtype).reshape(a.shape),
}
DTYPES = ["uint8", "int16", "uint64", "int64", "float16", "float32", "float64", "longdouble", "complex64"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", LAYOUTS)
@ANY_WAY
def test_a_layout_changes_no_bit(way: str, name: str, dtype: str) -> None:
    rng = np.random.default_rng(3)
    x = (rng.standard_normal((6, 7)) * 50).astype(dtype) if dtype[0] != "u" else rng.integers(0, 99, (6, 7), dtype)
    h = (rng.standard_normal((2, 3)) * 50).astype(dtype) if dtype[0] != "u" else rng.integers(0, 99, (2, 3), dtype)
    laid_x, laid_h = LAYOUTS[name](x), LAYOUTS[name](h)
    assert np.array_equal(laid_x, x)
    words: dict[str, Any] = {"size": "same", "boundary": ("wrap", "zero"), "stride": (1, 2)}
    for small in (False, True):
        with forced(way, small=small) as engine:
            y = tw.correlate(x, h, engine=engine, **words)
            again = tw.correlate(laid_x, laid_h, engine=engine, **words)
            turned = tw.correlate(laid_x.T, laid_h.T, axes=(0, 1), engine=engine, size="same",
                                  boundary=("zero", "wrap"), stride=(2, 1))  # fmt: skip
        assert y.dtype == again.dtype == (dtype if y.dtype.kind in "fc" else "uint64" if dtype == "uint64" else "int64")
        assert again.dtype.isnative
        assert np.array_equal(again, y)
        assert np.array_equal(turned.T, y) or y.dtype.kind in "fc"  # its sums are taken in another order


@ANY_WAY
def test_a_repeated_sample(way: str) -> None:
    """Zero strides."""
    x, h = np.broadcast_to(np.int64(3), (4, 5)), np.broadcast_to(np.array([1, 2, 3]), (2, 3))
    with forced(way, small=True) as engine:
        y = tw.convolve(x, h, size="full", boundary="edge", engine=engine)
    assert (y == 36).all()
    assert y.shape == (5, 7)


def test_memory_maps(tmp_path: Path) -> None:
    x = np.arange(60.0, dtype=np.float32).reshape(6, 10)
    x.tofile(tmp_path / "x.bin")
    mapped = np.memmap(tmp_path / "x.bin", np.float32, "r", shape=(6, 10))
    h = np.ones((2, 2), np.float32)
    y = tw.convolve(mapped, h, size="same")
    assert type(y) is np.ndarray
    assert np.array_equal(y, tw.convolve(x, h, size="same"))
    out = np.memmap(tmp_path / "y.bin", np.float32, "w+", shape=(6, 10))
    tw.convolve(mapped, h, size="same", out=out)
    out.flush()
    assert np.array_equal(np.fromfile(tmp_path / "y.bin", np.float32).reshape(6, 10), y)


@pytest.mark.parametrize("dtype", ["int64", "float32", "complex128", "object"])
@ANY_WAY
def test_empty_axes(way: str, dtype: str) -> None:
    """Shapes follow the formula, and nothing is read."""
    if way == "fourier" and dtype == "object":
        return
    h = np.ones(3, dtype)
    with forced(way) as engine:
        for size, boundary, length in [
            ("full", "zero", 0), ("same", "zero", 0), ("pads(2,2)", "zero", 2), ("pads(2,2)", "constant(5)", 2),
            ("longest", "zero", 0), ("lags(-1,2)", "zero", 4), ("same-upper", "zero", 0),
        ]:  # fmt: skip
            words: dict[str, Any] = {"size": size, "boundary": boundary, "engine": engine}
            y = tw.convolve(np.empty(0, dtype), h, **words)
            assert y.dtype == dtype
            assert y.shape == (length,)
            assert (y == (15 if boundary != "zero" else 0)).all()
            batched = tw.convolve(np.empty((2, 0, 3), dtype), h, axes=1, **words)
            assert batched.shape == (2, length, 3)
        for shape in [(0, 5), (5, 0, 2), (0, 5, 0)]:
            axis = shape.index(5)
            y = tw.convolve(np.empty(shape, dtype), h, axes=axis, size="full", engine=engine)
            assert y.shape == tuple(7 if n == 5 else n for n in shape)
            assert y.dtype == dtype


@ANY_WAY
def test_axes_of_one_sample_and_kernels_longer_than_the_signal(way: str) -> None:
    x, h = np.array([[3]]), np.arange(1, 21).reshape(4, 5)
    with forced(way) as engine:
        assert tw.convolve(x, h, size="full", engine=engine).tolist() == (3 * h).tolist()
        assert tw.correlate(x, h, size="full", engine=engine).tolist() == (3 * h[::-1, ::-1]).tolist()
        assert tw.convolve(x, h, size="same", engine=engine).tolist() == [[3 * int(h[1, 2])]]
        for boundary in ("edge", "symmetric", "reflect101", "wrap"):
            y = tw.convolve(x, h, size="pads(9,9)", boundary=boundary, engine=engine)
            assert (y == 3 * 210).all()
            assert y.shape == (16, 15)


def test_empty_lists_are_whole_numbers() -> None:
    assert tw.convolve([], [1, 2], size="full").dtype == np.int64
    assert tw.convolve([[], []], [1, 2], size="full", axes=1).shape == (2, 0)


def test_empty_batches_have_gradients() -> None:
    words: dict[str, Any] = {"operator": "convolution", "size": "same", "axes": 1}
    x = np.empty((0, 5))
    assert tw.input_gradient(x, [1.0, 2.0], shape=(0, 5), **words).shape == (0, 5)
    assert tw.kernel_gradient(x, x, shape=(2,), **words).tolist() == [0, 0]
