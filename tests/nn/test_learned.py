"""One kernel learned from a filter's output: correlation learns the flip of what convolution learns."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import scipy.signal

import tapwise as tw
from tests.needs import needs

needs("torch")


@pytest.mark.parametrize("shape", [(3,), (4,), (2, 3), (2, 1, 3)])
def test_each_operator_learns_the_others_flip(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    x, h = rng.normal(size=tuple(12 + n for n in shape)), rng.integers(-9, 10, shape).astype(float)
    assert not np.array_equal(np.flip(h), h)
    for maker, function in (("cross-correlation", scipy.signal.correlate), ("convolution", scipy.signal.convolve)):
        y = function(x, h, "valid", method="direct")
        for operator in ("cross-correlation", "convolution"):
            found = tw.learn_kernel(x, y, shape, operator=operator)
            expected = h if operator == maker else np.flip(h)
            np.testing.assert_allclose(found.kernel, expected, rtol=0, atol=1e-9)
            assert found.losses[-1] < 1e-18 * found.losses[0]
            assert len(found.losses) - 1 <= h.size + 2, "conjugate gradients: a step a tap, but for rounding"
            assert not np.allclose(found.kernel, np.flip(expected))


def test_it_is_the_least_squares_solution() -> None:
    """With noise no kernel fits; the one that is found solves the normal equations."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=60), rng.normal(size=57)
    windows = np.lib.stride_tricks.sliding_window_view(x, 4)
    expected = np.linalg.lstsq(windows, y, rcond=None)[0]
    found = tw.learn_kernel(x, y, 4)
    np.testing.assert_allclose(found.kernel, expected, rtol=0, atol=1e-10)
    assert all(after <= before * (1 + 1e-12) for before, after in itertools.pairwise(found.losses))


def test_options_of_the_layer() -> None:
    rng = np.random.default_rng(3)
    x, h = rng.normal(size=(30, 31)), rng.normal(size=(2, 3))
    words: dict[str, Any] = {"stride": (2, 1), "dilation": (1, 2)}
    y = tw.convolve(x, h, size=["pads(0,1)", "pads(2,0)"], **words)
    found = tw.learn_kernel(x, y, (2, 3), operator="convolution", padding=((0, 1), (2, 0)), **words)
    np.testing.assert_allclose(found.kernel, h, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "words", "message"),
    [
        (([1, 2, 3], [1, 2], 3), {},
         "y=shape (2,): the layer's output has shape (1,); choose shape, stride, padding and dilation to match"),
        (([1, 2, 3], [1, 2], (2, 2)), {},
         "shape=(2, 2): x has 1 axes; a kernel has as many, one to three; give one length an axis"),
        (([1, np.nan, 3], [1, 2], 2), {}, "x=array of shape (3,): holds a NaN or an infinity; leave it out"),
        (([1, 2j, 3], [1, 2], 2), {}, "x=array of dtype complex128: must hold real numbers; write x.real, then x.imag"),
        (("ab", [1, 2], 2), {}, "x=object of type str: is not an array; give a NumPy array or a list of numbers"),
        (([1, 2, 3], [1, 2], 2), {"steps": 0}, "steps=0: must be at least 1; write 1 or more"),
    ],
)  # fmt: skip
def test_messages(arguments: Any, words: Any, message: str) -> None:
    with pytest.raises(tw.errors.ArgumentError) as caught:
        tw.learn_kernel(*arguments, **words)
    assert str(caught.value) == message
    with pytest.raises(tw.errors.ShapeError, match="the layer has no output"):
        tw.learn_kernel([1, 2], [1], 3)
