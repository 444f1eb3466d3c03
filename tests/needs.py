"""A library that a test compares with: a visible skip where it is missing, a failure where nothing may be skipped."""

from __future__ import annotations

import importlib
import os
import shutil
from typing import Any, NoReturn

import pytest

from tapwise import libraries


def needs(name: str) -> Any:
    """Return the module `name`; where it is not installed, skip, or fail if TAPWISE_FORBID_SKIPS=1."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name.partition(".")[0]:
            raise  # the library is there, and broken
    return _absent(f"needs {name}, which is not installed")


def needs_function(name: str) -> None:
    """Skip, or fail, as `needs` does, where the library or program of a catalogued function is not installed."""
    if not libraries.available(name):
        _absent(f"needs what {name} is called with, which is not installed")


def program(name: str) -> str:
    """Return the path of a program; where it is not installed, skip, or fail, as `needs` does."""
    return shutil.which(name) or _absent(f"needs {name}, which is not installed")


def _absent(reason: str) -> NoReturn:
    if os.environ.get("TAPWISE_FORBID_SKIPS") == "1":
        pytest.fail(f"{reason}, and TAPWISE_FORBID_SKIPS=1 forbids to skip", pytrace=False)
    pytest.skip(reason, allow_module_level=True)
