"""Random conventions behind opaque functions: each is found again, or what is found equals it on every input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.probing.hidden import Hidden, Opaque, random_axis

import tapwise as tw
from tapwise.probing import Verdict, probe


def equal_everywhere(f: Opaque, verdict: Verdict, seed: int) -> int:
    """Compare on random inputs of many shapes; where one refuses an input, the other does too or returns nothing."""
    rng = np.random.default_rng(seed)
    compared = 0
    ndim = len(f.axes)
    for _ in range(60 if ndim == 1 else 25):
        n, k = rng.integers(1, 30 if ndim == 1 else 12, ndim), rng.integers(1, 8 if ndim < 3 else 4, ndim)
        x, h = rng.integers(-9, 10, n), rng.integers(-9, 10, k)
        try:
            theirs = f(x, h)
        except ValueError:
            theirs = np.zeros(0)
        try:
            ours = tw.apply(x, h, verdict.convention)
        except tw.errors.ArgumentError:
            assert not theirs.size, (f, verdict.convention, n, k)
            continue
        if not theirs.size and not ours.size:
            continue
        assert theirs.shape == ours.shape, (f, verdict.convention, n, k)
        assert (theirs == ours).all(), (f, verdict.convention, n, k)
        compared += 1
    return compared


@pytest.mark.parametrize("seed", range(140))
def test_one_axis(seed: int) -> None:
    rng = np.random.default_rng(seed)
    axis = random_axis(rng)
    operands = "longer-first" if axis.size == ("valid",) and seed % 2 else "as-given"
    f = Opaque((axis,), operands)
    equal_everywhere(f, probe(f), seed)


@pytest.mark.parametrize("seed", range(40))
def test_two_axes(seed: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    f = Opaque((random_axis(rng), random_axis(rng)))
    equal_everywhere(f, probe(f), seed)


@pytest.mark.parametrize("seed", range(12))
def test_three_axes(seed: int) -> None:
    rng = np.random.default_rng(2000 + seed)
    f = Opaque(tuple(random_axis(rng, plain=True) for _ in range(3)))
    equal_everywhere(f, probe(f), seed)


@pytest.mark.parametrize("seed", range(20))
def test_exchanged(seed: int) -> None:
    rng = np.random.default_rng(3000 + seed)
    axis = random_axis(rng, plain=True)
    size = axis.size if axis.size[0] in ("valid", "same", "full") else ("valid",)
    f = Opaque((replace(axis, size=size, below="zero", above="zero", spread=1),), "exchanged")
    equal_everywhere(f, probe(f), seed)


@pytest.mark.parametrize("seed", range(10))
def test_transposed(seed: int) -> None:
    rng = np.random.default_rng(4000 + seed)
    stride, dilation = (int(v) for v in rng.integers(1, 4, 2))
    size = [("valid",), ("full",), ("pads", 1, 1), ("pads", 0, 2)][seed % 4]
    padding = int(rng.integers(0, stride))
    operator = ["convolution", "cross-correlation"][int(rng.integers(2))]
    axis = Hidden(operator, size, stride=stride, dilation=dilation, padding=padding)
    f = Opaque((axis,) if seed % 3 else (axis, replace(axis, stride=1, padding=0)), direction="transposed")
    equal_everywhere(f, probe(f), seed)
