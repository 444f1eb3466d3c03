"""A machine's own rates: where they are kept, when they count, and that nothing about them breaks a call."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import tapwise as tw
from tapwise.engines import calibration, inuse, rates
from tapwise.engines.choice import RATED
from tapwise.engines.rates import Rates, shipped
from tapwise.errors import FileError

REMEDY = "run `tapwise tune` to measure again, or `tapwise tune --forget` to remove the file"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file for rates, not yet there; what was read is forgotten before and after."""
    path = tmp_path / "cache" / "rates.json"
    monkeypatch.setenv("TAPWISE_RATES", str(path))
    monkeypatch.setattr(inuse, "_used", [])
    return path


def own(factor: float = 2.0) -> Rates:
    """The shipped rates, so many times as slow."""
    tables = {e: {name: factor * rate for name, rate in table.items()} for e, table in shipped().nanoseconds.items()}
    return Rates(tables, 0.5, "made up")


def test_what_is_saved_is_used(place: Path) -> None:
    assert inuse.current() is shipped()
    inuse.forget()
    assert calibration.save(own(), "2026-01-02 03:04") == place
    used = inuse.current()
    assert used.gain == 0.5
    for engine, table in shipped().nanoseconds.items():
        twice = {name: 2 * rate for name, rate in table.items()}
        assert used.nanoseconds[engine] == pytest.approx(twice, rel=5e-3)  # three digits are written
    assert used.source.startswith("measured on 2026-01-02 03:04 for ")
    assert inuse.current() is used
    assert calibration.remove() == place
    assert calibration.remove() is None
    inuse.forget()
    assert inuse.current() is shipped()


def test_the_file_can_be_read_by_people(place: Path) -> None:
    calibration.save(own(), "today")
    lines = place.read_text("utf-8").splitlines()
    assert lines[0] == "{"
    assert lines[1] == '  "measured": "today",'
    assert len(lines) > 20
    assert sorted(p.name for p in place.parent.iterdir()) == ["rates.json"]


def changed(path: tuple[str, ...], value: Any) -> Any:
    """What is in the file, with one entry changed; an entry that is None is taken out."""
    data: Any = {"measured": "today", **calibration.Machine.this().to_dict(), **own().to_dict()}
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return json.dumps(data)


VERSION = "it was written by another version of tapwise"
UNUSABLE: list[tuple[Any, str]] = [
    ("", "it is not JSON"),
    ("{", "it is not JSON"),
    (b"\xff\xfe", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    ("[]", "it holds no rates"),
    ("[" * 100_000, "maximum recursion depth exceeded"),
    (lambda: changed(("nanoseconds",), 3), "it holds no rates"),
    (lambda: changed(("nanoseconds", "direct"), 3), "it holds no rates"),
    (lambda: changed(("version",), 0), VERSION),
    (lambda: changed(("version",), None), VERSION),
    (lambda: changed(("nanoseconds", "direct"), None), VERSION),
    (lambda: changed(("nanoseconds", "direct", "call"), None), VERSION),
    (lambda: changed(("nanoseconds", "direct", "new"), 1.0), VERSION),
    (lambda: changed(("nanoseconds", "direct", "call"), -1), "its rate 'call' is -1, not a number from 0 up"),
    (lambda: changed(("nanoseconds", "direct", "call"), "1"), "its rate 'call' is '1', not a number from 0 up"),
    (lambda: changed(("nanoseconds", "direct", "call"), True), "its rate 'call' is True, not a number from 0 up"),
    (lambda: changed(("gain",), float("nan")), "its rate 'gain' is nan, not a number from 0 up"),
    (lambda: changed(("cpu",), "abacus"), "it was measured on another machine (abacus, "),
    (lambda: changed(("instruction_set",), "v9"), "it was measured on another machine ("),
    (lambda: changed(("processors",), 4096), "it was measured on another machine ("),
]


@pytest.mark.parametrize(("text", "why"), UNUSABLE, ids=range(len(UNUSABLE)))
def test_a_file_that_cannot_be_used_is_ignored_visibly(place: Path, text: Any, why: str) -> None:
    place.parent.mkdir()
    text = text() if callable(text) else text
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.warns(UserWarning, match="the measured rates are not used: ") as seen:
        tw.choose([1.0, 2.0], [1.0], operator="convolution")
    assert inuse.current() is shipped()  # and it is said once
    assert len(seen) == 1
    assert why in str(seen[0].message)
    assert str(seen[0].message).endswith(REMEDY)


def test_the_reader_takes_what_was_not_changed(place: Path) -> None:
    """The twin of the test above: its file is good but for the entry that it changes."""
    place.parent.mkdir()
    place.write_text(changed(("measured",), "now"), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert inuse.current().source.startswith("measured on now")


def test_a_directory_in_its_place_is_no_file(place: Path) -> None:
    place.mkdir(parents=True)
    with pytest.warns(UserWarning, match="the measured rates are not used"):
        assert inuse.current() is shipped()
    with pytest.raises(FileError, match="it is a directory"):
        calibration.prepare()


def test_a_place_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TAPWISE_RATES", str(tmp_path / "file" / "rates.json"))
    with pytest.raises(FileError) as caught:
        calibration.prepare()
    assert str(caught.value).endswith(
        "file/rates.json: its directory cannot be made (File exists); name another file by TAPWISE_RATES"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written(place: Path) -> None:
    place.parent.mkdir(mode=0o500)
    with pytest.raises(FileError, match="cannot be written"):
        calibration.prepare()


def _save(path: str, factor: float, times: int) -> None:
    os.environ["TAPWISE_RATES"] = path
    for _ in range(times):
        calibration.save(own(factor), f"by {factor}")


def test_writers_at_once_leave_one_whole_file(place: Path) -> None:
    processes = [
        multiprocessing.get_context("spawn").Process(target=_save, args=(str(place), factor, 20))
        for factor in (2.0, 4.0)
    ]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        if place.exists():
            assert json.loads(place.read_text("utf-8"))["measured"] in ("by 2.0", "by 4.0")
    assert [process.exitcode for process in processes] == [0, 0]
    assert [p.name for p in place.parent.iterdir()] == ["rates.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="the directory is the system's")
def test_where_it_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TAPWISE_RATES")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    name = calibration.path()
    assert name.parent == tmp_path / "tapwise"
    assert name.name.startswith(f"rates-{rates.instruction_set()}-")
    monkeypatch.setenv("HOME", str(tmp_path))
    for unset in ("", "relative"):  # the standard says to ignore what is not absolute
        monkeypatch.setenv("XDG_CACHE_HOME", unset)
        assert calibration.folder() == tmp_path / ".cache" / "tapwise"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert calibration.folder() == tmp_path / "Library" / "Caches" / "tapwise"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert calibration.folder() == tmp_path / "Local" / "tapwise" / "Cache"


def test_machines_that_share_a_home_have_a_file_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAPWISE_RATES")
    here = calibration.path()
    machine = calibration.Machine.this()
    for other in (replace(machine, cpu="abacus"), replace(machine, processors=99)):
        monkeypatch.setattr(calibration.Machine, "this", lambda other=other: other)
        assert calibration.path() != here


def test_shipped_rates_are_whole() -> None:
    """Each instruction set has every rate of every engine, and those that matter most are above 0."""
    tables = json.loads(Path(rates.__file__).with_name("rates.json").read_text("utf-8"))
    assert set(tables) == {"v4", "v3", "v2", "base", "numpy"}
    for name, data in tables.items():
        table = Rates.of(data, name)
        assert {e: set(t) for e, t in table.nanoseconds.items()} == {n: set(e.units) for n, e in RATED.items()}
        assert all(t["call"] > 0 for t in table.nanoseconds.values())
        assert table.nanoseconds["direct"]["single"] > 0


def test_every_feature_has_a_rate() -> None:
    from tapwise.engines.trials import FITS

    for trial in (t for t in FITS if max(t.shape) <= 1024):
        case = trial.posed().case
        for engine in RATED.values():
            if not engine.refusal(case):
                assert set(engine.features(case)) <= set(engine.units), trial
                assert all(amount >= 0 for amount in engine.features(case).values()), trial
