"""Nothing is imported until a file needs it, and a missing library is named with the command that installs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import tapwise.files
from tapwise.errors import MissingLibrary
from tapwise.files import check_target, read, write

SOURCE = str(Path(tapwise.files.__file__).parents[2])
HEAVY = ["PIL", "tifffile", "imagecodecs", "soundfile"]


def loaded_after(program: str) -> list[str]:
    text = f"import sys\n{program}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", text],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )
    return done.stdout.split()


def test_importing_the_room_imports_no_file_library() -> None:
    assert loaded_after("import tapwise.files") == []


def test_arrays_need_no_file_library() -> None:
    program = (
        "from tapwise.files import read, write\n"
        "for name in ('a.npy', 'a.npz', 'a.csv'):\n"
        "    write(name, [1, 2, 3]); read(name)\n"
    )
    assert loaded_after(program) == []


def test_eight_bit_images_need_pillow_only() -> None:
    program = (
        "import numpy as np\n"
        "from tapwise.files import read, write\n"
        "for name in ('a.png', 'a.jpg'):\n"
        "    write(name, np.zeros((4, 5, 3), np.uint8)); read(name)\n"
        "write('g.png', np.zeros((4, 5), np.uint16)); read('g.png')\n"
    )
    assert loaded_after(program) == ["PIL"]


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda library: monkeypatch.setitem(sys.modules, library, None)


def missing(library: str, purpose: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    with pytest.raises(MissingLibrary) as caught:
        function(*args, **kwargs)
    assert str(caught.value) == (f"{purpose} needs {library}, which is not installed; pip install 'tapwise[files]'")


def test_missing_libraries_are_named(without: Callable[[str], None]) -> None:
    deep = np.zeros((4, 5, 3), np.uint16)
    write("a.tif", deep)
    write("a.png", deep)
    write("a.wav", np.zeros(4, np.int16), rate=8000)
    tifffile.imwrite("lzw.tif", deep, compression="lzw", photometric="rgb", metadata=None)
    before = sorted(Path().iterdir())
    without("imagecodecs")
    missing("imagecodecs", "reading 16-bit colour PNG", read, "a.png")
    missing("imagecodecs", "writing 16-bit colour PNG", write, "b.png", deep)
    missing("imagecodecs", "writing 16-bit colour PNG", check_target, "b.png", shape=(4, 5, 3), dtype="uint16")
    missing("imagecodecs", "reading TIFF compressed with LZW", read, "lzw.tif")
    without("tifffile")
    missing("tifffile", "reading TIFF", read, "a.tif")
    missing("tifffile", "writing TIFF", write, "b.tif", deep)
    missing("tifffile", "writing TIFF", check_target, "b.tif")
    without("soundfile")
    missing("soundfile", "reading WAV", read, "a.wav")
    missing("soundfile", "writing WAV", write, "b.wav", np.zeros(4), rate=8000)
    missing("soundfile", "writing WAV", check_target, "b.wav")
    assert sorted(Path().iterdir()) == before


def test_plain_tiff_needs_tifffile_only() -> None:
    write("a.tif", np.arange(6.0).reshape(2, 3))
    program = (
        "sys.modules['imagecodecs'] = None\n"
        "from tapwise.files import read, write\n"
        "write('b.tif', read('a.tif').data)\n"
        "assert read('b.tif').data.tolist() == [[0, 1, 2], [3, 4, 5]]\n"
        "del sys.modules['imagecodecs']\n"
    )
    assert "imagecodecs" not in loaded_after(program)


def test_the_public_names_are_those_of_all() -> None:
    public = {name for name in vars(tapwise.files) if not name.startswith("_")}
    modules = {path.stem for path in Path(tapwise.files.__file__).parent.glob("*.py")}
    assert public - modules == set(tapwise.files.__all__)
    assert tapwise.files.__all__ == sorted(tapwise.files.__all__)
