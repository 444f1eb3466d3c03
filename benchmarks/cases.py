"""The list of cases: every problem that is timed, and once more, scaled down, tested."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from tapwise import kernels
from tapwise.benchmarking import Job

Array = np.ndarray[Any, np.dtype[Any]]
Shape = tuple[int, ...]

CONVOLUTION, CORRELATION = "convolution", "cross-correlation"
LONG, ROWS, SQUARE, FOUR_K, CUBE = (1 << 20,), (480, 1024), (2048, 2048), (2160, 3840), (128, 128, 128)
#: The lengths of a case that is run as a test: no two alike, longer than the kernel, which is cut to what fits.
SMALL = {1: (203,), 2: (41, 53), 3: (13, 14, 17)}
#: The largest magnitudes of whole numbers.
SIGNALS = {"uint8": 255, "int16": 32_767, "int32": 1_000_000, "int64": 1_000_000}
TAPS = 99


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the grid.

    Attributes
    ----------
    group : str
        Under what heading it is shown.
    shape : tuple of int
        Of the signal.
    kernel : tuple of int or str
        The shape of random taps, a named kernel, or "fractions:5x5": whole taps over their odd sum, so that no sum lies
        half-way between two integers and all ways to round agree.
    dtype : str
        Of the signal and, but for fractions, of the taps.
    result : str or None
        The dtype of the result; None for tapwise's own, which is exact.
    operator, size, boundary : str
        What is computed.
    cold : bool
        Whether caches are emptied before every call.
    strided : bool
        Whether the signal is every second element of the last axis of a larger array.
    """

    group: str
    shape: Shape
    kernel: Shape | str
    dtype: str = "float32"
    result: str | None = None
    operator: str = CONVOLUTION
    size: str = "same"
    boundary: str = "zero"
    cold: bool = False
    strided: bool = False

    @property
    def name(self) -> str:
        """What tells it from the others."""
        taps = self.kernel if isinstance(self.kernel, str) else "×".join(map(str, self.kernel))
        to = f" to {self.result}" if self.result else ""
        more = [word for word in ("cold", "strided") if getattr(self, word)]
        return ", ".join([f"{'×'.join(map(str, self.shape))} * {taps} {self.dtype}{to}", *more])

    @property
    def samples(self) -> int:
        """How many samples the signal has."""
        return prod(self.shape)

    @property
    def binds(self) -> str | None:
        """What bounds direct sums: "arithmetic" or "memory" where their share of what the machine can do is shown.

        Arithmetic does from 11 taps an axis in two dimensions, from 32 taps in one, and up to 1023, beyond which they
        are no choice; memory on 4K with 3×3 taps.
        """
        if self.dtype != "float32" or self.group not in ("1-D float", "2-D float32"):
            return None
        if (self.shape, self.kernel) == (FOUR_K, (3, 3)):
            return "memory"
        least = 32 if len(self.shape) == 1 else 11
        return "arithmetic" if all(least <= int(k) <= 1023 for k in self.kernel) else None

    def job(self, *, small: bool = False) -> Job:
        """Return the problem with its numbers, always the same ones; a small one for a test."""
        generator = np.random.default_rng(zlib.crc32(self.name.encode()))
        shape = SMALL[len(self.shape)] if small else self.shape
        x = _numbers(generator, (*shape[:-1], shape[-1] * (2 if self.strided else 1)), self.dtype)
        h = self._taps(generator, tuple(min(7, k) for k in (3, 5, 7)) if small else None)
        x = x[..., ::2] if self.strided else x
        return Job(x, h, self.operator, self.size, self.boundary, self.result)

    def _taps(self, generator: np.random.Generator, most: Shape | None) -> Array:
        """Return the kernel, along each axis no longer than `most`, so that a small case keeps odd and even."""
        if isinstance(self.kernel, str):
            name, _, words = self.kernel.partition(":")
            if name == "fractions":
                taps = generator.integers(1, 10, tuple(map(int, words.split("x"))))
                taps.flat[0] += 1 - taps.sum() % 2
                fractions: Array = (taps / taps.sum()).astype(np.float32)
                return fractions
            spec = f"{name}:sigma=1" if most and name == "gaussian" else self.kernel
            named: Array = np.asarray(kernels.by_name(spec, len(self.shape)))
            single: Array = named.astype(np.float32)
            return single if "f" in (named.dtype.kind, self.dtype[0]) else named
        shape = tuple(min(k, m + k % 2 - 1) for k, m in zip(self.kernel, most, strict=False)) if most else self.kernel
        return _numbers(generator, shape, self.dtype, most=TAPS)


def _numbers(generator: np.random.Generator, shape: Shape, dtype: str, most: int | None = None) -> Array:
    if dtype in SIGNALS:
        largest = most or SIGNALS[dtype]
        return generator.integers(0 if dtype[0] == "u" else -largest, largest + 1, shape).astype(dtype)
    values = generator.standard_normal(shape)
    return (values + 1j * generator.standard_normal(shape) if "complex" in dtype else values).astype(dtype)


def _square(group: str, shape: Shape, lengths: tuple[int, ...], **words: Any) -> list[Case]:
    """Return cases with kernels as long along every axis."""
    return [Case(group, shape, (k,) * len(shape), **words) for k in lengths]


def _image(*named: str, dtype: str, result: str | None = None) -> list[Case]:
    """Return cases of image filters on 4K, with the boundary that all peers have."""
    words: dict[str, Any] = {"result": result, "operator": CORRELATION, "boundary": "edge"}
    return [Case("image filters", FOUR_K, kernel, dtype, **words) for kernel in named]


_GAUSSIANS = ("gaussian:sigma=1", "gaussian:sigma=2", "gaussian:sigma=5", "gaussian:sigma=20")
_REFLECTED: dict[str, Any] = {"operator": CORRELATION, "boundary": "reflect101"}

#: All cases; within a group small ones first, since how long a peer took there says whether it has a chance later.
CASES: tuple[Case, ...] = (
    Case("small", (64,), (3,)),
    Case("small", (100,), (5,)),
    Case("small", (32, 32), (3, 3)),
    Case("1-D float", (4096,), (15,)),
    Case("1-D float", (16384,), (31,)),
    *_square("1-D float", LONG, (9, 31, 101, 257, 1023, 65537)),
    *_square("1-D float", LONG, (31, 101, 257, 1023), dtype="float64"),
    *_square("1-D complex", LONG, (129,), dtype="complex64"),
    *(Case("exact integers", LONG, (31,), dtype) for dtype in ("uint8", "int16", "int32", "int64")),
    *_square("2-D float32", ROWS, (3, 5, 7, 9, 11, 15, 21, 31), **_REFLECTED),
    *_square("2-D float32", SQUARE, (3, 5, 7, 9, 11, 15, 21, 31)),
    *_square("2-D float32", FOUR_K, (3, 7, 15, 31)),
    *_square("2-D float64", ROWS, (3, 7, 15), dtype="float64"),
    *_square("2-D complex", ROWS, (7,), dtype="complex64"),
    *_square("exact integers", ROWS, (5,), dtype="uint8"),
    *_square("exact integers", ROWS, (7,), dtype="int16"),
    *_square("exact integers", ROWS, (7,), dtype="int64"),
    *_image("fractions:5x5", *_GAUSSIANS, "box:9", dtype="uint8", result="uint8"),
    *_image("sobel:axis=1", "laplacian", dtype="uint8", result="int16"),
    *_image(*_GAUSSIANS, "box:9", "sobel:axis=1", "laplacian", dtype="float32"),
    *_square("3-D", CUBE, (3, 5, 7, 11)),
    *_square("3-D", CUBE, (5,), dtype="float64"),
    Case("alike in length", (1 << 17,), (1 << 17,), size="full"),
    Case("alike in length", (512, 512), (511, 511)),
    Case("cold caches", (16384,), (31,), cold=True),
    Case("cold caches", LONG, (31,), cold=True),
    Case("cold caches", ROWS, (7, 7), cold=True, **_REFLECTED),
    Case("strided input", LONG, (31,), strided=True),
    Case("strided input", ROWS, (7, 7), strided=True, **_REFLECTED),
)
#: What `--quick` takes: one or two of each group.
QUICK = (
    "64 * 3 float32", "16384 * 31 float32", "1048576 * 31 float32", "1048576 * 1023 float64", "1048576 * 129 complex64",
    "1048576 * 31 int16", "480×1024 * 7×7 float32", "480×1024 * 15×15 float32", "480×1024 * 7×7 float64",
    "480×1024 * 7×7 int64", "2160×3840 * 3×3 float32", "2160×3840 * gaussian:sigma=2 float32",
    "2160×3840 * box:9 uint8 to uint8", "2160×3840 * sobel:axis=1 uint8 to int16", "128×128×128 * 5×5×5 float32",
    "131072 * 131072 float32", "16384 * 31 float32, cold", "480×1024 * 7×7 float32, strided",
)  # fmt: skip


def chosen(*, quick: bool = False, only: str | None = None) -> tuple[Case, ...]:
    """Return the cases of a quick run, and of a group or a name that holds `only`."""
    found = [case for case in CASES if case.name in QUICK] if quick else list(CASES)
    return tuple(case for case in found if only is None or only in case.group or only in case.name)
