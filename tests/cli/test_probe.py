"""`tapwise probe` and `tapwise identify`: functions, modules, programs, data; exit codes for scripts."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from rich.console import Console
from tests.cli.conftest import Ran
from tests.needs import needs

import tapwise as tw
from tapwise.cli import progress

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


@pytest.mark.parametrize(
    ("name", "library", "operator"),
    [
        ("numpy.convolve", "numpy", "convolution"),
        ("numpy.correlate", "numpy", "cross-correlation"),
        ("tensorflow.nn.conv1d", "tensorflow", "cross-correlation"),
        ("tensorflow.nn.conv2d", "tensorflow", "cross-correlation"),
        ("torch.nn.functional.conv1d", "torch", "cross-correlation"),
        ("torch.nn.functional.conv2d", "torch", "cross-correlation"),
    ],
)
def test_numpy_has_both_operators_and_deep_learning_correlates(
    tapwise: Run, name: str, library: str, operator: str
) -> None:
    needs(library)
    ran = tapwise("probe", name, "--expect", operator)
    assert ran.code == 0, ran.err
    assert ran.out.startswith(f"It is {operator}.")
    assert tapwise("probe", name, "--expect", ({"convolution", "cross-correlation"} - {operator}).pop()).code == 1


def test_operators_that_differ_by_axis_are_a_list(
    tapwise: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows_to_probe.py").write_text(
        "from scipy.signal import convolve2d\ndef f(x, h):\n    return convolve2d(x, h[:, ::-1])\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    ran = tapwise("probe", "rows_to_probe:f", "--json", "--expect", "convolution")
    assert ran.code == 1
    assert json.loads(ran.out)["operator"] == ["convolution", "cross-correlation"]


def test_a_layer_of_a_module(tapwise: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("torch")
    (tmp_path / "layers_to_probe.py").write_text(
        "import torch\nclass net:\n    first = torch.nn.Conv2d(3, 4, 3, stride=2, padding=1, padding_mode='reflect')\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    ran = tapwise("probe", "layers_to_probe:net.first", "--json", "--expect", "cross-correlation")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert (told["convention"]["stride"], told["convention"]["boundary"]) == (2, "reflect101")
    assert told["channels"] == {
        "mixing": "summed", "layout": "NCHW", "kernel_layout": "OIHW", "groups": 1, "batch": "independent"
    }  # fmt: skip
    assert "summed, signal NCHW, kernel OIHW" in tapwise("probe", "layers_to_probe:net.first").out


def test_a_slow_function_shows_a_bar_and_stops_at_ctrl_c(
    tapwise: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow_to_probe.py").write_text(
        "import numpy as np, time\ncalls = 0\ndef f(x, h):\n    global calls\n    calls += 1\n"
        "    if calls > 20: raise KeyboardInterrupt\n    time.sleep(0.05)\n    return np.convolve(x, h)\n"
    )
    screen = io.StringIO()
    monkeypatch.setattr(progress, "Console", lambda **_: Console(file=screen, force_terminal=True, width=80))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    ran = tapwise("probe", "slow_to_probe:f", "--ndim", "1")
    assert (ran.code, ran.out, ran.err) == (130, "", "stopped; nothing was written\n")
    assert "probing" in screen.getvalue()


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
        (
            ["x.y"],
            "name='x.y': is not a catalogued function; `tapwise list functions` names them; or write x:y",
        ),
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


def test_identify_matlab_files(tapwise: Run, tmp_path: Path) -> None:
    # MATLAB's vectors have two axes; along the one without numbers there is nothing to tell.
    place = str(tmp_path / "data.mat")
    scipy.io.savemat(place, {"x": np.array([[2.0, 1, 3, 5, 4]]), "h": np.array([[1.0, 2, 0]]), "y": [[4.0, 7, 13]]})
    ran = tapwise("identify", f"{place}:x", f"{place}:h", f"{place}:y", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["operator"] == "cross-correlation"
    assert told["explanations"][0]["convention"]["size"] == "valid"


def test_identify_says_when_nothing_explains(tapwise: Run) -> None:
    ran = tapwise("identify", "2,1,3,5,4", "1,2,0", "1,1,1")
    assert ran.code == 1
    assert ran.out == "No convention makes y of x and h.\n"
