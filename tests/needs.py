"""What a test needs and may be missing: a visible skip where it is, a failure where nothing may be skipped."""

from __future__ import annotations

import importlib
import os
import shutil
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tapwise import libraries
from tapwise.engines import native


def needs(name: str) -> Any:
    """Return the module `name`; where it is not installed, skip, or fail if TAPWISE_FORBID_SKIPS=1."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name.partition(".")[0]:
            raise  # the library is there, and broken
    return absent(f"needs {name}, which is not installed")


def needs_function(name: str) -> None:
    """Skip, or fail, as `needs` does, where the library or program of a catalogued function is not installed."""
    if not libraries.available(name):
        absent(f"needs what {name} is called with, which is not installed")


def program(name: str, *folders: Path) -> str:
    """Return the path of a program, in these folders or elsewhere; where it is not installed, skip, or fail."""
    path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    return shutil.which(name, path=path) or absent(f"needs {name}, which is not installed")


def compiled() -> Any:
    """Return the compiled module; where tapwise was installed without it, skip, or fail."""
    return native if native is not None else absent("needs compiled code, and tapwise was installed without a compiler")


def absent(reason: str) -> NoReturn:
    """Skip, or fail if TAPWISE_FORBID_SKIPS=1."""
    if os.environ.get("TAPWISE_FORBID_SKIPS") == "1":
        pytest.fail(f"{reason}, and TAPWISE_FORBID_SKIPS=1 forbids to skip", pytrace=False)
    pytest.skip(reason, allow_module_level=True)
