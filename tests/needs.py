"""A library that a test compares with: a visible skip where it is missing, a failure where nothing may be skipped."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest


def needs(name: str) -> Any:
    """Return the module `name`; where it is not installed, skip, or fail if TAPWISE_FORBID_SKIPS=1."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name.partition(".")[0]:
            raise  # the library is there, and broken
    reason = f"needs {name}, which is not installed"
    if os.environ.get("TAPWISE_FORBID_SKIPS") == "1":
        pytest.fail(f"{reason}, and TAPWISE_FORBID_SKIPS=1 forbids to skip", pytrace=False)
    pytest.skip(reason, allow_module_level=True)
