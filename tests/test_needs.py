"""The helper that decides between a skip and a failure."""

from __future__ import annotations

import pytest

from tapwise import libraries
from tests.needs import needs, needs_function


def test_an_installed_library_is_returned() -> None:
    assert needs("numpy").__name__ == "numpy"
    assert needs("scipy.signal").__name__ == "scipy.signal"


def test_a_missing_library_is_a_visible_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAPWISE_FORBID_SKIPS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="needs no_such_library, which is not installed"):
        needs("no_such_library")


def test_a_missing_library_is_a_failure_where_skips_are_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPWISE_FORBID_SKIPS", "1")
    with pytest.raises(pytest.fail.Exception, match="TAPWISE_FORBID_SKIPS=1 forbids to skip"):
        needs("no_such_library")


def test_a_missing_program_is_a_visible_skip_or_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> bool:
        return False

    needs_function("numpy.convolve")
    monkeypatch.setattr(libraries, "available", nowhere)
    monkeypatch.delenv("TAPWISE_FORBID_SKIPS", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"needs what octave\.conv is called with"):
        needs_function("octave.conv")
    monkeypatch.setenv("TAPWISE_FORBID_SKIPS", "1")
    with pytest.raises(pytest.fail.Exception, match="TAPWISE_FORBID_SKIPS=1 forbids to skip"):
        needs_function("octave.conv")


def test_a_missing_part_of_an_installed_library_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAPWISE_FORBID_SKIPS", raising=False)
    with pytest.raises(pytest.skip.Exception):
        needs("no_such_library.part")
    with pytest.raises(ModuleNotFoundError, match=r"scipy\.no_such_part"):
        needs("scipy.no_such_part")
