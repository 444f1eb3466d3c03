"""What was measured, as data: one file a machine, written after every cell."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapwise.benchmarking import processor

if TYPE_CHECKING:
    from benchmarks.cases import Case
    from benchmarks.peaks import Peak
    from tapwise.benchmarking import Comparison, Job, Timing

FOLDER = Path(__file__).parent / "results"
Cell = dict[str, Any]
#: Of the files: what was written in another one is measured again.
FORMAT = 2


def path_of(name: str) -> Path:
    """Return the file of a processor."""
    return FOLDER / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.json"


def read(path: Path) -> dict[str, Any]:
    """Return a file's results; none where there is none, or one of another format."""
    if path.exists():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found.get("format") == FORMAT:
            return found
    return {"format": FORMAT, "processor": processor(), "date": "", "machine": {}, "versions": {}, "cells": []}


def write(path: Path, results: dict[str, Any]) -> None:
    """Write results, the cells in order; nothing is left half written."""
    path.parent.mkdir(exist_ok=True)
    results["date"] = datetime.now(UTC).strftime("%Y-%m-%d")
    part = path.with_suffix(".part")
    part.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)


def add(results: dict[str, Any], cell: Cell) -> None:
    """Put a cell in the place of the one that was measured before, or at the end."""
    cells: list[Cell] = results["cells"]
    same = (i for i, c in enumerate(cells) if (c["case"], c["threads"]) == (cell["case"], cell["threads"]))
    place = next(same, len(cells))
    cells[place : place + 1] = [cell]


def cell_of(case: Case, job: Job, threads: int, found: Comparison, peaks: dict[str, Peak]) -> Cell:
    """Return what is kept of a comparison, and of what the machine could do meanwhile."""
    return {
        "case": case.name, "group": case.group, "threads": threads, "cold": case.cold, "samples": case.samples,
        "shape": list(job.x.shape), "taps": list(job.h.shape), "dtype": str(job.x.dtype), "result": str(job.result),
        "operator": job.operator, "size": job.size, "boundary": job.boundary, "products": job.products,
        "bytes": job.x.nbytes + job.result.itemsize * (job.products // job.h.size),
        "engine": found.engine, "reason": found.reason,
        "rows": [
            {"name": row.name, "library": row.library, "status": row.verdict.status,
             "difference": _finite(row.verdict.difference), **_timed(row.timing)}
            for row in found.rows
        ],
        "binds": case.binds,
        "peaks": [{"name": name, "work": peak.work, **_timed(found.beside[name])} for name, peak in peaks.items()],
        "left_out": found.left_out,
    }  # fmt: skip


def _timed(timing: Timing) -> dict[str, float]:
    """Return seconds, and ratios to tapwise's time in the same rounds: medians and quartiles."""
    seconds, ratio = timing.seconds, timing.ratio
    return {
        "median": seconds.median, "low": seconds.low, "high": seconds.high, "rounds": timing.rounds,
        "ratio": ratio.median, "ratio_low": ratio.low, "ratio_high": ratio.high,
    }  # fmt: skip


def _finite(value: float) -> float | str:
    return value if value - value == 0 else str(value)
