"""Keras' operators on TensorFlow: both paddings, strides, dilations, the transposed one."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, agree_often, caught, shapes
from tests.needs import needs
from tests.peers.same import same, whole_numbers

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
Options = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def keras() -> Any:
    needs("tensorflow")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    return needs("keras")


def some(rng: np.random.Generator, most: int, count: int) -> tuple[int, ...]:
    return tuple(int(v) for v in rng.integers(1, most + 1, count))


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(
    ("name", "ndim"), [("conv", 1), ("conv", 2), ("conv", 3), ("depthwise_conv", 1), ("depthwise_conv", 2)]
)
def test_conv(padding: str, name: str, ndim: int) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> Options:
        ones, strides = (1,) * ndim, some(rng, 3, ndim)
        if ndim == 3:  # longer ones are refused: see the tests of TensorFlow
            strides = tuple(min(s, k) for s, k in zip(strides, h.shape, strict=True))
        if name == "depthwise_conv":
            strides = strides[:1] * ndim
        steps = (strides, ones) if rng.integers(2) else (ones, some(rng, 3, ndim))
        return {"strides": steps[0], "dilation_rate": steps[1], "padding": padding}

    agree_often(f"keras.ops.{name}", shapes(ndim, 60, signal=8, kernel=4), ["float64"], draw, least=15)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_conv_transpose(padding: str, ndim: int) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> Options:
        strides = some(rng, 3, ndim)
        if padding == "same":
            return {"strides": strides, "padding": padding}
        return {
            "strides": strides,
            "padding": padding,
            "output_padding": tuple(int(rng.integers(0, s)) for s in strides),
        }

    agree_often("keras.ops.conv_transpose", shapes(ndim, 50), ["float64"], draw, least=50)


@pytest.mark.parametrize("name", ["conv", "depthwise_conv", "conv_transpose"])
def test_the_defaults_are_keras_own(name: str, keras: Any) -> None:
    rng = np.random.default_rng(2)
    x, h = whole_numbers(rng, (5, 6), "float64"), whole_numbers(rng, (2, 3), "float64")
    theirs = getattr(keras.ops, name)(x[None, ..., None], h[..., None, None], data_format="channels_last")
    same(libraries.call(f"keras.ops.{name}", x, h), np.asarray(theirs)[0, ..., 0])
    assert agree(f"keras.ops.{name}", x, h)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strides": 2},
         ("padding='valid': with a stride the output is longer if the kernel is shorter than the stride; write "
          "output_padding")),
        ({"padding": "same", "output_padding": 1},
         "output_padding=1: with padding='same' its meaning depends on the kernel; leave it out"),
    ],
    ids=str,
)  # fmt: skip
def test_messages(options: Options, message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        tw.apply([1.0, 2, 3], [1.0], like="keras.ops.conv_transpose", **options)
    assert str(refused.value) == message


WRONG: list[tuple[str, Options]] = [
    ("conv", {"operator": "convolution"}), ("conv", {"size": "same-lower"}), ("conv", {"boundary": "edge"}),
    ("conv_transpose", {"operator": "convolution"}), ("conv_transpose", {"size": "same-lower"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change"), WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, name: str, change: Options) -> None:
    rng = np.random.default_rng(3)
    x, h = whole_numbers(rng, (6, 8), "float64"), whole_numbers(rng, (3, 5), "float64")
    full = f"keras.ops.{name}"
    caught(monkeypatch, full, lambda: same(agree(full, x, h, padding="same", strides=(2, 2)), True), **change)
