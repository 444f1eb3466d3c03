"""What the function takes: how many axes, which dtypes, and what shapes the axes beside the measured one must have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tapwise.probing.refusal import NotAnOperator
from tapwise.probing.subject import Refused

if TYPE_CHECKING:
    from tapwise.probing.subject import Array, Subject

DTYPES = (
    ("float64", "float64"), ("float32", "float32"), ("int64", "int64"), ("int32", "int32"), ("uint8", "float64"),
    ("uint8", "float32"), ("uint8", "int64"), ("uint8", "int32"), ("uint8", "uint8"), ("int16", "int16"),
    ("complex128", "complex128"), ("float16", "float16"),
)  # fmt: skip
#: Lengths of signal and kernel that nearly every function takes; long ones for large dilations.
FIRST: tuple[tuple[int, int], ...] = (
    (17, 3), (17, 5), (16, 4), (9, 3), (11, 7), (5, 3), (3, 3), (8, 2), (41, 5), (4, 1), (3, 17), (2, 5), (1, 3),
    (17, 4), (9, 2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shapes:
    """Shapes for a measurement along one axis: lengths of the others, None for the lengths of the measured one.

    A kernel that the function has of its own keeps its shape, `own`.
    """

    ndim: int
    signal: int | None
    kernel: int | None
    own: tuple[int, ...] | None = None

    def of(self, axis: int, n: int, k: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the shapes of signal and kernel with `n` samples and `k` taps along `axis`."""
        x = [n if self.signal is None else self.signal] * self.ndim
        h = [k if self.kernel is None else self.kernel] * self.ndim
        x[axis], h[axis] = n, k
        return tuple(x), self.own or tuple(h)


@dataclass(frozen=True, slots=True)
class Reception:
    """What a function was found to take.

    Attributes
    ----------
    signal, kernel : str
        Dtypes to measure with.
    shapes : Shapes
        How to complete the shapes of arrays.
    first : (int, int)
        Lengths of signal and kernel that it takes.
    """

    signal: str
    kernel: str
    shapes: Shapes
    first: tuple[int, int]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.shapes.ndim

    def cube(self) -> Reception:
        """Return the same with equal lengths along all axes."""
        return self.beside(None, None)

    def beside(self, signal: int | None, kernel: int | None) -> Reception:
        """Return the same with these lengths along the axes beside the measured one, None for those of it."""
        return replace(self, shapes=replace(self.shapes, signal=signal, kernel=kernel))


def receive(subject: Subject, ndim: int | None) -> Reception:
    """Return what the function takes, the easiest input first.

    Raises
    ------
    NotAnOperator
        If it takes none of the inputs that were tried.
    """
    for axes in (1, 2, 3) if ndim is None else (ndim,):
        ways = [Shapes(1, 1, 1)]
        if axes > 1:  # the smallest that may do
            ways = [Shapes(axes, 5, 1), Shapes(axes, 9, None), Shapes(axes, None, None), Shapes(axes, 7, 3)]
        first = FIRST
        if subject.kernel is not None:
            ways = [Shapes(axes, 4 * max(subject.kernel) + more, None, subject.kernel) for more in (5, 60)]
            first = tuple((n, subject.kernel[0]) for n in (17, 65, *range(1, 17)))
        for n, k in first:
            for shapes in ways:
                for signal, kernel in DTYPES:
                    if takes(subject, Reception(signal, kernel, shapes, (n, k))):
                        return Reception(signal, kernel, shapes, (n, k))
    said = next(iter(subject.refusals.values()), None)
    raise NotAnOperator(
        "answers", f"it takes none of the {subject.calls} inputs that were tried, the first {said}",
        "give a callable of (signal, kernel), two NumPy arrays with as many axes",
    )  # fmt: skip


def takes(subject: Subject, reception: Reception) -> bool:
    """Whether the function takes an input of these dtypes and lengths."""
    x, h = reception.shapes.of(0, *reception.first)
    taps: Array = np.zeros(h, reception.kernel)
    taps[tuple(k // 2 for k in h)] = 1
    try:
        return bool(subject.ask(np.ones(x, reception.signal), taps).size)
    except Refused:
        return False
