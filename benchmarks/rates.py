"""Measures the rates that are shipped, and writes src/tapwise/engines/rates.json.

Run it by `python benchmarks/rates.py` on a quiet machine: it runs what `tapwise tune` runs, once for every instruction
set that the processor has and once without compiled code, a minute each. `--only v4 numpy` measures some of them again,
`--seconds` says for how long. Tables of instruction sets that it cannot run stay as they are; `base`, for processors
that are not x86-64, takes the numbers of v2, whose vectors are as long, until it is run on one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src" / "tapwise" / "engines" / "rates.json"
KINDS = ("v4", "v3", "v2", "numpy")
#: Measures in a process of its own, since the instruction set is chosen once.
CODE = """
import json, sys
if sys.argv[1] == "numpy":
    sys.modules["tapwise.engines._native"] = None
from tapwise.engines.calibration import Machine
from tapwise.engines.tuning import tune
if Machine.this().instruction_set == sys.argv[1]:
    table = tune(float(sys.argv[2])).after
    print(json.dumps({"cpu": Machine.this().cpu, **table.to_dict()}))
"""


def measured(kind: str, seconds: float) -> dict[str, object] | None:
    """Return the table of an instruction set, None if this processor does not have it."""
    words = [sys.executable, "-c", CODE, kind, str(seconds)]
    shipped_only = {"TAPWISE_RATES": str(TARGET.parent / "none"), "TAPWISE_ISA": "v4" if kind == "numpy" else kind}
    ran = subprocess.run(words, env={**os.environ, **shipped_only}, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603
    return json.loads(ran.stdout) if ran.stdout else None


def main() -> None:
    """Measure, and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS, help="the tables to measure")
    parser.add_argument("--seconds", type=float, default=50.0, help="for one table")
    given = parser.parse_args()
    tables = json.loads(TARGET.read_text("utf-8"))
    for kind in given.only:
        table = measured(kind, given.seconds)
        print(kind, "is not had here" if table is None else json.dumps(table), flush=True)
        tables[kind] = tables[kind] if table is None else table
    tables["base"] = {**tables["v2"], "cpu": "not measured: the numbers of v2"}
    TARGET.write_text(json.dumps(tables, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
