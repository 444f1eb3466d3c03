"""PyTorch's convolutions, forward: cross-correlations of every stride, padding, dilation and padding mode."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tests.peers.same import same, whole_numbers
from tests.peers.torch_cases import cases, channel, torch

F = torch.nn.functional
pytestmark = pytest.mark.filterwarnings(
    "ignore:Using padding='same' with even kernel lengths", "ignore:Complex modules are a new feature"
)
PADDING_MODES = ["zeros", "reflect", "replicate", "circular"]


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["int64", "float32", "float64", "complex64", "complex128"])
def test_functional(ndim: int, dtype: str) -> None:
    function, compared = getattr(F, f"conv{ndim}d"), 0
    for case in cases(ndim, 60, dtype):
        if case.fits:
            theirs = function(channel(case.x), channel(case.h), **case.forward)[0, 0]
            same(tw.apply(case.x, case.h, like=f"F.conv{ndim}d", **case.forward), theirs, case)
            compared += 1
    assert compared > 15


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_paddings_in_words(ndim: int, padding: str) -> None:
    function, compared = getattr(F, f"conv{ndim}d"), 0
    for case in cases(ndim, 40, seed=2):
        spans = [d * (k - 1) + 1 for d, k in zip(case.dilation, case.h.shape, strict=True)]
        if padding == "same" or all(n >= span for n, span in zip(case.x.shape, spans, strict=True)):
            options: dict[str, Any] = {"padding": padding, "dilation": case.dilation}
            theirs = function(channel(case.x), channel(case.h), **options)[0, 0]
            same(tw.apply(case.x, case.h, like=f"F.conv{ndim}d", **options), theirs, case)
            compared += 1
    assert compared > 5


def test_same_for_every_length_of_kernel_and_dilation() -> None:
    rng = np.random.default_rng(3)
    for n, k, d in itertools.product([1, 2, 5, 8], range(1, 8), range(1, 5)):
        x, h = whole_numbers(rng, n, "float64"), whole_numbers(rng, k, "float64")
        theirs = F.conv1d(channel(x), channel(h), padding="same", dilation=d)[0, 0]
        same(tw.apply(x, h, like="F.conv1d", padding="same", dilation=d), theirs, n, k, d)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("mode", PADDING_MODES)
@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_modules_with_every_padding_mode(ndim: int, mode: str, dtype: str) -> None:
    compared = 0
    for case in cases(ndim, 30, dtype, seed=4):
        padding = tuple(min(p, n - 1) for p, n in zip(case.padding, case.x.shape, strict=True))  # PyTorch's limit
        options: dict[str, Any] = {**case.forward, "padding": padding, "padding_mode": mode}
        if case.fits and padding == case.padding:
            module = getattr(torch.nn, f"Conv{ndim}d")(1, 1, case.h.shape, bias=False, **options)
            module.weight.data = channel(case.h)
            theirs = module(channel(case.x)).detach()[0, 0]
            same(tw.apply(case.x, case.h, like=f"nn.Conv{ndim}d", **options), theirs, case, mode)
            compared += 1
    assert compared > 5


@pytest.mark.parametrize("mode", PADDING_MODES)
def test_modules_with_padding_same(mode: str) -> None:
    for case in cases(2, 30, seed=5):
        if all(d * (k - 1) < n for d, k, n in zip(case.dilation, case.h.shape, case.x.shape, strict=True)):
            options: dict[str, Any] = {"padding": "same", "dilation": case.dilation, "padding_mode": mode}
            module = torch.nn.Conv2d(1, 1, case.h.shape, bias=False, **options)
            module.weight.data = channel(case.h)
            theirs = module(channel(case.x)).detach()[0, 0]
            same(tw.apply(case.x, case.h, like="torch.nn.Conv2d", **options), theirs, case, mode)


def test_one_number_or_a_list_of_one_stands_for_every_axis() -> None:
    rng = np.random.default_rng(6)
    x, h = whole_numbers(rng, (7, 8), "float64"), whole_numbers(rng, (3, 2), "float64")
    for value in (2, [2], (2, 2)):
        options: dict[str, Any] = {"stride": value, "padding": value, "dilation": value}
        same(tw.apply(x, h, like="F.conv2d", **options), F.conv2d(channel(x), channel(h), **options)[0, 0], value)


def test_the_defaults_are_pytorchs_own() -> None:
    rng = np.random.default_rng(7)
    for ndim in (1, 2, 3):
        x, h = whole_numbers(rng, (5,) * ndim, "float64"), whole_numbers(rng, (2,) * ndim, "float64")
        same(tw.apply(x, h, like=f"torch.nn.functional.conv{ndim}d"),
             getattr(F, f"conv{ndim}d")(channel(x), channel(h))[0, 0])  # fmt: skip


def test_channels_are_a_sum_around_it_and_samples_a_batch() -> None:
    rng = np.random.default_rng(8)
    x, h = whole_numbers(rng, (2, 3, 6, 5), "float64"), whole_numbers(rng, (4, 3, 2, 3), "float64")
    theirs = F.conv2d(torch.from_numpy(x), torch.from_numpy(h), stride=(2, 1), padding=1)
    options: dict[str, Any] = {"like": "F.conv2d", "axes": (2, 3), "stride": (2, 1), "padding": 1}
    ours = [sum(tw.apply(x[:, c : c + 1], h[o, c], **options) for c in range(3)) for o in range(4)]
    same(np.concatenate(ours, axis=1), theirs)


def test_a_tensor_comes_back_as_a_tensor() -> None:
    x, h = torch.tensor([2.0, 1, 3, 5, 4]), torch.tensor([1.0, 2, 0])
    y = tw.apply(x, h, like="F.conv1d", padding=1)
    assert isinstance(y, torch.Tensor)
    assert torch.equal(y, F.conv1d(x[None, None], h[None, None], padding=1)[0, 0])


def test_both_refuse_a_kernel_longer_than_the_padded_signal() -> None:
    x, h = np.ones(3), np.ones(6)
    with pytest.raises(RuntimeError, match="Kernel size can't be greater than actual input size"):
        F.conv1d(channel(x), channel(h), padding=1)
    with pytest.raises(ValueError, match="no window fits"):
        tw.apply(x, h, like="F.conv1d", padding=1)
