"""Runs the code in a guide and writes what it prints under it: python docs/guide.py [guide-twins.md].

Every block marked python is run, in one session; what it prints, and the value of a last line that is an expression,
become the block marked text after it. Pictures are written beside the guide.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n.*?```\n)?", re.DOTALL)


def built(text: str) -> str:
    """Return the guide with the output of all its code, run in the current directory."""
    names: dict[str, Any] = {"__name__": "guide"}

    def replaced(block: re.Match[str]) -> str:
        code = block[1]
        told = output(code, names)
        return f"```python\n{code}```\n" + (f"\n```text\n{told}```\n" if told else "")

    return BLOCK.sub(replaced, text)


def output(code: str, names: dict[str, Any]) -> str:
    """Run some code and return what it prints."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    held = io.StringIO()
    with contextlib.redirect_stdout(held):
        exec(compile(tree, "guide", "exec"), names)  # noqa: S102 - the guide is ours
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "guide", "eval"), names)  # noqa: S307
            if value is not None:
                print(repr(value))
    return held.getvalue()


if __name__ == "__main__":
    guide = HERE / (sys.argv[1] if len(sys.argv) > 1 else "guide-twins.md")
    os.chdir(HERE)
    guide.write_text(built(guide.read_text(encoding="utf-8")), encoding="utf-8")
