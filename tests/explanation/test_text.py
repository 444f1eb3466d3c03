"""The text of a comparison: whole screens, and every number in it parsed back."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tapwise.explanation import compare, comparison_text

SCREEN = """\
x = [2 1 3 5 4]   h = [1 -1]   size valid, stride 1

        convolution (h flipped: -1 1)    cross-correlation (h as given: 1 -1)
y[0]    (-1)*2 + 1*1 = -2 + 1 = -1       1*2 + (-1)*1 = 2 - 1 =  1
y[1]    (-1)*1 + 1*3 = -1 + 3 =  2       1*1 + (-1)*3 = 1 - 3 = -2
y[2]    (-1)*3 + 1*5 = -3 + 5 =  2       1*3 + (-1)*5 = 3 - 5 = -2
y[3]    (-1)*5 + 1*4 = -5 + 4 = -1       1*5 + (-1)*4 = 5 - 4 =  1
"""


def test_the_first_screen() -> None:
    text = comparison_text(compare([2, 1, 3, 5, 4], [1, -1]))
    assert text.startswith(SCREEN)
    assert text.endswith(
        "careful: h is antisymmetric, so the flip looks like a minus sign, and both results read the same backwards\n"
        "the smallest change: h[0] = 2 instead of 1, which gives 0 5 7 3 and 3 -1 1 6\n"
        "a clearer case: tapwise compare 2,1,3,5,4 1,2,0\n    gives 5 11 14 and 4 7 13"
    )


def test_a_narrow_screen_puts_the_operators_below_each_other() -> None:
    text = comparison_text(compare([2, 1, 3, 5, 4], [1, -1]), width=60)
    assert max(map(len, text.splitlines()[:14])) <= 60
    assert text.index("convolution (") < text.index("y[3]") < text.index("cross-correlation (")


def test_values_from_the_boundary_are_marked() -> None:
    text = comparison_text(compare([2, 1, 3], [1, 2, 0], size="same", boundary="edge"))
    assert "y[0]    0*[2] + 2*2 + 1*1" in text
    assert "a number in [brackets] stands outside the signal, put there by the boundary" in text


def test_long_results_are_folded_and_say_how_many() -> None:
    both = compare(np.arange(100), [1, 2], most=24)
    text = comparison_text(both)
    assert "…    87 more outputs (--all shows them)" in text
    assert "y[98]" in text
    assert comparison_text(compare(np.arange(100), [1, 2]), everything=True).count("y[") == 99


@pytest.mark.parametrize("seed", range(30))
def test_every_printed_sum_is_true(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape, taps = ((6,), (3,)) if seed % 2 else ((3, 4), (2, 2))
    x, h = rng.integers(-20, 20, shape), rng.integers(-20, 20, taps)
    size, boundary = rng.choice(["valid", "same", "full"]), rng.choice(["zero", "edge", "wrap", "constant(-3)"])
    both = compare(x, h, size=str(size), boundary=str(boundary))
    sums = [line for line in comparison_text(both, width=20, everything=True).splitlines() if line.startswith("y[")]
    results = [*both.convolution.y.ravel(), *both.correlation.y.ravel()]
    assert len(sums) == len(results)
    for line, result in zip(sums, results, strict=True):
        for part in line.split(maxsplit=1)[1].split("="):
            assert eval(re.sub(r"\[(-?\d+)\]", r"(\1)", part)) == result, line
