"""PyTorch's transposed convolutions: the transposes of cross-correlations, with output padding."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tests.peers.same import same, whole_numbers
from tests.peers.torch_cases import cases, channel, torch

F = torch.nn.functional


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["int64", "float32", "float64", "complex64", "complex128"])
def test_functional(ndim: int, dtype: str) -> None:
    function, compared = getattr(F, f"conv_transpose{ndim}d"), 0
    for case in cases(ndim, 40, dtype):
        if case.spreads:
            theirs = function(channel(case.x), channel(case.h), **case.transposed)[0, 0]
            same(tw.apply(case.x, case.h, like=f"F.conv_transpose{ndim}d", **case.transposed), theirs, case)
            compared += 1
    assert compared > 15


def test_every_output_padding_of_every_stride_and_dilation() -> None:
    rng = np.random.default_rng(2)
    for n, k, s, d, p in itertools.product([1, 2, 4], [1, 2, 3], [1, 2, 4], [1, 2, 4], [0, 1]):
        for q in range(max(s, d)):
            x, h = whole_numbers(rng, n, "float64"), whole_numbers(rng, k, "float64")
            options: dict[str, Any] = {"stride": s, "dilation": d, "padding": p, "output_padding": q}
            if (n - 1) * s - 2 * p + d * (k - 1) + 1 + q > 0:
                theirs = F.conv_transpose1d(channel(x), channel(h), **options)[0, 0]
                same(tw.apply(x, h, like="F.conv_transpose1d", **options), theirs, n, k, options)


def test_both_refuse_an_output_padding_beyond_stride_and_dilation() -> None:
    x, h = np.ones(4), np.ones(3)
    with pytest.raises(RuntimeError, match="output padding must be smaller than either stride or dilation"):
        F.conv_transpose1d(channel(x), channel(h), stride=2, output_padding=2)
    with pytest.raises(ValueError, match="output_padding=2: must be below the stride 2 or the dilation 1"):
        tw.apply(x, h, like="F.conv_transpose1d", stride=2, output_padding=2)


def test_both_refuse_a_padding_that_leaves_nothing() -> None:
    x, h = np.ones(1), np.ones(3)
    with pytest.raises(RuntimeError, match=r"(?i)output size is too small"):
        F.conv_transpose1d(channel(x), channel(h), padding=5)
    with pytest.raises(ValueError, match="leaves a length of -7"):
        tw.apply(x, h, like="F.conv_transpose1d", padding=5)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_modules(ndim: int) -> None:
    for case in cases(ndim, 20, seed=3):
        if case.spreads:
            module = getattr(torch.nn, f"ConvTranspose{ndim}d")(1, 1, case.h.shape, bias=False, **case.transposed)
            module.weight.data = channel(case.h)
            theirs = module(channel(case.x)).detach()[0, 0]
            same(tw.apply(case.x, case.h, like=f"nn.ConvTranspose{ndim}d", **case.transposed), theirs, case)


def test_the_defaults_are_pytorchs_own() -> None:
    rng = np.random.default_rng(4)
    for ndim in (1, 2, 3):
        x, h = whole_numbers(rng, (5,) * ndim, "float64"), whole_numbers(rng, (2,) * ndim, "float64")
        same(tw.apply(x, h, like=f"torch.nn.functional.conv_transpose{ndim}d"),
             getattr(F, f"conv_transpose{ndim}d")(channel(x), channel(h))[0, 0])  # fmt: skip
