"""A comparison as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapwise.benchmarking.checking import APPROXIMATE, DIFFERENT, SAME

if TYPE_CHECKING:
    from tapwise.benchmarking.comparison import Comparison, Row
    from tapwise.benchmarking.job import Job


def title(job: Job, threads: int, *, cold: bool) -> str:
    """Return one line that says what was timed."""
    shapes = ["×".join(map(str, array.shape)) + f" {array.dtype}" for array in (job.x, job.h)]
    outside = f", boundary {job.boundary}" if job.size != "valid" else ""
    counted = "1 thread" if threads == 1 else f"{threads} threads"
    return (
        f"{job.operator}, {shapes[0]} with {shapes[1]}, size {job.size}{outside}, result {job.result}, {counted}, "
        f"{'cold' if cold else 'warm'} caches"
    )


def table(found: Comparison) -> str:
    """Return all rows: milliseconds, their middle half, the ratio to tapwise's, and whether the result is the same."""
    lines = [("", "ms", "middle half", "ratio", "same result")]
    for row in found.rows:
        seconds = row.timing.seconds
        times = [f"{1e3 * each:.4g}" for each in (seconds.median, seconds.low, seconds.high)]
        spread = f"{times[1]}-{times[2]}" if row.timing.rounds > 1 else "one call"
        lines.append((row.name, times[0], spread, f"{row.timing.ratio.median:.2f}", agreement(row)))
    wide = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(
        "  ".join([line[0].ljust(wide[0]), *(line[c].rjust(wide[c]) for c in (1, 2, 3)), line[4]]).rstrip()
        for line in lines
    )


def agreement(row: Row) -> str:
    """Return whether a result is the same, and how far it is from the expected one if not."""
    if row.verdict.status == SAME:
        return "yes"
    apart = f"{row.verdict.difference:.3g} apart at most, {row.verdict.relative:.1g} of the largest"
    words = {APPROXIMATE: "approximate", DIFFERENT: "no"}
    return f"{words.get(row.verdict.status, row.verdict.status)}: {apart}"
