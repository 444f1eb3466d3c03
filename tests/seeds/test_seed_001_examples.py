"""Both worked examples of the second seed, line by line: an image of 7 × 7 pixels and a kernel of 3 × 3 letters.

Indices are the seed's: [m, n] is column, row; the centre of image, kernel and output is [0, 0]. Each line of its
pictures is x[i, j]·h[…] with the index solved and the kernel's letter; they stand here as data, and come out of plans.
"""

from __future__ import annotations

import itertools

import pytest

from tapwise.convention import Convention
from tapwise.geometry import AxisPlan, forward

IMAGE, KERNEL = 7, 3  # "the 7-by-7 image x, indexed from -3 to 3"; kernel indices "only go from -1 to +1"
#: The picture of the kernel: letters by row, [column, row] of the first being [-1, -1].
LETTERS = {(k, l): "abcdefghi"[3 * (l + 1) + (k + 1)] for k in (-1, 0, 1) for l in (-1, 0, 1)}  # noqa: E741

Index = tuple[int, int]
#: "the worked example of convolution to produce the output entry y[m=1,n=1]": x[i,j]·h[1-i,1-j], and the letter.
CONVOLUTION: dict[Index, tuple[Index, str]] = {
    (0, 0): ((1, 1), "i"), (1, 0): ((0, 1), "h"), (2, 0): ((-1, 1), "g"),
    (0, 1): ((1, 0), "f"), (1, 1): ((0, 0), "e"), (2, 1): ((-1, 0), "d"),
    (0, 2): ((1, -1), "c"), (1, 2): ((0, -1), "b"), (2, 2): ((-1, -1), "a"),
}  # fmt: skip
#: "this patch is used to find the output at y[m=-1,n=-1]": x[i,j]·h[-1+i,-1+j], and the letter.
CORRELATION: dict[Index, tuple[Index, str]] = {
    (0, 0): ((-1, -1), "a"), (1, 0): ((0, -1), "b"), (2, 0): ((1, -1), "c"),
    (0, 1): ((-1, 0), "d"), (1, 1): ((0, 0), "e"), (2, 1): ((1, 0), "f"),
    (0, 2): ((-1, 1), "g"), (1, 2): ((0, 1), "h"), (2, 2): ((1, 1), "i"),
}  # fmt: skip
#: The lines with i = 3 or j = 3, which "lead to an attempted access of a kernel element which doesn't exist".
RING = [(3, 0), (3, 1), (3, 2), (3, 3), (0, 3), (1, 3), (2, 3)]
NO_CONVOLUTION: dict[Index, Index] = {
    (3, 0): (-2, 1), (3, 1): (-2, 0), (3, 2): (-2, -1), (3, 3): (-2, -2),
    (0, 3): (1, -2), (1, 3): (0, -2), (2, 3): (-1, -2),
}  # fmt: skip
NO_CORRELATION: dict[Index, Index] = {
    (3, 0): (2, -1), (3, 1): (2, 0), (3, 2): (2, 1), (3, 3): (2, 2), (0, 3): (-1, 2), (1, 3): (0, 2), (2, 3): (1, 2),
}  # fmt: skip


def axis(operator: str, output: str) -> AxisPlan:
    """One axis of the operator with an output for each pixel; both axes are alike."""
    return forward(Convention.of(operator=operator, output=output, size="same"), [IMAGE], [KERNEL]).axes[0]


CONV = axis("convolution", "forward")  # y[m] = Σ x[i]·h[m-i]
LAG = axis("cross-correlation", "reversed")  # y[m] = Σ x[i]·h[m+i], the seed's
OFFSET = axis("cross-correlation", "forward")  # y[m] = Σ x[i]·h[i-m], every library's


def centred(index: int, length: int) -> int:
    """A position as the seed counts it."""
    return index - length // 2


def terms(plan: AxisPlan, output: Index) -> dict[Index, Index]:
    """The pixels that an output reads, each with its kernel element, all counted from the centres."""
    pairs = [
        [(centred(i, IMAGE), centred(t, KERNEL)) for o, t, i in plan.pairs() if centred(o, plan.m) == m] for m in output
    ]
    return {(i, j): (k, l) for (i, k), (j, l) in itertools.product(*pairs)}  # noqa: E741


def asked(plan: AxisPlan, m: int, i: int) -> int:
    """The kernel index that output m asks of pixel i along one axis, whether there is one or not."""
    t, between = divmod(i + IMAGE // 2 - plan.s * (m + plan.m // 2) - plan.c, plan.d)
    assert not between
    return centred(t, KERNEL)


def test_the_letters_are_those_of_the_picture() -> None:
    rows = [[LETTERS[k, l] for k in (-1, 0, 1)] for l in (-1, 0, 1)]  # noqa: E741
    assert rows == [["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]]


def test_the_plans_are_the_seeds_index_laws() -> None:
    """Solved for the pixel, and counted from the corners: i = o + 1 - t, i = 5 - o + t, i = o - 1 + t."""
    assert (CONV.u, CONV.s, CONV.c, CONV.d) == (1, 1, 1, -1)
    assert (LAG.u, LAG.s, LAG.c, LAG.d) == (1, -1, 5, 1)
    assert (OFFSET.u, OFFSET.s, OFFSET.c, OFFSET.d) == (1, 1, -1, 1)
    for m, i in itertools.product(range(-3, 4), repeat=2):
        assert asked(CONV, m, i) == m - i
        assert asked(LAG, m, i) == m + i
        assert asked(OFFSET, m, i) == i - m


def test_convolution_line_by_line() -> None:
    assert terms(CONV, (1, 1)) == {pixel: element for pixel, (element, _) in CONVOLUTION.items()}
    for (i, j), ((k, l), letter) in CONVOLUTION.items():  # noqa: E741
        assert (k, l) == (1 - i, 1 - j)
        assert LETTERS[k, l] == letter


def test_correlation_line_by_line() -> None:
    assert terms(LAG, (-1, -1)) == {pixel: element for pixel, (element, _) in CORRELATION.items()}
    for (i, j), ((k, l), letter) in CORRELATION.items():  # noqa: E741
        assert (k, l) == (-1 + i, -1 + j)
        assert LETTERS[k, l] == letter


@pytest.mark.parametrize(
    ("plan", "output", "lines"), [(CONV, 1, NO_CONVOLUTION), (LAG, -1, NO_CORRELATION)], ids=["conv", "corr"]
)
def test_the_lines_with_3_ask_for_elements_that_do_not_exist(
    plan: AxisPlan, output: int, lines: dict[Index, Index]
) -> None:
    assert list(lines) == RING
    for (i, j), (k, l) in lines.items():  # noqa: E741
        assert (asked(plan, output, i), asked(plan, output, j)) == (k, l)
        assert (k, l) not in LETTERS
        assert (i, j) not in terms(plan, (output, output))


def test_the_example_of_such_an_element_is_not_one_of_them() -> None:
    """The seed's "e.g. kernel element (1,2)": convolution never asks for it here, correlation does."""
    assert (1, 2) not in NO_CONVOLUTION.values()
    assert (asked(CONV, 1, 0), asked(CONV, 1, -1)) == (1, 2)  # it would take pixel [0,-1]
    assert NO_CORRELATION[2, 3] == (1, 2)


def test_all_other_pixels_are_invalid_too() -> None:
    """ "all of the ones I didn't show are "invalid" (i.e. they need kernel indices that don't exist.)" """
    for plan, m, lines in ((CONV, 1, CONVOLUTION), (LAG, -1, CORRELATION)):
        for i, j in itertools.product(range(-3, 4), repeat=2):
            assert ((asked(plan, m, i), asked(plan, m, j)) in LETTERS) == ((i, j) in lines)


def drawn(plan: AxisPlan, output: Index) -> list[list[str]]:
    """The letters as they lie on the pixels, row by row: the seed's drawing."""
    found = terms(plan, output)
    columns, rows = (sorted({pixel[place] for pixel in found}) for place in (0, 1))
    return [[LETTERS[found[i, j]] for i in columns] for j in rows]


def test_the_drawings() -> None:
    flipped = [["i", "h", "g"], ["f", "e", "d"], ["c", "b", "a"]]
    as_given = [["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]]
    assert drawn(CONV, (1, 1)) == flipped  # "convolution 'flips the kernel'": by 180 degrees
    assert drawn(LAG, (-1, -1)) == as_given  # "facing the original direction"
    assert drawn(OFFSET, (1, 1)) == as_given
