"""Measures cases with one number of threads, in a process of its own; prints one line of JSON for each.

Started by `python -m benchmarks`, with the environment that libraries read their threads from.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys

from benchmarks.cases import CASES
from benchmarks.peaks import peaks
from benchmarks.results import cell_of
from tapwise.benchmarking import Pace, compare, installed, limited
from tapwise.engines import present


def main() -> None:
    """Measure the cases whose numbers stand on standard input."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--threads", type=int, required=True)
    words.add_argument("--seconds", type=float, required=True)
    given = words.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one, and ends it
    wanted = [CASES[int(number)] for number in sys.stdin.read().split()]
    with limited(given.threads):
        pace = Pace()
        _say({"versions": installed(), "engines": present()})
        for case in wanted:
            job = case.job()
            beside = peaks(case.binds, job)
            found = compare(
                job, seconds=given.seconds, cold=case.cold, pace=pace, stay=("tapwise direct",) if beside else (),
                beside={name: peak.run for name, peak in beside.items()},
            )  # fmt: skip
            _say({"cell": cell_of(case, job, given.threads, found, beside)})


def _say(fact: dict[str, object]) -> None:
    print(json.dumps(fact, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
