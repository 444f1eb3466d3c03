"""Tuning with made-up times: what comes out is what the times were made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tapwise.engines import inuse, set_threads, threads, tuning
from tapwise.engines.choice import GAIN, RATED, SOON, choose
from tapwise.engines.direct import Direct
from tapwise.engines.inuse import using
from tapwise.engines.rates import Rates, shipped
from tapwise.engines.timing import LEAST
from tapwise.engines.trials import CHECKS, FITS, Trial
from tapwise.engines.tuning import Measured, measure, tune

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(autouse=True)
def _shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inuse, "_used", [])


def slower(**factors: float) -> Rates:
    """The shipped rates, those of some engines so many times as slow."""
    tables = {
        engine: {name: factors.get(engine, 1.0) * rate for name, rate in table.items()}
        for engine, table in shipped().nanoseconds.items()
    }
    return Rates(tables, shipped().gain, "made up")


def made_of(table: Rates) -> Callable[..., Measured]:
    """A `measure` on a machine of exactly these rates."""

    def measured(trial: Trial, *_: Any) -> Measured:
        case = trial.posed().case
        works = {name: e.features(case) for name, e in RATED.items() if not e.refusal(case)}
        return Measured(trial, case, {name: table.time(name, work) for name, work in works.items()}, works)

    return measured


SMALL = [trial for trial in FITS + CHECKS if np.prod(trial.shape) <= 1 << 16]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "FITS", SMALL[::2])
    monkeypatch.setattr(tuning, "CHECKS", SMALL[1::2])
    monkeypatch.setattr(tuning, "_gain", lambda *_: shipped().gain)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("factors", [{"direct": 0.25}, {"fourier": 0.5, "numpy": 2.0}])
def test_predictions_become_right(monkeypatch: pytest.MonkeyPatch, factors: dict[str, float]) -> None:
    machine = slower(**factors)
    monkeypatch.setattr(tuning, "measure", made_of(machine))
    told: list[tuple[int, int]] = []
    found = tune(600.0, lambda done, total: told.append((done, total)))
    assert found.before is shipped()
    errors = []
    for check in found.checks:
        taken, best = (check.times[name] for name in (check.chosen(machine), check.best))
        assert taken <= GAIN * best + SOON * (1 + 1e-9)
        for name, time in check.times.items():
            errors.append(abs(check.predicted(name, found.after) / time - 1))
    # a rate that is a small part of all times stays near to the one before, and that leaves some per cent
    assert np.median(errors) < 0.02
    assert np.quantile(errors, 0.9) < 0.1
    assert told == [(n + 1, 2 * len(SMALL)) for n in range(2 * len(SMALL))]
    assert inuse.current() is shipped()


def test_two_tables_give_two_decisions() -> None:
    case = Trial((4096,), (512,), "float64").posed().case
    with using(slower(fourier=1e6)):
        assert choose(case).engine == "direct"
    with using(slower(direct=1e6)):
        choice = choose(case)
        assert choice.engine == "fourier"
        gain = choice.milliseconds["direct"] / choice.milliseconds["fourier"]
        assert choice.reason == f"predicted {gain:.1f} times as fast as direct"
        assert choose(case, "direct").milliseconds == choice.milliseconds


def test_a_tie_goes_to_the_finer_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Trial((4096,), (512,), "float64").posed().case
    transform = RATED["fourier"].nanoseconds(case)
    for factor, engine in ((1.0, "direct"), (1.09, "direct"), (1.11, "fourier")):
        monkeypatch.setattr(Direct, "nanoseconds", lambda _, case, f=factor: f * transform + SOON)
        assert choose(case).engine == engine


def test_rates_decide_no_bits_of_an_engine() -> None:
    posed = Trial((300, 100), (5, 7)).posed()
    results = []
    for table in (shipped(), slower(direct=3.0, numpy=0.1, fourier=9.0)):
        with using(table):
            posed.solve("direct")
            results.append(posed.out.copy())
    assert results[0].any()
    assert all(np.array_equal(result, results[0]) for result in results)


def test_measuring_times_each_engine_once_a_round() -> None:
    seen: list[str] = []

    def timer(calls: dict[str, Callable[[], object]], seconds: float) -> dict[str, list[float]]:
        seen.extend(calls)
        assert threads() == 1
        for call in calls.values():
            call()
        return {name: [4.0, 1.0, 3.0, 2.0, 5.0] for name in calls}

    before = threads()
    set_threads(3)
    try:
        found = measure(Trial((50,), (3,), threads=1), 60.0, timer)
        assert threads() == 3
    finally:
        set_threads(before)
    able = [name for name, engine in RATED.items() if not engine.refusal(found.case)]
    assert seen == able
    assert len(able) > 2
    assert found.times == dict.fromkeys(able, 2e9)
    # where all take too long, the fastest is timed nevertheless
    found = measure(Trial((400, 400), (3, 3)), 0.0, lambda calls, _: {name: [1.0] for name in calls})
    assert list(found.times) == ["direct"]


def test_ctrl_c_leaves_the_threads_as_they_were() -> None:
    def stopped(*_: Any) -> Any:
        raise KeyboardInterrupt

    before = threads()
    with pytest.raises(KeyboardInterrupt):
        measure(Trial((50,), (3,), threads=1), 60.0, stopped)
    assert threads() == before


def test_the_gain_is_what_other_threads_add(monkeypatch: pytest.MonkeyPatch) -> None:
    before = threads()
    set_threads(3)
    try:
        for one, every, gain in ((6.0, 2.0, 1.0), (6.0, 3.0, 0.5), (6.0, 12.0, 0.0), (9.0, 1.0, 1.0)):
            assert tuning._gain(1.0, lambda *_, a=one, b=every: {"one": [a], "all": [b]}) == gain
    finally:
        set_threads(before)


class Clock:
    """A clock, and a machine on which every call takes so many of its seconds."""

    def __init__(self, each: float) -> None:
        self.now, self.each = 1000.0, each

    def timer(self, calls: dict[str, Callable[[], object]], seconds: float) -> dict[str, list[float]]:
        rounds = max(LEAST, int(seconds / self.each))
        self.now += (rounds + 1) * len(calls) * self.each
        return {name: [self.each] * rounds for name in calls}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("each", [1e-6, 0.02, 0.1])
def test_it_ends_in_time_on_any_machine(monkeypatch: pytest.MonkeyPatch, each: float) -> None:
    clock = Clock(each)
    monkeypatch.setattr(tuning, "monotonic", lambda: clock.now)
    told: list[int] = []
    found = tune(8.0, lambda done, total: told.append(done), clock.timer)
    # the trial that is under way: a warm-up and the fewest rounds of every engine
    assert clock.now - 1000.0 <= 8.0 + len(RATED) * (LEAST + 1) * each + 8.0 / len(SMALL)
    assert found.checks
    every = 2 * len(SMALL)
    assert len(told) == every if each < 1e-3 else 0 < len(told) < every


def test_trials_that_check_are_no_trials_that_fit() -> None:
    assert not set(FITS) & set(CHECKS)
    assert len(set(FITS)) == len(FITS)


@pytest.fixture(autouse=True)
def _threads_kept() -> Iterator[None]:
    before = threads()
    yield
    assert threads() == before
