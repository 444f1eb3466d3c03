"""Every way of computing against the oracle, in whole numbers, which admit no tolerance."""

from __future__ import annotations

import itertools
import sys
from functools import cache

import pytest

from tests.engines.cases import FACTORS, Case, drawn, wrong
from tests.engines.forced import EVERY_WAY


@cache
def one_axis() -> list[Case]:
    return drawn(1, 1, 3000)


@cache
def one_axis_in_batches() -> list[Case]:
    return drawn(2, 1, 300, batch=2)


@cache
def two_axes() -> list[Case]:
    return drawn(3, 2, 300, batch=2)


@cache
def three_axes() -> list[Case]:
    return drawn(4, 3, 60, batch=1)


SETS = pytest.mark.parametrize("cases", [one_axis, one_axis_in_batches, two_axes, three_axes], ids=lambda f: f.__name__)


@SETS
@EVERY_WAY
@pytest.mark.parametrize("small", [False, True], ids=["whole", "blocks"])
def test_every_way_is_the_oracle(cases: object, way: str, small: bool) -> None:
    assert callable(cases)
    assert not wrong(cases(), way, small=small)


@SETS
def test_taps_that_are_read_one_by_one(cases: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where they are dilated far apart."""
    assert callable(cases)
    monkeypatch.setattr(sys.modules["tapwise.engines.sliding"], "_far_apart", lambda *_: True)
    assert not wrong(cases(), "taps", small=True)


def test_the_cases_hold_every_pair_of_factors() -> None:
    """Any two choices meet somewhere: a fault that needs both would be seen."""
    for (a, these), (b, those) in itertools.combinations(FACTORS.items(), 2):
        met = {(getattr(case.axes[0], a), getattr(case.axes[0], b)) for case in one_axis()}
        assert met == set(itertools.product(these, those))


def test_the_cases_differ_from_axis_to_axis() -> None:
    for case in two_axes() + three_axes():
        assert len(set(case.axes)) == len(case.axes)
    assert {case.places for case in three_axes()} > set(itertools.permutations(range(3)))
    assert {case.places for case in two_axes()} > {(0, 1), (1, 0), (0, 2), (2, 0), (3, 1), (1, 2)}
