"""`python -m tests.safety.stopped engine dtype axes` stops a long call by SIGINT and prints, as JSON, what happened."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
import time
from typing import Any

import numpy as np

import tapwise as tw

#: Seconds into the call at which it is stopped.
AFTER = 0.3
#: Signals and kernels that take longer than that by far, and the number type of the result.
SHAPES = {1: ((6_000_000,), (20_000,)), 2: ((6000, 6000), (201, 201)), 3: ((200, 300, 400), (31, 31, 31))}


def stopped(engine: str, dtype: str, ndim: int) -> dict[str, Any]:
    """Return the seconds to the exception, the longest that no other thread ran, and whether `out` was written."""
    shape, taps = SHAPES[ndim]
    x, h = np.ones(shape, dtype), np.ones(taps, dtype)
    if x.dtype.kind == "c":
        h *= 1 + 1j
    if dtype == "int64":
        x *= 2**40  # sums that only 64-bit integers hold
    narrow = x.dtype.kind in "iu"  # a result that may not fit, and so is filled in at the end
    out = np.full(shape, 7, "int32" if narrow else dtype)
    small = tuple(slice(50) for _ in shape)
    before = tw.convolve(x[small], h[tuple(slice(3) for _ in shape)], engine=engine)
    told: dict[str, Any] = {"sent": 0.0, "stall": 0.0}
    running = True

    def watch() -> None:
        begun = last = time.perf_counter()
        while running:
            time.sleep(0.001)
            now = time.perf_counter()
            told["stall"] = max(told["stall"], now - last)
            last = now
            if not told["sent"] and now - begun > AFTER:
                told["sent"] = now
                os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        tw.convolve(x, h, size="same", engine=engine, out=out, overflow="wrap")
        told["ended"] = "by itself"
    except KeyboardInterrupt:
        told["ended"], told["delay"] = "stopped", time.perf_counter() - told["sent"]
    running = False
    thread.join()
    told["untouched"] = bool((out == 7).all())
    told["works"] = bool((tw.convolve(x[small], h[tuple(slice(3) for _ in shape)], engine=engine) == before).all())
    return told


if __name__ == "__main__":
    if sys.argv[4:] == ["whole"]:  # in one block, and so without an ear for Ctrl-C
        tw.set_threads(1)
        vars(importlib.import_module("tapwise.engines.direct"))["BLOCK"] = 1 << 60
    sys.stdout.write(json.dumps(stopped(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
