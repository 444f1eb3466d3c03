"""The printed catalogue is what the functions do now: the entries as written, and a probe of each one installed."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from docs import conventions, conventions_page

from tapwise import catalogue, libraries
from tapwise.libraries.library import Library, found
from tapwise.libraries.register import _LIBRARIES
from tests.needs import needs_function

WRITTEN: list[dict[str, Any]] = json.loads(conventions.JSON.read_text("utf-8"))
ENTRIES = {entry["function"]: entry for entry in WRITTEN}
NAMES = catalogue.names()
STALE = "stale: run make conventions"
pytestmark = pytest.mark.filterwarnings("ignore")  # of libraries while they are imported, and asked what they refuse


def test_every_function_is_printed_once_in_the_catalogues_order() -> None:
    assert [entry["function"] for entry in WRITTEN] == NAMES, STALE


def test_the_page_shows_the_data() -> None:
    assert conventions.PAGE.read_text("utf-8") == conventions_page.page(WRITTEN), STALE


@pytest.mark.parametrize("name", NAMES)
def test_the_entry_is_the_catalogues(name: str) -> None:
    now = json.loads(json.dumps(conventions.meaning(name)))
    told = copy.deepcopy(ENTRIES[name])
    for part in [told, *told["cases"]]:
        part.pop("probe", None)
        part.pop("version", None)
    assert told == now, STALE


def probed(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a better probe may change without changing what it finds."""
    return {key: value for key, value in told.items() if key in ("operator", "convention", "exact")}


@pytest.mark.parametrize("name", NAMES)
def test_a_probe_finds_what_is_printed(name: str) -> None:
    needs_function(name)
    plain = ENTRIES[name]["cases"][0]
    now = json.loads(json.dumps(conventions.found(name, plain["options"])))
    assert probed(now) == probed(plain["probe"]), STALE


def test_a_finding_that_is_not_the_catalogues_is_caught() -> None:
    wrong = catalogue.meaning("numpy.correlate", {"mode": "same"})[0]
    with pytest.raises(AssertionError):
        conventions.check("numpy.convolve", {"mode": "same"}, wrong, 1)


def text_of(name: str) -> str:
    """Return the documentation of a function itself."""
    if name.startswith("onnx."):
        return str(found("onnx.defs.get_schema")(name.removeprefix("onnx.")).doc)
    if name.startswith("pyvips."):
        return str(getattr(found("pyvips.Image").black(1, 1), name.rpartition(".")[2]).__doc__)
    if name.startswith("octave."):
        asked = [_LIBRARIES[name].command(), "--quiet", "--eval", f"help {name.rpartition('.')[2]}"]  # type: ignore[attr-defined]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return str(found(name).__doc__)


@pytest.mark.parametrize("name", [name for name in NAMES if "“" in catalogue.entry(name).note])
def test_what_is_quoted_stands_in_the_functions_text(name: str) -> None:
    needs_function(name)
    text = " ".join(text_of(name).split())
    for quoted in re.findall("“([^”]*)”", catalogue.entry(name).note):
        assert quoted in text


@pytest.mark.parametrize(
    "name", [name for name in NAMES if "which its text does not say" in catalogue.entry(name).note]
)
def test_what_a_text_is_said_to_leave_open_is_not_in_it(name: str) -> None:
    needs_function(name)
    text = text_of(name).lower()
    assert "correlation" not in text
    assert "flip" not in text


def test_versions_are_those_that_were_probed() -> None:
    for name, library in _LIBRARIES.items():
        if isinstance(library, Library):
            assert re.fullmatch(r"\d[\w.+-]*", ENTRIES[name]["version"]), name
    assert libraries.version("numpy.convolve")


def test_nothing_of_this_machine_is_printed() -> None:
    text = conventions.PAGE.read_text("utf-8") + conventions.JSON.read_text("utf-8")
    assert str(Path(__file__).parents[2]) not in text
    assert "/tmp" not in text
