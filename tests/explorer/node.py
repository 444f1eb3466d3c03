"""Node and the page's tools: a visible skip where they are missing, a failure where nothing may be skipped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "src" / "tapwise" / "explorer" / "page"


def tool(name: str) -> str:
    """Return the path of a program; where there is none, skip, or fail if TAPWISE_FORBID_SKIPS=1."""
    found = shutil.which(name, path=f"{PAGE / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}")
    if not found:
        missing(name)
    return str(found)


def missing(name: str) -> None:
    """Skip, or fail if TAPWISE_FORBID_SKIPS=1."""
    reason = f"needs {name}, which is not installed"
    if os.environ.get("TAPWISE_FORBID_SKIPS") == "1":
        pytest.fail(f"{reason}, and TAPWISE_FORBID_SKIPS=1 forbids to skip", pytrace=False)
    pytest.skip(reason)


def script(name: str, *arguments: str, given: Any = None) -> Any:
    """Run one of the scripts beside this file under node, and return the JSON that it prints."""
    command = [tool("node"), "--no-warnings", str(HERE / name), *arguments]
    told = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=False)
    assert not told.returncode, told.stderr
    return json.loads(told.stdout)
