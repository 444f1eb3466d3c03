"""The options of the further entries are the functions' own, and so are the defaults where a function has some."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from tapwise import catalogue
from tapwise.libraries.library import found
from tests.needs import needs

#: Compared in tests/catalogue: PyTorch's classes take more arguments than those that say a convention.
USUAL = ("numpy.", "scipy.signal.conv", "scipy.signal.corr", "scipy.ndimage.", "torch.nn.functional.",
         "torch.nn.Conv")  # fmt: skip
#: Compared below: their texts, or programs' manuals, say what no signature does.
UNSIGNED = ("cv2.", "onnx.", "SimpleITK.", "pyvips.", "octave.", "imagemagick.")
FURTHER = [name for name in catalogue.names() if not name.startswith(USUAL)]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize("name", [name for name in FURTHER if not name.startswith(UNSIGNED)])
def test_in_the_signature(name: str) -> None:
    needs(name.partition(".")[0])
    parameters = inspect.signature(found(name)).parameters
    for option, default in catalogue.entry(name).options.items():
        assert option in parameters
        assert parameters[option].default in (inspect.Parameter.empty, default), option


@pytest.mark.parametrize("name", [name for name in FURTHER if name.startswith("cv2.")])
def test_in_the_text_of_opencv(name: str) -> None:
    needs("cv2")
    head = found(name).__doc__.split("->")[0]
    for option in catalogue.entry(name).options:
        assert option in head


@pytest.mark.parametrize("name", [name for name in FURTHER if name.startswith("SimpleITK.")])
def test_in_the_text_of_simpleitk(name: str) -> None:
    sitk = needs("SimpleITK")
    head = found(name).__doc__
    for option, default in catalogue.entry(name).options.items():
        word = {"boundaryCondition": "ZERO_FLUX_NEUMANN_PAD", "outputRegionMode": "SAME"}.get(option, default)
        assert f"{option}={word}" in head
        assert default == getattr(sitk.ConvolutionImageFilter, str(word), default)


@pytest.mark.parametrize("name", [name for name in FURTHER if name.startswith("pyvips.")])
def test_in_the_text_of_pyvips(name: str) -> None:
    image = needs("pyvips").Image.black(1, 1)
    assert "precision=" in getattr(image, name.rpartition(".")[2]).__doc__
    assert "scale=1.0, offset=0.0" in str(inspect.signature(type(image).new_from_array))


@pytest.mark.parametrize("name", [name for name in FURTHER if name.startswith("onnx.")])
def test_in_the_schema_of_onnx(name: str) -> None:
    needs("onnx")
    schema: Any = found("onnx.defs.get_schema")(name.removeprefix("onnx."))
    assert set(catalogue.entry(name).options) <= set(schema.attributes)
