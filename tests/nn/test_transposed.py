"""Transposed layers: against PyTorch's, SciPy's and our own operator, and the adjoint identity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.signal

import tapwise as tw
from tests.needs import needs

torch = needs("torch")
from tapwise.nn.torch import Conv, ConvTranspose, ConvTranspose2d  # noqa: E402

F = torch.nn.functional
OPERATORS = ("convolution", "cross-correlation")


def whole(rng: Any, *shape: int) -> Any:
    return torch.from_numpy(rng.integers(-5, 6, shape).astype(float))


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("operator", OPERATORS)
def test_against_pytorch_and_our_operator(ndim: int, operator: str) -> None:
    rng = np.random.default_rng(ndim)
    for _ in range(25):
        kernel, stride, dilation, padding = (
            tuple(int(n) for n in rng.integers(*ends, ndim)) for ends in ((1, 5), (1, 4), (1, 3), (0, 3))
        )
        extra = tuple(int(rng.integers(0, max(s, d))) for s, d in zip(stride, dilation, strict=True))
        lengths = tuple(int(n) for n in rng.integers(4, 7, ndim))
        words: dict[str, Any] = {"stride": stride, "padding": padding, "output_padding": extra, "dilation": dilation}
        sides = zip(lengths, stride, padding, dilation, kernel, extra, strict=True)
        if any((n - 1) * s - 2 * p + d * (k - 1) + q < 0 for n, s, p, d, k, q in sides):
            continue
        layer = ConvTranspose(4, 6, kernel, operator, groups=2, dtype=torch.float64, **words)
        w, b, x = whole(rng, 4, 3, *kernel), whole(rng, 6), whole(rng, 2, 4, *lengths)
        layer.load_state_dict({"weight": w, "bias": b})
        turned = (
            torch.from_numpy(np.flip(w.numpy(), tuple(range(2, 2 + ndim))).copy()) if operator == "convolution" else w
        )
        function = getattr(F, f"conv_transpose{ndim}d")
        assert torch.equal(layer(x), function(x, turned, b, groups=2, **words))
        # one pair of channels, by our own operator
        alone = layer(torch.eye(4, dtype=torch.float64)[1].reshape(4, *[1] * ndim) * x[0])[2] - b[2]
        sizes = [f"pads({p},{p})" for p in padding]
        expected = tw.transposed(
            x[0, 1].numpy(), w[1, 2].numpy(), operator=operator, size=sizes, stride=stride, dilation=dilation,
            output_padding=extra,
        )  # fmt: skip
        np.testing.assert_array_equal(alone.detach().numpy(), expected)


@pytest.mark.parametrize("operator", OPERATORS)
def test_it_is_the_transpose_of_the_layer(operator: str) -> None:
    """<g, A x> = <Aᵀ g, x>, exactly, with padding that differs from side to side; output_size finds the remainder."""
    rng = np.random.default_rng(7)
    for length in (9, 10, 11):
        words: dict[str, Any] = {"stride": 3, "padding": ((0, 2), (3, 1)), "bias": False, "dtype": torch.float64}
        forward, back = Conv(2, 4, (2, 3), operator, **words), ConvTranspose(4, 2, (2, 3), operator, **words)
        w, x = whole(rng, 4, 2, 2, 3), whole(rng, 1, 2, length, 12)
        for layer in (forward, back):
            layer.load_state_dict({"weight": w})
        y = forward(x)
        g = whole(rng, *y.shape)
        assert (g * y).sum() == (back(g, output_size=x.shape) * x).sum()


def test_scipy() -> None:
    rng = np.random.default_rng(8)
    x, w = rng.integers(-9, 10, (5, 6)).astype(float), rng.integers(-9, 10, (2, 3)).astype(float)
    for operator, function in (("cross-correlation", scipy.signal.convolve), ("convolution", scipy.signal.correlate)):
        layer = ConvTranspose2d(1, 1, (2, 3), bias=False, operator=operator, dtype=torch.float64)
        layer.load_state_dict({"weight": torch.from_numpy(w)[None, None]})
        np.testing.assert_array_equal(layer(torch.from_numpy(x)[None]).detach().numpy()[0], function(x, w))
    with pytest.raises(AssertionError):  # the other operator is caught
        np.testing.assert_array_equal(layer(torch.from_numpy(x)[None]).detach().numpy()[0], scipy.signal.convolve(x, w))


def test_padding_that_leaves_nothing() -> None:
    layer = ConvTranspose2d(1, 1, 3, padding=((0, 1), (2, 3)))
    assert layer(torch.ones(1, 5, 4)).shape == (1, 6, 1)
    with pytest.raises(tw.errors.ArgumentError) as caught:
        layer(torch.ones(1, 5, 3))
    assert str(caught.value) == (
        "padding=((0, 1), (2, 3)): leaves nothing of 5 outputs along axis -1; "
        "write smaller ones, or give a longer input"
    )


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_gradcheck(ndim: int) -> None:
    torch.manual_seed(0)
    pads = ((0, 1), (1, 0), (1, 1))[:ndim]
    layer = ConvTranspose(2, 2, (2, 3, 2)[:ndim], "convolution", stride=2, padding=pads, dtype=torch.float64)
    x = torch.randn(1, 2, *(3, 2, 2)[:ndim], dtype=torch.float64, requires_grad=True)

    def function(x: Any, w: Any, b: Any) -> Any:
        return torch.func.functional_call(layer, {"weight": w, "bias": b}, (x,))

    inputs = (x, layer.weight, layer.bias)
    assert torch.autograd.gradcheck(function, inputs)
    assert torch.autograd.gradgradcheck(function, inputs)


def test_the_state_is_pytorchs() -> None:
    torch.manual_seed(4)
    theirs = torch.nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, 2, True, 2)
    torch.manual_seed(4)
    ours = ConvTranspose2d(4, 6, 3, 2, 1, 1, 2, True, 2)
    x = torch.randn(2, 4, 5, 6)
    assert torch.equal(ours(x), theirs(x))
    assert torch.equal(ours(x, output_size=(12, 14)), theirs(x, output_size=(12, 14)))
    assert torch.equal(torch.compile(ours, backend="aot_eager", fullgraph=True)(x), theirs(x))
