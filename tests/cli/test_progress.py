"""Long work draws a bar on a terminal; short work draws nothing."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console

import tapwise as tw
from tapwise.cli import progress

if TYPE_CHECKING:
    import pytest


class Clock:
    """A clock that advances by a second each time it is read."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def drawn(monkeypatch: pytest.MonkeyPatch, step: float) -> str:
    """What a terminal shows of four blocks of work when each takes `step` seconds."""
    screen = io.StringIO()
    monkeypatch.setattr(progress, "Console", lambda **_: Console(file=screen, force_terminal=True, width=80))
    monkeypatch.setattr(time, "monotonic", Clock(step))
    with progress.bar("filtering x") as advance:
        for done in range(1, 5):
            advance(done, 4)
    return screen.getvalue()


def test_long_work_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = drawn(monkeypatch, 1.0)
    assert "filtering x" in screen
    assert "100 %" in screen


def test_short_work_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(monkeypatch, 0.0) == ""


def test_engines_report_every_block() -> None:
    for engine in ("reference", "numpy", "fourier"):
        told: list[int] = []
        totals: set[int] = set()

        def advance(done: int, total: int, told: list[int] = told, totals: set[int] = totals) -> None:
            told.append(done)
            totals.add(total)

        tw.convolve(np.ones((40, 300)), np.ones((3, 3)), engine=engine, progress=advance)
        assert told == list(range(1, totals.pop() + 1))
        assert not totals
