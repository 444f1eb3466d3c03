"""Gradients against autograd: for the signal and the kernel, of every convolution, real and complex."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tests.peers.same import same
from tests.peers.torch_cases import Case, cases, torch, upstream

F = torch.nn.functional
pytestmark = pytest.mark.filterwarnings(
    "ignore:Using padding='same' with even kernel lengths", "ignore:Complex modules are a new feature"
)


def compare(case: Case, function: Any, like: str, options: dict[str, Any]) -> None:
    """Compare both gradients of `function` with autograd's."""
    x, h = (torch.from_numpy(a)[None, None].requires_grad_() for a in (case.x, case.h))
    y = function(x, h)
    g = upstream(y.shape[2:], case.x.dtype.name)
    y.backward(torch.from_numpy(g)[None, None])
    same(tw.input_gradient(g, case.h, shape=case.x.shape, like=like, **options), x.grad[0, 0], case, options)
    same(tw.kernel_gradient(g, case.x, shape=case.h.shape, like=like, **options), h.grad[0, 0], case, options)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_forward(ndim: int, dtype: str) -> None:
    function = getattr(F, f"conv{ndim}d")
    for case in cases(ndim, 30, dtype, seed=1):
        if case.fits:
            compare(case, lambda x, h, c=case: function(x, h, **c.forward), f"F.conv{ndim}d", case.forward)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_transposed(ndim: int, dtype: str) -> None:
    function, like = getattr(F, f"conv_transpose{ndim}d"), f"F.conv_transpose{ndim}d"
    for case in cases(ndim, 20, dtype, seed=2):
        if case.spreads:
            compare(case, lambda x, h, c=case: function(x, h, **c.transposed), like, case.transposed)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_padding_same(ndim: int, dtype: str) -> None:
    function = getattr(F, f"conv{ndim}d")
    for case in cases(ndim, 15, dtype, seed=3):
        options: dict[str, Any] = {"padding": "same", "dilation": case.dilation}
        compare(case, lambda x, h, o=options: function(x, h, **o), f"F.conv{ndim}d", options)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_padding_modes_fold_back(ndim: int, mode: str, dtype: str) -> None:
    function = getattr(F, f"conv{ndim}d")
    for case in cases(ndim, 20, dtype, seed=4):
        if not case.fits or any(p >= n for p, n in zip(case.padding, case.x.shape, strict=True)):
            continue
        sides = [p for p in reversed(case.padding) for _ in (0, 1)]

        def padded(x: Any, h: Any, c: Case = case, sides: list[int] = sides) -> Any:
            return function(F.pad(x, sides, mode=mode), h, stride=c.stride, dilation=c.dilation)

        compare(case, padded, f"nn.Conv{ndim}d", {**case.forward, "padding_mode": mode})


def test_a_batch_is_summed_over_for_the_kernel() -> None:
    rng = np.random.default_rng(5)
    x, h = rng.integers(-9, 10, (4, 1, 6, 5)).astype(float), rng.integers(-9, 10, (1, 1, 2, 3)).astype(float)
    X, H = torch.from_numpy(x).requires_grad_(), torch.from_numpy(h).requires_grad_()
    y = F.conv2d(X, H, stride=(1, 2), padding=(2, 1))
    g = upstream(y.shape)
    y.backward(torch.from_numpy(g))
    options: dict[str, Any] = {"like": "F.conv2d", "axes": (2, 3), "stride": (1, 2), "padding": (2, 1)}
    same(tw.input_gradient(g, h[0, 0], shape=x.shape, **options), X.grad)
    same(tw.kernel_gradient(g, x, shape=(2, 3), **options), H.grad[0, 0])


def test_the_gradient_of_a_correlation_is_a_convolution_and_the_other_way_round() -> None:
    rng = np.random.default_rng(6)
    g, h = rng.integers(-9, 10, 5), rng.integers(-9, 10, 3)
    same(tw.input_gradient(g, h, shape=7, operator="cross-correlation"), tw.convolve(g, h, size="full"))
    same(tw.input_gradient(g, h, shape=7, operator="convolution"), tw.correlate(g, h, size="full"))
