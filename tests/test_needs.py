"""The helper that decides between a skip and a failure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tapwise import libraries
from tapwise.engines import native
from tests import needs as room
from tests.needs import compiled, needs, needs_function


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


def test_missing_compiled_code_is_a_visible_skip_or_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiled() is native
    monkeypatch.setattr(room, "native", None)
    monkeypatch.delenv("TAPWISE_FORBID_SKIPS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="needs compiled code"):
        compiled()
    monkeypatch.setenv("TAPWISE_FORBID_SKIPS", "1")
    with pytest.raises(pytest.fail.Exception, match="TAPWISE_FORBID_SKIPS=1 forbids to skip"):
        compiled()


#: Conditions of the system, under which a test has no meaning.
SYSTEM = r"os\.|sys\.platform|not hasattr\(os,|not Path\(\"/proc|np\.dtype\(\"g\"\)"
PLAIN = re.compile(rf"pytest\.skip\(|importorskip|mark\.skip\b|skipif\((?!{SYSTEM})")


def test_no_test_skips_but_by_the_helper_or_for_its_system() -> None:
    here = Path(__file__).parent
    others = [path for path in here.rglob("*.py") if path.name not in ("needs.py", Path(__file__).name)]
    assert len(others) > 100
    assert [path.name for path in others if PLAIN.search(path.read_text(encoding="utf-8"))] == []
    for text in (
        'pytest.skip("so")',
        'pytest.importorskip("a")',
        "@pytest.mark.skipif(native is None, ",
        "mark.skip\n",
    ):
        assert PLAIN.search(text), "the twin: it would be seen"
    assert not PLAIN.search('@pytest.mark.skipif(os.name == "nt", ')
