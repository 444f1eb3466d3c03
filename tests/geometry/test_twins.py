"""The exhaustive checker can fail: plans, turns and costs that are wrong in one thing do not pass it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tapwise.convention import Boundary
from tapwise.geometry import AxisPlan, Cost, Plan, cost, forward, input_turn, kernel_turn
from tests.geometry import test_exhaustive as checker

Change = Callable[[AxisPlan], AxisPlan]

#: Faults of one axis; the rare ones show how far the checker looks.
FAULTS: dict[str, Change] = {
    "c one above": lambda a: replace(a, c=a.c + 1),
    "c one below": lambda a: replace(a, c=a.c - 1),
    "d turned": lambda a: replace(a, d=-a.d),
    "s turned": lambda a: replace(a, s=-a.s),
    "d doubled": lambda a: replace(a, d=2 * a.d),
    "an output more": lambda a: replace(a, m=a.m + 1),
    "an output less": lambda a: replace(a, m=max(a.m - 1, 0)),
    "a tap less": lambda a: replace(a, k=max(a.k - 1, 1)),
    "not spread": lambda a: replace(a, u=1),
    "sides exchanged": lambda a: replace(a, below=a.above, above=a.below),
    "edge for symmetric": lambda a: replace(a, below=Boundary("edge") if a.below.rule == "symmetric" else a.below),
    "c wrong for stride 3, dilation 2, spread 2, six taps": lambda a: (
        replace(a, c=a.c + 1) if (abs(a.s), abs(a.d), a.u, a.k) == (3, 2, 2, 6) else a
    ),
    "anchor one off for an even dilated flipped kernel": lambda a: (
        replace(a, c=a.c + a.d) if a.d == -3 and a.k == 4 and a.n == a.m else a
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_plan_is_caught(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def wrong(*meant: Any) -> Plan:
        plan = forward(*meant)
        return replace(plan, axes=tuple(map(FAULTS[name], plan.axes)))

    monkeypatch.setattr(checker, "forward", wrong)
    with pytest.raises(AssertionError):
        checker.test_every_pair_of_every_small_plan("convolution", 4)


@pytest.mark.parametrize("rule", ["first", "low", "high", "last"])
def test_a_wrong_anchor_is_caught(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    """Each base rule taken for its neighbour."""
    neighbour = {"first": "low", "low": "high", "high": "low", "last": "high"}[rule]
    right = checker.convention

    def wrong(operator: str, size: str, anchor: str | None, *rest: Any) -> Any:
        return right(operator, size, anchor and anchor.replace(rule, neighbour), *rest)

    monkeypatch.setattr(checker, "convention", wrong)
    monkeypatch.setattr(checker, "cases", lambda: [(("same",), rule)])
    with pytest.raises(AssertionError):
        checker.test_every_pair_of_every_small_plan("cross-correlation", 3)


def every_other_fold(plan: Plan) -> Plan:
    """The input's turn, with the folds of both sides exchanged."""
    turned = input_turn(plan)
    return replace(turned, folds=tuple(f and replace(f, below=f.above, above=f.below) for f in turned.folds))


def no_fold(plan: Plan) -> Plan:
    turned = input_turn(plan)
    return replace(turned, folds=(None,) * len(turned.folds))


def flipped(turn: Callable[[Plan], Plan]) -> Callable[[Plan], Plan]:
    def wrong(plan: Plan) -> Plan:
        turned = turn(plan)
        return replace(turned, axes=tuple(replace(a, d=-a.d) for a in turned.axes))

    return wrong


def one_product_more(plan: Plan) -> Cost:
    counted = cost(plan)
    return replace(counted, multiplications=counted.multiplications + 1)


def an_addition_for_each_product(plan: Plan) -> Cost:
    counted = cost(plan)
    return replace(counted, additions=counted.multiplications)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("input_turn", every_other_fold), ("input_turn", no_fold), ("input_turn", flipped(input_turn)),
        ("input_turn", lambda plan: plan), ("kernel_turn", flipped(kernel_turn)), ("kernel_turn", input_turn),
        ("cost", one_product_more), ("cost", an_addition_for_each_product),
    ],
)  # fmt: skip
def test_a_wrong_turn_or_cost_is_caught(monkeypatch: pytest.MonkeyPatch, name: str, wrong: Any) -> None:
    monkeypatch.setattr(checker, name, wrong)
    with pytest.raises(AssertionError):
        checker.test_every_pair_of_every_small_plan("convolution", 3)


def test_a_refusal_without_reason_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from tapwise.errors import ShapeError

    def wrong(*meant: Any) -> Plan:
        raise ShapeError("size", "valid", "no window fits")

    monkeypatch.setattr(checker, "forward", wrong)
    with pytest.raises(AssertionError, match="refused, though there are windows"):
        checker.test_every_pair_of_every_small_plan("convolution", 3)
