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
    from tapwise.benchmarking import Comparison, Job

FOLDER = Path(__file__).parent / "results"
Cell = dict[str, Any]


def path_of(name: str) -> Path:
    """Return the file of a processor."""
    return FOLDER / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.json"


def read(path: Path) -> dict[str, Any]:
    """Return a file's results, or none yet."""
    if path.exists():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    return {"processor": processor(), "date": "", "machine": {}, "versions": {}, "peaks": {}, "cells": []}


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


def cell_of(case: Case, job: Job, threads: int, found: Comparison) -> Cell:
    """Return what is kept of a comparison."""
    return {
        "case": case.name, "group": case.group, "threads": threads, "cold": case.cold, "samples": case.samples,
        "shape": list(job.x.shape), "taps": list(job.h.shape), "dtype": str(job.x.dtype), "result": str(job.result),
        "operator": job.operator, "size": job.size, "boundary": job.boundary, "products": job.products,
        "bytes": job.x.nbytes + job.result.itemsize * (job.products // job.h.size),
        "engine": found.engine, "reason": found.reason,
        "rows": [
            {"name": row.name, "library": row.library, "status": row.verdict.status,
             "difference": _finite(row.verdict.difference), "median": row.timing.median, "low": row.timing.low,
             "high": row.timing.high, "rounds": row.timing.rounds}
            for row in found.rows
        ],
        "left_out": found.left_out,
    }  # fmt: skip


def _finite(value: float) -> float | str:
    return value if value - value == 0 else str(value)
