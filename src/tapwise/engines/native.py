"""The compiled module, where it was built, and its threads."""

from __future__ import annotations

import importlib
import os
from typing import Any

from tapwise.convention.words import listed, whole
from tapwise.errors import ArgumentError


def _compiled() -> Any:
    try:
        return importlib.import_module("tapwise.engines._native")
    except ImportError:  # installed without a compiler
        return None


def _check_settings() -> None:
    """Refuse what the environment asks for and cannot be: the compiled module would do something else."""
    level, count = os.environ.get("TAPWISE_ISA"), os.environ.get("TAPWISE_NUM_THREADS")
    present = native.instruction_sets()
    if level and level not in present:
        raise ArgumentError(
            "TAPWISE_ISA", level, "is not an instruction set that this processor has",
            f"set the environment variable to {listed(present)}, or not at all",
        )  # fmt: skip
    if count and not (count.strip().isdecimal() and int(count) > 0):
        raise ArgumentError(
            "TAPWISE_NUM_THREADS", count, "is not a number of threads",
            "set the environment variable to 1 or more, or not at all",
        )  # fmt: skip


native = _compiled()
if native is not None:
    _check_settings()


def set_threads(count: int) -> None:
    """Let compiled engines use `count` threads, the calling one among them.

    At first they use as many as the process may run on, or what the environment variable TAPWISE_NUM_THREADS says. The
    number changes no bit of any result.

    Raises
    ------
    ArgumentError
        If it is less than 1.

    Examples
    --------
    >>> import tapwise as tw
    >>> before = tw.threads()
    >>> tw.set_threads(1)
    >>> tw.threads()
    1
    >>> tw.set_threads(before)
    """
    count = whole("count", count, least=1)
    if native is not None:
        native.set_threads(count)
        native.forget()  # a choice of an engine counts threads


def threads() -> int:
    """Return how many threads compiled engines may use; 1 where none was built.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.threads() >= 1
    True
    """
    return 1 if native is None else int(native.threads())
