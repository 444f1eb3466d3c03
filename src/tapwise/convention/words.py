"""Small helpers of the door: closed lists of words, whole numbers, plain numbers in text."""

from __future__ import annotations

import operator
import re
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING

from tapwise.errors import ArgumentError, ArgumentTypeError

if TYPE_CHECKING:
    from collections.abc import Iterable

type_number = (int, float, complex, Fraction)
Number = int | float | complex | Fraction


def one_of(argument: str, value: object, words: Iterable[str], aliases: dict[str, str] | None = None) -> str:
    """Return the canonical word for `value`, or raise an error that lists the words and guesses what was meant."""
    known = list(words)
    if not isinstance(value, str):
        raise ArgumentTypeError(argument, value, "must be a word", f"write {listed(known)}")
    word = value.strip().lower().replace("_", "-")
    word = (aliases or {}).get(word, word)
    if word in known:
        return word
    near = get_close_matches(word, known, n=1)
    guess = f"did you mean {near[0]!r}? " if near else ""
    raise ArgumentError(argument, value, "is not a word of this argument", f"{guess}write {listed(known)}")


def whole(argument: str, value: object, least: int | None = None) -> int:
    """Return `value` as an int; a bool or a float is refused, whatever its value."""
    if isinstance(value, bool):
        raise ArgumentTypeError(argument, value, "must be a whole number", "a truth value is not one")
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ArgumentTypeError(argument, value, "must be a whole number", "write an int") from None
    if least is not None and number < least:
        raise ArgumentError(argument, value, f"must be at least {least}", f"write {least} or more")
    return number


def number(argument: str, value: object) -> Number:
    """Return a plain number from a number or its text (`"1/3"` is a fraction)."""
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "ndim", None) == 0:
        value = item()  # a NumPy scalar: its plain Python number
    if isinstance(value, bool):
        raise ArgumentTypeError(argument, value, "must be a number", "a truth value is not one")
    if isinstance(value, type_number):
        return _simplest(value)
    if isinstance(value, str):
        text = re.sub(r"\s*([+/-])\s*", r"\1", value.strip())
        kinds: tuple[type[int | float | Fraction | complex], ...] = (int, float, Fraction, complex)
        for kind in kinds:
            try:
                return _simplest(kind(text))
            except (ValueError, ZeroDivisionError):
                continue
        raise ArgumentError(argument, value, "is not a number", "write it as 7, 0.5, 1/3 or 1+2j")
    raise ArgumentTypeError(argument, value, "must be a number", "write an int, float, complex or Fraction")


def _simplest(value: Number) -> Number:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


def counted(count: int, noun: str) -> str:
    """Return a number with its noun: 1 sample, 2 samples."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def listed(words: Iterable[str]) -> str:
    """Return the words as a readable list: 'a', 'b' or 'c'."""
    shown = [repr(word) for word in words]
    return " or ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
