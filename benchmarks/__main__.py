"""`python -m benchmarks`: times tapwise beside other libraries, writes the results and the page.

Run it on a quiet machine. Ctrl-C keeps what is measured; a run of some cases replaces those and keeps the others.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cases import CASES, chosen
from benchmarks.page import write_page
from benchmarks.results import add, path_of, read, write
from benchmarks.summary import fastest_peer, own
from tapwise.benchmarking import environment, processor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cases import Case

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure, with progress, and write the results and the page."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--quick", action="store_true", help="one or two cases of each group")
    words.add_argument("--only", metavar="GROUP", help="the cases whose group or name holds this")
    words.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="numbers of threads; by default 1 and 2")
    words.add_argument("--seconds", type=float, default=1.0, help="of rounds for each case (at least 7 rounds)")
    words.add_argument("--output", type=Path, help="the results' file; by default benchmarks/results/PROCESSOR.json")
    words.add_argument("--no-page", action="store_true", help="leave docs/benchmarks.md as it is")
    given = words.parse_args()
    cases = chosen(quick=given.quick, only=given.only)
    if not cases:
        groups = ", ".join(dict.fromkeys(case.group for case in CASES))
        words.error(f"no case has {given.only!r} in its name; the groups are {groups}")
    path = given.output or path_of(processor())
    results = read(path)
    results["machine"] = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    minutes = len(given.threads) * sum(_seconds(case, given.seconds) for case in cases) / 60
    counts = " and ".join(map(str, given.threads))
    print(f"{len(cases)} cases with {counts} threads: about {minutes:.0f} minutes; results in {path}", flush=True)
    try:
        _measure(cases, given.threads, given.seconds, results, path)
    except KeyboardInterrupt:
        print(f"\nstopped; {path} keeps what was measured", flush=True)
        sys.exit(130)
    if not given.no_page:
        write_page(path)


def _measure(cases: tuple[Case, ...], threads: list[int], seconds: float, results: dict[str, Any], path: Path) -> None:
    total, done, start = len(cases) * len(threads), 0, time.monotonic()
    for count in threads:
        for fact in _facts(cases, count, seconds):
            if "cell" not in fact:
                results["versions"], results["machine"]["engines"] = fact["versions"], fact["engines"]
                continue
            add(results, fact["cell"])
            write(path, results)
            done += 1
            left = (time.monotonic() - start) / done * (total - done) / 60
            print(f"[{done}/{total}, {left:4.1f} min left] {_line(fact['cell'])}", flush=True)


def _seconds(case: Case, rounds: float) -> float:
    """Return about how long a case takes: its rounds, and all that is compiled, called once and checked before."""
    return 1.3 * rounds + 0.8 + case.samples / 1.5e6


def _facts(cases: tuple[Case, ...], threads: int, seconds: float) -> Iterator[dict[str, Any]]:
    """Yield what a process with so many threads says: about itself, then every cell as it is measured."""
    command = [sys.executable, "-m", "benchmarks.measure", f"--threads={threads}", f"--seconds={seconds}"]
    env = {**os.environ, **environment(threads)}
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("no pipe to the process that measures")
        try:
            process.stdin.write(" ".join(str(CASES.index(case)) for case in cases))
            process.stdin.close()
            for line in process.stdout:
                yield json.loads(line)
        finally:
            process.kill()
    if process.returncode > 0:
        raise SystemExit(process.returncode)


def _line(cell: dict[str, Any]) -> str:
    """Return a cell in one line."""
    mine, peer = own(cell), fastest_peer(cell)
    told = f"{cell['threads']}t {cell['case']}: {1e3 * mine['median']:.4g} ms ({cell['engine']})"
    if peer is None:
        return f"{told}, no peer"
    return f"{told}, {peer['name']} {1e3 * peer['median']:.4g} ms, {peer['ratio']:.2f} times"


if __name__ == "__main__":
    main()
