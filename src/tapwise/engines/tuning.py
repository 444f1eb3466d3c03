"""Tuning: engines timed on this machine, rates fitted to the times, and how well `auto` chooses with them."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from tapwise.engines.choice import ENGINES, RATED, choose
from tapwise.engines.fitting import fit
from tapwise.engines.inuse import current, using
from tapwise.engines.native import native, set_threads, threads
from tapwise.engines.rates import Rates
from tapwise.engines.timing import LEAST, interleaved
from tapwise.engines.trials import CHECKS, FITS, SHARED, Trial
from tapwise.errors import EngineError

if TYPE_CHECKING:
    from tapwise.engines.case import Case
    from tapwise.engines.rates import Features
    from tapwise.engines.trials import Posed

Timer = Callable[[dict[str, Callable[[], object]], float], dict[str, list[float]]]
Progress = Callable[[int, int], None]
#: An engine that is predicted to take no more than so many times the least may be the fastest.
NEAR = 3.0
#: Rounds over all trials.
ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """A trial, and what each engine that can do it took.

    Attributes
    ----------
    trial : Trial
        What was computed.
    case : Case
        The same as engines see it.
    times : dict of str to float
        The nanoseconds of each engine.
    works : dict of str to mapping
        Each engine's features.
    """

    trial: Trial
    case: Case
    times: dict[str, float]
    works: dict[str, Features]

    def with_least(self, other: Measured) -> Measured:
        """Return the same with the smaller of two times for each engine."""
        times = {name: min(time, other.times.get(name, inf)) for name, time in self.times.items()}
        return replace(self, times=times)

    @property
    def best(self) -> str:
        """The engine that was fastest."""
        return min(self.times, key=lambda name: self.times[name])

    def chosen(self, rates: Rates) -> str:
        """Return the engine that `auto` takes with these rates."""
        with using(rates), _threads(self.trial.threads):
            return choose(self.case).engine

    def predicted(self, engine: str, rates: Rates) -> float:
        """Return the nanoseconds that an engine was to take by these rates."""
        with using(rates), _threads(self.trial.threads):
            return ENGINES[engine].nanoseconds(self.case)

    def behind(self, rates: Rates) -> float:
        """Return how many times as long as the fastest engine the chosen one took."""
        return self.times.get(self.chosen(rates), inf) / self.times[self.best]


@dataclass(frozen=True, slots=True)
class Tuning:
    """What tuning found.

    Attributes
    ----------
    before, after : Rates
        The rates that were in use, and those that were measured.
    fits, checks : list of Measured
        Trials that the new rates were fitted to, and others.
    """

    before: Rates
    after: Rates
    fits: list[Measured]
    checks: list[Measured]


def tune(seconds: float = 55.0, progress: Progress | None = None, timer: Timer = interleaved) -> Tuning:
    """Measure this machine's rates; nothing is written and nothing else uses them yet.

    Parameters
    ----------
    seconds : float
        How long it may take. When they have passed, the trial that is under way is finished and no other is begun, so
        that a busy or slow machine measures fewer; trials that would take too much of them are left out.
    progress : callable, optional
        Told (trials done, all trials).
    timer : callable
        Times calls as `timing.interleaved` does.
    """
    start = monotonic()
    before, share = current(), seconds / (len(FITS) + len(CHECKS))
    begin = replace(before, gain=_gain(4 * share, timer))
    tell = _counted(progress, ROUNDS * (len(FITS) + len(CHECKS)))
    with using(begin):
        fits = _measured(FITS, start + 0.7 * seconds, share, tell, timer)
        after = fitted(fits, begin, "measured just now")
    with using(after):
        return Tuning(before, after, fits, _measured(CHECKS, start + seconds, share, tell, timer))


def _measured(trials: list[Trial], end: float, share: float, tell: Callable[[], None], timer: Timer) -> list[Measured]:
    """Return trials measured until `end`, each in several rounds: what disturbs one of them passes before the next."""
    found: dict[Trial, Measured] = {}
    for number in range(ROUNDS):
        # In an order of no meaning, so that where time runs out what was measured tells of everything.
        for place in np.random.default_rng(number).permutation(len(trials)):
            trial = trials[place]
            if monotonic() >= end:
                return list(found.values())
            new = measure(trial, share / ROUNDS, timer)
            found[trial] = new.with_least(found[trial]) if trial in found else new
            tell()
    return list(found.values())


def _counted(progress: Progress | None, total: int) -> Callable[[], None]:
    done = itertools.count(1)
    return lambda: None if progress is None else progress(next(done), total)


def fitted(found: list[Measured], begin: Rates, source: str) -> Rates:
    """Return the rates that fit what was found; what no trial tells of is as in `begin`."""
    works: dict[str, list[Features]] = defaultdict(list)
    times: dict[str, list[float]] = defaultdict(list)
    for one in found:
        for name, time in one.times.items():
            works[name].append(one.works[name])
            times[name].append(time)
    tables = dict(begin.nanoseconds)
    for name in works:
        known = begin.nanoseconds.get(name, {})
        rates = {**known, **fit(works[name], times[name], known)}
        tables[name] = {unit: rates.get(unit, 0.0) for unit in RATED[name].units}
    return Rates(tables, begin.gain, source)


def measure(trial: Trial, seconds: float, timer: Timer = interleaved) -> Measured:
    """Time every engine that can do the trial, for about so many seconds together.

    An engine that is predicted to take too long for that is left out, unless it may be the fastest.
    """
    posed = trial.posed()
    works: dict[str, Features] = {}
    calls: dict[str, Callable[[], object]] = {}
    with _threads(trial.threads):
        predicted = {n: engine.nanoseconds(posed.case) for n, engine in RATED.items() if not engine.refusal(posed.case)}
        longest = max(seconds * 1e9 / (LEAST + 2) / len(RATED), NEAR * min(predicted.values()))
        for name in predicted:
            if predicted[name] <= longest and _can(posed, name):
                works[name] = RATED[name].features(posed.case)
                calls[name] = partial(posed.solve, name)
        # Each by itself: a matrix product leaves threads behind that spin, and other caches.
        times = {name: _typical(timer({name: calls[name]}, seconds / len(calls))[name]) for name in calls}
    return Measured(trial, posed.case, times, works)


def _can(posed: Posed, engine: str) -> bool:
    """Whether an engine does not find out, on the way, that it cannot: a transform whose bound is too large."""
    try:
        posed.solve(engine)
    except EngineError:
        return False
    return True


def _typical(seconds: list[float]) -> float:
    """Return the nanoseconds that a quarter of the runs took less than: what else the machine does only adds."""
    return sorted(seconds)[len(seconds) // 4] * 1e9


def _gain(seconds: float, timer: Timer) -> float:
    """Return what each further thread adds to the speed of one, where arithmetic is all there is to do."""
    count = threads()
    if native is None or count == 1:
        return current().gain
    solve = SHARED.posed().solve

    def with_threads(number: int) -> None:
        with _threads(number):
            solve("direct")

    times = timer({"one": lambda: with_threads(1), "all": lambda: with_threads(count)}, seconds)
    # The least of many runs: whatever disturbs one of the threads holds up all.
    return min(max((min(times["one"]) / min(times["all"]) - 1) / (count - 1), 0.0), 1.0)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Let compiled engines use so many threads for a while; 0 changes nothing."""
    before = threads()
    set_threads(count or before)
    try:
        yield
    finally:
        set_threads(before)
