"""Compiled engines touch nothing before or behind the arrays they are given."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tapwise.engines import ENGINES
from tests.needs import compiled

if TYPE_CHECKING:
    from pathlib import Path

compiled()


def fenced(tmp_path: Path, *words: str) -> tuple[int, str]:
    """The exit status of a process with fenced arrays, and the last thing it said."""
    told = tmp_path / "told"
    with told.open("w") as file:
        status = subprocess.run([sys.executable, "-m", "tests.safety.fenced", *words], stdout=file, check=False)
    return status.returncode, told.read_text().strip()


@pytest.mark.parametrize("side", ["end", "begin"])
@pytest.mark.parametrize("engine", [name for name in ENGINES if name not in ("reference", "numpy")])
def test_nothing_beyond_an_array_is_touched(engine: str, side: str, tmp_path: Path) -> None:
    """Every dtype, 1 to 70 elements an axis, one to three axes, strided and reversed views."""
    status, told = fenced(tmp_path, engine, side)
    assert status == 0, told
    word, done, _, refused = told.split()
    assert word == "done"
    assert int(done) > (1200 if engine == "direct" else 0), (done, refused)


@pytest.mark.parametrize("side", ["end", "begin"])
@pytest.mark.parametrize("what", ["read", "write"])
def test_one_element_beyond_is_caught(what: str, side: str, tmp_path: Path) -> None:
    status, told = fenced(tmp_path, what, side)
    assert status in (-signal.SIGSEGV, -signal.SIGBUS), told
