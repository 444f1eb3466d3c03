"""What an input cannot tell apart: known cases, and the promise that the clearer input is clearer."""

from __future__ import annotations

import numpy as np
import pytest

import tapwise as tw
from tapwise.convention import Convention
from tapwise.explanation import ambiguity

CONVOLUTION = Convention.of(operator="convolution")


def test_antisymmetric_kernel_of_seed_000() -> None:
    report = ambiguity([2, 1, 3, 5, 4], [1, -1], CONVOLUTION)
    assert ("convolution", "minus cross-correlation") in report.alike
    assert report.remarks == (
        "h is antisymmetric, so the flip looks like a minus sign",
        "both results read the same backwards",
    )
    assert report.clearer is not None
    assert (report.clearer.h, report.clearer.convolution, report.clearer.correlation) == (
        [1, 2, 0],
        [5, 11, 14],
        [4, 7, 13],
    )


def test_symmetric_kernel_of_seed_000() -> None:
    report = ambiguity([2, 1, 3, 5, 4], [-1, 2, -1], CONVOLUTION)
    assert report.remarks == ("h is symmetric, so convolution and cross-correlation give the same numbers",)


def test_the_kernel_that_the_listing_of_seed_000_has_by_mistake_hides_nothing() -> None:
    assert ambiguity([2, 1, 3, 5, 4], [-1, 2, 1], CONVOLUTION).alike == ()
    assert ambiguity([2, 1, 3, 5, 4], [-1, 2, 1], CONVOLUTION).clearer is None


def test_the_much_copied_animation_cannot_tell() -> None:
    x = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    report = ambiguity(x, [[1, 0, 1], [0, 1, 0], [1, 0, 1]], CONVOLUTION)
    assert ("convolution", "cross-correlation") in report.alike
    assert "h equals its transpose, so rows cannot be told from columns" in report.remarks


def test_a_kernel_flipped_along_one_axis_only() -> None:
    report = ambiguity([[1, 2, 5], [3, 4, 7]], [[1, 2]], CONVOLUTION)
    assert ("convolution", "flipping along axis 1 only") in report.alike


@pytest.mark.parametrize("size", ["valid", "same", "full"])
@pytest.mark.parametrize(
    ("x", "h"), [([2, 1, 3, 5, 4], [1, -1]), ([[1, 2, 3, 0], [4, 5, 6, 1]], [[1, 1]]), ([1, 1], [1])]
)
def test_the_clearer_input_separates_the_operators(x: list[object], h: list[object], size: str) -> None:
    clear = ambiguity(x, h, Convention.of(operator="convolution", size=size)).clearer
    assert clear is not None
    convolved, correlated = (op(clear.x, clear.h, size=size) for op in (tw.convolve, tw.correlate))
    assert clear.convolution == convolved.tolist()
    assert clear.correlation == correlated.tolist()
    backwards = np.flip(correlated)
    assert not any(np.array_equal(convolved, other) for other in (correlated, -correlated, backwards))
    assert not ambiguity(clear.x, clear.h, Convention.of(operator="convolution", size=size)).alike
