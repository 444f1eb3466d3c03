"""Each way of computing in turn, also where the choice would take another, and in blocks so small that many occur."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from math import gcd
from typing import TYPE_CHECKING, Any

import pytest

from tapwise.engines.reference import Reference
from tapwise.engines.sliding import Sliding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.engines import Case
    from tapwise.geometry import AxisPlan

#: "taps" and "bands" are the two ways of the numpy engine.
WAYS = ("reference", "taps", "bands", "fourier")
ANY_WAY = pytest.mark.parametrize("way", WAYS)


@contextmanager
def forced(way: str, *, small: bool = False) -> Iterator[str]:
    """Compute this way, optionally in blocks of a few outputs; yields the word for `engine=`."""
    with pytest.MonkeyPatch.context() as patch:
        if way in ("taps", "bands"):
            patch.setattr(Sliding, "by_bands", lambda _, case: way == "bands" and case.work.char in "fdFD")
        if small:
            _shrink(patch)
        yield "numpy" if way in ("taps", "bands") else way


def _shrink(patch: pytest.MonkeyPatch) -> None:
    sliding: Any = sys.modules["tapwise.engines.sliding"]
    fourier: Any = sys.modules["tapwise.engines.fourier"]
    patch.setattr(sliding, "_band_width", lambda axis: 2 * (axis.u // gcd(axis.s, axis.u)))

    def block(engine: Reference | Sliding, case: Case) -> tuple[int, ...]:
        bands = isinstance(engine, Sliding) and engine.by_bands(case)
        strips = 2 * sliding._band_width(case.plan.axes[-1]) if bands else 3
        return (2,) * (len(case.outputs) - 1) + (strips,)

    def lengths(axis: AxisPlan) -> list[int]:
        shortest = abs(axis.d) * (axis.k - 1) + 1 + abs(axis.s)
        return [next(n for n in sorted(a << b for a in (1, 3) for b in range(40)) if n >= shortest)]

    for engine in (Reference, Sliding):
        patch.setattr(engine, "block", block)
    patch.setattr(fourier, "_lengths", lengths)
    patch.setattr(fourier, "CACHED", 1)
    patch.setattr(fourier, "_best", fourier._best.__wrapped__)  # without the cache
