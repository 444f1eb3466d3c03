"""What is timed: one signal, one kernel, and the sums that are meant; and where every window starts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.benchmarking.factors import factors
from tapwise.convention import Boundary, Convention
from tapwise.geometry import operator_plan
from tapwise.operators import apply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapwise.geometry import Plan

Array = np.ndarray[Any, np.dtype[Any]]

#: The anchors of `convolve` and `correlate`: for either the window starts K//2 before the output sample.
_ANCHORS = {"convolution": "low", "cross-correlation": "high"}


#: The taps along an axis that a cropped kernel keeps.
_TAPS = 31


@dataclass(frozen=True, slots=True)
class Window:
    """Along one axis: `m` windows of `k` of `n` samples, the first `lo` before sample 0; the taps are as given."""

    n: int
    k: int
    m: int
    lo: int
    below: Boundary
    above: Boundary

    @property
    def pads(self) -> tuple[int, int]:
        """How many samples are read before and behind the signal."""
        return self.lo, self.m + self.k - 1 - self.lo - self.n


def windows(plan: Plan) -> tuple[Window, ...]:
    """Return the windows of a plan without strides; the kernel is flipped where the plan flips it."""
    return tuple(Window(a.n, a.k, a.m, -a.c if a.d > 0 else a.k - 1 - a.c, a.below, a.above) for a in plan.axes)


@dataclass(frozen=True)
class Job:
    """One problem: `convolve(x, h)` or `correlate(x, h)`, with a size, a boundary and the dtype of the result.

    Integer results that are narrower than 64 bits saturate; sums that are no whole numbers are rounded to the nearest.
    """

    x: Array
    h: Array
    operator: str = "convolution"
    size: str = "same"
    boundary: str = "zero"
    dtype: Any = None
    result: np.dtype[Any] = field(init=False)

    def __post_init__(self) -> None:
        given = np.result_type(self.x, self.h) if self.dtype is None else np.dtype(self.dtype)
        widened = np.dtype(np.int64) if self.dtype is None and given.kind in "iu" else given
        object.__setattr__(self, "result", widened)

    @cached_property
    def words(self) -> dict[str, Any]:
        """What a user would write beside x and h; the anchor is the operator's own."""
        words: dict[str, Any] = {"operator": self.operator, "anchor": _ANCHORS[self.operator]}
        words |= {"size": self.size, "boundary": self.boundary}
        if self.operator == "cross-correlation" and self.h.dtype.kind == "c":
            words["conjugate"] = "kernel"
        return words | ({"overflow": "saturate"} if self.narrow else {})

    @property
    def narrow(self) -> bool:
        """Whether the result is of integers of less than 64 bits."""
        return self.result.kind in "iu" and self.result.itemsize < 8

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The windows along each axis."""
        return windows(operator_plan(Convention.of(**self.words), self.x.shape, self.h.shape)[0])

    @cached_property
    def taps(self) -> Array:
        """The kernel as it lies in the window: flipped for a convolution, conjugated for a correlation."""
        if self.operator == "convolution":
            return np.ascontiguousarray(np.flip(self.h))
        return self.h.conj()

    @cached_property
    def factors(self) -> tuple[Array, ...] | None:
        """Lines, one an axis, whose products are the taps up to rounding; None if there are none, or one axis."""
        return factors(self.taps) if self.h.ndim > 1 else None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the result."""
        return tuple(w.m for w in self.windows)

    @property
    def products(self) -> int:
        """How many products are summed."""
        return prod(self.shape) * self.h.size

    @property
    def whole(self) -> bool:
        """Whether signal and kernel are whole numbers."""
        return self.x.dtype.kind in "iu" and self.h.dtype.kind in "iu"

    def cropped(self, products: int) -> Job:
        """Return a smaller job of the kind: about so many products, or fewer, and no more than 31 taps an axis."""
        h = self.h[tuple(slice(min(k, _TAPS)) for k in self.h.shape)]
        shape = list(self.x.shape)
        while prod(shape) * h.size > products and any(n // 2 >= k for n, k in zip(shape, h.shape, strict=True)):
            axis = max((a for a in range(h.ndim) if shape[a] // 2 >= h.shape[a]), key=lambda a: shape[a])
            shape[axis] //= 2
        return replace(self, x=self.x[tuple(map(slice, shape))], h=h)

    def solve(self, engine: str = "auto", accuracy: str = "normwise") -> Array:
        """Return tapwise's answer."""
        return np.asarray(apply(self.x, self.h, dtype=self.result, engine=engine, accuracy=accuracy, **self.words))


def extended(job: Job) -> tuple[Window, ...]:
    """Return the windows on a signal that was extended first, so that nothing outside is read."""
    zero = Boundary("zero")
    return tuple(Window(w.n + sum(w.pads), w.k, w.m, 0, zero, zero) for w in job.windows)


def pads(job: Job) -> Sequence[tuple[int, int]]:
    """Return how far the signal has to be extended on both sides of each axis; negative where it is not read."""
    return [w.pads for w in job.windows]
