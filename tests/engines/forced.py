"""Each way of computing in turn, also where the choice would take another, and in blocks so small that many occur."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from math import gcd
from typing import TYPE_CHECKING, Any

import pytest

from tapwise.engines import large, suspended, tiles
from tapwise.engines.direct import Direct
from tapwise.engines.fourier import Fourier
from tapwise.engines.reference import Reference
from tapwise.engines.sliding import Sliding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.engines import Case
    from tapwise.geometry import AxisPlan

#: "taps" and "bands" are the two ways of the numpy engine; "large" is the fourier engine without its compiled tiles.
WAYS = ("reference", "taps", "bands", "direct", "fourier")
ANY_WAY = pytest.mark.parametrize("way", WAYS)
EVERY_WAY = pytest.mark.parametrize("way", [*WAYS, "large"])


@contextmanager
def forced(way: str, *, small: bool = False) -> Iterator[str]:
    """Compute this way, optionally in blocks of a few outputs; yields the word for `engine=`."""
    with pytest.MonkeyPatch.context() as patch, suspended():
        if way in ("taps", "bands"):
            patch.setattr(Sliding, "by_bands", lambda _, case: way == "bands" and case.work.char in "fdFD")
        if way in ("fourier", "large"):
            module: Any = sys.modules["tapwise.engines.fourier"]
            patch.setattr(module, "_compiled", lambda case: way == "fourier" and not tiles.refusal(case))
        if small:
            _shrink(patch)
        if way == "direct":  # what it cannot do goes to numpy, as for users
            patch.setattr(Fourier, "refusal", lambda _, case: "not now")
        yield {"taps": "numpy", "bands": "numpy", "direct": "auto", "large": "fourier"}.get(way, way)


@pytest.fixture
def interpreted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Compute as where tapwise was installed without a compiler."""
    monkeypatch.setattr(Direct, "refusal", lambda _, case: "tapwise was installed without a C++ compiler")
    monkeypatch.setattr(tiles, "refusal", lambda case: "tapwise was installed without a C++ compiler")
    with suspended():
        yield


def _shrink(patch: pytest.MonkeyPatch) -> None:
    sliding: Any = sys.modules["tapwise.engines.sliding"]
    patch.setattr(sliding, "_band_width", lambda axis: 2 * (axis.u // gcd(axis.s, axis.u)))

    def block(engine: Reference | Sliding | Direct, case: Case) -> tuple[int, ...]:
        bands = isinstance(engine, Sliding) and engine.by_bands(case)
        strips = 2 * sliding._band_width(case.plan.axes[-1]) if bands else 3
        return (2,) * (len(case.outputs) - 1) + (strips,)

    def lengths(axis: AxisPlan) -> list[int]:
        shortest = abs(axis.d) * (axis.k - 1) + 1 + abs(axis.s)
        return [next(n for n in sorted(a << b for a in (1, 3) for b in range(40)) if n >= shortest)]

    for engine in (Reference, Sliding, Direct):
        patch.setattr(engine, "block", block)

    def tiling(case: Case) -> tiles.Tiling:
        """The least lengths that are compiled, of which no more than two outputs of an axis are kept."""
        reach = [abs(axis.d) * (axis.k - 1) + 1 + abs(axis.s) for axis in case.plan.axes]
        least = [1 << (n - 1).bit_length() for n in reach]
        return tiles.Tiling((*least[:-1], max(least[-1], 256)), (2,) * len(least))

    def few_tiles(case: Case) -> tuple[int, ...]:
        return (2,) * len(case.batch) + (2,) * (len(case.plan.axes) - 1) + (4,)

    patch.setattr(tiles, "tiling", tiling)
    patch.setattr(tiles, "block", few_tiles)
    patch.setattr(large, "_lengths", lengths)
    patch.setattr(large, "CACHED", 1)
    patch.setattr(large, "_best", large._best.__wrapped__)  # without the cache
