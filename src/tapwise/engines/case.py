"""One problem, ready for an engine: a plan, a prepared kernel, and the number type to work in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tapwise.geometry import Plan

Array = np.ndarray[Any, np.dtype[Any]]
Bounds = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """How real sums become results that are not stored as they are, for an engine that stores them itself.

    Times the gain, plus the offset, both in the type that is summed in; rounded, unless sums and results are whole
    numbers alike; kept within the limits of the result's type by the rule of `overflow`.
    """

    gain: float
    offset: float
    rounding: str
    overflow: str


@dataclass(frozen=True)
class Case:
    """What an engine is asked to do; signals come later, in blocks.

    Attributes
    ----------
    plan : Plan
        The index integers.
    kernel : ndarray
        The taps in `work`, conjugated and normalised where the convention says so; with channels a tap is a stack of
        matrices, one for each group.
    batch : tuple of int
        The lengths of the signal's axes that are not filtered; they stand before the filtered ones.
    signal : dtype
        What the signal is stored in.
    work : dtype
        What products are formed and summed in.
    conjugate_signal : bool
        Whether the signal is conjugated as it is read.
    integers : bool
        Whether `signal`, kernel and result are whole numbers that must come out exact.
    bound : int
        For integers: no sum of products, in any order, exceeds this magnitude.
    accuracy : {"normwise", "elementwise"}
        Whether an error may be measured against the largest outputs near, or only against its own output's products.
    stored : Stored, optional
        How sums become results, where a simple rule says it and they are not results as they are.
    """

    plan: Plan
    kernel: Array
    batch: tuple[int, ...]
    signal: np.dtype[Any]
    work: np.dtype[Any]
    conjugate_signal: bool = False
    integers: bool = False
    bound: int = 0
    accuracy: str = "normwise"
    stored: Stored | None = None

    @cached_property
    def outputs(self) -> tuple[int, ...]:
        """The shape of all outputs before they are folded, batch first."""
        return self.batch + self.plan.unfolded_shape


@dataclass(frozen=True, slots=True)
class Block:
    """A box of outputs: slices of the batch axes, and (start, stop) along each filtered axis."""

    batch: tuple[slice, ...]
    bounds: Bounds

    @property
    def slices(self) -> tuple[slice, ...]:
        """The block as slices of the whole output."""
        return (*self.batch, *(slice(start, stop) for start, stop in self.bounds))


class Lost(Exception):
    """A result has no place in its type; the place for results holds nothing of use."""


class Engine(Protocol):
    """What an engine offers; each is a module-level object of its own file."""

    name: str
    #: Whether it can write results as `case.stored` says.
    stores: bool

    def refusal(self, case: Case) -> str:
        """Return why this engine cannot do the case, "" if it can."""

    def nanoseconds(self, case: Case) -> float:
        """Return the predicted time."""

    def memory(self, case: Case) -> int:
        """Return the bytes that it takes beside signal and result, about."""

    def block(self, case: Case) -> tuple[int, ...]:
        """Return the largest block of outputs (batch axes first) to compute at once."""

    def worker(self, case: Case) -> Callable[[Array, Block, Array | None], Array]:
        """Return the function that computes a block from the signal: prepared once, for any signals, from any threads.

        Its third argument is a place for the sums, of the result's type: an engine that can writes them there and
        returns it, any other returns an array of `case.work`. One that stores results itself gets a place for them
        where there is a `case.stored`, and raises `Lost` if one has no place in its type.
        """


@runtime_checkable
class Rated(Engine, Protocol):
    """An engine whose time is predicted by measured rates."""

    #: What its rates are for, one unit of each.
    units: Mapping[str, str]

    def features(self, case: Case) -> Mapping[str, float]:
        """Return how many units of each kind of work the case is."""
