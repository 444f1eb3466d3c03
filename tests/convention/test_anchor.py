"""Anchors: every spelling, and the taps they pick."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapwise.convention import Anchor
from tapwise.errors import ArgumentError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("first", Anchor("first")), (" LOW ", Anchor("low")), ("high+1", Anchor("high", 1)),
        ("last - 2", Anchor("last", -2)), ("high+ 0", Anchor("high")), ("low in samples", Anchor("low", 0, "samples")),
        ("High+1  in  taps", Anchor("high", 1)),
        (3, Anchor("first", 3)), ("3", Anchor("first", 3)), ("+3", Anchor("first", 3)),
        (np.int64(2), Anchor("first", 2)), (0, Anchor("first")), (Anchor("last"), Anchor("last")),
    ],
    ids=repr,
)  # fmt: skip
def test_every_spelling(value: Any, expected: Anchor) -> None:
    assert Anchor.parse(value) == expected
    assert Anchor.parse(str(expected)) == expected


@pytest.mark.parametrize(
    ("rule", "picked"),
    [
        ("first", [0, 0, 0, 0, 0, 0]), ("low", [0, 0, 1, 1, 2, 2]), ("high", [0, 1, 1, 2, 2, 3]),
        ("last", [0, 1, 2, 3, 4, 5]), ("high-1", [-1, 0, 0, 1, 1, 2]), ("first+2", [2, 2, 2, 2, 2, 2]),
    ],
)  # fmt: skip
def test_the_tap_for_one_to_six_taps(rule: str, picked: list[int]) -> None:
    assert [Anchor.parse(rule).of(k) for k in range(1, 7)] == picked


def test_low_and_high_are_mirror_images() -> None:
    for k in range(1, 20):
        assert Anchor("low").of(k) + Anchor("high").of(k) == k - 1


@pytest.mark.parametrize("text", ["", "1.5", "low+", "low+x", "low 1", "in samples", "2 in samples", "low in pixels"])
def test_what_is_no_anchor(text: str) -> None:
    with pytest.raises(ArgumentError):
        Anchor.parse(text)
