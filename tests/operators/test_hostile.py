"""Promise 6: any whole number anywhere gets an answer or a clear error, at once and without a large allocation."""

from __future__ import annotations

import re
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import ArgumentError, TapwiseError

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = [0, -1, 2**31, 2**32, 2**62, 2**63, 2**64]
HUGE = [2**62, 2**63, 2**64]
X, H = np.arange(6.0), np.array([1.0, 2.0, 4.0])
#: How a result that cannot be allocated is refused: before any work, with its size.
TOO_LARGE = r"the result, of shape \(\d+,\) and dtype float64, would take \d+ bytes"


def outcome(call: Callable[[], Any]) -> Any:
    """The result, the clear error, or the refusal to allocate; anything else is raised."""
    try:
        return call()
    except (TapwiseError, MemoryError) as error:
        return error


@pytest.mark.parametrize("engine", ["auto", "reference", "fourier"])
@pytest.mark.parametrize("boundary", ["zero", "wrap", "reflect101 | constant(3)"])
@pytest.mark.parametrize("size", ["same", "same-upper", "valid", "pads(2,2)", "lags(0,3)"])
def test_steps(size: str, boundary: str, engine: str) -> None:
    for value, name in product(HOSTILE, ("stride", "dilation")):
        words: dict[str, Any] = {"size": size, "boundary": boundary, "engine": engine, name: value}
        y = outcome(partial(tw.convolve, X, H, **words))
        if value < 1:
            assert str(y) == f"{name}={value}: must be at least 1; write 1 or more"
        elif name == "stride":
            assert y.shape == (1,)
        elif not isinstance(y, TapwiseError):
            reference = tw.convolve(X, H, size=size, boundary=boundary, engine="reference", dilation=value)
            assert np.array_equal(y, reference)


def test_steps_that_make_a_result_beyond_memory() -> None:
    for value, (name, size) in product(HUGE, (("dilation", "full"), ("dilation", "longest"), ("spread", "same"))):
        words: dict[str, Any] = {name: value, "size": size, "operator": "convolution"}
        for engine in ("auto", "reference", "numpy"):
            with pytest.raises(MemoryError, match=TOO_LARGE):
                tw.apply(X, H, engine=engine, **words)


def test_places_far_away() -> None:
    """What stands there is as defined as what stands near."""
    for value in HUGE:
        for boundary, expected in (("zero", 0.0), ("constant(3)", 21.0), ("edge", 35.0)):
            words: dict[str, Any] = {"size": f"lags({value},{value + 2})", "boundary": boundary}
            assert tw.convolve(X, H, **words).tolist() == [expected] * 3
            words = {"size": f"pads({value},{value})", "stride": 2 * value, "boundary": boundary}
            y = tw.convolve(X, H, **words)
            assert y[0] == (0.0 if boundary == "edge" else expected)
        for boundary, period in (("wrap", 6), ("symmetric", 12), ("reflect101", 10)):
            far, near = value, value % period + 10 * period
            words = {"boundary": boundary}
            assert np.array_equal(
                tw.correlate(X, H, size=f"lags({far},{far + 20})", **words),
                tw.correlate(X, H, size=f"lags({near},{near + 20})", **words),
            )


def test_lengths_and_anchors() -> None:
    calls: dict[str, Callable[[int], Any]] = {
        "anchor": lambda v: tw.convolve(X, H, size="same", anchor=v),
        "length": lambda v: tw.transposed(X, H, length=v),
        "output_padding": lambda v: tw.transposed(X, H, output_padding=v),
        "input_gradient": lambda v: tw.input_gradient(X, H, shape=v, operator="convolution"),
        "kernel_gradient": lambda v: tw.kernel_gradient(X, X, shape=v, operator="convolution"),
        "matrix": lambda v: tw.matrix(H, v, operator="convolution"),
        "axes": lambda v: tw.convolve(X, H, axes=v),
        "pads": lambda v: tw.convolve(X, H, size=f"pads({-v},{v})"),
        "lags": lambda v: tw.convolve(X, H, size=f"lags({v},0)"),
    }  # fmt: skip
    for value, (name, call) in product([*HUGE, -(2**63), -7], calls.items()):
        result = outcome(partial(call, value))
        if isinstance(result, MemoryError):
            assert re.fullmatch(TOO_LARGE, str(result))
            assert (name, value) == ("lags", -(2**63))
        assert isinstance(result, (ArgumentError, MemoryError, np.ndarray)), (name, value)
