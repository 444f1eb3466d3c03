"""Timing in rounds: every round calls each once, in an order drawn anew, so that a busy moment meets all alike."""

from __future__ import annotations

import random
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

#: Rounds that are wanted, and the most; seconds of calls that one sample of a short one has.
LEAST, MOST, SAMPLE = 7, 400, 200e-6
#: Calls below this are made once untimed in their turn: what ran before them took their caches.
SHORT = 5e-3
#: Rounds after which those that take so many times as long as the fastest are timed well enough.
EARLY, TIMES = 3, 3.0
#: Bytes that are written between cold calls: far more than a processor's own caches, and as a rule than the shared one.
FLUSHED = 128 << 20


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of so many numbers, and the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: list[float]) -> Spread:
        """Summarise what was measured."""
        low, median, high = np.quantile(numbers, [0.25, 0.5, 0.75]).tolist()
        return cls(median, low, high)


@dataclass(frozen=True, slots=True)
class Timing:
    """What so many rounds tell of one call.

    Attributes
    ----------
    seconds : Spread
        How long it takes.
    ratio : Spread
        How many times as long as another call in the same round: what changes the machine's speed between rounds
        changes both.
    rounds : int
        How many there were.
    """

    seconds: Spread
    ratio: Spread
    rounds: int

    @classmethod
    def of(cls, times: list[float], others: list[float]) -> Timing:
        """Summarise a call's times and those of the other one, round by round; who left early was in other rounds."""
        beside = others if len(times) == len(others) else [float(np.median(others))] * len(times)
        ratios = [time / other for time, other in zip(times, beside, strict=True)]
        return cls(Spread.of(times), Spread.of(ratios), len(times))


def timed(call: Callable[[], object]) -> tuple[float, object]:
    """Return the seconds of one call, and its answer."""
    start = perf_counter()
    answer = call()
    return perf_counter() - start, answer


def in_rounds(
    calls: Mapping[str, Callable[[], object]],
    seconds: float,
    *,
    cold: bool = False,
    seed: int = 0,
    always: Collection[str] = (),
    guesses: Mapping[str, float] | None = None,
) -> dict[str, list[float]]:
    """Return each call's seconds in rounds of about so many: at least seven, unless they take three times as long.

    A short call is repeated within its turn; cold ones come once, after the caches were filled with something else.
    After three rounds only those that take less than three times as long as the fastest go on, and those in `always`;
    they begin anew, since threads that others leave spinning would count against whoever comes after them.
    About what each takes is known from `guesses`, or else from a call before.
    """
    order, names = random.Random(seed), list(calls)  # noqa: S311 - an order, not a secret
    first = guesses or {name: timed(call)[0] for name, call in calls.items()}
    repeats = {name: 1 if cold else max(1, round(SAMPLE / max(first[name], 1e-9))) for name in names}
    other = np.zeros(FLUSHED // 8 if cold else 0)
    times: dict[str, list[float]] = {name: [] for name in names}
    start = perf_counter()
    for number in range(MOST if names else 0):
        if number and perf_counter() - start > (seconds if number >= EARLY + LEAST else 3 * seconds):
            break
        if number == EARLY:
            best = min(float(np.median(values)) for values in times.values())
            names = [name for name in names if name in always or float(np.median(times[name])) < TIMES * best]
            times |= {name: [] for name in names}
            start = perf_counter()
        order.shuffle(names)
        for name in names:
            call, count = calls[name], repeats[name]
            other += 1.0
            if not cold and first[name] < SHORT:
                call()
            begin = perf_counter()
            for _ in range(count):
                call()
            times[name].append((perf_counter() - begin) / count)
    return times
