"""The choice of an engine, and its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tapwise.convention.words import one_of
from tapwise.engines.direct import direct
from tapwise.engines.fourier import fourier
from tapwise.engines.native import native, threads
from tapwise.engines.reference import reference
from tapwise.engines.sliding import sliding
from tapwise.errors import EngineError

if TYPE_CHECKING:
    from tapwise.engines.case import Case, Engine

ENGINES: dict[str, Engine] = {engine.name: engine for engine in (reference, sliding, direct, fourier)}
#: Predicted nanoseconds of direct sums up to which nothing else is considered: asking would cost more than it gains.
SOON = 100_000.0
#: What each engine promises of its error, for floats; integers are exact in all.
PROMISES = {
    "reference": "elementwise: γ·(|x| ⋆ |h|), γ for K + 2 roundings",
    "numpy": "elementwise: γ·(|x| ⋆ |h|), γ for K + 2 roundings",
    "direct": "elementwise: γ·(|x| ⋆ |h|), γ for K roundings",
    "fourier": "normwise, per tile: C·eps·log2(n)·‖x_tile‖·‖h‖",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which engine computes a case, and why.

    Attributes
    ----------
    engine : {"reference", "numpy", "direct", "fourier"}
        The engine.
    reason : str
        Why this one.
    milliseconds : dict of str to float
        The predicted time of every engine that can do the case.
    refused : dict of str to str
        Why the others cannot.
    error : str
        The promise on the error of a float result.
    """

    engine: str
    reason: str
    milliseconds: dict[str, float] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    error: str = ""

    def __str__(self) -> str:
        lines = [f"{self.engine}: {self.reason}"]
        lines += [f"  {name:<10} about {time:.3g} ms" for name, time in self.milliseconds.items()]
        lines += [f"  {name:<10} cannot: {why}" for name, why in self.refused.items()]
        return "\n".join([*lines, f"  error      {self.error}"])


def choose(case: Case, engine: str = "auto") -> Choice:
    """Return the engine for a case.

    Raises
    ------
    EngineError
        If an engine is named that cannot do the case.
    """
    engine = one_of("engine", engine, ("auto", *ENGINES))
    refused = {name: why for name, e in ENGINES.items() if (why := e.refusal(case))}
    times = {name: e.nanoseconds(case) / 1e6 for name, e in ENGINES.items() if name not in refused}
    if engine != "auto":
        if engine in refused:
            raise EngineError("engine", engine, refused[engine], "write engine='auto' or engine='numpy'")
        return Choice(engine, "it was named", times, refused, _promise(case, engine))
    # The reference is the definition, never the fastest: it is used only when it is named. A transform is taken only
    # where it saves much, because the direct sums have the finer error bound.
    sums = elementwise(case).name
    if sums == "direct" and soon(case):
        return Choice(sums, "direct sums are fast enough here", times, refused, _promise(case, sums))
    gain = times[sums] / times["fourier"] if "fourier" in times else 0.0
    if gain > 1.5 and times[sums] > 1.0:
        reason = f"predicted {gain:.1f} times as fast as {sums}"
        return Choice("fourier", reason, times, refused, _promise(case, "fourier"))
    reason = "the only one that can do this case" if len(times) == 2 else "direct sums are fast enough here"
    return Choice(sums, reason, times, refused, _promise(case, sums))


def chosen(case: Case, engine: str = "auto") -> tuple[str, bool]:
    """Return the name of the engine that `choose` gives, and whether it is so whatever signal and taps hold.

    Where direct sums are done soon, no other engine is asked.
    """
    if engine == "auto" and soon(case):
        return "direct", True
    return choose(case, engine).engine, engine != "auto"


def soon(case: Case) -> bool:
    """Whether the compiled engine takes the case however the data are, because it will be done soon."""
    return not direct.refusal(case) and direct.nanoseconds(case) < SOON


def present() -> list[str]:
    """Return the names of the engines that this installation has, the compiled one with its instruction set."""
    compiled = native is not None
    return [
        f"direct ({native.instruction_set()}, {threads()} threads)" if name == "direct" else name
        for name in ENGINES
        if compiled or name != "direct"
    ]


def elementwise(case: Case) -> Engine:
    """Return the engine for direct sums, whose error is bounded element by element: compiled where that can be."""
    return sliding if direct.refusal(case) else direct


def _promise(case: Case, engine: str) -> str:
    if case.integers:
        return "none: whole numbers are exact"
    if case.work == object:
        return "none: these numbers add and multiply by their own rules"
    return PROMISES[engine]
