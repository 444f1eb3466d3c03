"""What is installed: every room, the type marker, the command, and one way in for every public name."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import tapwise

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(ROOT),
    ]
    without_compiler = {**os.environ, "CXX": "/bin/false"}  # what it would add is not looked at here
    subprocess.run(command, check=True, capture_output=True, env=without_compiler)
    return next(folder.glob("tapwise-*.whl"))


def test_the_wheel_holds_every_module(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("tapwise/")}
    source = ROOT / "src"
    wanted = {str(path.relative_to(source)) for path in source.rglob("*.py")}
    wanted |= {"tapwise/py.typed", "tapwise/engines/rates.json"}
    shown = [path for suffix in ("js", "css", "html") for path in source.glob(f"tapwise/explorer/page/*.{suffix}")]
    assert len(shown) > 10
    assert held == wanted | {str(path.relative_to(source)) for path in shown}


def test_the_wheel_works_by_itself(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        # an editable installation puts a finder of its own before the path
        "import sys; sys.meta_path[:] = [f for f in sys.meta_path if f.__module__.startswith('_frozen_importlib')]; "
        f"sys.path.insert(0, {str(tmp_path)!r}); import tapwise; "
        "print(tapwise.__file__, tapwise.convolve([2, 1, 3, 5, 4], [1, -1]))"
    )
    told = subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True).stdout
    assert told.startswith(str(tmp_path))
    assert told.endswith("[-1  2  2 -1]\n")


def test_the_names_for_people_and_for_type_checkers_are_the_same() -> None:
    tree = ast.parse((ROOT / "src" / "tapwise" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imported = [alias.asname for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert sorted(str(name) for name in imported) == tapwise.__all__


@pytest.mark.parametrize("name", tapwise.__all__)
def test_public_names_are_documented(name: str) -> None:
    documentation = getattr(tapwise, name).__doc__
    assert documentation
    value = getattr(tapwise, name)
    if callable(value) and not isinstance(value, type):
        assert "Examples\n" in documentation, f"{name} has no example"


def test_no_such_name() -> None:
    with pytest.raises(AttributeError, match="module 'tapwise' has no attribute 'convolute'"):
        _ = tapwise.convolute


def test_files_keep_their_length() -> None:
    """400 lines a file: one idea each."""
    long = {p.name: n for p in (ROOT / "src").rglob("*.py") if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long
