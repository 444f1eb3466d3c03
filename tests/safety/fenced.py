"""Arrays that end, or begin, at memory which nobody may touch: a read or a write one element beyond stops the process.

`python -m tests.safety.fenced engine side` runs every case of an engine; test_guard_pages.py looks at how it ends.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import mmap
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

import tapwise as tw
from tapwise.convention import Boundary
from tapwise.engines import ENGINES, Case
from tapwise.engines.case import Block
from tapwise.errors import EngineError
from tapwise.geometry import AxisPlan, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = np.ndarray[Any, np.dtype[Any]]
ROOM = 1 << 20
LIBC = ctypes.CDLL(None, use_errno=True)

DTYPES = [
    "bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64",
    "complex64", "complex128", ">i2", ">f4", ">f8", ">c8",
]  # fmt: skip
#: Steps of a view through the memory that it lies in; each axis its own.
LAYOUTS = [(1, 1, 1), (2, 3, 2), (-1, -1, -1), (-3, 1, -2), (1, -1, 2)]
BOUNDARIES = ["zero", "edge", "symmetric", "reflect101", "wrap", "constant(3)"]


class Fenced:
    """A piece of memory between two pages that cannot be touched."""

    def __init__(self) -> None:
        page = mmap.PAGESIZE
        self._map = mmap.mmap(-1, ROOM + 2 * page)
        start = ctypes.addressof(ctypes.c_char.from_buffer(self._map))
        for fence in (start, start + page + ROOM):
            if LIBC.mprotect(ctypes.c_void_p(fence), ctypes.c_size_t(page), 0):
                raise OSError(ctypes.get_errno(), "mprotect")
        self._bytes = np.frombuffer(self._map, np.uint8)[page : page + ROOM]

    def empty(self, shape: tuple[int, ...], dtype: Any, side: str, steps: tuple[int, ...]) -> Array:
        """Return a view whose memory ends at the fence, or begins at it, stepping as it says along each axis."""
        wide = tuple((n - 1) * abs(s) + 1 if n else 0 for n, s in zip(shape, steps, strict=True))
        count = int(np.prod(wide)) * np.dtype(dtype).itemsize
        piece = self._bytes[ROOM - count :] if side == "end" else self._bytes[:count]
        view: Array = piece.view(dtype).reshape(wide)[tuple(slice(None, None, s) for s in steps)]
        assert view.shape == shape
        return view

    def holding(self, values: Array, side: str, steps: tuple[int, ...]) -> Array:
        """Return such a view of these values."""
        view = self.empty(values.shape, values.dtype, side, steps)
        view[...] = values
        return view


def cases() -> Iterator[tuple[str, tuple[int, ...], tuple[int, ...], tuple[int, ...], dict[str, Any]]]:
    """Yield dtypes, shapes, kernels, layouts and conventions: each dtype with many lengths, each length with many."""
    rng = np.random.default_rng(11)
    lengths = {1: range(1, 71), 2: range(1, 40, 3), 3: range(1, 14, 2)}
    for dtype in DTYPES:
        for ndim, most in ((1, 40), (2, 12), (3, 4)):
            for n in lengths[ndim]:
                shape = (n, *(int(v) for v in rng.integers(1, 71 if ndim < 3 else 20, ndim - 1)))[::-1]
                taps = tuple(int(v) for v in rng.integers(1, most, ndim))
                words: dict[str, Any] = {
                    "size": str(rng.choice(["same", "full", "pads(3,-1)"])),
                    "boundary": str(rng.choice(BOUNDARIES)),
                    "stride": tuple(int(v) for v in rng.choice([1, 1, 2, 3], ndim)),
                    "dilation": tuple(int(v) for v in rng.choice([1, 1, 2], ndim)),
                    "operator": str(rng.choice(["convolution", "cross-correlation"])),
                }
                yield dtype, shape, taps, LAYOUTS[int(rng.integers(len(LAYOUTS)))][:ndim], words


def drawn(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    """Return small whole numbers, exact in every dtype."""
    return rng.integers(0, 2 if dtype == "bool" else 4, shape).astype(dtype)


def kernel(rng: np.random.Generator, taps: tuple[int, ...], dtype: str) -> Array:
    """Return a kernel of any kind, one that is a product of rows, or one that is all ones, by its lengths."""
    if sum(taps) % 3 == 0:
        return drawn(rng, taps, dtype)
    rows = [drawn(rng, (k,), dtype) if sum(taps) % 3 == 1 else np.ones(k, dtype) for k in taps]
    return functools.reduce(np.multiply.outer, rows).astype(dtype)


def run(engine: str, side: str) -> None:
    """Compute every case with all arrays at their fences, and compare with the numpy engine elsewhere."""
    signals, kernels, results = Fenced(), Fenced(), Fenced()
    rooms = itertools.cycle([Fenced() for _ in range(4)])
    rng = np.random.default_rng(12)
    done = refused = 0
    for dtype, shape, taps, steps, words in cases():
        x = signals.holding(drawn(rng, shape, dtype), side, steps)
        h = kernels.holding(kernel(rng, taps, dtype), side, steps)
        try:
            right = tw.apply(x.copy(), h.copy(), engine="numpy", **words)
        except ValueError:  # no window fits
            continue
        os.pwrite(1, f"{dtype} {shape} {taps} {steps} {words}".ljust(400).encode(), 0)  # where it was, should it end
        with fences_around_copies(rooms, side):
            try:
                y = tw.apply(x, h, engine=engine, out=results.empty(right.shape, right.dtype, side, steps), **words)
            except EngineError:
                refused += 1
                continue
        assert np.array_equal(np.rint(y), right), (dtype, shape, taps, steps, words)  # transforms round
        done += 1
    os.pwrite(1, f"done {done} refused {refused}".ljust(400).encode(), 0)


@contextmanager
def fences_around_copies(rooms: Iterator[Fenced], side: str) -> Iterator[None]:
    """Let `numpy.ascontiguousarray` give memory at a fence: there lie the taps that compiled code reads."""
    real = np.ascontiguousarray

    def fenced(*given: Any, **words: Any) -> Array:
        copy = real(*given, **words)
        return next(rooms).holding(copy, side, (1,) * copy.ndim)

    np.ascontiguousarray = fenced
    try:
        yield
    finally:
        np.ascontiguousarray = real


def overrun(what: str, side: str) -> None:
    """Tell the compiled engine of one sample, or one output, more than there is: it must not live."""
    n, m = (38, 37) if what == "read" else (37, 38)
    x, y = (Fenced().empty((37,), np.dtype(float), side, (1,)) for _ in range(2))
    if side == "begin":  # then what is beyond the last stands before the first
        x, y = x[::-1], y[::-1]
    x, y = (np.lib.stride_tricks.as_strided(array, (length,)) for array, length in ((x, n), (y, m)))
    axis = AxisPlan(n, 1, m, 1, 1, n - m, 1, Boundary("edge"), Boundary("edge"))
    case = Case(Plan((axis,), (None,)), np.ones(1), (), x.dtype, x.dtype)
    ENGINES["direct"].worker(case)(x, Block((), ((0, m),)), y)


if __name__ == "__main__":
    (overrun if sys.argv[1] in ("read", "write") else run)(*sys.argv[1:])
