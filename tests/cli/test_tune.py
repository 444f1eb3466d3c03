"""`tapwise tune`: what it says, what it writes, and what Ctrl-C leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.engines.test_tuning import SMALL, made_of, slower

from tapwise.engines import inuse, tuning
from tapwise.engines.rates import instruction_set, shipped

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file for rates, not yet there, and a machine whose direct sums are four times as fast as the shipped ones."""
    path = tmp_path / "rates.json"
    monkeypatch.setenv("TAPWISE_RATES", str(path))
    monkeypatch.setattr(inuse, "_used", [])
    monkeypatch.setattr(tuning, "FITS", SMALL[::2])
    monkeypatch.setattr(tuning, "CHECKS", SMALL[1::2])
    monkeypatch.setattr(tuning, "_gain", lambda *_: 0.75)
    monkeypatch.setattr(tuning, "measure", made_of(slower(direct=0.25)))
    return path


def test_it_measures_writes_and_says_what_changed(tapwise: Callable[..., Any], place: Path) -> None:
    ran = tapwise("tune", "--quick")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == f"old rates: shipped for {instruction_set()}"
    assert lines[1].startswith("each further thread adds 0.75 of the first one's speed, once ")
    assert lines[-1] == f"written to {place}"
    assert lines[-2].startswith("  new rates: predictions are off by ")
    assert f"fastest engine in {len(SMALL[1::2])} of {len(SMALL[1::2])}" in lines[-2]
    data = json.loads(place.read_text("utf-8"))
    assert data["nanoseconds"]["direct"]["call"] < 0.3 * shipped().nanoseconds["direct"]["call"]
    assert inuse.current().gain == 0.75


def test_show_and_forget(tapwise: Callable[..., Any], place: Path) -> None:
    assert tapwise("tune", "--show").out.startswith(f"rates in use: shipped for {instruction_set()}\n")
    assert "a multiply-add in float32" in tapwise("tune", "--show").out
    tapwise("tune", "--quick")
    assert tapwise("tune", "--show").out.startswith("rates in use: measured on 2")
    assert tapwise("tune", "--forget").out == f"removed {place}\nrates in use: shipped for {instruction_set()}\n"
    assert not place.exists()
    assert tapwise("tune", "--forget").out.startswith("this machine has no rates of its own\n")


def test_ctrl_c_leaves_the_old_file(tapwise: Callable[..., Any], place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any) -> Any:
        raise KeyboardInterrupt

    tapwise("tune", "--quick")
    before = place.read_bytes()
    monkeypatch.setattr(tuning, "measure", stopped)
    ran = tapwise("tune")
    assert ran.code == 130
    assert ran.err == "stopped; nothing was written\n"
    assert place.read_bytes() == before


def test_what_cannot_be_written_is_said_before_anything_is_measured(
    tapwise: Callable[..., Any], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.mkdir()
    monkeypatch.setattr(tuning, "measure", None)
    ran = tapwise("tune")
    assert ran.code == 2
    assert ran.err == f"error: {place}: it is a directory; name a file in it\n"


def test_options_that_exclude_each_other(tapwise: Callable[..., Any]) -> None:
    ran = tapwise("tune", "--show", "--forget")
    assert ran.code == 2
    assert ran.err == "error: tune: --quick, --show and --forget exclude each other; give one\n"
