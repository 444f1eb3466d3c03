"""ONNX's Conv and ConvTranspose, run by ONNX Runtime: paddings in numbers and in words, strides, dilations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, agree_often, caught, shapes
from tests.needs import needs
from tests.peers.same import same, whole_numbers

needs("onnx")
onnxruntime = needs("onnxruntime")
AUTO_PADS = ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"]


def some(rng: np.random.Generator, least: int, most: int, count: int) -> list[int]:
    return [int(v) for v in rng.integers(least, most + 1, count)]


@pytest.mark.parametrize("auto_pad", AUTO_PADS)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_conv(auto_pad: str, ndim: int) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> dict[str, Any]:
        options: dict[str, Any] = {"auto_pad": auto_pad, "strides": some(rng, 1, 3, ndim)}
        if auto_pad in ("NOTSET", "VALID"):  # ONNX Runtime has no dilation with SAME
            options["dilations"] = some(rng, 1, 3, ndim)
        if auto_pad == "NOTSET":
            options["pads"] = some(rng, 0, 3, 2 * ndim)
        return options

    agree_often("onnx.Conv", shapes(ndim, 80, signal=9, kernel=4), ["float32"], draw, least=15)


@pytest.mark.parametrize("auto_pad", AUTO_PADS)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_conv_transpose(auto_pad: str, ndim: int) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> dict[str, Any]:
        options: dict[str, Any] = {"auto_pad": auto_pad, "strides": some(rng, 1, 3, ndim)}
        if auto_pad in ("NOTSET", "VALID"):
            options |= {"dilations": some(rng, 1, 3, ndim), "output_padding": [s - 1 for s in options["strides"]]}
        else:
            options["strides"] = [min(s, k) for s, k in zip(options["strides"], h.shape, strict=True)]  # see below
        if auto_pad == "NOTSET":
            options["pads"] = some(rng, 0, 1, 2 * ndim)
        return options

    agree_often("onnx.ConvTranspose", shapes(ndim, 80, kernel=5), ["float32"], draw, least=50)


def test_a_transposed_same_with_a_stride_beyond_the_kernel_is_too_short_there() -> None:
    """The operator's text: output_shape[i] = input_shape[i] * strides[i]."""
    x, h = np.array([4.0, -6, 3], "float32"), np.array([1.0, 2], "float32")
    for auto_pad in ("SAME_UPPER", "SAME_LOWER"):
        ours = tw.apply(x, h, like="onnx.ConvTranspose", auto_pad=auto_pad, strides=3)
        theirs = libraries.call("onnx.ConvTranspose", x, h, auto_pad=auto_pad, strides=3)
        assert ours.tolist() == [4, 8, 0, -6, -12, 0, 3, 6, 0]
        assert theirs.tolist() == [4, 8, 0, -6, -12, 0, 3, 6]


def test_the_defaults_are_the_operators_own() -> None:
    rng = np.random.default_rng(2)
    x, h = whole_numbers(rng, (5, 6), "float32"), whole_numbers(rng, (2, 3), "float32")
    assert agree("onnx.Conv", x, h)
    assert agree("onnx.ConvTranspose", x, h)
    assert agree("onnx.Conv", x, h, strides=2, dilations=1)
    same(libraries.call("onnx.Conv", x, h), tw.correlate(x, h))
    same(libraries.call("onnx.ConvTranspose", x, h), tw.convolve(x, h, size="full"))


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("Conv", {"auto_pad": "SAME"},
         "auto_pad='SAME': is not a word of this option; write 'NOTSET', 'VALID', 'SAME_UPPER' or 'SAME_LOWER'"),
        ("Conv", {"pads": [1, 2, 3]},
         "pads=[1, 2, 3]: is an odd number of values; write the starts of all axes, then the ends"),
        ("Conv", {"pads": [1, 2], "auto_pad": "VALID"},
         "pads=[1, 2]: auto_pad='VALID' says them already; leave out one"),
        ("ConvTranspose", {"output_shape": [7]},
         ("output_shape=[7]: the pads then follow from it, from kernel and input, which no size rule says; "
          "write pads and output_padding")),
        ("ConvTranspose", {"output_padding": [1], "auto_pad": "SAME_LOWER"},
         "output_padding=[1]: auto_pad='SAME_LOWER' says the length already; leave out one of the two"),
    ],
    ids=lambda v: str(v)[:30],
)  # fmt: skip
def test_messages(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        tw.apply([1.0, 2, 3], [1.0], like=f"onnx.{name}", **options)
    assert str(refused.value) == message


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("Conv", {"operator": "convolution"}), ("Conv", {"size": "same-lower"}), ("Conv", {"boundary": "edge"}),
    ("Conv", {"stride": 1}), ("ConvTranspose", {"operator": "convolution"}), ("ConvTranspose", {"size": "same-lower"}),
    ("ConvTranspose", {"output_padding": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change"), WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, name: str, change: dict[str, Any]) -> None:
    rng = np.random.default_rng(3)
    x, h = whole_numbers(rng, (6, 8), "float32"), whole_numbers(rng, (3, 5), "float32")
    options: dict[str, Any] = {"auto_pad": "SAME_UPPER", "strides": [2, 2]}
    caught(monkeypatch, f"onnx.{name}", lambda: same(agree(f"onnx.{name}", x, h, **options), True), **change)
