"""`tapwise twins` and `tapwise learn`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Ran
from tests.needs import needs

needs("torch")
needs("sklearn.datasets")
Run = Callable[..., Ran]


def test_twins_says_how_equal_and_why(tapwise: Run, tmp_path: Path) -> None:
    needs("matplotlib")
    picture = tmp_path / "twins.png"
    ran = tapwise("twins", "--optimizer", "adam", "--steps", "3", "-o", str(picture))
    assert ran.code == 0, ran.err
    assert "verdict: equal to the bit: through 3 steps every parameter, buffer and loss is the same" in ran.out
    assert "why: a flip moves numbers and rounds nothing" in ran.out
    assert picture.read_bytes().startswith(b"\x89PNG")
    kernels = [line.split("    [")[1:] for line in ran.out.splitlines() if line.startswith("    [[")]
    left, right = (half.strip("[] \n").split() for half in kernels[0])
    last = ran.out[: ran.out.index("drawn:")].strip().splitlines()[-1].split("    [")[1:]
    assert left == last[1].strip("[] ").split()[::-1], "the convolution's last row is the correlation's first, reversed"
    assert right == last[0].strip("[] ").split()[::-1]
    ran = tapwise("twins", "--steps", "3", "-o", str(picture))
    assert ran.code == 2
    assert "exists" in ran.err


@pytest.mark.parametrize(
    ("words", "equal"),
    [
        (("--start", "same"), "no"),
        (("--start", "random"), "no"),
        (("--weight-norm", "--dtype", "float64"), "to rounding"),
        (("--optimizer", "rmsprop"), "to the bit"),
    ],
)
def test_twins_as_json(tapwise: Run, words: tuple[str, ...], equal: str) -> None:
    ran = tapwise("twins", "--steps", "4", "--batch", "16", "--json", *words)
    told = json.loads(ran.out)
    assert told["equal"] == equal
    assert len(told["convolution"]["losses"]) == 4
    assert len(told["distances"]) == 5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--optimizer", "sdg"), "error: optimizer='sdg': is not a word of this argument; did you mean 'sgd'?"),
        (("-o", "x.txt"), "error: x.txt: its ending names no picture; write one of .png, .svg, .pdf"),
        (("-o", "nowhere/x.png"), "error: nowhere/x.png: there is no directory nowhere"),
        (("--data", "cifar"), "error: data='cifar': is not a word of this argument; write 'digits' or 'mnist'"),
    ],
)
def test_errors_come_before_training(tapwise: Run, words: tuple[str, ...], message: str) -> None:
    ran = tapwise("twins", "--steps", "100000000", *words)
    assert ran.code == 2
    assert ran.err.startswith(message)


def test_learn(tapwise: Run) -> None:
    ran = tapwise("learn", "1,2,0")
    assert ran.code == 0, ran.err
    assert "convolution        learns [0. 2. 1.] = h flipped (to " in ran.out
    assert "cross-correlation  learns [1. 2. 0.] = h (to " in ran.out
    ran = tapwise("learn", "1 2;3 4", "--made-by", "convolution", "--json")
    told = json.loads(ran.out)
    assert [[round(v, 6) for v in row] for row in told["convolution"]["kernel"]] == [[1, 2], [3, 4]]
    assert [[round(v, 6) for v in row] for row in told["cross-correlation"]["kernel"]] == [[4, 3], [2, 1]]


def test_learn_says_what_a_signal_does_not_determine(tapwise: Run) -> None:
    ran = tapwise("learn", "1,2,0", "--signal", "1,1,1,1,1,1")
    assert ran.out.count("another kernel: the signal does not determine it") == 2
    symmetric = tapwise("learn", "1,2,1")
    assert symmetric.out.count("= h (to ") == 2
    assert symmetric.out.count(" and h flipped (to ") == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nan,1",), "error: H='nan,1': holds more than real, finite numbers; leave the others out"),
        (("1j,2",), "error: H='1j,2': holds more than real, finite numbers; leave the others out"),
        (("1,2", "--seed", "-1"), "error: seed=-1: must be at least 0; write 0 or more"),
        (
            ("1,2,0", "--signal", "1,2"),
            "error: signal=array of shape (2,): the kernel of shape (3,) does not fit into it",
        ),
        (
            ("1,2,0", "--signal", "1 2;3 4"),
            "error: signal=array of shape (2, 2): the kernel of shape (3,) does not fit",
        ),
        (("1,2,0", "--signal", "1,inf"), "error: signal='1,inf': holds more than real, finite numbers"),
    ],
)
def test_learn_refuses(tapwise: Run, words: tuple[str, ...], message: str) -> None:
    ran = tapwise("learn", *words)
    assert ran.code == 2
    assert ran.err.startswith(message)
