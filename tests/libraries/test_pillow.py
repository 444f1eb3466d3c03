"""Pillow's kernel filter: rows flipped and columns not, borders kept, scale and offset, rounding and saturation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, caught
from tests.needs import needs
from tests.peers.same import lengths, same

Image, ImageFilter = needs("PIL.Image"), needs("PIL.ImageFilter")
NAME = "PIL.ImageFilter.Kernel"


def image(rng: np.random.Generator, shape: Any, dtype: str) -> Any:
    return rng.integers(0, np.iinfo(dtype).max, shape, dtype=dtype, endpoint=True)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("k", [3, 5])
def test_equal_for_every_scale_that_divides_exactly(dtype: str, k: int) -> None:
    rng = np.random.default_rng(k)
    for scale in [1, 2, 4, -8, 0.5, 16] * 12:
        x = image(rng, lengths(rng, 2, 1, 10), dtype) // (1 if dtype == "uint8" else 16)
        h = rng.integers(-4, 5, (k, k)) / rng.choice([1, 4])
        assert agree(NAME, x, h, scale=scale, offset=float(rng.choice([0, 3, 0.5, -2.25, 100])))


@pytest.mark.parametrize("k", [3, 5])
@pytest.mark.parametrize("total", [16, -32, 64])
def test_equal_where_the_taps_sum_to_a_power_of_two(k: int, total: int) -> None:
    rng = np.random.default_rng(k)
    for _ in range(20):
        h = rng.integers(-4, 5, (k, k))
        h[rng.integers(k), rng.integers(k)] += total - h.sum()
        assert agree(NAME, image(rng, lengths(rng, 2, 1, 10), "uint8"), h)


def test_rows_are_flipped_and_columns_are_not() -> None:
    pulse, h = np.zeros((5, 5), np.uint8), np.arange(1, 10).reshape(3, 3)
    pulse[2, 2] = 1
    found = np.asarray(Image.fromarray(pulse).filter(ImageFilter.Kernel((3, 3), h.ravel().tolist(), 1)))
    assert found[1:4, 1:4].tolist() == [
        [3, 2, 1],
        [6, 5, 4],
        [9, 8, 7],
    ]  # a convolution would show h, a correlation h[::-1]
    same(libraries.call(NAME, pulse, h, scale=1), found)
    same(tw.apply(pulse, h, like=NAME, scale=1), found)


def test_borders_keep_their_values_and_smaller_images_all_of_them() -> None:
    x = np.arange(35, dtype=np.uint8).reshape(5, 7)
    for k, edge in [(3, 1), (5, 2)]:
        y = libraries.call(NAME, x, np.zeros((k, k)), scale=1)
        inside = (slice(edge, -edge), slice(edge, -edge))
        assert not y[inside].any()
        y[inside] = x[inside]
        same(y, x)
    same(libraries.call(NAME, x[:4], np.zeros((5, 5)), scale=1), x[:4])
    same(tw.apply(x[:4], np.zeros((5, 5)), like=NAME, scale=1), x[:4])


@pytest.mark.parametrize(("tap", "scale", "offset", "sample", "stored"), [
    (1, 2, 0, 1, 1), (1, 2, 0, 3, 2), (1, 2, 0, 5, 3),  # halves go up
    (1, 1, 0.25, 3, 3), (-1, 1, 0, 5, 0), (2, 1, 0, 255, 255), (-1, 2, 3, 5, 1),
])  # fmt: skip
def test_sums_are_rounded_and_saturated(tap: int, scale: float, offset: float, sample: int, stored: int) -> None:
    x, h = np.full((3, 3), sample, np.uint8), np.zeros((3, 3))
    h[1, 1] = tap
    for y in (libraries.call(NAME, x, h, scale=scale, offset=offset),
              tw.apply(x, h, like=NAME, scale=scale, offset=offset)):  # fmt: skip
        assert y[1, 1] == stored


def test_other_scales_are_rounded_twice_there() -> None:
    """Each tap divided by 10 is a rounded float32: where the mean is a half, the result may be one off."""
    rng, differing = np.random.default_rng(3), 0
    for _ in range(100):
        x, h = image(rng, (8, 9), "uint8"), rng.integers(0, 5, (3, 3)) + 1
        theirs, ours = libraries.call(NAME, x, h).astype(int), tw.apply(x, h, like=NAME).astype(int)
        assert (abs(theirs - ours) <= 1).all()
        differing += bool((theirs != ours).any())
    assert differing


def test_images_of_32_bits_lose_what_is_negative_there_and_are_refused() -> None:
    x, h = np.full((3, 3), -5, np.int32), np.zeros((3, 3), int)
    h[1, 1] = 1
    assert np.asarray(Image.fromarray(x).filter(ImageFilter.Kernel((3, 3), h.ravel().tolist())))[1, 1] == 0
    with pytest.raises(ArgumentError) as refused:
        libraries.call(NAME, x, h)
    assert str(refused.value) == (
        "x='int32': Pillow filters images of 8 or 16 bits; of 32 bits it loses what is negative; convert it to uint8 "
        "or uint16"
    )


def test_a_scale_of_0_is_refused() -> None:
    with pytest.raises(ArgumentError) as refused:
        tw.apply(np.ones((3, 3), np.uint8), np.ones((3, 3)), like=NAME, scale=0)
    assert str(refused.value) == "scale=0: the taps are divided by it; write a number other than 0"


@pytest.mark.parametrize(
    "change",
    [
        {"operator": "convolution"}, {"operator": "cross-correlation"}, {"borders": "computed"}, {"overflow": "wrap"},
        {"rounding": "nearest-even"}, {"rounding": "truncate"}, {"offset": 0}, {"gain": 1}, {"anchor": "low+1"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    rng = np.random.default_rng(4)
    x, h = image(rng, (12, 12), "uint8") // 4, rng.integers(-4, 5, (3, 3))
    x[0, 0], h[0, 0] = 255, 9
    caught(monkeypatch, NAME, lambda: same(agree(NAME, x, h, scale=4, offset=3), True), **change)
