"""Every call that compare names gives the numbers it is named for, when it is run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.needs import needs

import tapwise as tw
from tapwise.convention import Convention
from tapwise.explanation import same_from

Array = np.ndarray[Any, np.dtype[Any]]


def run(call: str, x: Array, h: Array) -> Array:
    """Run the text of a call."""
    if call.startswith("torch"):
        torch = needs("torch")
        wide = {"torch": torch, "x": torch.tensor(x)[None, None], "h": torch.tensor(h)[None, None]}
        return np.asarray(eval(call, wide)[0, 0])
    import scipy.ndimage
    import scipy.signal

    return np.asarray(eval(call, {"np": np, "scipy": scipy, "x": x, "h": h}))


@pytest.mark.parametrize("operator", ["convolution", "cross-correlation"])
@pytest.mark.parametrize("size", ["valid", "same", "full", "longest"])
@pytest.mark.parametrize("boundary", ["zero", "edge", "symmetric", "reflect101", "wrap"])
@pytest.mark.parametrize("shapes", [((7,), (3,)), ((7,), (4,)), ((5, 7), (3, 2)), ((4, 5, 6), (2, 3, 2))])
def test_named_calls(operator: str, size: str, boundary: str, shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    meant = Convention.of(operator=operator, size=size, boundary=boundary)
    rng = np.random.default_rng(5)
    x, h = (rng.integers(-9, 10, shape).astype(float) for shape in shapes)
    expected = tw.apply(x, h, meant)
    calls = same_from(meant, x.shape, h.shape)
    for call in calls:
        assert np.array_equal(run(call, x, h), expected), call
    if size == "valid":
        assert len(calls) >= (1 if len(shapes[0]) == 3 else 2)


def test_no_call_is_named_where_none_fits() -> None:
    assert same_from(Convention.of(operator="convolution", size="pads(9,-4)", stride=2), (8,), (3,)) == []
