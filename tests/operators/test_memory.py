"""Promise 4: beside its result a call allocates a fixed scratch, never an array as large as the signal."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, np.dtype[Any]]
MIB = 1 << 20
SIGNAL = 100 * MIB


def extra(call: Callable[[], Array | None]) -> int:
    """The most bytes allocated at once during the call, less those of its result."""
    tracemalloc.start()
    try:
        result = call()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return peak - (0 if result is None else result.nbytes)


@pytest.fixture(scope="module")
def photo() -> Array:
    """A large float32 image."""
    return np.zeros((SIGNAL // 4 // 7000, 7000), np.float32)


@pytest.fixture(scope="module")
def bytes_() -> Array:
    """As many bytes of uint8."""
    return np.zeros((SIGNAL // 10_000, 10_000), np.uint8)


def test_the_twin_is_seen() -> None:
    assert extra(lambda: np.ones(MIB).astype(np.float32)) >= 8 * MIB


def test_a_large_image_into_out(photo: Array) -> None:
    out = np.empty((photo.shape[0] - 2, photo.shape[1] - 2), np.float32)

    def call() -> None:
        tw.convolve(photo, np.ones((3, 3), np.float32), out=out)

    assert extra(call) < 16 * MIB


@pytest.mark.parametrize("boundary", ["zero", "edge", "symmetric", "wrap"])
def test_a_large_image_with_a_stride(photo: Array, boundary: str) -> None:
    h = np.ones((3, 5), np.float32)
    assert extra(lambda: np.asarray(tw.correlate(photo, h, size="same", boundary=boundary, stride=9))) < 32 * MIB


@pytest.mark.parametrize("stride", [8, 64])
def test_bytes_are_not_widened_as_a_whole(bytes_: Array, stride: int) -> None:
    words: dict[str, Any] = {"size": "same", "boundary": "wrap", "stride": stride}
    assert extra(lambda: np.asarray(tw.convolve(bytes_, [[1, 2, 1]] * 3, **words))) < 32 * MIB
    assert extra(lambda: np.asarray(tw.convolve(bytes_.T, [[1, 2, 1]] * 3, **words))) < 32 * MIB
    assert extra(lambda: np.asarray(tw.convolve(bytes_, [1, 2, 1], axes=0, **words))) < 32 * MIB


def test_bytes_kept_as_bytes(bytes_: Array) -> None:
    assert extra(lambda: np.asarray(tw.convolve(bytes_[:2000], [[1]], dtype="uint8"))) < 16 * MIB


@pytest.mark.parametrize("boundary", ["zero", "edge", "symmetric", "reflect101", "wrap"])
def test_a_wide_image_is_not_copied_at_its_ends(bytes_: Array, boundary: str) -> None:
    """Its first and last blocks are outside along both axes."""
    wide = bytes_.reshape(4, -1)
    words: dict[str, Any] = {"size": "same", "boundary": boundary, "stride": (1, 1000)}
    assert extra(lambda: np.asarray(tw.convolve(wide, np.ones((3, 3), int), **words))) < 32 * MIB


def test_large_whole_numbers_are_bounded_without_a_list_of_them() -> None:
    """Where max|x|·Σ|h| does not fit, Σ|x| is asked for."""
    x = np.zeros(8 * MIB, np.int64)
    x[-1] = 2**40
    words: dict[str, Any] = {"stride": 100_000}
    assert extra(lambda: np.asarray(tw.convolve(x, np.full(3, 2**22), **words))) < 32 * MIB


@pytest.mark.usefixtures("interpreted")
def test_a_long_kernel_in_tiles() -> None:
    x, h = np.zeros(SIGNAL // 8), np.ones(5000)
    assert tw.choose(x, h, operator="convolution", stride=8).engine == "fourier"
    assert extra(lambda: np.asarray(tw.convolve(x, h, stride=8))) < 128 * MIB


def test_a_transposed_operator_folds_in_place() -> None:
    x = np.zeros(SIGNAL // 32)
    words: dict[str, Any] = {"size": "pads(3,3)", "boundary": "edge"}
    assert extra(lambda: np.asarray(tw.transposed(x, np.ones(5), **words))) < x.nbytes + 16 * MIB


def test_integers_that_fit_for_certain_go_straight_into_out(bytes_: Array) -> None:
    out = np.empty((2000, 10_000), np.int64)

    def call() -> None:
        tw.convolve(bytes_[:2000], [[3]], out=out)

    assert extra(call) < 16 * MIB
