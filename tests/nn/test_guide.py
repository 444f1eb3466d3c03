"""The guide says what its code prints now; its pictures are there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from tests.needs import needs

torch = needs("torch")
needs("sklearn.datasets")
needs("matplotlib")
DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "guide-twins.md").read_text(encoding="utf-8")


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The builder, working in an empty folder."""
    spec = importlib.util.spec_from_file_location("guide_builder", DOCS / "guide.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.chdir(tmp_path)
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    yield module.built
    torch.set_num_threads(threads)
    torch.set_rng_state(state)


def test_the_guide_is_what_its_code_prints(build: Any, tmp_path: Path) -> None:
    assert build(GUIDE) == GUIDE, "run python docs/guide.py, and read the difference"
    shown = set(re.findall(r"!\[[^]]*\]\(([^)]*)\)", GUIDE))
    assert shown == {path.name for path in tmp_path.iterdir()}, "each picture is made by the guide's own code"
    assert all((DOCS / name).is_file() for name in shown)


def test_the_builder_catches_a_wrong_number(build: Any) -> None:
    right = "```python\nx = 2\nprint(x)\nx + 1\n```\n\n```text\n2\n3\n```\n"
    assert build(right) == right
    assert build(right.replace("2\n3\n", "2\n4\n")) == right
    assert build("```python\nx = 2\n```\n\nprose\n") == "```python\nx = 2\n```\n\nprose\n"
