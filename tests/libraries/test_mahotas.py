"""mahotas' convolutions, which are cross-correlations, in every mode and dtype."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, agree_often, caught, shapes
from tests.needs import needs
from tests.peers.same import INTEGERS, same, whole_numbers

mahotas = needs("mahotas")
MODES = ["reflect", "mirror", "nearest", "wrap", "constant", "ignore"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_convolve(mode: str, ndim: int) -> None:
    kinds = ["bool", *INTEGERS, "float32", "float64"]
    agree_often("mahotas.convolve", shapes(ndim, 12), kinds, lambda rng, x, h: {"mode": mode}, least=100)


@pytest.mark.parametrize("mode", MODES)
def test_convolve1d(mode: str) -> None:
    rng = np.random.default_rng(1)
    for axis in (0, 1, 2, -1, -3):
        x, h = whole_numbers(rng, (4, 5, 6), "float64"), whole_numbers(rng, int(rng.integers(2, 8)), "float64")
        assert agree("mahotas.convolve1d", x, h, axis=axis, mode=mode)
        assert agree("mahotas.convolve1d", x[0, 0], h, mode=mode)


def test_its_convolution_does_not_flip() -> None:
    x, h = np.array([2, 1, 3, 5, 4]), np.array([1, 2, 0])
    assert libraries.call("mahotas.convolve", x, h)[1:-1].tolist() == tw.correlate(x, h).tolist() == [4, 7, 13]
    same(libraries.call("mahotas.convolve", x, h), mahotas.convolve(x, h))


def test_weights_become_integers_first_where_the_array_holds_some() -> None:
    """Which its text says; here the products are formed before anything is cut off."""
    x, h = np.array([4, 4, 4, 4]), np.array([0.5, 0.5, 0.5])
    assert libraries.call("mahotas.convolve", x, h).tolist() == [0, 0, 0, 0]
    assert tw.apply(x, h, like="mahotas.convolve").tolist() == [6, 6, 6, 6]


def test_a_constant_that_mahotas_does_not_take_either_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        mahotas.convolve(np.ones(3), np.ones(3), mode="constant", cval=7)
    with pytest.raises(ArgumentError) as refused:
        tw.apply(np.ones(3), np.ones(3), like="mahotas.convolve", mode="constant", cval=7)
    assert str(refused.value) == "cval=7: mahotas has no other than 0 yet; leave it out"


WRONG: list[dict[str, Any]] = [
    {"operator": "convolution"}, {"anchor": "low"}, {"boundary": "zero"}, {"result": "float64"}, {"overflow": "raise"},
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    x, h = np.arange(100, 108, dtype=np.uint8), np.array([1, 2, 0, 7], np.uint8)
    caught(monkeypatch, "mahotas.convolve", lambda: same(agree("mahotas.convolve", x, h), True), **change)
