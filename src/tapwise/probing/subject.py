"""The function under the probe: called on copies, counted, its refusals written down."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import MissingLibrary, TapwiseError

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, np.dtype[Any]]


class Refused(TapwiseError):
    """The function did not take an input; for use inside the room."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An input that the function did not take, and what it said."""

    signal: str
    kernel: str
    reason: str

    def __str__(self) -> str:
        return f"x of {self.signal} with h of {self.kernel}: {self.reason}"


@dataclass(slots=True)
class Subject:
    """A callable of (signal, kernel) that is asked, never trusted.

    Attributes
    ----------
    f : callable
        Of two arrays.
    kernel : tuple of int, optional
        The shape of every kernel it takes, where it has a kernel of its own.

    Examples
    --------
    >>> subject = Subject(np.convolve)
    >>> subject.ask(np.ones(3), np.ones(1)), subject.calls
    (array([1., 1., 1.]), 1)
    """

    f: Callable[[Array, Array], Any]
    kernel: tuple[int, ...] | None = None
    calls: int = 0
    refusals: dict[tuple[str, str], Refusal] = field(default_factory=dict)

    def ask(self, x: Array, h: Array) -> Array:
        """Return the answer as an array with as many axes as `x`.

        Raises
        ------
        Refused
            If the function raises, or returns what is no array of numbers with as many axes.
        """
        try:
            y = self.answer(x, h)
        except Refused as refused:
            raise self._refused(x, h, str(refused)) from None
        if y.dtype.kind not in "biufcO" or y.ndim != x.ndim:
            raise self._refused(x, h, f"its answer is an array of dtype {y.dtype} and shape {y.shape}")
        return y

    def answer(self, x: Array, h: Array) -> Array:
        """Return the answer as an array of whatever shape; a refusal is not written down."""
        self.calls += 1
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                return np.array(self.f(x.copy(), h.copy()))
        except (Refused, MissingLibrary):
            raise  # by a subject within this one; no input will mend what is not installed
        except Exception as error:
            said = " ".join(str(error).split())
            raise Refused(f"{type(error).__name__}: {said[:160]}") from None

    def _refused(self, x: Array, h: Array, reason: str) -> Refused:
        signal, kernel = (f"shape {a.shape}, dtype {a.dtype}" for a in (x, h))
        self.refusals.setdefault((signal, kernel), Refusal(signal, kernel, reason))
        return Refused(reason)
