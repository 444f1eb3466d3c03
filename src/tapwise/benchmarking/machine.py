"""The machine: what its processor is called."""

from __future__ import annotations

import platform
from pathlib import Path


def processor() -> str:
    """Return the processor's name.

    Examples
    --------
    >>> bool(processor())
    True
    """
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
