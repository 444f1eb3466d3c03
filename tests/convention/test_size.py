"""Sizes: every spelling, one canonical form."""

from __future__ import annotations

import pytest

from tapwise.convention import Size
from tapwise.convention.size import PLAIN
from tapwise.errors import ArgumentError


@pytest.mark.parametrize("rule", PLAIN)
def test_plain_rules(rule: str) -> None:
    for text in (rule, rule.upper(), f" {rule.replace('-', '_').title()} "):
        assert Size.parse(text) == Size(rule)
    assert str(Size(rule)) == rule
    assert Size.parse(Size(rule)) == Size(rule)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pads(1,2)", Size("pads", 1, 2)), ("pads(1, 2)", Size("pads", 1, 2)), ("pads(-3..4)", Size("pads", -3, 4)),
        (" PADS ( +1 , -2 ) ", Size("pads", 1, -2)), ("pads(0,0)", Size("pads")),
        ("lags(-3,3)", Size("lags", -3, 3)), ("Lags(-3 .. 3)", Size("lags", -3, 3)), ("lags(5,5)", Size("lags", 5, 5)),
    ],
)  # fmt: skip
def test_rules_with_numbers(text: str, expected: Size) -> None:
    assert Size.parse(text) == expected
    assert Size.parse(str(expected)) == expected


@pytest.mark.parametrize(
    "text", ["pads", "pads()", "pads(1)", "pads(1,2,3)", "pads(1.5,2)", "lags(1;2)", "lags[1,2]", "pads(lo,hi)"]
)
def test_numbers_that_are_missing(text: str) -> None:
    with pytest.raises(ArgumentError, match="needs two whole numbers"):
        Size.parse(text)


def test_pads_may_descend_and_lags_may_not() -> None:
    assert Size("pads", 7, -2).last == -2
    with pytest.raises(ArgumentError):
        Size("lags", 1, 0)
