"""The choice of an engine, and its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

from tapwise.convention.words import one_of
from tapwise.engines.case import Rated
from tapwise.engines.direct import direct
from tapwise.engines.fourier import fourier
from tapwise.engines.inuse import current
from tapwise.engines.native import native, threads
from tapwise.engines.reference import reference
from tapwise.engines.separable import separable
from tapwise.engines.sliding import sliding
from tapwise.errors import EngineError

if TYPE_CHECKING:
    from tapwise.engines.case import Case, Engine

ENGINES: dict[str, Engine] = {engine.name: engine for engine in (reference, sliding, direct, separable, fourier)}
#: Those whose times are predicted by measured rates.
RATED: dict[str, Rated] = {name: engine for name, engine in ENGINES.items() if isinstance(engine, Rated)}
#: Nanoseconds of direct sums, without those of the call, below which no other engine is asked: that costs as much.
#: A transform must save as much, too.
SOON = 20_000.0
#: What each engine promises of its error, for floats; integers are exact in all. See `error_bound`.
PROMISES = {
    **dict.fromkeys(("reference", "numpy", "direct"), "elementwise: γ·(|x| ⋆ |h|), γ for K + 2 roundings"),
    "separable": "elementwise: γ·(|x| ⋆ |h|), γ for a rounding for each tap of each factor, and what they leave of h",
    "fourier": "normwise, per tile: C·eps·log2(n)·‖x_tile‖·‖h‖",
}
#: Engines whose error is bounded by whole tiles, not by each output's own products: taken where they are predicted to
#: be so many times as fast as sums. A tenth is within what a prediction can tell, and the finer bound decides a tie.
NORMWISE, GAIN = ("fourier",), 1.1
#: Multiply-adds below which no transform is taken: what is gained would be less than predictions can tell.
FEW = 1 << 18


@dataclass(frozen=True, slots=True)
class Choice:
    """Which engine computes a case, and why.

    Attributes
    ----------
    engine : {"reference", "numpy", "direct", "separable", "fourier"}
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
    sums = "direct" if "direct" in times else "numpy"
    if sums in times and _soon(sums, 1e6 * times[sums]):
        return Choice(sums, _reason(times), times, refused, _promise(case, sums))
    # The reference is the definition, never the fastest: it is used only when it is named. NumPy's sums are taken where
    # there are no compiled ones, so that sums keep their bits whatever the rates say.
    # A kernel that is only nearly a product of factors is computed as one only where `separable` is named.
    left_out = {"reference", *NORMWISE, *(["numpy"] if "direct" in times else [])}
    if "separable" in times and not separable.exact(case):
        left_out.add("separable")
    *others, sums = sorted((name for name in times if name not in left_out), key=times.__getitem__, reverse=True)
    many = prod(case.outputs) * case.kernel.size >= FEW
    for transform in NORMWISE:
        if many and transform in times and times[sums] > GAIN * times[transform] + SOON / 1e6:
            others, sums = [sums], transform
    reason = _reason(times)
    if others:
        reason = f"predicted {times[others[-1]] / times[sums]:.1f} times as fast as {others[-1]}"
    return Choice(sums, reason, times, refused, _promise(case, sums))


def chosen(case: Case, engine: str = "auto") -> str:
    """Return the name of the engine that `choose` gives; where direct sums are done soon, no other is asked."""
    return "direct" if engine == "auto" and soon(case) else choose(case, engine).engine


def soon(case: Case) -> bool:
    """Whether the compiled engine takes the case however the data are, because it will be done soon."""
    return not direct.refusal(case) and _soon("direct", direct.nanoseconds(case))


def present() -> list[str]:
    """Return the names of the engines that this installation has, the compiled one with its instruction set."""
    compiled = native is not None
    return [
        f"direct ({native.instruction_set()}, {threads()} threads)" if name == "direct" else name
        for name in ENGINES
        if compiled or name not in ("direct", "separable")
    ]


def elementwise(case: Case) -> Engine:
    """Return the engine for direct sums, whose error is bounded element by element: compiled where that can be."""
    return sliding if direct.refusal(case) else direct


def _soon(engine: str, nanoseconds: float) -> bool:
    return nanoseconds - current().nanoseconds[engine]["call"] < SOON


def _reason(times: dict[str, float]) -> str:
    return "the only one that can do this case" if len(times) == 2 else "direct sums are fast enough here"


def _promise(case: Case, engine: str) -> str:
    if case.integers:
        return "none: whole numbers are exact"
    if case.work == object:
        return "none: these numbers add and multiply by their own rules"
    return PROMISES[engine]
