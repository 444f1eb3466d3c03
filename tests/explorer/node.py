"""Node and the page's tools."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.needs import program

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "src" / "tapwise" / "explorer" / "page"


def tool(name: str) -> str:
    """Return the path of a program, the page's own tools among them; where it is missing, skip, or fail."""
    return program(name, PAGE / "node_modules" / ".bin")


def script(name: str, *arguments: str, given: Any = None) -> Any:
    """Run one of the scripts beside this file under node, and return the JSON that it prints."""
    command = [tool("node"), "--no-warnings", str(HERE / name), *arguments]
    told = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=False)
    assert not told.returncode, told.stderr
    return json.loads(told.stdout)
