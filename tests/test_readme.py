"""The README's code, screen, table and picture, each against the package, and the table against the functions."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tapwise import libraries
from tapwise.cli import main
from tapwise.explanation import compare, comparison_text
from tests.needs import needs

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_code_runs_as_shown() -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(code, {}, "README.md", "README.md", 0)
    assert len(examples.examples) >= 12
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples).failed == 0


def test_the_screen_is_what_the_command_prints() -> None:
    shown = re.search(r"\$ tapwise compare 2,1,3,5,4 1,-1\n(.*?)\n\nSignals", README, re.DOTALL)
    assert shown
    screen = "\n".join(line.removeprefix("    ") for line in shown[1].splitlines())
    assert screen == comparison_text(compare([2, 1, 3, 5, 4], [1, -1]))


def test_the_explanation_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"\$ tapwise (explain .*)\n((?:    .*\n)+)", README)
    assert shown
    with pytest.raises(SystemExit, match="0"):
        main(shown[1].split())
    assert capsys.readouterr().out == "\n".join(line.removeprefix("    ") for line in shown[2].splitlines()) + "\n"


def live(row: str, x: Any, h: Any) -> Any:
    """What the function of a row answers to these arrays, called as the row says."""
    name, _, words = row.rstrip(")").replace("x, -1, h", "x, h").partition("(x, h")
    options = eval(f"dict({words.lstrip(', ')})") if "=" in words else {"mode": "same"} if "same" in words else {}
    needs(name.partition(".")[0])
    return libraries.call(name, x, h, **options)


@pytest.mark.parametrize("row", re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \|$", README, re.MULTILINE))
def test_rows_of_the_table(row: tuple[str, str, str]) -> None:
    name, operator, tap = row
    x, h = np.zeros(9), np.array([1.0, 2, 4, 8])
    x[4] = 1  # the answer to an impulse is the kernel, as given for a convolution, backwards for a cross-correlation
    y = np.ravel(live(name, x[None], h[None]) if "2" in name else live(name, x, h))
    found = [int(v) for v in y if v]
    assert found == ([1, 2, 4, 8] if operator == "convolution" else [8, 4, 2, 1])
    if len(y) == len(x):
        assert tap == f"h[{[1, 2, 4, 8].index(int(y[4]))}]"
    else:
        assert tap == "(its output is longer)"


def test_the_table_is_read_whole() -> None:
    assert len(re.findall(r"^\| `", README, re.MULTILINE)) == 12


def test_the_picture_is_drawn_from_the_steps() -> None:
    namespace: dict[str, Any] = {"__name__": "picture", "__file__": str(ROOT / "docs" / "picture.py")}
    exec(compile((ROOT / "docs" / "picture.py").read_text(encoding="utf-8"), "picture.py", "exec"), namespace)
    assert (ROOT / "docs" / "operators.svg").read_text(encoding="utf-8") == namespace["picture"]()


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_the_number_of_functions() -> None:
    assert f"`list functions` ({len(libraries.names())} of them" in README
