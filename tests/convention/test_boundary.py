"""Boundaries: words, constants, two sides."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from tapwise.convention import Boundary
from tapwise.convention.boundary import PICTURES
from tapwise.errors import ArgumentError

ZERO, EDGE, SEVEN = Boundary("zero"), Boundary("edge"), Boundary("constant", 7)


@pytest.mark.parametrize("rule", [rule for rule in PICTURES if rule != "constant"])
def test_words_in_any_case(rule: str) -> None:
    for text in (rule, rule.upper(), f"  {rule.title()} "):
        assert Boundary.parse(text) == (Boundary(rule), Boundary(rule))
    assert Boundary(rule.upper()) == Boundary(rule)
    assert str(Boundary(rule)) == rule


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("constant(7)", 7), ("Constant (7)", 7), ("constant( -0.5 )", -0.5), ("constant(1/3)", Fraction(1, 3)),
        ("constant(1+2j)", 1 + 2j), ("constant((1+2j))", 1 + 2j), ("constant(1e-3)", 0.001), ("constant(inf)", inf),
        ("constant(1_000)", 1000),
    ],
)  # fmt: skip
def test_constants(text: str, value: Any) -> None:
    assert Boundary.parse(text) == (Boundary("constant", value),) * 2


def test_a_constant_of_nothing_is_zero() -> None:
    for value in (0, 0.0, -0.0, 0j, Fraction(0)):
        assert Boundary("constant", value) == ZERO
    assert Boundary.parse("constant(0)") == (ZERO, ZERO)
    assert Boundary("edge", 7) == EDGE


def test_a_nan_equals_itself() -> None:
    low, high = Boundary.parse("constant(nan)")
    assert low == high == Boundary("constant", nan) == Boundary("constant", float("nan"))
    assert len({low, high}) == 1


@pytest.mark.parametrize(
    "value",
    ["zero | constant(7)", "zero|constant(7)", ("zero", "constant(7)"), [ZERO, SEVEN], (ZERO, "constant(7)"),
     "0 0 | a b c d | 7 7", ("numpy:constant", SEVEN)],
)  # fmt: skip
def test_two_sides(value: Any) -> None:
    assert Boundary.parse(value) == (ZERO, SEVEN)


def test_a_pair_of_pairs_takes_the_outer_sides() -> None:
    assert Boundary.parse(("zero | edge", "wrap | constant(7)")) == (ZERO, SEVEN)


@pytest.mark.parametrize("value", ["zero|edge|wrap|zero", ("zero",), ("zero", "edge", "wrap"), 0, None, np.zeros(2)])
def test_what_is_no_boundary(value: Any) -> None:
    with pytest.raises(ArgumentError):
        Boundary.parse(value)
