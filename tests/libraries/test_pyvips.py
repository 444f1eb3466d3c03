"""libvips' convolutions, which are cross-correlations: every format, both precisions, scales and offsets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, agree_often, caught, shapes
from tests.needs import needs
from tests.peers.same import lengths, same, whole_numbers

pyvips = needs("pyvips")
FORMATS = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"]
CONV = "pyvips.Image.conv"
Options = dict[str, Any]


@pytest.mark.parametrize("options", [{}, {"precision": "integer"}, {"scale": 4.0, "offset": -3.0}], ids=str)
def test_conv(options: Options) -> None:
    agree_often(CONV, shapes(2, 30), FORMATS, lambda rng, x, h: options, least=200)


def test_conv_with_a_mask_of_another_dtype() -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        x, h = whole_numbers(rng, lengths(rng, 2, 1, 7), "uint8"), whole_numbers(rng, lengths(rng, 2, 1, 6), "float64")
        assert agree(CONV, x, h)
        assert agree(CONV, x, h, precision="integer")  # below 0 and above 255 it saturates


def test_convsep() -> None:
    rng = np.random.default_rng(2)
    for _ in range(40):
        taps = whole_numbers(rng, int(rng.integers(1, 6)), "float64")
        x = whole_numbers(rng, lengths(rng, 2, 1, 7), "float64")
        assert agree("pyvips.Image.convsep", x, np.outer(taps, taps))


def test_it_is_a_correlation() -> None:
    x, h = np.zeros((3, 5)), np.array([[1.0, 2, 3]])
    x[1, 2] = 1
    image = pyvips.Image.new_from_array(x).conv(pyvips.Image.new_from_array(h.tolist()))
    assert image.numpy()[1].tolist() == [0, 3, 2, 1, 0]
    same(libraries.call(CONV, x, h), image.numpy())


def test_in_integers_the_taps_are_rounded_first() -> None:
    x, h = np.full((3, 3), 4, np.int16), np.full((1, 3), 0.75)
    assert libraries.call(CONV, x, h, precision="integer")[1, 1] == 12
    assert tw.apply(x, h, like=CONV, precision="integer")[1, 1] == 9


@pytest.mark.parametrize(("options", "message"), [
    ({"scale": 0}, "scale=0: sums are divided by it; write a number other than 0"),
    ({"precision": "integer", "scale": 2},
     ("precision='integer': sums are divided and shifted in integers there; write precision='float', or scale=1 and "
      "offset=0")),
    ({"precision": "approximate"},
     "precision='approximate': is not a word of this option; write 'float' or 'integer'"),
])  # fmt: skip
def test_what_it_does_is_not_said_for_every_option(options: Options, message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        tw.apply(np.ones((2, 2)), np.ones((1, 1)), like=CONV, **options)
    assert str(refused.value) == message


@pytest.mark.parametrize(("name", "x", "h", "message"), [
    ("conv", np.ones((2, 2), complex), np.ones((1, 1)),
     "x='complex128': libvips filters complex images wrongly; filter both parts apart"),
    ("convsep", np.ones((2, 2)), np.array([[1, 2], [1, 2]]),
     "h=array of shape (2, 2): is not the outer product of whole taps with themselves; take pyvips.Image.conv"),
    ("convsep", np.ones((2, 2)), np.ones((2, 3)),
     "h=array of shape (2, 3): is not the outer product of whole taps with themselves; take pyvips.Image.conv"),
])  # fmt: skip
def test_what_it_is_not_called_with(name: str, x: Any, h: Any, message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        libraries.call(f"pyvips.Image.{name}", x, h)
    assert str(refused.value) == message


WRONG: list[Options] = [
    {"operator": "convolution"}, {"anchor": "low"}, {"boundary": "zero"}, {"gain": 1}, {"offset": 0},
    {"result": "signal"}, {"result": "signal-float64"},
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, change: Options) -> None:
    x, h = (np.arange(30).reshape(5, 6) ** 2 % 17).astype(np.uint8), np.array([[1.0, 2, 0, 7]])
    caught(monkeypatch, CONV, lambda: same(agree(CONV, x, h, scale=4.0, offset=3.0), True), **change)
