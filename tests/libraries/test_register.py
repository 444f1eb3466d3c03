"""The room as a whole: every catalogued function can be called, nothing is imported before, what is missing is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tapwise import catalogue, libraries
from tapwise.errors import ArgumentError, MissingLibrary
from tapwise.libraries import library, register

NAMES = libraries.names()


def test_every_catalogued_function_can_be_called() -> None:
    assert sorted(NAMES) == sorted(catalogue.names())


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_means_something_by_its_defaults(name: str) -> None:
    found = catalogue.entry(name)
    asked = ("output_shape", "input_size", "weight_size", "maxlag")
    options = {option: 3 for option in asked if option in found.options and not name.startswith("onnx")}
    meant, _ = catalogue.meaning(name, options)
    assert catalogue.entry(name).name == name
    assert meant.axes
    assert "=" in found.formula or "receives" in found.formula


def test_nothing_is_imported_before_it_is_called() -> None:
    heavy = [
        "cv2",
        "torch",
        "jax",
        "tensorflow",
        "keras",
        "onnx",
        "onnxruntime",
        "kornia",
        "astropy",
        "skimage",
        "scipy",
        "SimpleITK",
        "mahotas",
        "dask",
        "dask_image",
        "pyvips",
    ]
    code = (
        "import sys; from tapwise import libraries; libraries.available('cv2.filter2D'); libraries.names(); "
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_short_names_and_lists_are_taken() -> None:
    assert libraries.call("np.correlate", [1, 2, 3], [1, 1]).tolist() == [3, 5]


def test_an_installed_library_has_a_version() -> None:
    assert libraries.available("numpy.convolve")
    assert libraries.version("numpy.convolve") == np.__version__


def test_every_library_that_is_installed_has_a_version() -> None:
    for name in {outside.name: name for name, outside in register._LIBRARIES.items()}.values():
        if libraries.available(name):
            assert libraries.version(name)[0].isdigit()


def test_what_is_missing_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> Any:
        return None

    monkeypatch.setattr(library, "find_spec", nothing)
    assert not libraries.available("onnx.Conv")
    for ask in (libraries.version, lambda name: libraries.call(name, [1], [1])):
        with pytest.raises(MissingLibrary) as caught:
            ask("onnx.Conv")
        assert str(caught.value) == (
            "calling onnx.Conv needs onnxruntime, which is not installed; pip install onnxruntime onnx"
        )


def test_a_missing_program_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str, commands: tuple[str, ...]) -> list[tuple[str, str]]:
        return []

    monkeypatch.setattr(library, "_programs", nothing)
    assert not libraries.available("octave.conv")
    with pytest.raises(MissingLibrary) as caught:
        libraries.call("octave.conv", [1], [1])
    assert str(caught.value) == (
        "calling octave.conv needs Octave, which is not installed; install it, on Debian as octave, octave-image and "
        "octave-signal"
    )


def test_a_command_of_the_same_name_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, said in (("convert", "Converts FAT volumes to NTFS."), ("magick", "Version: ImageMagick 9.8.7-6 Q16")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho '{said}'\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert library._programs.__wrapped__("ImageMagick", ("convert", "none", "magick")) == [
        (str(tmp_path / "magick"), "9.8.7-6")
    ]


def test_an_unknown_function_and_an_unknown_option_are_refused() -> None:
    with pytest.raises(ArgumentError) as caught:
        libraries.call("cv2.filter3D", [[1]], [[1]])
    assert str(caught.value) == (
        "like='cv2.filter3D': is not a catalogued function; did you mean 'cv2.filter2D', 'cv2.sepFilter2D' "
        "or 'octave.filter'?"
    )
    with pytest.raises(ArgumentError) as caught:
        libraries.call("numpy.convolve", [1], [1], boundary="wrap")
    assert str(caught.value) == "boundary='wrap': is not an option of numpy.convolve; its options here are mode"
