"""Torch is never imported unasked, and its absence is said in one sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tapwise.errors import ArgumentTypeError, MissingLibrary


def told(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_nothing_is_imported_unasked() -> None:
    heavy = "{'torch', 'matplotlib', 'sklearn', 'mlxtend'} & set(sys.modules)"
    assert (
        told(f"import sys, tapwise, tapwise.nn, tapwise.cli; tapwise.twin, tapwise.learn_kernel; print({heavy})")
        == "set()"
    )


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("tapwise.nn.torch", MissingLibrary,
         "tapwise.nn.torch needs torch, which is not installed; pip install 'tapwise[torch]'"),
        ("tapwise.train_twins()", MissingLibrary,
         "train_twins needs torch, which is not installed; pip install 'tapwise[torch]'"),
        ("tapwise.learn_kernel([1, 2, 3], [1, 2], 2)", MissingLibrary,
         "learn_kernel needs torch, which is not installed; pip install 'tapwise[torch]'"),
        ("tapwise.twin(3)", ArgumentTypeError, "model=3: must be a torch.nn.Module; give one, with its layers made"),
    ],
)  # fmt: skip
def test_without_torch(code: str, kind: type[Exception], message: str) -> None:
    run = code if "(" in code else f"import {code}"
    script = (
        "import sys; sys.modules['torch'] = None\nimport tapwise\n"
        f"try:\n    {run}\nexcept tapwise.errors.{kind.__name__} as error:\n    print(error)"
    )
    assert told(script) == message
