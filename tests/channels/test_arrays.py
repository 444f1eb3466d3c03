"""Layouts, number types, and what arrays may be."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tapwise import Layer
from tapwise.errors import IntegerOverflow
from tests.needs import needs

RNG = np.random.default_rng(0)
X = RNG.integers(-9, 10, (2, 4, 6, 5))
H = RNG.integers(-9, 10, (6, 2, 3, 2))
BIAS = RNG.integers(-9, 10, 6)
LAYER = Layer.of(operator="convolution", size="same", stride=(2, 1), groups=2)
Y = LAYER.forward(X, H, BIAS)
G = RNG.integers(-9, 10, Y.shape)


def moved(array: Any, given: str, wanted: str) -> Any:
    return array.transpose([given.index(c) for c in wanted])


@pytest.mark.parametrize("layout", ["".join(p) for p in itertools.permutations("NCHW")])
def test_every_layout_gives_the_same_numbers(layout: str) -> None:
    along = "".join(c for c in layout if c in "HW")
    words: dict[str, Any] = {"operator": "convolution", "size": "same", "stride": (2, 1) if along == "HW" else (1, 2)}
    x, g = moved(X, "NCHW", layout), moved(G, "NCHW", layout)
    for kernel_layout in map("".join, itertools.permutations("OIHW")):
        layer = Layer.of(layout=layout, kernel_layout=kernel_layout, groups=2, **words)
        h = moved(H, "OIHW", kernel_layout)
        assert np.array_equal(layer.forward(x, h, BIAS), moved(Y, "NCHW", layout))
        dx = LAYER.input_gradient(G, H, shape=X.shape)
        assert np.array_equal(layer.input_gradient(g, h, shape=x.shape), moved(dx, "NCHW", layout))
        dh = LAYER.kernel_gradient(G, X, shape=H.shape)
        assert np.array_equal(layer.kernel_gradient(g, x, shape=h.shape), moved(dh, "OIHW", kernel_layout))
    assert np.array_equal(layer.bias_gradient(g), LAYER.bias_gradient(G))


def test_without_a_batch_and_with_other_letters() -> None:
    layer = Layer.of(operator="convolution", size="same", stride=(2, 1), groups=2, layout="c01", kernel_layout="01oi")
    h = moved(H, "OIHW", "HWOI")
    assert layer.layout == "C01"
    assert np.array_equal(layer.forward(X[0], h, BIAS), Y[0])
    assert np.array_equal(layer.input_gradient(G[0], h, shape=X[0].shape), LAYER.input_gradient(G, H, shape=X.shape)[0])
    assert np.array_equal(
        moved(layer.kernel_gradient(G[0], X[0], shape=h.shape), "HWOI", "OIHW"),
        LAYER.kernel_gradient(G[:1], X[:1], shape=H.shape),
    )


def test_memory_layouts_change_no_number_and_inputs_stay_as_they_are() -> None:
    x, h = np.asfortranarray(X), H[::-1, :, ::-1].copy()[::-1, :, ::-1]
    x.flags.writeable = h.flags.writeable = False
    assert np.array_equal(LAYER.forward(x, h, BIAS), Y)
    assert np.array_equal(LAYER.kernel_gradient(G, x, shape=h.shape), LAYER.kernel_gradient(G, X, shape=H.shape))
    result = LAYER.kernel_gradient(G, X, shape=H.shape)
    assert result.flags.c_contiguous
    assert Y.flags.c_contiguous


def exact(x: Any, h: Any, bias: Any) -> Any:
    """A 1-D valid cross-correlation layer in Python's own numbers."""
    return [
        [[int(bias[o]) + sum(int(h[o, c, t]) * int(x[n, c, m + t]) for c, t in np.ndindex(h.shape[1:]))
          for m in range(x.shape[2] - h.shape[2] + 1)] for o in range(h.shape[0])] for n in range(x.shape[0])
    ]  # fmt: skip


@pytest.mark.parametrize("bits", [20, 26, 29, 30])
def test_large_integers_are_exact_or_refused(bits: int) -> None:
    """Products of 40 to 60 bits: beyond float64's 53, up to int64's 63."""
    rng = np.random.default_rng(bits)
    x, h = rng.integers(-(2**bits), 2**bits, (2, 2, 7)), rng.integers(-(2**bits), 2**bits, (3, 2, 3))
    bias = rng.integers(-(2**60), 2**60, 3)
    y = Layer.of(operator="cross-correlation", layout="NCL").forward(x, h, bias)
    assert y.dtype == np.int64
    assert y.tolist() == exact(x, h, bias)


def test_sums_that_do_not_fit_are_called_by_the_callers_index() -> None:
    x, h = np.zeros((2, 3, 4, 1), np.int64), np.ones((5, 1, 1, 1), np.int64)
    x[1, 2, 3, 0] = 2**62
    h[4] = 2
    layer = Layer.of(operator="convolution", layout="NHWC")
    with pytest.raises(IntegerOverflow) as caught:
        layer.forward(x, h)
    assert str(caught.value) == (
        "y[1, 2, 3, 4]=9223372036854775808: does not fit int64, -9223372036854775808 to 9223372036854775807; "
        "write dtype=object for integers of any size, or overflow='wrap' or overflow='saturate'"
    )
    assert layer.forward(x, h, dtype=object)[1, 2, 3, 4] == 2**63
    h[4] = 1
    with pytest.raises(IntegerOverflow):
        layer.forward(x, h, [0, 0, 0, 0, 2**62])
    assert layer.forward(x, h, [0, 0, 0, 0, -(2**62)])[1, 2, 3].tolist() == [2**62] * 4 + [0]
    with pytest.raises(IntegerOverflow):
        layer.kernel_gradient(np.full((2, 3, 4, 5), 2), x, shape=h.shape)
    with pytest.raises(IntegerOverflow):
        layer.bias_gradient(np.full((2, 3, 4, 5), 2**62))


def test_unsigned_integers() -> None:
    x, h = np.full((1, 1, 3), 2**63, np.uint64), np.ones((1, 1, 2), np.uint64)
    layer = Layer.of(operator="convolution", layout="NCL")
    with pytest.raises(IntegerOverflow):
        layer.forward(x, h)
    h[0, 0, 0] = 0
    y = layer.forward(x, h, np.array([5], np.uint64))
    assert y.dtype == np.uint64
    assert y.tolist() == [[[2**63 + 5] * 2]]


def test_fractions_stay_exact() -> None:
    x = np.array([[[Fraction(1, n + 2) for n in range(4)]]])
    h = np.array([[[Fraction(1, 3), 2]]])
    layer = Layer.of(operator="convolution", layout="NCL")
    y = layer.forward(x, h, [Fraction(1, 7)])
    assert y[0, 0, 0] == 2 * Fraction(1, 2) + Fraction(1, 3) * Fraction(1, 3) + Fraction(1, 7)
    assert layer.kernel_gradient(np.array([[[1, 0, 0]]]), x, shape=(1, 1, 2)).tolist() == [
        [[Fraction(1, 3), Fraction(1, 2)]]
    ]
    assert isinstance(layer.bias_gradient(y)[0], Fraction)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble", "complex64", "complex128"])
def test_dtypes_are_kept_and_whole_numbers_exact(dtype: str) -> None:
    layer = Layer.of(operator="convolution", size="same", stride=(2, 1), groups=2)
    x, h, bias, g = (a.astype(dtype) for a in (X, H, BIAS, G))
    made = [
        layer.forward(x, h, bias), layer.input_gradient(g, h, shape=x.shape),
        layer.kernel_gradient(g // 4 if dtype == "float16" else g, x, shape=h.shape), layer.bias_gradient(g),
    ]  # fmt: skip
    whole = [
        Y, LAYER.input_gradient(G, H, shape=X.shape),
        LAYER.kernel_gradient(G // 4 if dtype == "float16" else G, X, shape=H.shape), LAYER.bias_gradient(G),
    ]  # fmt: skip
    for a, b in zip(made, whole, strict=True):
        assert a.dtype == dtype
        assert np.array_equal(a, b.astype(dtype))


def test_a_bias_takes_part_in_the_choice_of_dtype() -> None:
    assert LAYER.forward(X, H, BIAS + 0.5).dtype == np.float64
    assert np.array_equal(LAYER.forward(X, H, BIAS + 0.5), Y + 0.5)
    assert LAYER.forward(X.astype("f4"), H.astype("f4"), BIAS.astype("f8")).dtype == np.float64
    assert LAYER.forward(X.astype("f4"), H.astype("f4"), BIAS).dtype == np.float32


def test_complex_gradients_are_pytorchs() -> None:
    torch = needs("torch")
    rng = np.random.default_rng(3)
    x, h = (rng.integers(-9, 10, s) + 1j * rng.integers(-9, 10, s) for s in ((2, 4, 7), (6, 2, 3)))
    layer = Layer.of(operator="cross-correlation", layout="NCL", stride=2, groups=2)
    leaves = [torch.from_numpy(a).requires_grad_() for a in (x, h)]
    y = torch.nn.functional.conv1d(*leaves, stride=2, groups=2)
    g = rng.integers(-9, 10, y.shape) + 1j * rng.integers(-9, 10, y.shape)
    dx, dh = torch.autograd.grad(y, leaves, torch.from_numpy(g))
    assert np.array_equal(layer.forward(x, h), y.detach().numpy())
    assert np.array_equal(layer.input_gradient(g, h, shape=x.shape), dx.numpy())
    assert np.array_equal(layer.kernel_gradient(g, x, shape=h.shape), dh.numpy())
    # The kernel as a transposed layer sees it has the same gradient.
    back = layer.transposed(length=7)
    z = torch.nn.functional.conv_transpose1d(torch.from_numpy(g).requires_grad_(), leaves[1], stride=2, groups=2)
    dz = np.ascontiguousarray(x[..., : z.shape[-1]])
    (their,) = torch.autograd.grad(z, leaves[1], torch.from_numpy(dz))
    assert np.array_equal(back.kernel_gradient(dz, g, shape=h.shape), their.numpy())


def test_what_is_not_there_is_never_multiplied() -> None:
    x, h = np.ones((1, 1, 3)), np.array([[[1.0, np.inf, 1.0]], [[1.0, 1.0, 1.0]]])
    y = Layer.of(operator="cross-correlation", layout="NCL", size="pads(2,0)").forward(x, h)
    assert y.tolist() == [[[1.0, np.inf, np.inf], [1.0, 2.0, 3.0]]]


def test_empty_batches_and_channels() -> None:
    layer = Layer.of(operator="convolution", layout="NCL")
    assert layer.forward(np.zeros((0, 2, 5)), np.zeros((3, 2, 2))).shape == (0, 3, 4)
    assert (
        layer.kernel_gradient(np.zeros((0, 3, 4)), np.zeros((0, 2, 5)), shape=(3, 2, 2)).tolist() == [[[0] * 2] * 2] * 3
    )
    assert layer.forward(np.zeros((1, 0, 5)), np.zeros((3, 0, 2)), [1, 2, 3]).tolist() == [[[n] * 4 for n in (1, 2, 3)]]
    assert layer.forward(np.zeros((1, 2, 5)), np.zeros((0, 2, 2))).shape == (1, 0, 4)


def test_tensors_come_back_as_tensors() -> None:
    torch = needs("torch")
    y = LAYER.forward(torch.from_numpy(X), torch.from_numpy(H), torch.from_numpy(BIAS))
    assert isinstance(y, torch.Tensor)
    assert np.array_equal(y.numpy(), Y)
