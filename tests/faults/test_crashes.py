"""What has crashed other libraries, or made them read beyond their arrays: every engine answers, or refuses clearly."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError
from tests.faults.everywhere import FAST, Array, equal, everywhere, right
from tests.needs import absent

BOUNDARIES = ["zero", "edge", "symmetric", "reflect101", "wrap"]


def numbers(*shape: int, dtype: str = "float64") -> Array:
    return np.random.default_rng(len(shape)).integers(0, 9, shape).astype(dtype)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize(
    ("shape", "taps"), [((2, 2), (9, 9)), ((8, 8), (21, 21)), ((1, 1), (9, 9)), ((2, 3), (9, 11)), ((1, 7), (15, 2))]
)
def test_kernels_much_longer_than_the_image(shape: tuple[int, ...], taps: tuple[int, ...], boundary: str) -> None:
    """The extension goes on: mirrors are mirrored again, periods repeated."""
    x, h = numbers(*shape), numbers(*taps)
    anchor = {"anchor": 0}
    expected = right(x, h, ("same",), boundary, **anchor)
    for engine, y in everywhere(x, h, size="same", boundary=boundary, anchor="first"):
        assert equal(y, expected), engine


def test_nothing_at_all() -> None:
    """Empty signals have empty results, or no window; kernels need a tap."""
    for size, length in (("full", 0), ("same", 0), ("pads(3,3)", 4)):
        for engine, y in everywhere(np.zeros(0), np.ones(3), size=size):
            assert (y == np.zeros(length)).all(), engine
            assert y.shape == (length,), engine
    for engine, y in everywhere(np.zeros((0, 3)), np.ones((2, 2)), size="full"):
        assert y.shape == (0, 4), engine
    for x, h in (([], [1.0]), (np.zeros((0, 3)), np.ones((3, 3))), ([], []), ([1.0], [])):
        with pytest.raises(ShapeError):
            tw.convolve(x, h)
    with pytest.raises(ShapeError, match="there is no sample along axis 0 to extend"):
        tw.convolve([], [1.0, 1.0], size="pads(2,2)", boundary="edge")
    with pytest.raises(ArgumentError, match="has no axis"):
        tw.convolve([1.0], 2.0)


@pytest.mark.parametrize("origin", [-2, 2, (0, -2, -2)])
def test_an_origin_beside_the_kernel_is_refused(origin: Any) -> None:
    ndim = 1 if isinstance(origin, int) else 3
    x, h = np.ones((2, 3, 4)[:ndim]), np.ones((1, 2, 2) if ndim == 3 else 3)
    with pytest.raises(ShapeError, match="write an anchor among them"):
        tw.apply(x, h, like="scipy.ndimage.correlate", origin=origin)


def test_a_real_signal_into_complex_results_and_half_precision() -> None:
    for engine, y in everywhere([2.0, 1, 3, 5, 4], [1.0, 2, 1], dtype="complex128"):
        assert (y.dtype, equal(y, [7, 12, 17])) == (np.complex128, True), engine
    row = tw.kernels.gaussian(sigma=1.0)
    half = np.outer(row, row).astype("float16")
    for engine, y in everywhere(np.ones((9, 9), np.float16), half, size="same", boundary="edge"):
        assert y.dtype == np.float16, engine
        assert (abs(y.astype(float) - half.astype(float).sum()) < 1e-3).all(), engine


@pytest.mark.parametrize("taps", [(3, 3), (11, 11), (13, 13), (31, 31)])
def test_a_part_of_an_image_is_filtered_as_its_copy(taps: tuple[int, ...]) -> None:
    """For every kernel size, and whatever lies around the part: nothing of it is read."""
    image = numbers(60, 70, dtype="float32")
    part = image[10:50, 5:61]
    image[:10], image[50:], image[:, :5], image[:, 61:] = np.nan, np.inf, np.nan, np.nan
    for engine, y in everywhere(part, numbers(*taps, dtype="float32"), engines=FAST, size="same", boundary="wrap"):
        expected = tw.correlate(
            part.copy(), numbers(*taps, dtype="float32"), size="same", boundary="wrap", engine=engine
        )
        assert np.isfinite(y).all(), engine
        assert y.tobytes() == expected.tobytes(), engine


def test_rows_more_than_two_gigabytes_apart() -> None:
    """Steps beyond 32 bits; only the pages that are read exist."""
    step = 2**31 + 16
    try:
        memory = mmap.mmap(-1, 3 * step, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)  # MAP_NORESERVE
    except OSError:
        absent("this machine gives a process no more than a few gigabytes of addresses")
    x = np.frombuffer(memory, np.uint16)[: 3 * (step // 2)].reshape(3, step // 2)[:, 3:9]
    x[...] = numbers(3, 6, dtype="uint16")
    h = numbers(2, 3, dtype="uint16")
    for engine, y in everywhere(x, h):
        assert equal(y, right(x, h, ("valid",))), engine


@pytest.mark.parametrize("stride", [0, -1, 2**31, 2**63])
def test_steps_are_refused_or_kept_as_they_are(stride: int) -> None:
    """None is divided by, none narrowed."""
    if stride < 1:
        each: list[dict[str, Any]] = [{"stride": stride}, {"dilation": stride}, {"spread": stride}]
        for words in each:
            with pytest.raises(ArgumentError, match=f"={stride}: must be at least 1; write 1 or more$"):
                tw.apply([1.0, 2.0], [1.0], operator="convolution", **words)
        with pytest.raises(ArgumentError, match=f"stride={stride}"):
            tw.transposed([1.0, 2.0], [1.0], stride=stride)
        return
    for engine, y in everywhere([3.0, 2.0], [1.0], stride=stride):
        assert y.tolist() == [3.0], engine
    with pytest.raises(MemoryError, match="would take"):
        tw.transposed([1.0, 2.0], [1.0], stride=2**48 * stride)


def test_a_dilated_kernel_on_a_large_image() -> None:
    x, h = numbers(1167, 1167, dtype="uint8"), numbers(5, 5, dtype="uint8")
    y = tw.correlate(x, h, dilation=2, engine="direct")
    windows = np.lib.stride_tricks.sliding_window_view(x, (9, 9))[::97, ::101, ::2, ::2]
    assert np.array_equal(y[::97, ::101], np.einsum("abij,ij->ab", windows.astype(int), h.astype(int)))


def test_a_window_that_begins_within_the_signal() -> None:
    """Negative pads on one side, more than the signal has on the other."""
    x, h = [[10.0, 20, 30, 40, 50, 60, 70]], [[1.0, 1.0]]
    for low, high in ((-5, 1), (-5, 4), (-6, 3), (2, -6)):
        expected = right(x[0], h[0], ("pads", low, high))
        for engine, y in everywhere(
            np.array(x, np.float32), np.array(h, np.float32), size=("valid", f"pads({low},{high})")
        ):
            assert equal(y, [expected]), (engine, low, high)


def test_fewer_outputs_than_pads() -> None:
    layer = tw.Layer.of(operator="cross-correlation", size="pads(7,7)", stride=5, groups=3)
    x, h = np.ones((1, 3, 2, 2)), np.ones((3, 1, 9, 9))
    y = layer.forward(x, h)
    assert y.shape == (1, 3, 2, 2)
    assert y[0, 0].tolist() == [[4.0, 4.0], [4.0, 4.0]]


def test_transposed_with_dilation_and_output_padding() -> None:
    """The transpose of the matrix, whatever the padding; its gradient is the operator itself."""
    words: dict[str, Any] = {"stride": 3, "dilation": 2, "size": "pads(1,1)"}
    x, h = numbers(4), numbers(3)
    y = tw.transposed(x, h, output_padding=2, **words)
    matrix = tw.matrix(h, (len(y),), operator="cross-correlation", **words).toarray()
    assert np.array_equal(y, matrix.T @ x)


def test_large_integers_on_a_large_plane() -> None:
    """Where an unfolded copy would take 20 gigabytes."""
    y = tw.correlate(np.full((1000, 1000), 2**40), np.ones((25, 25), int), size="same")
    assert y[500, 500] == 625 * 2**40
    assert y[0, 0] == 13 * 13 * 2**40


def test_kernels_of_no_use_are_refused_by_name() -> None:
    for h, kind in (("taps", ArgumentTypeError), (None, ArgumentTypeError), ([[1.0, 2.0], [3.0]], ArgumentError)):
        with pytest.raises(kind, match=r"^h="):
            tw.convolve([1.0, 2.0], h)
    with pytest.raises(ShapeError, match=r"^x=shape"):
        tw.convolve(np.ones((2, 2)), np.ones(3))
