"""What an input cannot tell apart: known cases, and the promise that the clearer input is clearer."""

from __future__ import annotations

import numpy as np
import pytest

import tapwise as tw
from tapwise.convention import Convention
from tapwise.errors import ArgumentError, ArgumentTypeError
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


@pytest.mark.parametrize("size", ["valid", "same", "full"])
@pytest.mark.parametrize(
    ("x", "h", "count"),
    [
        ([2, 1, 3, 5, 4], [1, -1], 1),
        ([2, 1, 3, 5, 4], [-1, 2, -1], 1),
        ([1, 1, 1, 1], [1, 1], 2),
        (
            [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]],
            [[1, 0, 1], [0, 1, 0], [1, 0, 1]], 2,
        ),
        (np.array([7, 250, 3, 3, 9], np.uint8), np.array([1, 255, 1], np.uint8), 1),
    ],
)  # fmt: skip
def test_the_smallest_change_separates_the_operators(x: object, h: object, count: int, size: str) -> None:
    change = ambiguity(x, h, Convention.of(operator="convolution", size=size)).change
    assert change is not None
    assert len(change.edits) <= count
    arrays = {"x": np.array(x, dtype=int), "h": np.array(h, dtype=int)}
    for edit in change.edits:
        assert arrays[edit.array][edit.index] == edit.old != edit.new
        arrays[edit.array][edit.index] = edit.new
    convolved, correlated = (op(arrays["x"], arrays["h"], size=size) for op in (tw.convolve, tw.correlate))
    assert (change.convolution, change.correlation) == (convolved.tolist(), correlated.tolist())
    assert len({str(y.tolist()) for y in (convolved, correlated, -correlated, np.flip(correlated), -convolved)}) == 5
    assert not ambiguity(arrays["x"], arrays["h"], Convention.of(operator="convolution", size=size)).alike


def test_no_single_number_would_do_where_two_are_changed() -> None:
    """Brute force: with one number other by up to 3, one operator's outputs are the other's or read the same."""
    x, h = np.ones(4, int), np.ones(2, int)
    for values in (x, h):
        for place in range(len(values)):
            for step in (-3, -2, -1, 1, 2, 3):
                values[place] += step
                assert ambiguity(x, h, CONVOLUTION).alike
                values[place] -= step


def test_one_tap_has_nothing_to_tell_apart() -> None:
    assert ambiguity([1, 2, 3], [4], CONVOLUTION).change is None
    assert ambiguity([1, 2], [3, 4], CONVOLUTION).change is None  # one output reads the same backwards


@pytest.mark.parametrize("shape", [(3,), (4,), (2, 3), (2, 2, 3)])
def test_even_and_odd_part(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(len(shape))
    x, h = rng.integers(-9, 10, [n + 3 for n in shape]), rng.integers(-9, 10, shape)
    for words in (
        {},
        {"size": "same", "boundary": "edge"},
        {"size": "full", "stride": 2},
        {"size": "same", "anchor": 0},
    ):
        found = tw.parity(x, h, **words)
        assert (found.even + found.odd == h).all()
        assert (found.even == np.flip(found.even)).all()
        assert (found.odd == -np.flip(found.odd)).all()
        (whole, a, b), (other, c, d) = found.convolution, found.correlation
        assert (whole == tw.convolve(x, h, **words)).all()
        assert (whole == a + b).all()
        assert (other == a - b).all()
        assert (c == a).all()
        assert (d == -b).all()
    assert (tw.parity(x, h, size="same").correlation[0] == tw.correlate(x, h, size="same")).all()
    assert found.to_dict()["h"] == h.tolist()


def test_even_and_odd_part_where_the_windows_differ() -> None:
    with pytest.raises(
        ArgumentError,
        match=r"^size='lags\(-1,2\)': puts the two operators' windows on different samples, so their results have no "
        r"common part; write valid, same, full or pads\(1,2\)$",
    ):
        tw.parity([1, 2, 3], [1, 2], size="lags(-1,2)")
    with pytest.raises(ArgumentTypeError, match=r"^operator='convolution': both are shown; leave it out$"):
        tw.parity([1, 2, 3], [1, 2], operator="convolution")
