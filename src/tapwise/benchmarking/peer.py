"""A peer: who could be called instead, made ready once, so that only its own call is timed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.benchmarking.job import Array, Job


class Unfit(Exception):
    """A peer cannot do a job, and why."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A call that is timed, and how its answer becomes an array, which is not timed."""

    run: Callable[[], Any]
    taken: Callable[[Any], Array] = np.asarray


@dataclass(frozen=True, slots=True)
class Peer:
    """A function, or a few calls that belong together.

    Attributes
    ----------
    name : str
        What is called.
    modules : tuple of str
        What is imported for it.
    prepare : callable
        From a job to its call; raises `Unfit` where there is none.
    work : {"samples", "products", "lines"}
        What its time grows with: samples alone, products, or products line by line.
    """

    name: str
    modules: tuple[str, ...]
    prepare: Callable[[Job], Ready]
    work: str = "samples"

    @property
    def library(self) -> str:
        """The library it is from."""
        return self.modules[0]

    @property
    def installed(self) -> bool:
        """Whether all its modules are; nothing is imported."""
        return all(find_spec(module) is not None for module in self.modules)
