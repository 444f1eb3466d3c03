"""ImageMagick's Convolve and Correlate: both depths, virtual pixels, origins, rounding and saturation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, caught
from tests.needs import needs_function
from tests.peers.same import lengths, same, whole_numbers

needs_function("imagemagick.Convolve")
METHODS = ["Convolve", "Correlate"]
Options = dict[str, Any]


def pair(rng: np.random.Generator, dtype: str, most: int = 5) -> tuple[Any, Any]:
    x = rng.integers(0, 40, lengths(rng, 2, 1, 7)).astype(dtype)
    return x, whole_numbers(rng, lengths(rng, 2, 1, most), "float64")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("virtual", ["edge", "mirror", "tile", "black"])
def test_equal(method: str, virtual: str) -> None:
    rng = np.random.default_rng(1)
    for dtype in ["uint8", "uint16"] * 15:
        assert agree(f"imagemagick.{method}", *pair(rng, dtype), virtual_pixel=virtual)


@pytest.mark.parametrize("method", METHODS)
def test_every_origin(method: str) -> None:
    rng = np.random.default_rng(2)
    x, h = whole_numbers(rng, (6, 7), "uint16"), whole_numbers(rng, (3, 4), "float64")
    for down, across in np.ndindex(3, 4):
        assert agree(f"imagemagick.{method}", x, h, origin=(across, down))


@pytest.mark.parametrize("method", METHODS)
def test_sums_are_rounded_and_saturated(method: str) -> None:
    rng = np.random.default_rng(3)
    for dtype in ["uint8", "uint16"] * 10:
        x, h = pair(rng, dtype)
        x = x * np.array(np.iinfo(dtype).max // 40, dtype)
        assert agree(f"imagemagick.{method}", x, h / 16)


def test_convolve_flips_and_correlate_does_not() -> None:
    x, h = np.zeros((1, 6), np.uint8), np.array([[1, 2, 3, 4]])
    x[0, 2] = 1
    assert libraries.call("imagemagick.Convolve", x, h).tolist() == [[0, 1, 2, 3, 4, 0]]
    assert libraries.call("imagemagick.Correlate", x, h).tolist() == [[4, 3, 2, 1, 0, 0]]


def test_what_it_refuses_is_said() -> None:
    with pytest.raises(ArgumentError) as refused:
        libraries.call("imagemagick.Convolve", np.ones((2, 2)), np.ones((1, 1)))
    assert str(refused.value) == (
        "x='float64': ImageMagick filters grey images of 8 or 16 bits; convert it to uint8 or uint16"
    )
    with pytest.raises(RuntimeError, match=r"^ImageMagick says: .*nowhere"):
        libraries.call("imagemagick.Convolve", np.ones((2, 2), np.uint8), np.ones((1, 1)), virtual_pixel="nowhere")


WRONG: list[Options] = [
    {"operator": "cross-correlation"}, {"anchor": "high"}, {"boundary": "zero"}, {"overflow": "wrap"},
    {"rounding": "truncate"},
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, change: Options) -> None:
    x, h = np.arange(225, 255, dtype=np.uint8).reshape(5, 6), np.array([[1.0, 2, 0, 1.5]])
    x[::2] //= 16
    caught(monkeypatch, "imagemagick.Convolve", lambda: same(agree("imagemagick.Convolve", x, h), True), **change)
