"""`tapwise compare`: every spelling of numbers, the screen, the JSON, the refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import Ran

import tapwise as tw

Run = Callable[..., Ran]


def test_the_readme_screen(tapwise: Run) -> None:
    ran = tapwise("compare", "2,1,3,5,4", "1,-1")
    assert ran.code == 0
    assert "y[0]    (-1)*2 + 1*1 = -2 + 1 = -1       1*2 + (-1)*1 = 2 - 1 =  1\n" in ran.out
    assert "a clearer case: tapwise compare 2,1,3,5,4 1,2,0\n    gives 5 11 14 and 4 7 13\n" in ran.out


@pytest.mark.parametrize(
    "kernel", ["-1,2,-1", "-1 2 -1", "[-1, 2, -1]", "[-1 2 -1]", " -1, 2, -1 ", "-1.0,2,-1", "-.1e1,2,-1"]
)
def test_spellings_of_one_kernel(tapwise: Run, kernel: str) -> None:
    ran = tapwise("compare", "2,1,3,5,4", kernel, "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["h"] == [-1, 2, -1]
    assert told["convolution"]["y"] == told["cross-correlation"]["y"] == [-3, 0, 3]


@pytest.mark.parametrize(
    "image", ["1 2 3;4 5 6", "1,2,3;4,5,6", "[[1, 2, 3], [4, 5, 6]]", "[[1 2 3]\n [4 5 6]]", "1 2 3\n4 5 6"]
)
def test_spellings_of_one_image(tapwise: Run, image: str) -> None:
    told = json.loads(tapwise("compare", image, "1 2;0 3", "--json", "--size", "same").out)
    assert told["x"] == [[1, 2, 3], [4, 5, 6]]
    assert told["convolution"]["y"] == tw.convolve([[1, 2, 3], [4, 5, 6]], [[1, 2], [0, 3]], size="same").tolist()


def test_exact_numbers_of_any_kind(tapwise: Run) -> None:
    told = json.loads(tapwise("compare", "1/3,2/3,1", "3,1/2", "--json").out)
    assert told["convolution"]["y"] == ["13/6", "10/3"]
    huge = json.loads(tapwise("compare", f"{10**30},1", "1,1", "--json").out)
    assert huge["convolution"]["y"] == [10**30 + 1]
    signs = json.loads(tapwise("compare", f"{2**63},-1,5", "1,1", "--json").out)
    assert signs["convolution"]["y"] == [2**63 - 1, 4]
    assert "(-1+2j)" in tapwise("compare", "1,2,3", "-1+2j,1").out


def test_files_as_input(tapwise: Run, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([2, 1, 3, 5, 4]))
    (tmp_path / "h.csv").write_text("1,-1\n0,0\n", encoding="utf-8")
    told = json.loads(tapwise("compare", str(tmp_path / "x.npy"), "1,-1", "--json").out)
    assert told["convolution"]["y"] == [-1, 2, 2, -1]
    rows = json.loads(tapwise("compare", "1 2 3;4 5 6", str(tmp_path / "h.csv"), "--json").out)
    assert rows["cross-correlation"]["y"] == [[-1, -1]]


def test_one_output_and_all_outputs(tapwise: Run) -> None:
    one = tapwise("compare", "2,1,3,5,4", "1,-1", "--at", "2")
    assert one.out.count("y[") == 1
    assert "y[2]" in one.out
    long = ",".join(str(i) for i in range(60))
    folded = tapwise("compare", long, "1,2")
    assert "…    47 more outputs (--all shows them)" in folded.out
    assert tapwise("compare", long, "1,2", "--all").out.count("y[") == 59


def test_json_steps_add_up(tapwise: Run) -> None:
    told = json.loads(tapwise("compare", "2,1,3", "1,2,0", "--json", "--size", "full", "--boundary", "edge").out)
    for side in ("convolution", "cross-correlation"):
        for step in told[side]["steps"]:
            products = [term["product"] for term in step["terms"] if term["product"] is not None]
            assert sum(products) == step["total"] == told[side]["y"][step["output"][0]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["1,2", "1,x"], "H='1,x': 'x' is not a number; write numbers as 2,1,3 or rows as '1 2;3 4', or name a file"),
        (["1,2", ""], "H='': holds no number; write numbers as 2,1,3 or rows as '1 2;3 4'"),
        (["1 2;3", "1"], "X='1 2;3': its rows have 2, 1 numbers; give every row as many"),
        (["[1,2", "1"], "X='[1,2': its brackets do not match; write [1, 2, 3] or [[1, 2], [3, 4]]"),
        (["1,2", "1", "--stride", "0"], "stride=0: must be at least 1; write 1 or more"),
        (["1,2", "1", "--stride", "x"], "stride='x': must be a whole number; write 2, or 2,1 for one an axis"),
        (
            ["1,2", "1", "--at", "9"],
            "at=(9,): the result has shape (2,), labelled from [0] to [1]; write the index of one of its outputs",
        ),
        (["1,2", "1", "--at", "a"], "at='a': is not the index of an output; write 3, or 1,2 in two dimensions"),
        (
            ["1,2", "1,2,3"],
            (
                "size='valid': no window fits along axis 0: h has 3 taps, x has 2 samples; "
                "write size='full' or size='same'"
            ),
        ),
        (
            ["1 2;3 4", "1,2"],
            "X=array of shape (2, 2): has 2 axes and H has 1; give both as many; of a colour image take one channel",
        ),
        (["none.npy", "1"], "none.npy: there is no such file; check the name and the directory"),
    ],
)  # fmt: skip
def test_refusals(tapwise: Run, words: list[str], message: str) -> None:
    ran = tapwise("compare", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: {message}\n"


def test_a_mistyped_option_is_not_taken_for_a_number(tapwise: Run) -> None:
    ran = tapwise("compare", "1,2", "1", "--szie", "same")
    assert ran.code == 2
    assert "--szie" in ran.err
