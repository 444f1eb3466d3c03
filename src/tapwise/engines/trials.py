"""Trials: problems to time engines on, by their shapes and number types, with random numbers in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import Convention
from tapwise.engines.case import Case
from tapwise.engines.numbers import settle
from tapwise.engines.run import Ready, run
from tapwise.geometry import forward

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.engines.case import Array


@dataclass(frozen=True, slots=True)
class Trial:
    """One problem: a filter of size "same".

    Attributes
    ----------
    shape, taps : tuple of int
        The lengths of the signal and of the kernel; what the signal has more are batch axes, its first ones.
    dtype : str
        Of both. Whole numbers of 4 and 8 bytes are so large that only sums in 64-bit integers are exact; those of 2
        bytes meet taps of one byte; sums of booleans are small.
    stride : int
        Of every filtered axis.
    rank : int
        1 for a kernel that is a product of one vector an axis, 0 for one that is not.
    threads : int
        How many to use, 0 for all.
    """

    shape: tuple[int, ...]
    taps: tuple[int, ...]
    dtype: str = "float32"
    stride: int = 1
    rank: int = 0
    threads: int = 0

    def __str__(self) -> str:
        lengths = ("×".join(map(str, lengths)) for lengths in (self.shape, self.taps))
        more = [self.dtype]
        more += [f"stride {self.stride}"] if self.stride > 1 else []
        more += ["rank one"] if self.rank else []
        more += ["one thread"] if self.threads == 1 else []
        return f"{' ⋆ '.join(lengths)} {', '.join(more)}"

    def posed(self) -> Posed:
        """Return the problem with numbers in it."""
        meant = Convention.of(operator="cross-correlation", size="same", boundary="zero", stride=self.stride)
        lead = len(self.shape) - len(self.taps)
        draw = partial(_drawn, np.random.default_rng(1), np.dtype(self.dtype))
        x = draw(self.shape)
        if self.rank:
            h = np.ones((), self.dtype)
            for count in self.taps:
                h = np.multiply.outer(h, np.arange(1, count + 1).astype(self.dtype))
        else:
            h = draw(self.taps).clip(-127, 127) if self.dtype == "int16" else draw(self.taps)
        plan = forward(meant, self.shape[lead:], self.taps)
        numbers = settle(meant.arithmetic, x, h, plan)
        case = Case(
            plan, h.astype(numbers.work), self.shape[:lead], x.dtype, numbers.work, integers=numbers.integers,
            bound=numbers.bound,
        )  # fmt: skip
        axes = tuple(range(lead, len(self.shape)))
        out = np.zeros(case.outputs, numbers.result)

        def solve(engine: str) -> None:
            run(Ready(case, engine, named=True), meant.arithmetic, numbers, x, out, axes=axes)

        return Posed(case, out, solve)


@dataclass(frozen=True, slots=True)
class Posed:
    """A trial's case, where its result goes, and what computes it with the engine of a name."""

    case: Case
    out: Array
    solve: Callable[[str], None]


def _drawn(rng: np.random.Generator, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        most = min(1 << 26, int(info.max))
        return rng.integers(max(-most, int(info.min)), most, shape, dtype)
    values = rng.standard_normal(4099) + (1j * rng.standard_normal(4099) if dtype.kind == "c" else 0)
    return np.resize(values.astype(dtype), shape)


def _grid() -> tuple[list[Trial], list[Trial]]:
    """Return the trials that rates are fitted to, and those that they are checked on, of other lengths."""
    fits = [Trial((n,), (k,)) for n in (64, 1024, 16384, 1 << 18) for k in (3, 9, 31, 101, 301, 1023) if k <= n]
    fits += [Trial((1 << 20,), (k,), threads=1) for k in (9, 65, 257, 1025, 4097)]
    fits += [Trial((side, side), (k, k)) for side in (16, 64, 200) for k in (3, 7, 11)]
    fits += [Trial((480, 1024), (k, k)) for k in (3, 5, 9, 15, 31)]
    fits += [Trial((480, 1024), (k, k), threads=1) for k in (3, 7, 15, 31)]
    fits += [Trial((2048, 2048), (k, k)) for k in (3, 7, 21)]
    fits += [Trial((480, 1024), (k, k), rank=1, threads=t) for k in (3, 9, 21, 61) for t in (0, 1)]
    fits += [Trial((side,) * 3, (k,) * 3) for side in (32, 96) for k in (3, 5, 9)]
    fits += [Trial((480, 1024), taps) for taps in ((1, 9), (9, 1), (1, 65), (31, 1))]
    fits += [Trial((300, 600), (5,)), Trial((2000, 64), (17,)), Trial((8, 200, 300), (7, 7))]
    others = ("float64", "bool", "uint8", "int16", "int64", "complex64")
    fits += [Trial((1 << 16,), (k,), dtype) for dtype in others for k in (7, 63)]
    fits += [Trial((480, 640), (k, k), dtype, rank=k == 9) for dtype in others for k in (3, 9, 15)]
    fits += [Trial((480, 1024), (5, 5), stride=2), Trial((1 << 18,), (31,), stride=2)]
    fits += [
        Trial((side, side), (side - 1, side - 1), dtype) for side in (110, 192, 500) for dtype in ("float32", "float64")
    ]
    fits += [Trial((60,) * 3, (50,) * 3), Trial((500, 500), (499, 499), threads=1), Trial((1 << 16,), (65_535,))]
    checks = [Trial((n,), (k,)) for n in (300, 5000, 100_000, 1 << 19) for k in (5, 17, 63, 200, 700) if k <= n]
    checks += [Trial((1 << 20,), (31,), "float64"), Trial((1 << 18,), (129,), "complex64")]
    checks += [Trial((100, 140), (k, k)) for k in (3, 5, 13)]
    checks += [Trial((600, 800), (k, k)) for k in (4, 7, 11, 13, 17, 25)]
    checks += [Trial((600, 800), (k, k), rank=1) for k in (5, 17, 41)]
    checks += [Trial((1500, 2000), (5, 5), "uint8"), Trial((1500, 2000), (11, 11))]
    checks += [Trial((400, 500), (7, 7), dtype) for dtype in ("float64", "int16", "int64")]
    checks += [Trial((80,) * 3, (k,) * 3) for k in (3, 4, 7)]
    checks += [Trial((300, 300), (250, 250)), Trial((100_000,), (99_999,))]
    return fits, checks


FITS, CHECKS = _grid()
#: A trial whose work threads share as well as they can.
SHARED = Trial((480, 1024), (15, 15))
