"""Every small case of one axis, pair by pair, against the oracle's sliding lists."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tapwise.convention import Convention
from tapwise.errors import ShapeError
from tapwise.geometry import AxisPlan, Plan, cost, forward, input_turn, kernel_turn
from tests import oracle

ANCHORS = ["first", "low", "high", "last", "first+1", "last-1"]
SIZES: list[tuple[Any, ...]] = [
    ("valid",), ("full",), ("pads", 0, 3), ("pads", 2, 1), ("pads", -1, 2), ("pads", 7, -2), ("same-upper",),
    ("same-lower",), ("lags", -2, 3), ("lags", 1, 1), ("lags", -9, -4),
]  # fmt: skip
BOUNDARIES = ["zero", "constant", "edge", "symmetric", "reflect101", "wrap"]


def taken(rule: str, count: int) -> int:
    """The anchor rule, from its words."""
    base, shift = rule[:5].rstrip("+-1"), 1 if "+" in rule else -1 if "-" in rule else 0
    return {"first": 0, "low": (count - 1) // 2, "high": count // 2, "last": count - 1}[base] + shift


def found(axis: AxisPlan) -> list[list[tuple[int, oracle.Label]]]:
    """The plan's pairs in the oracle's words."""
    result: list[list[tuple[int, oracle.Label]]] = [[] for _ in range(axis.m)]
    for o, t, i in axis.pairs():
        label = axis.source(i)
        side = axis.side(i)
        result[o].append((t, label if label is not None else side.rule if side else "?"))
    return result


@cache
def convention(
    operator: str, size: str, anchor: str | None, order: str, boundary: str, stride: int, dilation: int, spread: int
) -> Convention:
    """The convention of a case; most of its words are those of the case before."""
    if (stride, dilation, spread) != (1, 1, 1):
        first = convention(operator, size, anchor, order, boundary, 1, 1, 1)
        axis = replace(first.axes[0], stride=stride, dilation=dilation, spread=spread)
        return replace(first, axes=(axis,))
    return Convention.of(
        operator=operator, size=size, anchor=anchor, output=order, boundary=boundary.replace("constant", "constant(5)")
    )


def cases() -> list[tuple[tuple[Any, ...], str | None]]:
    sizes: list[tuple[tuple[Any, ...], str | None]] = [(size, None) for size in SIZES]
    return sizes + [(("same",), a) for a in ANCHORS] + [(("longest",), a) for a in ANCHORS[:4]]


@pytest.mark.parametrize("operator", ["convolution", "cross-correlation"])
@pytest.mark.parametrize("n", range(7))
def test_every_pair_of_every_small_plan(operator: str, n: int) -> None:
    count = 0
    for (size, anchor), order in itertools.product(cases(), ["forward", "reversed"]):
        text = f"{size[0]}({size[1]},{size[2]})" if len(size) > 1 else size[0]
        for k, stride, dilation, spread in itertools.product(range(1, 7), range(1, 4), range(1, 4), range(1, 4)):
            at = None if anchor is None else taken(anchor, k)
            if at is not None and not 0 <= at < k:
                continue
            boundaries = BOUNDARIES[:1] if size[0] == "valid" else BOUNDARIES if n else BOUNDARIES[:2]
            for below in boundaries:
                above = BOUNDARIES[(BOUNDARIES.index(below) * (1 + k % 2)) % len(boundaries)]
                axis = oracle.axis(
                    n, k, operator=operator, size=size, anchor=at, order=order, stride=stride, dilation=dilation,
                    spread=spread, below=below, above=above, short_anchor=taken(anchor or "first", n) if n else 0,
                )  # fmt: skip
                meant = convention(operator, text, anchor, order, f"{below} | {above}", stride, dilation, spread)
                try:
                    plan = forward(meant, [n], [k])
                except ShapeError:
                    assert not axis, "refused, though there are windows"
                    continue
                assert found(plan.axes[0]) == axis, (meant, n, k)
                check_turns(plan.axes[0], axis, n)
                count += 1
    assert count > 5000


def check_turns(plan: AxisPlan, axis: list[list[tuple[int, oracle.Label]]], n: int) -> None:
    """The turns meet at the same triples, the runs are the same pairs, and the costs are counted."""
    inside = sorted((o, t, x) for o, pairs in enumerate(axis) for t, x in pairs if isinstance(x, int) and x == x)
    whole = Plan((plan,), (None,))
    samples = sorted((o, t, i) for o, t, i in plan.pairs() if 0 <= i < n)
    runs = [(run.output + j * run.output_step, t, run.input + j * run.input_step)
            for t in range(plan.k) for run in [plan.run(t)] for j in range(run.count)]  # fmt: skip
    assert sorted(runs) == samples
    assert sorted((o, t, i) for i in range(n) for o, t in plan.fed(i)) == samples
    turned = input_turn(whole)
    folded = dict(turned.folds[0].pairs()) if turned.folds[0] else {}
    lead = turned.folds[0].lead if turned.folds[0] else 0
    spread = [(o, t, folded.get(e, e - lead)) for e, t, o in turned.axes[0].pairs() if 0 <= o < plan.m]
    assert sorted(spread) == inside
    kernel = kernel_turn(whole).axes[0]
    assert sorted((o, t, i) for t, o, i in kernel.pairs()) == sorted(plan.pairs())
    read = [[x for _, x in pairs if x != "zero"] for pairs in axis]
    counted = cost(whole)
    assert counted.multiplications == sum(map(len, read))
    assert counted.additions == sum(max(len(r) - 1, 0) for r in read)
