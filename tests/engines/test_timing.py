"""Interleaved timing: the order of calls, and that slower calls come out slower."""

from __future__ import annotations

from statistics import median
from time import sleep

from tapwise.engines.timing import LEAST, interleaved


def test_rounds_take_each_call_once_and_begin_with_another_each_time() -> None:
    order: list[str] = []
    times = interleaved({name: lambda name=name: order.append(name) for name in "abc"}, 0.0)  # type: ignore[misc]
    assert "".join(order) == "abc" + "abc" + "bca" + "cab"
    assert {name: len(taken) for name, taken in times.items()} == dict.fromkeys("abc", LEAST)


def test_a_slower_call_is_measured_as_slower() -> None:
    times = interleaved({"slow": lambda: sleep(0.004), "fast": lambda: sleep(0.001)}, 0.02)
    assert median(times["slow"]) >= 0.004 > median(times["fast"]) / 2 >= 0.0005


def test_nothing_to_time() -> None:
    assert interleaved({}, 1.0) == {}
