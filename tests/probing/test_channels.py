"""Batch and channels: which axes they are, and whether channels are summed, kept or filtered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import ndimage, signal
from tests.needs import needs

from tapwise.probing import Channels, NotAnOperator, probe
from tapwise.probing.channels import Arranged, arrange
from tapwise.probing.subject import Subject

Array = np.ndarray[Any, np.dtype[Any]]


def layered(x: Array, w: Array, groups: int = 1) -> Array:
    """N C H W with O I H W, by SciPy: the definition that every deep-learning library writes down."""
    per, each = x.shape[1] // groups, w.shape[0] // groups
    if w.shape[1] != per or x.shape[1] % groups or w.shape[0] % groups:
        raise ValueError("channels do not fit")

    def channel(item: Array, o: int) -> Array:
        first = o // each * per
        parts = [signal.convolve2d(item[first + i], w[o, i, ::-1, ::-1], "valid") for i in range(per)]
        total: Array = np.sum(parts, axis=0, dtype=parts[0].dtype)
        return total

    return np.stack([[channel(item, o) for o in range(len(w))] for item in x])


@pytest.mark.parametrize(("groups", "mixing"), [(1, "summed"), (2, "grouped"), (3, "grouped")])
def test_a_function_of_batch_and_channels_is_called_with_them(groups: int, mixing: str) -> None:
    verdict = probe(lambda x, w: layered(x, w, groups))
    assert (verdict.operator, verdict.ndim, str(verdict.convention.axes[0].size)) == ("cross-correlation", 2, "valid")
    assert verdict.channels == Channels(mixing, "NCHW", "OIHW", groups, "independent")
    assert verdict.to_dict()["channels"]["mixing"] == mixing
    rng = np.random.default_rng(1)
    x, w = rng.integers(-9, 10, (2, 2 * groups, 7, 6)), rng.integers(-9, 10, (3 * groups, 2, 3, 2))
    assert verdict.layer is not None
    assert np.array_equal(verdict.layer.forward(x, w), layered(x, w, groups))
    assert "channels" in str(verdict)


def test_channels_last_and_a_transposed_kernel() -> None:
    def last(x: Array, w: Array) -> Array:
        return np.moveaxis(layered(np.moveaxis(x, -1, 1), np.moveaxis(w, (-1, -2), (0, 1))), 1, -1)

    assert probe(last).channels == Channels("summed", "NHWC", "HWIO", 1, "independent")
    assert probe(lambda x, w: layered(x, w.swapaxes(0, 1))).channels == Channels(
        "summed", "NCHW", "IOHW", 1, "independent"
    )


def test_a_batch_whose_items_meet_is_refused() -> None:
    with pytest.raises(NotAnOperator):
        probe(lambda x, w: layered(x - x.mean(axis=0), w), ndim=2)


def test_a_wrong_arrangement_does_not_hold() -> None:
    """The twin: with as many inputs as outputs, only the numbers tell them apart."""
    shapes = (9, 8), (3, 3)
    subject = Subject(layered)
    right = Arranged(subject, 2, "NC*", "OI*", "forward", (3, 3), 1)
    assert right.holds(*shapes, "float64")
    for wrong in [
        Arranged(subject, 2, "NC*", "IO*", "transposed", (3, 3), 1),
        Arranged(subject, 2, "N*C", "OI*", "forward", (3, 3), 1),
        Arranged(Subject(lambda x, w: layered(x, w)[:, ::-1]), 2, "NC*", "OI*", "forward", (3, 3), 1),
        Arranged(Subject(lambda x, w: layered(x[:, ::-1], w)), 2, "NC*", "OI*", "forward", (3, 3), 1),
        Arranged(Subject(lambda x, w: layered(x[::-1], w)), 2, "NC*", "OI*", "forward", (3, 3), 1),
    ]:
        assert not wrong.holds(*shapes, "float64")
    assert arrange(Subject(np.convolve), 1) is None


@pytest.mark.parametrize(
    ("f", "ndim", "mixing", "axes", "kernel"),
    [
        (ndimage.convolve, 2, "filtered", "HWC", "HWC"),
        (ndimage.convolve1d, 1, "kept", "CW", "W"),
        (lambda x, h: ndimage.correlate(x, h[..., None] if x.ndim == 3 else h), 2, "kept", "HWC", "HW"),
        (lambda x, h: ndimage.correlate(x.sum(-1) if x.ndim == 3 else x, h), 2, "summed", "HWC", "HW"),
        (lambda x, h: ndimage.correlate(x, h[None] if x.ndim == 3 else h), 2, "kept", "CHW", "HW"),
    ],
)
def test_an_array_filter_on_an_image_with_channels(f: Any, ndim: int, mixing: str, axes: str, kernel: str) -> None:
    assert probe(f, ndim=ndim).channels == Channels(mixing, axes, kernel)


def test_a_filter_of_plain_arrays_has_none() -> None:
    assert probe(np.convolve).channels is None
    assert "channels" not in str(probe(np.convolve))


def test_opencv_keeps_channels() -> None:
    assert probe(needs("cv2").filter2D).channels == Channels("kept", "HWC", "HW")


def test_pytorch() -> None:
    functional = needs("torch").nn.functional
    assert probe(functional.conv1d).channels == Channels("summed", "NCW", "OIW", 1, "independent")
    assert probe(functional.conv2d, groups=2).channels == Channels("grouped", "NCHW", "OIHW", 2, "independent")
    transposed = probe(functional.conv_transpose2d, stride=2).channels
    assert transposed == Channels("summed", "NCHW", "IOHW", 1, "independent")


def test_tensorflow() -> None:
    tf = needs("tensorflow")
    assert probe(tf.nn.conv2d, padding="SAME").channels == Channels("summed", "NHWC", "HWIO", 1, "independent")
    assert probe(tf.nn.depthwise_conv2d).channels == Channels("kept", "NHWC", "HWIM", 2, "independent")


def test_jax() -> None:
    lax = needs("jax").lax
    assert probe(lax.conv, ndim=1).channels == Channels("summed", "NCW", "OIW", 1, "independent")
