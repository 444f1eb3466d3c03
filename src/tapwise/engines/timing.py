"""Timing: calls one after the other in turn, so that whatever else the machine does falls on all alike."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: Rounds that are measured however long they take: the least that have a median.
LEAST = 3


def interleaved(calls: dict[str, Callable[[], object]], seconds: float) -> dict[str, list[float]]:
    """Return the seconds that each call took, in rounds of one of each, until about `seconds` have passed.

    A round before them warms caches and whatever is made at a first call; it is not counted. Each next round begins
    with another call, so that none always follows the same one.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    names = list(calls)
    end = perf_counter() + seconds
    rounds = 0
    while names and (rounds < LEAST or perf_counter() < end):
        for name in names:
            start = perf_counter()
            calls[name]()
            times[name].append(perf_counter() - start)
        names.append(names.pop(0))
        rounds += 1
    return times
