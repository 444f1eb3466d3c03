"""The options of the further entries are the functions' own, and so are the defaults where a function has some."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from tapwise import catalogue
from tapwise.libraries.library import found
from tests.needs import needs

#: Compared in tests/catalogue: PyTorch's classes take more arguments than those that say a convention.
USUAL = ("numpy.", "scipy.signal.conv", "scipy.signal.corr", "scipy.ndimage.", "torch.")
FURTHER = [name for name in catalogue.names() if not name.startswith(USUAL)]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize("name", [name for name in FURTHER if not name.startswith(("cv2.", "onnx."))])
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


@pytest.mark.parametrize("name", [name for name in FURTHER if name.startswith("onnx.")])
def test_in_the_schema_of_onnx(name: str) -> None:
    needs("onnx")
    schema: Any = found("onnx.defs.get_schema")(name.removeprefix("onnx."))
    assert set(catalogue.entry(name).options) <= set(schema.attributes)
