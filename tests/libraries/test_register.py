"""The room as a whole: every catalogued function can be called, nothing is imported before, what is missing is said."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from tapwise import catalogue, libraries
from tapwise.errors import ArgumentError, MissingLibrary
from tapwise.libraries import register

NAMES = libraries.names()


def test_every_catalogued_function_can_be_called() -> None:
    assert sorted(NAMES) == sorted(catalogue.names())


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_means_something_by_its_defaults(name: str) -> None:
    found = catalogue.entry(name)
    options = {"output_shape": 3} if "output_shape" in found.options else {}
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
    for name in {library.name: name for name, library in register._LIBRARIES.items()}.values():
        if libraries.available(name):
            assert libraries.version(name)[0].isdigit()


def test_what_is_missing_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> Any:
        return None

    monkeypatch.setattr(register, "find_spec", nothing)
    assert not libraries.available("onnx.Conv")
    for ask in (libraries.version, lambda name: libraries.call(name, [1], [1])):
        with pytest.raises(MissingLibrary) as caught:
            ask("onnx.Conv")
        assert str(caught.value) == (
            "calling onnx.Conv needs onnxruntime, which is not installed; pip install onnxruntime onnx"
        )


def test_an_unknown_function_and_an_unknown_option_are_refused() -> None:
    with pytest.raises(ArgumentError) as caught:
        libraries.call("cv2.filter3D", [[1]], [[1]])
    assert str(caught.value) == (
        "like='cv2.filter3D': is not a catalogued function; did you mean 'cv2.filter2D', 'cv2.sepFilter2D' "
        "or 'scipy.signal.lfilter'?"
    )
    with pytest.raises(ArgumentError) as caught:
        libraries.call("numpy.convolve", [1], [1], boundary="wrap")
    assert str(caught.value) == "boundary='wrap': is not an option of numpy.convolve; its options here are mode"
