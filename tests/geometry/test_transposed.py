"""The transposed direction: the lengths it can have, and the one it takes."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tapwise.convention import Convention
from tapwise.errors import ShapeError
from tapwise.geometry import forward, operator_plan, transposed_lengths

SIZES = ["valid", "same", "full", "pads(0,3)", "pads(2,1)", "pads(-1,2)", "pads(5,5)", "same-upper", "same-lower"]


def outputs(meant: Convention, n: int, k: int) -> int | None:
    """How many outputs the forward operator makes of n samples; None where it has no window."""
    try:
        return forward(meant, [n], [k]).axes[0].m
    except ShapeError:
        return None


def made_of_nothing(meant: Convention, k: int) -> int:
    """How many windows lie in the pads alone."""
    return meant.axes[0].size.first + meant.axes[0].size.last - meant.axes[0].dilation * (k - 1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("operator", ["convolution", "cross-correlation"])
def test_the_length_is_the_shortest_that_makes_as_many_outputs(operator: str, size: str) -> None:
    count = 0
    for stride, dilation, spread, k in itertools.product([1, 2, 3], [1, 2], [1, 2, 3], [1, 2, 3, 4]):
        meant = Convention.of(operator=operator, size=size, stride=stride, dilation=dilation, spread=spread)
        turned = meant.but(direction="transposed")
        made = [outputs(meant, n, k) for n in range(30)]
        for m in range(1, 8):
            if m not in made:
                with pytest.raises(ShapeError, match=r"no signal gives as many outputs|leaves a length of -"):
                    transposed_lengths(turned, [m], [k])
                continue
            shortest = made.index(m)
            if not shortest and (m - 1) * stride + 1 < made_of_nothing(meant, k):
                with pytest.raises(ShapeError, match="leaves a length of -"):
                    transposed_lengths(turned, [m], [k])
                continue  # as in PyTorch: lengths count from where the last output ends, and that is before the start
            assert transposed_lengths(turned, [m], [k]) == (shortest,)
            assert operator_plan(turned, [m], [k])[0].output_shape == (shortest,)
            count += 1
    assert count > 50


@pytest.mark.parametrize("size", ["valid", "full", "same", "pads(1,2)", "same-upper", "longest", "lags(0,4)"])
def test_every_length_that_makes_as_many_outputs_may_be_asked_for(size: str) -> None:
    for stride, k, n in itertools.product([1, 2, 3], [1, 2, 3], range(9)):
        meant = Convention.of(operator="cross-correlation", size=size, stride=stride)
        m = outputs(meant, n, k)
        if m is None:
            continue
        turned = meant.but(direction="transposed", length=n)
        assert transposed_lengths(turned, [m], [k]) == (n,)
        plan, base = operator_plan(turned, [m], [k])
        assert base == forward(meant, [n], [k])
        assert plan.output_shape == (n,)
        with pytest.raises(ShapeError, match="and x has"):
            transposed_lengths(turned, [m + 1], [k])


def test_output_padding_counts_from_the_shortest() -> None:
    for stride, k in itertools.product([2, 3, 4], [1, 2, 3]):
        turned = Convention.of(operator="cross-correlation", stride=stride, direction="transposed")
        (shortest,) = transposed_lengths(turned, [5], [k])
        for padding in range(stride):
            assert transposed_lengths(turned.but(output_padding=padding), [5], [k]) == (shortest + padding,)


def test_output_padding_beyond_the_stride_makes_no_more_products() -> None:
    meant: dict[str, Any] = {"operator": "cross-correlation", "stride": 1, "dilation": 3, "direction": "transposed"}
    short, _ = operator_plan(Convention.of(**meant), [4], [2])
    long, base = operator_plan(Convention.of(**meant, output_padding=2), [4], [2])
    assert (short.output_shape, long.output_shape) == ((7,), (9,))
    assert base.axes[0].m == 4
    inside = [[p for p in plan.axes[0].pairs() if 0 <= p[2] < 4] for plan in (short, long)]
    assert inside[0] == inside[1]


def test_each_axis_has_its_own_length() -> None:
    meant = Convention.of(
        operator="cross-correlation", direction="transposed", stride=(2, 3), size=("valid", "pads(1,1)"),
        output_padding=(1, 2),
    )  # fmt: skip
    assert transposed_lengths(meant, [4, 5], [3, 3]) == (10, 15)
    meant = Convention.of(operator="cross-correlation", direction="transposed", stride=2, length=(None, 8))
    assert transposed_lengths(meant, [4, 3], [3, 3]) == (9, 8)
