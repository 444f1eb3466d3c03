"""From data alone: what explains it, and what would tell the explanations apart."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import ndimage

import tapwise as tw
from tapwise.probing import identify

X, H = [2, 1, 3, 5, 4], [1, 2, 0]


@pytest.mark.parametrize("operator", ["convolution", "cross-correlation"])
@pytest.mark.parametrize("size", ["valid", "same", "full"])
def test_a_clear_input_names_the_operator(operator: str, size: str) -> None:
    found = identify(X, H, tw.apply(X, H, operator=operator, size=size))
    best = found.explanations[0]
    assert best.exact
    assert best.convention.axes[0].operator == operator
    assert str(best.convention.axes[0].size) == size
    assert json.loads(json.dumps(found.to_dict()))["tried"] == found.tried


@pytest.mark.parametrize("h", [[1, 0, 1], [1, 2, 1]])
def test_a_symmetric_kernel_leaves_the_operator_open(h: list[int]) -> None:
    found = identify(X, h, tw.correlate(X, h))
    assert found.operator is None
    told = found.separator
    assert told is not None
    assert told.first != told.second
    assert tw.apply(told.x, told.h, found.explanations[0].convention).tolist() == told.first
    assert "cannot tell them apart" in str(found)


def test_an_antisymmetric_kernel_tells_the_operators_apart_but_not_the_order() -> None:
    found = identify(X, [1, -1], tw.convolve(X, [1, -1]))
    assert found.operator == "convolution"
    assert {item.convention.axes[0].output for item in found.explanations} == {"forward", "reversed"}


def test_catalogued_functions_are_named() -> None:
    x, h = np.arange(30).reshape(5, 6) ** 2 % 23, np.array([[1, 2, 0], [0, 5, 3]])
    found = identify(x, h, ndimage.convolve(x, h, mode="mirror"))
    assert any("scipy.ndimage.convolve(x, h, mode='mirror')" in item.names for item in found.explanations)
    assert found.operator == "convolution"


def test_rounded_data_is_explained_to_a_bound() -> None:
    rng = np.random.default_rng(1)
    x, h = rng.normal(size=20), rng.normal(size=5)
    y = np.fft.irfft(np.fft.rfft(x, 24) * np.fft.rfft(h, 24), 24)
    best = identify(x, h, y).explanations[0]
    assert (best.convention.axes[0].operator, str(best.convention.axes[0].size)) == ("convolution", "full")
    assert not best.exact
    assert best.bound < 1e-15


def test_noise_is_not_explained() -> None:
    found = identify(X, H, [1, 2, 4])
    assert not found.explanations
    assert str(found).startswith("None of ")


def test_bad_data_is_refused() -> None:
    with pytest.raises(tw.errors.ShapeError, match="give all three as many axes"):
        identify(X, H, [[1]])
