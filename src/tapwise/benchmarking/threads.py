"""As many threads for all: by the environment before libraries load, by their own switches after."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from tapwise.engines import set_threads, threads

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLES = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VIPS_CONCURRENCY", "TAPWISE_NUM_THREADS", "NPROC",
)  # fmt: skip
#: Threads that wait must not take the processor of the library whose turn it is.
_WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0", "OPENBLAS_THREAD_TIMEOUT": "4"}
_XLA = "--xla_cpu_multi_thread_eigen={} intra_op_parallelism_threads={}"


def environment(count: int) -> dict[str, str]:
    """Return the variables that libraries read as they are loaded."""
    flags = f"{os.environ.get('XLA_FLAGS', '')} {_XLA.format(str(count > 1).lower(), count)}".strip()
    return {**dict.fromkeys(_VARIABLES, str(count)), **_WAITING, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}


@contextmanager
def limited(count: int) -> Iterator[None]:
    """Let this process compute with `count` threads: on as many processors, and by the libraries' own switches.

    What is not loaded yet reads the environment as it is loaded; a library that was loaded before and has no switch
    keeps its threads, but not its processors.
    """
    with ExitStack() as undo:
        before = {name: os.environ.get(name) for name in environment(count)}
        undo.callback(_restore, before)
        os.environ.update(environment(count))
        undo.callback(set_threads, threads())
        if hasattr(os, "sched_setaffinity"):
            allowed = os.sched_getaffinity(0)
            undo.callback(os.sched_setaffinity, 0, allowed)
            os.sched_setaffinity(0, sorted(allowed)[:count])
        set_threads(count)
        from scipy import fft

        undo.enter_context(fft.set_workers(count))
        yield


def switch(module: str, count: int) -> None:
    """Set the threads of a library that has just been loaded and has a switch of its own."""
    library: Any = sys.modules.get(module)
    if module == "cv2":
        library.setNumThreads(count)
    elif module == "torch":
        library.set_num_threads(count)


def _restore(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
