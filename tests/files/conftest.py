"""Every test works in a folder of its own, so that messages begin with the short name that the test gave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tapwise.errors import FileError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def refusal() -> Callable[..., str]:
    """Call something that must raise FileError, and return the whole message."""

    def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
        with pytest.raises(FileError) as caught:
            function(*args, **kwargs)
        assert str(caught.value).startswith(f"{caught.value.path}: ")
        return str(caught.value)

    return call


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240611)
