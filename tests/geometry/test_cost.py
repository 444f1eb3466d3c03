"""Costs: exact counts, by walking over every output and every combination of taps."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tapwise.convention import Convention
from tapwise.errors import ShapeError
from tapwise.geometry import Plan, cost, forward, input_turn, kernel_turn, operator_plan
from tests.golden.make import words


def counted(plan: Plan) -> tuple[int, int]:
    """Products and sums of an N-D plan: a product where every axis reads something."""
    products = additions = 0
    for output in itertools.product(*(range(axis.m) for axis in plan.axes)):
        here = 0
        for tap in itertools.product(*(range(axis.k) for axis in plan.axes)):
            inputs = [axis.input(o, t) for axis, o, t in zip(plan.axes, output, tap, strict=True)]
            here += all(
                i is not None and ((side := axis.side(i)) is None or side.rule != "zero")
                for axis, i in zip(plan.axes, inputs, strict=True)
            )
        products += here
        additions += max(here - 1, 0)
    return products, additions


def plans() -> list[Plan]:
    """Plans of two axes, of every kind and turn."""
    found = []
    for seed in range(150):
        convention = Convention.of(**words(seed, 2))
        try:
            plan = forward(convention, [3 + seed % 3, 4], [3, 2 + seed % 2])
        except ShapeError:
            continue
        found += [plan, input_turn(plan), kernel_turn(plan)]
    return found


def test_two_axes_are_counted_exactly() -> None:
    looked_at = plans()
    for plan in looked_at:
        exact = cost(plan)
        assert (exact.multiplications, exact.additions) == counted(plan), plan
        assert (exact.inputs, exact.taps, exact.outputs) == (
            plan.input_shape[0] * plan.input_shape[1], plan.kernel_shape[0] * plan.kernel_shape[1],
            plan.output_shape[0] * plan.output_shape[1],
        )  # fmt: skip
    assert len(looked_at) > 200


def test_the_transposed_operator_costs_what_the_operator_costs() -> None:
    """Each product of the one is a product of the other, where nothing lies outside."""
    meant: dict[str, Any] = {"operator": "cross-correlation", "size": "pads(1,1)", "stride": (2, 3), "dilation": (1, 2)}
    plan = forward(Convention.of(**meant), [9, 10], [3, 3])
    there_and_back = Convention.of(**meant, direction="transposed", length=(9, 10))
    turned, base = operator_plan(there_and_back, plan.output_shape, [3, 3])
    assert base == plan
    assert cost(turned).multiplications == cost(base).multiplications == cost(plan).multiplications


def test_bytes_are_moved_once() -> None:
    plan = forward(Convention.of(operator="convolution", size="full"), [5, 4], [3, 2])
    assert cost(plan).bytes(8) == 8 * (20 + 6 + 35)
    assert cost(plan).bytes(2, batch=10) == 2 * (200 + 6 + 350)


@pytest.mark.parametrize(
    ("size", "signal", "kernel", "products"),
    [
        ("valid", [5, 4], [3, 1], (3 * 3) * (4 * 1)),
        ("full", [5, 2], [3, 4], (5 * 3) * (2 * 4)),  # every sample meets every tap once
        ("same", [6], [4], 6 * 4 - 1 - (1 + 2)),  # one tap outside at the start, one and then two at the end
    ],
)
def test_counts_that_can_be_done_in_the_head(size: str, signal: list[int], kernel: list[int], products: int) -> None:
    plan = forward(Convention.of(operator="convolution", size=size), signal, kernel)
    assert cost(plan).multiplications == products
