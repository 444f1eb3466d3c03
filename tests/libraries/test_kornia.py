"""kornia's filter2d and filter3d: every border, both behaviours, even and odd kernels."""

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

kornia, torch = needs("kornia"), needs("torch")
BORDERS = ["constant", "reflect", "replicate", "circular"]


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("behaviour", ["corr", "conv"])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_filter2d(border: str, behaviour: str, padding: str) -> None:
    options = {"border_type": border, "behaviour": behaviour, "padding": padding}
    agree_often("kornia.filters.filter2d", shapes(2, 50), ["float32", "float64"], lambda rng, x, h: options, least=30)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_filter2d_separable(border: str, padding: str) -> None:
    rng, compared = np.random.default_rng(5), 0
    for n, k in shapes(2, 40):
        column, row = (whole_numbers(rng, length, "float64") for length in k)
        x = whole_numbers(rng, n, "float64")
        compared += agree("kornia.filters.filter2d_separable", x, np.outer(column, row), border_type=border,
                          padding=padding)  # fmt: skip
    assert compared >= 15


def test_its_normalization_is_by_magnitudes_and_refused() -> None:
    x, h = np.array([[2.0, 1, 3, 5, 4]]), np.array([[1.0, -1, 2]])
    theirs = libraries.call("kornia.filters.filter2d", x, h, normalized=True)
    same(theirs, tw.apply(x, h / 4, like="kornia.filters.filter2d"))
    with pytest.raises(ArgumentError) as refused:
        tw.apply(x, h, like="kornia.filters.filter2d", normalized=True)
    assert str(refused.value) == (
        "normalized=True: divides by the sum of the taps' magnitudes, which no word says; divide the kernel yourself "
        "and leave it out"
    )


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("behaviour", ["corr", "conv"])
def test_filter3d(border: str, behaviour: str) -> None:
    options = {"border_type": border, "behaviour": behaviour}
    agree_often("kornia.filters.filter3d", shapes(3, 40), ["float32", "float64"], lambda rng, x, h: options, least=25)


def test_the_adapter_calls_the_function_with_its_defaults() -> None:
    rng = np.random.default_rng(2)
    x, h = whole_numbers(rng, (5, 6), "float64"), whole_numbers(rng, (2, 3), "float64")
    theirs = kornia.filters.filter2d(torch.tensor(x)[None, None], torch.tensor(h)[None])[0, 0]
    same(libraries.call("kornia.filters.filter2d", x, h), theirs)
    assert agree("kornia.filters.filter2d", x, h)
    assert agree("kornia.filters.filter3d", x[None], h[None])


@pytest.mark.parametrize("behaviour", ["corr", "conv"])
@pytest.mark.parametrize(
    "change",
    [{"operator": ("convolution", "cross-correlation")}, {"anchor": ("low", "high")}, {"boundary": "symmetric"}],
    ids=str,
)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, behaviour: str, change: dict[str, Any]) -> None:
    rng, name = np.random.default_rng(3), "kornia.filters.filter2d"
    x, h = whole_numbers(rng, (6, 7), "float64"), whole_numbers(rng, (4, 4), "float64")
    caught(monkeypatch, name, lambda: same(agree(name, x, h, behaviour=behaviour), True), **change)
