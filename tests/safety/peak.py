"""`python -m tests.safety.peak engine threads case` prints the KiB that a call took beside its arrays, at most."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

import tapwise as tw

#: Signals and kernels whose extended copy would be megabytes; what is said besides.
CASES: dict[str, tuple[tuple[int, ...], tuple[int, ...], str, dict[str, Any]]] = {
    "signal": ((4_000_000,), (101,), "float32", {}),
    "long kernel": ((1_000_000,), (5000,), "float64", {}),
    "photo": ((2160, 3840), (3, 3), "float32", {}),
    "photo of bytes": ((2160, 3840), (5, 5), "uint8", {}),
    "large kernel": ((700, 1500), (101, 61), "float32", {}),
    "panorama": ((30, 200_000), (11, 11), "float32", {}),
    "strides": ((3000, 3000), (9, 9), "complex64", {"stride": (4, 8)}),
    "colours": ((1000, 1500, 3), (7, 7), "float32", {"axes": (0, 1)}),
    "column": ((200_000, 30), (9, 1), "int64", {}),
    "volume": ((100, 150, 200), (9, 9, 9), "float32", {}),
    "wide volume": ((20, 700, 800), (9, 9, 9), "float64", {}),
    "kernel like the signal": ((200, 200), (125, 125), "float64", {}),
    "plane": ((2000, 2000), (15, 15), "float64", {}),
    "film": ((12, 14, 100, 120), (3, 5, 5, 3), "float32", {}),
}


def status(field: str) -> int:
    """Return a line of the process' own account, in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def extra(engine: str, case: str, *, copy: bool) -> int:
    """Return the KiB; with `copy` the call gets a copy of the signal that is made meanwhile, for the twin."""
    shape, taps, dtype, words = CASES[case]
    x, h = (np.random.default_rng(1).integers(0, 9, lengths).astype(dtype) for lengths in (shape, taps))
    steps = words.get("stride", (1,) * len(shape))
    out = np.ones(
        [-(-n // step) for n, step in zip(shape, steps, strict=True)], "int64" if x.dtype.kind in "iu" else dtype
    )
    tw.convolve(np.ones((300, 300), dtype), np.ones((3, 3), dtype), engine=engine)  # threads start, libraries load
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    tw.convolve(x.copy() if copy else x, h, size="same", boundary="reflect101", engine=engine, out=out, **words)
    return status("VmHWM") - before


if __name__ == "__main__":
    tw.set_threads(int(sys.argv[2]))
    sys.stdout.write(str(extra(sys.argv[1], sys.argv[3], copy=len(sys.argv) > 4)))
