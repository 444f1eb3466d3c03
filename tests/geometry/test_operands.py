"""The longer operand as the signal: exchanged when the kernel is longer, along all axes or along none."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.convention import Convention
from tapwise.errors import ShapeError
from tapwise.geometry import forward
from tests import oracle
from tests.geometry.test_exhaustive import found


@pytest.mark.parametrize("operator", ["convolution", "cross-correlation"])
def test_a_longer_kernel_is_the_signal_of_valid(operator: str) -> None:
    exchanged = 0
    for n, k, order in itertools.product(range(7), range(1, 8), ["forward", "reversed"]):
        for stride, dilation, spread, below in itertools.product([1, 2, 3], [1, 2], [1, 3], ["zero", "edge", "wrap"]):
            meant = Convention.of(
                operator=operator, output=order, stride=stride, dilation=dilation, spread=spread,
                boundary=f"{below} | reflect101", operands="longer-first",
            )  # fmt: skip
            axis = oracle.axis(
                n, k, operator=operator, size=("valid",), order=order, stride=stride, dilation=dilation,
                spread=spread, swap=True,
            )  # fmt: skip
            length = (n - 1) * spread + 1 if n else 0
            assert len(axis) == -(-(abs(length - dilation * (k - 1) - 1) + 1) // stride)
            assert found(forward(meant, [n], [k]).axes[0]) == axis, (meant, n, k)
            exchanged += length < dilation * (k - 1) + 1
    assert exchanged > 500


@pytest.mark.parametrize("size", ["full", "same", "same-upper", "longest", "pads(2,3)", "lags(-2,2)"])
def test_other_sizes_have_no_use_for_it(size: str) -> None:
    for n, k in itertools.product(range(1, 6), range(1, 6)):
        meant = Convention.of(operator="convolution", size=size)
        assert forward(meant.but(operands="longer-first"), [n], [k]) == forward(meant, [n], [k])


def test_exchanging_by_hand_gives_the_same_numbers() -> None:
    rng = np.random.default_rng(1)
    for n, k in [((3, 4), (5, 6)), ((2, 5), (2, 7)), ((1, 1), (4, 3))]:
        x, h = rng.integers(-9, 10, n), rng.integers(-9, 10, k)
        assert np.array_equal(tw.convolve(x, h, operands="longer-first"), tw.convolve(h, x))
        assert np.array_equal(
            tw.correlate(x, h, operands="longer-first"), tw.correlate(h, x, output="reversed", conjugate="signal")
        )


@pytest.mark.parametrize(
    ("signal", "kernel", "longer"),
    [((4, 4), (3, 3), False), ((4, 4), (4, 4), False), ((3, 4), (4, 4), True), ((3, 3), (4, 4), True)],
)
def test_it_is_one_decision_for_all_axes(signal: Any, kernel: Any, longer: bool) -> None:
    plan = forward(Convention.of(operator="cross-correlation", operands="longer-first"), signal, kernel)
    assert plan.output_shape == tuple(abs(n - k) + 1 for n, k in zip(signal, kernel, strict=True))
    assert [axis.c for axis in plan.axes] == [
        n - k if longer else 0 for n, k in zip(signal, kernel, strict=True)
    ]  # fmt: skip


def test_neither_is_longer() -> None:
    meant = Convention.of(operator="convolution", operands="longer-first")
    with pytest.raises(ShapeError) as caught:
        forward(meant, [3, 5], [4, 4])
    assert str(caught.value) == (
        "h=shape (4, 4): with operands='longer-first' and size='valid' neither x, of shape (3, 5), nor h is the longer "
        "along every axis; write size='full' or size='same'"
    )
    assert forward(meant.but(size="full"), [3, 5], [4, 4]).output_shape == (6, 8)
    assert forward(meant.but(size=("same", "valid")), [3, 5], [3, 4]).output_shape == (3, 2)
