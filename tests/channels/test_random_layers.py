"""500 random layers: forward and all gradients against plain loops and against autograd."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import signal

from tapwise import Layer
from tests.channels import loops
from tests.needs import needs

LETTERS = {1: "L", 2: "HW", 3: "DHW"}
COUNTS = {1: 200, 2: 200, 3: 100}


def layers(ndim: int) -> list[loops.Layer]:
    rng = np.random.default_rng(ndim)
    return [loops.drawn(rng, ndim) for _ in range(COUNTS[ndim])]


def ours(layer: loops.Layer, order: str, kernel_order: str) -> Layer:
    return Layer.of(layout=order, kernel_layout=kernel_order, groups=layer.groups, **layer.words)


def orders(number: int, ndim: int) -> tuple[str, str]:
    """Another order of the axes for every case."""
    signals = list(itertools.permutations(f"NC{LETTERS[ndim]}"))
    # the spatial letters of the signal fix the order in which strides and the like are given
    kept = ["".join(p) for p in signals if "".join(c for c in p if c not in "NC") == LETTERS[ndim]]
    kernels = ["".join(p) for p in itertools.permutations(f"OI{LETTERS[ndim]}")]
    return kept[number % len(kept)], kernels[number % len(kernels)]


def moved(array: Any, given: str, wanted: str) -> Any:
    return array.transpose([given.index(c) for c in wanted])


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_whole_numbers_equal_the_definitions_exactly(ndim: int) -> None:
    rng = np.random.default_rng(ndim + 10)
    signal_order, kernel_order = f"NC{LETTERS[ndim]}", f"OI{LETTERS[ndim]}"
    for number, case in enumerate(layers(ndim)):
        order, taps_order = orders(number, ndim)
        layer = ours(case, order, taps_order)
        x, h = moved(case.x, signal_order, order), moved(case.w, kernel_order, taps_order)
        g = rng.integers(-9, 10, (case.x.shape[0], case.w.shape[0], *case.lengths))
        upstream = moved(g, signal_order, order)
        y, dx, dw, db = loops.computed(case, g)
        made = (
            (layer.forward(x, h, case.bias), moved(y, signal_order, order)),
            (layer.input_gradient(upstream, h, shape=x.shape), moved(dx, signal_order, order)),
            (layer.kernel_gradient(upstream, x, shape=h.shape), moved(dw, kernel_order, taps_order)),
            (layer.bias_gradient(upstream), db),
        )
        for found, expected in made:
            assert found.dtype == np.int64
            assert found.shape == expected.shape
            assert np.array_equal(found, expected), (number, layer)


def test_the_cases_cover_what_they_should() -> None:
    every = [case for ndim in (1, 2, 3) for case in layers(ndim)]
    assert len(every) == 500
    assert {case.operator for case in every} == {"cross-correlation", "convolution"}
    assert sum(any(case.remainders) for case in every) > 100
    assert sum(any(lo != hi for lo, hi in case.pads) for case in every) > 300
    assert sum(any(k % 2 == 0 for k in case.w.shape[2:]) for case in every) > 200
    assert sum(max(case.dilation) > 1 and case.groups > 1 and max(case.stride) > 1 for case in every) > 100


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_floats_equal_autograd_to_a_derived_bound(ndim: int) -> None:
    """Both sides sum the same products, each in an order of its own.

    A sum of n products, in any order, fused or not, is within γ_n·Σ|products| of the exact one, γ_n = n·u/(1 - n·u)
    with u = 2**-53 (Higham, Accuracy and Stability, section 3.1), and the bias is one more summand. Two such sums
    differ by at most twice that; Σ|products| is the same layer on magnitudes, of which the same bound says that the
    factor 1.001 covers its own rounding.
    """
    torch = needs("torch")
    torch.set_num_threads(1)
    convolve = getattr(torch.nn.functional, f"conv{ndim}d")
    rng = np.random.default_rng(ndim + 20)
    order = f"NC{LETTERS[ndim]}"

    def theirs(case: loops.Layer, x: Any, w: Any, bias: Any, g: Any) -> list[Any]:
        leaves = [torch.from_numpy(np.array(a)).requires_grad_() for a in (x, w, bias)]
        flipped = leaves[1].flip(list(range(2, 2 + ndim))) if case.operator == "convolution" else leaves[1]
        sides = [p for pair in reversed(case.pads) for p in pair]
        y = convolve(
            torch.nn.functional.pad(leaves[0], sides), flipped, leaves[2], case.stride, 0, case.dilation, case.groups
        )
        return [y.detach().numpy(), *(d.numpy() for d in torch.autograd.grad(y, leaves, torch.from_numpy(g)))]

    for case in layers(ndim):
        layer = ours(case, order, f"OI{LETTERS[ndim]}")
        x, w, bias = (rng.standard_normal(a.shape) for a in (case.x, case.w, case.bias))
        g = rng.standard_normal((x.shape[0], w.shape[0], *case.lengths))

        def made(x: Any, w: Any, bias: Any, g: Any, layer: Layer = layer) -> list[Any]:
            return [
                layer.forward(x, w, bias), layer.input_gradient(g, w, shape=x.shape),
                layer.kernel_gradient(g, x, shape=w.shape), layer.bias_gradient(g),
            ]  # fmt: skip

        taps = int(np.prod(w.shape[2:]))
        positions = x.shape[0] * int(np.prod(case.lengths))
        counts = [w.shape[1] * taps + 1, w.shape[0] // case.groups * taps, positions, positions]
        sums = made(abs(x), abs(w), abs(bias), abs(g))
        for a, b, size, n in zip(made(x, w, bias, g), theirs(case, x, w, bias, g), sums, counts, strict=True):
            unit = n * 2.0**-53
            assert a.dtype == b.dtype == np.float64
            assert a.shape == b.shape
            assert (abs(a - b) <= 2 * unit / (1 - unit) * size * 1.001).all()
        exact: list[Any] = [a.astype(float) for a in (case.x, case.w, case.bias, np.rint(9 * g))]
        for a, b in zip(made(exact[0], exact[1], exact[2], exact[3]), theirs(case, *exact), strict=True):
            assert np.array_equal(a, b)


def by_scipy(x: Any, h: Any, function: Any) -> Any:
    """The valid outputs of a one-group layer: SciPy's operator, summed over the input channels."""
    return np.array(
        [[sum(function(x[n, c], h[o, c], "valid") for c in range(x.shape[1])) for o in range(h.shape[0])]
         for n in range(x.shape[0])]
    )  # fmt: skip


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_each_operator_is_scipys_and_not_the_other(ndim: int) -> None:
    rng = np.random.default_rng(ndim + 30)
    x = rng.integers(-9, 10, (2, 3, *range(6, 6 + ndim)))
    h = np.arange(1, 2 * 3 * 6**ndim)[: int(np.prod((2, 3, *range(2, 2 + ndim))))].reshape(2, 3, *range(2, 2 + ndim))
    results = {
        "convolution": by_scipy(x, h, signal.convolve), "cross-correlation": by_scipy(x, h, signal.correlate)
    }  # fmt: skip
    for operator, expected in results.items():
        made = Layer.of(operator=operator, layout=f"NC{LETTERS[ndim]}").forward(x, h)
        assert np.array_equal(made, expected)
    # The twin: with these kernels a layer that ignored its operator would have failed above.
    assert not np.array_equal(results["convolution"], results["cross-correlation"])


def test_a_layer_that_ignored_its_operator_would_be_seen() -> None:
    """The twin of the comparison with the definitions: with the other operator nearly every case differs."""
    differ = asymmetric = 0
    for case in layers(2):
        other = {"convolution": "cross-correlation", "cross-correlation": "convolution"}[case.operator]
        wrong = Layer.of(layout="NCHW", groups=case.groups, **{**case.words, "operator": other}).forward(case.x, case.w)
        right = Layer.of(layout="NCHW", groups=case.groups, **case.words).forward(case.x, case.w)
        asymmetric += not np.array_equal(case.w, case.w[:, :, ::-1, ::-1])
        differ += not np.array_equal(right, wrong)
    assert differ > 0.9 * asymmetric > 150
