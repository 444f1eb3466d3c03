"""Rates: what a unit of each engine's work costs on one kind of machine.

An engine says how much of each kind of work a case is, its features; the predicted time is the sum of features times
rates. Rates are shipped for every instruction set, and `tapwise tune` measures those of a machine. They decide which
engine `auto` takes, never what an engine computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import TYPE_CHECKING, Any

from tapwise.engines.native import native, threads

if TYPE_CHECKING:
    from typing import Self

#: How much of each kind of work something is.
Features = Mapping[str, float]
#: Counts up whenever a rate changes its meaning, so that files written before are not read as if it had not.
VERSION = 2


@dataclass(frozen=True, eq=False, slots=True)
class Rates:
    """The rates of one machine, or of one kind of machine.

    Attributes
    ----------
    nanoseconds : mapping of str to mapping of str to float
        For each engine, the time of one unit of each kind of work; an engine's `UNITS` say what these are.
    gain : float
        What each thread beyond the first adds to the speed of work that threads can share: 1 for a core of its own.
    source : str
        Where they come from, in words.
    """

    nanoseconds: Mapping[str, Mapping[str, float]]
    gain: float
    source: str

    def time(self, engine: str, features: Features) -> float:
        """Return the predicted nanoseconds of so much work; what has no rate yet counts one for a unit."""
        rates = self.nanoseconds.get(engine, {})
        return sum([rates.get(name, 1.0) * amount for name, amount in features.items()])

    def together(self) -> float:
        """Return how many times as fast as one thread all are."""
        return 1.0 + self.gain * (threads() - 1)

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain data, with three digits."""
        rounded = {
            engine: {name: float(f"{rate:.3g}") for name, rate in rates.items()}
            for engine, rates in self.nanoseconds.items()
        }
        return {"version": VERSION, "gain": float(f"{self.gain:.3g}"), "nanoseconds": rounded}

    @classmethod
    def of(cls, data: Any, source: str) -> Self:
        """Return the rates that plain data hold.

        Raises
        ------
        ValueError
            If they are no rates, or of another version.
        """
        if _table(data).get("version") != VERSION:
            msg = "it was written by another version of tapwise"
            raise ValueError(msg)
        tables = {engine: _numbers(rates) for engine, rates in _table(data.get("nanoseconds")).items()}
        gain = _numbers({"gain": data.get("gain")})["gain"]
        return cls(tables, min(gain, 1.0), source)


def _table(data: Any) -> dict[str, Any]:
    if isinstance(data, dict):
        return data
    msg = "it holds no rates"
    raise ValueError(msg)


def _numbers(rates: Any) -> dict[str, float]:
    for name, rate in _table(rates).items():
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate < inf:
            msg = f"its rate {name!r} is {rate!r}, not a number from 0 up"
            raise ValueError(msg)
    return {name: float(rate) for name, rate in rates.items()}


def instruction_set() -> str:
    """Return the compiled engines' instruction set, "numpy" where none was built."""
    return "numpy" if native is None else str(native.instruction_set())


@cache
def shipped(kind: str | None = None) -> Rates:
    """Return the rates that came with this package, by default for this instruction set; "numpy": no compiled code."""
    kind = kind or instruction_set()
    import json
    from pathlib import Path

    tables = json.loads(Path(__file__).with_name("rates.json").read_text("utf-8"))
    return Rates.of(tables[kind], f"shipped for {kind}")
