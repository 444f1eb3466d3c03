"""The stated bound holds against exact sums of fractions, and is not so wide that it says nothing."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tapwise import Layer


def exact(values: Any) -> Any:
    return np.vectorize(lambda v: Fraction(float(v)), otypes=[object])(values)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("boundary", ["zero", "edge", "constant(1/3)"])
@pytest.mark.parametrize("transposed", [False, True])
def test_every_output_is_within_its_bound(dtype: str, boundary: str, transposed: bool) -> None:
    rng = np.random.default_rng(len(boundary))
    tightest = 0.0
    for number in range(8):
        words: dict[str, Any] = {"stride": random.Random(number).randint(1, 2), "boundary": boundary}
        layer = Layer.of(operator="convolution", layout="NCL", size="same", groups=2, **words)
        layer = layer.transposed() if transposed else layer
        x, bias = (rng.standard_normal(s).astype(dtype) for s in ((2, 4, 6), (6,)))
        h = rng.standard_normal((4, 3, 3) if transposed else (6, 2, 3)).astype(dtype)
        error = layer.forward(exact(x), exact(h), exact(bias)) - exact(y := layer.forward(x, h, bias))
        bound = layer.error_bound(x, h, bias)
        assert y.dtype == dtype
        assert bound.shape == error.shape
        assert (abs(error) <= exact(bound)).all()
        tightest = max(tightest, float((abs(error) / exact(bound)).max()))
    assert tightest > 0.01


def test_whole_numbers_have_no_error() -> None:
    layer = Layer.of(operator="convolution", layout="NCL")
    assert not layer.error_bound(np.ones((1, 2, 5), int), np.ones((3, 2, 2), int), [1, 2, 3]).any()
    assert not layer.error_bound(np.full((1, 2, 5), Fraction(1, 3)), np.ones((3, 2, 2), int)).any()


def test_a_result_that_may_overflow_has_no_bound() -> None:
    layer = Layer.of(operator="convolution", layout="NCL")
    x = np.full((1, 1, 2), 6e4, np.float16)
    assert np.isinf(layer.error_bound(x, np.ones((1, 1, 2), np.float16))).all()
