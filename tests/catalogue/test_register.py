"""The catalogue's names, options and defaults are those of the libraries themselves, and all of it is compared."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from tapwise import catalogue
from tapwise.convention import Convention
from tests.needs import needs

#: Options of ours that the library has under another roof: torch's functions have no readable signature.
USUAL = (
    "numpy.",
    "scipy.signal.conv",
    "scipy.signal.corr",
    "scipy.ndimage.",
    "torch.nn.functional.",
    "torch.nn.Conv",
)  # tests/libraries has the others
NAMES = [name for name in catalogue.names() if name.startswith(USUAL)]


def called(name: str) -> Any:
    """The function or class that an entry is about."""
    needs(name.partition(".")[0])
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_a_function_of_its_library(name: str) -> None:
    assert callable(called(name))


@pytest.mark.parametrize("name", NAMES)
def test_options_and_defaults_are_the_librarys(name: str) -> None:
    function, entry = called(name), catalogue.entry(name)
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:  # PyTorch's functions show their parameters in the first lines of their texts only
        text = " ".join(function.__doc__.split("->")[0].split())
        for option, default in entry.options.items():
            assert f"{option}={default}" in text
        return
    for option, default in entry.options.items():
        assert parameters[option].default == default, option


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_means_a_convention_and_says_what_it_computes(name: str) -> None:
    entry = catalogue.entry(name)
    meant, axes = catalogue.meaning(name, ndim=entry.ndim)
    assert isinstance(meant, Convention)
    assert axes == entry.options.get("axes", entry.options.get("axis"))
    assert "=" in entry.formula or "receives" in entry.formula
    assert entry.name == name


def test_every_entry_is_compared_with_its_peer() -> None:
    texts = " ".join(path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].glob("peers/test_*.py"))
    for name in NAMES:
        dimension = re.sub(r"\d(?=d$)", "{ndim}", name.rpartition(".")[2])
        word = dimension if name.startswith("torch") else name.rpartition(".")[2]
        assert word in texts or word.removesuffix("1d") in texts, name


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("np.convolve", "numpy.convolve"),
        ("signal.correlate2d", "scipy.signal.correlate2d"),
        ("ndimage.correlate1d", "scipy.ndimage.correlate1d"),
        ("F.conv2d", "torch.nn.functional.conv2d"),
        ("nn.ConvTranspose3d", "torch.nn.ConvTranspose3d"),
    ],
)
def test_short_names(short: str, full: str) -> None:
    assert catalogue.entry(short) is catalogue.entry(full)


def test_names_are_in_the_order_of_the_libraries() -> None:
    assert len(set(NAMES)) == len(NAMES)
    roots = [name.rpartition(".")[0] for name in NAMES]
    assert list(dict.fromkeys(roots)) == ["numpy", "scipy.signal", "scipy.ndimage", "torch.nn.functional", "torch.nn"]
