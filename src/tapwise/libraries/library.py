"""What is known of an outside library: its parts, how it is installed, and how its functions are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Call = Callable[..., Array]


@dataclass(frozen=True, slots=True)
class Library:
    """An outside library.

    Attributes
    ----------
    distributions : mapping of str to str
        The modules that are imported, each with the name under which it is installed; the first is the library.
    calls : mapping of str to callable
        By the function's name, how it is called with a signal, a kernel and its options.
    """

    distributions: Mapping[str, str]
    calls: Mapping[str, Call]

    @property
    def name(self) -> str:
        """The module that a user would import."""
        return next(iter(self.distributions))


def found(name: str) -> Any:
    """Return what stands under a dotted name, importing the module it is in."""
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(module), attribute)


def plain(name: str) -> Call:
    """Return the call of a function that takes two arrays as they are."""

    def call(x: Array, h: Array, **options: Any) -> Array:
        return np.asarray(found(name)(x, h, **options))

    return call


def plainly(*names: str) -> dict[str, Call]:
    """Return the calls of functions that take two arrays as they are."""
    return {name: plain(name) for name in names}


def each(value: Any, ndim: int) -> list[Any]:
    """Return one value an axis, from one value or a sequence."""
    values = list(value) if isinstance(value, (tuple, list)) else [value]
    return values if len(values) == ndim else values * ndim
