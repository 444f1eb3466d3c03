"""The printed index laws are the plans': every catalogued case, for all lengths up to 7."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any

import pytest
from docs.index_law import Law, laws

from tapwise import catalogue
from tapwise.convention import Convention
from tapwise.errors import TapwiseError
from tapwise.geometry import operator_plan

ASKED = {"output_shape": 5, "input_size": 6, "weight_size": 3, "maxlag": 4}
CASES = [(name, options) for name in catalogue.names() for options in ({}, *catalogue.entry(name).cases)]


def said(law: Law, n: int, k: int, length: int | None) -> tuple[int, int, int, int, int]:
    known: dict[str, Any] = {"N": n, "K": k, "L": length, "ceil": ceil, "max": max}
    c, m = (eval(expression, {"__builtins__": {}}, known) for expression in (law.c, law.m))
    return law.u, law.s, c, law.d, m


def compared(meant: Convention, law: Law, axis: int) -> int:
    """Compare the law of an axis with the plans, and return how many lengths there were."""
    one = Convention((meant.axes[axis],), meant.direction, meant.operands, meant.arithmetic)
    count = 0
    for n in range(1, 8):
        for k in range(1, 8):
            exchanged = meant.operands == "longer-first" or one.axes[0].size.rule == "longest"
            try:
                plan, _ = operator_plan(one, (n,), (k,))
            except TapwiseError:
                continue
            if k > n and exchanged:
                continue
            a, fold = plan.axes[0], plan.folds[0]
            lead = fold.lead if fold else 0
            assert said(law, n, k, one.axes[0].length) == (a.u, a.s, a.c + a.s * lead, a.d, plan.output_shape[0]), (
                n,
                k,
            )
            count += 1
    return count


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_the_law_is_the_plans(name: str, options: dict[str, Any]) -> None:
    known = () if name.startswith("onnx.") else catalogue.entry(name).options
    asked = {option: value for option, value in ASKED.items() if option in known}
    meant, _ = catalogue.meaning(name, {**asked, **options})
    for axis, law in enumerate(laws(meant)):
        assert compared(meant, law, axis)


@pytest.mark.parametrize(("words", "text"), [
    ({"operator": "convolution", "size": "full"}, "y[o] = Σ_t h[t]·x[o - t], 0 ≤ t < K, 0 ≤ o < N + K - 1"),
    ({"operator": "cross-correlation"}, "y[o] = Σ_t h[t]·x[o + t], 0 ≤ t < K, 0 ≤ o < N - K + 1"),
    ({"operator": "cross-correlation", "size": "same"}, "y[o] = Σ_t h[t]·x[o - K//2 + t], 0 ≤ t < K, 0 ≤ o < N"),
    ({"operator": "convolution", "size": "same", "dilation": 2},
     "y[o] = Σ_t h[t]·x[o + 2·((K - 1)//2) - 2·t], 0 ≤ t < K, 0 ≤ o < N"),
    ({"operator": "cross-correlation", "size": "same-upper", "stride": 2},
     ("y[o] = Σ_t h[t]·x[2·o - max(K + 2·ceil(N/2) - N - 2, 0)//2 + t], 0 ≤ t < K, 0 ≤ o < ceil(N/2)")),
    ({"operator": "cross-correlation", "stride": 2, "direction": "transposed"},
     "y[o] = Σ_t h[t]·x[i], 2·i = o - t, 0 ≤ t < K, 0 ≤ o < 2·N + K - 2"),
])  # fmt: skip
def test_the_text(words: dict[str, Any], text: str) -> None:
    meant = Convention.of(**words)
    assert str(laws(meant)[0]) == text
    assert compared(meant, laws(meant)[0], 0)


@pytest.mark.parametrize("change", [{"c": "0"}, {"d": 1}, {"m": "N"}, {"s": 2}, {"u": 2}], ids=str)
def test_a_wrong_law_is_caught(change: dict[str, Any]) -> None:
    meant = Convention.of(operator="convolution")
    with pytest.raises(AssertionError):
        compared(meant, replace(laws(meant)[0], **change), 0)
