"""`tapwise probe` and `tapwise identify`: functions, modules, programs, data; exit codes for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import Ran
from tests.needs import needs

import tapwise as tw

Run = Callable[..., Ran]

#: A program that correlates two files, and can be told to misbehave.
PROGRAM = """
import sys, time, numpy as np
x, h = np.load(sys.argv[1]), np.load(sys.argv[2])
how = sys.argv[4] if len(sys.argv) > 4 else ""
if how == "fail": sys.exit("no such filter")
if how == "hang": time.sleep(60)
if how != "silent": np.save(sys.argv[3], np.correlate(x, h, "same"))
"""


@pytest.mark.parametrize(
    ("name", "options", "operator"),
    [
        ("numpy.convolve", ["--set", "mode=same"], "convolution"),
        ("np.correlate", [], "cross-correlation"),
        ("scipy.ndimage.convolve1d", ["--set", "mode=wrap"], "convolution"),
    ],
)
def test_functions_by_name(tapwise: Run, name: str, options: list[str], operator: str) -> None:
    ran = tapwise("probe", name, *options, "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["operator"] == operator
    assert told["verified"] > 0
    meant = tw.Convention.of(**told["convention"])
    x, h = np.array([2, 1, 3, 5, 4, 9, 7]), np.array([1, 2, 0, 5])
    words = dict(option.split("=") for option in options if "=" in option)
    assert np.array_equal(tw.apply(x, h, meant), tw.libraries.call(name, x, h, **words))


def test_expectations_are_exit_codes(tapwise: Run) -> None:
    assert tapwise("probe", "numpy.correlate", "--expect", "cross-correlation").code == 0
    assert tapwise("probe", "numpy.correlate", "--expect", "convolution").code == 1


def test_a_torch_layer_function(tapwise: Run) -> None:
    needs("torch")
    ran = tapwise("probe", "torch.nn.functional.conv2d", "--set", "stride=2", "--json")
    assert json.loads(ran.out)["convention"]["stride"] == 2
    assert json.loads(ran.out)["operator"] == "cross-correlation"


def test_a_function_of_a_module_in_this_folder(tapwise: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine_to_probe.py").write_text(
        "import numpy as np\ndef f(x, h):\n    return np.convolve(x, h[::-1], 'valid')\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    ran = tapwise("probe", "mine_to_probe:f")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("It is cross-correlation.")


@pytest.mark.parametrize("how", ["", "fail", "hang", "silent"])
def test_a_program(tapwise: Run, tmp_path: Path, how: str) -> None:
    script = tmp_path / "prog.py"
    script.write_text(PROGRAM)
    command = f"{sys.executable} {script} {{x}} {{h}} {{y}} {how}"
    if not how:
        ran = tapwise("probe", "--command", command, "--ndim", "1", "--expect", "cross-correlation")
        assert ran.code == 0, ran.err
        assert "It is cross-correlation." in ran.out
        return
    ran = tapwise("probe", "--command", command, "--ndim", "1", "--timeout", "1")
    assert ran.code == 2
    assert {"fail": "no such filter", "hang": "took longer than 1 s", "silent": "wrote no file {y}"}[how] in ran.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--command", "prog {x} {h}"], "command='prog {x} {h}': has no {y}; write 'prog {x} {h} {y}'"),
        (["--command", "prog {x} {h} {y}", "--timeout", "0"], "timeout=0.0: must be above 0; write seconds"),
        (["nomodule:f"], "name='nomodule:f': cannot be imported (No module named 'nomodule'); write module:function"),
        (
            ["--command", "no-such-program {x} {h} {y}"],
            "command='no-such-program {x} {h} {y}': there is no program 'no-such-program'; check its name",
        ),
        ([], "name=None: give a function, or a program by --command; write one of the two"),
    ],
)
def test_refusals(tapwise: Run, words: list[str], message: str) -> None:
    ran = tapwise("probe", *words)
    assert (ran.code, ran.err) == (2, f"error: {message}\n")


def test_what_is_no_operator_is_refused(tapwise: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "squares_to_probe.py").write_text("import numpy as np\ndef f(x, h):\n    return np.convolve(x**2, h)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    ran = tapwise("probe", "squares_to_probe:f")
    assert ran.code == 2
    assert "f(x1 + x2, h)" in ran.err
    assert "an operator is linear in both" in ran.err


def test_identify_numbers_and_files(tapwise: Run, tmp_path: Path) -> None:
    told = json.loads(tapwise("identify", "2,1,3,5,4", "1,2,0", "4,7,13", "--json").out)
    assert told["operator"] == "cross-correlation"
    for name, values in (("x", [2, 1, 3, 5, 4]), ("h", [1, 2, 0]), ("y", [5, 11, 14])):
        np.save(tmp_path / f"{name}.npy", np.array(values))
    ran = tapwise("identify", *(str(tmp_path / f"{name}.npy") for name in "xhy"))
    assert ran.code == 0
    assert "Convention.of(operator='convolution')" in ran.out
    assert "numpy.convolve(x, h, mode='valid')" in ran.out


def test_identify_says_when_nothing_explains(tapwise: Run) -> None:
    ran = tapwise("identify", "2,1,3,5,4", "1,2,0", "1,1,1")
    assert ran.code == 1
    assert ran.out.startswith("None of ")
