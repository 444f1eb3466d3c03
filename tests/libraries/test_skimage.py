"""scikit-image's correlate_sparse: every mode, one to three dimensions, odd windows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ShapeError
from tests.libraries.agree import agree, caught
from tests.needs import needs
from tests.peers.same import lengths, same, whole_numbers

correlate_sparse = needs("skimage.filters").correlate_sparse
NAME = "skimage.filters.correlate_sparse"
#: The image's dtype and the kernel's; scikit-image computes in the image's floating type.
KINDS = [
    ("float32", "float32"), ("float64", "float64"), ("float64", "int64"), ("float32", "int16"), ("uint8", "float64"),
    ("int64", "float64"),
]  # fmt: skip


def draw(rng: np.random.Generator, n: Any, k: Any, kinds: tuple[str, str]) -> tuple[Any, Any]:
    h = whole_numbers(rng, k, kinds[1])
    h[rng.random(k) < 0.5] = 0
    return whole_numbers(rng, n, kinds[0]), h


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "wrap", "constant"])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_equal_for_odd_windows(mode: str, ndim: int) -> None:
    rng = np.random.default_rng(ndim)
    for kinds in KINDS * 5:
        n, k = lengths(rng, ndim, 1, 6), tuple(int(v) for v in rng.choice([1, 3, 5, 7], ndim))
        assert agree(NAME, *draw(rng, n, k, kinds), mode=mode)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_equal_for_windows_inside_of_any_length(ndim: int) -> None:
    rng = np.random.default_rng(ndim)
    for kinds in KINDS * 8:
        k = lengths(rng, ndim, 1, 5)
        n = tuple(a + b for a, b in zip(k, lengths(rng, ndim, 0, 4), strict=True))
        assert agree(NAME, *draw(rng, n, k, kinds), mode="valid")


def test_the_adapter_calls_the_function_with_its_defaults() -> None:
    x, h = np.arange(20.0).reshape(4, 5) ** 2, np.array([[1.0, 0, 2], [0, 0, 3], [4, 0, 0]])
    same(libraries.call(NAME, x, h), correlate_sparse(x, h))
    assert agree(NAME, x, h)


def test_a_window_longer_than_the_image_is_answered_with_numbers_there() -> None:
    x, h = np.array([1.0, 2, 3]), np.array([1.0, 0, 0, 0, 0])
    assert correlate_sparse(x, h, mode="valid").tolist() == [1, 2]  # no window of five fits into three samples
    with pytest.raises(ShapeError):
        tw.apply(x, h, like=NAME, mode="valid")


def test_even_windows_are_refused_there_by_the_names_of_other_functions() -> None:
    with pytest.raises(ValueError, match="Window size for `threshold_sauvola` or `threshold_niblack`"):
        libraries.call(NAME, np.ones((4, 4)), np.ones((2, 3)))


@pytest.mark.parametrize(
    "change",
    [{"operator": "convolution"}, {"boundary": "reflect101"}, {"anchor": "high+1"}, {"anchor": ["high", "high-1"]}],
    ids=str,
)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    x, h = draw(np.random.default_rng(5), (6, 7), (3, 5), ("float64", "float64"))
    caught(monkeypatch, NAME, lambda: same(agree(NAME, x, h), True), **change)
