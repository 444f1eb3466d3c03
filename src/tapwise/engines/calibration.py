"""A machine's own rates: the file that `tapwise tune` writes, and when it counts."""

from __future__ import annotations

import json
import os
import platform
import sys
import warnings
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any

from tapwise.engines.rates import Rates, instruction_set, shipped
from tapwise.errors import FileError

#: Names another file to read and write.
VARIABLE = "TAPWISE_RATES"


@dataclass(frozen=True, slots=True)
class Machine:
    """What rates are measured for: others need others.

    Attributes
    ----------
    cpu : str
        The processor's name as the system tells it.
    instruction_set : str
        Of the compiled engines, "numpy" where there are none.
    processors : int
        How many this process may run on.
    """

    cpu: str
    instruction_set: str
    processors: int

    def __str__(self) -> str:
        return f"{self.cpu}, {self.instruction_set}, {self.processors} processors"

    @classmethod
    def this(cls) -> Machine:
        """Return the machine this process runs on."""
        return cls(_cpu(), instruction_set(), _processors())

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return {"cpu": self.cpu, "instruction_set": self.instruction_set, "processors": self.processors}


def path() -> Path:
    """Return where this machine's own rates are kept: in the user's cache directory, or where TAPWISE_RATES says.

    The name holds what they were measured for, so that machines which share a home directory have a file each.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    machine = Machine.this()
    digest = sha256(machine.cpu.encode()).hexdigest()[:8]
    return folder() / f"rates-{machine.instruction_set}-{machine.processors}-{digest}.json"


def folder() -> Path:
    """Return the directory for files that can be made again, where the system's users keep theirs."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "tapwise" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tapwise"
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "tapwise"


def load() -> Rates | None:
    """Return this machine's own rates; None where there are none, with a warning where they cannot be used."""
    try:
        if VARIABLE not in os.environ and not folder().is_dir():  # the usual case costs one look
            return None
        place = path()
        text = place.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: there is no home directory
        _ignored(error)
        return None
    try:
        data = json.loads(text)
        rates = Rates.of(data, str(place))
        _check(data, rates)
    except (ValueError, RecursionError) as error:
        why = "it is not JSON" if isinstance(error, json.JSONDecodeError) else str(error)
        _ignored(f"{place}: {why}")
        return None
    return replace(rates, source=f"measured on {data.get('measured')} for {data.get('cpu')} ({place})")


def _check(data: dict[str, Any], rates: Rates) -> None:
    """Raise ValueError unless the rates are this machine's and all there."""
    here = Machine.this()
    if {name: data.get(name) for name in here.to_dict()} != here.to_dict():
        there = f"{data.get('cpu')}, {data.get('instruction_set')}, {data.get('processors')} processors"
        msg = f"it was measured on another machine ({there}; this is {here})"
        raise ValueError(msg)
    names = {engine: set(table) for engine, table in rates.nanoseconds.items()}
    if names != {engine: set(table) for engine, table in shipped().nanoseconds.items()}:
        msg = "it was written by another version of tapwise"
        raise ValueError(msg)


def _ignored(why: object) -> None:
    remedy = "run `tapwise tune` to measure again, or `tapwise tune --forget` to remove the file"
    warnings.warn(f"the measured rates are not used: {why}; {remedy}", stacklevel=2)


def prepare() -> None:
    """Make the directory, and find out whether the file can be written.

    Raises
    ------
    FileError
        If it cannot.
    """
    from tapwise.files.atomic import check_place

    place = path()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        remedy = f"name another file by {VARIABLE}"
        raise FileError(place, f"its directory cannot be made ({error.strerror})", remedy) from error
    check_place(str(place), force=True)


def save(rates: Rates, measured: str) -> Path:
    """Write this machine's own rates, whole or not at all, and return where.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    from tapwise.files.atomic import replacing

    prepare()
    place = path()
    data = {"measured": measured, **Machine.this().to_dict(), **rates.to_dict()}
    with replacing(str(place), force=True) as file:
        file.write((json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode())
    return place


def remove() -> Path | None:
    """Remove this machine's own rates; return where they were, None if there were none."""
    place = path()
    try:
        place.unlink()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(place, f"it cannot be removed ({error.strerror})", "change its permissions") from error
    return place


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpu() -> str:
    """Return the processor's name; on Arm Linux tells numbers only."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as file:
            first = dict(line.split(":", 1) for line in takewhile(str.strip, file) if ":" in line)
    except OSError:
        return platform.processor() or platform.machine()
    told = {name.strip(): value.strip() for name, value in first.items()}
    parts = [told.get("CPU implementer"), told.get("CPU part")]
    return told.get("model name") or " ".join(filter(None, parts)) or platform.machine()
