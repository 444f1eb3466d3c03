"""How far engine="auto" is from the fastest engine, over a grid of single-channel work.

Run it by `python benchmarks/choice.py` on a quiet machine; it takes about three minutes, `--seconds 40` takes less.
Each cell times every engine that can do it, with all threads and with one, and compares the engine that "auto"
takes with the fastest. It exits with 1 if "auto" is within 15 % of the fastest in fewer than 95 % of the cells.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from statistics import median

from tapwise.engines import present, threads
from tapwise.engines.inuse import current
from tapwise.engines.trials import Trial
from tapwise.engines.tuning import measure

#: At most so much longer than the fastest, in at least such a part of the cells.
CLOSE, PART = 1.15, 0.95


def grid() -> list[Trial]:
    """Return the cells: lengths, kernels and number types of signals, images, volumes."""
    million, small, large, film = 1 << 20, (480, 1024), (2048, 2048), (2160, 3840)
    cells = [Trial((100,), (5,)), Trial((16384,), (31,))]
    cells += [Trial((million,), (k,)) for k in (9, 31, 101, 257, 1023, 4095, 65537)]
    cells += [Trial((million,), (k,), "float64") for k in (9, 31, 101, 257, 1023)]
    cells += [Trial((million,), (31,), dtype) for dtype in ("int16", "int32", "int64")]
    cells += [Trial((million,), (129,), "complex64"), Trial((16384,), (4097,)), Trial((4096,), (511,))]
    cells += [Trial(small, (k, k)) for k in (3, 5, 7, 9, 11, 13, 15, 21, 31)]
    cells += [Trial(large, (k, k)) for k in (3, 5, 7, 11, 15, 31)]
    cells += [Trial(film, (k, k)) for k in (3, 7, 15, 31)]
    cells += [Trial(small, (k, k), "float64") for k in (3, 7, 15, 31)]
    cells += [Trial(film, (k, k), "uint8") for k in (3, 5)] + [Trial(small, (k, k), "uint8") for k in (3, 11, 31)]
    cells += [Trial(small, (7, 7), dtype) for dtype in ("int16", "int64", "complex64")]
    cells += [Trial(film, (k, k), rank=1) for k in (3, 9, 17, 41, 161)]
    cells += [Trial(film, (k, k), "uint8", rank=1) for k in (3, 9, 41)]
    cells += [Trial(small, (k, k), rank=1) for k in (3, 5, 9, 31)]
    cells += [Trial((128,) * 3, (k,) * 3) for k in (3, 5, 7, 11, 21)]
    cells += [Trial((128,) * 3, (k,) * 3, rank=1) for k in (3, 7)]
    cells += [Trial((512, 512), (200, 200)), Trial((32, 32), (3, 3)), Trial((200, 200), (7, 7))]
    return cells


def main() -> None:
    """Time the grid and print every cell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=150.0, help="for all cells together")
    given = parser.parse_args()
    print(f"engines: {', '.join(present())}; rates: {current().source}")
    counts = (0, 1) if threads() > 1 else (0,)
    cells = [replace(cell, threads=count) for count in counts for cell in grid()]
    behind, begin = [], time.perf_counter()
    off: dict[str, list[float]] = {}
    for cell in cells:
        found = measure(cell, given.seconds / len(cells))
        behind.append(found.behind(current()))
        for name, taken in found.times.items():
            off.setdefault(name, []).append(found.predicted(name, current()) / taken)
        ranked = sorted(found.times, key=found.times.__getitem__)
        shown = ", ".join(f"{n} {found.times[n] / 1e6:.3g} ({off[n][-1]:.2f})" for n in ranked)
        mark = " " if behind[-1] <= CLOSE else "*"
        print(f"{mark} {cell!s:<48} auto {found.chosen(current()):<10} {behind[-1]:5.2f}   {shown}", flush=True)
    print("in brackets: predicted over measured time")
    for name, ratios in off.items():
        print(f"{name}: predictions are off by {median(max(r, 1 / r) for r in ratios) - 1:.0%} (median)")
    close = sum(b <= CLOSE for b in behind)
    print(
        f"auto is at most {CLOSE - 1:.0%} slower than the fastest engine in {close} of {len(cells)} cells "
        f"({close / len(cells):.1%}), {time.perf_counter() - begin:.0f} s"
    )
    sys.exit(close < PART * len(cells))


if __name__ == "__main__":
    main()
