"""OpenCV's filter2D and sepFilter2D: every depth, border and anchor, saturation, and the transform of large kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tapwise.libraries.cv2 import factors
from tests.libraries.agree import agree, agree_within, caught
from tests.needs import needs
from tests.peers.same import lengths, same, whole_numbers

cv2 = needs("cv2")
SOURCES = ["uint8", "uint16", "int16", "float32", "float64"]
DEPTHS = [-1, cv2.CV_8U, cv2.CV_16U, cv2.CV_16S, cv2.CV_32F, cv2.CV_64F]
BORDERS = [cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT, cv2.BORDER_REFLECT_101]


def image(rng: np.random.Generator, shape: Any, dtype: str) -> Any:
    return rng.integers(0, 256, shape).astype(dtype)


def kernel(rng: np.random.Generator, shape: Any, *, separable: bool) -> Any:
    """Small whole numbers or quarters of them, of less than 50 taps; an outer product if `separable`."""
    h = rng.integers(-9, 10, shape) / rng.choice([1, 4])
    if separable:
        h = np.outer(rng.integers(-4, 5, shape[0]), rng.integers(-4, 5, shape[1])) / rng.choice([1, 4])
    return h.astype(rng.choice(["float32", "float64"]))


@pytest.mark.parametrize("name", ["cv2.filter2D", "cv2.sepFilter2D"])
@pytest.mark.parametrize("dtype", SOURCES)
@pytest.mark.parametrize("ddepth", DEPTHS)
def test_equal(name: str, dtype: str, ddepth: int) -> None:
    rng, compared = np.random.default_rng(SOURCES.index(dtype)), 0
    for border in BORDERS * 12:
        n, k = lengths(rng, 2, 1, 9), lengths(rng, 2, 1, 7)
        x, h = image(rng, n, dtype), kernel(rng, k, separable="sep" in name)
        anchor = tuple(int(rng.integers(-1, m)) for m in k[::-1])
        options = {
            "ddepth": ddepth,
            "anchor": anchor,
            "delta": float(rng.choice([0, 3, -2.25, 0.5])),
            "borderType": border,
        }
        compared += agree(name, x, h, **options)
    assert compared in (0, 48)  # a pair of depths is supported, or it is not
    assert compared or (dtype, ddepth) != (dtype, -1)


def test_a_kernel_longer_than_the_image() -> None:
    rng = np.random.default_rng(2)
    for border in BORDERS:
        assert agree(
            "cv2.filter2D", image(rng, (2, 3), "uint8"), kernel(rng, (5, 9), separable=False), borderType=border
        )


def test_the_adapter_calls_the_function() -> None:
    rng = np.random.default_rng(3)
    x, h = image(rng, (5, 6), "uint8"), rng.integers(-3, 4, (2, 3)).astype(float)
    same(libraries.call("cv2.filter2D", x, h), cv2.filter2D(x, -1, h))
    same(libraries.call("cv2.filter2D", x, h, ddepth=3, anchor=(2, 0)), cv2.filter2D(x, cv2.CV_16S, h, anchor=(2, 0)))
    column, row = np.array([1.0, 2, -3]), np.array([2.0, 0, 1, 5])
    theirs = cv2.sepFilter2D(x, cv2.CV_32F, row, column, anchor=(1, 2))
    same(libraries.call("cv2.sepFilter2D", x, np.outer(column, row), ddepth=5, anchor=(1, 2)), theirs)


def test_uint8_saturates_and_rounds_to_even() -> None:
    x = np.array([[0, 100, 200, 1, 2, 3, 5]], np.uint8)
    for h, rule in [([[2.0]], [0, 200, 255, 2, 4, 6, 10]), ([[-1.0]], [0] * 7), ([[0.5]], [0, 50, 100, 0, 1, 2, 2])]:
        assert libraries.call("cv2.filter2D", x, h).tolist() == [rule]
        assert tw.apply(x, h, like="cv2.filter2D").tolist() == [rule]


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("shape", [(13, 13), (31, 31), (7, 40), (8, 16)])
def test_large_kernels_go_through_a_transform(dtype: str, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(4)
    x, h = image(rng, (40, 50), dtype), whole_numbers(rng, shape, "float64")
    eps = np.finfo("float64" if dtype == "float64" else "float32").eps
    bound = 10 * eps * np.log2(128 * 128) * np.linalg.norm(x.astype(float)) * np.linalg.norm(h)
    depth = 6 if dtype == "float64" else 5
    agree_within("cv2.filter2D", x, h, bound, ddepth=depth)
    if dtype == "uint8":
        theirs, ours = libraries.call("cv2.filter2D", x, h), tw.apply(x, h, like="cv2.filter2D")
        assert (abs(theirs.astype(int) - ours) <= 1).all()


def test_the_transform_begins_at_fifty_taps_where_its_text_says_eleven_by_eleven() -> None:
    rng = np.random.default_rng(5)
    x = image(rng, (20, 30), "uint8")
    for taps, exact in [(49, True), (50, False)]:
        h = whole_numbers(rng, (1, taps), "float64") + 0.5
        ours = tw.apply(x, h, like="cv2.filter2D", ddepth=5)
        assert np.array_equal(libraries.call("cv2.filter2D", x, h, ddepth=5), ours) is exact


def test_both_refuse_a_border_that_wraps() -> None:
    x, h = np.ones((4, 4), np.uint8), np.ones((3, 3))
    with pytest.raises(cv2.error):
        libraries.call("cv2.filter2D", x, h, borderType=cv2.BORDER_WRAP)
    with pytest.raises(ArgumentError) as caught:
        tw.apply(x, h, like="cv2.filter2D", borderType=cv2.BORDER_WRAP)
    assert str(caught.value) == (
        "borderType=3: is not a number of this option; write 0: zero, 1: edge, 2: symmetric or 4: reflect101"
    )


def test_a_kernel_that_is_no_outer_product_is_refused_where_two_are_asked_for() -> None:
    with pytest.raises(ArgumentError) as caught:
        libraries.call("cv2.sepFilter2D", np.ones((3, 3)), [[1, 2], [3, 4]])
    assert str(caught.value) == (
        "h=array of shape (2, 2): is not the outer product of a column and a row; take cv2.filter2D"
    )


def test_factors_are_exact() -> None:
    rng = np.random.default_rng(6)
    for _ in range(100):
        k = lengths(rng, 2, 1, 6)
        h = np.outer(rng.integers(-9, 10, k[0]), rng.integers(-9, 10, k[1])) / rng.choice([1, 8])
        column, row = factors(h)
        assert np.array_equal(np.outer(column, row), h)
        assert np.array_equal(column, np.rint(column))


@pytest.mark.parametrize("name", ["cv2.filter2D", "cv2.sepFilter2D"])
@pytest.mark.parametrize(
    "change",
    [
        {"operator": "convolution"}, {"anchor": "low"}, {"anchor": ["high", "low"]}, {"boundary": "symmetric"},
        {"overflow": "wrap"}, {"rounding": "truncate"}, {"rounding": "nearest-away"}, {"result": "int16"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, name: str, change: dict[str, Any]) -> None:
    rng = np.random.default_rng(7)
    x, h = image(rng, (9, 9), "uint8"), np.outer([1, -2], [1, 0, 0.5, 3])
    caught(monkeypatch, name, lambda: same(agree(name, x, h), True), **change)
