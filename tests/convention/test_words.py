"""The door's helpers: words, whole numbers, numbers in text."""

from __future__ import annotations

from fractions import Fraction
from math import inf, isnan
from typing import Any

import numpy as np
import pytest

from tapwise.convention.words import counted, listed, number, one_of, whole
from tapwise.errors import ArgumentError, ArgumentTypeError

WORDS = ("same-upper", "same-lower", "wrap")


@pytest.mark.parametrize("value", ["same-upper", "SAME_UPPER", " Same-Upper\n", "up"])
def test_a_word_is_read_in_any_case_with_either_dash(value: str) -> None:
    assert one_of("size", value, WORDS, {"up": "same-upper"}) == "same-upper"


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_whole_numbers(value: Any) -> None:
    result = whole("stride", value)
    assert result == 3
    assert type(result) is int


@pytest.mark.parametrize("value", [True, np.bool_(True), 3.0, np.float64(3), "3", None, 3j, Fraction(3), [3]])
def test_what_is_no_whole_number(value: Any) -> None:
    with pytest.raises(ArgumentTypeError):
        whole("stride", value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, 7), (-2.5, -2.5), (1 + 2j, 1 + 2j), (Fraction(1, 3), Fraction(1, 3)), (Fraction(6, 3), 2),
        ("7", 7), (" -7 ", -7), ("0.5", 0.5), ("1e3", 1000.0), ("1e - 3", 0.001), ("1/3", Fraction(1, 3)),
        ("1 / 3", Fraction(1, 3)), ("4/2", 2), ("1+2j", 1 + 2j), ("( 1 - 2j )", 1 - 2j), ("inf", inf), ("1_000", 1000),
        (np.float32(0.5), 0.5), (np.int8(-3), -3), (np.complex64(1j), 1j), (np.array(2), 2), (10**30, 10**30),
    ],
    ids=repr,
)  # fmt: skip
def test_numbers(value: Any, expected: Any) -> None:
    result = number("gain", value)
    assert result == expected
    assert type(result) is type(expected)


def test_a_nan_is_a_number_of_its_kind() -> None:
    result = number("boundary", "nan")
    assert isinstance(result, float)
    assert isnan(result)


@pytest.mark.parametrize("value", ["", "x", "1 2", "1/0", "1,5", "1+", "--1", "0x10"])
def test_text_that_is_no_number(value: str) -> None:
    with pytest.raises(ArgumentError):
        number("gain", value)


@pytest.mark.parametrize("value", [True, np.bool_(False), None, [1], np.array([1]), np.array([1, 2]), b"1", object()])
def test_what_is_no_number(value: Any) -> None:
    with pytest.raises(ArgumentTypeError):
        number("gain", value)


def test_lists_and_counts_read_like_sentences() -> None:
    assert listed(["a"]) == "'a'"
    assert listed(["a", "b"]) == "'a' or 'b'"
    assert listed(["a", "b", "c"]) == "'a', 'b' or 'c'"
    assert [counted(n, "sample") for n in (0, 1, 2)] == ["0 samples", "1 sample", "2 samples"]
