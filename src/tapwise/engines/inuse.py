"""The rates in use: this machine's own where it has been measured, else the shipped ones."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tapwise.engines.calibration import load
from tapwise.engines.native import native
from tapwise.engines.rates import Rates, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

_used: list[Rates] = []


def current() -> Rates:
    """Return the rates in use: this machine's own if `tapwise tune` has measured them, else the shipped ones."""
    if not _used:
        _used.append(load() or shipped())
    return _used[-1]


def forget() -> None:
    """Let the next use look for this machine's own rates again."""
    _used.clear()
    _choose_again()


@contextmanager
def using(rates: Rates) -> Iterator[None]:
    """Use these rates for a while, in all threads."""
    _used.append(rates)
    _choose_again()
    try:
        yield
    finally:
        _used.remove(rates)
        _choose_again()


def _choose_again() -> None:
    """Forget calls that were answered before, by engines that other rates chose."""
    if native is not None:
        native.forget()
